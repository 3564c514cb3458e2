"""What must be done is seen by someone, taken by one, handed on in time, and closed with words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from euthymia.clinic.audit.models import Row
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work.actions import (
    MovedOnError,
    WordlessError,
    ask_staff,
    finish,
    take,
)
from euthymia.clinic.work.escalation import escalate
from euthymia.clinic.work.models import Task
from euthymia.clinic.work.piles import piles
from tests.clinic.conftest import Staff, access_for

LATE, LATER = timedelta(minutes=-1), timedelta(hours=2)
SPOKEN = {"reached": "patient", "next_step": "Seen at noon."}


def safety(clinic: Clinic, role: str = "nurse", within: timedelta = LATER) -> Task:
    return ask_staff(clinic, Task.Kind.SAFETY, "An answer needs you now.", within=within, role=role)


def closing(browser: Client, task: Task, how: str) -> int:
    told = {"version": task.version, "how": how, "once": "a", **SPOKEN}
    return browser.post(f"/clinic/tasks/{task.pk}/", told).status_code


def test_each_task_lies_in_one_pile(clinic: Clinic) -> None:
    me = access_for(clinic, "nurse")
    late, mine = safety(clinic, within=LATE), take(safety(clinic), version=1, by=me)
    of_role, of_others = safety(clinic), safety(clinic, role="clinician")

    found = {pile.id: pile.tasks for pile in piles(me)}

    assert found == {"overdue": [late], "mine": [mine], "role": [of_role], "others": [of_others]}


def test_an_overdue_task_says_so_in_words(staff: Staff, clinic: Clinic) -> None:
    safety(clinic, within=LATE)
    assert "Overdue: was due" in staff("nurse").get("/clinic/tasks/").content.decode()


def test_a_task_of_another_clinic_does_not_exist(
    staff: Staff, clinic: Clinic, other_clinic: Clinic
) -> None:
    task = safety(clinic)
    browser = staff("director", other_clinic)
    assert browser.get(f"/clinic/tasks/{task.pk}/").status_code == 404
    assert task.says not in browser.get("/clinic/tasks/").content.decode()


def test_the_front_desk_cannot_take_up_a_clinicians_safety_task(
    staff: Staff, clinic: Clinic
) -> None:
    task = safety(clinic, role="clinician")
    answer = staff("front_desk").post(f"/clinic/tasks/{task.pk}/take/", {"version": 1})
    assert answer.status_code == 404
    task.refresh_from_db()
    assert task.owner is None


def test_a_safety_task_is_not_closed_without_words(staff: Staff, clinic: Clinic) -> None:
    task, browser = safety(clinic), staff("nurse")
    assert closing(browser, task, "   ") == 422
    task.refresh_from_db()
    assert task.done is None

    assert closing(browser, task, "Reached by telephone; seen at noon.") == 302
    task.refresh_from_db()
    assert (task.done_how, task.done is not None) == ("Reached by telephone; seen at noon.", True)


def test_the_database_itself_keeps_a_safety_task_from_being_closed_in_silence(
    clinic: Clinic,
) -> None:
    task, user = safety(clinic), access_for(clinic, "nurse").user
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(done=timezone.now(), done_by=user, done_how="")


def test_the_action_refuses_silence_too(clinic: Clinic) -> None:
    with pytest.raises(WordlessError):
        finish(safety(clinic), "", version=1, by=access_for(clinic, "nurse"))


def test_another_task_may_be_closed_without_words(staff: Staff, clinic: Clinic) -> None:
    task = ask_staff(clinic, Task.Kind.OTHER, "Call back.", within=LATER, role="nurse")
    assert closing(staff("nurse"), task, "") == 302


def test_of_two_who_take_a_task_the_second_is_told_who_has_it(staff: Staff, clinic: Clinic) -> None:
    task, first = safety(clinic), access_for(clinic, "nurse")
    take(task, version=1, by=first)
    answer = staff("nurse").post(f"/clinic/tasks/{task.pk}/take/", {"version": 1})
    assert answer.status_code == 409
    assert first.user.name in answer.content.decode()


def test_what_was_written_to_a_task_closed_meanwhile_is_shown_again(
    staff: Staff, clinic: Clinic
) -> None:
    task = safety(clinic)
    finish(task, "I called.", version=1, by=access_for(clinic, "nurse"))
    told = {"version": 1, "how": "I wrote."}
    answer = staff("nurse").post(f"/clinic/tasks/{task.pk}/", told)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "I called." in page
    assert "I wrote." in page


def test_a_closed_task_is_not_closed_again(clinic: Clinic) -> None:
    task, me = safety(clinic), access_for(clinic, "nurse")
    closed = finish(task, "Done.", version=1, by=me)
    with pytest.raises(MovedOnError):
        finish(closed, "Done again.", version=closed.version, by=me)


def test_closing_leaves_a_row_with_the_number_of_the_task_only(
    staff: Staff, clinic: Clinic
) -> None:
    task = safety(clinic)
    closing(staff("nurse"), task, "Secret words.")
    row = Row.objects.get(what="task", how="POST")
    assert row.about == {"task": str(task.pk)}


def test_an_overdue_task_goes_to_the_clinicians_then_to_the_director_each_with_a_clock(
    clinic: Clinic,
) -> None:
    task = safety(clinic, within=LATE)
    for role in ("clinician", "director"):
        assert escalate() == 1
        task.refresh_from_db()
        assert task.role == role
        assert timedelta(0) < task.due - timezone.now() <= timedelta(minutes=15)
        Task.objects.update(due=timezone.now() + LATE)

    assert escalate() == 0  # there is nobody above; it stays red
    assert Row.objects.filter(what="task_escalated").count() == 2


def test_what_is_handed_on_stays_with_its_owner_and_says_so(staff: Staff, clinic: Clinic) -> None:
    me = access_for(clinic, "nurse")
    task = take(safety(clinic, within=LATE), version=1, by=me)
    escalate()
    task.refresh_from_db()
    assert task.owner == me.user
    assert "Handed on" in staff("clinician").get("/clinic/tasks/").content.decode()


def test_safety_is_handed_on_before_what_is_older(clinic: Clinic) -> None:
    older = ask_staff(clinic, Task.Kind.OTHER, "File.", within=timedelta(days=-3), role="nurse")
    grave = safety(clinic, within=LATE)
    escalate(at_most=1)
    older.refresh_from_db()
    grave.refresh_from_db()
    assert (older.escalated, grave.escalated is not None) == (None, True)


def test_what_is_done_or_not_yet_due_is_not_handed_on(clinic: Clinic) -> None:
    finish(safety(clinic, within=LATE), "Seen.", version=1, by=access_for(clinic, "nurse"))
    safety(clinic)
    assert escalate() == 0
