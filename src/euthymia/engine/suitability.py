"""Weighs what was found of an option into one word, gravest first."""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum

from euthymia.knowledge.criteria import Kind
from euthymia.terms import Verdict


class Suitability(IntEnum):
    """Whether an option suits, gravest last. UNDETERMINED is an answer: something must be asked."""

    SUITABLE = 0
    CAUTION = 1
    NOT_INDICATED = 2
    UNDETERMINED = 3
    CONTRAINDICATED = 4

    @property
    def word(self) -> str:
        """As written in files."""
        return self.name.lower()


Weighed = tuple[Kind, Verdict]
"""A grade, and whether what is graded so holds."""

GRAVEST_FIRST: tuple[tuple[Kind, Verdict, Suitability], ...] = (
    ("contraindication", Verdict.MET, Suitability.CONTRAINDICATED),
    ("contraindication", Verdict.UNKNOWN, Suitability.UNDETERMINED),
    ("indication", Verdict.NOT_MET, Suitability.NOT_INDICATED),
    ("indication", Verdict.UNKNOWN, Suitability.UNDETERMINED),
    ("precaution", Verdict.MET, Suitability.CAUTION),
    ("precaution", Verdict.UNKNOWN, Suitability.CAUTION),
)


def suitability(weighed: Collection[Weighed]) -> Suitability:
    """The first line of the table that some finding fits."""
    for kind, verdict, answer in GRAVEST_FIRST:
        if (kind, verdict) in weighed:
            return answer
    return Suitability.SUITABLE
