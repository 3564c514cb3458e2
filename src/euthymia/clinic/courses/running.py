"""Where the fold of a session stands, so that what comes in is folded on and not all anew.

Kept is the state of the engine before a few of the seconds past, and up to which row it was taken
in. A new row is folded in from the newest of those states that does not lie after it. Where none
does, or what the fold began with has changed, the session is folded from its start. Either way it
comes to what one replay of the whole form comes to.

Rows are written while the row of their session is held, so their numbers rise in the order in which
they stand: whatever a process has not seen has a higher number than what it has.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from math import inf
from typing import Any
from uuid import UUID

import msgspec

from euthymia.clinic.courses.form import (
    BY_THE_MINUTE,
    ONCE,
    Row,
    head_of,
    minutes_of,
    standing,
    zero_of,
)
from euthymia.clinic.courses.models import Charted, Session, Therapy
from euthymia.engine.sessions import Moment, Rules, State, advance, aged, begin, moments, rules_of
from euthymia.exchange.session import read_session
from euthymia.library import shipped
from euthymia.record.sessions import Observation
from euthymia.record.sessions import Session as Record

Json = dict[str, Any]
Kind = Charted.Kind
APART = (Kind.START, *ONCE)
"""What of a session is looked up each time: there is little of it."""
GRID = (1, 15, 240)
"""Seconds. The state is kept before the newest two blocks of each length."""
NOTHING, EVERYTHING = inf, -inf
"""From which second on something has changed: none, all."""


@dataclass(frozen=True)
class Mark:
    """The session before a second, from which it can be folded on.

    `second` and `zero`, from which its minutes count, since 1970; `block`: the longest of the grid
    that begins with it, s.
    """

    second: int
    zero: int
    state: State
    block: int


@dataclass(frozen=True)
class Running:
    """A session folded up to its newest row.

    Attributes:
        newest: The number of that row, and its key: by it a row of the same number in another
            database is known.
        zero: From which second minutes count; of a session that is not started, now.
        apart: The rows of the start, the gate and what is asked at the end.
        begun: The state before anything was observed.
        record: The session as the engine reads it, without its observations.
        marks: Before which seconds the state is kept, rising.
        read: Observations, each with its second; their minutes are those of when they came in.
        at_zero: When the decision of minute 0 was asked for, where a gate asks for it.
        touched: From which second on decisions may differ from those that were kept.
    """

    newest: int
    key: UUID | None
    zero: int
    started: bool
    apart: Sequence[Row]
    begun: State
    record: Record
    state: State
    marks: tuple[Mark, ...]
    read: tuple[tuple[int, Observation], ...]
    at_zero: datetime | None
    touched: float = EVERYTHING

    @property
    def start(self) -> datetime | None:
        """When its clock started; None: not yet."""
        return _time(self.zero) if self.started else None

    def time_of(self, minute: float) -> datetime | None:
        """When a decision of this minute was made; None: it is that of a gate not asked yet."""
        if minute == 0 and self.record.therapy == "tms":
            return self.at_zero
        return _time(self.second_at(minute))

    def second_at(self, minute: float) -> int:
        """The second since 1970 at which a minute of it lies."""
        return self.zero + _seconds(minute)


@dataclass(frozen=True)
class _Now:
    """What is told of a session beside its minutes, at this moment."""

    session: Session
    zero: int
    started: bool
    apart: Sequence[Row]
    newest: int
    key: UUID | None

    def head(self) -> Json:
        return head_of(self.session, self.apart, _time(self.zero))


def caught_up(session: Session, now: datetime, known: Running | None = None) -> Running:
    """The session with every row that stands, folded on from `known` where that can be.

    Raises:
        SourceError: What was charted cannot be; the line names the place and the mend.
    """
    new = None if known is None or not known.newest else _since(session, known)
    here = _now(session, now, known, new)
    if known is None or new is None:
        return _anew(here)
    return _followed(known, here, new) or _anew(here)


def _since(session: Session, known: Running) -> list[Charted] | None:
    """The rows after the newest that is known; None where that one is another."""
    found = session.charted.filter(pk__gte=known.newest).select_related("strikes").order_by("pk")
    rows = list(found)
    return rows[1:] if rows and rows[0].key == known.key else None


def _now(
    session: Session, now: datetime, known: Running | None, new: Sequence[Charted] | None
) -> _Now:
    """What is told beside the minutes: looked up only where a new row may have changed it."""
    if known is None or new is None:
        last, apart = session.charted.order_by("-pk").first(), None
        number, key = (last.pk, last.key) if last else (0, None)
    else:
        told = any(row.kind in (*APART, Kind.STRUCK) for row in new)
        apart = None if told else known.apart
        number, key = (new[-1].pk, new[-1].key) if new else (known.newest, known.key)
    here = standing(session, kind__in=APART, pk__lte=number) if apart is None else apart
    zero = zero_of(session, here)
    return _Now(session, second_of(zero or now), zero is not None, here, number, key)


# ---------------------------------------------------------------- folding on


def _followed(known: Running, here: _Now, new: Sequence[Charted]) -> Running | None:
    """The session folded on; None where it must be folded from its start."""
    since = min((_placed(row) for row in new), default=NOTHING)
    touched = _touched(known, here, new, since)
    if since == NOTHING and here.zero == known.zero:
        return _beside(known, here, touched)
    for mark in reversed(known.marks):
        state = _state_at(mark, here, known) if mark.second <= since else None
        if state is not None:
            found = _folded(here, replace(mark, state=state, zero=here.zero), known)
            again = min(touched, mark.second) if mark.zero != here.zero else touched
            return replace(found, touched=again) if found.begun == known.begun else None
    return None


def _placed(row: Charted) -> float:
    """The second from which a row changes the fold."""
    if row.kind == Kind.STRUCK:
        return EVERYTHING if row.strikes is None else _placed(row.strikes)
    return second_of(row.at) if row.kind in BY_THE_MINUTE else NOTHING


def _touched(known: Running, here: _Now, new: Sequence[Charted], since: float) -> float:
    """From which second on decisions may differ; a gate, or a start, has to do with all."""
    gate = any(Kind.GATE in (row.kind, getattr(row.strikes, "kind", None)) for row in new)
    if gate or here.started != known.started:
        return EVERYTHING
    return min(known.touched, since)


def _beside(known: Running, here: _Now, touched: float) -> Running | None:
    """Nothing has its place among the minutes: the state is what it was."""
    record, rules = _read(here, ())
    if begin(record, rules) != known.begun:
        return None
    record = msgspec.structs.replace(record, log=known.state.log)
    return replace(
        known,
        newest=here.newest,
        key=here.key,
        apart=here.apart,
        record=record,
        touched=touched,
        at_zero=_at_zero(here),
    )


def _state_at(mark: Mark, here: _Now, known: Running) -> State | None:
    """The state at a mark, by the minutes of now; None where only a new fold can tell it."""
    if mark.zero == here.zero:
        return mark.state
    waits = not known.started and here.session.course.therapy != Therapy.TMS
    if not waits:  # a clock that started anew; or a gate, whose decision is always of minute 0
        return None
    back = partial(_earlier, by=here.zero - mark.zero)
    state = aged(mark.state, back, _rules(here))
    return None if state is None or _is_a_slip(state) else state


def _is_a_slip(state: State) -> bool:
    """Whether something lies so long before the dose that the form refuses it."""
    least = shipped().number("session_minute_earliest")
    minutes = (*(one.minute for one in state.decisions[:1]), *(one.minute for one in state.log[:1]))
    return min(minutes, default=least) < least


# ---------------------------------------------------------------- the fold


def _anew(here: _Now) -> Running:
    return _folded(here, None, None)


def _folded(here: _Now, mark: Mark | None, known: Running | None) -> Running:
    """The session from a mark, or from its start, to the newest row."""
    asked = {} if mark is None else {"at__gte": _time(mark.second)}
    rows = standing(here.session, kind__in=BY_THE_MINUTE, pk__lte=here.newest, **asked)
    record, rules = _read(here, rows)
    begun = begin(record, rules)
    rest = moments(record.observations, record.log)
    before = _marks_before(mark, known)
    state, marks = _to_the_end(begun if mark is None else mark.state, rest, here.zero, rules)
    read = () if mark is None or known is None else known.read[: _place(known.read, mark.second)]
    return Running(
        newest=here.newest,
        key=here.key,
        zero=here.zero,
        started=here.started,
        apart=here.apart,
        begun=begun,
        record=msgspec.structs.replace(record, observations=(), log=state.log),
        state=state,
        marks=_thinned([*before, *marks]),
        read=(*read, *((here.zero + _seconds(one.minute), one) for one in record.observations)),
        at_zero=_at_zero(here),
    )


def _read(here: _Now, rows: Sequence[Row]) -> tuple[Record, Rules]:
    told = here.head() | minutes_of(here.session, rows, _time(here.zero))
    record = read_session("session", msgspec.json.encode(told), shipped())
    return record, rules_of(shipped(), record.therapy)


def _rules(here: _Now) -> Rules:
    return rules_of(shipped(), here.session.course.therapy)  # type: ignore[arg-type]


def _to_the_end(
    state: State, rest: Sequence[Moment], zero: int, rules: Rules
) -> tuple[State, list[Mark]]:
    """The state after all moments, and those before each that will be kept."""
    marks: list[Mark] = []
    seconds = [zero + _seconds(moment.minute) for moment in rest]
    before = None if state.minute is None else zero + _seconds(state.minute)
    for second, moment in zip(seconds, rest, strict=True):
        mark = Mark(second, zero, state, _block(before, second))
        marks += [mark] if _is_near(mark, seconds[-1]) else []
        state, before = advance(state, moment, rules), second
    return state, marks


def _block(before: int | None, second: int) -> int:
    begins = (one for one in GRID if before is None or before // one != second // one)
    return max(begins, default=GRID[0])


def _is_near(mark: Mark, last: int) -> bool:
    return last - mark.second <= 2 * mark.block


def _marks_before(mark: Mark | None, known: Running | None) -> Sequence[Mark]:
    if mark is None or known is None:
        return ()
    return [one for one in known.marks if one.second <= mark.second]


def _thinned(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Each second once, rising; of those long past one here and there."""
    each = {one.second: one for one in marks}
    last = max(each, default=0)
    return tuple(one for one in each.values() if _is_near(one, last) or one.second == last)


def _place(read: Sequence[tuple[int, Observation]], second: int) -> int:
    return bisect_left(read, second, key=lambda one: one[0])


def _at_zero(here: _Now) -> datetime | None:
    """When the gate was last asked; else what was charted in the second of the start."""
    if here.session.course.therapy != Therapy.TMS:
        return None
    gates = [row.at for row in here.apart if row.kind == Kind.GATE]
    if gates:
        return max(gates)
    begin_, end = _time(here.zero), _time(here.zero) + timedelta(seconds=1)
    kinds = (Kind.READING, Kind.EVENT)
    rows = standing(here.session, kind__in=kinds, at__gte=begin_, at__lt=end)
    if any(row.kind == Kind.READING for row in rows):
        return begin_
    return rows[-1].at if rows else None


# ---------------------------------------------------------------- seconds


def second_of(at: datetime) -> int:
    """The second since 1970 in which a moment lies."""
    return int(at.replace(microsecond=0).timestamp())


def _time(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _seconds(minute: float) -> int:
    return round(minute * 60)


def _earlier(minute: float, by: int) -> float:
    """A minute so many seconds earlier, as `minute_of` would write it."""
    return round((_seconds(minute) - by) / 60, 6)
