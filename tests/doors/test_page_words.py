"""Words of the page beside its options: stages, what to do next, silence, numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from euthymia import assess, shipped
from euthymia.engine.findings import Fact
from euthymia.exchange.intake import read_intake
from euthymia.exchange.page import Body, page
from euthymia.exchange.words import fact_words
from euthymia.terms import Quantity

WHOLE = Path(__file__).parents[2] / "examples" / "whole_answer.json"


def body(**changed: Any) -> Body:
    """The page of the whole example, with some of its parts changed."""
    form = json.loads(WHOLE.read_text(encoding="utf-8")) | changed
    judged = assess(read_intake("form.json", json.dumps(form).encode(), shipped()), shipped())
    return page(judged, shipped()).body


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Quantity(25.8166, "kg/m2"), "25.8 kg/m2"),
        (Quantity(57.2596, "a"), "57 years"),
        (Quantity(17.99, "a"), "17 years"),
        (Quantity(6.2, "m[IU]/L"), "6.2 m[IU]/L"),
        (Quantity(0.00123456, "mg/L"), "0.00123 mg/L"),
    ],
)
def test_a_number_is_told_as_exactly_as_it_is_used(value: Quantity, told: str) -> None:
    assert fact_words(Fact("body_mass_index_of_a_test", value), shipped()).endswith(told)


def test_the_stages_stand_beside_the_answer_under_their_own_names() -> None:
    stages = {one.title: one for one in body().answer.stages}
    assert set(stages) == {"Thase-Rush staging", "Maudsley Staging Method (MSM)"}
    assert all(one.says and one.evidence for one in stages.values())


def test_what_only_a_silent_list_rules_out_is_told_apart_from_what_was_measured() -> None:
    mimics = body().mimics
    assert mimics.ruled_out
    assert mimics.unrecorded
    for line in mimics.unrecorded:
        assert all(fact.told.endswith(": no") and not fact.seen for fact in line.facts)
    assert any(fact.seen for line in mimics.ruled_out for fact in line.facts)
    assert not {one.id for one in mimics.ruled_out} & {one.id for one in mimics.unrecorded}


def test_what_a_mimic_asks_for_first_is_to_be_done_next() -> None:
    found = body()
    deciding = {one.title for one in found.answer.decided_by}
    assert deciding
    assert deciding <= {why.title for line in found.next for why in line.why}


def test_a_zero_in_the_newest_answer_is_said_to_settle_no_danger() -> None:
    ones = [1] * 8
    quiet = body(scales=[scale([*ones, 0])]).safety
    assert quiet.tone == "quiet"
    assert quiet.beware is not None
    assert "does not rule out danger" in quiet.beware.says
    assert quiet.beware.evidence
    present = body(scales=[scale([*ones, 2])]).safety
    assert present.tone == "danger"
    assert present.beware is None


def scale(items: list[int]) -> dict[str, Any]:
    return {"instrument": "phq9", "items": items, "total": sum(items), "date": "2026-06-29"}
