"""Orders and readings that a slip makes: too strong, half written, too low, too fast."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sessions import answer, at, decision, infusion, rules, spray, stimulation


def ordered(**order: Any) -> dict[str, Any]:
    """A session of pulses with parts of its order changed; None leaves one out."""
    form = stimulation()
    told = {**form["order"], **order}
    return {**form, "order": {name: one for name, one in told.items() if one is not None}}


def test_a_whole_order_at_the_intensity_of_its_protocol_proceeds() -> None:
    assert decision(ordered(), "0") == "proceed"
    assert decision(ordered(intensity_pct_mt=100), "0") == "proceed"


@pytest.mark.parametrize("intensity", [121, 180])
def test_an_order_above_its_protocol_holds(intensity: float) -> None:
    form = ordered(intensity_pct_mt=intensity)
    assert decision(form, "0") == "hold"
    assert "order_above_protocol" in rules(form, "0")


@pytest.mark.parametrize("part", ["protocol", "motor_threshold_pct_mso", "intensity_pct_mt"])
def test_an_order_that_lacks_a_part_holds(part: str) -> None:
    form = ordered(**{part: None})
    assert decision(form, "0") == "hold"
    assert "order_not_whole" in rules(form, "0")


def test_no_order_at_all_holds() -> None:
    form = {name: one for name, one in stimulation().items() if name != "order"}
    assert decision(form, "0") == "hold"


@pytest.mark.parametrize(
    ("systolic", "word"), [(90, "continue"), (89, "alert"), (80, "alert"), (79, "pause")]
)
def test_a_low_pressure_alerts_below_90_and_pauses_the_pump_below_80(
    systolic: float, word: str
) -> None:
    form = infusion(at(-5), at(10, systolic_mmhg=systolic, diastolic_mmhg=40))
    assert decision(form, "10") == word


def test_a_low_pressure_holds_the_next_spray() -> None:
    assert decision(spray(at(-15, systolic_mmhg=79, diastolic_mmhg=50)), "-15") == "pause"


@pytest.mark.parametrize(("rate", "word"), [(1.99, "alert"), (2, "pause"), (10, "pause")])
def test_a_pump_at_twice_the_order_is_paused(rate: float, word: str) -> None:
    change = {"minute": 5, "kind": "rate_change", "rate_mg_per_min": rate}
    form = infusion(at(-5), at(10), events=[change])
    assert decision(form, "10") == word


def test_what_was_given_until_a_pause_for_the_rate_is_told() -> None:
    change = {"minute": 0, "kind": "rate_change", "rate_mg_per_min": 4}
    told = answer(infusion(at(-5), at(2), events=[change]))
    assert told["state"] == "paused"
    assert told["delivered_mg"] == pytest.approx(8)


@pytest.mark.parametrize(("minute", "told"), [(-5, False), (12, True)])
def test_a_threshold_measured_after_the_pulses_makes_none_of_them_fresh(
    minute: float, *, told: bool
) -> None:
    again = [{"minute": minute, "kind": "rethreshold", "text": "50 %"}]
    form = ordered(motor_threshold_date="2026-11-01") | {"date": "2026-12-01", "events": again}
    assert ("motor_threshold_old" in answer(form)["findings"]) is told
