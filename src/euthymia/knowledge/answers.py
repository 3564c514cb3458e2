"""What coded answers of a record mean: questions of forms, sums of them, values to doubt."""

from __future__ import annotations

from msgspec import Struct

from euthymia.knowledge.evidence import Evidence, Figure, Status
from euthymia.terms import Code, Quantity


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """One question, and what its answers say of one field of a record's context.

    Attributes:
        codes: LOINC of the question.
        field: Key of the context that it fills.
        means: LOINC answer codes and words in lower case, each with the value of the field.
        open: Answers that were given and are no value of the field: it is unknown from then on.
        declined: Answers that tell no more than a question nobody asked.
        alone: Values that hold whatever the other questions of the field say. Any other value
            holds only when each question of the field gives it.
        shown_only: It is shown and enters no score.
    """

    id: str
    title: str
    codes: tuple[Code, ...]
    codes_status: Status
    field: str
    means: dict[str, str | bool]
    status: Status
    evidence: tuple[Evidence, ...]
    open: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    alone: tuple[str | bool, ...] = ()
    shown_only: bool = False
    note: str | None = None


class Tally(Struct, frozen=True, forbid_unknown_fields=True):
    """Yes-or-no questions of one form, of which enough together make a field true.

    Attributes:
        codes: LOINC of the questions that have a confirmed code; they may be fewer than `items`.
        counts, counts_not: Answer codes and words in lower case for yes and for no.
        items: Questions of the whole form. One without an answer may be a yes.
        enough: So many yes make the field true; it is false only when no more can be reached.
    """

    id: str
    title: str
    codes: tuple[Code, ...]
    codes_status: Status
    field: str
    counts: tuple[str, ...]
    counts_not: tuple[str, ...]
    items: int
    enough: int
    status: Status
    evidence: tuple[Evidence, ...]
    note: str | None = None


class Slip(Struct, frozen=True, forbid_unknown_fields=True):
    """Values of a lab, both ends included, that are read and look like a slip of the unit.

    Attributes:
        codes: LOINC of the lab.
        unit: UCUM unit of `low` and `high`.
        says: What to check.
    """

    id: str
    codes: tuple[Code, ...]
    unit: str
    low: float
    high: float
    says: str
    status: Status
    evidence: tuple[Evidence, ...]

    def fits(self, code: Code, value: Quantity) -> bool:
        """Whether a value of this lab looks like the slip."""
        same = code in self.codes and value.unit == self.unit
        return same and self.low <= value.value <= self.high


class LeftOut(Struct, frozen=True, forbid_unknown_fields=True):
    """Codes that are known and not read, and why not."""

    id: str
    codes: tuple[Code, ...]
    why: str
    status: Status
    evidence: tuple[Evidence, ...]


class History(Struct, frozen=True, forbid_unknown_fields=True):
    """What a problem list may tell of the course of a disorder, for the causes alone.

    Attributes:
        codes, unless: ICD-10-CM prefixes of a single episode, and those below that are none.
        early_onset_years: The greatest age that is told as an age of onset, in whole years.
        believed_from_years: An onset at a younger age is taken for a slip of the date.
        many_episodes: From so many separate ones on their number is told.
    """

    id: str
    codes: tuple[Code, ...]
    unless: tuple[Code, ...]
    early_onset_years: Figure
    believed_from_years: Figure
    many_episodes: Figure
    status: Status
    evidence: tuple[Evidence, ...]
    note: str | None = None

    def is_single(self, code: Code) -> bool:
        """Whether a code stands for one episode, not for a disorder that returns."""
        named, left = (any(one.covers(code) for one in each) for each in (self.codes, self.unless))
        return named and not left
