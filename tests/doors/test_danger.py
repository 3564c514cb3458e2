"""Danger signs: by form and by diagnosis, newest and shortly before, each as grave as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from euthymia import Assessment, assess, shipped
from euthymia.engine.findings import Danger
from euthymia.exchange.document import document
from euthymia.exchange.intake import read_intake
from euthymia.terms import Verdict

KNOWLEDGE = shipped()
NO = [1, 1, 1, 1, 1, 1, 1, 1, 0]
DAILY = [1, 1, 1, 1, 1, 1, 1, 1, 3]


def assessed(**told: Any) -> Assessment:
    form = {"intake": 1, "as_of": "2026-06-30", **told}
    return assess(read_intake("form.json", json.dumps(form).encode(), KNOWLEDGE), KNOWLEDGE)


def phq9(items: list[int], day: str) -> dict[str, Any]:
    return {"instrument": "phq9", "items": items, "date": day}


def diagnosed(code: str, onset: str | None = None) -> Danger:
    told = {"icd10cm": code} | ({"onset": onset} if onset else {})
    return assessed(diagnoses=[told]).safety.findings[0]


# ------------------------------------------------------------------ by diagnosis


@pytest.mark.parametrize(
    ("code", "grade"), [("R45.851", "thoughts"), ("T14.91XA", "attempt"), ("X78.1XXA", "attempt")]
)
def test_a_new_diagnosis_that_tells_of_suicide_is_a_danger_sign_and_comes_first(
    code: str, grade: str
) -> None:
    found = diagnosed(code, "2026-06-20")

    assert (found.verdict, found.grade) == (Verdict.MET, grade)
    assert [fact.value for fact in found.because] == [code]
    assert [str(fact.seen) for fact in found.because] == ["2026-06-20"]


def test_a_diagnosis_without_a_date_is_of_today() -> None:
    assert diagnosed("R45.851").verdict is Verdict.MET


@pytest.mark.parametrize(
    ("onset", "verdict"), [("2026-04-01", Verdict.MET), ("2026-03-31", Verdict.UNKNOWN)]
)
def test_a_coded_danger_speaks_for_90_days_and_is_history_after_that(
    onset: str, verdict: Verdict
) -> None:
    found = diagnosed("T14.91XA", onset)

    assert found.verdict is verdict
    assert [str(fact.seen) for fact in found.because] == [onset]


@pytest.mark.parametrize("code", ["Z91.51", "T14.91XS"])
def test_a_history_of_suicidal_behaviour_is_shown_and_asked_about(code: str) -> None:
    found = assessed(diagnoses=[{"icd10cm": code}])
    (danger,) = (one for one in found.safety.findings if one.id == "suicidality_history_coded")

    assert danger.verdict is Verdict.UNKNOWN
    assert [fact.value for fact in danger.because] == [code]
    assert danger.id in {question.id for question in found.questions}


def test_self_harm_without_the_wish_to_die_in_the_past_is_no_history_of_suicide() -> None:
    assert {one.id for one in assessed(diagnoses=[{"icd10cm": "Z91.52"}]).safety.findings} == {
        "suicidality"
    }


def test_the_document_names_the_code_its_day_and_its_grade() -> None:
    found = document(assessed(diagnoses=[{"icd10cm": "T14.91XA", "onset": "2026-06-20"}]))
    danger = found["safety"]["findings"]["suicidality_attempt_coded"]

    assert (danger["verdict"], danger["grade"]) == ("met", "attempt")
    assert danger["because"] == [{"fact": "diagnosis", "value": "T14.91XA", "date": "2026-06-20"}]


# ------------------------------------------------------------------ shortly before


def test_a_no_a_week_later_does_not_undo_a_danger_sign() -> None:
    found = assessed(scales=[phq9(DAILY, "2026-06-23"), phq9(NO, "2026-06-30")])
    danger = found.safety.findings[0]

    assert danger.verdict is Verdict.MET
    assert [str(fact.seen) for fact in danger.because] == ["2026-06-30", "2026-06-23"]


@pytest.mark.parametrize(
    ("day", "verdict"), [("2026-06-16", Verdict.MET), ("2026-06-15", Verdict.NOT_MET)]
)
def test_a_danger_sign_stands_for_14_days_before_a_no(day: str, verdict: Verdict) -> None:
    found = assessed(scales=[phq9(DAILY, day), phq9(NO, "2026-06-30")])

    assert found.safety.findings[0].verdict is verdict


def test_two_danger_signs_say_what_the_graver_one_says() -> None:
    less, more = [0] * 9 + [2], [0] * 9 + [6]
    scales = [
        {"instrument": "madrs", "items": more, "date": "2026-06-23"},
        {"instrument": "madrs", "items": less, "date": "2026-06-30"},
    ]
    danger = assessed(scales=scales).safety.findings[0]

    assert danger.grade == "plan"
    assert len(danger.because) == 2


# ------------------------------------------------------------------ as grave as it is


@pytest.mark.parametrize(
    ("scale", "grade"),
    [
        ({"instrument": "phq9", "items": DAILY}, "thoughts"),
        ({"instrument": "madrs", "items": [0] * 9 + [4]}, "thoughts"),
        ({"instrument": "madrs", "items": [0] * 9 + [6]}, "plan"),
        ({"instrument": "hamd17", "items": [0, 0, 2] + [0] * 14}, "thoughts"),
        ({"instrument": "hamd17", "items": [0, 0, 3] + [0] * 14}, "plan"),
        ({"instrument": "hamd17", "items": [0, 0, 4] + [0] * 14}, "attempt"),
        ({"instrument": "bdi2", "items": [0] * 8 + [2] + [0] * 12}, "plan"),
        ({"instrument": "qids_sr16", "items": [0] * 11 + [3] + [0] * 4}, "plan"),
        ({"instrument": "cssrs", "items": [1, 1, 0, 0, 0, 0]}, "thoughts"),
        ({"instrument": "cssrs", "items": [1, 1, 1, 1, 0, 0]}, "plan"),
        ({"instrument": "cssrs", "items": [0, 0, 0, 0, 0, 1]}, "attempt"),
    ],
)
def test_every_form_says_how_grave_its_answer_is(scale: dict[str, Any], grade: str) -> None:
    danger = assessed(scales=[scale]).safety.findings[0]

    assert (danger.verdict, danger.grade) == (Verdict.MET, grade)


def test_a_plan_an_intent_or_an_attempt_is_never_left_alone() -> None:
    forms = (form.safety for form in KNOWLEDGE.instruments.values() if form.safety)
    steps = [step for item in forms for step in item.step if step.grade != "thoughts"]

    assert len(steps) == 8
    for step in steps:
        words = " ".join(step.says.split())
        assert "today, in person" in words
        assert "do not leave the person alone" in words


def test_the_gravest_danger_sign_comes_first_whatever_form_told_it() -> None:
    found = assessed(
        scales=[
            {"instrument": "cssrs", "items": [1, 1, 0, 0, 0, 0]},
            {"instrument": "hamd17", "items": [0, 0, 4] + [0] * 14},
            {"instrument": "phq9", "items": NO},
        ]
    )

    assert [one.id for one in found.safety.findings] == [
        "suicidality_hamd17",
        "suicidality_cssrs",
        "suicidality_phq9",
    ]


# ------------------------------------------------------------------ beside a remission


def test_a_total_in_remission_with_a_danger_sign_is_doubted() -> None:
    found = assessed(scales=[phq9([0, 0, 0, 0, 0, 0, 0, 0, 3], "2026-06-30")])

    assert ["lies in remission" in one.what for one in found.quality.doubts] == [True]


def test_a_code_of_remission_is_not_believed_against_a_score_of_today() -> None:
    scale = {"instrument": "phq9", "total": 24, "date": "2026-06-29"}
    found = assessed(diagnoses=[{"icd10cm": "F33.41"}], scales=[scale], complete=["diagnoses"])
    mimics = {one.criterion.id: one.verdict for one in found.mimics}

    assert mimics["remission_now"] is Verdict.UNKNOWN
    assert found.resistance.answer != "excluded"
    assert any("contradict each other" in one.what for one in found.quality.doubts)


def test_an_old_score_does_not_speak_against_a_code_of_remission() -> None:
    scale = {"instrument": "phq9", "total": 24, "date": "2026-01-29"}
    found = assessed(diagnoses=[{"icd10cm": "F33.41"}], scales=[scale])

    assert found.resistance.answer == "excluded"
