"""Laws of the way home: never on old readings or free text, and always open to who is well."""

from __future__ import annotations

from typing import Literal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from euthymia.engine.sessions import SessionAnswer
from euthymia.engine.sessions.states import together
from euthymia.record.sessions import Logged, Observation, Session, SessionOrder
from euthymia.terms import Verdict
from tests.laws.test_sessions import (
    CALM,
    DRUGS,
    READY,
    TO_BE_SEEN,
    calm_at,
    drug_sessions,
    ended_well,
    folded,
    judged,
    logged,
    observations,
)

RUNS = ("pump_start", "resume_ordered")
LATE = 1000.0


def with_log(session: Session, *lines: Logged) -> Session:
    """The session with further lines, by the minute."""
    log = sorted((*session.log, *lines), key=lambda line: line.minute)
    return replace(session, log=tuple(log))


def verdict(answer: SessionAnswer) -> Verdict:
    assert answer.discharge is not None
    return answer.discharge.verdict


@st.composite
def infusions(draw: st.DrawFn) -> Session:
    """An infusion after which all is calm, with whatever log."""
    lines = draw(st.lists(logged, max_size=6))
    planned = draw(st.sampled_from([None, 30.0, 40.0, 90.0]))
    return Session(
        therapy="ketamine_iv",
        order=SessionOrder(dose_mg=draw(st.sampled_from([20.0, 400.0])), minutes=planned),
        observations=tuple(
            calm_at(float(minute)) for minute in (-10, -5, 0, 20, 60, 100, 125, 190)
        ),
        log=tuple(sorted(lines, key=lambda line: line.minute)),
        leaving=READY,
    )


@given(infusions(), st.sampled_from([125.0, 190.0]))
def test_nobody_goes_home_on_readings_from_before_the_last_of_the_drug(
    session: Session, last: float
) -> None:
    seen = tuple(one for one in session.observations if one.minute <= last)
    session = replace(session, observations=seen)
    pump = folded(session)[-1].pump

    if verdict(judged(session)) is Verdict.MET:
        assert not pump.unbidden
        assert pump.ran_until is None or pump.ran_until < last
        assert pump.ran_until is not None or pump.nothing_given or pump.share == 0


@given(infusions(), st.integers(126, 300), st.integers(1, 60))
def test_a_start_after_the_last_reading_lets_nobody_go(
    session: Session, start: int, ran: int
) -> None:
    seen = tuple(one for one in session.observations if one.minute < start)
    on, off = Logged(minute=start, kind="pump_start"), Logged(minute=start + ran, kind="pump_stop")

    longer = with_log(replace(session, observations=seen), on, off)
    assert verdict(judged(longer)) is not Verdict.MET


@given(st.one_of(ended_well(), infusions()), st.text(max_size=40), st.sampled_from([None, "dr-7"]))
def test_no_text_of_an_event_lets_anybody_go(session: Session, text: str, by: str | None) -> None:
    event = Logged(minute=400.0, kind="adverse_event", by=by, text=f"seen, hold withheld {text}")

    assert verdict(judged(with_log(session, event))) is not Verdict.MET


@given(ended_well(), st.integers(0, 119))
def test_an_event_that_nobody_has_seen_leaves_it_open_and_one_seen_changes_nothing(
    session: Session, minute: int
) -> None:
    event = Logged(minute=float(minute), kind="adverse_event")
    seen = Logged(minute=minute, kind="seen", by="dr-7", of="adverse_event_reported")
    before = verdict(judged(session))

    assert verdict(judged(with_log(session, event))) is min(before, Verdict.UNKNOWN)
    assert verdict(judged(with_log(session, event, seen))) is before


@given(st.sampled_from([400.0, 1000.0, 250.0]), st.lists(logged, max_size=4))
def test_of_an_order_above_its_limits_nothing_is_given_unsaid(
    dose: float, log: list[Logged]
) -> None:
    session = Session(
        therapy="ketamine_iv",
        order=SessionOrder(dose_mg=dose, minutes=40.0),
        observations=tuple(calm_at(float(minute)) for minute in (-10, -5, 0, 20, 60, 125)),
        log=tuple(sorted(log, key=lambda line: line.minute)),
    )
    told = judged(session)
    confirmed = any(
        line.kind == "seen" and line.by and line.of == "order_above_limits" for line in log
    )
    ordered = any(line.kind == "resume_ordered" and line.by for line in log)
    found = {one.criterion.id for one in told.findings}

    assert told.delivered_mg == 0 or "start_without_order" in found or (confirmed and ordered)


@given(st.integers(90, 160), st.integers(90, 240))
def test_a_pressure_that_falls_never_keeps_whom_a_higher_one_let_go(now: int, before: int) -> None:
    session = Session(
        therapy="esketamine",
        observations=(
            calm_at(0.0, systolic_mmhg=before),
            calm_at(40.0),
            calm_at(120.0, systolic_mmhg=now),
        ),
        leaving=READY,
        log=(Logged(minute=1.0, kind="seen", by="dr-7", of="spray_against_hold"),),
    )

    assert (verdict(judged(session)) is Verdict.MET) is (now - before <= 20)


ONLY_NOTED = ("heart_rate_per_min", "respiratory_rate_per_min", "symptoms")


@given(observations(60.0), st.sets(st.sampled_from(ONLY_NOTED)), st.sampled_from(DRUGS))
def test_what_was_not_read_again_keeps_a_patient_as_if_it_still_were_so(
    worse: Observation, left_out: set[str], therapy: Literal["ketamine_iv", "esketamine"]
) -> None:
    def goes_home(**last: object) -> bool:
        end = replace(CALM, minute=120.0, **last)
        session = Session(
            therapy=therapy,
            order=SessionOrder(dose_mg=40.0, minutes=40.0),
            observations=(CALM, worse, end),
            leaving=READY,
            log=(Logged(minute=120.0, kind="seen", by="dr-7", of="adverse_event_reported"),),
        )
        return verdict(judged(session)) is Verdict.MET

    newest = {field: getattr(together(CALM, worse), field) for field in left_out}
    assert goes_home(**dict.fromkeys(left_out)) is goes_home(**newest)


@given(st.one_of(drug_sessions(), infusions()))
def test_whatever_keeps_a_patient_says_what_would_settle_it(session: Session) -> None:
    told = judged(replace(session, leaving=session.leaving or READY))
    assert told.discharge is not None
    for one in told.discharge.requirements:
        if one.finding.verdict is Verdict.UNKNOWN:
            assert all(fact.ask for fact in one.finding.missing)
            assert one.finding.missing
        if one.finding.verdict is Verdict.NOT_MET:
            assert one.finding.criterion.actions


@given(st.one_of(drug_sessions(), infusions()))
def test_nothing_keeps_a_patient_who_is_well_for_ever(session: Session) -> None:
    lines = [Logged(minute=LATE, kind=kind, by="dr-7") for kind in ENDS[session.therapy]]
    seen = [Logged(minute=LATE + 200, kind="seen", by="dr-7", of=rule) for rule in TO_BE_SEEN]
    well = replace(
        with_log(session, *lines, *seen),
        observations=(*session.observations, replace(CALM, minute=LATE + 200)),
        leaving=READY,
    )
    told = judged(well)
    assert told.discharge is not None
    left = [one.rule.id for one in told.discharge.requirements if one.finding.verdict < Verdict.MET]
    assert left == []


ENDS = {
    "ketamine_iv": ("pump_stop", "dose_withheld", "oxygen_off"),
    "esketamine": ("oxygen_off",),
}
"""What is logged once all is over: the pump off, or nothing given, and oxygen off."""
