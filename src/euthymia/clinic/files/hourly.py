"""What the worker clears away for brought files."""

from __future__ import annotations

from euthymia.clinic.files.importing import sweep
from euthymia.clinic.work.cleaning import hourly

hourly(sweep)
