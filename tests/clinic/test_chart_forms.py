"""The editors of a chart: what is typed is what is told, and an empty field tells nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict

from euthymia.clinic.patients.faults import UnreadableError
from euthymia.clinic.patients.filling import entries_of
from euthymia.clinic.patients.forms.entry import EntryForm
from euthymia.clinic.patients.forms.kinds import form_for
from euthymia.clinic.patients.models import Entry
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.patients.shapes import lines_of
from euthymia.clinic.patients.shown import facts_of
from euthymia.library import shipped

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FORMS = [json.loads(path.read_text("utf-8")) for path in sorted(EXAMPLES.glob("*.json"))]
TOLD = [
    pytest.param(form, part, told, id=f"{form['patient'].get('id')}-{part}-{n}")
    for form in FORMS
    if "intake" in form
    for n, (part, told) in enumerate(entries_of(form))
]


def typed(form: EntryForm) -> QueryDict:
    """What a browser sends of a form that nobody touched."""
    sent = QueryDict(mutable=True)
    for field in form:
        value = field.value()
        values = value if isinstance(value, list) else [value]
        sent.setlist(
            field.html_name, [str(one) for one in values if one is not None and one is not False]
        )
    return sent


def others_of(form: dict[str, Any], told: Any) -> list[Entry]:
    trials = [one for one in form.get("trials", ()) if one is not told]
    return [Entry(part=Part.TRIALS, told=one) for one in trials]


def filled(part: str, **fields: str) -> EntryForm:
    sent = QueryDict(mutable=True)
    for name, value in fields.items():
        sent[name] = value
    more: dict[str, Any] = {"instrument": fields["instrument"]} if "instrument" in fields else {}
    return form_for(part, sent, **more)


@pytest.mark.parametrize(("form", "part", "told"), TOLD)
def test_an_entry_opened_and_saved_untouched_says_what_it_said(
    form: dict[str, Any], part: str, told: Any
) -> None:
    others = others_of(form, told)
    shown = form_for(part, told=told, others=others)
    more: dict[str, Any] = {"instrument": told["instrument"]} if part == Part.SCALES else {}
    sent = form_for(part, typed(shown), others=others, **more)
    assert sent.is_valid(), sent.errors
    assert sent.told() == told


@pytest.mark.parametrize("part", [one for one in Part.values if one != Part.SCALES])
def test_a_form_in_which_nothing_is_typed_tells_nothing(part: str) -> None:
    needed = [line for line in lines_of(part) if line.required]
    form = form_for(part, QueryDict())
    assert form.is_valid() is not bool(needed)
    if not needed:
        assert form.told() in ({}, None, [])


@pytest.mark.parametrize("part", Part.values)
def test_every_field_of_the_contract_has_a_label_and_a_place_in_its_form(part: str) -> None:
    more: dict[str, Any] = {"instrument": "phq9"} if part == Part.SCALES else {}
    form = form_for(part, **more)
    laid_out = {field.name for _group, fields in form.groups() for field in fields}
    for line in lines_of(part):
        if line.kind != "answers":
            assert line.name in laid_out
            assert form.fields[line.name].label


def test_the_sixteen_questions_are_asked_in_their_order_and_none_is_answered_beforehand() -> None:
    form = form_for(Part.TASS)
    asked = [name for name in form.fields if name != "substance_use"]
    assert len(asked) == 16
    assert form.fields[asked[0]].label == shipped().facts[f"tass.{asked[0]}"].ask
    assert all(form[name].value() in (None, "") for name in asked)


def test_a_question_not_asked_is_left_out_and_never_told_as_no() -> None:
    form = filled(Part.TASS, fainting="no", pregnancy="", short_sleep="unsure")
    assert form.is_valid()
    assert form.told() == {"fainting": "no", "short_sleep": "unsure"}


def test_a_part_told_once_shows_what_was_not_said_as_not_recorded() -> None:
    shown = {str(fact.label): fact for fact in facts_of(Part.BODY, {"weight_kg": 70})}
    assert shown["Height, cm"].silent
    assert str(shown["Height, cm"].value) == "not recorded"
    assert shown["Weight, kg"].value == "70"


def test_answers_of_a_scale_are_told_in_order_and_their_total_is_left_to_the_engine() -> None:
    answers = {f"item_{n}": str(n % 4) for n in range(1, 10)}
    form = filled(Part.SCALES, instrument="phq9", **answers)
    assert form.is_valid()
    assert form.told() == {"instrument": "phq9", "items": [1, 2, 3, 0, 1, 2, 3, 0, 1]}


def test_an_answer_left_out_of_a_scale_is_asked_for_at_its_item() -> None:
    answers = {f"item_{n}": "1" for n in range(1, 10) if n != 4}
    form = filled(Part.SCALES, instrument="phq9", **answers)
    assert not form.is_valid()
    assert list(form.errors) == ["item_4"]


def test_a_scale_whose_wording_may_not_be_shown_has_numbers_only() -> None:
    form = form_for(Part.SCALES, instrument="madrs")
    assert str(form.fields["item_1"].label) == "Item 1"
    with_words = form_for(Part.SCALES, instrument="phq9")
    assert "interest or pleasure" in str(with_words.fields["item_1"].label)


def test_a_result_in_words_and_one_in_numbers_are_told_as_such() -> None:
    assert _lab("positive") == "positive"
    assert _lab("4.50") == 4.5
    assert _lab("12") == 12


def _lab(value: str) -> Any:
    form = filled(Part.LABS, loinc="3016-3", value=value, unit="m[IU]/L")
    assert form.is_valid()
    return form.told()["value"]


def test_a_fault_of_the_reader_stands_at_the_field_it_names() -> None:
    form = filled(Part.TRIALS, id="t1", drug="sertraline", start="2026-02-01", end="2026-01-01")
    assert form.is_valid()
    form.show(UnreadableError("chart: trials[2].end: before start; correct one", "trials", 2))
    assert form.errors["end"] == ["before “First day”; correct one"]


def test_a_fault_of_another_entry_stands_above_the_form_with_its_place_in_words() -> None:
    form = filled(Part.TRIALS, id="t1", drug="sertraline")
    assert form.is_valid()
    form.show(UnreadableError("chart: trials[0].stop_reason: ongoing, but it ended", "trials", 2))
    [told] = form.non_field_errors()
    assert told == "Antidepressants tried: entry 1: stop reason: ongoing, but it ended"


def test_a_fault_of_a_nested_field_finds_it() -> None:
    form = filled(Part.TMS, motor_threshold__method="emg")
    assert form.is_valid()
    form.show(UnreadableError("chart: tms.motor_threshold.pct_mso: missing", "tms"))
    assert form.errors["motor_threshold__pct_mso"] == ["missing"]
