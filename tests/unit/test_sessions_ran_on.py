"""What the log tells of a pump that ran on after a rule had called for a pause or a stop."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sessions import READY, Form, answer, at, infusion, rules

STOP: Form = {"spo2_pct": 89}
PAUSE: Form = {"systolic_mmhg": 184}


def line(minute: float, kind: str, **told: object) -> Form:
    return {"minute": minute, "kind": kind, **told}


def ran_on(reading: Form, *log: Form, until: float = 60, **parts: object) -> dict[str, Any]:
    """The answer for 40 mg over 40 minutes of which a rule speaks at minute 10."""
    later = (at(minute) for minute in (20, 30, 40, 60, until))
    readings = {one["minute"]: one for one in (at(0), at(10, **reading), *later)}
    return answer(infusion(*readings.values(), events=list(log), **parts))


@pytest.mark.parametrize(("off", "given"), [(10.5, 10.5), (20, 20), (35, 35), (55, 40)])
def test_what_ran_after_a_stop_until_a_hand_turned_it_off_is_given(
    off: float, given: float
) -> None:
    told = ran_on(STOP, line(off, "pump_stop"))

    assert (told["state"], told["delivered_mg"], told["wasted_mg"]) == (
        "stopped",
        given,
        40 - given,
    )


@pytest.mark.parametrize("off", [10.5, 20, 35])
def test_what_ran_after_a_pause_until_a_hand_turned_it_off_is_given(off: float) -> None:
    told = ran_on(PAUSE, line(off, "pump_stop"))

    assert (told["state"], told["delivered_mg"], told["wasted_mg"]) == ("paused", off, None)


def test_a_pause_during_which_the_whole_order_ran_has_nothing_more_to_hold() -> None:
    told = ran_on(PAUSE, line(55, "pump_stop"))

    assert (told["state"], told["delivered_mg"], told["wasted_mg"]) == ("completed", 40, 0)


@pytest.mark.parametrize("reading", [STOP, PAUSE])
@pytest.mark.parametrize("log", [[], [line(10, "pump_stop")], [line(9, "pump_stop")]])
def test_without_a_later_line_the_pump_rests_from_the_decision(
    reading: Form, log: list[Form]
) -> None:
    told = ran_on(reading, *log)

    assert told["delivered_mg"] == (log[0]["minute"] if log else 10)


def test_a_second_stop_of_a_pump_that_is_off_adds_nothing() -> None:
    once = ran_on(STOP, line(15, "pump_stop"))
    twice = ran_on(STOP, line(15, "pump_stop"), line(35, "pump_stop"))

    assert twice["delivered_mg"] == once["delivered_mg"] == 15


def test_a_stop_after_a_pause_counts_from_the_pause() -> None:
    form = infusion(at(0), at(10, **PAUSE), at(15, **PAUSE), at(30), events=[line(25, "pump_stop")])
    assert "infusion_pause_repeated" in rules(form, "15")
    assert (answer(form)["state"], answer(form)["delivered_mg"]) == ("stopped", 25)


@pytest.mark.parametrize(("rate", "given"), [(0, 15), (0.5, 20), (2, 35)])
def test_a_change_of_rate_after_a_stop_tells_that_it_ran_and_how_fast_it_went_on(
    rate: float, given: float
) -> None:
    change = line(15, "rate_change", rate_mg_per_min=rate)

    assert ran_on(STOP, change)["delivered_mg"] == 15
    assert ran_on(STOP, change, line(25, "pump_stop"))["delivered_mg"] == given


def test_a_pump_that_ran_on_at_another_rate_is_asked_about_until_a_hand_turned_it_off() -> None:
    change = line(15, "rate_change", rate_mg_per_min=0.1)
    ends = [
        ran_on(STOP, change, *off, until=125, leaving=READY)["discharge"]["findings"]
        for off in ([], [line(20, "pump_stop")])
    ]
    assert [end["treatment_ended"]["verdict"] for end in ends] == ["unknown", "met"]


@pytest.mark.parametrize(("off", "minute", "word"), [(15, 120, "met"), (70, 129, "not_met")])
def test_an_hour_counts_from_the_minute_until_which_it_ran_on(
    off: float, minute: float, word: str
) -> None:
    log = [line(0, "rate_change", rate_mg_per_min=0.5), line(off, "pump_stop")]
    early, due = (ran_on(STOP, *log, until=end, leaving=READY) for end in (minute, 130))

    assert early["discharge"]["findings"]["time"]["verdict"] == word
    assert due["discharge"]["findings"]["time"]["verdict"] == "met"


def test_a_pause_that_a_prescriber_ended_counts_as_a_rest() -> None:
    on = line(20, "resume_ordered", by="dr-7")
    form = infusion(
        *(at(0), at(10, **PAUSE), at(15), at(20), at(30)), events=[on, line(25, "pump_stop")]
    )
    assert answer(form)["delivered_mg"] == 15


def test_a_pump_that_was_never_said_to_run_is_not_said_to_have_run_on() -> None:
    told = answer(infusion(at(-5, systolic_mmhg=165), at(30), events=[line(20, "pump_stop")]))

    assert told["delivered_mg"] == 0


# ---------------------------------------------------------------- the finding


@pytest.mark.parametrize("reading", [STOP, PAUSE])
@pytest.mark.parametrize(("off", "minutes"), [(10.5, 0.5), (20, 10), (55, 30)])
def test_the_minutes_that_it_ran_on_are_named_and_ask_for_the_pump_to_be_read(
    reading: Form, off: float, minutes: float
) -> None:
    found = ran_on(reading, line(off, "pump_stop"))["findings"]["ran_after_stop"]

    assert found["because"] == [{"fact": "minutes_run_on", "value": minutes}]
    assert found["actions"][0] == "read_pump"


@pytest.mark.parametrize("reading", [STOP, PAUSE, {}])
@pytest.mark.parametrize("log", [[], [line(10, "pump_stop")]])
def test_a_pump_that_rested_when_it_was_told_to_has_no_such_finding(
    reading: Form, log: list[Form]
) -> None:
    assert "ran_after_stop" not in ran_on(reading, *log)["findings"]
