"""The shipped pages, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from euthymia.knowledge import Knowledge
from euthymia.library.faults import KnowledgeError
from euthymia.library.reader import read

FOLDER = Path(__file__).parent
RELEASE = "2026.11"


@cache
def shipped() -> Knowledge:
    """The knowledge that comes with the package. Raises KnowledgeError where a page is faulty."""
    return read(FOLDER, RELEASE)


__all__ = ["FOLDER", "RELEASE", "KnowledgeError", "read", "shipped"]
