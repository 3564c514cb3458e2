"""The end of a session: may the patient go home, and may the session be closed?"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import asdict, replace

from euthymia.engine.findings import Finding
from euthymia.engine.sessions.pump import A_MOMENT, Pump, stopped
from euthymia.engine.sessions.seen import last_event, named, told_of_seen
from euthymia.engine.sessions.states import State
from euthymia.engine.sessions.told import Rules, Told, Value, judged
from euthymia.knowledge import Knowledge
from euthymia.knowledge.sessions import MonitoringForm, SessionRule
from euthymia.record.sessions import Delivered, Gate, Observation, Session
from euthymia.terms import Verdict

CALLS_FOR_CARE = ("pause", "stop")
OF_BASELINE = ("systolic_mmhg", "diastolic_mmhg", "spo2_pct", "cadss")
"""Readings that are held against those before the treatment."""


class Requirement(Struct, frozen=True):
    """One thing that must hold first, and the word under which it is listed."""

    rule: SessionRule
    finding: Finding


class Ending(Struct, frozen=True):
    """Whether all requirements hold: not met if any is not, unknown if one is open."""

    requirements: tuple[Requirement, ...]

    @property
    def verdict(self) -> Verdict:
        return min((one.finding.verdict for one in self.requirements), default=Verdict.UNKNOWN)

    @property
    def missing(self) -> tuple[str, ...]:
        """The words of what is not met, or not known."""
        return tuple(
            one.rule.as_missing
            for one in self.requirements
            if one.rule.as_missing and one.finding.verdict is not Verdict.MET
        )


def ended_by_hand(session: Session, state: State) -> State:
    """A pump that rests since a hand stopped it has ended, once going home is asked about.

    Until then it could go on, and only rests.
    """
    pump = state.pump
    if session.leaving is None or not (pump.paused and pump.off):
        return state
    return replace(state, pump=stopped(pump, pump.ran_until or 0.0))


def discharge_of(session: Session, state: State, rules: Rules) -> Ending | None:
    """Whether the patient may go home, judged at the last observation; None: nobody asked yet."""
    if session.leaving is None:
        return None
    told: Told = {
        **_of_log(state, rules),
        **_at_last(session, state, rules),
        **asdict(session.leaving),
    }
    return _ending("discharge", told, rules)


def _ending(stage: str, told: Told, rules: Rules) -> Ending:
    return Ending(
        tuple(
            Requirement(rule, judged(rule, told, rules))
            for rule in rules.rules
            if rule.stage == stage
        )
    )


def _of_log(state: State, rules: Rules) -> dict[str, Value]:
    """What the log tells, whether or not anything was read."""
    return {
        **told_of_seen(state, rules),
        "given_against_hold": state.against_hold is not None,
        "nothing_given": state.pump.nothing_given,
        "adverse_event": last_event(state) is not None,
    }


def _at_last(session: Session, state: State, rules: Rules) -> dict[str, Value]:
    """The last observation, and how it lies to the one before the treatment, and to the log."""
    last, pump = state.last, state.pump
    if last is None:
        return {}
    return {
        **asdict(last),
        **_beside_baseline(last, state.baseline),
        "minutes_since_dose": last.minute - max(pump.started or 0.0, 0.0),
        "minutes_since_end": None if pump.ran_until is None else last.minute - pump.ran_until,
        "ran_as_planned": _as_planned(pump, session.order.minutes),
        "treatment_over": pump.over,
        "read_since_drug": pump.ran_until is None or last.minute > pump.ran_until or None,
        "read_since_event": not _before(last.minute, last_event(state)) or None,
        "on_air": _on_air(last, state),
        "rule_still_met": _alarm_open(state, rules),
        "alarm_as_before": _alarms(state.newest, rules) <= _alarms(state.baseline, rules),
    }


def _before(minute: float, event: float | None) -> bool:
    return event is not None and minute < event


def _beside_baseline(last: Observation, baseline: Observation | None) -> dict[str, Value]:
    """How far each reading lies above the one before the treatment, and whether that was told."""
    then = {field: getattr(baseline, field, None) for field in OF_BASELINE}
    told = {f"{field}_before_told": value is not None for field, value in then.items()}
    return {**told, **{f"{field}_from_baseline": _above(field, last, then) for field in then}}


def _above(field: str, last: Observation, then: Mapping[str, float | None]) -> float | None:
    now, before = getattr(last, field), then[field]
    return None if now is None or before is None else float(now) - float(before)


def _as_planned(pump: Pump, minutes: float | None) -> bool | None:
    """Whether an infusion ran once, and ended by the minute planned. None: none was told."""
    if pump.ran_until is None or pump.started is None:
        return True
    if not pump.in_one_piece:
        return False
    return None if minutes is None else pump.ran_until - pump.started <= minutes + A_MOMENT


def _on_air(last: Observation, state: State) -> bool | None:
    """Whether the last saturation was one on air. None: nobody said that oxygen was taken off."""
    lines = [line for line in state.log if line.kind in ("oxygen", "oxygen_off")]
    off = not lines or (lines[-1].kind == "oxygen_off" and lines[-1].minute < last.minute)
    return off or None


def _alarm_open(state: State, rules: Rules) -> bool | None:
    """Whether a reading calls for a pause or a stop. None: one did, and was not taken again."""
    if _alarms(state.last, rules):
        return True
    return None if _alarms(state.newest, rules) else False


def _alarms(observation: Observation | None, rules: Rules) -> set[str]:
    """The rules that call for a pause or a stop on these readings alone."""
    if observation is None:
        return set()
    told: Told = asdict(observation)
    grave = (rule for rule in rules.at("observation") if rule.decision in CALLS_FOR_CARE)
    return {rule.id for rule in grave if judged(rule, told, rules).verdict is Verdict.MET}


def closing_of(session: Session, rules: Rules) -> Ending | None:
    """Whether a session of stimulation may be closed; None: nothing was told of what was given."""
    if session.delivered is None:
        return None
    gate = session.gate or Gate()
    told: Told = {
        **asdict(session.delivered),
        "operator_named": named(session.delivered.operator),
        "hearing_protection": gate.hearing_protection,
    }
    return _ending("closing", told, rules)


def form_due(
    session: Session, state: State, discharge: Ending | None, knowledge: Knowledge
) -> MonitoringForm | None:
    """The form to be sent after a dose that ended well, where its region asks for one."""
    met = discharge is not None and discharge.verdict is Verdict.MET
    if not met or state.pump.nothing_given:
        return None
    for form in knowledge.session_forms.values():
        if session.therapy in form.therapies and session.region == form.region:
            return form
    return None


def achieved_pct_mt(session: Session) -> float | None:
    """The intensity given, percent of the motor threshold; None where either is not told."""
    output = (session.delivered or Delivered()).output_pct_mso
    threshold = threshold_of(session)
    return None if output is None or threshold is None else 100 * output / threshold


def threshold_of(session: Session) -> float | None:
    """The motor threshold that held: the newest measured before the pulses, else that ordered."""
    before = [line.text for line in session.log if line.kind == "rethreshold" and line.minute <= 0]
    newest = next((told for text in reversed(before) if (told := pct_in(text))), None)
    return newest or session.order.motor_threshold_pct_mso


def pct_in(text: str | None) -> float | None:
    """A motor threshold written as the text of a line, such as `54 % MSO`; else None."""
    number = (text or "").upper().removesuffix("MSO").strip().removesuffix("%").strip()
    try:
        told = float(number)
    except ValueError:
        return None
    return told if 0 < told <= 100 else None  # noqa: PLR2004 - percent
