"""Two workers at once: each message goes out once, each late task is handed on once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, connections
from django.utils import timezone

from euthymia.clinic.audit.chain import verify
from euthymia.clinic.audit.models import Row
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work.actions import ask_staff, send
from euthymia.clinic.work.escalation import escalate
from euthymia.clinic.work.models import Message, Task
from euthymia.clinic.work.outbox import deliver

WORKERS, MESSAGES, TASKS = 2, 24, 12


def at_once(*jobs: Callable[[], object]) -> list[BaseException]:
    """Runs the jobs in threads that start together; what they raised."""
    start, faults = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], object]) -> None:
        try:
            start.wait()
            job()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


pytestmark = pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="the tests' SQLite lies in memory; two processes share one in test_ops_workers",
)


@pytest.fixture
def harbour(transactional_db: None) -> Clinic:
    return Clinic.objects.create(name="Harbour Clinic", slug="harbour")


def test_two_workers_send_each_message_once(harbour: Clinic) -> None:
    for number in range(MESSAGES):
        send(harbour, f"p{number}@example.org", str(number), "A link.", owner=None)

    faults = at_once(*[lambda: deliver(at_most=MESSAGES)] * WORKERS)

    assert faults == []
    assert sorted(int(sent.subject) for sent in mail.outbox) == list(range(MESSAGES))
    assert {(one.state, one.tries) for one in Message.objects.all()} == {("sent", 1)}


def test_two_workers_hand_on_each_late_task_once(harbour: Clinic) -> None:
    for _ in range(TASKS):
        late = timedelta(minutes=-1)
        ask_staff(harbour, Task.Kind.SAFETY, "Answer.", within=late, role="nurse")

    faults = at_once(*[escalate] * WORKERS)

    assert faults == []
    assert {(task.role, task.version) for task in Task.objects.all()} == {("clinician", 2)}
    assert not Task.objects.filter(due__lt=timezone.now()).exists()
    assert Row.objects.filter(what="task_escalated").count() == TASKS
    assert verify(harbour.pk) == []


def test_many_writers_make_one_unbroken_chain(harbour: Clinic) -> None:
    def leave() -> None:
        for _ in range(10):
            Row.leave(clinic=harbour.pk, what="test")

    faults = at_once(*[leave] * 4)

    assert faults == []
    assert Row.objects.filter(clinic=harbour.pk).count() == 40
    assert verify(harbour.pk) == []
