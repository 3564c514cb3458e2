"""One infusion: each rule on its limit, the pump, and how a pause ends."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sessions import Form, answer, at, decision, infusion, rules

ORDERED = {"minute": 30, "kind": "resume_ordered", "by": "dr-7"}


def after(**readings: object) -> Form:
    """A calm start, then these readings at minute 10."""
    return infusion(at(0), at(10, **readings))


# ---------------------------------------------------------------- each limit

LIMITS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("infusion_alert", {"systolic_mmhg": 165}, {"systolic_mmhg": 164.9}, "alert"),
    ("infusion_alert", {"diastolic_mmhg": 100}, {"diastolic_mmhg": 99}, "alert"),
    ("infusion_pause", {"systolic_mmhg": 181}, {"systolic_mmhg": 180}, "pause"),
    ("infusion_pause", {"diastolic_mmhg": 111}, {"diastolic_mmhg": 110}, "pause"),
    ("infusion_stop_now", {"systolic_mmhg": 201}, {"systolic_mmhg": 200}, "stop"),
    ("infusion_stop_now", {"diastolic_mmhg": 121}, {"diastolic_mmhg": 120}, "stop"),
    ("spo2_oxygen", {"spo2_pct": 93}, {"spo2_pct": 94}, "oxygen_and_stimulate"),
    ("spo2_pause", {"spo2_pct": 91}, {"spo2_pct": 92}, "pause"),
    ("spo2_stop", {"spo2_pct": 89}, {"spo2_pct": 90}, "stop"),
    ("resp_rate_stop", {"respiratory_rate_per_min": 7}, {"respiratory_rate_per_min": 8}, "stop"),
    ("hr_pause", {"heart_rate_per_min": 131}, {"heart_rate_per_min": 130}, "pause"),
    ("hr_low_pause", {"heart_rate_per_min": 44}, {"heart_rate_per_min": 45}, "pause"),
    ("moaas_pause", {"moaas": 3}, {"moaas": 4}, "pause"),
    ("moaas_stop", {"moaas": 1}, {"moaas": 2}, "stop"),
]


@pytest.mark.parametrize(("rule", "past", "within", "word"), LIMITS)
def test_a_reading_on_its_limit_follows_the_operator_of_the_page(
    rule: str, past: dict[str, Any], within: dict[str, Any], word: str
) -> None:
    assert rule in rules(after(**past), "10")
    assert decision(after(**past), "10") == word
    assert rule not in rules(after(**within), "10")


@pytest.mark.parametrize(
    ("symptom", "rule", "word"),
    [
        *(
            (symptom, "any_symptom_stop", "stop")
            for symptom in (
                "chest pain",
                "dyspnoea",
                "severe headache",
                "visual loss",
                "neurological deficit",
                "seizure",
                "syncope",
            )
        ),
        *(
            (symptom, "behaviour_stop", "stop")
            for symptom in ("asks to stop", "severe agitation", "psychosis", "allergic reaction")
        ),
        ("iv infiltration", "infiltration_pause", "pause"),
    ],
)
def test_a_symptom_calls_for_its_rule_and_is_named(symptom: str, rule: str, word: str) -> None:
    told = answer(after(symptoms=[symptom]))["decisions"]["10"]

    assert told["decision"] == word
    assert told["findings"][rule]["because"] == [{"fact": "symptoms", "value": symptom}]


def test_calm_readings_let_the_infusion_go_on_without_a_finding() -> None:
    assert answer(after())["decisions"]["10"] == {"decision": "continue", "findings": {}}


def test_only_the_reading_past_its_limit_is_given_as_the_reason() -> None:
    told = answer(after(systolic_mmhg=184, diastolic_mmhg=108))["decisions"]["10"]

    because = told["findings"]["infusion_pause"]["because"]
    assert because == [{"fact": "systolic_mmhg", "value": 184}]


def test_the_gravest_rule_met_decides_and_the_milder_are_shown() -> None:
    form = after(spo2_pct=89, systolic_mmhg=170)

    assert decision(form, "10") == "stop"
    assert {"spo2_oxygen", "spo2_pause", "spo2_stop", "infusion_alert"} <= rules(form, "10")


def test_what_was_not_measured_fires_no_rule_of_its_own() -> None:
    form = after(heart_rate_per_min=None, respiratory_rate_per_min=None, symptoms=None)

    assert decision(form, "10") == "continue"


# ---------------------------------------------------------------- missing readings


def test_a_reading_that_is_due_and_absent_gives_an_alert_that_names_it() -> None:
    told = answer(after(systolic_mmhg=None))["decisions"]["10"]

    assert told["decision"] == "alert"
    missing = told["findings"]["reading_missing"]["because"]
    assert missing == [{"fact": "systolic_mmhg", "value": None}]


def test_a_reading_that_comes_too_late_gives_an_alert() -> None:
    on_time = infusion(at(0), at(15))
    too_late = infusion(at(0), at(16))

    assert decision(on_time, "15") == "continue"
    assert "reading_missing" in rules(too_late, "16")


def test_an_infusion_without_a_reading_before_it_gives_an_alert() -> None:
    assert "reading_missing" in rules(infusion(at(6)), "6")


def test_a_reading_between_the_due_ones_need_not_hold_them_all() -> None:
    form = infusion(at(0), {"minute": 5, "spo2_pct": 97})

    assert decision(form, "5") == "continue"


def test_after_the_end_readings_are_due_every_15_minutes_until_minute_120() -> None:
    during = [at(minute) for minute in (0, 10, 20, 30, 40)]

    assert decision(infusion(*during, at(60)), "60") == "continue"
    assert "reading_missing" in rules(infusion(*during, at(61)), "61")
    watched = [at(minute) for minute in (55, 70, 85, 100, 115)]
    assert decision(infusion(*during, *watched, at(180)), "180") == "continue"


def test_a_missing_reading_never_softens_a_graver_rule() -> None:
    assert decision(after(systolic_mmhg=None, spo2_pct=89), "10") == "stop"


def test_a_reading_never_taken_is_noted_on_the_whole_session() -> None:
    gone = answer(infusion(at(0, respiratory_rate_per_min=None)))["findings"]["reading_never_taken"]

    assert gone["because"] == [{"fact": "respiratory_rate_per_min", "value": None}]
    assert "reading_never_taken" not in answer(infusion(at(0)))["findings"]


# ---------------------------------------------------------------- the pump


def test_given_is_the_rate_times_the_minutes_the_pump_ran() -> None:
    told = answer(infusion(at(0), at(10)))

    assert (told["state"], told["delivered_mg"], told["wasted_mg"]) == ("running", 10, None)


def test_the_pump_runs_from_minute_0_though_the_first_reading_is_later() -> None:
    stopped = answer(infusion(at(30, systolic_mmhg=205, diastolic_mmhg=100)))

    assert (stopped["state"], stopped["delivered_mg"], stopped["wasted_mg"]) == ("stopped", 30, 10)
    assert answer(infusion(at(10), at(20)))["delivered_mg"] == 20


@pytest.mark.parametrize("readings", [(0, 20), (-5, 20), (10, 20), (20,)])
def test_a_start_logged_later_than_minute_0_is_that_of_the_pump(readings: tuple[int, ...]) -> None:
    start = {"minute": 5, "kind": "pump_start"}
    form = infusion(*(at(minute) for minute in readings), events=[start])

    assert answer(form)["delivered_mg"] == 15
    assert "start_without_order" not in answer(form)["findings"]


def test_only_the_first_start_of_the_log_is_that_of_the_infusion() -> None:
    starts = [{"minute": minute, "kind": "pump_start"} for minute in (5, 15)]

    assert answer(infusion(at(0), at(20), events=starts))["delivered_mg"] == 15


def test_a_start_after_the_order_has_run_out_by_the_clock_is_found() -> None:
    told = answer(infusion(at(0), at(40), at(50), events=[{"minute": 45, "kind": "pump_start"}]))

    assert (told["state"], told["wasted_mg"]) == ("running", None)
    assert "start_without_order" in told["findings"]


def test_readings_are_due_for_two_hours_from_the_start_as_logged() -> None:
    start = {"minute": 30, "kind": "pump_start"}
    watched = [at(minute) for minute in (*range(0, 71, 10), 85, 100, 115)]

    assert decision(infusion(*watched, at(145)), "145") == "continue"
    assert "reading_missing" in rules(infusion(*watched, at(145), events=[start]), "145")


def test_before_minute_0_nothing_has_started() -> None:
    told = answer(infusion(at(-10)))

    assert (told["state"], told["delivered_mg"]) == ("not_started", 0)


def test_after_the_planned_minutes_it_is_completed_and_nothing_is_left() -> None:
    told = answer(infusion(at(0), at(40), at(300)))

    assert (told["state"], told["delivered_mg"], told["wasted_mg"]) == ("completed", 40, 0)


def test_without_an_order_nobody_knows_what_was_given() -> None:
    told = answer({"session": 1, "therapy": "ketamine_iv", "observations": [at(0), at(10)]})

    assert (told["state"], told["delivered_mg"], told["wasted_mg"]) == ("running", None, None)


def test_a_stop_leaves_the_rest_of_the_order_over() -> None:
    told = answer(after(spo2_pct=89))

    assert (told["state"], told["delivered_mg"], told["wasted_mg"]) == ("stopped", 10, 30)


def test_after_a_stop_calm_readings_do_not_begin_it_again() -> None:
    form = infusion(at(0), at(10, spo2_pct=89), at(15), at(20), events=[ORDERED])

    assert decision(form, "20") == "stop"
    assert "stopped_for_the_day" in rules(form, "20")
    assert answer(form)["delivered_mg"] == 10


def test_a_pump_stopped_by_hand_rests_until_it_is_started() -> None:
    stop = {"minute": 10, "kind": "pump_stop"}
    start = {"minute": 20, "kind": "pump_start"}

    rested = answer(infusion(at(0), at(10), at(20), events=[stop]))
    went_on = answer(infusion(at(0), at(10), at(20), at(30), events=[stop, start]))

    assert (rested["state"], rested["delivered_mg"]) == ("paused", 10)
    assert (went_on["state"], went_on["delivered_mg"]) == ("running", 20)


def test_another_rate_gives_another_dose_and_never_more_than_the_order() -> None:
    slower = [{"minute": 20, "kind": "rate_change", "rate_mg_per_min": 0.5}]
    faster = [{"minute": 20, "kind": "rate_change", "rate_mg_per_min": 2}]

    assert answer(infusion(at(0), at(40), events=slower))["delivered_mg"] == 30
    fast = answer(infusion(at(0), at(60), events=faster))
    assert (fast["state"], fast["delivered_mg"]) == ("completed", 40)


def faster(rate: float, minute: float = 11) -> list[Form]:
    """A change to so many mg a minute, where 1 was ordered."""
    return [{"minute": minute, "kind": "rate_change", "rate_mg_per_min": rate}]


def test_a_rate_tenfold_the_order_is_a_pause_though_the_dose_is_gone_by_then() -> None:
    form = infusion(at(0), at(10), at(20), at(30), events=faster(10))
    found = answer(form)["decisions"]["20"]["findings"]["rate_above_order"]

    assert (decision(form, "10"), decision(form, "20")) == ("continue", "pause")
    assert found["because"] == [{"fact": "rate_of_order_pct", "value": 1000}]
    assert "rate_above_order" not in rules(form, "30")
    assert "rate_was_above_order" in answer(form)["findings"]


def test_a_rate_a_tenth_above_the_order_is_on_the_limit_and_more_is_past_it() -> None:
    on, past = (infusion(at(0), at(10), at(20), events=faster(rate)) for rate in (1.1, 1.11))

    assert decision(on, "20") == "continue"
    assert "rate_was_above_order" not in answer(on)["findings"]
    assert "rate_above_order" in rules(past, "20")


def test_a_rate_that_was_too_high_between_two_readings_is_found_at_the_next() -> None:
    form = infusion(at(0), at(10), at(20), at(30), events=[*faster(3), *faster(1, 13)])

    assert "rate_above_order" in rules(form, "20")
    assert "rate_above_order" not in rules(form, "30")


def test_a_rate_without_an_order_to_compare_it_with_is_open_and_asks() -> None:
    form = infusion(at(0), at(20), events=faster(10), order={"dose_mg": 40})

    assert answer(form)["findings"]["rate_was_above_order"]["verdict"] == "unknown"


def test_a_start_while_the_pump_is_to_rest_is_found() -> None:
    start = {"minute": 12, "kind": "pump_start"}
    form = infusion(at(0), at(10, spo2_pct=91), at(20), events=[start])

    assert "start_without_order" in answer(form)["findings"]
    assert answer(form)["delivered_mg"] is None


def test_more_than_twice_the_planned_minutes_is_found_and_exactly_twice_is_not() -> None:
    slow = [{"minute": 0, "kind": "rate_change", "rate_mg_per_min": 0.1}]

    assert "time_limit_exceeded" not in answer(infusion(at(0), at(80), events=slow))["findings"]
    assert "time_limit_exceeded" in answer(infusion(at(0), at(81), events=slow))["findings"]


# ---------------------------------------------------------------- pressure before the start

BEFORE: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("predose_review", {"systolic_mmhg": 141}, {"systolic_mmhg": 140}, "alert"),
    ("predose_review", {"diastolic_mmhg": 91}, {"diastolic_mmhg": 90}, "alert"),
    ("predose_hold", {"systolic_mmhg": 161}, {"systolic_mmhg": 160}, "pause"),
    ("predose_hold", {"diastolic_mmhg": 101}, {"diastolic_mmhg": 100}, "pause"),
]


@pytest.mark.parametrize("minute", [-5, 0])
@pytest.mark.parametrize(("rule", "past", "within", "word"), BEFORE)
def test_a_high_pressure_before_the_infusion_is_reviewed_or_holds_it(
    rule: str, past: dict[str, Any], within: dict[str, Any], word: str, minute: int
) -> None:
    form = infusion(at(minute, **past))

    assert decision(form, str(minute)) == word
    assert rule in rules(form, str(minute))
    assert rule not in rules(infusion(at(minute, **within)), str(minute))


def test_the_same_pressure_while_it_runs_is_not_one_before_it() -> None:
    assert decision(after(systolic_mmhg=161), "10") == "continue"


def test_a_pump_held_before_its_start_gives_nothing_until_it_is_ordered_on() -> None:
    held = [at(0, systolic_mmhg=162), at(5), at(10), at(20)]
    told = answer(infusion(*held))
    ordered = answer(infusion(*held, events=[ORDERED | {"minute": 10}]))

    assert (told["state"], told["delivered_mg"]) == ("paused", 0)
    assert (ordered["state"], ordered["delivered_mg"]) == ("running", 10)


def test_a_held_pump_is_still_before_its_start_after_minute_0() -> None:
    held = infusion(at(0, systolic_mmhg=162), at(5, systolic_mmhg=162), at(10), events=[ORDERED])

    assert "predose_hold" in rules(held, "5")
    assert answer(held)["state"] == "paused"


# ---------------------------------------------------------------- pause and resume


def paused(*further: Form, events: list[Form] | None = None) -> Form:
    """Paused for pressure at minute 20."""
    return infusion(at(0), at(10), at(20, systolic_mmhg=184), *further, events=events or [])


def test_a_second_reading_above_the_pause_line_after_a_pause_is_a_stop() -> None:
    form = paused(at(25, diastolic_mmhg=111))

    assert decision(form, "25") == "stop"
    assert "infusion_pause_repeated" in rules(form, "25")


def test_it_is_also_a_stop_after_the_pump_was_ordered_on() -> None:
    form = paused(at(25), at(30), at(40, systolic_mmhg=181), events=[ORDERED])

    assert decision(form, "40") == "stop"


def test_calm_readings_alone_do_not_end_a_pause() -> None:
    form = paused(at(25), at(30), at(35))

    assert [decision(form, minute) for minute in ("25", "30", "35")] == ["pause"] * 3
    assert answer(form)["delivered_mg"] == 20


def test_two_calm_readings_and_a_prescriber_end_a_pause() -> None:
    form = paused(at(25), at(30), at(40), events=[ORDERED])

    assert decision(form, "30") == "resume"
    assert decision(form, "40") == "continue"
    assert (answer(form)["state"], answer(form)["delivered_mg"]) == ("running", 30)


def test_an_order_between_two_readings_shows_at_the_next() -> None:
    form = paused(at(25), at(30), at(40), events=[ORDERED | {"minute": 32}])

    assert decision(form, "40") == "resume"
    assert answer(form)["delivered_mg"] == 28


REFUSED = [
    ("resume_without_prescriber", [at(25), at(30)], {"minute": 30, "kind": "resume_ordered"}),
    ("resume_without_prescriber", [at(25), at(30)], ORDERED | {"by": " "}),
    ("resume_too_early", [at(30)], ORDERED),
    ("resume_too_early", [at(26), at(30)], ORDERED),
    ("resume_too_early", [at(25), at(30, systolic_mmhg=165)], ORDERED),
    ("resume_too_early", [at(25, systolic_mmhg=165), at(30)], ORDERED),
    ("resume_too_early", [at(25, spo2_pct=93), at(30)], ORDERED),
    ("resume_too_early", [at(25, systolic_mmhg=None), at(30)], ORDERED),
]


@pytest.mark.parametrize(("rule", "further", "order"), REFUSED)
def test_an_order_to_go_on_that_is_not_allowed_is_named_and_the_pump_rests(
    rule: str, further: list[Form], order: Form
) -> None:
    form = paused(*further, events=[order])
    told = answer(form)

    assert rule in told["findings"]
    assert rule in told["decisions"]["30"]["findings"]
    assert told["decisions"]["30"]["decision"] == "pause"
    assert (told["state"], told["delivered_mg"]) == ("paused", 20)


def test_an_order_to_go_on_while_it_runs_changes_nothing() -> None:
    told = answer(infusion(at(0), at(10), events=[ORDERED | {"minute": 5}]))

    assert "resume_not_paused" in told["findings"]
    assert told["delivered_mg"] == 10


def test_what_paused_the_pump_must_be_known_to_be_over() -> None:
    first = at(20, symptoms=["iv infiltration"])
    unasked = infusion(
        at(0), at(10), first, at(25, symptoms=None), at(30, symptoms=None), events=[ORDERED]
    )
    asked = infusion(at(0), at(10), first, at(25), at(30), events=[ORDERED])

    assert answer(unasked)["state"] == "paused"
    assert answer(asked)["state"] == "running"


# ---------------------------------------------------------------- marks and log


def test_what_rests_on_a_design_default_is_marked_for_a_machine() -> None:
    mark = answer(after(spo2_pct=93))["findings"]["rests_on_design_defaults"]

    assert {"fact": "spo2_oxygen", "value": "design_default"} in mark["because"]


def test_oxygen_and_adverse_events_of_the_log_are_found() -> None:
    events = [
        {"minute": 5, "kind": "oxygen", "text": "2 L"},
        {"minute": 6, "kind": "adverse_event", "text": "vomiting"},
    ]
    found = answer(infusion(at(0), at(10), events=events))["findings"]

    assert {"oxygen_given", "adverse_event_reported"} <= set(found)
