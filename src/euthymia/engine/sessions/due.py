"""Which readings were due, and are absent."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from math import inf

from euthymia.engine.sessions.pump import Pump
from euthymia.engine.sessions.told import Rules
from euthymia.knowledge.sessions import ReadingsDue
from euthymia.record.sessions import Observation

Taken = Mapping[str, Sequence[float]]
"""The minutes at which each field was read, rising."""


def with_readings(taken: Taken, observation: Observation) -> dict[str, Sequence[float]]:
    """The minutes of each field, with those of one more observation."""
    told = {
        field: (*taken.get(field, ()), observation.minute)
        for field in observation.__struct_fields__
        if field != "minute" and getattr(observation, field) is not None
    }
    return {**taken, **told}


def absent(
    observation: Observation,
    taken: Taken,
    rules: Rules,
    *,
    before: float | None,
    pump: Pump,
) -> tuple[str, ...]:
    """The fields that were due by an observation and are absent, or came too late.

    Args:
        observation: The newest.
        taken: What was read until then, without it.
        rules: What is due.
        before: The minute of the observation before; None: it is the first.
        pump: When the treatment started and ended.
    """
    since = -1.0 if before is None else before
    asked = () if observation.minute < 0 else rules.dues
    return tuple(
        dict.fromkeys(
            field
            for due in asked
            if not due.only_noted
            for field in due.readings
            if _overdue(due, field, observation, taken, pump)
            or _passed_by(due, field, observation, taken, since)
        )
    )


def _overdue(
    due: ReadingsDue, field: str, observation: Observation, taken: Taken, pump: Pump
) -> bool:
    """Whether too long a time lies between the reading before and this observation."""
    if due.every_minutes is None:
        return False
    last = max((*taken.get(field, ())[-1:], -1.0))
    if due.phase != ("during" if pump.ended is None or last < pump.ended else "after"):
        return False
    gap = min(observation.minute, _until(due, pump)) - max(last, 0.0)
    there = getattr(observation, field) is not None
    if field not in taken:
        return not there or gap > due.grace_minutes
    return gap > due.every_minutes + due.grace_minutes if there else gap >= due.every_minutes


def _until(due: ReadingsDue, pump: Pump) -> float:
    """The minute after which it is not due any more, counted from the start as logged."""
    return inf if due.until_minute is None else due.until_minute + max(pump.started or 0.0, 0.0)


def _passed_by(
    due: ReadingsDue, field: str, observation: Observation, taken: Taken, since: float
) -> bool:
    """Whether a fixed minute came since the observation before, or is still open, unserved."""
    now = observation.minute
    asked = [
        minute
        for minute in due.at_minutes
        if since < minute <= now or minute <= now <= minute + due.grace_minutes
    ]
    here = () if getattr(observation, field) is None else (now,)
    return bool(asked) and not all(
        _served(due, minute, (*taken.get(field, ()), *here)) for minute in asked
    )


def _served(due: ReadingsDue, minute: float, read: Sequence[float]) -> bool:
    """Whether a reading lies near enough; for one due at the start, any before will do."""
    earliest = minute - due.grace_minutes if minute > 0 else -inf
    first = bisect_left(read, earliest)
    return first < len(read) and read[first] <= minute + due.grace_minutes


def missed(taken: Taken, last: float, rules: Rules) -> Iterator[tuple[ReadingsDue, str]]:
    """Readings of fixed minutes that had gone by at minute `last` and were never served."""
    for due in rules.dues:
        for minute in due.at_minutes:
            for field in due.readings:
                if minute <= last and not _served(due, minute, taken.get(field, ())):
                    yield due, field


def never_taken(taken: Taken, rules: Rules) -> tuple[str, ...]:
    """The fields of which no observation of the session holds a reading."""
    wanted = dict.fromkeys(field for due in rules.dues for field in due.readings)
    return tuple(field for field in wanted if field not in taken)
