"""A brought file that tells of danger calls someone, whatever the chart told before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from euthymia.clinic.files import importing, many
from euthymia.clinic.patients import actions
from euthymia.clinic.patients.models import Document, Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work import actions as work
from euthymia.clinic.work.models import Ring, Task
from tests.clinic import brought as f
from tests.clinic.conftest import Staff, access_for

NEW_ANSWER = f.bundle(f.person(), f.item_nine(1, "2026-11-25"))


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ATTACHMENTS = tmp_path / "attachments"
    monkeypatch.setattr(many, "BREATH", 0)


@pytest.fixture
def nurse(clinic: Clinic) -> Access:
    return access_for(clinic, "nurse")


def taken_in(content: bytes, patient: Patient, by: Access) -> None:
    batch = importing.bring(f.upload(content), patient, by=by)
    importing.take_in(batch, importing.looked_into(batch), "ana", by=by)


def alarms() -> int:
    return Task.objects.filter(kind="safety", done=None).count()


def settle(by: Access) -> None:
    """Someone spoke with the patient, and closed the alarm."""
    task = Task.objects.get(kind="safety", done=None)
    task = work.take(task, version=task.version, by=by)
    work.finish(task, "spoke", version=task.version, by=by, reached="patient", next_step="tomorrow")


def told_of_before(patient: Patient, by: Access) -> None:
    """The chart tells of danger of months ago, and that was seen to."""
    told = {"instrument": "phq9", "items": [1] * 9, "date": "2026-05-01"}
    actions.add(patient, "scales", told, by=by)
    settle(by)


def test_a_new_answer_of_danger_calls_someone_though_the_chart_held_an_old_one(
    patient: Patient, nurse: Access
) -> None:
    told_of_before(patient, nurse)
    taken_in(NEW_ANSWER, patient, nurse)
    task = Task.objects.get(kind="safety", done=None)
    assert (task.owner, task.patient) == (nurse.user, patient.pk)


def test_a_new_answer_after_that_of_an_earlier_file_calls_again(
    patient: Patient, nurse: Access
) -> None:
    taken_in(f.bundle(f.person(), f.item_nine(1, "2026-05-01")), patient, nurse)
    settle(nurse)
    taken_in(NEW_ANSWER, patient, nurse)
    assert alarms() == 1


def test_a_new_answer_rings_an_open_alarm_once_more(patient: Patient, nurse: Access) -> None:
    taken_in(f.bundle(f.person(), f.item_nine(1, "2026-05-01")), patient, nurse)
    taken_in(NEW_ANSWER, patient, nurse)
    assert (alarms(), Ring.objects.count()) == (1, 1)


def test_a_code_of_danger_calls_though_a_scale_told_of_danger_before(
    patient: Patient, nurse: Access
) -> None:
    told_of_before(patient, nurse)
    coded = f.diagnosis("d9", "R45.851", recordedDate="2026-11-28")
    taken_in(f.bundle(f.person(), coded), patient, nurse)
    assert alarms() == 1


def test_the_same_answer_in_a_later_export_calls_nobody_again(
    patient: Patient, nurse: Access
) -> None:
    taken_in(NEW_ANSWER, patient, nurse)
    settle(nurse)
    later = f.bundle(f.person(), f.item_nine(1, "2026-11-25"), f.diagnosis())
    taken_in(later, patient, nurse)
    assert (Document.objects.count(), alarms()) == (2, 0)


def test_an_answer_without_a_day_is_of_today_and_calls_each_time(
    patient: Patient, nurse: Access
) -> None:
    undated = {k: v for k, v in f.item_nine(1).items() if k != "effectiveDateTime"}
    taken_in(f.bundle(f.person(), undated), patient, nurse)
    settle(nurse)
    taken_in(f.bundle(f.person(), undated, f.diagnosis()), patient, nurse)
    assert alarms() == 1


def test_a_struck_file_that_is_brought_back_calls_again(
    patient: Patient, nurse: Access, staff: Staff
) -> None:
    taken_in(NEW_ANSWER, patient, nurse)
    document = Document.objects.get()
    importing.strike(document, "wrong", by=nurse)
    settle(nurse)
    staff("nurse").post(reverse("document_back", args=[patient.pk, document.pk]))
    assert Document.objects.get().struck is None
    assert alarms() == 1


def test_a_struck_file_that_is_taken_in_anew_calls_again(patient: Patient, nurse: Access) -> None:
    taken_in(NEW_ANSWER, patient, nurse)
    importing.strike(Document.objects.get(), "wrong", by=nurse)
    settle(nurse)
    taken_in(NEW_ANSWER, patient, nurse)
    assert alarms() == 1


def test_a_file_that_stands_and_is_brought_back_once_more_calls_nobody(
    patient: Patient, nurse: Access
) -> None:
    taken_in(NEW_ANSWER, patient, nurse)
    settle(nurse)
    importing.bring_back(Document.objects.get(), by=nurse)
    assert alarms() == 0


def test_an_export_of_many_calls_for_each_chart_that_told_of_danger_before(
    patient: Patient, nurse: Access, staff: Staff
) -> None:
    told_of_before(patient, nurse)
    export = f.lines(f.person(), f.person("ben", "Costa", "Ben", "1970-01-01"), f.item_nine(1))
    browser = staff("nurse")
    brought = browser.post("/clinic/import/", {"file": f.upload(export, "all.ndjson")})
    chosen = {"do": "in", "same": "on", "row-0": str(patient.pk), "row-1": "new"}
    browser.post(brought.headers["Location"], chosen)
    assert [one.patient for one in Task.objects.filter(kind="safety", done=None)] == [patient.pk]
