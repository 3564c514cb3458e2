"""What the worker does for recovery: a step that is due becomes someone's task."""

from __future__ import annotations

from euthymia.clinic.recovery.actions import follow_up
from euthymia.clinic.work.cleaning import hourly

hourly(follow_up)
