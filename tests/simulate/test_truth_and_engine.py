"""The planted truth by the label's own numbers, and the engine held against it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from euthymia import assess, shipped
from euthymia.exchange.fhir import read_fhir
from euthymia.exchange.intake import read_intake
from euthymia.record import Record
from euthymia.simulate import Patient, simulate
from euthymia.simulate.truth import Label
from euthymia.simulate.world import world

MANY = 320
SAME = {"yes": "yes", "provisional": "yes", "no": "no", "excluded": "excluded"}


@cache
def patients() -> tuple[Patient, ...]:
    return tuple(simulate(MANY, seed=21))


def by_form(patient: Patient) -> Record:
    return read_intake("form.json", patient.form, shipped())


def by_fhir(patient: Patient) -> Record:
    complete = frozenset(patient.plan.complete)
    [record] = read_fhir(
        [("b.json", patient.bundle())], shipped(), as_of=patient.as_of, complete=complete
    )
    return record


@cache
def answers(shape: str) -> tuple[tuple[Patient, bool, str], ...]:
    return tuple(_answered(shape))


def _answered(shape: str) -> Iterator[tuple[Patient, bool, str]]:
    """Patients, whether the record suffices, and the engine's answer."""
    for patient in patients():
        truth = patient.truth
        if shape == "form":
            answer = assess(by_form(patient), shipped()).resistance.answer
            yield patient, truth.suffices_form, answer
        else:
            answer = assess(by_fhir(patient), shipped()).resistance.answer
            yield patient, truth.suffices_fhir, answer


@pytest.mark.parametrize("shape", ["form", "fhir"])
def test_no_certain_answer_contradicts_the_truth(shape: str) -> None:
    wrong = [
        (patient.id, patient.truth.trd, answer)
        for patient, _, answer in answers(shape)
        if answer in SAME and SAME[answer] != patient.truth.trd
    ]
    assert wrong == []


@pytest.mark.parametrize("shape", ["form", "fhir"])
def test_where_the_record_suffices_the_answer_is_certain_and_right(shape: str) -> None:
    enough = [(patient, answer) for patient, suffices, answer in answers(shape) if suffices]
    assert len(enough) > MANY / 3
    wrong = [
        (one.id, one.truth.trd, answer)
        for one, answer in enough
        if SAME.get(answer) != one.truth.trd
    ]
    assert wrong == []


@pytest.mark.parametrize("shape", ["form", "fhir"])
def test_where_the_record_does_not_suffice_nothing_certain_is_said(shape: str) -> None:
    little = [(patient, answer) for patient, suffices, answer in answers(shape) if not suffices]
    assert len(little) > MANY / 8
    assert {answer for _, answer in little} == {"not_assessable"}


def test_all_three_truths_are_planted_and_pseudo_resistance_among_them() -> None:
    assert {patient.truth.trd for patient in patients()} == {"yes", "no", "excluded"}
    pseudo = [
        patient
        for patient in patients()
        if patient.truth.trd == "no" and sum(not one.failed for one in patient.truth.courses) > 2
    ]
    assert pseudo


def test_a_trial_is_adequate_by_the_numbers_of_the_label() -> None:
    label = Label.of(shipped())
    rule = shipped().rules["fda_ema"]
    seen = 0
    for patient in patients():
        for course, found in zip(patient.history.courses, patient.truth.courses, strict=True):
            minimum = shipped().drugs[course.drug].minimum["atrq"].value
            enough = sum(course.taken_days(fill) for fill in course.fills if fill.dose >= minimum)
            weeks = shipped().drugs[course.drug].weeks
            days = 7 * (weeks.value if weeks.own else rule.weeks.value)
            if found.adequate:
                seen += 1
                assert enough >= days
                assert course.pdc >= rule.pdc_at_least.value
                assert course.drug in label.counted
                assert course.episode == "current"
            elif course.kind == "fair" and course.episode == "current":
                assert enough < days or course.pdc < rule.pdc_at_least.value
    assert seen > MANY / 2


def test_a_failed_trial_never_fell_by_half_and_a_response_did() -> None:
    for patient in patients():
        for course, found in zip(patient.history.courses, patient.truth.courses, strict=True):
            during = course.during(patient.history.scores)
            if course.kind in ("sleep", "pain"):
                continue
            falls = [course.improvement(total) for _, total in during]
            if found.failed and course.before_added is None:
                assert max(falls) < 50
            if "response_achieved" in found.why_not:
                assert max(falls) >= 50


def test_what_the_planted_model_drew_is_what_came_of_the_trial() -> None:
    told = [
        one
        for patient in patients()
        for one in patient.truth.courses
        if one.nonresponse is not None
    ]
    assert len(told) > MANY / 2
    ended = [one for one in told if one.failed or "response_achieved" in one.why_not]
    assert len(ended) > 0.95 * len(told)
    for one in ended:
        responded = "response_achieved" in one.why_not
        assert one.nonresponse is not responded or responded is False


def test_what_the_record_carries_of_a_mimic_is_seen() -> None:
    told = {"hypothyroid", "alcohol", "sleep_apnoea", "bipolar", "b12_folate", "benzo"}
    for patient in patients()[:150]:
        met = {
            one.criterion.id
            for one in assess(by_form(patient), shipped()).mimics
            if one.verdict.word == "met"
        }
        assert told & set(patient.truth.mimics_recorded) <= met


def test_an_indicator_that_the_form_tells_is_read_as_it_was_planted() -> None:
    ill = world().cuts.crp_ill_above
    for patient in patients()[:150]:
        read = {
            measured.indicator.id: measured.x
            for domain in assess(by_form(patient), shipped()).causes.domains
            for measured in domain.indicators
        }
        for name, x in patient.person.indicators.items():
            acute = name == "in_hscrp" and patient.person.crp > ill
            told = patient.plan.in_form(name) and not acute
            assert read[name] == (x if told else None), (patient.id, name)
