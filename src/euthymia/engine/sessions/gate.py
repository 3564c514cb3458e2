"""Before any pulse: may this session of stimulation begin?"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import asdict

from euthymia.engine.sessions.states import Decided, gravest
from euthymia.engine.sessions.told import Rules, Told, Value, all_judged
from euthymia.knowledge import Knowledge
from euthymia.knowledge.sessions import Decision, SessionRule
from euthymia.knowledge.therapies import Protocol
from euthymia.record.sessions import Gate, PreviousSession, Session
from euthymia.terms import Verdict


def gate_of(session: Session, knowledge: Knowledge, rules: Rules) -> Decided:
    """Proceed only if every answer is there and safe; what is open holds the session and asks."""
    told = told_at_gate(session, knowledge)
    findings = all_judged("gate", told, rules)
    by_id = {rule.id: rule for rule in rules.at("gate")}
    decisions = [_decision(by_id[one.criterion.id], one.verdict) for one in findings]
    shown = tuple(
        one
        for one in findings
        if one.verdict is Verdict.MET
        or (one.verdict is Verdict.UNKNOWN and by_id[one.criterion.id].always_asked)
    )
    return Decided(0.0, gravest(("proceed", *decisions)), shown)


def _decision(rule: SessionRule, verdict: Verdict) -> Decision | None:
    if verdict is Verdict.UNKNOWN:
        return rule.open_decision
    return rule.decision if verdict is Verdict.MET else None


def told_at_gate(session: Session, knowledge: Knowledge) -> Told:
    """The answers at the gate, and what is known of the day."""
    protocol = protocol_of(session, knowledge)
    return {
        **asdict(session.gate or Gate()),
        **_told_of_day(session, protocol),
        **_told_of_order(session, protocol),
        "accelerated_protocol": None if protocol is None else protocol.sessions_per_day > 1,
        "rethreshold_before_pulses": any(
            line.kind == "rethreshold" and line.minute <= 0 for line in session.log
        ),
    }


def _told_of_order(session: Session, protocol: Protocol | None) -> dict[str, Value]:
    """Whether the order says all that a session needs, and how it lies to its protocol."""
    order = session.order
    asked = order.intensity_pct_mt
    whole = None not in (protocol, order.motor_threshold_pct_mso, asked)
    above = None if protocol is None or asked is None else asked - protocol.intensity_pct_mt
    return {"order_is_whole": whole, "points_above_protocol": above}


def protocol_of(session: Session, knowledge: Knowledge) -> Protocol | None:
    """The protocol that was ordered; None: none was told."""
    return knowledge.protocols.get(session.order.protocol or "")


def pulses_of(protocol: Protocol) -> int:
    """The pulses of one session."""
    return sum(part.pulses_per_train * part.n_trains for part in protocol.parts)


def _told_of_day(session: Session, protocol: Protocol | None) -> dict[str, Value]:
    earlier = session.previous_today
    if earlier is None:
        return {"previous_sessions_today_told": False}
    left = None if protocol is None else float(protocol.sessions_per_day - len(earlier))
    return {
        "previous_sessions_today_told": True,
        "sessions_today": float(len(earlier)),
        "sessions_left_today": left,
        "minutes_to_wait": _to_wait(earlier, None if protocol is None else protocol.interval_min),
    }


def _to_wait(earlier: Sequence[PreviousSession], interval: float | None) -> float | None:
    """Minutes until the interval since the last session of the day is over; 0: none to wait."""
    if not earlier:
        return 0.0
    last = min(one.ended_minutes_ago for one in earlier)
    return None if interval is None else max(0.0, interval - last)
