"""Laws of a running session: nothing later softens what was said, and a dose is never overrun."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from msgspec.structs import replace

from euthymia import shipped
from euthymia.engine.sessions import (
    SessionAnswer,
    State,
    advance,
    answered,
    begin,
    fold,
    moments,
    refold,
    replay,
    rules_of,
)
from euthymia.knowledge.sessions import MILDEST_FIRST, Decision
from euthymia.record.sessions import (
    Delivered,
    Gate,
    Leaving,
    Logged,
    Observation,
    PreviousSession,
    Session,
    SessionOrder,
)
from euthymia.terms import Verdict

KNOWLEDGE = shipped()
DRUGS = ("ketamine_iv", "esketamine")
SYMPTOMS = ("chest pain", "seizure", "asks to stop", "iv infiltration")
LINES = (
    "pump_start",
    "pump_stop",
    "rate_change",
    "resume_ordered",
    "dose_withheld",
    "seen",
    "oxygen",
    "oxygen_off",
    "adverse_event",
)
TO_BE_SEEN = tuple(rule.id for rule in KNOWLEDGE.session_rules.values() if rule.seen_as)


def maybe(values: st.SearchStrategy[float]) -> st.SearchStrategy[float | None]:
    return st.one_of(st.none(), values)


def told() -> st.SearchStrategy[bool | None]:
    return st.sampled_from([None, True, False])


@st.composite
def observations(draw: DrawFn, minute: float) -> Observation:
    """Readings near the limits of the pages, where a decision turns."""
    return Observation(
        minute=minute,
        systolic_mmhg=draw(maybe(st.sampled_from([120, 150, 164, 165, 180, 181, 201]))),
        diastolic_mmhg=draw(maybe(st.sampled_from([80, 99, 100, 110, 111, 121]))),
        heart_rate_per_min=draw(maybe(st.sampled_from([44, 45, 80, 130, 131]))),
        spo2_pct=draw(maybe(st.sampled_from([89, 90, 91, 93, 94, 98]))),
        respiratory_rate_per_min=draw(maybe(st.sampled_from([7, 8, 14]))),
        moaas=draw(st.sampled_from([None, 1, 3, 4, 5, 5])),
        cadss=draw(maybe(st.sampled_from([0, 4, 5]))),
        symptoms=draw(
            st.one_of(st.none(), st.just(()), st.sampled_from(SYMPTOMS).map(lambda one: (one,)))
        ),
    )


minutes = st.lists(
    st.one_of(st.sampled_from([-5, 0, 10, 20, 25, 30, 40, 60, 120]), st.integers(-10, 180)),
    min_size=1,
    max_size=8,
    unique=True,
).map(sorted)
READY = Leaving(
    escort_present=True,
    oriented=True,
    walks_steadily=True,
    nausea_controlled=True,
    new_suicidal_intent=False,
    advice_given=True,
)


CALM = Observation(
    minute=0.0,
    systolic_mmhg=130,
    diastolic_mmhg=80,
    heart_rate_per_min=75,
    spo2_pct=98,
    respiratory_rate_per_min=14,
    moaas=5,
    cadss=0,
    symptoms=(),
)


@st.composite
def answers_at_leaving(draw: DrawFn) -> Leaving:
    """All as it should be, but for at most one answer."""
    changed = draw(st.lists(st.sampled_from(Leaving.__struct_fields__), max_size=1))
    return replace(READY, **{field: draw(told()) for field in changed})


@st.composite
def ended_well(draw: DrawFn) -> Session:
    """A calm session of two hours, of which one reading or answer may be another or absent."""
    last = replace(CALM, minute=float(draw(st.sampled_from([119, 120, 150]))))
    odd = draw(observations(last.minute))
    changed = draw(st.lists(st.sampled_from(Observation.__struct_fields__), max_size=1))
    return Session(
        therapy=draw(st.sampled_from(DRUGS)),
        observations=(CALM, replace(last, **{field: getattr(odd, field) for field in changed})),
        leaving=draw(answers_at_leaving()),
    )


logged = st.builds(
    Logged,
    minute=st.integers(-5, 120).map(float),
    kind=st.sampled_from(LINES),
    by=st.sampled_from([None, "dr-7"]),
    of=st.sampled_from(TO_BE_SEEN),
    rate_mg_per_min=st.floats(0, 5),
)


@st.composite
def drug_sessions(draw: DrawFn) -> Session:
    """An infusion or a spray, with a log."""
    return Session(
        therapy=draw(st.sampled_from(DRUGS)),
        region=draw(st.sampled_from(["US", "EU"])),
        order=SessionOrder(
            dose_mg=draw(maybe(st.floats(1, 100))), minutes=draw(maybe(st.floats(1, 100)))
        ),
        observations=tuple(draw(observations(float(minute))) for minute in draw(minutes)),
        leaving=draw(st.one_of(st.none(), answers_at_leaving())),
        log=tuple(sorted(draw(st.lists(logged, max_size=5)), key=lambda line: line.minute)),
    )


SAFE = Gate(
    sleep_hours=8.0,
    alcohol_24h=False,
    drug_change=False,
    new_implant=False,
    seizure_or_syncope_since=False,
    pregnancy_possible=False,
    metal_removed=True,
    hearing_protection=True,
    consent_valid=True,
)


@st.composite
def gates(draw: DrawFn) -> Gate:
    """A safe gate of which a few answers may be others, or left out."""
    changed = draw(st.lists(st.sampled_from(Gate.__struct_fields__), max_size=2, unique=True))
    drawn = {
        field: draw(maybe(st.floats(0, 12)) if field == "sleep_hours" else told())
        for field in changed
    }
    return replace(SAFE, **drawn)


stimulations = st.builds(
    Session,
    therapy=st.just("tms"),
    day=st.one_of(st.none(), st.just(date(2026, 6, 30))),
    order=st.builds(
        SessionOrder,
        protocol=st.sampled_from([None, "itbs_600", "snt_saint"]),
        motor_threshold_pct_mso=maybe(st.floats(20, 90)),
        intensity_pct_mt=maybe(st.sampled_from([90, 120])),
    ),
    previous_today=st.one_of(
        st.none(), st.lists(st.builds(PreviousSession, st.floats(0, 600)), max_size=11).map(tuple)
    ),
    gate=gates(),
    delivered=st.one_of(
        st.none(),
        st.builds(
            Delivered,
            pulses=st.sampled_from([None, 0, 600]),
            output_pct_mso=maybe(st.floats(0, 100)),
            operator=st.sampled_from([None, "op-1"]),
            adverse_events_reviewed=told(),
        ),
    ),
)


def judged(session: Session) -> SessionAnswer:
    return replay(session, KNOWLEDGE)


def grade(decision: Decision) -> int:
    return MILDEST_FIRST.index(decision)


def folded(session: Session) -> list[State]:
    """The state after each moment."""
    rules = rules_of(KNOWLEDGE, session.therapy)
    states = [begin(session, rules)]
    for moment in moments(session.observations, session.log):
        states.append(advance(states[-1], moment, rules))
    return states


# ---------------------------------------------------------------- the fold


@given(drug_sessions())
def test_the_fold_of_a_beginning_is_the_beginning_of_the_fold(session: Session) -> None:
    rules = rules_of(KNOWLEDGE, session.therapy)
    for state in folded(session)[1:]:
        until = state.minute or 0.0
        begun = replace(
            session,
            observations=tuple(one for one in session.observations if one.minute <= until),
            log=tuple(line for line in session.log if line.minute <= until),
        )
        assert fold(begun, rules) == state


@given(drug_sessions(), st.randoms(use_true_random=False))
def test_readings_that_arrive_late_are_folded_anew_to_the_same(
    session: Session, chance: object
) -> None:
    rules = rules_of(KNOWLEDGE, session.therapy)
    late = list(session.observations)
    chance.shuffle(late)  # type: ignore[attr-defined]

    state = refold(session, late, rules)
    assert answered(session, state, KNOWLEDGE) == judged(session)


@given(drug_sessions(), st.data())
def test_a_graver_observation_later_never_softens_what_was_said_before(
    session: Session, data: st.DataObject
) -> None:
    last = session.observations[-1]
    graver = Observation(minute=last.minute + data.draw(st.integers(1, 30)), spo2_pct=80.0)
    longer = judged(replace(session, observations=(*session.observations, graver)))

    before = {one.minute: one.decision for one in judged(session).decisions}
    after = {one.minute: one.decision for one in longer.decisions}
    assert all(grade(after[minute]) >= grade(word) for minute, word in before.items())
    assert after[graver.minute] == "stop"


@given(drug_sessions(), st.data())
def test_one_symptom_more_never_softens_the_decision_of_its_minute(
    session: Session, data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(session.observations) - 1))
    here = session.observations[number]
    worse = replace(here, symptoms=(*(here.symptoms or ()), "chest pain"))
    seen = (*session.observations[:number], worse, *session.observations[number + 1 :])

    (decided,) = [
        one
        for one in judged(replace(session, observations=seen)).decisions
        if one.minute == here.minute
    ]
    assert decided.decision == "stop"


# ---------------------------------------------------------------- the dose


@given(drug_sessions())
def test_what_was_given_never_falls_and_never_exceeds_the_order(session: Session) -> None:
    pumps = [state.pump for state in folded(session)]
    known = [pump for pump in pumps if pump.share is not None]

    assert all(0 <= (pump.share or 0) <= 1 for pump in known)
    assert all(
        (first.share or 0) <= (second.share or 0)
        or (first.presumed and not second.presumed)
        or second.nothing_given
        for first, second in pairwise(known)
    )
    told = judged(session)
    dose = session.order.dose_mg
    if told.delivered_mg is not None and dose is not None:
        assert told.delivered_mg <= dose
        if told.wasted_mg is not None:
            assert abs(told.delivered_mg + told.wasted_mg - dose) < 1e-9


@given(st.floats(1, 100), st.floats(20, 100), st.floats(0.5, 60), st.floats(0.5, 150))
def test_a_start_logged_first_gives_what_the_pump_ran_since_then(
    dose: float, planned: float, start: float, ran: float
) -> None:
    told = judged(
        Session(
            therapy="ketamine_iv",
            order=SessionOrder(dose_mg=dose, minutes=planned),
            observations=(Observation(minute=0.0), Observation(minute=start + ran)),
            log=(Logged(minute=start, kind="pump_start"),),
        )
    )
    assert told.delivered_mg is not None
    assert abs(told.delivered_mg - dose * min(1, ran / planned)) < 1e-6
    assert (told.wasted_mg is not None) is (told.state == "completed")


def calm_at(minute: float, **other: float) -> Observation:
    return replace(CALM, minute=minute, **other)


@given(st.lists(logged, max_size=4), st.sampled_from([130.0, 184.0]))
def test_nobody_goes_home_before_an_infusion_has_ended(log: list[Logged], systolic: float) -> None:
    told = judged(
        Session(
            therapy="ketamine_iv",
            order=SessionOrder(dose_mg=40.0, minutes=40.0),
            observations=(calm_at(0.0), calm_at(10.0, systolic_mmhg=systolic), calm_at(260.0)),
            log=tuple(sorted(log, key=lambda line: line.minute)),
            leaving=READY,
        )
    )
    assert told.discharge is not None
    if told.discharge.verdict is Verdict.MET:
        assert told.state in ("stopped", "completed")
        assert all(line.kind != "pump_start" or line.minute < 200 for line in log)


@given(drug_sessions())
def test_nothing_is_given_after_a_stop_but_what_a_line_of_the_log_tells(session: Session) -> None:
    states = folded(session)
    stopped = [state.pump for state in states if state.pump.state == "stopped"]

    withheld = any(pump.rest == "withheld" for pump in stopped)
    against = any(state.against_hold is not None for state in states)
    told_on = any(pump.ran_on > 0 for pump in stopped)
    assert len({pump.share for pump in stopped}) <= 1 or against or withheld or told_on
    quiet = replace(session, log=())
    assert len({state.pump.share for state in folded(quiet) if state.pump.rest == "stop"}) <= 1
    assert not stopped or judged(session).state == "stopped"


@st.composite
def after_a_pause(draw: DrawFn) -> tuple[Session, bool]:
    """An infusion paused at minute 10 and ordered on later, and whether that order holds."""
    later = sorted(draw(st.sets(st.integers(11, 40), min_size=1, max_size=5)))
    raised = [draw(st.booleans()) for _ in later]
    by, ordered = draw(st.sampled_from([None, " ", "dr-7"])), draw(st.integers(11, 41))
    seen = [(minute, high) for minute, high in zip(later, raised, strict=True) if minute <= ordered]
    last_high = max((minute for minute, high in seen if high), default=10)
    calm = [minute for minute, _ in seen if minute > last_high]
    holds = by == "dr-7" and len(calm) >= 2 and calm[-1] - calm[0] >= 5
    return (
        Session(
            therapy="ketamine_iv",
            order=SessionOrder(dose_mg=40.0, minutes=40.0),
            observations=(
                CALM,
                calm_at(10.0, systolic_mmhg=184),
                *(
                    calm_at(float(minute), systolic_mmhg=170 if high else 130)
                    for minute, high in zip(later, raised, strict=True)
                ),
            ),
            log=(Logged(minute=float(ordered), kind="resume_ordered", by=by),),
        ),
        holds,
    )


@given(after_a_pause())
def test_a_pause_ends_by_an_order_with_a_name_after_two_calm_readings_and_by_nothing_else(
    told: tuple[Session, bool],
) -> None:
    session, holds = told

    assert judged(session).state == ("running" if holds else "paused")


@given(drug_sessions())
def test_a_pause_by_a_rule_ends_only_by_an_order_with_a_name_or_is_found(session: Session) -> None:
    for before, after in pairwise(folded(session)):
        if before.pump.rest == "pause" and after.pump.state in ("running", "completed"):
            ran_out = after.pump.ran_on > before.pump.ran_on and after.pump.share == 1
            assert (
                after.against_hold is not None
                or ran_out
                or any(
                    line.kind == "resume_ordered" and line.by
                    for line in session.log
                    if line.minute == after.minute
                )
            )


@given(
    st.sampled_from([{"systolic_mmhg": 190.0}, {"spo2_pct": 91.0}, {"moaas": 3}]),
    st.lists(st.integers(-14, 119), unique=True, max_size=6).map(sorted),
)
def test_a_device_against_a_hold_is_never_silent_however_calm_the_rest(
    high: dict[str, float], later: list[int]
) -> None:
    told = judged(
        Session(
            therapy="esketamine",
            observations=(
                calm_at(-15.0, **high),
                *(calm_at(float(minute)) for minute in (*later, 120)),
            ),
            leaving=READY,
        )
    )
    assert "spray_against_hold" in [one.criterion.id for one in told.findings]
    assert told.discharge is not None
    assert told.discharge.verdict is Verdict.NOT_MET


# ---------------------------------------------------------------- home, gate, closing


@given(st.one_of(ended_well(), drug_sessions()))
def test_nobody_goes_home_with_anything_unknown(session: Session) -> None:
    told = judged(session)
    if told.discharge is None or told.discharge.verdict is not Verdict.MET:
        assert told.form is None
        return
    last = session.observations[-1]
    assert told.discharge.missing == ()
    assert session.leaving == READY
    assert last.minute >= 120 or folded(session)[-1].pump.nothing_given
    assert last.moaas == 5
    before = folded(session)[-1].baseline or Observation(minute=0.0)
    assert (last.spo2_pct or 0) >= min(94, before.spo2_pct or 94)
    assert 0 < (last.systolic_mmhg or 0) <= max(160, before.systolic_mmhg or 0)
    assert 0 < (last.diastolic_mmhg or 0) <= max(100, before.diastolic_mmhg or 0)
    assert last.cadss is not None
    assert last.cadss <= max(4, before.cadss or 0)


@given(ended_well(), st.data())
def test_taking_away_an_answer_never_lets_anybody_go(session: Session, data: st.DataObject) -> None:
    asked = session.leaving or READY
    field = data.draw(st.sampled_from(Leaving.__struct_fields__))
    less = judged(replace(session, leaving=replace(asked, **{field: None})))

    assert less.discharge is not None
    assert less.discharge.verdict is not Verdict.MET


@given(stimulations)
def test_no_pulse_while_an_answer_at_the_gate_is_unsafe_or_missing(session: Session) -> None:
    told = judged(session)
    (gate,) = told.decisions
    asked = session.gate or Gate()
    if gate.decision == "proceed":
        slept, rested = asked.sleep_hours, replace(asked, sleep_hours=8.0)
        assert slept is not None
        assert slept >= 4
        assert rested == replace(
            SAFE, alcohol_24h=rested.alcohol_24h, drug_change=rested.drug_change
        )
        assert None not in (asked.alcohol_24h, asked.drug_change)


@given(stimulations)
def test_a_session_is_closed_only_with_everything_there(session: Session) -> None:
    closing = judged(session).closing
    if closing is None or closing.missing:
        return
    given_ = session.delivered or Delivered()
    assert None not in [getattr(given_, field) for field in Delivered.__struct_fields__]
    assert given_.adverse_events_reviewed
    assert (session.gate or Gate()).hearing_protection
