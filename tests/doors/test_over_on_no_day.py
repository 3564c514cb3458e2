"""A problem of a FHIR record that is over, while nobody told since when."""

from __future__ import annotations

from typing import Any

import pytest

from euthymia import assess
from euthymia.engine.findings import Danger, Fact
from euthymia.record import Record
from euthymia.terms import Verdict
from tests.doors.test_fhir_therapies import KNOWLEDGE, condition, read, verdict

Json = dict[str, Any]
AT_A_VISIT: Json = {"category": [{"coding": [{"code": "encounter-diagnosis"}]}]}


def over(code: str, status: str = "resolved", **more: Any) -> Json:
    """The condition without any date."""
    told = condition(code, clinicalStatus={"coding": [{"code": status}]}, **more)
    return {name: value for name, value in told.items() if name != "recordedDate"}


def facts(record: Record, therapy: str) -> dict[str, Fact]:
    option = next(one for one in assess(record, KNOWLEDGE).options if one.therapy.id == therapy)
    return {fact.name: fact for one in option.findings for fact in one.finding.because}


def danger(record: Record) -> Danger:
    return next(one for one in assess(record, KNOWLEDGE).safety.findings if "coded" in one.id)


@pytest.mark.parametrize("status", ["resolved", "inactive", "remission"])
@pytest.mark.parametrize(
    ("code", "therapy", "criterion"),
    [
        ("I61.9", "ketamine_iv", "intracerebral_haemorrhage_history"),
        ("I61.9", "esketamine", "intracerebral_haemorrhage_history"),
        ("I61.9", "tms", "stroke_tbi_mass"),
        ("I71.4", "ketamine_iv", "aneurysmal_vascular_disease"),
        ("Z96.21", "tms", "cochlear_implant"),
        ("Z95.0", "tms", "pacemaker_icd"),
    ],
)
def test_what_is_dangerous_for_life_is_so_though_it_is_over_since_no_day(
    code: str, therapy: str, criterion: str, status: str
) -> None:
    record = read(over(code, status))

    assert verdict(record, criterion, therapy) is Verdict.MET
    assert any("only what lasts is read" in one.what for one in record.reading.doubts)


def test_what_speaks_only_while_it_lasts_does_not_speak_when_it_is_over_since_no_day() -> None:
    held, ended = (read(one) for one in (condition("E05.90"), over("E05.90")))

    assert verdict(held, "uncontrolled_hyperthyroidism", "ketamine_iv") is Verdict.MET
    assert verdict(ended, "uncontrolled_hyperthyroidism", "ketamine_iv") is not Verdict.MET


@pytest.mark.parametrize("therapy", ["ketamine_iv", "esketamine"])
def test_an_event_over_since_no_day_may_have_been_within_the_window(therapy: str) -> None:
    told = facts(read(over("I21.4")), therapy)

    assert told["cardiovascular_event_within_42_days"].value is None
    assert told["cardiovascular_event_within_42_days"].what == ("I21.4",)
    assert (
        verdict(read(over("I21.4")), "recent_cardiovascular_event_6wk", therapy) is Verdict.UNKNOWN
    )


def test_a_depression_over_since_no_day_is_none_of_today() -> None:
    held, ended = (read(one) for one in (condition("F33.2"), over("F33.2")))

    assert facts(held, "tms")["depressive_episode_diagnosed"].value is True
    assert facts(ended, "tms")["depressive_episode_diagnosed"].value is None


def test_a_danger_coded_and_over_since_no_day_is_a_question_and_not_an_alarm() -> None:
    assert danger(read(over("R45.851"))).verdict is Verdict.UNKNOWN


def test_a_visit_without_a_day_leaves_open_what_a_day_decides() -> None:
    told = facts(read(over("Z33.1", **AT_A_VISIT)), "tms")

    assert told["tms_pregnancy_coded"].value is None
