"""The end of a session: may the patient go home, and may the session be closed?"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import asdict, replace

from euthymia.engine.findings import Finding
from euthymia.engine.sessions.pump import stopped
from euthymia.engine.sessions.states import State
from euthymia.engine.sessions.told import Rules, Told, Value, judged
from euthymia.knowledge import Knowledge
from euthymia.knowledge.sessions import MonitoringForm, SessionRule
from euthymia.record.sessions import Delivered, Gate, Observation, Session
from euthymia.terms import Verdict

CALLS_FOR_CARE = ("oxygen_and_stimulate", "pause", "stop")
TURNS_THE_PUMP = ("pump_start", "pump_stop", "resume_ordered")
"""Lines of the log after which the pump is to run, or to rest."""


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
    turned = [line for line in state.log if line.kind in TURNS_THE_PUMP]
    off = state.pump.paused and bool(turned) and turned[-1].kind == "pump_stop"
    if session.leaving is None or not off:
        return state
    return replace(state, pump=stopped(state.pump, turned[-1].minute))


def discharge_of(session: Session, state: State, rules: Rules) -> Ending | None:
    """Whether the patient may go home, judged at the last observation; None: nobody asked yet."""
    if session.leaving is None:
        return None
    told: Told = {**_at_last(state, rules), **asdict(session.leaving)}
    return _ending("discharge", told, rules)


def _ending(stage: str, told: Told, rules: Rules) -> Ending:
    return Ending(
        tuple(
            Requirement(rule, judged(rule, told, rules))
            for rule in rules.rules
            if rule.stage == stage
        )
    )


def _at_last(state: State, rules: Rules) -> dict[str, Value]:
    """The last observation, and how far its pressure lies from the one before the treatment."""
    last, of_hold = state.last, told_of_hold(state)
    if last is None:
        return of_hold
    return {
        **of_hold,
        **asdict(last),
        "systolic_mmhg_from_baseline": _apart("systolic_mmhg", last, state.baseline),
        "diastolic_mmhg_from_baseline": _apart("diastolic_mmhg", last, state.baseline),
        "minutes_since_dose": last.minute - max(state.pump.started or 0.0, 0.0),
        "treatment_over": _over(state),
        "rule_still_met": _calls_for_care(last, rules),
    }


def _over(state: State) -> bool | None:
    """Whether nothing more is given today. None: nobody knows.

    An infusion of no known rate may have ended; one started against its rest may be running.
    """
    pump = state.pump
    if pump.ended is None:
        return None if pump.share is None and not pump.paused else False
    turned = [line.kind for line in state.log if line.kind in ("pump_start", "pump_stop")]
    running = state.against_hold is not None and turned[-1:] == ["pump_start"]
    return None if running else True


def told_of_hold(state: State) -> dict[str, Value]:
    """Whether anything was given against a hold, and what named people wrote of the day since."""
    given = state.against_hold
    if given is None:
        return {"given_against_hold": False}
    signed = (line for line in state.log if line.kind == "adverse_event" and _named(line.by))
    return {
        "given_against_hold": True,
        "signed_events": tuple(line.text or "" for line in signed if line.minute >= given),
    }


def _named(name: str | None) -> bool:
    return bool((name or "").strip())


def _apart(field: str, last: Observation, baseline: Observation | None) -> float | None:
    now, then = getattr(last, field), getattr(baseline, field, None)
    return None if now is None or then is None else abs(float(now) - float(then))


def _calls_for_care(last: Observation, rules: Rules) -> bool:
    """Whether a reading or symptom of the last observation alone calls for more than an alert."""
    alarms = (rule for rule in rules.at("observation") if rule.decision in CALLS_FOR_CARE)
    told: Told = asdict(last)
    return any(judged(rule, told, rules).verdict is Verdict.MET for rule in alarms)


def closing_of(session: Session, rules: Rules) -> Ending | None:
    """Whether a session of stimulation may be closed; None: nothing was told of what was given."""
    if session.delivered is None:
        return None
    gate = session.gate or Gate()
    told: Told = {
        **asdict(session.delivered),
        "operator_named": _named(session.delivered.operator),
        "hearing_protection": gate.hearing_protection,
    }
    return _ending("closing", told, rules)


def form_due(
    session: Session, discharge: Ending | None, knowledge: Knowledge
) -> MonitoringForm | None:
    """The form to be sent after a session that was ended well, where its region asks for one."""
    if discharge is None or discharge.verdict is not Verdict.MET:
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
