"""What the worker does each hour for outcomes: it follows every patient once a day."""

from __future__ import annotations

from euthymia.clinic.outcomes.looking import look_at_all
from euthymia.clinic.work.cleaning import hourly

hourly(look_at_all)
