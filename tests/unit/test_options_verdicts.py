"""Every criterion of every therapy is seen met, not met and unknown, from a form."""

from __future__ import annotations

import pytest

from euthymia.terms import Verdict
from tests.laws.strategies import KNOWLEDGE
from tests.unit.options_told import MET, NOT_MET, OPEN, forms, verdict_in

NEVER_SEEN: dict[tuple[str, Verdict], str] = {
    ("dose_too_fast", OPEN): "only a plan can say so, and without one there is no dose",
    ("dose_faster_than_usual", OPEN): "only a plan can say so, and without one there is no dose",
    ("dose_outside_range", OPEN): "only a plan can say so, and without one there is no dose",
    ("dose_above_first", OPEN): "only a plan can say so, and without one there is no dose",
    ("depth_ceiling_exceeded", OPEN): "without the depths no output is set, and nothing exceeds",
    ("removable_metal", OPEN): "what is worn can only be added; it is looked for at each session",
    ("metal_of_teeth", OPEN): "what is of the teeth can only be added, and asks for nothing",
    ("heart_disease_recorded", OPEN): "a code can only add it; the screen asks about the rest",
    ("medicine_unrecognised", OPEN): "a name is on some page or on none",
    ("diagnosis_unread", MET): "a form holds ICD-10-CM alone, by its contract",
    ("diagnosis_unread", OPEN): "a diagnosis was read or was not",
    ("implant_not_recognised", MET): "a form has no field in which a person tells what it is",
    ("adrenal_insufficiency", MET): "a form has no field for whether the lack was replaced",
}
"""What no form can bring about, and why."""

CRITERIA = [
    (therapy.id, criterion.id)
    for therapy in KNOWLEDGE.therapies.values()
    for criterion in therapy.criteria.values()
]


@pytest.mark.parametrize("wanted", [MET, NOT_MET, OPEN], ids=lambda one: one.word)
@pytest.mark.parametrize(("therapy", "criterion"), CRITERIA, ids=lambda one: one)
def test_every_criterion_is_seen_met_not_met_and_unknown(
    therapy: str, criterion: str, wanted: Verdict
) -> None:
    when = KNOWLEDGE.therapies[therapy].criteria[criterion].when
    seen = any(verdict_in(form, therapy, criterion) is wanted for form in forms(when, wanted))
    assert seen is ((criterion, wanted) not in NEVER_SEEN)
