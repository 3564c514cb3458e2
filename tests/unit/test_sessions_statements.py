"""What is stated and never guessed: seen, withheld, off oxygen; and readings new enough."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sessions import READY, Form, answer, at, decision, infusion, rules, spray

WATCHED = [at(minute) for minute in (0, 10, 20, 30, 40, 55, 70, 85, 100, 110, 125)]
SPRAYED = [at(minute) for minute in (40, 60, 90, 120)]
PAUSED = [*WATCHED[:2], at(20, systolic_mmhg=184), *WATCHED[3:]]


def line(minute: float, kind: str, **told: object) -> Form:
    return {"minute": minute, "kind": kind, **told}


def seen(minute: float, of: str) -> Form:
    return line(minute, "seen", by="dr-7", of=of)


def home(form: Form) -> dict[str, Any]:
    """The discharge of a session of which all questions were answered well."""
    told: dict[str, Any] = answer(form | {"leaving": READY})["discharge"]
    return told


def open_in(form: Form) -> dict[str, str]:
    """What is not met or not known of going home, and which."""
    found = home(form)["findings"]
    return {name: one["verdict"] for name, one in found.items() if one["verdict"] != "met"}


# ---------------------------------------------------------------- after the last of the drug

AFTER_THE_READINGS = [
    (WATCHED, [line(0, "pump_start"), line(5, "pump_stop"), line(126, "pump_start")]),
    (PAUSED, [line(126, "resume_ordered", by="dr-7")]),
]


@pytest.mark.parametrize(("readings", "log"), AFTER_THE_READINGS)
@pytest.mark.parametrize("later", [line(170, "pump_stop"), line(200, "adverse_event")])
def test_readings_from_before_the_last_of_the_drug_let_nobody_go(
    readings: list[Form], log: list[Form], later: Form
) -> None:
    found = open_in(infusion(*readings, events=[*log, later]))

    assert found["readings_since"] == "unknown"
    assert found["time"] == "not_met"


def test_where_the_pump_ran_again_an_hour_counts_from_its_end() -> None:
    log = [line(0, "pump_start"), line(5, "pump_stop"), line(90, "pump_start")]

    assert open_in(infusion(*WATCHED, at(184), events=log)) == {"time": "not_met"}
    assert home(infusion(*WATCHED, at(185), events=log))["verdict"] == "met"


def test_where_the_infusion_took_longer_than_planned_an_hour_counts_from_its_end() -> None:
    slower = [line(0, "rate_change", rate_mg_per_min=0.5)]

    assert open_in(infusion(*WATCHED, at(139), events=slower)) == {"time": "not_met"}
    assert home(infusion(*WATCHED, at(140), events=slower))["verdict"] == "met"


def test_a_second_start_counts_as_given_until_the_pump_was_stopped() -> None:
    log = [line(0, "pump_start"), line(118, "pump_start"), line(123, "pump_stop")]
    signed = [*log, seen(124, "start_without_order")]

    assert open_in(infusion(*WATCHED, at(182), events=signed)) == {"time": "not_met"}
    assert home(infusion(*WATCHED, at(183), events=signed))["verdict"] == "met"
    assert answer(infusion(*WATCHED, events=log))["delivered_mg"] is None


def test_a_start_that_was_only_late_needs_one_statement_and_no_stop() -> None:
    readings = [at(minute) for minute in range(0, 180, 5)]
    start = line(50, "pump_start")

    assert open_in(infusion(*readings, events=[start])) == {"hold_kept": "not_met"}
    signed = infusion(*readings, events=[start, seen(51, "start_without_order")])
    assert home(signed)["verdict"] == "met"


@pytest.mark.parametrize(
    ("readings", "order"),
    [
        (WATCHED, line(30, "resume_ordered")),
        (PAUSED, line(22, "resume_ordered", by="dr-7")),
    ],
)
def test_after_an_order_that_was_refused_it_is_asked_whether_the_pump_is_off(
    readings: list[Form], order: Form
) -> None:
    log = [line(21, "pump_stop"), order]
    found = home(infusion(*readings, events=log))["findings"]["treatment_ended"]

    assert (found["verdict"], found["asks"]) == ("unknown", ["treatment_over"])
    off = infusion(*readings, events=[*log, line(40, "pump_stop")])
    assert home(off)["verdict"] == "met"


# ---------------------------------------------------------------- nothing given


@pytest.mark.parametrize("minute", [-4, 0, 5])
@pytest.mark.parametrize("reading", [{"systolic_mmhg": 190}, {"systolic_mmhg": 205}, {}])
def test_a_spray_that_was_withheld_was_not_given(minute: float, reading: Form) -> None:
    log = [line(minute, "dose_withheld", by="nurse B")]
    told = answer(spray(at(-5, **reading), at(1), *SPRAYED, events=log, leaving=READY))

    assert (told["delivered_mg"], told["wasted_mg"]) == (0, 56)
    assert (told["state"], told["discharge"]["verdict"]) == ("stopped", "met")
    assert told["rems_form_due_days"] is None
    assert "nothing_given" in told["findings"]
    assert "spray_against_hold" not in told["findings"]


def test_whoever_was_given_nothing_need_not_wait_two_hours() -> None:
    log = [line(-4, "dose_withheld", by="nurse B")]

    assert home(spray(at(-30, systolic_mmhg=190), at(-3), events=log))["verdict"] == "met"
    assert home(infusion(at(-30, systolic_mmhg=165), at(-3), events=log))["verdict"] == "met"
    assert open_in(spray(at(-30, systolic_mmhg=190), at(-3))) == {"time": "not_met"}


def test_a_stop_before_the_device_and_a_device_all_the_same_are_told_as_one() -> None:
    told = answer(spray(at(-5, systolic_mmhg=205), *SPRAYED, leaving=READY))

    assert (told["state"], told["delivered_mg"]) == ("stopped", 56)
    assert "spray_against_hold" in told["findings"]
    signed = answer(
        spray(
            at(-5, systolic_mmhg=205),
            *SPRAYED,
            leaving=READY,
            events=[seen(5, "spray_against_hold")],
        )
    )
    assert (signed["discharge"]["verdict"], signed["rems_form_due_days"]) == ("met", 7)


@pytest.mark.parametrize(
    ("readings", "log"),
    [
        (WATCHED, [line(0, "pump_start")]),
        (WATCHED, [line(12, "pump_stop")]),
        (PAUSED, []),
    ],
)
def test_an_infusion_that_is_known_to_have_run_cannot_be_said_to_be_withheld(
    readings: list[Form], log: list[Form]
) -> None:
    form = infusion(*readings, events=[*log, line(25, "dose_withheld", by="nurse B")])

    assert "withheld_but_ran" in answer(form)["findings"]
    assert answer(form)["delivered_mg"] > 0


def test_a_start_after_the_dose_was_withheld_is_found_and_nobody_knows_how_much() -> None:
    log = [line(-4, "dose_withheld", by="nurse B"), line(10, "pump_start")]
    told = answer(infusion(*WATCHED, events=log, leaving=READY))

    assert "start_without_order" in told["findings"]
    assert (told["delivered_mg"], told["discharge"]["verdict"]) == (None, "not_met")


def test_a_pump_stopped_of_which_no_start_is_known_is_asked_about() -> None:
    held = [at(0, systolic_mmhg=165), *WATCHED[1:]]
    form = infusion(*held, events=[line(40, "pump_stop")])

    assert open_in(form) == {"treatment_ended": "unknown"}
    withheld = [line(40, "pump_stop"), line(41, "dose_withheld", by="dr-7")]
    assert home(infusion(*held, events=withheld))["verdict"] == "met"


# ---------------------------------------------------------------- the order

TENFOLD = {"dose_mg": 400, "minutes": 40}
ON = line(0, "resume_ordered", by="dr-7")
BEFORE = [at(-10), at(-5), at(0), *WATCHED[1:]]


@pytest.mark.parametrize("order", [TENFOLD, {"dose_mg": 40, "minutes": 5}])
def test_an_order_above_its_limits_holds_the_start_like_a_pressure_does(order: Form) -> None:
    told = answer(infusion(*WATCHED, order=order, leaving=READY))

    assert {one["decision"] for one in told["decisions"].values()} == {"pause"}
    assert (told["state"], told["delivered_mg"]) == ("paused", 0)
    assert told["discharge"]["verdict"] == "not_met"
    started = answer(infusion(*WATCHED, order=order, events=[line(0, "pump_start")]))
    assert "start_without_order" in started["findings"]


def test_an_order_above_its_limits_runs_once_it_is_confirmed_and_ordered_on() -> None:
    confirmed = [seen(-1, "order_above_limits"), ON]
    alone = answer(infusion(*BEFORE, order=TENFOLD, events=[ON]))
    both = answer(infusion(*BEFORE, order=TENFOLD, events=confirmed, leaving=READY))

    assert "resume_order_not_seen" in alone["findings"]
    assert alone["delivered_mg"] == 0
    assert (both["delivered_mg"], both["discharge"]["verdict"]) == (400, "met")
    assert "order_above_limits" in both["findings"]


def test_an_order_to_go_on_before_minute_0_starts_nothing_before_it() -> None:
    log = [line(-5, "resume_ordered", by="dr-7")]
    form = infusion(at(-20, systolic_mmhg=165), at(-10), at(-5), at(0), at(10), events=log)

    assert (answer(form)["state"], answer(form)["delivered_mg"]) == ("running", 10)


# ---------------------------------------------------------------- adverse events

EVENT = line(100, "adverse_event", by="dr-7", text="nausea, seen by me, all well")


@pytest.mark.parametrize("form", [infusion(*WATCHED), spray(at(0), *SPRAYED)])
def test_an_adverse_event_that_nobody_has_seen_leaves_going_home_open_and_asks(form: Form) -> None:
    told = home(form | {"events": [EVENT]})

    assert told["verdict"] == "unknown"
    assert told["findings"]["adverse_events_seen"]["asks"] == ["event_seen"]
    signed = form | {"events": [EVENT, seen(101, "adverse_event_reported")]}
    assert home(signed)["verdict"] == "met"


def test_one_seen_does_not_speak_of_the_event_after_it() -> None:
    log = [EVENT, seen(101, "adverse_event_reported"), EVENT | {"minute": 110}]

    assert open_in(infusion(*WATCHED, events=log)) == {"adverse_events_seen": "unknown"}


def test_after_an_adverse_event_the_patient_is_read_again() -> None:
    log = [EVENT | {"minute": 126}, seen(127, "adverse_event_reported")]

    assert open_in(infusion(*WATCHED, events=log)) == {"readings_since": "unknown"}
    assert home(infusion(*WATCHED, at(130), events=log))["verdict"] == "met"


# ---------------------------------------------------------------- the patient's own


@pytest.mark.parametrize(("before", "now"), [((150, 85), (125, 80)), ((155, 95), (130, 80))])
def test_a_pressure_that_fell_is_what_was_waited_for(
    before: tuple[int, int], now: tuple[int, int]
) -> None:
    first = at(0, systolic_mmhg=before[0], diastolic_mmhg=before[1])
    last = at(125, systolic_mmhg=now[0], diastolic_mmhg=now[1])

    assert home(infusion(first, last))["verdict"] == "met"
    assert home(spray(first, at(40), last))["verdict"] == "met"


def test_a_low_pressure_is_let_go_only_where_it_is_the_patients_own() -> None:
    assert open_in(spray(at(0), at(40), at(120, systolic_mmhg=89))) == {"blood_pressure": "not_met"}
    own = {"systolic_mmhg": 95, "diastolic_mmhg": 60}
    low = at(120, systolic_mmhg=85, diastolic_mmhg=55)
    assert home(spray(at(0, **own), at(40), low))["verdict"] == "met"


def test_a_high_pressure_of_ones_own_is_judged_by_a_named_clinician() -> None:
    own = {"systolic_mmhg": 172, "diastolic_mmhg": 98}
    form = spray(at(0, **own), at(40), at(120, **own))
    found = home(form)["findings"]["blood_pressure"]

    assert found["verdict"] == "not_met"
    assert "log_pressure_as_seen" in found["actions"]
    assert home(form | {"events": [seen(120, "leaving_pressure")]})["verdict"] == "met"
    assert home(form | {"events": [seen(119, "leaving_pressure")]})["verdict"] == "not_met"
    risen = spray(at(0, **own), at(40), at(120, **own | {"systolic_mmhg": 173}))
    assert home(risen | {"events": [seen(120, "leaving_pressure")]})["verdict"] == "not_met"


@pytest.mark.parametrize(
    ("word", "field", "own", "worse"),
    [("spo2", "spo2_pct", 93, 92.5), ("dissociation", "cadss", 6, 7)],
)
def test_a_reading_like_that_before_the_treatment_lets_the_patient_go(
    word: str, field: str, own: float, worse: float
) -> None:
    def end(before: float | None, now: float) -> dict[str, str]:
        return open_in(spray(at(0, **{field: before}), at(40), at(120, **{field: now})))

    assert end(own, own) == {}
    assert end(own, worse) == {word: "not_met"}
    assert end(None, own) == {word: "not_met"}


def test_a_slow_pulse_of_ones_own_is_judged_by_a_named_clinician() -> None:
    slow = [at(minute, heart_rate_per_min=44) for minute in (0, 40, 120)]
    log = [seen(1, "spray_against_hold"), seen(120, "leaving_alarm")]

    assert open_in(spray(*slow, events=log[:1])) == {"leaving_alarm": "not_met"}
    assert home(spray(*slow, events=log))["verdict"] == "met"
    new = spray(at(0), at(40), slow[2], events=log[1:])
    assert open_in(new) == {"leaving_alarm": "not_met"}


# ---------------------------------------------------------------- on air


def test_a_saturation_under_oxygen_is_not_one_on_air() -> None:
    given, off = line(110, "oxygen"), line(115, "oxygen_off")
    under = home(infusion(*WATCHED, events=[given]))

    assert under["findings"]["spo2"]["asks"] == ["on_air"]
    assert under["verdict"] == "unknown"
    assert home(infusion(*WATCHED, events=[given, off]))["verdict"] == "met"
    late = infusion(*WATCHED, events=[given, line(125, "oxygen_off")])
    assert open_in(late) == {"spo2": "unknown"}


# ---------------------------------------------------------------- old readings


def test_a_reading_of_hours_ago_is_none_from_before_the_treatment() -> None:
    bare = [at(minute, systolic_mmhg=None, diastolic_mmhg=None) for minute in (0, 10)]
    form = infusion(at(-600), *bare, *WATCHED[2:])

    assert "reading_missing" in rules(form, "0")
    assert open_in(form) == {"blood_pressure": "unknown"}
    judged = form | {"events": [seen(125, "leaving_pressure")]}
    assert home(judged)["verdict"] == "met"


@pytest.mark.parametrize("gone", ["systolic_mmhg", "diastolic_mmhg"])
def test_half_a_pressure_before_the_treatment_is_judged_by_a_named_clinician(gone: str) -> None:
    form = spray(at(0, **{gone: None}), at(40), at(120))

    assert open_in(form) == {"blood_pressure": "unknown"}
    assert home(form | {"events": [seen(120, "leaving_pressure")]})["verdict"] == "met"


def test_a_reading_of_an_hour_ago_is_one_and_a_minute_more_is_too_old() -> None:
    bare = at(0, systolic_mmhg=None, diastolic_mmhg=None)

    assert decision(infusion(at(-60), bare), "0") == "continue"
    assert "reading_missing" in rules(infusion(at(-61), bare), "0")
