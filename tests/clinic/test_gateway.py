"""The gateway of devices: what a monitor posts is stored before it is told so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from euthymia.clinic.audit.models import Row
from euthymia.clinic.courses import actions
from euthymia.clinic.courses.models import Device, Session
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from tests.clinic.conftest import Staff, access_for
from tests.clinic.rooms import adopt_all, opened
from tests.clinic.test_courses import CALM, INFUSION

pytestmark = pytest.mark.django_db
ADDRESS = "/gateway/readings/"


@pytest.fixture
def owner(clinic: Clinic) -> Access:
    return access_for(clinic, "admin")


@pytest.fixture
def running(clinic: Clinic, patient: Patient) -> Session:
    adopt_all(access_for(clinic, "director"))
    return opened(patient, INFUSION, by=access_for(clinic, "clinician"))


@pytest.fixture
def key(running: Session, owner: Access) -> str:
    assert running.room is not None
    return actions.make_device(running.room, "Monitor 1", by=owner)


def reading(**told: object) -> dict[str, object]:
    return {"key": str(uuid4()), "at": timezone.now().isoformat(), "spo2_pct": 97, **told}


def post(key: str, *readings: dict[str, object]) -> Any:
    return Client().post(
        ADDRESS,
        {"readings": list(readings)},
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )


def test_a_reading_is_stored_and_then_acknowledged(key: str, running: Session) -> None:
    one = reading()
    answer = post(key, one)
    assert answer.status_code == 200
    assert answer.json() == {"kept": [one["key"]]}
    row = running.charted.get()
    assert (row.told, row.by, row.device) == ({"spo2_pct": 97}, None, Device.objects.get())


def test_sent_again_it_is_acknowledged_again_and_stored_once(key: str, running: Session) -> None:
    one = reading()
    assert post(key, one).json() == post(key, one).json()
    assert running.charted.count() == 1


def test_a_low_reading_of_the_monitor_is_judged_like_one_typed(key: str, running: Session) -> None:
    post(key, reading(spo2_pct=80, **{n: CALM[n] for n in ("systolic_mmhg", "diastolic_mmhg")}))
    assert running.decisions.get().word == "stop"


@pytest.mark.parametrize(
    "wrong",
    [
        {"spo2_pct": 140},
        {"spo2_kpa": 12},
        {"at": "2026-12-01T09:00:00"},
        {"at": (timezone.now() + timedelta(hours=1)).isoformat()},
        {"key": "1"},
        {"systolic_mmhg": 80, "diastolic_mmhg": 120},
    ],
)
def test_what_cannot_be_is_refused_whole(
    wrong: dict[str, object], key: str, running: Session
) -> None:
    assert post(key, reading(), reading(**wrong)).status_code == 400
    assert not running.charted.exists()


def test_without_a_key_or_with_one_taken_back_nothing_opens(key: str, running: Session) -> None:
    assert Client().post(ADDRESS, {}, content_type="application/json").status_code == 401
    assert post("guessed", reading()).status_code == 401
    actions.end_device(Device.objects.get())
    assert post(key, reading()).status_code == 401
    assert not running.charted.exists()


def test_no_open_session_no_reading(key: str, running: Session) -> None:
    running.closed_at = timezone.now()
    running.save()
    assert post(key, reading()).status_code == 409


def test_an_open_stream_leaves_one_row_of_the_audit_each_five_minutes(
    key: str, running: Session
) -> None:
    for _ in range(4):
        post(key, reading())
    rows = Row.objects.filter(what="gateway_readings")
    assert rows.count() in (1, 2)  # two, where the five minutes ended meanwhile
    assert rows[0].patient == running.patient_id


def test_the_owner_makes_a_key_that_is_shown_once(
    staff: Staff, running: Session, clinic: Clinic
) -> None:
    browser = staff("admin")
    page = browser.post("/clinic/rooms/devices/", {"name": "Monitor", "room": running.room_id})
    shown = page.content.decode()
    assert "shown this once" in shown
    key = shown.split('class="address">')[1].split("<")[0]
    assert post(key, reading()).status_code == 200
    assert key not in browser.get("/clinic/rooms/devices/").content.decode()
    device = Device.objects.get()
    browser.post(f"/clinic/rooms/devices/{device.pk}/end/")
    assert post(key, reading()).status_code == 401


def test_a_device_of_another_clinic_is_not_taken_back_from_here(
    staff: Staff, key: str, other_clinic: Clinic
) -> None:
    device = Device.objects.get()
    address = f"/clinic/rooms/devices/{device.pk}/end/"
    assert staff("admin", other_clinic).post(address).status_code == 404
    device.refresh_from_db()
    assert device.ended_at is None
