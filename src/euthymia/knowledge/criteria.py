"""Statements that can be judged for a patient."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from msgspec import Struct

from euthymia.knowledge.conditions import Condition, facts_of
from euthymia.knowledge.evidence import Evidence, Status

Kind = Literal["exclude", "correct_first", "annotate", "information"]
"""What a met mimic does: TRD must not be asserted; only provisionally; or it is shown beside."""


class Criterion(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One judgeable statement: when it is met, what it then says, and on whose word.

    `title` names the matter and is neutral; `says` is conclusive and shown only when met.
    `voids_only_its_trial`: it already made its own trial inadequate, and the count stands without.
    """

    id: str
    kind: Kind
    title: str
    when: Condition
    says: str
    status: Status
    evidence: tuple[Evidence, ...]
    actions: tuple[str, ...] = ()
    grade: str | None = None
    note: str | None = None
    voids_only_its_trial: bool = False

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """The facts it rests on, each once, in reading order."""
        return tuple(dict.fromkeys(facts_of(self.when)))
