"""Statements that can be judged for a patient."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from msgspec import Struct

from euthymia.knowledge.conditions import Condition, facts_of
from euthymia.knowledge.evidence import Evidence, Remark, Status

Kind = Literal[
    "exclude",
    "correct_first",
    "annotate",
    "contraindication",
    "precaution",
    "indication",
    "requirement",
    "information",
]
"""What a met criterion does.

A mimic: TRD must not be asserted; only provisionally; or it is shown beside. Of an option:
it must not be given; only with care; it is called for. Of going home: it must be so first.
`information` never moves a verdict.
"""


Track = Literal["label", "guideline"]
"""Who judges: the labelling of the product, or the guidance of experts."""


class Circumstance(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes the grade of a criterion for this patient, or asks for more.

    Attributes:
        kind: The grade it has then; `guideline` that of expert guidance, where it differs.
            Without either, only the actions are added.
        track: The grade changes on this track alone; None: on both.
    """

    when: Condition
    says: str
    status: Status
    evidence: tuple[Evidence, ...]
    kind: Kind | None = None
    track: Track | None = None
    actions: tuple[str, ...] = ()


class Criterion(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One judgeable statement: when it is met, what it then says, and on whose word.

    `title` names the matter and is neutral; `says` is conclusive and shown only when met.

    Attributes:
        kind: Its grade; where a therapy is judged apart by label and guideline, that of the label.
        guideline_kind: The grade that expert guidance gives it, where it differs.
        label: What the labelling says of it; `guideline` what expert guidance says.
        circumstances: What changes its grade for this patient. Of those that are met, the first
            that gives a grade decides; actions of all are added.
        voids_only_its_trial: A mimic that already made its own trial inadequate; the count stands
            without.
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
    guideline_kind: Kind | None = None
    label: Remark | None = None
    guideline: Remark | None = None
    circumstances: tuple[Circumstance, ...] = ()

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """The facts it rests on, each once, in reading order."""
        return tuple(dict.fromkeys(facts_of(self.when)))

    @cached_property
    def grades(self) -> Mapping[Track, Kind]:
        """Its grade on each track, before any circumstance."""
        return {"label": self.kind, "guideline": self.guideline_kind or self.kind}
