"""The session form: what it takes, and what it refuses with place, fault and mend."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from euthymia import shipped
from euthymia.exchange.faults import SourceError
from euthymia.exchange.session import read_session
from euthymia.exchange.session_form import SessionForm
from euthymia.record.sessions import Happening
from tests.doors.intake_shape import of_schema, of_struct
from tests.sessions import READY, Form, answer, at, infusion, spray, stimulation

ROOT = Path(__file__).resolve().parents[2]


def schema(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((ROOT / "contracts" / name).read_text("utf-8"))
    return told


RESULT = Draft202012Validator(schema("session-result.schema.json"), format_checker=FormatChecker())
FORM = Draft202012Validator(schema("session.schema.json"), format_checker=FormatChecker())


def refused(form: Form | str) -> str:
    content = form if isinstance(form, str) else json.dumps(form)
    with pytest.raises(SourceError) as fault:
        read_session("session.json", content.encode(), shipped())
    return str(fault.value)


# ---------------------------------------------------------------- the published shapes


def test_the_structs_read_exactly_what_the_schema_says() -> None:
    # A date is told by its format; the pattern beside it says no more.
    assert of_struct(SessionForm) == of_schema(schema("session.schema.json"))


EXAMPLES: list[Form] = [
    *(
        json.loads((ROOT / "examples" / "sessions" / f"{name}.json").read_text("utf-8"))
        for name in ("infusion", "spray", "stimulation")
    ),
    infusion(at(-5), at(2.5, spo2_pct=89), events=[{"minute": 3, "kind": "resume_ordered"}]),
    spray(at(0), at(41, symptoms=["chest pain"]), leaving=READY, payer="x"),
    spray(leaving={}, concurrent_treatments=["tms"]),
    stimulation(delivered={"pulses": 600}, date="2026-06-30"),
    {"session": 1, "therapy": "tms"},
    {"session": 1, "therapy": "ketamine_iv"},
]


@pytest.mark.parametrize("form", EXAMPLES)
def test_each_answer_fits_the_published_result(form: Form) -> None:
    assert [fault.message for fault in FORM.iter_errors(form)] == []
    assert [fault.message for fault in RESULT.iter_errors(answer(form))] == []


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("field", "meant"),
    [
        ("systolic_kpa", "systolic_mmhg"),
        ("diastolic_kPa", "diastolic_mmhg"),
        ("spo2_kpa", "spo2_pct"),
        ("sytolic_mmhg", "systolic_mmhg"),
    ],
)
def test_a_reading_in_another_unit_is_refused_and_the_right_field_named(
    field: str, meant: str
) -> None:
    said = refused(infusion(at(0), {"minute": 5, field: 24}))

    assert said == f"session.json: observations[1].{field}: unknown field; did you mean {meant}?"


def test_a_clock_that_goes_backwards_is_refused_with_its_index() -> None:
    assert refused(infusion(at(0), at(10), at(9))).startswith(
        "session.json: observations[2].minute: does not rise"
    )
    assert "observations[1].minute" in refused(infusion(at(0), at(0)))


def test_a_log_that_goes_backwards_is_refused_with_its_index() -> None:
    log = [{"minute": 5, "kind": "pump_stop"}, {"minute": 4, "kind": "pump_start"}]

    assert refused(infusion(at(0), events=log)).startswith("session.json: events[1].minute: falls")


def test_a_change_of_rate_needs_the_rate() -> None:
    log = [{"minute": 5, "kind": "rate_change"}]

    assert "events[0].rate_mg_per_min: missing" in refused(infusion(at(0), events=log))


@pytest.mark.parametrize(
    ("form", "place"),
    [
        (infusion(at(0), gate={"sleep_hours": 7}), "gate"),
        (infusion(at(0), delivered={"pulses": 1}), "delivered"),
        (infusion(at(0), order={"protocol": "itbs_600"}), "order.protocol"),
        (stimulation(leaving={"oriented": True}), "leaving"),
        (stimulation(order={"dose_mg": 5}), "order.dose_mg"),
        (spray(at(0), order={"dose_mg": 56, "minutes": 40}), "order.minutes"),
    ],
)
def test_a_part_that_belongs_to_another_therapy_is_refused(form: Form, place: str) -> None:
    assert refused(form).startswith(f"session.json: {place}: belongs to")


PUMP = ("pump_start", "pump_stop", "rate_change")
OF_A_DRUG = ("dose_withheld", "seen", "oxygen_off")


def fault_of(form: Form, kind: str) -> str | None:
    """What a form with such an event is told; None: it is read."""
    needed = {"rate_change": {"rate_mg_per_min": 1}, "seen": {"of": "adverse_event_reported"}}
    line = {"minute": 0, "kind": kind, "by": "dr-7", **needed.get(kind, {})}
    told = form | {"events": [line]}
    try:
        read_session("session.json", json.dumps(told).encode(), shipped())
    except SourceError as fault:
        return str(fault)
    return None


@pytest.mark.parametrize("kind", get_args(Happening))
def test_an_event_of_another_kind_of_session_is_refused_and_never_passed_over(kind: str) -> None:
    of_the_pump, of_the_coil = kind in PUMP, kind in ("rethreshold", "missed_session")

    refused_in = [
        (infusion(at(0)), of_the_coil),
        (spray(at(0)), of_the_pump or of_the_coil),
        (stimulation(), of_the_pump or kind in OF_A_DRUG),
    ]
    for form, foreign in refused_in:
        said = fault_of(form, kind)
        assert (said is not None) is foreign
        assert said is None or f"events[0].kind: {kind} belongs to" in said
        assert said is None or said.endswith("take it out, or correct therapy")


def test_a_symptom_of_the_infusion_alone_is_refused_elsewhere() -> None:
    said = refused(spray(at(0), at(5, symptoms=["iv infiltration"])))

    assert "observations[1].symptoms: iv infiltration belongs to ketamine_iv" in said


def test_a_rate_on_a_line_that_would_pass_over_it_is_refused() -> None:
    log = [{"minute": 5, "kind": "pump_start", "rate_mg_per_min": 2}]

    assert "events[0].rate_mg_per_min: belongs to rate_change" in refused(
        infusion(at(0), events=log)
    )


SEEN = {"minute": 5, "kind": "seen", "by": "dr-7", "of": "start_without_order"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"minute": 5, "kind": "seen", "of": "leaving_alarm"}, "events[0].by: missing; name who"),
        (SEEN | {"by": " "}, "events[0].by: missing; name who has seen it"),
        ({"minute": 5, "kind": "seen", "by": "dr-7"}, "events[0].of: missing; name the finding"),
        (SEEN | {"of": "hold"}, "events[0].of: no finding to be seen"),
        (SEEN | {"of": "start_with_order"}, "did you mean start_without_order?"),
        (SEEN | {"of": "spray_against_hold"}, "events[0].of: no finding to be seen"),
        (SEEN | {"kind": "adverse_event"}, "events[0].of: belongs to seen, not to adverse_event"),
        ({"minute": 5, "kind": "dose_withheld"}, "events[0].by: missing; name who withheld"),
    ],
)
def test_a_statement_that_names_nobody_or_nothing_is_refused(line: Form, said: str) -> None:
    assert said in refused(infusion(at(0), events=[line]))


@pytest.mark.parametrize("minute", [-20000, -1441, 1441, 1e9])
def test_a_minute_that_is_no_part_of_one_session_is_refused(minute: float) -> None:
    line = {"minute": minute, "kind": "adverse_event"}

    assert "observations[0].minute" in refused(infusion(at(minute)))
    assert "events[0].minute" in refused(infusion(at(0), events=[line]))
    assert "cannot be (-1440 to 1440)" in refused(infusion(at(minute)))


def test_a_threshold_measured_after_the_session_is_refused() -> None:
    form = stimulation(date="2026-06-30", order={"motor_threshold_date": "2026-07-01"})

    assert "order.motor_threshold_date: after date" in refused(form)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"therapy": "tms"}, "session: missing; this field is required"),
        ({"session": 1}, "therapy: missing; this field is required"),
        ({"session": 2, "therapy": "tms"}, "session: unknown word (one of 1)"),
        ({"session": 1, "therapy": "ketamine"}, "did you mean ketamine_iv?"),
        ({"session": 1, "therapy": "tms", "gates": {}}, "gates: unknown field; did you mean gate?"),
        (infusion({"systolic_mmhg": 120}), "observations[0].minute: missing"),
        (infusion(at(0, spo2_pct=101)), "observations[0].spo2_pct: at most 100"),
        (infusion(at(0, moaas=6)), "observations[0].moaas: at most 5"),
        (infusion(at(0, moaas=4.5)), "observations[0].moaas: a whole number"),
        (infusion(at(0, symptoms=["chest pains"])), "did you mean chest pain?"),
        (infusion(at(0), order={"dose_mg": 0}), "order.dose_mg: more than 0"),
        (infusion(at(0), payer=""), "payer: empty"),
        (stimulation(date="2026-02-30"), "date: not a date of the calendar"),
        (infusion({"minute": 0, "moaas": "awake"}), "observations[0].moaas"),
        ("{", "not JSON"),
        ('{"session": 1, "session": 1}', "session: written twice in one place"),
        ('{"session": 1, "therapy": "tms", "gate": null}', "gate: null is not a value"),
        ("[]", "form: an object is needed"),
    ],
)
def test_each_fault_of_a_form_is_named_with_its_mend(form: Form | str, said: str) -> None:
    assert said in refused(form)


def test_a_refusal_repeats_no_value_of_the_patient() -> None:
    form = infusion(at(0), payer="Anna Muster", events=[{"minute": 0, "kind": "Anna Muster"}])

    assert "Anna" not in refused(form)


@pytest.mark.parametrize(
    ("reading", "place"),
    [
        ({"systolic_mmhg": 22.4, "diastolic_mmhg": 13.1}, "systolic_mmhg"),
        ({"systolic_mmhg": 98, "diastolic_mmhg": 168}, "diastolic_mmhg"),
        ({"spo2_pct": 0.97}, "spo2_pct"),
        ({"heart_rate_per_min": 1.2}, "heart_rate_per_min"),
    ],
)
def test_a_measure_that_cannot_be_is_named_and_not_judged(
    reading: dict[str, float], place: str
) -> None:
    form = {
        "session": 1,
        "therapy": "ketamine_iv",
        "order": {"dose_mg": 40, "minutes": 40},
        "observations": [{"minute": 0, **reading}],
    }
    with pytest.raises(SourceError, match=rf"observations\[0\]\.{place}"):
        read_session("session.json", json.dumps(form).encode(), shipped())
