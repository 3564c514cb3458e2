"""Decision support for treatment-resistant depression: a record in, an explained judgement out."""

from __future__ import annotations

from euthymia.engine.assessment import Assessment
from euthymia.knowledge import Knowledge
from euthymia.record import Record

__version__ = "0.1.0"
__all__ = ["Assessment", "Knowledge", "Record", "assess", "shipped"]


def assess(record: Record, knowledge: Knowledge | None = None) -> Assessment:
    """Judge one patient by the knowledge given, or by the one shipped."""
    from euthymia import engine  # noqa: PLC0415 - loaded when needed

    return engine.assess(record, knowledge or shipped())


def shipped() -> Knowledge:
    """The knowledge that comes with the package. Raises KnowledgeError where a page is faulty."""
    from euthymia import library  # noqa: PLC0415 - loaded when needed

    return library.shipped()
