"""What belongs to the whole session: the payer, the dose, the log, what was never measured."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from euthymia.engine.findings import Fact, Finding
from euthymia.engine.sessions.closing import achieved_pct_mt, pct_in
from euthymia.engine.sessions.due import missed, never_taken
from euthymia.engine.sessions.gate import protocol_of, pulses_of
from euthymia.engine.sessions.ordered import told_of_order
from euthymia.engine.sessions.pump import PLACES, at_rate
from euthymia.engine.sessions.seen import last_event
from euthymia.engine.sessions.states import Decided, State
from euthymia.engine.sessions.told import Rules, Told, Value, all_judged
from euthymia.knowledge import Knowledge
from euthymia.knowledge.sessions import PayerExclusion
from euthymia.record.sessions import Delivered, Session
from euthymia.terms import Verdict


def findings_of(
    session: Session, state: State, gate: Decided | None, knowledge: Knowledge, rules: Rules
) -> tuple[Finding, ...]:
    """What is met of the whole session, what was refused in it, and what is open and matters."""
    gone = _gone(state, rules)
    told: Told = {
        **told_of_order(session, rules),
        **_of_log(session, state),
        **_of_payer(session, knowledge),
        **_of_dose(session, gate, knowledge),
        **{key: bool(fields) for key, fields in gone.items()},
    }
    always = {rule.id for rule in rules.rules if rule.always_asked}
    found = (*all_judged("order", told, rules), *all_judged("session", told, rules))
    shown = (one for one in found if _matters(one, always))
    return (*(_naming(one, gone) for one in shown), *state.refused)


def _matters(finding: Finding, always: set[str]) -> bool:
    """Met; or open, and either always asked or already half told."""
    if finding.verdict is not Verdict.UNKNOWN:
        return finding.verdict is Verdict.MET
    known = len(finding.missing) < len(finding.criterion.facts)
    return known or finding.criterion.id in always


def _gone(state: State, rules: Rules) -> Mapping[str, tuple[str, ...]]:
    """Readings that are wanting, by the key of the fact that tells it."""
    if state.last is None:
        return {}
    late = tuple(missed(state.taken, state.last.minute, rules))
    raised = {due.if_missed for due in rules.dues}
    named = {
        rules.facts[fact].key or fact: tuple(
            field for due, field in late if due.if_missed == rule.id
        )
        for rule in rules.at("session")
        if rule.id in raised
        for fact in rule.facts
    }
    return {**named, "reading_never_taken": never_taken(state.taken, rules)}


def _naming(finding: Finding, gone: Mapping[str, tuple[str, ...]]) -> Finding:
    """Readings that are wanting are named by their fields."""
    fields = [field for fact in finding.because for field in gone.get(fact.name, ())]
    if not fields:
        return finding
    return replace(finding, because=tuple(Fact(field, None) for field in fields))


def _of_log(session: Session, state: State) -> dict[str, Value]:
    kinds = {line.kind for line in state.log}
    texts = tuple(line.text or "" for line in state.log if line.kind == "adverse_event")
    return {
        "adverse_event": last_event(state) is not None,
        "seizure_logged": texts,
        "missed_session": "missed_session" in kinds,
        "rethreshold": "rethreshold" in kinds,
        "oxygen": "oxygen" in kinds,
        "given_against_hold": state.against_hold is not None,
        "minutes_run_on": round(state.pump.ran_on, PLACES),
        "nothing_given": state.pump.nothing_given,
        "left_over_mg": _left_over(state),
        "rate_changed": "rate_change" in kinds,
        "highest_rate_of_order_pct": _highest_rate(state),
        "times_as_planned": _times_planned(session, state),
    }


def _left_over(state: State) -> float | None:
    left = state.pump.wasted_mg
    return None if left is None else round(left, PLACES)


def _highest_rate(state: State) -> float | None:
    """The highest rate of the log, percent of that ordered; None: there is none, or no order."""
    told = (line.rate_mg_per_min for line in state.log if line.kind == "rate_change")
    pumps = (at_rate(state.pump, rate) for rate in told if rate is not None)
    shares = (pump.rate_of_order_pct for pump in pumps)
    return max((share for share in shares if share is not None), default=None)


def _times_planned(session: Session, state: State) -> float | None:
    """How often the planned minutes have passed since the start, until the end or now."""
    begun, planned = state.pump.started, session.order.minutes
    until = state.minute if state.pump.ended is None else state.pump.ended
    if begun is None or until is None or planned is None:
        return None
    return round((until - begun) / planned, PLACES)


def _of_payer(session: Session, knowledge: Knowledge) -> dict[str, Value]:
    payer = _payer(session, knowledge)
    every = {word for one in knowledge.session_payers.values() for word in one.excludes}
    told = {
        f"payer_excludes_{word}": None if payer is None else word in payer.excludes
        for word in every
    }
    return {**told, "concurrent_treatments": session.concurrent_treatments}


def _payer(session: Session, knowledge: Knowledge) -> PayerExclusion | None:
    """The payer by its name, however it is capitalised; None: not told, or on no page."""
    name = (session.payer or "").strip().casefold()
    for payer in knowledge.session_payers.values():
        if payer.name.casefold() == name and session.therapy in payer.therapies:
            return payer
    return None


def _of_dose(session: Session, gate: Decided | None, knowledge: Knowledge) -> dict[str, Value]:
    """What is told of a stimulation session that was given."""
    given = session.delivered or Delivered()
    held = gate is not None and gate.decision != "proceed"
    return {
        **_of_intensity(session),
        **_of_pulses(session, given.pulses, knowledge),
        **_of_threshold(session),
        "pulses_despite_hold": held and bool(given.pulses),
    }


def _of_intensity(session: Session) -> dict[str, Value]:
    achieved, ordered = achieved_pct_mt(session), session.order.intensity_pct_mt
    if achieved is None or ordered is None:
        return {}
    above = round(achieved - ordered, PLACES)
    return {
        "points_above_ordered_intensity": above,
        "points_below_ordered_intensity": -above,
    }


def _of_pulses(session: Session, pulses: int | None, knowledge: Knowledge) -> dict[str, Value]:
    protocol = protocol_of(session, knowledge)
    if pulses is None or protocol is None:
        return {}
    earlier, planned = session.previous_today, pulses_of(protocol)
    today = None if earlier is None else float(len(earlier) * planned + pulses)
    return {
        "pulses_below_plan": float(planned - pulses),
        "pulses_above_plan": float(pulses - planned),
        "pulses_today": today,
    }


def _of_threshold(session: Session) -> dict[str, Value]:
    """How old the threshold of the pulses is, and how far a new one differs.

    One measured before the first pulse is of today; after it, it tells nothing of what was given.
    """
    ordered = session.order.motor_threshold_pct_mso
    again = [line for line in session.log if line.kind == "rethreshold"]
    newest = pct_in(again[-1].text) if again else None
    changed = None if newest is None or ordered is None else 100 * abs(newest - ordered) / ordered
    return {
        "motor_threshold_age_days": 0.0 if any(one.minute <= 0 for one in again) else _age(session),
        "motor_threshold_change_pct": None if changed is None else round(changed, PLACES),
    }


def _age(session: Session) -> float | None:
    """Days since the threshold was measured."""
    measured = session.order.motor_threshold_date
    return None if session.day is None or measured is None else float((session.day - measured).days)
