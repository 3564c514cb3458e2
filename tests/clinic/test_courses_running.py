"""A law of the rooms: however it is charted, it comes to what one replay of the form comes to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from euthymia.clinic.courses import actions, judging, running
from euthymia.clinic.courses.actions import Line, chart
from euthymia.clinic.courses.faults import CourseError
from euthymia.clinic.courses.form import Row, form_of, minute_of, standing, zero_of
from euthymia.clinic.courses.models import Charted, Session, WrittenOnceError
from euthymia.clinic.courses.remembered import Memory
from euthymia.clinic.courses.running import Running, caught_up
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.rights.adoption import withdraw
from euthymia.exchange.session_document import document, minute_words
from euthymia.record.sessions import Observation
from tests.clinic.conftest import access_for
from tests.clinic.drawn import drawing
from tests.clinic.rooms import adopt_all, at_noon, opened
from tests.clinic.test_courses import CALM, HIGH, INFUSION

Json = dict[str, Any]
Kind = Charted.Kind
FORMS: dict[str, Json] = {
    "ketamine_iv": INFUSION,
    "esketamine": {"therapy": "esketamine", "order": {"dose_mg": 56.0}},
    "tms": {"therapy": "tms", "order": {"protocol": "itbs_600", "intensity_pct_mt": 120.0}},
}
EVENTS = {
    "ketamine_iv": ("pump_stop", "resume_ordered", "pump_start", "oxygen", "adverse_event"),
    "esketamine": ("dose_withheld", "oxygen", "adverse_event"),
    "tms": ("rethreshold", "adverse_event"),
}
NUMBERS = count(1)


# ---------------------------------------------------------------- what is drawn

values = st.fixed_dictionaries(
    {},
    optional={
        "systolic_mmhg": st.sampled_from([120, 164, 166, 182]),
        "diastolic_mmhg": st.sampled_from([80, 101]),
        "spo2_pct": st.sampled_from([98, 93, 91, 85]),
        "heart_rate_per_min": st.sampled_from([70, 131]),
        "moaas": st.sampled_from([5, 3]),
    },
).filter(bool)
ages = st.one_of(st.just(0.0), st.floats(0, 3), st.sampled_from([5.0, 20.0, 70.0, 400.0, 4000.0]))
readings = st.tuples(st.just("reading"), values, ages)
others = st.tuples(
    st.sampled_from(["event", "start", "struck", "leaving", "gate", "note"]),
    st.integers(0, 50),
    ages,
)
batches = st.lists(st.one_of(readings, readings, others), max_size=4)
steps = st.tuples(
    st.sampled_from([0, 1]),
    st.sampled_from([0.0, 0.4, 1.0, 1.0, 2.0, 30.0, 300.0, 3700.0]),
    st.sampled_from(["chart", "chart", "chart", "chart", "look", "adopt", "withdraw"]),
    batches,
)


# ---------------------------------------------------------------- a room of two processes


@dataclass
class Place:
    """One session, charted by two processes of which each remembers by itself."""

    session: Session
    by: Access
    director: Access
    now: datetime
    minds: tuple[Memory[Running], Memory[Running]] = field(
        default_factory=lambda: (Memory(), Memory())
    )

    @contextmanager
    def process(self, number: int) -> Iterator[None]:
        with (
            patch.object(timezone, "now", lambda: self.now),
            patch.object(judging, "FOLDS", self.minds[number]),
        ):
            yield

    def line(self, kind: str, told: Any, age: float) -> Line:
        therapy, at = self.session.course.therapy, self.now - timedelta(seconds=age)
        rows = list(self.session.charted.exclude(kind=Kind.STRUCK).filter(struck_by=None))
        if kind == "struck" and rows:
            return Line(Kind.STRUCK, strikes=rows[told % len(rows)], why="wrong")
        if kind == "event":
            event = {"kind": EVENTS[therapy][told % len(EVENTS[therapy])], "by": "dr-7"}
            return Line(Kind.EVENT, event | ({"text": "55 %"} if "re" in event["kind"] else {}), at)
        if kind == "leaving" and therapy != "tms":
            return Line(Kind.LEAVING, {"escort_present": bool(told % 2)}, at)
        if kind == "gate" and therapy == "tms":
            return Line(Kind.GATE, {"sleep_hours": told % 9}, at)
        if kind in ("start", "reading"):
            return Line(kind, told if kind == "reading" else {}, at)
        return Line(Kind.NOTE, {}, at, why="seen")

    def charts(self, batch: list[tuple[str, Any, float]]) -> bool:
        """Whether anything was kept: what cannot be is refused whole."""
        try:
            rows = chart(self.session, [self.line(*one) for one in batch], by=self.by.user).rows
        except CourseError:
            return False
        return bool(rows)


def room(clinic: Clinic, therapy: str) -> Place:
    number = next(NUMBERS)
    told = {"family_name": "Ferreira", "given_name": "Ana", "synthetic": True}
    patient = Patient.objects.create(clinic=clinic, number=number, **told)
    by = access_for(clinic, "clinician")
    Session.objects.open().update(closed_at=timezone.now())
    session = opened(patient, FORMS[therapy], by=by)
    return Place(session, by, access_for(clinic, "director"), timezone.now())


# ---------------------------------------------------------------- the law


def times_of(session: Session, now: datetime) -> dict[str, datetime]:
    """When each minute of the form was, under the minute as a document writes it."""
    rows = standing(session)
    zero = zero_of(session, rows) or now

    def of(*kinds: str) -> list[Row]:
        return [row for row in rows if row.kind in kinds]

    starts = (Kind.START,) if session.course.therapy == "ketamine_iv" else ()
    told = [(row.at, row.at) for row in of(Kind.EVENT, *starts)]
    told += [(row.at, row.at.replace(microsecond=0)) for row in of(Kind.READING)]
    found = {minute_words(minute_of(at, zero)): when for at, when in told}
    gates = [row.at for row in of(Kind.GATE)]
    return found | ({"0": max(gates)} if gates else {})


def kept(session: Session) -> dict[datetime, tuple[str, Json]]:
    standing_ = session.decisions.filter(revised_by=None).exclude(word="withdrawn")
    found = {one.at: (one.word, one.findings) for one in standing_}
    assert len(found) == standing_.count()
    return found


def by_replay(session: Session, now: datetime) -> dict[datetime, tuple[str, Json]]:
    told = document(judging.replayed(form_of(session, now)))["decisions"]
    times = times_of(session, now)
    return {
        times[minute]: (one["decision"], one["findings"])
        for minute, one in told.items()
        if minute in times
    }


def seconds(running: Running) -> list[tuple[int, Observation]]:
    """What was read, by the second; the minutes of it move until the start."""
    return [(second, structs.replace(one, minute=0.0)) for second, one in running.read]


def require_the_same(place: Place) -> None:
    """The state, and the document, are those of one replay of all that stands."""
    session, now = place.session, place.now
    found, anew = judging.seen(session, now), caught_up(session, now)
    assert found.running.state == anew.state
    assert seconds(found.running) == seconds(anew)
    assert found.document == document(judging.replayed(form_of(session, now)))


@pytest.mark.django_db(transaction=True)
@drawing(few=25)
@given(st.sampled_from(sorted(FORMS)), st.lists(steps, min_size=1, max_size=12))
def test_charted_in_any_order_by_any_process_it_comes_to_one_replay_of_the_form(
    clinic: Clinic, therapy: str, played: list[tuple[int, float, str, Any]]
) -> None:
    at_noon(clinic)
    place = room(clinic, therapy)
    adopt_all(place.director)
    for process, wait, what, batch in played:
        place.now += timedelta(seconds=wait)
        with place.process(process):
            if what == "adopt":
                adopt_all(place.director)
            elif what == "withdraw":
                for one in clinic.adoptions.filter(withdrawn=None):
                    withdraw(one)
            elif what == "chart" and place.charts(batch) and judging.limits_adopted(place.session):
                assert kept(place.session) == by_replay(place.session, place.now)
            require_the_same(place)


def steady(seconds: int, start: int) -> Iterator[tuple[str, Json, float]]:
    """A reading each second, and the start of the clock at one of them."""
    for second in range(seconds):
        yield "reading", HIGH if second % 17 == 16 else CALM, 0.0
        if second == start:
            yield "start", {}, 0.0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("therapy", ["ketamine_iv", "esketamine"])
def test_a_monitor_that_goes_on_posting_is_never_folded_from_the_start(
    clinic: Clinic, therapy: str
) -> None:
    place = room(clinic, therapy)
    adopt_all(place.director)
    with place.process(0), patch.object(running, "_anew", wraps=running._anew) as anew:
        for batch in steady(40, start=20):
            assert place.charts([batch])
            place.now += timedelta(seconds=1)
    assert anew.call_count == 1  # with the first row
    assert kept(place.session) == by_replay(place.session, place.now)


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_not_remembered(clinic: Clinic) -> None:
    place = room(clinic, "ketamine_iv")
    with place.process(0):
        place.charts([("reading", CALM, 5.0)])
        with transaction.atomic():
            place.charts([("reading", HIGH, 2.0)])
            transaction.set_rollback(True)
        place.charts([("reading", {"spo2_pct": 97}, 1.0)])
        require_the_same(place)


@pytest.mark.django_db(transaction=True)
def test_a_session_that_is_closed_is_forgotten(clinic: Clinic) -> None:
    place = room(clinic, "ketamine_iv")
    with place.process(0):
        place.charts([("reading", CALM, 5.0)])
        assert len(place.minds[0]) == 1
        actions.close(place.session, "done", by=place.by, prescribes=True)
        assert len(place.minds[0]) == 0


@pytest.mark.django_db(transaction=True)
def test_what_comes_twice_in_one_post_is_kept_once(clinic: Clinic) -> None:
    place = room(clinic, "ketamine_iv")
    line = place.line("reading", CALM, 5.0)
    chart(place.session, [line, line], by=place.by.user)
    assert place.session.charted.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_rows_at_once_are_written_once_too(clinic: Clinic) -> None:
    place = room(clinic, "ketamine_iv")
    rows = chart(place.session, [place.line("reading", CALM, 5.0)], by=place.by.user).rows
    with pytest.raises(WrittenOnceError):
        Charted.objects.bulk_create(rows)
    with pytest.raises(WrittenOnceError):
        Charted.objects.bulk_create([], update_conflicts=True)
