"""One treatment session, replayed: what was to be done at each minute, and how it ended."""

from __future__ import annotations

from msgspec import Struct

from euthymia.engine.findings import Finding
from euthymia.engine.sessions.advance import advance, fold, refold
from euthymia.engine.sessions.closing import (
    Ending,
    achieved_pct_mt,
    closing_of,
    discharge_of,
    ended_by_hand,
    form_due,
)
from euthymia.engine.sessions.gate import gate_of, protocol_of, pulses_of
from euthymia.engine.sessions.ordered import begin, with_order
from euthymia.engine.sessions.pump import StateWord
from euthymia.engine.sessions.states import Decided, Moment, State, gravest, moments
from euthymia.engine.sessions.told import Rules, rules_of
from euthymia.engine.sessions.waiting import aged
from euthymia.engine.sessions.whole import findings_of
from euthymia.knowledge import Knowledge
from euthymia.knowledge.sessions import MonitoringForm
from euthymia.record.sessions import Session


class SessionAnswer(Struct, frozen=True, kw_only=True):
    """Everything there is to say of one session.

    Attributes:
        decisions: One for each observation; of stimulation, minute 0 is the gate.
        delivered_mg, wasted_mg: Of the order, mg; None where not known, or not over.
        achieved_pct_mt: Intensity given, percent of the motor threshold.
        form: What is to be sent after it.
    """

    session: Session
    knowledge: str
    state: StateWord
    decisions: tuple[Decided, ...]
    delivered_mg: float | None
    wasted_mg: float | None
    achieved_pct_mt: float | None
    discharge: Ending | None
    closing: Ending | None
    form: MonitoringForm | None
    findings: tuple[Finding, ...]


def replay(session: Session, knowledge: Knowledge) -> SessionAnswer:
    """The session as it was ordered, logged and observed, judged to its last moment.

    Args:
        session: One treatment; minutes need not be in order, they are folded by the minute.
        knowledge: The pages with the rules of sessions.
    """
    rules = rules_of(knowledge, session.therapy)
    return answered(session, fold(session, rules), knowledge)


def answered(session: Session, state: State, knowledge: Knowledge) -> SessionAnswer:
    """What there is to say of a session that stands where `state` says."""
    rules, state = rules_of(knowledge, session.therapy), ended_by_hand(session, state)
    gate = gate_of(session, knowledge, rules) if session.therapy == "tms" else None
    discharge = discharge_of(session, state, rules)
    findings = findings_of(session, state, gate, knowledge, rules)
    return SessionAnswer(
        session=session,
        knowledge=knowledge.version,
        state=_state(session, state, knowledge),
        decisions=with_order(_with_gate(state.decisions, gate), findings, rules),
        delivered_mg=state.pump.delivered_mg,
        wasted_mg=state.pump.wasted_mg,
        achieved_pct_mt=achieved_pct_mt(session),
        discharge=discharge,
        closing=closing_of(session, rules),
        form=form_due(session, state, discharge, knowledge),
        findings=findings,
    )


def _with_gate(decisions: tuple[Decided, ...], gate: Decided | None) -> tuple[Decided, ...]:
    """The gate as the decision of minute 0, together with an observation of that minute."""
    if gate is None:
        return decisions
    rest = tuple(one for one in decisions if one.minute != 0)
    here = [one for one in decisions if one.minute == 0]
    both = gravest((gate.decision, *(one.decision for one in here)))
    findings = tuple(finding for one in here for finding in one.findings)
    merged = Decided(0.0, both, (*gate.findings, *findings))
    return tuple(sorted((*rest, merged), key=lambda one: one.minute))


def _state(session: Session, state: State, knowledge: Knowledge) -> StateWord:
    """Of the pump, the sprays or the pulses; of pulses, what was given tells."""
    given = session.delivered
    if given is None or given.pulses is None or state.pump.state == "stopped":
        return state.pump.state
    protocol = protocol_of(session, knowledge)
    if protocol is None:
        return "running" if given.pulses else "not_started"
    if given.pulses == 0:
        return "not_started"
    return "completed" if given.pulses >= pulses_of(protocol) else "stopped"


__all__ = [
    "Decided",
    "Ending",
    "Moment",
    "Rules",
    "SessionAnswer",
    "State",
    "advance",
    "aged",
    "answered",
    "begin",
    "fold",
    "moments",
    "refold",
    "replay",
    "rules_of",
]
