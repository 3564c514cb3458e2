"""The pages of courses and rooms: who may come in, what they show, what they refuse."""

from __future__ import annotations

from datetime import date, time
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from euthymia.clinic.courses import actions
from euthymia.clinic.courses.models import Course, Room, Session
from euthymia.clinic.courses.planning import plan_sessions
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic
from tests.clinic.conftest import Staff, access_for
from tests.clinic.rooms import adopt_all, opened
from tests.clinic.test_courses import CALM, HIGH, INFUSION

pytestmark = pytest.mark.django_db


@pytest.fixture
def adopted(clinic: Clinic) -> None:
    adopt_all(access_for(clinic, "director"))


@pytest.fixture
def running(adopted: None, clinic: Clinic, patient: Patient) -> Session:
    """An infusion open in a room, not started yet."""
    return opened(patient, INFUSION, by=access_for(clinic, "clinician"))


def at(session: Session, rest: str = "") -> str:
    return f"/clinic/patients/{session.patient_id}/courses/sessions/{session.pk}/{rest}"


def chart(browser: Client, session: Session, kind: str, **told: object) -> int:
    told = {"key": uuid4(), **told}
    return browser.post(at(session, f"chart/{kind}/"), told).status_code


def test_from_the_course_to_the_open_room(staff: Staff, clinic: Clinic, patient: Patient) -> None:
    Room.objects.create(clinic=clinic, name="Infusion 1")
    doctor = staff("clinician")
    address = f"/clinic/patients/{patient.pk}/courses/"
    doctor.post(address, {"therapy": "ketamine_iv", "planned": "6"})
    course = Course.objects.get()
    doctor.post(f"{address}{course.pk}/order/", {"dose_mg": "40", "minutes": "40"})
    day = timezone.localdate().isoformat()
    plan = {"first": day, "clock": "09:00", "days": list("0123456"), "count": "6"}
    doctor.post(f"{address}{course.pk}/plan/", plan)
    session = course.sessions.first()
    assert session is not None
    assert course.sessions.count() == 6
    nurse = staff("nurse")
    opening = {"room": str(Room.objects.get().pk), "number": str(patient.number)}
    assert nurse.post(at(session, "open/"), opening).status_code == 302
    page = nurse.get(at(session)).content.decode()
    assert "Infusion 1" in page
    assert "not a monitor" in page
    assert "No limit adopted" in page


def test_a_pressure_above_the_line_is_a_pause_on_the_screen_that_somebody_answers(
    staff: Staff, running: Session
) -> None:
    nurse = staff("nurse")
    assert chart(nurse, running, "reading", **CALM) == 302
    assert chart(nurse, running, "start", dose_mg="40") == 302
    assert chart(nurse, running, "reading", **HIGH) == 302
    page = nurse.get(at(running)).content.decode()
    assert 'class="decision pause"' in page
    assert "above 180/110: pause the pump" in page
    assert "What was done" in page
    decision = running.decisions.get(word="pause")
    nurse.post(at(running, f"answer/{decision.pk}/"), {"how": "Pump paused, doctor called."})
    assert "Pump paused, doctor called." in nurse.get(at(running)).content.decode()


def test_a_stop_is_answered_by_a_prescriber_only(staff: Staff, running: Session) -> None:
    nurse = staff("nurse")
    chart(nurse, running, "reading", **{**CALM, "systolic_mmhg": 205})
    stop = running.decisions.get(word="stop")
    refused = nurse.post(at(running, f"answer/{stop.pk}/"), {"how": "Stopped."})
    assert refused.status_code == 422
    assert "by a prescriber" in refused.content.decode()
    staff("clinician").post(at(running, f"answer/{stop.pk}/"), {"how": "Seen, stays stopped."})
    assert stop.answered.how == "Seen, stays stopped."


def test_a_screen_that_shows_all_is_told_nothing_new(staff: Staff, running: Session) -> None:
    nurse, other = staff("nurse"), staff("nurse")
    running.refresh_from_db()
    live = at(running, f"live/?seen={running.changes}")
    assert other.get(live).status_code == 204
    chart(nurse, running, "reading", **CALM)
    news = other.get(live)
    assert news.status_code == 200
    assert 'class="decision continue"' in news.content.decode()


def test_another_dose_than_ordered_needs_its_reason(staff: Staff, running: Session) -> None:
    nurse = staff("nurse")
    assert chart(nurse, running, "start", dose_mg="60") == 422
    assert chart(nurse, running, "start", dose_mg="60", why="Dr Lee by telephone, 09:10") == 302
    assert running.charted.get(kind="start").why == "Dr Lee by telephone, 09:10"


def test_what_the_queue_sends_is_kept_once_and_answered_shortly(
    staff: Staff, running: Session
) -> None:
    nurse, told = staff("nurse"), {"key": str(uuid4()), **CALM, "at": timezone.now().isoformat()}
    queue = {"x-queue": nurse.session["_auth_user_id"]}
    for _ in range(2):
        assert nurse.post(at(running, "chart/reading/"), told, headers=queue).status_code == 204
    assert running.charted.count() == 1
    empty = nurse.post(at(running, "chart/reading/"), {"key": uuid4()}, headers=queue)
    assert (empty.status_code, empty.content.decode()) == (422, "Nothing was filled in.")


def test_what_someone_typed_is_not_sent_under_another_name(staff: Staff, running: Session) -> None:
    first, second = staff("nurse"), staff("nurse")
    told = {"key": str(uuid4()), **CALM}
    queue = {"x-queue": first.session["_auth_user_id"]}
    assert second.post(at(running, "chart/reading/"), told, headers=queue).status_code == 409
    assert not running.charted.exists()


def test_the_session_is_refused_its_end_and_says_what_is_open(
    staff: Staff, running: Session
) -> None:
    nurse = staff("nurse")
    chart(nurse, running, "reading", **CALM)
    chart(nurse, running, "start", dose_mg="40")
    chart(nurse, running, "leaving", escort_present="yes")
    refused = nurse.post(at(running, "close/"))
    assert refused.status_code == 422
    assert "walks steadily" in refused.content.decode()
    running.refresh_from_db()
    assert running.closed_at is None


def test_an_operator_runs_no_infusion_and_the_front_desk_no_session(
    staff: Staff, running: Session
) -> None:
    assert staff("tms_operator").get(at(running)).status_code == 404
    assert staff("front_desk").get("/clinic/today/").status_code == 404
    assert staff("tms_operator").get("/clinic/today/").status_code == 200


def test_the_room_of_another_clinic_is_not_there(
    staff: Staff, running: Session, other_clinic: Clinic
) -> None:
    assert staff("director", other_clinic).get(at(running)).status_code == 404


def test_patients_who_look_alike_today_are_shown_so(
    staff: Staff, clinic: Clinic, patient: Patient, running: Session
) -> None:
    nurse = staff("nurse")
    assert "has this name or birthday" not in nurse.get("/clinic/today/").content.decode()
    twin = Patient.objects.create(
        clinic=clinic, number=2, family_name="FERREIRA", given_name="Anna", synthetic=True
    )
    course = actions.begin_course(twin, "ketamine_iv", by=access_for(clinic, "clinician"))
    Session.objects.create(course=course, patient=twin, planned_at=timezone.now())
    assert nurse.get("/clinic/today/").content.decode().count("has this name or birthday") == 2


def test_sessions_keep_their_clock_time_when_the_clocks_change(
    clinic: Clinic, patient: Patient
) -> None:
    clinic.zone = "America/New_York"
    clinic.save()
    course = actions.begin_course(patient, "tms", by=access_for(clinic, "clinician"))
    made = plan_sessions(course, date(2026, 10, 30), time(9, 0), {0, 4}, 2)
    local = [one.planned_at.astimezone(ZoneInfo(clinic.zone)) for one in made if one.planned_at]
    assert [one.hour for one in local] == [9, 9]
    assert local[0].utcoffset() != local[1].utcoffset()
    assert [one.date() for one in local] == [date(2026, 10, 30), date(2026, 11, 2)]


def test_a_reading_typed_on_the_wrong_patient_is_struck_out_and_stays_to_be_seen(
    staff: Staff, running: Session
) -> None:
    nurse = staff("nurse")
    chart(nurse, running, "reading", **HIGH)
    row = running.charted.get()
    assert chart(nurse, running, "struck", row=row.pk, why="of the next room") == 302
    page = nurse.get(at(running)).content.decode()
    assert "of the next room" in page
    assert 'class="struck"' in page
    assert "Taken back" in page
