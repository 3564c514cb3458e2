"""One session of stimulation: the gate, the dose, the log, and how it is closed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sessions import SAFE_GATE, Form, answer, decision, rules, stimulation

GIVEN: Form = {
    "pulses": 600,
    "output_pct_mso": 60,
    "operator": "op-1",
    "adverse_events_reviewed": True,
}


def gate(**answers: object) -> Form:
    """A session whose gate is safe, but for these answers; None leaves one out."""
    told = {**SAFE_GATE, **answers}
    return stimulation(gate={name: value for name, value in told.items() if value is not None})


# ---------------------------------------------------------------- the gate


def test_with_every_answer_safe_the_session_proceeds() -> None:
    told = answer(stimulation(previous_sessions_today=[]))

    assert told["decisions"] == {"0": {"decision": "proceed", "findings": {}}}
    assert told["state"] == "not_started"


UNSAFE = [
    ("consent_missing", "consent_valid", False),
    ("metal_not_removed", "metal_removed", False),
    ("hearing_unprotected", "hearing_protection", False),
    ("new_implant", "new_implant", True),
    ("seizure_or_syncope_since", "seizure_or_syncope_since", True),
    ("pregnancy_possible", "pregnancy_possible", True),
    ("sleep_deprivation", "sleep_hours", 3.9),
    ("alcohol_24h", "alcohol_24h", True),
    ("drug_change", "drug_change", True),
]


@pytest.mark.parametrize(("rule", "question", "unsafe"), UNSAFE)
def test_an_unsafe_answer_holds_the_session(rule: str, question: str, unsafe: object) -> None:
    told = answer(gate(**{question: unsafe}))["decisions"]["0"]

    assert told["decision"] == "hold"
    assert told["findings"][rule]["verdict"] == "met"


@pytest.mark.parametrize(("rule", "question", "unsafe"), UNSAFE)
def test_an_answer_left_out_is_never_taken_as_the_safe_one(
    rule: str, question: str, unsafe: object
) -> None:
    told = answer(gate(**{question: None}))["decisions"]["0"]

    assert told["decision"] == "hold"
    assert told["findings"][rule]["verdict"] == "unknown"
    assert told["findings"][rule]["asks"] == [question]


def test_without_any_gate_every_question_is_asked() -> None:
    form = stimulation()
    del form["gate"]
    told = answer(form)["decisions"]["0"]

    assert told["decision"] == "hold"
    assert {rule for rule, _, _ in UNSAFE} <= set(told["findings"])


def test_exactly_4_hours_of_sleep_are_enough() -> None:
    assert decision(gate(sleep_hours=4), "0") == "proceed"


@pytest.mark.parametrize("question", ["alcohol_24h", "drug_change"])
def test_a_threshold_measured_anew_before_the_pulses_lets_it_proceed(question: str) -> None:
    anew = {"minute": -10, "kind": "rethreshold", "text": "52 % MSO"}
    later = anew | {"minute": 5}

    assert decision(gate(**{question: True}) | {"events": [anew]}, "0") == "proceed"
    assert decision(gate(**{question: True}) | {"events": [later]}, "0") == "hold"


def after(protocol: str, *minutes_ago: float) -> Form:
    """A session that comes after others of the same day."""
    earlier = [{"ended_minutes_ago": minutes} for minutes in minutes_ago]
    return stimulation(protocol, previous_sessions_today=earlier)


def test_an_accelerated_session_may_start_50_minutes_after_the_last_ended() -> None:
    assert decision(after("snt_saint", 50), "0") == "proceed"
    assert "too_soon_after_last_session" in rules(after("snt_saint", 49.9), "0")
    assert decision(after("snt_saint", 300, 49), "0") == "hold"


def test_another_protocol_has_one_session_a_day() -> None:
    assert decision(after("itbs_600", 600), "0") == "hold"
    assert decision(after("itbs_600"), "0") == "proceed"


def test_after_ten_accelerated_sessions_the_day_is_over() -> None:
    nine, ten = after("snt_saint", *[60] * 9), after("snt_saint", *[60] * 10)

    assert decision(nine, "0") == "proceed"
    assert "daily_sessions_reached" in rules(ten, "0")
    assert decision(ten, "0") == "hold"


def test_an_accelerated_session_without_a_log_of_the_day_is_held() -> None:
    assert "day_log_missing" in rules(stimulation("snt_saint"), "0")
    assert decision(stimulation("snt_saint"), "0") == "hold"


def test_of_another_protocol_a_log_that_is_not_told_is_asked_for() -> None:
    told = answer(stimulation())["decisions"]["0"]

    assert told["decision"] == "proceed"
    assert told["findings"]["too_soon_after_last_session"]["verdict"] == "unknown"


# ---------------------------------------------------------------- during


def test_a_seizure_stops_and_gives_the_seizure_plan() -> None:
    form = stimulation(observations=[{"minute": 2, "symptoms": ["seizure"]}])
    told = answer(form)

    assert (told["state"], told["decisions"]["2"]["decision"]) == ("stopped", "stop")
    plan = told["decisions"]["2"]["findings"]["seizure_plan"]["actions"]
    assert plan[0] == "stop_pulses"
    assert "event_form_within_24_hours" in plan


def test_a_seizure_in_the_log_gives_the_plan_too() -> None:
    logged = {"minute": 2, "kind": "adverse_event", "text": "Generalised SEIZURES for 30 s"}
    harmless = logged | {"text": "headache"}

    found = answer(stimulation(events=[logged]))["findings"]
    assert {"seizure_in_log", "adverse_event_reported"} <= set(found)
    assert "seizure_in_log" not in answer(stimulation(events=[harmless]))["findings"]


def test_an_observation_of_minute_0_stands_beside_the_gate() -> None:
    form = gate(consent_valid=False) | {"observations": [{"minute": 0, "symptoms": ["syncope"]}]}

    assert decision(form, "0") == "stop"
    assert {"consent_missing", "any_symptom_stop"} <= rules(form, "0")


# ---------------------------------------------------------------- the dose


def found(**parts: object) -> dict[str, Any]:
    told: dict[str, Any] = answer(stimulation(**parts))["findings"]  # type: ignore[arg-type]
    return told


def test_the_intensity_given_is_told_in_percent_of_the_threshold() -> None:
    told = answer(stimulation(delivered=GIVEN))

    assert (told["achieved_pct_mt"], told["delivered_pulses"]) == (120, 600)
    assert told["state"] == "completed"


@pytest.mark.parametrize(
    ("output", "rule"),
    [(59, None), (58.9, "output_below_order"), (61, None), (61.1, "output_above_order")],
)
def test_more_than_two_points_from_the_order_is_found(output: float, rule: str | None) -> None:
    names = set(found(delivered=GIVEN | {"output_pct_mso": output}))

    assert names & {"output_below_order", "output_above_order"} == ({rule} if rule else set())


def test_pulses_that_are_not_those_of_the_protocol_are_found() -> None:
    fewer = answer(stimulation(delivered=GIVEN | {"pulses": 599}))
    more = answer(stimulation(delivered=GIVEN | {"pulses": 601}))

    assert "pulses_below_plan" in fewer["findings"]
    assert fewer["state"] == "stopped"
    assert "pulses_above_plan" in more["findings"]


def test_the_pulses_of_the_day_are_added_up() -> None:
    form = after("snt_saint", 60, 120) | {"delivered": GIVEN | {"pulses": 1800}}
    day = answer(form)["findings"]["pulses_of_the_day"]

    assert day["because"] == [{"fact": "pulses_today", "value": 5400}]


def test_pulses_despite_a_hold_are_found() -> None:
    form = gate(consent_valid=False) | {"delivered": GIVEN}

    assert "pulses_despite_hold" in answer(form)["findings"]
    assert "pulses_despite_hold" not in found(delivered=GIVEN)


def aged(measured: str, **parts: object) -> dict[str, Any]:
    form = stimulation(date="2026-06-30", **parts)  # type: ignore[arg-type]
    form["order"] = form["order"] | {"motor_threshold_date": measured}
    told: dict[str, Any] = answer(form)["findings"]
    return told


def test_a_threshold_of_7_days_ago_still_holds_and_one_of_8_does_not() -> None:
    assert "motor_threshold_old" not in aged("2026-06-23")
    assert aged("2026-06-22")["motor_threshold_old"]["verdict"] == "met"


def test_a_threshold_of_unknown_age_is_asked_for() -> None:
    assert found()["motor_threshold_old"]["verdict"] == "unknown"


def test_a_threshold_that_moved_by_more_than_10_percent_is_found() -> None:
    def verdict(text: str) -> str | None:
        names = found(events=[{"minute": -5, "kind": "rethreshold", "text": text}])
        word: str | None = names.get("motor_threshold_changed", {}).get("verdict")
        return word

    assert verdict("55 % MSO") is None
    assert verdict("55.1") == "met"
    assert verdict("44") == "met"
    assert verdict("higher than before") == "unknown"


def test_the_newest_threshold_before_the_pulses_is_the_one_that_counts() -> None:
    anew = {"minute": -5, "kind": "rethreshold", "text": "60 %"}

    before = answer(stimulation(delivered=GIVEN, events=[anew]))
    later = answer(stimulation(delivered=GIVEN, events=[anew | {"minute": 20}]))
    assert (before["achieved_pct_mt"], later["achieved_pct_mt"]) == (100, 120)


def test_a_missed_session_is_found() -> None:
    assert "missed_session" in found(events=[{"minute": 0, "kind": "missed_session"}])


def test_oxygen_given_after_a_seizure_is_heard() -> None:
    assert "oxygen_given" in found(events=[{"minute": 3, "kind": "oxygen", "text": "4 L"}])


# ---------------------------------------------------------------- closing


def closing(gate: Form = SAFE_GATE, **given: object) -> dict[str, Any]:
    told = {**GIVEN, **given}
    delivered = {name: value for name, value in told.items() if value is not None}
    ending: dict[str, Any] = answer(stimulation(gate=gate, delivered=delivered))["closing"]
    return ending


def test_with_all_there_the_session_can_be_closed() -> None:
    assert closing() == {"verdict": "met", "missing": []}


@pytest.mark.parametrize("field", sorted(GIVEN))
def test_without_one_of_them_it_cannot(field: str) -> None:
    assert closing(**{field: None}) == {"verdict": "not_met", "missing": [field]}


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        ({"hearing_protection": False}, "hearing_protection"),
        ({"hearing_protection": None}, "hearing_protection"),
    ],
)
def test_without_hearing_protection_it_cannot(answers: Form, word: str) -> None:
    told = {name: value for name, value in (SAFE_GATE | answers).items() if value is not None}

    assert closing(told)["missing"] == [word]


def test_adverse_events_not_reviewed_keep_it_open() -> None:
    assert closing(adverse_events_reviewed=False)["missing"] == ["adverse_events_reviewed"]


def test_before_anything_was_given_there_is_nothing_to_close() -> None:
    assert answer(stimulation())["closing"] is None
