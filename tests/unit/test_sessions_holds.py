"""What was given against a hold, and how an infusion ends before its order has run."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sessions import READY, Form, answer, at, decision, infusion, rules, spray

WITHHELD = at(-15, systolic_mmhg=190)
ON = {"minute": 0, "kind": "resume_ordered", "by": "dr-7"}
SEEN = {"minute": 5, "kind": "seen", "by": "dr-7", "of": "spray_against_hold"}


def home(*before: Form, **parts: object) -> dict[str, Any]:
    """The answer for a dose after these readings, calm from then to the second hour."""
    return answer(spray(*before, at(40), at(120), leaving=READY, **parts))


@pytest.mark.parametrize(
    "before",
    [
        (WITHHELD, at(0)),
        (WITHHELD,),
        (at(-15), at(0, systolic_mmhg=190)),
        (at(-15, systolic_mmhg=205), at(0)),
        (at(-5, spo2_pct=91), at(0)),
    ],
)
def test_a_device_given_against_a_hold_is_found_and_keeps_the_patient(
    before: tuple[Form, ...],
) -> None:
    told = home(*before)

    assert told["findings"]["spray_against_hold"]["actions"][0] == "ask_supervising_clinician"
    assert told["discharge"]["verdict"] == "not_met"
    assert told["discharge"]["findings"]["hold_kept"]["verdict"] == "not_met"
    assert told["rems_form_due_days"] is None


def test_a_spray_stays_withheld_while_it_is_calm_but_nobody_ordered_it_on() -> None:
    assert "spray_rests" in rules(spray(WITHHELD, at(-5)), "-5")
    assert decision(spray(WITHHELD, at(-5)), "-5") == "pause"
    assert answer(spray(WITHHELD, at(-5)))["state"] == "paused"


def test_a_device_ordered_on_after_two_calm_readings_is_not_against_a_hold() -> None:
    told = home(WITHHELD, at(-5), at(0), events=[ON])

    assert told["decisions"]["0"]["decision"] == "resume"
    assert "spray_against_hold" not in told["findings"]
    assert told["discharge"]["verdict"] == "met"


@pytest.mark.parametrize("before", [(at(-5), at(0)), (at(-3), at(0)), (at(0),)])
def test_an_order_that_is_not_allowed_leaves_the_device_against_the_hold(
    before: tuple[Form, ...],
) -> None:
    nameless = {"minute": 0, "kind": "resume_ordered"}
    order = nameless if len(before) == 2 and before[0]["minute"] == -5 else ON

    assert "spray_against_hold" in home(WITHHELD, *before, events=[order])["findings"]


def test_a_clinician_who_has_seen_it_lets_the_patient_go_and_the_finding_stays() -> None:
    told = home(WITHHELD, at(0), events=[SEEN])

    assert told["discharge"]["verdict"] == "met"
    assert "spray_against_hold" in told["findings"]


@pytest.mark.parametrize(
    "line",
    [
        SEEN | {"of": "adverse_event_reported"},
        SEEN | {"minute": -1},
        {"minute": 30, "kind": "oxygen", "by": "dr-7", "text": "seen: hold"},
        {"minute": 30, "kind": "adverse_event", "by": "nurse B", "text": "vomited, holding bowl"},
        {"minute": 30, "kind": "adverse_event", "by": "dr-7", "text": "given against hold, seen"},
    ],
)
def test_only_a_statement_on_the_hold_after_the_dose_says_that_it_was_seen(line: Form) -> None:
    told = home(WITHHELD, at(0), events=[line])["discharge"]

    assert told["findings"]["hold_kept"]["verdict"] == "not_met"
    assert "log_hold_as_seen" in told["findings"]["hold_kept"]["actions"]


def test_a_pump_started_against_its_rest_keeps_the_patient_until_it_was_seen() -> None:
    start = {"minute": 12, "kind": "pump_start"}
    off = {"minute": 14, "kind": "pump_stop"}
    seen = SEEN | {"minute": 15, "of": "start_without_order"}
    stopped = (at(0), at(10, spo2_pct=89), at(120))

    def verdict(*log: Form) -> str:
        told = answer(infusion(*stopped, events=list(log), leaving=READY))
        word: str = told["discharge"]["verdict"]
        return word

    assert verdict(start, off) == "not_met"
    assert verdict(start, off, seen) == "met"


# ---------------------------------------------------------------- before the dose


def test_the_pressure_before_the_dose_is_the_last_one_taken() -> None:
    bare = {"minute": 0, "spo2_pct": 98}
    told = home(at(-15), bare)["discharge"]

    assert told["findings"]["blood_pressure"]["verdict"] == "met"
    later = home(at(-15, systolic_mmhg=100), at(0))["discharge"]
    assert later["findings"]["blood_pressure"]["verdict"] == "met"
    earlier = home(at(-15), at(0, systolic_mmhg=100))["discharge"]
    assert earlier["findings"]["blood_pressure"]["verdict"] == "not_met"


# ---------------------------------------------------------------- an early end

OFF: Form = {"minute": 22, "kind": "pump_stop"}
FASTER: Form = {"minute": 11, "kind": "rate_change", "rate_mg_per_min": 10}
WATCHED = [at(minute) for minute in (0, 10, 20, 30, 45, 60, 75, 90, 105, 120)]


def test_a_patient_who_asks_to_stop_ends_the_infusion_with_an_incomplete_dose() -> None:
    told = answer(infusion(at(0), at(10), at(22, symptoms=["asks to stop"]), at(30)))

    assert (told["state"], told["delivered_mg"], told["wasted_mg"]) == ("stopped", 22, 18)
    because = told["findings"]["dose_below_order"]["because"]
    assert because == [{"fact": "left_over_mg", "value": 18}]


def test_a_pump_that_a_hand_stopped_last_has_ended_once_going_home_is_asked_about() -> None:
    rests = answer(infusion(*WATCHED, events=[OFF]))
    asked = answer(infusion(*WATCHED, events=[OFF], leaving=READY))

    assert (rests["state"], rests["wasted_mg"]) == ("paused", None)
    assert "dose_below_order" not in rests["findings"]
    assert (asked["state"], asked["delivered_mg"], asked["wasted_mg"]) == ("stopped", 22, 18)
    assert "dose_below_order" in asked["findings"]
    assert asked["discharge"]["verdict"] == "met"


@pytest.mark.parametrize(
    "further",
    [
        {"minute": 50, "kind": "pump_start"},
        {"minute": 50, "kind": "resume_ordered", "by": "dr-7"},
        {"minute": 50, "kind": "resume_ordered"},
    ],
)
def test_a_pump_that_was_to_run_again_has_not_ended_by_hand(further: Form) -> None:
    slow = {"dose_mg": 40, "minutes": 100}
    told = answer(infusion(*WATCHED, events=[OFF, further], leaving=READY, order=slow))

    assert told["state"] in ("running", "paused")
    assert told["discharge"]["verdict"] in ("not_met", "unknown")


def test_a_pump_paused_by_a_rule_ends_when_a_hand_turns_it_off_and_not_before() -> None:
    paused = [at(0), at(10), at(20, systolic_mmhg=184), *WATCHED[3:]]

    rests = answer(infusion(*paused, leaving=READY))
    off = answer(infusion(*paused, events=[OFF], leaving=READY))
    assert (rests["state"], rests["discharge"]["verdict"]) == ("paused", "not_met")
    assert (off["state"], off["delivered_mg"], off["discharge"]["verdict"]) == (
        "stopped",
        22,
        "met",
    )


def test_a_pump_stopped_by_hand_is_said_to_rest_by_hand_and_not_by_a_rule() -> None:
    form = infusion(*WATCHED[:4], events=[OFF])

    assert rules(form, "30") == {"pump_off_by_hand"}
    assert decision(form, "30") == "pause"


def test_a_rate_that_was_too_high_stays_on_the_session_and_keeps_nobody() -> None:
    told = answer(infusion(*WATCHED, events=[FASTER], leaving=READY))

    assert "rate_was_above_order" in told["findings"]
    assert told["discharge"]["verdict"] == "met"
