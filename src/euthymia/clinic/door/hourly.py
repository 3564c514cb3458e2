"""What the worker clears away for the door."""

from __future__ import annotations

from euthymia.clinic.door.limits import forget_old_turns
from euthymia.clinic.work.cleaning import hourly

hourly(forget_old_turns)
