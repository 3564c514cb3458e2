"""A session that waits for its dose: its minutes count from now, so all that was seen grows older.

A fold from the start would come to the same; this takes what it came to a moment ago.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from euthymia.engine.sessions.pump import Pump
from euthymia.engine.sessions.states import State
from euthymia.engine.sessions.told import Rules
from euthymia.record.sessions import Observation

Minutes = Callable[[float], float]
"""The minute at which something lies now, by the one at which it lay."""


def aged(state: State, minutes: Minutes, rules: Rules) -> State | None:
    """The state to which a fold from the start comes, where minute 0 lies later than it did.

    Args:
        state: A session before minute 0.
        minutes: Moves each minute back, all by as much.
        rules: What holds for this therapy.

    Returns:
        None where only the fold can tell: minute 0 lies earlier, or was reached; something was
        given, or refused.
    """
    if state.minute is None:
        return state
    now = minutes(state.minute)
    if now >= 0 or now > state.minute or _counts_minutes(state):
        return None
    oldest = -rules.number("session_baseline_minutes")
    moved = {field: map(minutes, read) for field, read in state.taken.items()}
    kept = {field: tuple(one for one in read if one >= oldest) for field, read in moved.items()}
    taken = {field: read for field, read in kept.items() if read}
    return replace(
        state,
        pump=_moved(state.pump, minutes),
        minute=now,
        taken=taken,
        last=_at(state.last, minutes),
        newest=_at(state.newest, minutes),
        baseline=_baseline(state, taken, minutes, oldest),
        calm=tuple(map(minutes, state.calm)),
        remembered={key: minutes(minute) for key, minute in state.remembered.items()},
        log=tuple(replace(line, minute=minutes(line.minute)) for line in state.log),
        decisions=tuple(replace(one, minute=minutes(one.minute)) for one in state.decisions),
    )


def _counts_minutes(state: State) -> bool:
    """Whether it holds what was reckoned from minutes, and not only the minutes."""
    given = state.pump.started is not None or state.against_hold is not None
    return given or bool(state.refused or state.unsaid)


def _moved(pump: Pump, minutes: Minutes) -> Pump:
    return pump if pump.ended is None else replace(pump, ended=minutes(pump.ended))


def _at(observation: Observation | None, minutes: Minutes) -> Observation | None:
    if observation is None:
        return None
    return replace(observation, minute=minutes(observation.minute))


def _baseline(
    state: State, taken: dict[str, tuple[float, ...]], minutes: Minutes, oldest: float
) -> Observation | None:
    """The readings before the treatment, without those that are too old by now."""
    here = _at(state.baseline, minutes)
    if here is None or here.minute < oldest:
        return None
    fields = (field for field in here.__struct_fields__ if field != "minute")
    return replace(here, **{field: None for field in fields if field not in taken})
