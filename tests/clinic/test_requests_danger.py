"""A request that tells of danger: reached first, and its alarm goes into the chart."""

from __future__ import annotations

import re
from typing import Any

import pytest

from euthymia import shipped
from euthymia.clinic.patients import arrivals
from euthymia.clinic.patients.models import Patient, Request
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work.actions import finish, ring
from euthymia.clinic.work.models import Task
from tests.clinic.conftest import Staff, access_for

ITEMS = [1, 1, 1, 1, 1, 1, 1, 1, 1]
TITLE = "Thoughts of death or self-harm"


def words_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def at(request: Request, *steps: str) -> str:
    return "/".join(["/clinic/requests", str(request.pk), *steps, ""])


@pytest.fixture
def urgent(clinic: Clinic) -> Request:
    return Request.objects.create(
        clinic=clinic,
        given_name="Ana",
        family_name="Ferreira",
        phone="555 0123",
        address="1 Quay Street",
        contact_person="Rui, brother, 555 0199",
        told={"intake": 1, "scales": [{"instrument": "phq9", "items": ITEMS}]},
        summary=["Low mood: several days", "Thoughts of death: several days"],
        consent="1",
        urgent=True,
    )


@pytest.fixture
def alarm(urgent: Request) -> Task:
    return ring(urgent.clinic, says="A request needs an answer now", request=urgent.pk)


def taken_in(request: Request) -> Patient:
    by = access_for(request.clinic, "nurse")
    return arrivals.accept(request, None, version=request.version, by=by)


def test_the_open_alarm_of_a_request_goes_with_it_into_the_chart(
    staff: Staff, urgent: Request, alarm: Task
) -> None:
    patient = taken_in(urgent)
    alarm.refresh_from_db()
    assert (alarm.patient, alarm.request, alarm.done) == (patient.pk, urgent.pk, None)
    assert "A sign of danger waits" in words_of(
        staff("nurse").get(f"/clinic/patients/{patient.pk}/")
    )


def test_where_nobody_rang_taking_someone_in_rings(urgent: Request) -> None:
    patient = taken_in(urgent)
    assert Task.objects.get(kind="safety", done=None).patient == patient.pk


def test_an_alarm_that_someone_settled_does_not_ring_a_second_time(
    urgent: Request, alarm: Task
) -> None:
    finish(alarm, "Reached.", version=1, by=access_for(urgent.clinic, "nurse"))
    taken_in(urgent)
    assert not Task.objects.filter(kind="safety", done=None).exists()


def test_a_request_without_danger_rings_nobody(urgent: Request) -> None:
    urgent.told["scales"][0]["items"] = [1] * 8 + [0]
    urgent.save()
    taken_in(urgent)
    assert not Task.objects.filter(kind="safety").exists()


def test_the_chart_names_the_answer_in_words_and_the_day_of_the_scale(
    staff: Staff, urgent: Request
) -> None:
    patient = taken_in(urgent)
    entry = patient.entries.get(part="scales")
    assert entry.told["date"] == f"{urgent.received:%Y-%m-%d}"
    words = words_of(staff("nurse").get(f"/clinic/patients/{patient.pk}/"))
    assert re.search(f"{TITLE} Several days", words)


def test_the_reason_stands_beside_the_red_note_for_those_who_see_charts(
    staff: Staff, urgent: Request
) -> None:
    assert f"{TITLE}: Several days" in words_of(staff("nurse").get(at(urgent)))
    assert TITLE not in words_of(staff("front_desk").get(at(urgent)))


def test_what_was_sent_is_a_plain_list_line_by_line(staff: Staff, urgent: Request) -> None:
    page = staff("nurse").get(at(urgent)).content.decode()
    assert "<li>Thoughts of death: several days</li>" in page


def test_the_page_says_how_to_reach_someone_and_what_to_do_if_nobody_answers(
    staff: Staff, urgent: Request
) -> None:
    words = words_of(staff("front_desk").get(at(urgent)))
    for told in ("555 0123", "1 Quay Street", "Rui, brother, 555 0199", "Call 911"):
        assert told in words


@pytest.mark.parametrize(
    ("step", "sent"), [("accept", {"who": "new"}), ("close", {"why": "twice"})]
)
def test_nobody_is_taken_in_or_closed_unreached_without_a_word_that_this_is_meant(
    staff: Staff, urgent: Request, step: str, sent: dict[str, str]
) -> None:
    nurse = staff("nurse")
    assert "Reach the person first" in words_of(nurse.get(at(urgent, step)))
    assert nurse.post(at(urgent, step), {**sent, "version": 1}).status_code == 422
    urgent.refresh_from_db()
    assert urgent.state == "new"
    assert nurse.post(at(urgent, step), {**sent, "version": 1, "anyway": "on"}).status_code == 302


def test_after_a_try_was_noted_nothing_more_is_asked(staff: Staff, urgent: Request) -> None:
    nurse = staff("nurse")
    nurse.post(at(urgent), {"says": "reached at ten", "version": 1})
    assert nurse.post(at(urgent, "close"), {"why": "seen", "version": 2}).status_code == 302


def test_address_and_contact_person_go_into_the_chart_and_can_be_corrected(
    staff: Staff, urgent: Request
) -> None:
    patient = taken_in(urgent)
    assert (patient.address, patient.contact_person) == ("1 Quay Street", "Rui, brother, 555 0199")
    page = staff("front_desk").get(f"/clinic/patients/{patient.pk}/edit/").content.decode()
    assert 'value="1 Quay Street"' in page


def test_the_page_of_danger_shows_whom_to_reach_the_answer_and_its_day(
    staff: Staff, urgent: Request, alarm: Task
) -> None:
    patient = taken_in(urgent)
    ring(patient.clinic, says="Again", patient=patient.pk)
    answer = staff("nurse").get(f"/clinic/patients/{patient.pk}/danger/")
    words = words_of(answer)
    day = f"{urgent.received:%Y-%m-%d}"
    for told in ("555 0123", "1 Quay Street", "Rui, brother", f"Several days , {day}"):
        assert told in words
    assert "A newer answer" in words
    assert "scales/?instrument=cssrs" in answer.content.decode()
    assert f"Call {shipped().crisis_lines['US'].emergency}" in words


def test_in_another_country_another_number_is_called(staff: Staff, urgent: Request) -> None:
    patient = taken_in(urgent)
    Patient.objects.update(country="GB")
    words = words_of(staff("nurse").get(f"/clinic/patients/{patient.pk}/danger/"))
    assert f"Call {shipped().crisis_lines['GB'].emergency}" in words
    assert "911" not in words
