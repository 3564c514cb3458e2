"""How a task was closed is told in clinical words: only who sees the chart reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from euthymia.clinic.patients.models import Patient, Request
from euthymia.clinic.people.models import Clinic, User
from euthymia.clinic.work.actions import ask_staff, finish
from euthymia.clinic.work.models import Task
from tests.clinic.conftest import Staff, access_for

PLAN, NEXT = "Took pills at noon, now in hospital.", "Ward round at nine."


def closed(clinic: Clinic, **about: int) -> Task:
    """A safety task for anyone that a nurse has closed."""
    task = ask_staff(clinic, Task.Kind.SAFETY, "Answer.", within=timedelta(hours=1), **about)  # type: ignore[arg-type]
    by = access_for(clinic, "nurse")
    finish(task, PLAN, version=1, by=by, reached="patient", next_step=NEXT)
    return task


def told_to(browser: Client, task: Task) -> str:
    """Every page that shows the task: the list, its own, and that of who came second."""
    at = f"/clinic/tasks/{task.pk}/"
    pages = (browser.get("/clinic/tasks/"), browser.get(at), browser.post(at, {"version": 1}))
    return " ".join(page.content.decode() for page in pages)


@pytest.mark.parametrize(("role", "reads"), [("clinician", True), ("front_desk", False)])
def test_the_front_desk_does_not_read_how_a_safety_task_was_closed(
    role: str, *, reads: bool, staff: Staff, clinic: Clinic, patient: Patient
) -> None:
    told = told_to(staff(role), closed(clinic, patient=patient.pk))
    assert "Ferreira" in told
    assert [words in told for words in (PLAN, NEXT, "I spoke with the patient")] == [reads] * 3
    assert ("for those who see the chart" in told) is not reads


@pytest.mark.parametrize("by_request", [False, True])
def test_of_a_guarded_chart_only_the_team_reads_it(
    *, by_request: bool, staff: Staff, clinic: Clinic, patient: Patient
) -> None:
    Patient.objects.filter(pk=patient.pk).update(guarded=True)
    request = Request.objects.create(clinic=clinic, patient=patient, state="accepted")
    task = closed(clinic, **({"request": request.pk} if by_request else {"patient": patient.pk}))
    browser = staff("clinician")
    assert PLAN not in told_to(browser, task)
    patient.care_team.add(User.objects.latest("pk"))
    assert PLAN in told_to(browser, task)
