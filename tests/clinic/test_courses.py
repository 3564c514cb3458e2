"""Sessions charted in a room: what the engine says is what the room keeps, and nothing is lost."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from euthymia.clinic.courses import actions
from euthymia.clinic.courses.actions import Line, chart
from euthymia.clinic.courses.faults import CourseError, NotClosableError
from euthymia.clinic.courses.form import form_of
from euthymia.clinic.courses.forms import GateForm
from euthymia.clinic.courses.judging import judged
from euthymia.clinic.courses.models import Charted, Decision, Room, Session, WrittenOnceError
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.rights.retention import empty
from euthymia.clinic.work.actions import ring, take
from euthymia.clinic.work.models import Task
from tests.clinic.conftest import Staff, access_for
from tests.clinic.rooms import adopt_all, at_noon, decided, opened, played
from tests.matchers import at, holds
from tests.sessions import answer

pytestmark = pytest.mark.django_db
Json = dict[str, Any]
Kind = Charted.Kind
SHARED = Path(__file__).resolve().parents[3] / "shared" / "cases"
CALM = {"systolic_mmhg": 128, "diastolic_mmhg": 80, "heart_rate_per_min": 74, "spo2_pct": 98,
        "respiratory_rate_per_min": 14, "moaas": 5}  # fmt: skip
HIGH = {**CALM, "systolic_mmhg": 184, "diastolic_mmhg": 108}
INFUSION: Json = {
    "session": 1,
    "therapy": "ketamine_iv",
    "order": {"dose_mg": 40.0, "minutes": 40},
    "observations": [
        {"minute": -5, **CALM},
        {"minute": 10, **CALM},
        {"minute": 20, **HIGH},
        {"minute": 25, **HIGH},
    ],
}


@pytest.fixture
def prescriber(clinic: Clinic) -> Access:
    return access_for(clinic, "clinician")


@pytest.fixture
def nurse(clinic: Clinic) -> Access:
    return access_for(clinic, "nurse")


@pytest.fixture
def adopted(clinic: Clinic) -> None:
    adopt_all(access_for(clinic, "director"))


def cases() -> dict[str, Json]:
    read = {path.stem: json.loads(path.read_text("utf-8")) for path in SHARED.rglob("*.json")}
    return {name: case for name, case in read.items() if "session" in case}


@pytest.mark.usefixtures("adopted")
@pytest.mark.parametrize("name", sorted(cases()))
def test_a_shared_case_played_through_a_room_comes_out_the_same(
    name: str, patient: Patient, prescriber: Access
) -> None:
    case = cases()[name]
    at_noon(patient.clinic)
    session = opened(patient, case["session"], by=prescriber)
    play = played(case["session"])
    chart(session, play.lines, by=prescriber.user)
    found = judged(session, timezone.now())
    assert found is not None
    wrong = {
        pointer: at(pointer, found.document)
        for pointer, expected in case["expect"].items()
        if not holds(expected, at(pointer, found.document))
    }
    assert wrong == {}, case["lesson"]


@pytest.mark.usefixtures("adopted")
def test_charted_line_by_line_it_is_decided_as_the_engine_decides_the_whole(
    patient: Patient, prescriber: Access
) -> None:
    session, play = opened(patient, INFUSION, by=prescriber), played(INFUSION)
    for line in play.lines:
        chart(session, [line], by=prescriber.user)
    whole = answer(INFUSION)["decisions"]
    assert decided(session, play.zero) == {
        float(minute): told["decision"] for minute, told in whole.items()
    }
    assert list(decided(session, play.zero).values())[-2:] == ["pause", "stop"]


@pytest.mark.usefixtures("adopted")
@pytest.mark.parametrize("seed", range(5))
def test_however_late_a_reading_comes_in_the_end_is_the_same(
    seed: int, patient: Patient, prescriber: Access
) -> None:
    session, play = opened(patient, INFUSION, by=prescriber), played(INFUSION)
    lines = list(play.lines)
    random.Random(seed).shuffle(lines)  # noqa: S311 - it plays chance
    for line in lines:
        chart(session, [line], by=prescriber.user)
    assert decided(session, play.zero) == {-5: "continue", 10: "continue", 20: "pause", 25: "stop"}


@pytest.mark.usefixtures("adopted")
def test_a_late_reading_revises_a_decision_and_both_stay(
    patient: Patient, prescriber: Access
) -> None:
    session, play = opened(patient, INFUSION, by=prescriber), played(INFUSION)
    late = next(line for line in play.lines if line.at == play.zero + timedelta(minutes=20))
    chart(session, [line for line in play.lines if line is not late], by=prescriber.user)
    before = decided(session, play.zero)
    assert before[25] == "pause"
    chart(session, [late], by=prescriber.user)
    assert decided(session, play.zero)[25] == "stop"
    revised = session.decisions.get(word="stop")
    assert revised.revises is not None
    assert revised.revises.word == "pause"


@pytest.mark.usefixtures("adopted")
def test_what_is_sent_twice_is_kept_once(patient: Patient, prescriber: Access) -> None:
    session = opened(patient, INFUSION, by=prescriber)
    line = Line(Kind.READING, CALM, key=uuid4())
    chart(session, [line], by=prescriber.user)
    chart(session, [line, line], by=prescriber.user)
    assert session.charted.count() == 1


def test_no_rule_fires_on_limits_that_nobody_signed(patient: Patient, prescriber: Access) -> None:
    session, play = opened(patient, INFUSION, by=prescriber), played(INFUSION)
    kept = chart(session, play.lines, by=prescriber.user)
    assert kept.decisions == ()
    assert judged(session, timezone.now()) is None
    assert session.charted.count() == len(play.lines)


@pytest.mark.usefixtures("adopted")
def test_a_stop_calls_whoever_ordered_and_nobody_closes_over_it(
    patient: Patient, prescriber: Access, nurse: Access
) -> None:
    session, play = opened(patient, INFUSION, by=prescriber), played(INFUSION)
    chart(session, play.lines, by=nurse.user)
    task = Task.objects.get(kind="safety", patient=patient.pk)
    assert (task.owner, task.session) == (prescriber.user, session.pk)
    with pytest.raises(NotClosableError, match="not answered"):
        actions.close(session, "transferred", by=prescriber, prescribes=True)
    for one in actions.unanswered(session):
        actions.answer(one, "Seen at the chair; pump off, pressure rechecked.", by=prescriber)
    task.refresh_from_db()
    assert (task.done_by, task.unseen().count()) == (prescriber.user, 0)
    closed = actions.close(session, "Sent to the emergency room.", by=prescriber, prescribes=True)
    assert closed.closed_at is not None


@pytest.mark.usefixtures("adopted")
def test_a_room_and_an_answer_of_danger_call_apart(
    patient: Patient, prescriber: Access, nurse: Access
) -> None:
    told = ring(patient.clinic, says="Open this chart", patient=patient.pk, owner=nurse.user)
    take(told, version=told.version, by=nurse)
    session, play = opened(patient, INFUSION, by=prescriber), played(INFUSION)
    chart(session, play.lines, by=nurse.user)
    told.refresh_from_db()
    assert (told.taken is None, told.rings.count()) == (False, 0)
    room = Task.objects.exclude(session=None).get()
    assert (room.owner, room.taken) == (prescriber.user, None)
    take(room, version=room.version, by=nurse)
    newer = ring(
        patient.clinic,
        says="A treatment room needs you now",
        patient=patient.pk,
        session=session.pk,
        owner=prescriber.user,
    )
    assert (newer.pk, newer.owner, newer.taken) == (room.pk, prescriber.user, None)
    again = ring(patient.clinic, says="Open this chart", patient=patient.pk)
    assert (again.pk, again.owner) == (told.pk, nurse.user)


@pytest.mark.usefixtures("adopted")
def test_the_task_of_a_room_leads_to_the_session_and_asks_nobody_to_reach_the_patient(
    patient: Patient, prescriber: Access, nurse: Access, staff: Staff
) -> None:
    session, play = opened(patient, INFUSION, by=prescriber), played(INFUSION)
    chart(session, play.lines, by=nurse.user)
    task = Task.objects.exclude(session=None).get()
    page = staff("clinician").get(f"/clinic/tasks/{task.pk}/").content.decode()
    assert f"/courses/sessions/{session.pk}/" in page
    assert "/danger/" not in page
    assert "Was the patient reached" not in page


@pytest.mark.usefixtures("adopted")
def test_nobody_goes_home_before_what_the_pages_want(patient: Patient, nurse: Access) -> None:
    form = {**INFUSION, "observations": [{"minute": -5, **CALM}, {"minute": 40, **CALM}],
            "leaving": {"escort_present": True}}  # fmt: skip
    session, play = opened(patient, form, by=nurse), played(form)
    chart(session, play.lines, by=nurse.user)
    with pytest.raises(NotClosableError) as refused:
        actions.close(session, "she wants to leave", by=nurse)
    assert {"time", "orientation", "gait"} <= set(refused.value.wants)
    assert "escort" not in refused.value.wants


@pytest.mark.usefixtures("adopted")
def test_a_reading_struck_out_takes_its_decision_back_and_keeps_it(
    patient: Patient, prescriber: Access
) -> None:
    session = opened(patient, INFUSION, by=prescriber)
    (row,) = chart(session, [Line(Kind.READING, HIGH)], by=prescriber.user).rows
    (first,) = session.decisions.all()
    strike = Line(Kind.STRUCK, strikes=row, why="cuff on the wrong arm")
    chart(session, [strike], by=prescriber.user)
    assert [one.word for one in session.decisions.filter(revised_by=None)] == ["withdrawn"]
    assert Decision.objects.filter(pk=first.pk).exists()
    assert Charted.objects.filter(pk=row.pk).exists()


@pytest.mark.usefixtures("adopted")
def test_what_a_person_typed_holds_over_the_monitor_of_the_same_second(
    patient: Patient, prescriber: Access
) -> None:
    session = opened(patient, INFUSION, by=prescriber)
    moment = timezone.now() - timedelta(minutes=3)
    typed = Line(Kind.READING, {**CALM, "spo2_pct": 97}, moment)
    monitor = Line(Kind.READING, {**CALM, "spo2_pct": 61}, moment)
    device = session.room.devices.create(  # type: ignore[union-attr]
        clinic=patient.clinic, name="Monitor", digest="0" * 64, made_by=prescriber.user
    )
    chart(session, [typed], by=prescriber.user)
    chart(session, [monitor], device=device)
    found = judged(session, timezone.now())
    assert found is not None
    (only,) = found.form["observations"]
    assert only["spo2_pct"] == 97
    assert session.charted.count() == 2


def test_the_chart_number_at_the_door_of_the_room_must_be_that_of_the_patient(
    patient: Patient, prescriber: Access
) -> None:
    session = opened(patient, INFUSION, by=prescriber)
    other = Session.objects.create(course=session.course, patient=patient)
    with pytest.raises(CourseError, match="not that of the patient"):
        actions.open_session(other, Room.objects.get(), number=2, by=prescriber)


def test_one_room_holds_one_session_and_a_patient_lies_in_one_room(
    clinic: Clinic, patient: Patient, prescriber: Access
) -> None:
    first = opened(patient, INFUSION, by=prescriber)
    someone = Patient.objects.create(
        clinic=clinic, number=2, family_name="Okafor", given_name="Ben", synthetic=True
    )
    with pytest.raises(CourseError, match="open in this room"):
        opened(someone, INFUSION, by=prescriber)
    again = Session.objects.create(course=first.course, patient=patient)
    room = Room.objects.create(clinic=clinic, name="Room 2")
    with pytest.raises(CourseError, match="this patient is open"):
        actions.open_session(again, room, number=patient.number, by=prescriber)


def test_what_is_charted_is_never_written_over(patient: Patient, prescriber: Access) -> None:
    session = opened(patient, INFUSION, by=prescriber)
    (row,) = chart(session, [Line(Kind.READING, CALM)], by=prescriber.user).rows
    row.told = HIGH
    with pytest.raises(WrittenOnceError):
        row.save()


def test_a_reading_of_a_time_to_come_is_refused_and_nothing_is_kept(
    patient: Patient, prescriber: Access
) -> None:
    session = opened(patient, INFUSION, by=prescriber)
    ahead = Line(Kind.READING, CALM, timezone.now() + timedelta(minutes=5))
    with pytest.raises(CourseError, match="time to come"):
        chart(session, [Line(Kind.READING, CALM), ahead], by=prescriber.user)
    assert not session.charted.exists()


def test_a_reading_that_cannot_be_is_refused_with_its_place(
    patient: Patient, prescriber: Access
) -> None:
    session = opened(patient, INFUSION, by=prescriber)
    with pytest.raises(CourseError, match="diastolic"):
        chart(
            session,
            [Line(Kind.READING, {"systolic_mmhg": 80, "diastolic_mmhg": 120})],
            by=prescriber.user,
        )
    assert not session.charted.exists()


def test_an_emptied_chart_keeps_nothing_told_in_its_sessions(
    patient: Patient, prescriber: Access
) -> None:
    session, play = opened(patient, INFUSION, by=prescriber), played(INFUSION)
    chart(session, play.lines, by=prescriber.user)
    Session.objects.filter(pk=session.pk).update(closed_at=timezone.now())
    empty(patient, by=prescriber)
    assert all(row.told == {} for row in session.charted.all())
    assert session.order is not None
    session.order.refresh_from_db()
    assert session.order.told == {}
    assert session.charted.count() == len(play.lines)


# ------------------------------------------------------------------ sessions of TMS elsewhere

PULSES: Json = {"session": 1, "therapy": "tms", "order": {"protocol": "snt_saint"}}


def of_day(session: Session, days: int = 0) -> Json | None:
    """What the form says of the sessions of a day, so many days from now."""
    form = form_of(session, timezone.now() + timedelta(days=days))
    found: Json | None = form.get("previous_sessions_today")
    return found


def test_sessions_of_tms_that_nobody_told_of_are_not_none(
    patient: Patient, prescriber: Access
) -> None:
    session = opened(patient, PULSES, by=prescriber)
    assert of_day(session) is None
    assert "tms_elsewhere" in GateForm(session).fields


@pytest.mark.parametrize(
    ("told", "today", "tomorrow"),
    [("none", [], []), ("not known", None, None), ("12", None, [])],
)
def test_a_day_is_known_whole_once_it_is_told_what_is_given_elsewhere(
    patient: Patient, prescriber: Access, told: str, today: Any, tomorrow: Any
) -> None:
    at_noon(patient.clinic)
    session = opened(patient, PULSES, by=prescriber)
    chart(session, [Line(Kind.GATE, {"tms_elsewhere": told})], by=prescriber.user)
    assert (of_day(session), of_day(session, days=1)) == (today, tomorrow)
    assert ("tms_elsewhere" in GateForm(session).fields) is (told == "not known")


def test_what_is_given_elsewhere_is_asked_once_in_a_course_and_of_tms_alone(
    patient: Patient, prescriber: Access
) -> None:
    first = opened(patient, PULSES, by=prescriber)
    form = GateForm(first, {"key": str(uuid4()), "tms_elsewhere": "none", "sleep_hours": "7"})
    assert form.is_valid(), form.errors
    chart(first, [form.line()], by=prescriber.user)
    assert form_of(first, timezone.now())["gate"] == {"sleep_hours": 7.0}
    second = Session(course=first.course, patient=patient)
    assert "tms_elsewhere" not in GateForm(second).fields
    infusion = actions.begin_course(patient, "ketamine_iv", by=prescriber)
    assert "tms_elsewhere" not in GateForm(Session(course=infusion, patient=patient)).fields
