"""Whoever should see to a safety task is called, again and again, until someone takes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from euthymia.clinic.people.models import Clinic, Membership, User
from euthymia.clinic.work.actions import ask_staff, finish, take
from euthymia.clinic.work.calling import AGAIN, call_again
from euthymia.clinic.work.escalation import escalate
from euthymia.clinic.work.models import Message, Task
from euthymia.clinic.work.outbox import deliver
from tests.clinic.conftest import Staff, access_for, person

SOON, LATE = timedelta(minutes=15), timedelta(minutes=-1)
NO_SERVER = "django.core.mail.backends.dummy.EmailBackend"
UNTAKEN = "1 safety task that nobody has taken"


def safety(clinic: Clinic, **about: Any) -> Task:
    told = {"within": SOON, "role": "nurse"} | about
    return ask_staff(clinic, Task.Kind.SAFETY, "Open this chart now", **told)


def called() -> set[str]:
    """Whom the messages since the last look went to."""
    deliver()
    to = {address for sent in mail.outbox for address in sent.to}
    mail.outbox.clear()
    return to


def time_goes_by(task: Task) -> None:
    """The time of the task, and that of its last call, is over."""
    Task.objects.filter(pk=task.pk).update(
        due=timezone.now() + LATE, called=timezone.now() - AGAIN - SOON
    )
    task.refresh_from_db()


def test_every_holder_of_the_role_is_called_and_nobody_else(clinic: Clinic) -> None:
    nurses = {person(clinic, "nurse").user.email for _ in range(2)}
    for role in ("front_desk", "clinician", "director", "admin"):
        person(clinic, role)
    safety(clinic)
    assert called() == nurses


def test_the_owner_is_called_before_the_role(clinic: Clinic) -> None:
    owner = person(clinic, "nurse").user
    person(clinic, "nurse")
    safety(clinic, owner=owner, role="")
    assert called() == {owner.email}


def test_for_an_owner_who_has_left_those_who_sign_are_called(clinic: Clinic) -> None:
    gone, doctor = person(clinic, "nurse"), person(clinic, "clinician").user
    Membership.objects.filter(pk=gone.pk).update(ended=timezone.now())
    safety(clinic, owner=gone.user, role="")
    assert called() == {doctor.email}


def test_an_account_that_is_shut_is_not_called(clinic: Clinic) -> None:
    shut, nurse = person(clinic, "nurse").user, person(clinic, "nurse").user
    User.objects.filter(pk=shut.pk).update(is_active=False)
    safety(clinic)
    assert called() == {nurse.email}


def test_nobody_of_another_clinic_is_called(clinic: Clinic, other_clinic: Clinic) -> None:
    person(other_clinic, "nurse")
    safety(clinic)
    assert called() == set()


def test_each_step_calls_the_next_and_it_does_not_end_at_the_director(clinic: Clinic) -> None:
    who = {role: person(clinic, role).user.email for role in ("nurse", "clinician", "director")}
    keeper = person(clinic, "admin").user.email
    task = safety(clinic)
    assert called() == {who["nurse"]}
    for role in ("clinician", "director"):
        time_goes_by(task)
        assert (escalate(), called()) == (1, {who[role]})
    for _ in range(3):
        time_goes_by(task)
        assert (escalate(), call_again()) == (0, 1)
        assert called() == {who["director"], keeper}


def test_once_someone_takes_it_nobody_is_called_again(clinic: Clinic) -> None:
    nurse = access_for(clinic, "nurse")
    task = safety(clinic)
    called()
    take(task, version=task.version, by=nurse)
    Task.objects.update(called=timezone.now() - AGAIN - SOON)
    assert (call_again(), called()) == (0, set())


def test_what_was_taken_and_not_done_in_time_is_called_out_again(clinic: Clinic) -> None:
    nurse, doctor = access_for(clinic, "nurse"), person(clinic, "clinician").user
    task = take(safety(clinic), version=1, by=nurse)
    called()
    time_goes_by(task)
    escalate()
    assert called() == {doctor.email}
    task.refresh_from_db()
    assert (task.owner, task.taken) == (nurse.user, None)


def test_a_closed_task_calls_nobody(clinic: Clinic) -> None:
    nurse = access_for(clinic, "nurse")
    task = safety(clinic)
    called()
    finish(task, "Reached; seen at noon.", version=1, by=nurse)
    time_goes_by(task)
    assert (escalate(), call_again(), called()) == (0, 0, set())


def test_before_the_interval_is_over_nobody_is_called_twice(clinic: Clinic) -> None:
    person(clinic, "nurse")
    safety(clinic)
    called()
    assert (call_again(), called()) == (0, set())


def test_a_call_that_has_not_left_yet_is_not_doubled(clinic: Clinic) -> None:
    person(clinic, "nurse")
    time_goes_by(safety(clinic))
    call_again()
    assert Message.objects.count() == 1


def test_a_task_that_is_not_about_safety_calls_nobody(clinic: Clinic) -> None:
    person(clinic, "nurse")
    ask_staff(clinic, Task.Kind.OTHER, "File.", within=SOON, role="nurse")
    assert Message.objects.count() == 0


def test_a_call_holds_no_clinical_word_and_leads_to_the_tasks(
    clinic: Clinic, settings: Any
) -> None:
    settings.ADDRESS = "https://clinic.example"
    person(clinic, "nurse")
    safety(clinic, patient=7)
    call = Message.objects.get()
    assert call.subject == "Something in Euthymia needs you now"
    assert call.body == "Open the tasks: https://clinic.example/clinic/tasks/"


def test_the_administrator_learns_only_that_something_is_overdue(
    clinic: Clinic, staff: Staff
) -> None:
    person(clinic, "admin")
    task = safety(clinic, role="director")
    time_goes_by(task)
    call_again()
    call = Message.objects.get()
    assert call.subject == "A task in Euthymia is overdue"
    assert call.body.endswith("/clinic/")
    browser = staff("admin")
    home = browser.get("/clinic/").content.decode()
    assert "task overdue that nobody has taken" in home
    assert task.says not in home
    assert browser.get("/clinic/tasks/").status_code == 404


@pytest.mark.parametrize("page", ["/clinic/tasks/", "/clinic/"])
def test_without_a_mail_server_the_pages_say_that_nobody_is_called(
    page: str, staff: Staff, settings: Any
) -> None:
    browser = staff("nurse")
    says = "Nobody is called to a safety task"
    assert says not in browser.get(page).content.decode()
    settings.EMAIL_BACKEND = NO_SERVER
    assert says in browser.get(page).content.decode()


def test_without_a_mail_server_no_call_is_left_to_be_printed(clinic: Clinic, settings: Any) -> None:
    settings.EMAIL_BACKEND = NO_SERVER
    person(clinic, "nurse")
    task = safety(clinic)
    assert Message.objects.count() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert call_again() == 1  # as soon as there is one, the call is made
    assert task.called is None


@pytest.mark.parametrize("page", ["/clinic/", "/clinic/patients/", "/clinic/tasks/", "/clinic/me/"])
def test_every_staff_page_counts_the_untaken_safety_tasks_in_red_words(
    page: str, staff: Staff, clinic: Clinic
) -> None:
    task, browser = safety(clinic), staff("nurse")
    assert UNTAKEN in browser.get(page).content.decode()
    take(task, version=1, by=access_for(clinic, "nurse"))
    assert UNTAKEN not in browser.get(page).content.decode()


def test_the_count_is_of_tasks_that_the_visitor_may_take(
    staff: Staff, clinic: Clinic, other_clinic: Clinic
) -> None:
    safety(clinic, role="clinician")
    safety(other_clinic, role="nurse")
    may = {"clinician": True, "nurse": True, "front_desk": False, "auditor": False, "admin": False}
    for role, sees in may.items():
        assert (UNTAKEN in staff(role).get("/clinic/").content.decode()) is sees, role


def test_the_owner_can_say_that_they_see_to_it(staff: Staff, clinic: Clinic) -> None:
    browser = staff("nurse")
    owner = User.objects.latest("pk")
    task = safety(clinic, owner=owner, role="")
    assert "Take it: I see to this" in browser.get(f"/clinic/tasks/{task.pk}/").content.decode()
    browser.post(f"/clinic/tasks/{task.pk}/take/", {"version": 1, "once": "a"})
    task.refresh_from_db()
    assert task.taken is not None
    assert "Take it" not in browser.get(f"/clinic/tasks/{task.pk}/").content.decode()
