"""The order itself, held against its limits before anything is read."""

from __future__ import annotations

import pytest

from tests.sessions import Form, answer, at, decision, infusion, rules, spray


def ordered(dose: float, minutes: float) -> Form:
    return infusion(at(-5), at(0), order={"dose_mg": dose, "minutes": minutes})


@pytest.mark.parametrize(
    ("dose", "minutes", "lightest"), [(40, 5, 320), (400, 40, 400), (200.1, 100, 200.1)]
)
def test_an_order_too_much_or_too_fast_for_anybody_holds_the_pump_from_the_first_reading(
    dose: float, minutes: float, lightest: float
) -> None:
    told = answer(ordered(dose, minutes))

    found = told["decisions"]["-5"]["findings"]["order_above_limits"]
    assert told["decisions"]["-5"]["decision"] == "pause"
    assert found["because"] == [{"fact": "least_weight_kg", "value": lightest}]
    assert set(told["decisions"]["0"]["findings"]) == {"pump_rests"}
    assert (told["state"], told["delivered_mg"]) == ("paused", 0)
    assert told["findings"]["order_above_limits"]["verdict"] == "met"


@pytest.mark.parametrize("order", [{"dose_mg": 40, "minutes": 40}, {"dose_mg": 40}, {}])
def test_without_a_weight_no_order_is_fine_and_the_weight_is_asked_for(order: Form) -> None:
    found = answer(infusion(at(0), order=order))["findings"]["order_above_limits"]

    assert found["verdict"] == "unknown"
    assert "heavy_enough" in found["asks"]


def test_the_least_weight_for_an_order_is_that_of_its_dose_or_of_its_rate() -> None:
    by_dose = answer(ordered(60, 60))["findings"]["order_lightest"]
    by_rate = answer(ordered(60, 20))["findings"]["order_lightest"]

    assert by_dose["because"][0] == {"fact": "least_weight_kg", "value": 60}
    assert by_rate["because"][0] == {"fact": "least_weight_kg", "value": 120}


@pytest.mark.parametrize(
    ("minutes", "outside"), [(39, True), (40, False), (100, False), (101, True)]
)
def test_an_infusion_ordered_shorter_or_longer_than_planned_is_asked_about(
    minutes: float, outside: bool
) -> None:
    assert ("order_minutes_outside" in rules(ordered(40, minutes), "-5")) is outside


def test_an_order_never_softens_what_the_first_reading_calls_for() -> None:
    form = infusion(at(0, spo2_pct=89), order={"dose_mg": 400, "minutes": 40})

    assert decision(form, "0") == "stop"
    assert {"order_above_limits", "spo2_stop"} <= rules(form, "0")


@pytest.mark.parametrize(("dose", "region"), [(40, "US"), (400, "US"), (28, "US"), (112, "EU")])
def test_a_dose_that_no_label_knows_withholds_the_device_from_the_first_reading(
    dose: float, region: str
) -> None:
    form = spray(at(-5), at(0), order={"dose_mg": dose}, region=region)

    assert decision(form, "-5") == "pause"
    found = answer(form)["findings"]
    assert found["spray_order_not_of_label"]["verdict"] == "met"
    assert found["spray_against_hold"]["verdict"] == "met"


@pytest.mark.parametrize(("dose", "region"), [(56, "US"), (84, "US"), (28, "EU")])
def test_a_dose_of_the_label_gives_none(dose: float, region: str) -> None:
    form = spray(at(-5), order={"dose_mg": dose}, region=region)

    assert decision(form, "-5") == "continue"
    assert "spray_order_not_of_label" not in answer(form)["findings"]


def test_a_dose_that_was_not_told_is_asked_for() -> None:
    found = answer({"session": 1, "therapy": "esketamine"})["findings"]

    assert found["spray_order_not_of_label"]["asks"] == ["dose_of_label"]
