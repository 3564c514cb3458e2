"""A law of a session that waits for its dose: growing older comes to what a new fold comes to."""

from __future__ import annotations

from functools import partial

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from msgspec.structs import replace

from euthymia import shipped
from euthymia.engine.sessions import aged, fold, rules_of
from euthymia.record.sessions import Logged, Session, SessionOrder
from tests.laws.test_sessions import DRUGS, LINES, TO_BE_SEEN, maybe, observations

HOUR = 3600
"""Seconds after which a reading is none from before the treatment any more."""
ages = st.one_of(
    st.integers(1, 2 * HOUR), st.sampled_from([HOUR - 1, HOUR, HOUR + 1]), st.integers(1, 90)
)
lines = st.builds(
    Logged,
    minute=ages.map(lambda seconds: -seconds / 60),
    kind=st.sampled_from(LINES),
    by=st.sampled_from([None, "dr-7"]),
    of=st.sampled_from(TO_BE_SEEN),
    rate_mg_per_min=st.floats(0, 5),
)


@st.composite
def waiting(draw: DrawFn, log: st.SearchStrategy[list[Logged]]) -> Session:
    """A session of which nothing was given yet, seen to the second."""
    seconds = sorted(draw(st.sets(ages, min_size=1, max_size=8)), reverse=True)
    dose, minutes = draw(maybe(st.floats(1, 100))), draw(maybe(st.floats(1, 100)))
    return Session(
        therapy=draw(st.sampled_from(DRUGS)),
        order=SessionOrder(dose_mg=dose, minutes=minutes),
        observations=tuple(draw(observations(minute_of(-one))) for one in seconds),
        log=tuple(sorted(draw(log), key=lambda line: line.minute)),
    )


def minute_of(seconds: int) -> float:
    return round(seconds / 60, 6)


def earlier(minute: float, by: int) -> float:
    return minute_of(round(minute * 60) - by)


def older(session: Session, by: int) -> Session:
    """The same session, had it been seen so many seconds earlier."""
    back = partial(earlier, by=by)
    return replace(
        session,
        observations=tuple(replace(o, minute=back(o.minute)) for o in session.observations),
        log=tuple(replace(line, minute=back(line.minute)) for line in session.log),
    )


@given(waiting(st.just([])), st.integers(0, 2 * HOUR))
def test_a_session_that_waits_grows_older_as_if_it_were_folded_anew(
    session: Session, by: int
) -> None:
    rules = rules_of(shipped(), session.therapy)
    now = aged(fold(session, rules), partial(earlier, by=by), rules)
    assert now == fold(older(session, by), rules)


@given(waiting(st.lists(lines, max_size=3)), st.integers(-HOUR, 2 * HOUR))
def test_with_a_log_it_does_so_too_or_says_that_it_cannot(session: Session, by: int) -> None:
    rules = rules_of(shipped(), session.therapy)
    session = older(session, 0)
    now = aged(fold(session, rules), partial(earlier, by=by), rules)
    assert now is None or now == fold(older(session, by), rules)
