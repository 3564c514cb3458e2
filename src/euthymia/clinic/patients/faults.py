"""Why something was not done to a chart. Nothing is lost by it: what was typed is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from euthymia.clinic.patients.parts import Part


@dataclass
class UnreadableError(Exception):
    """The chart cannot hold this: the reader of the form says why, naming place and mend.

    Attributes:
        why: The reader's line.
        part: The part of the entry at hand; empty where a whole form was at hand.
        number: Which of its part the entry is, from 0; None for a part told once.
    """

    why: str
    part: str = ""
    number: int | None = None

    @property
    def place(self) -> str:
        return self._split()[0]

    @property
    def fault(self) -> str:
        return self._split()[1]

    @property
    def inside(self) -> str:
        """The place within the entry at hand; empty where the fault lies elsewhere."""
        own = self.part if self.number is None else f"{self.part}[{self.number}]"
        under = self.place.removeprefix(own)
        return under.strip(".") if self.place.startswith(own) and under[:1] in ("", ".") else ""

    @property
    def in_words(self) -> str:
        """The fault with its place as a reader of the chart would say it."""
        found = re.fullmatch(r"([a-z_]+)(?:\[(\d+)\])?\.?(.*)", self.place)
        part, number, field = found.groups() if found else (self.place, None, "")
        word = str(Part(part).label) if part in Part.values else part.replace("_", " ")
        which = _("entry %(number)s") % {"number": int(number) + 1} if number else ""
        steps = [word, which, field.replace("_", " "), self.fault]
        return ": ".join(step for step in steps if step)

    def _split(self) -> tuple[str, str]:
        _name, _colon, rest = self.why.partition(": ")
        place, colon, fault = rest.partition(": ")
        return (place, fault) if colon else ("", rest)
