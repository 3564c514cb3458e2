"""What was grave is not forgotten: an alarm that nobody read again, a symptom nobody has seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from euthymia import shipped
from euthymia.engine.sessions import fold, rules_of
from euthymia.exchange.session import read_session
from tests.sessions import READY, Form, answer, at, decision, infusion, rules, spray

ALARMS: list[Form] = [
    {"respiratory_rate_per_min": 6},
    {"heart_rate_per_min": 150},
    {"heart_rate_per_min": 44},
    {"symptoms": ["iv infiltration"]},
]


def home(form: Form) -> dict[str, Any]:
    """The discharge of a session of which all questions were answered well."""
    told: dict[str, Any] = answer(form | {"leaving": READY})["discharge"]
    return told


def open_in(form: Form) -> dict[str, str]:
    """What is not met or not known of going home, and which."""
    found = home(form)["findings"]
    return {name: one["verdict"] for name, one in found.items() if one["verdict"] != "met"}


def without(minute: float, readings: Form) -> Form:
    """A calm observation in which these fields were not read."""
    return at(minute, **dict.fromkeys(readings))


# ---------------------------------------------------------------- an alarm not read again


@pytest.mark.parametrize("grave", ALARMS)
def test_an_alarm_stays_open_until_its_field_was_read_again_without_it(grave: Form) -> None:
    form = infusion(at(0), at(45, **grave), *(without(minute, grave) for minute in (60, 90, 120)))

    assert open_in(form) == {"leaving_alarm": "unknown"}
    assert home(form)["findings"]["leaving_alarm"]["asks"] == ["rule_still_met"]
    assert open_in(infusion(*form["observations"], at(125))) == {}


@pytest.mark.parametrize("grave", ALARMS[:3])
def test_after_a_spray_too_an_alarm_that_nobody_read_again_stays_open(grave: Form) -> None:
    form = spray(at(0), at(40, **grave), without(120, grave))

    assert open_in(form) == {"leaving_alarm": "unknown"}
    assert open_in(spray(at(0), at(40, **grave), at(60), without(120, grave))) == {}


def test_an_alarm_read_again_and_still_there_keeps_the_patient() -> None:
    fast = {"heart_rate_per_min": 150}

    assert open_in(spray(at(0), at(40), at(120, **fast))) == {"leaving_alarm": "not_met"}


def test_a_slow_pulse_of_ones_own_that_was_not_read_again_is_judged_like_one_that_was() -> None:
    slow = {"heart_rate_per_min": 44}
    device = {"minute": 1, "kind": "seen", "by": "dr-7", "of": "spray_against_hold"}
    judged = {"minute": 120, "kind": "seen", "by": "dr-7", "of": "leaving_alarm"}
    readings = (at(0, **slow), at(40, **slow), without(120, slow))

    assert open_in(spray(*readings, events=[device])) == {"leaving_alarm": "unknown"}
    assert open_in(spray(*readings, events=[device, judged])) == {}


# ---------------------------------------------------------------- what is remembered


def test_of_what_is_remembered_the_last_minute_is_kept() -> None:
    high = {"systolic_mmhg": 184}
    form = infusion(at(0), at(20, **high), at(30, **high), at(45))
    session = read_session("session.json", json.dumps(form).encode(), shipped())

    state = fold(session, rules_of(shipped(), "ketamine_iv"))
    assert state.remembered["paused_for_pressure"] == 30


# ---------------------------------------------------------------- a symptom that is over

EVENTS: list[Form] = [
    *({"symptoms": [word]} for word in ("seizure", "chest pain", "syncope", "allergic reaction")),
    {"moaas": 1},
]


def seen(minute: float) -> Form:
    return {"minute": minute, "kind": "seen", "by": "dr-7", "of": "adverse_event_reported"}


@pytest.mark.parametrize("given", [spray, infusion])
@pytest.mark.parametrize("grave", EVENTS)
def test_a_symptom_that_stopped_is_seen_by_somebody_before_going_home_though_it_is_over(
    given: Callable[..., Form], grave: Form
) -> None:
    def left(*log: Form) -> dict[str, str]:
        return open_in(given(at(0), at(50, **grave), at(90), at(120), events=list(log)))

    assert left() == {"adverse_events_seen": "unknown"}
    assert left(seen(49)) == {"adverse_events_seen": "unknown"}
    assert left(seen(50)) == {}


def test_a_symptom_that_stopped_stays_on_the_session_as_an_adverse_event() -> None:
    told = answer(spray(at(0), at(50, symptoms=["seizure"]), at(120), events=[seen(60)]))

    assert "adverse_event_reported" in told["findings"]
    assert "adverse_event_reported" not in answer(spray(at(0), at(120)))["findings"]


def test_a_symptom_after_the_one_that_was_seen_is_seen_anew() -> None:
    pain = {"symptoms": ["chest pain"]}
    form = spray(at(0), at(40, **pain), at(90, **pain), at(120), events=[seen(60)])

    assert open_in(form) == {"adverse_events_seen": "unknown"}


@pytest.mark.parametrize("given", [spray, infusion])
def test_after_a_symptom_that_stopped_no_later_decision_is_to_go_on(
    given: Callable[..., Form],
) -> None:
    form = given(at(0), at(50, symptoms=["seizure"]), at(60), at(90))

    assert [decision(form, minute) for minute in ("50", "60", "90")] == ["stop"] * 3
    assert "stopped_for_the_day" in rules(form, "90")
    assert answer(form)["state"] == "completed"


def test_a_vein_that_was_missed_and_sited_anew_is_no_adverse_event() -> None:
    outside = at(50, symptoms=["iv infiltration"])

    assert open_in(infusion(at(0), outside, at(90), at(120))) == {}
