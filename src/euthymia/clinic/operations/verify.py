"""Whether the clinic's data stand as they were written: the database, every chain of the audit."""

from __future__ import annotations

from euthymia.clinic.audit import chain
from euthymia.clinic.operations.database import here


def faults() -> list[str]:
    """What the database finds wrong with itself, a line each."""
    return here().faults()


def broken_chains() -> list[str]:
    """Every break of an audit chain, a line each: numbers of clinics and rows, never a name."""
    return [str(broken) for broken in chain.verify_all()]
