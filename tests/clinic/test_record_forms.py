"""Whatever is said in a form stands in the chart, and comes out of it again."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from euthymia import assess, shipped
from euthymia.clinic.patients import actions
from euthymia.clinic.patients.faults import UnreadableError
from euthymia.clinic.patients.models import ONCE, Entry, Patient, Source
from euthymia.clinic.patients.parts import SINGLE, Part
from euthymia.clinic.patients.record import form_of, record_of
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work.models import Task
from euthymia.exchange.intake import read_intake
from tests.clinic.conftest import access_for

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
Form = dict[str, Any]


def forms() -> list[Form]:
    found = [json.loads(path.read_text("utf-8")) for path in sorted(EXAMPLES.glob("*.json"))]
    return [form for form in found if "intake" in form]


def kept(form: Form) -> Form:
    """The form without what is not the chart's to keep: whose file it was, and whose label.

    An empty list says nothing, so it is not kept either.
    """
    person = {n: v for n, v in form.get("patient", {}).items() if n not in ("id", "country")}
    told = {n: v for n, v in form.items() if n != "region" and v != []}
    return {**told, "patient": person}


def fresh(clinic: Clinic) -> Patient:
    number = Patient.objects.count() + 1
    return Patient.objects.create(clinic=clinic, number=number, family_name="F", given_name="G")


@pytest.fixture
def by(clinic: Clinic) -> Access:
    return access_for(clinic, "clinician")


@pytest.mark.parametrize("form", forms(), ids=lambda form: form["patient"].get("id", "form"))
def test_everything_said_in_a_form_comes_back_out_of_the_chart(
    form: Form, clinic: Clinic, by: Access
) -> None:
    patient = fresh(clinic)
    actions.fill(patient, form, by=by, source=Source.REQUEST)
    assert kept(form_of(patient, date.fromisoformat(form["as_of"]))) == kept(form)


def test_a_chart_is_judged_as_the_form_that_filled_it(clinic: Clinic, by: Access) -> None:
    form = json.loads((EXAMPLES / "whole_answer.json").read_text("utf-8"))
    patient, day = fresh(clinic), date.fromisoformat(form["as_of"])
    actions.fill(patient, form, by=by, source=Source.FILE)
    told = assess(read_intake("form", json.dumps(form).encode(), shipped()))
    kept_ = assess(record_of(patient, day, shipped()))
    assert kept_.resistance == told.resistance
    assert kept_.safety == told.safety
    assert [one.final for one in kept_.options] == [one.final for one in told.options]


@st.composite
def parts_of_forms(draw: st.DrawFn) -> Form:
    """Some entries of some example: lists cut short, parts left out."""
    form = draw(st.sampled_from(forms()))
    cut: Form = {"intake": 1, "as_of": form["as_of"], "patient": form.get("patient", {})}
    for part, told in form.items():
        if part in cut or not draw(st.booleans()):
            continue
        alone = isinstance(told, list) and part != "trials"
        cut[part] = told[: draw(st.integers(1, len(told)))] if alone and told else told
    return cut


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(form=parts_of_forms())
def test_whatever_part_of_a_form_is_told_comes_back_out(
    form: Form, clinic: Clinic, by: Access
) -> None:
    patient = fresh(clinic)
    actions.fill(patient, form, by=by, source=Source.REQUEST)
    assert kept(form_of(patient, date.fromisoformat(form["as_of"]))) == kept(form)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=parts_of_forms(), second=parts_of_forms())
def test_a_second_form_takes_nothing_away_and_the_same_form_adds_nothing(
    first: Form, second: Form, clinic: Clinic, by: Access
) -> None:
    patient = fresh(clinic)
    actions.fill(patient, first, by=by, source=Source.FILE)
    before = {entry.pk: entry.told for entry in patient.entries.all()}
    actions.fill(patient, second, by=by, source=Source.FILE)
    after = {entry.pk: entry.told for entry in patient.entries.all()}
    assert before.keys() <= after.keys()
    lists = {pk for pk in before if Entry.objects.get(pk=pk).part not in SINGLE}
    assert all(after[pk] == before[pk] for pk in lists)
    assert actions.fill(patient, second, by=by, source=Source.FILE) == []


def test_a_danger_that_a_second_form_names_is_added_and_none_is_taken_away(
    clinic: Clinic, by: Access
) -> None:
    patient = fresh(clinic)
    told = {"screening": {"tass": {"fainting": "yes", "pregnancy": "no", "short_sleep": "no"}}}
    brought = {"screening": {"tass": {"fainting": "no", "pregnancy": "unsure"}}}
    actions.fill(patient, told, by=by, source=Source.STAFF)
    actions.fill(patient, brought, by=by, source=Source.FILE)
    stands = patient.entries.get(part=Part.TASS).told
    assert stands == {"fainting": "yes", "pregnancy": "unsure", "short_sleep": "no"}


def test_trials_of_two_forms_keep_names_apart_and_still_point_to_each_other(
    clinic: Clinic, by: Access
) -> None:
    patient = fresh(clinic)
    base = {"id": "t1", "drug": "sertraline", "dose_mg": 100}
    added = {"id": "t2", "drug": "aripiprazole", "augments": "t1"}
    actions.fill(patient, {"trials": [base]}, by=by, source=Source.STAFF)
    other = {"id": "t1", "drug": "venlafaxine"}
    actions.fill(patient, {"trials": [other, added]}, by=by, source=Source.FILE)
    told = [entry.told for entry in patient.entries.all()]
    assert [one["id"] for one in told] == ["t1", "t3", "t2"]
    assert told[2]["augments"] == "t3"


def test_a_trial_that_augments_one_already_in_the_chart_points_to_that_one(
    clinic: Clinic, by: Access
) -> None:
    patient = fresh(clinic)
    base = {"id": "t1", "drug": "sertraline"}
    actions.fill(patient, {"trials": [{**base, "id": "t9"}]}, by=by, source=Source.STAFF)
    added = {"id": "t2", "drug": "lithium", "augments": "t1"}
    actions.fill(patient, {"trials": [base, added]}, by=by, source=Source.FILE)
    assert [one.told["id"] for one in patient.entries.all()] == ["t9", "t2"]
    assert patient.entries.order_by("pk")[1].told["augments"] == "t9"


def test_another_source_never_says_that_a_section_of_a_standing_chart_is_complete(
    clinic: Clinic, by: Access
) -> None:
    patient = fresh(clinic)
    actions.fill(patient, {"diagnoses": [{"icd10cm": "F33.1"}]}, by=by, source=Source.STAFF)
    actions.fill(patient, {"complete": ["diagnoses"]}, by=by, source=Source.FILE)
    assert not patient.entries.filter(part=Part.COMPLETE).exists()


def test_a_form_with_one_fault_leaves_the_chart_as_it_was(clinic: Clinic, by: Access) -> None:
    patient = fresh(clinic)
    form = {"diagnoses": [{"icd10cm": "F33.1"}, {"icd10cm": "no code"}]}
    with pytest.raises(UnreadableError, match=r"diagnoses\[1\].icd10cm: not an ICD-10-CM code"):
        actions.fill(patient, form, by=by, source=Source.FILE)
    assert not patient.entries.exists()


def test_what_a_patient_sends_of_danger_rings_for_the_clinicians(clinic: Clinic) -> None:
    patient = fresh(clinic)
    scale = {"instrument": "phq9", "items": [1, 1, 1, 1, 1, 1, 1, 1, 1]}
    actions.fill(patient, {"scales": [scale]}, by=None, source=Source.PATIENT)
    task = Task.objects.get(patient=patient.pk)
    assert (task.kind, task.role, task.owner) == ("safety", "clinician", None)


def test_the_parts_told_once_are_the_same_for_the_database_and_for_the_chart() -> None:
    assert set(ONCE) == set(SINGLE)
