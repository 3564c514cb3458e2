"""Messages leave once, later, or by hand; and whoever owns one learns that it did not."""

from __future__ import annotations

import logging
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from threading import Event
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from euthymia.clinic.people.models import Clinic, Draft, Once
from euthymia.clinic.work import outbox
from euthymia.clinic.work import worker as worker_module
from euthymia.clinic.work.actions import hand_over, open_link, send, send_again
from euthymia.clinic.work.cleaning import clean
from euthymia.clinic.work.heartbeat import Beat, Heartbeat
from euthymia.clinic.work.models import Link, Message, Task
from euthymia.clinic.work.outbox import BACK_OFF, claim, deliver
from euthymia.clinic.work.worker import Worker
from tests.clinic.conftest import Staff, access_for

DEAF = "tests.clinic.test_work_outbox.Deaf"
NO_SERVER = "django.core.mail.backends.dummy.EmailBackend"


class Deaf:
    """A mail server that hangs up on everyone, and says whom it hung up on."""

    def __init__(self, **_: Any) -> None:
        pass

    def send_messages(self, messages: list[Any]) -> int:
        raise SMTPServerDisconnected(f"no such person {messages[0].to}")


def letter(clinic: Clinic, **about: Any) -> Message:
    told = {"to": "ana@example.org", "subject": "From your clinic", "body": "Open this link."}
    return send(clinic, owner=None, **(told | about))


def made_due() -> None:
    Message.objects.update(next_try=timezone.now())


def test_a_message_goes_out_once_and_its_text_is_forgotten(clinic: Clinic) -> None:
    message = letter(clinic)
    assert (deliver(), deliver()) == (1, 0)
    message.refresh_from_db()
    assert [sent.body for sent in mail.outbox] == ["Open this link."]
    assert (message.state, message.body) == ("sent", "")


def test_a_claimed_message_is_claimed_by_nobody_else(clinic: Clinic) -> None:
    message = letter(clinic)
    assert claim() == message
    assert claim() is None


def test_a_message_whose_worker_died_is_tried_again_when_its_lease_ends(clinic: Clinic) -> None:
    letter(clinic)
    claim()
    made_due()
    assert deliver() == 1


def test_a_deaf_server_is_tried_later_and_later(clinic: Clinic, settings: Any) -> None:
    settings.EMAIL_BACKEND = DEAF
    message = letter(clinic)
    for wait in BACK_OFF:
        deliver()
        message.refresh_from_db()
        assert message.state == "waiting"
        assert wait * 0.9 < message.next_try - timezone.now() <= wait
        made_due()


def test_a_message_given_up_makes_a_task_for_its_owner(clinic: Clinic, settings: Any) -> None:
    settings.EMAIL_BACKEND = DEAF
    owner = access_for(clinic, "nurse").user
    message = send(clinic, "ana@example.org", "s", "b", owner=owner)
    for _ in range(len(BACK_OFF) + 1):
        deliver()
        made_due()

    message.refresh_from_db()
    task = Task.objects.get(kind="message")
    assert (message.state, message.fault) == ("failed", "SMTPServerDisconnected")
    assert (task.owner, task.message) == (owner, message.pk)


def test_a_message_of_nobody_is_missed_by_the_front_desk(clinic: Clinic, settings: Any) -> None:
    settings.EMAIL_BACKEND = DEAF
    letter(clinic)
    for _ in range(len(BACK_OFF) + 1):
        deliver()
        made_due()
    assert Task.objects.get(kind="message").role == "front_desk"


def test_no_log_line_of_the_outbox_names_a_person(
    clinic: Clinic, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = DEAF
    letter(clinic)
    with caplog.at_level(logging.DEBUG):
        deliver()
        settings.EMAIL_BACKEND = NO_SERVER
        made_due()
        deliver()
    assert "could not be sent" in caplog.text
    assert "printed" in caplog.text
    assert "ana" not in caplog.text
    assert "link." not in caplog.text


def test_without_a_mail_server_a_message_waits_to_be_printed(
    clinic: Clinic, settings: Any, staff: Staff
) -> None:
    settings.EMAIL_BACKEND = NO_SERVER
    message = letter(clinic)
    deliver()
    message.refresh_from_db()
    browser = staff("front_desk")
    assert message.state == "to_print"
    assert "Open this link." in browser.get(f"/clinic/outbox/{message.pk}/").content.decode()

    browser.post(f"/clinic/outbox/{message.pk}/handed-over/", {"once": "a"})
    message.refresh_from_db()
    assert (message.state, message.body) == ("handed", "")


def test_a_message_of_another_clinic_does_not_exist(
    clinic: Clinic, other_clinic: Clinic, staff: Staff
) -> None:
    message, browser = letter(clinic), staff("front_desk", other_clinic)
    assert browser.get(f"/clinic/outbox/{message.pk}/").status_code == 404
    assert browser.post(f"/clinic/outbox/{message.pk}/again/").status_code == 404


def test_an_operator_sees_no_message(clinic: Clinic, staff: Staff) -> None:
    assert staff("tms_operator").get(f"/clinic/outbox/{letter(clinic).pk}/").status_code == 404


def test_a_message_given_up_can_be_sent_again(clinic: Clinic) -> None:
    message = letter(clinic)
    Message.objects.update(state="failed", tries=9, fault="Gone")
    send_again(message)
    assert deliver() == 1


def test_what_is_out_is_not_sent_again(clinic: Clinic) -> None:
    message = letter(clinic)
    deliver()
    send_again(message)
    hand_over(message)
    message.refresh_from_db()
    assert (message.state, deliver()) == ("sent", 0)


def test_the_worker_shows_that_it_lives(clinic: Clinic) -> None:
    assert Heartbeat.now().stale
    Worker().round()
    assert not Heartbeat.now().stale
    Beat.objects.update(at=timezone.now() - timedelta(seconds=61))
    assert Heartbeat.now().stale


def test_a_job_that_fails_stops_neither_the_worker_nor_the_other_jobs(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> int:
        raise RuntimeError

    monkeypatch.setattr(worker_module, "deliver", broken)
    Task.objects.create(clinic=clinic, kind="other", says="x", due=timezone.now(), role="nurse")
    done = Worker().round()
    assert (done["send_due"], done["escalate"]) == (-1, 1)


def test_the_worker_ends_when_it_is_told_to(clinic: Clinic) -> None:
    stop = Event()
    stop.set()
    Worker().run(stop)
    assert Heartbeat.now().last is None


def test_what_has_run_out_is_cleaned_away_and_the_rest_stays(clinic: Clinic) -> None:
    user, now = access_for(clinic, "nurse").user, timezone.now()
    for lasts in (timedelta(days=-31), timedelta(days=-1), timedelta(days=1)):
        open_link(clinic, 1, {"intake": True}, by=user, lasts=lasts)
    Link.objects.update(saved=b"sealed")
    for age in (1, 3):
        Once.objects.create(key=str(age), answer="/", at=now - timedelta(days=age))
        Draft.objects.create(user=user, path=f"/{age}", fields={})
    Draft.objects.filter(path="/3").update(saved=now - timedelta(days=8))

    clean()

    kept = [link.saved and bytes(link.saved) for link in Link.objects.order_by("expires")]
    assert kept == [None, b"sealed"]
    assert [one.key for one in Once.objects.all()] == ["1"]
    assert [draft.path for draft in Draft.objects.all()] == ["/1"]


# A worker that comes late


@pytest.fixture
def late(clinic: Clinic) -> Message:
    """A message as a worker claimed it whose lease has ended since."""
    letter(clinic)
    message = claim()
    assert message is not None
    Message.objects.update(next_try=timezone.now() - timedelta(seconds=1))
    return message


def test_a_worker_that_misses_late_does_not_undo_that_another_has_sent(late: Message) -> None:
    deliver()
    outbox._missed(late, "TimeoutError")
    late.refresh_from_db()
    assert (late.state, late.body, late.fault) == ("sent", "", "")


def test_a_worker_that_gives_up_late_calls_nobody_to_what_is_handed_over(late: Message) -> None:
    hand_over(late)
    late.tries = len(BACK_OFF) + 1
    outbox._missed(late, "TimeoutError")
    late.refresh_from_db()
    assert (late.state, Task.objects.count()) == ("handed", 0)


def test_a_worker_that_misses_late_leaves_the_claim_of_another_alone(late: Message) -> None:
    second = claim()
    assert second is not None
    outbox._missed(late, "TimeoutError")
    late.refresh_from_db()
    assert (late.next_try, late.tries, late.fault) == (second.next_try, 2, "")


def test_a_worker_that_sends_late_ends_the_tries_of_another(late: Message) -> None:
    second = claim()
    assert second is not None
    outbox._out(late)
    outbox._missed(second, "TimeoutError")
    late.refresh_from_db()
    assert (late.state, deliver()) == ("sent", 0)


def test_what_staff_handed_over_while_it_was_being_sent_stays_handed_over(late: Message) -> None:
    hand_over(late)
    outbox._out(late)
    outbox._leave_to_print(late)
    late.refresh_from_db()
    assert late.state == "handed"
