"""The words every other module shares: verdicts, quantities, counts and codes."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from msgspec import Struct


class Verdict(IntEnum):
    """Whether a statement holds. UNKNOWN is an answer, not a failure.

    `&`, `|` and `~` follow Kleene's three-valued logic: the least certain part decides, and
    learning more never reverses MET or NOT_MET.
    """

    NOT_MET = 0
    UNKNOWN = 1
    MET = 2

    def __and__(self, other: int) -> Verdict:
        return Verdict(min(self, other))

    def __or__(self, other: int) -> Verdict:
        return Verdict(max(self, other))

    def __invert__(self) -> Verdict:
        return Verdict(2 - self)

    @property
    def word(self) -> str:
        """The verdict as written in files: met, not_met, unknown."""
        return self.name.lower()


def verdict(answer: bool | None) -> Verdict:
    """The verdict of a plain answer, in which None says nobody knows."""
    if answer is None:
        return Verdict.UNKNOWN
    return Verdict.MET if answer else Verdict.NOT_MET


class UnitMismatchError(ValueError):
    """Two quantities were compared that do not share a unit."""


class Quantity(Struct, frozen=True):
    """A number with its UCUM unit, such as 140 mm[Hg]."""

    value: float
    unit: str

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Read `4.5 m[IU]/L`: a number, a space, a unit. Raises ValueError on anything else."""
        number, space, unit = text.partition(" ")
        if not (space and unit):
            raise ValueError(f"'{text}' is not a quantity; write a number, a space and a UCUM unit")
        return cls(float(number), unit)

    def minus(self, other: Quantity) -> float:
        """The difference in the shared unit. Raises UnitMismatchError when there is none."""
        if self.unit != other.unit:
            raise UnitMismatchError(
                f"cannot compare {self} with {other}: convert one of them where the record is read"
            )
        return self.value - other.value

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}"


class Count(Struct, frozen=True):
    """How many, from the certain to the possible. `at_most` None: nobody knows how many more."""

    at_least: int
    at_most: int | None

    @classmethod
    def of(cls, verdicts: Iterable[Verdict], *, complete: bool = True) -> Count:
        """Count what is met; doubtful ones raise the upper bound, a patchy history lifts it off."""
        seen = tuple(verdicts)
        certain = seen.count(Verdict.MET)
        return cls(certain, certain + seen.count(Verdict.UNKNOWN) if complete else None)

    def reaches(self, number: int) -> Verdict:
        """Whether the count is `number` or more: decided only when both ends agree."""
        if self.at_least >= number:
            return Verdict.MET
        possible = self.at_most is None or self.at_most >= number
        return Verdict.UNKNOWN if possible else Verdict.NOT_MET

    @property
    def settled(self) -> bool:
        """Whether one number is known."""
        return self.at_least == self.at_most

    def __str__(self) -> str:
        if self.settled:
            return str(self.at_least)
        if self.at_most is None:
            return f"at least {self.at_least}"
        return f"{self.at_least} to {self.at_most}"


class Code(Struct, frozen=True, order=True):
    """A term of a code system, written system:value, such as icd10cm:F33.1."""

    system: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Code:
        """Read `loinc:3016-3`. Raises ValueError where the system or the value is missing."""
        system, colon, value = text.partition(":")
        if not (system and colon and value):
            raise ValueError(f"'{text}' is not a code; write system:value, such as loinc:3016-3")
        return cls(system, value)

    def covers(self, other: Code) -> bool:
        """Whether `other` is this code or one below it; dots do not count (F3181 is F31.81)."""
        return self.system == other.system and other.bare.startswith(self.bare)

    def is_under(self, prefixes: tuple[str, ...]) -> bool:
        """Whether the value begins with one of the prefixes, written without dots."""
        return self.bare.startswith(prefixes)

    @property
    def bare(self) -> str:
        """The value without its dot."""
        return self.value.replace(".", "")

    def __str__(self) -> str:
        return f"{self.system}:{self.value}"
