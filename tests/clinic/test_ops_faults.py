"""A chart, its history and its audit change together or not at all, wherever a statement fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from euthymia.clinic.audit.chain import verify
from euthymia.clinic.audit.models import Row
from euthymia.clinic.patients.actions import add, change, strike
from euthymia.clinic.patients.models import Entry, Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic, Once
from euthymia.clinic.work.actions import ask_staff, finish, take
from euthymia.clinic.work.models import Task
from tests.clinic.conftest import Staff, access_for

SCORE = {"instrument": "phq9", "total": 20, "date": "2026-01-05"}
BETTER = {**SCORE, "total": 9}
Act = Callable[[Entry, Access], object]


@contextmanager
def failing_at(number: int) -> Iterator[list[int]]:
    """Fails the statement of this number, from 0; holds how many were reached."""
    reached = [0]

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        reached[0] += 1
        if reached[0] - 1 == number and "SAVEPOINT" not in sql:
            raise DatabaseError("injected")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield reached


def everything() -> list[list[Any]]:
    """Every row that an action on a chart may touch."""
    kinds: list[Any] = [Entry, Entry.history, Task, Row, Once]
    managers = [getattr(kind, "objects", kind) for kind in kinds]
    return [list(one.order_by("pk").values()) for one in managers]


def faults_of(act: Callable[[], object]) -> int:
    """Fails each statement of an action in turn; how many were tried. Nothing may be left."""
    for number in range(500):
        before = everything()
        with failing_at(number) as reached:
            try:
                with transaction.atomic():
                    act()
                    transaction.set_rollback(True)  # nothing failed: the next round begins anew
                if reached[0] <= number:  # all its statements were tried, one by one
                    return number
            except DatabaseError:
                pass
        assert everything() == before, f"statement {number} left something behind"
    raise AssertionError("the action has no end")


@pytest.fixture
def access(clinic: Clinic) -> Access:
    return access_for(clinic, "clinician")


@pytest.fixture
def entry(patient: Patient, access: Access) -> Entry:
    return add(patient, "scales", SCORE, by=access)


@pytest.mark.parametrize(
    "act",
    [
        lambda entry, by: add(entry.patient, "scales", BETTER, by=by),
        lambda entry, by: change(entry, BETTER, version=1, by=by),
        lambda entry, by: strike(entry, "a slip", version=1, by=by),
    ],
    ids=["add", "change", "strike"],
)
def test_an_action_on_a_chart_is_done_whole_or_not_at_all(
    entry: Entry, access: Access, act: Act
) -> None:
    def again() -> object:
        return act(Entry.objects.select_related("patient").get(pk=entry.pk), access)

    assert faults_of(again) > 2


def test_a_task_is_taken_and_closed_whole_or_not_at_all(clinic: Clinic, access: Access) -> None:
    task = ask_staff(clinic, "safety", "Answer.", within=timedelta(hours=1), role="clinician")
    assert faults_of(lambda: take(task, version=1, by=access)) > 1
    assert faults_of(lambda: finish(task, "Called.", version=1, by=access)) > 1


def test_a_form_that_fails_anywhere_leaves_neither_change_nor_row_nor_key(
    staff: Staff, patient: Patient, clinic: Clinic
) -> None:
    """Through the front door: the change, its audit row and its key stand or fall together."""
    browser: Client = staff("clinician")
    browser.raise_request_exception = False
    task = ask_staff(clinic, "safety", "Answer.", within=timedelta(hours=1), role="clinician")
    told = {"version": 1, "how": "Called.", "reached": "patient", "next_step": "-", "once": "a"}
    tried = 0
    for number in range(500):
        before = everything()
        with failing_at(number) as reached:
            answer = browser.post(f"/clinic/tasks/{task.pk}/", told)
        if reached[0] <= number:
            break
        tried += 1
        if answer.status_code >= 400:
            assert everything() == before, f"statement {number} left something behind"
            continue
        break  # what failed was not needed: the form was done
    assert tried > 5
    task.refresh_from_db()
    assert (task.done is not None) == Row.objects.filter(what="task", how="POST").exists()
    assert (task.done is not None) == Once.objects.exists()
    assert verify(clinic.pk) == []
