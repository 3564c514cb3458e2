"""What a plan asks: read from its page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from euthymia.knowledge.evidence import Review

PAGE = Path(__file__).parent / "content" / "plan.toml"


class Field(Struct, frozen=True, forbid_unknown_fields=True):
    """One question, answered in the patient's words."""

    id: str
    asks: str


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """A heading and the questions below it."""

    id: str
    heading: str
    field: tuple[Field, ...]


class PlanPage(Struct, frozen=True, forbid_unknown_fields=True):
    review: Review
    part: tuple[Part, ...]

    def fields(self) -> Iterator[Field]:
        for part in self.part:
            yield from part.field


@cache
def plan_page() -> PlanPage:
    return msgspec.toml.decode(PAGE.read_bytes(), type=PlanPage)
