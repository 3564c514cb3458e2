"""What the worker does each hour for operations: a backup, once in a night."""

from __future__ import annotations

from euthymia.clinic.operations.nightly import back_up_nightly
from euthymia.clinic.work.cleaning import hourly

hourly(back_up_nightly)
