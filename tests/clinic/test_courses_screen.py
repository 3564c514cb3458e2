"""The screen of a room stays small, and shows all that matters, however much a monitor posts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from unittest.mock import patch

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from euthymia.clinic.courses import actions, showing
from euthymia.clinic.courses.actions import Line, chart
from euthymia.clinic.courses.limits import limits_of
from euthymia.clinic.courses.models import Charted, Device, Session
from euthymia.clinic.courses.runs import runs_of
from euthymia.clinic.courses.screen import screen_of
from euthymia.clinic.courses.vitals_chart import APART, MOST_DOTS, drawn
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work.models import Task
from euthymia.knowledge.sessions import SessionTherapy
from euthymia.library import shipped
from euthymia.record.sessions import Observation
from tests.clinic.conftest import Staff, access_for
from tests.clinic.rooms import adopt_all, at_noon, opened
from tests.clinic.test_courses import CALM, HIGH, INFUSION

Kind = Charted.Kind
ALL = {**CALM, "cadss": 0, "symptoms": []}


@pytest.fixture
def prescriber(clinic: Clinic) -> Access:
    return access_for(clinic, "clinician")


@pytest.fixture
def session(clinic: Clinic, patient: Patient, prescriber: Access) -> Session:
    at_noon(clinic)
    adopt_all(access_for(clinic, "director"))
    return opened(patient, INFUSION, by=prescriber)


@pytest.fixture
def monitor(session: Session, prescriber: Access) -> Device:
    assert session.room is not None
    told = {"name": "Monitor", "digest": "0" * 64, "made_by": prescriber.user}
    return Device.objects.create(clinic=session.patient.clinic, room=session.room, **told)


def since(seconds: int, zero: datetime) -> Iterator[datetime]:
    return (zero + timedelta(seconds=second) for second in range(seconds))


def posted(session: Session, device: Device, told: dict[str, object], zero: datetime) -> datetime:
    """A reading each second for 20 seconds; when the next is due."""
    for at in since(20, zero):
        chart(session, [Line(Kind.READING, told, at)], device=device)
    return zero + timedelta(seconds=20)


@pytest.fixture
def streamed(session: Session, monitor: Device, prescriber: Access) -> Session:
    """Calm for 20 s, too high for 20 s, calm again."""
    zero = (timezone.now() - timedelta(minutes=3)).replace(second=0, microsecond=0)
    start = [Line(Kind.START, {}, zero), Line(Kind.NOTE, {}, zero, why="iv in the left arm")]
    chart(session, start, by=prescriber.user)
    after = posted(session, monitor, ALL, zero)
    posted(session, monitor, ALL, posted(session, monitor, {**HIGH, "cadss": 0}, after))
    return session


@pytest.mark.django_db
def test_decisions_in_a_row_that_say_the_same_are_one_line(streamed: Session) -> None:
    shown = screen_of(streamed, timezone.now()).decisions
    standing = streamed.decisions.filter(revised_by=None)
    said = [(word, [*told]) for (word, told), _ in groupby((o.word, o.findings) for o in standing)]
    assert [(o.decision.word, [*o.decision.findings]) for o in reversed(shown)] == said
    assert len(said) < 8
    assert standing.count() == 60
    assert (shown[-1].decision.at - shown[-1].since).seconds == 19


@pytest.mark.django_db
def test_runs_that_are_read_on_are_those_that_are_read_anew(streamed: Session) -> None:
    known = runs_of(streamed)
    late = streamed.charted.filter(kind=Kind.READING)[30]
    by = streamed.opened_by
    with patch("euthymia.clinic.courses.runs.RUNS.of", return_value=None):
        assert runs_of(streamed) == known
    chart(streamed, [Line(Kind.STRUCK, strikes=late, why="wrong")], by=by)
    on = runs_of(streamed)
    with patch("euthymia.clinic.courses.runs.RUNS.of", return_value=None):
        assert runs_of(streamed) == on


@pytest.mark.django_db
def test_an_answer_holds_for_all_in_a_row_that_say_the_same(
    streamed: Session, prescriber: Access
) -> None:
    waiting = actions.unanswered(streamed)
    assert len(waiting) == 20
    cards = screen_of(streamed, timezone.now()).asking
    assert len(cards) == 3
    for one in cards:
        actions.answer(one.decision, "Pump off.", by=prescriber)
    assert actions.unanswered(streamed) == []
    assert screen_of(streamed, timezone.now()).asking == ()


@pytest.mark.django_db
def test_what_goes_on_rings_once_a_minute(streamed: Session) -> None:
    (task,) = Task.objects.filter(kind="safety", patient=streamed.patient_id)
    assert task.version == 3  # the pause, the stop after it, and the stop without it


@pytest.mark.django_db
def test_what_people_charted_is_not_pushed_off_by_a_monitor(
    streamed: Session, staff: Staff
) -> None:
    browser = staff("nurse")
    address = f"/clinic/patients/{streamed.patient_id}/courses/sessions/{streamed.pk}/"
    page = browser.get(address).content.decode()
    assert "iv in the left arm" in page
    assert page.count("Strike out</summary>") == 11  # ten of all, and the start
    assert f"{address}?log=1" in page
    pages = [browser.get(f"{address}?log={number}").content.decode() for number in (1, 2)]
    assert "Page 2 of 2" in pages[1]
    assert sum(len(re.findall(r"<li[ >]<?", one.split("lines")[1])) for one in pages) == 62
    assert "iv in the left arm" in pages[1]


@pytest.mark.django_db(transaction=True)
def test_it_is_made_once_a_change_and_each_has_a_token_of_their_own(
    streamed: Session, staff: Staff
) -> None:
    address = f"/clinic/patients/{streamed.patient_id}/courses/sessions/{streamed.pk}/live/"
    with patch.object(showing, "screen_of", wraps=screen_of) as made:
        pages = [staff("nurse").get(address).content.decode() for _ in range(2)]
        assert made.call_count == 1
        tokens = [re.search(r'csrfmiddlewaretoken" value="(\w{64})"', page) for page in pages]
        assert all(tokens)
        assert len({token[1] for token in tokens if token}) == 2
        assert not any(showing.STAND_IN in page for page in pages)
        staff("clinician").get(address)
        assert made.call_count == 2  # who signs sees more
        chart(streamed, [Line(Kind.NOTE, {}, why="new")], by=streamed.opened_by)
        assert "new" in staff("nurse").get(address).content.decode()


values = st.lists(st.integers(41, 219).map(float), min_size=1, max_size=4000)


@given(values, st.integers(-600, 600))
def test_of_however_many_readings_no_peak_is_lost(readings: list[float], first: int) -> None:
    read = [(n + first, Observation(minute=0.0, systolic_mmhg=v)) for n, v in enumerate(readings)]
    (panel,) = drawn(read, 0, ())
    drawn_at = [float(point.split(",")[1]) for point in panel.curve.split()]
    lone = [(0, Observation(minute=0.0, systolic_mmhg=v)) for v in (max(readings), min(readings))]
    (alone,) = drawn(lone, 0, ())
    assert {float(one.y) for one in alone.marks} == {min(drawn_at), max(drawn_at)}
    assert len(drawn_at) <= 310
    assert 1 <= len(panel.marks) <= MOST_DOTS
    assert panel.marks[-1].says.endswith(f": {readings[-1]:g}")


@pytest.mark.parametrize("therapy", ["ketamine_iv", "esketamine"])
def test_each_reading_is_drawn_among_its_own_limits_and_no_words_overlap(
    therapy: SessionTherapy,
) -> None:
    limits = limits_of(therapy, shipped())
    read = Observation(
        minute=0.0, systolic_mmhg=120, diastolic_mmhg=85, spo2_pct=97, heart_rate_per_min=70
    )
    panels = drawn([(0, read)], 0, limits)
    assert len(panels) == 4
    for panel in panels:
        own = sorted((one.at for one in limits if one.reading == panel.reading), reverse=True)
        assert [float(line.says.split()[1]) for line in panel.lines] == own
        heights = [line.beside for line in panel.lines]
        assert all(below - above >= APART for above, below in pairwise(heights))
        assert all(0 < beside < panel.height for beside in heights)


@pytest.mark.django_db
def test_what_made_the_decision_is_said_first_and_who_ordered_is_named(
    session: Session, prescriber: Access, staff: Staff
) -> None:
    zero = timezone.now() - timedelta(minutes=10)
    high = {**ALL, "systolic_mmhg": 204, "respiratory_rate_per_min": 30, "spo2_pct": 91}
    chart(session, [Line(Kind.START, {}, zero), Line(Kind.READING, high)], by=prescriber.user)
    newest = screen_of(session, timezone.now()).newest
    assert newest is not None
    assert newest.decision.word == "stop"
    assert "200/120" in newest.says[0]
    place = f"/clinic/patients/{session.patient_id}/courses/sessions/{session.pk}/"
    page = staff("nurse").get(place).content.decode()
    assert f"Call the prescriber: <strong>{prescriber.user.name}</strong>" in page
