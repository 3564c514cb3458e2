"""One moment further: readings are judged, the log is obeyed or refused, a decision is made."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from msgspec.structs import asdict, replace

from euthymia.engine.findings import Fact, Finding
from euthymia.engine.sessions.due import absent, with_readings
from euthymia.engine.sessions.ordered import begin
from euthymia.engine.sessions.pump import (
    Pump,
    at_rate,
    begun_at,
    begun_unbidden,
    ordered_on,
    paused,
    perhaps_on,
    run,
    run_on,
    sprayed,
    started,
    stopped,
    turned_off,
    withheld,
)
from euthymia.engine.sessions.seen import named, told_of_seen
from euthymia.engine.sessions.states import (
    Decided,
    Moment,
    State,
    gravest,
    gravest_first,
    moments,
    together,
)
from euthymia.engine.sessions.told import Rules, Told, Value, judged, met_at
from euthymia.knowledge.sessions import SessionRule
from euthymia.record.sessions import Logged, Observation, Session
from euthymia.terms import Verdict


def fold(session: Session, rules: Rules) -> State:
    """The session from its first moment to its last."""
    return reduce(
        lambda state, moment: advance(state, moment, rules),
        moments(session.observations, session.log),
        begin(session, rules),
    )


def refold(session: Session, observations: Iterable[Observation], rules: Rules) -> State:
    """The session of a live room, where readings arrive late: put in order, and folded anew."""
    return fold(replace(session, observations=tuple(observations)), rules)


def advance(state: State, moment: Moment, rules: Rules) -> State:
    """The session after one more moment, which must not lie before those already taken in.

    Args:
        state: The session so far.
        moment: What was read and logged at one minute.
        rules: What holds for this therapy.
    """
    ran = _ran(state, moment.minute)
    if moment.observation is None:
        return _with_last_device(_logged(ran, moment.log, rules))
    gone = _due_and_absent(ran, moment.observation, rules)
    seen = _read(ran, moment.observation, rules)
    obeyed = _logged(seen, moment.log, rules)
    return _with_last_device(_decided(obeyed, moment.observation, gone, rules))


def _ran(state: State, minute: float) -> State:
    """The pump as it stood, run to this minute; what was sprayed since against a hold is kept."""
    since = min(minute, 0.0) if state.minute is None else state.minute
    dosed = minute > 0 and (state.minute is None or state.minute < 0)
    here = _seen_against_hold(state) if dosed else state
    return replace(here, pump=run(state.pump, since, minute), minute=minute)


def _with_last_device(state: State) -> State:
    """Minute 0 is the last device: what is read and logged at it comes before."""
    if state.minute != 0 or not state.pump.at_once:
        return state
    return replace(_seen_against_hold(state), pump=sprayed(state.pump))


def _seen_against_hold(state: State) -> State:
    """A device given although a rule withheld it, and nobody ordered it on."""
    held = state.pump.at_once and state.pump.rest in ("pause", "stop")
    return replace(state, against_hold=0.0) if held else state


def _due_and_absent(state: State, observation: Observation, rules: Rules) -> tuple[str, ...]:
    before = None if state.last is None else state.last.minute
    return absent(observation, state.taken, rules, before=before, pump=state.pump)


def _read(state: State, observation: Observation, rules: Rules) -> State:
    """The readings taken in, and whether they were calm; one long before the dose is too old."""
    calm = (*state.calm, observation.minute) if _is_calm(state, observation, rules) else ()
    newest = together(state.newest, observation)
    here = replace(state, last=observation, newest=newest, calm=calm)
    if observation.minute < -rules.number("session_baseline_minutes"):
        return here
    before = observation.minute <= 0
    return replace(
        here,
        baseline=together(state.baseline, observation) if before else state.baseline,
        taken=with_readings(state.taken, observation),
    )


def _is_calm(state: State, observation: Observation, rules: Rules) -> bool:
    """Below the alert line while paused: what matters is known, and no rule is met."""
    if not state.pump.paused:
        return False
    told = told_of(observation, state, rules)
    return all(
        _lets_go_on(
            judged(rule, told, rules), known=rule.calm == "known" or rule.id in state.pausing
        )
        for rule in rules.at("observation")
        if rule.calm is not None
    )


def _lets_go_on(finding: Finding, *, known: bool) -> bool:
    return finding.verdict is Verdict.NOT_MET or not (known or finding.verdict is Verdict.MET)


def told_of(observation: Observation, state: State, rules: Rules) -> dict[str, Value]:
    """What is told at an observation: its readings, and where the session stood."""
    remembered = {
        rule.remember: rule.remember in state.remembered for rule in rules.rules if rule.remember
    }
    return {
        **asdict(observation),
        **remembered,
        "stopped_before": state.pump.rest in ("stop", "withheld"),
        "pump_rests": state.pump.rest == "pause",
        "pump_off_by_hand": state.pump.rest == "by_hand",
        "before_the_dose": _before_the_dose(observation, state.pump),
        "rate_of_order_pct": state.fastest_pct,
        "resumed": state.resumed,
        "seizure_logged": tuple(
            line.text or "" for line in state.log if line.kind == "adverse_event"
        ),
    }


def _before_the_dose(observation: Observation, pump: Pump) -> bool:
    """Until minute 0, and for longer where the pump was held and nothing is given yet."""
    return observation.minute <= 0 or (not pump.at_once and pump.share == 0)


# ---------------------------------------------------------------- the log


def _logged(state: State, log: Iterable[Logged], rules: Rules) -> State:
    """The lines of the log, one after the other."""
    for line in log:
        state = _line(replace(state, log=(*state.log, line)), line, rules)
    return state


def _line(state: State, line: Logged, rules: Rules) -> State:
    match line.kind:
        case "pump_start":
            return _start(state, line.minute)
        case "pump_stop":
            return replace(state, pump=turned_off(state.pump, line.minute))
        case "rate_change" if line.rate_mg_per_min is not None:
            return _rate(state, line.minute, line.rate_mg_per_min)
        case "resume_ordered":
            return _resume(state, line, rules)
        case "dose_withheld" if named(line.by):
            return _withhold(state, line.minute, rules)
        case _:
            return state


def _rate(state: State, minute: float, mg_per_min: float) -> State:
    """The pump at another rate, of which the highest since the last observation is kept."""
    pump = at_rate(run_on(state.pump, minute), mg_per_min)
    known = [one for one in (state.fastest_pct, pump.rate_of_order_pct) if one is not None]
    return replace(state, pump=pump, fastest_pct=max(known, default=None))


def _start(state: State, minute: float) -> State:
    """A hand that stopped the pump may start it; what a rule paused or stopped, it may not.

    The first start of the log is that of the infusion. Had the order run out by the clock before,
    it is taken so too, and found: it may as well be a second one.
    """
    if state.pump.presumed and state.pump.rest is None:
        twice = state.against_hold if state.pump.ended is None else minute
        return replace(state, pump=begun_at(state.pump, minute), against_hold=twice)
    if state.pump.rest in ("pause", "stop") or state.pump.ended is not None:
        return replace(state, pump=begun_unbidden(state.pump, minute), against_hold=minute)
    return replace(state, pump=started(state.pump, minute))


def _resume(state: State, line: Logged, rules: Rules) -> State:
    refused = met_at("resume", _told_of_resume(state, line, rules), rules)
    if refused or not state.pump.paused:
        return _refuse(replace(state, pump=perhaps_on(state.pump)), refused)
    on = ordered_on(state.pump, line.minute)
    return replace(state, pump=on, resumed=True, pausing=(), calm=())


def _refuse(state: State, refused: tuple[Finding, ...]) -> State:
    return replace(state, refused=(*state.refused, *refused), unsaid=(*state.unsaid, *refused))


def _withhold(state: State, minute: float, rules: Rules) -> State:
    """Nothing was given, somebody says: refused of an infusion that is known to have run."""
    refused = met_at("withheld", {"infusion_ran": state.pump.surely_ran}, rules)
    if refused:
        return _refuse(state, refused)
    return replace(state, pump=withheld(state.pump, minute), against_hold=None)


def _told_of_resume(state: State, line: Logged, rules: Rules) -> Told:
    calm, of_order = state.calm, {rule.id for rule in rules.at("order")}
    return {
        **told_of_seen(state, rules),
        "pump_paused": state.pump.paused,
        "held_by_order": not of_order.isdisjoint(state.pausing),
        "paused_by_rule": state.pump.rest == "pause" and not of_order.issuperset(state.pausing),
        "prescriber_named": named(line.by),
        "calm_readings": float(len(calm)),
        "calm_minutes": calm[-1] - calm[0] if calm else 0.0,
    }


# ---------------------------------------------------------------- the decision


def _decided(state: State, observation: Observation, gone: tuple[str, ...], rules: Rules) -> State:
    """The gravest rule met decides, and the pump follows."""
    told = {**told_of(observation, state, rules), "reading_missing": bool(gone)}
    found = tuple(_naming(one, gone) for one in met_at("observation", told, rules))
    names = {one.criterion.id for one in found}
    fired = [rule for rule in rules.at("observation") if rule.id in names]
    decision = gravest(rule.decision for rule in fired)
    decided = Decided(observation.minute, decision, gravest_first((*found, *state.unsaid)))
    again = {rule.remember: observation.minute for rule in fired if rule.remember}
    return replace(
        _followed(state, decided, fired),
        decisions=(*state.decisions, decided),
        remembered={**state.remembered, **again},
        fastest_pct=None if state.pump.ended is not None else state.pump.rate_of_order_pct,
        resumed=False,
        unsaid=(),
    )


def _naming(finding: Finding, gone: tuple[str, ...]) -> Finding:
    """A reading that is missing is named by its field."""
    if [fact.name for fact in finding.because] != ["reading_missing"]:
        return finding
    return replace(finding, because=tuple(Fact(field, None) for field in gone))


def _followed(state: State, decided: Decided, fired: Iterable[SessionRule]) -> State:
    """The pump stops, or rests because of what was read; one at rest by hand stays so."""
    if decided.decision == "stop":
        return replace(state, pump=stopped(state.pump, decided.minute))
    pausing = tuple(rule.id for rule in fired if rule.decision == "pause" and rule.calm)
    if not pausing:
        return state
    at_rest = paused(state.pump, decided.minute)
    return replace(state, pump=at_rest, pausing=(*state.pausing, *pausing), calm=())
