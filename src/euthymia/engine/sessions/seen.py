"""What a named person says to have seen, of which finding, and whether after it came to be."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from euthymia.engine.sessions.states import State
from euthymia.engine.sessions.told import Rules
from euthymia.knowledge.sessions import Seen

SYMPTOM_STOP = "symptom_stop"
"""The key under which pages let it be remembered that a symptom called for a stop."""


def named(name: str | None) -> bool:
    """Whether a line of the log says who."""
    return bool((name or "").strip())


def last_event(state: State) -> float | None:
    """The minute of the newest adverse event: one of the log, or a symptom that called for a stop.

    It stays one whatever is read later: a seizure that is over has still to be seen.
    """
    logged = [line.minute for line in state.log if line.kind == "adverse_event"]
    read = [minute for key, minute in state.remembered.items() if key == SYMPTOM_STOP]
    return max((*logged, *read), default=None)


def told_of_seen(state: State, rules: Rules) -> Mapping[str, bool | None]:
    """Whether each of what can be seen was seen; of an event, nobody knows until somebody says."""
    told: dict[str, bool | None] = {seen: _seen(seen, state, rules) for seen in _since(state)}
    return {**told, "event_seen": told["event_seen"] or None}


def _since(state: State) -> Mapping[Seen, float | None]:
    """The minute from which it can have been seen; None: there is nothing to see."""
    now = None if state.last is None else state.last.minute
    return {
        "order_seen": -inf,
        "hold_seen": state.against_hold,
        "event_seen": last_event(state),
        "pressure_judged": now,
        "alarm_judged": now,
    }


def _seen(seen: Seen, state: State, rules: Rules) -> bool:
    since, ids = _since(state)[seen], {rule.id for rule in rules.rules if rule.seen_as == seen}
    lines = (line for line in state.log if line.kind == "seen" and named(line.by))
    return since is not None and any(line.of in ids and line.minute >= since for line in lines)
