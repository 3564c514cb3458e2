"""Asking for a consultation: by consent, once, and put before someone at once."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from euthymia.clinic.audit.models import Row
from euthymia.clinic.door import actions, limits
from euthymia.clinic.door.content import consent
from euthymia.clinic.door.limits import forget_old_turns
from euthymia.clinic.door.models import Turn
from euthymia.clinic.patients.models import Request
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work.models import Task
from euthymia.exchange.intake import read_intake
from euthymia.library import shipped
from tests.clinic.conftest import Staff, person
from tests.clinic.door_walk import phq9, pressed_by_enter, sealed_in, walk

pytestmark = pytest.mark.django_db
ASK = "/at/harbour/ask/"
SENT = "/at/harbour/ask/sent/"
CANARY = "quxcanary"
ANA = {
    "given_name": "Ana",
    "family_name": CANARY,
    "birth_date": "1979-02-03",
    "phone": "555 0199",
    "best_time": "mornings",
    "consent": "on",
    "go": "send",
    "once": "a-key-of-this-form",
}


def send(client: Client, **told: Any) -> Any:
    return client.post(ASK, {**ANA, **told})


def test_a_name_and_a_number_are_enough(client: Client, clinic: Clinic) -> None:
    answer = send(client)
    assert answer.headers["Location"] == SENT
    request = Request.objects.get()
    assert (request.clinic, request.family_name, request.told) == (clinic, CANARY, {})
    assert request.summary == []
    assert request.consent == f"{consent().version}-en"
    assert not request.urgent
    assert "within 2 working days" in client.get(SENT).content.decode()


def test_nothing_is_kept_before_it_is_sent(client: Client, clinic: Clinic) -> None:
    page = walk(client, phq9(2, 1))
    client.post(ASK, {"sealed": sealed_in(page), "go": "open"})
    assert Request.objects.count() == Task.objects.count() == Turn.objects.count() == 0


def test_the_box_of_consent_is_never_ticked_for_you(client: Client, clinic: Clinic) -> None:
    page = client.get(ASK).content.decode()
    box = page[page.index('name="consent"') - 60 : page.index('name="consent"') + 80]
    assert "checked" not in box
    for said in consent().says:
        assert said in page


def test_without_consent_nothing_is_sent_and_what_was_typed_stays(
    client: Client, clinic: Clinic
) -> None:
    told = {name: one for name, one in ANA.items() if name != "consent"}
    page = client.post(ASK, told).content.decode()
    assert "Tick this box" in page
    assert f'value="{CANARY}"' in page
    assert Request.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"phone": ""}, "Give a phone number or an e-mail"),
        ({"phone": "call me"}, "Write the number with digits"),
        ({"birth_date": "1279-02-03"}, "Check the year"),
        ({"birth_date": "2999-02-03"}, "Check the year"),
        ({"given_name": ""}, "This field is required"),
        ({"email": "nobody"}, "Enter a valid email address"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_sent(
    client: Client, clinic: Clinic, changed: dict[str, str], said: str
) -> None:
    page = send(client, **changed).content.decode()
    assert said in page
    assert "error-summary" in page
    assert Request.objects.count() == 0


def test_answers_go_along_only_when_asked_for(client: Client, clinic: Clinic) -> None:
    sealed = sealed_in(walk(client, phq9(2, 0)))
    send(client, sealed=sealed, with_answers="no")
    assert Request.objects.get().told == {}
    page = send(client, sealed=sealed, once="another").content.decode()
    assert "This field is required" in page


def test_what_was_told_arrives_as_a_form_and_line_by_line(client: Client, clinic: Clinic) -> None:
    told = {**phq9(2, 0), "you": {"age": "12", "sex": "female"}}
    told["head"] = {"head_ticks": ["metal"], "head_ticks_rest": "none"}
    send(client, sealed=sealed_in(walk(client, told)), with_answers="yes")
    request = Request.objects.get()
    record = read_intake("told", json.dumps(request.told).encode(), shipped())
    assert record.as_of == timezone.localdate()
    assert request.told["patient"] == {
        "country": "US",
        "sex": "female",
        "birth_date": "1979-02-03",
    }
    assert request.told["screening"]["tass"]["metal_in_head_or_neck"] == "yes"
    assert "Your head and nerves: Metal in the head, eyes, neck or upper body (not in teeth)" in (
        request.summary
    )


def test_a_sign_of_danger_is_put_before_staff_at_once(client: Client, clinic: Clinic) -> None:
    person(clinic, "nurse")
    before = timezone.now()
    send(client, sealed=sealed_in(walk(client, phq9(1, 1))), with_answers="yes")
    request, task = Request.objects.get(), Task.objects.get()
    assert request.urgent
    assert (task.kind, task.role, task.request) == ("safety", "nurse", request.pk)
    assert task.due - before < timedelta(minutes=16)
    assert "suicid" not in task.says.lower()


def test_after_a_request_that_cannot_wait_no_page_speaks_of_days_and_help_is_said_again(
    client: Client, clinic: Clinic
) -> None:
    answer = send(client, sealed=sealed_in(walk(client, phq9(1, 1))), with_answers="yes")
    page = client.get(answer.headers["Location"]).content.decode()
    main = page[page.index("<main") :]
    assert answer.headers["Location"] == f"{SENT}first/"
    assert "working days" not in page
    assert main.index("Do this now") < main.index("What happens next")
    assert 'href="tel:988"' in main
    assert "no one may see it" in main


def test_after_dark_thoughts_the_form_begins_with_help_and_speaks_of_no_days(
    client: Client, clinic: Clinic
) -> None:
    sealed = sealed_in(walk(client, phq9(1, 1)))
    page = client.post(ASK, {"sealed": sealed, "go": "open"}).content.decode()
    main = page[page.index("<main") :]
    assert main.index("Help first") < main.index('id="ask"')
    assert "call us now" in main
    assert 'href="tel:5550100"' in main
    assert "working days" not in page


def test_dark_thoughts_that_were_not_sent_still_lead_to_help(
    client: Client, clinic: Clinic
) -> None:
    sealed = sealed_in(walk(client, phq9(1, 1)))
    answer = send(client, sealed=sealed, with_answers="no")
    assert answer.headers["Location"] == f"{SENT}first/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "we do not know how you feel" in page
    assert (Request.objects.get().told, Request.objects.get().urgent) == ({}, False)


def test_where_one_lives_and_whom_to_call_may_be_told_and_need_not(
    client: Client, clinic: Clinic
) -> None:
    send(client, address="12 Quay Street", contact_person="Rui, 555 0111")
    kept = Request.objects.get()
    assert (kept.address, kept.contact_person) == ("12 Quay Street", "Rui, 555 0111")
    send(client, once="another form")
    assert Request.objects.filter(address="", contact_person="").count() == 1


def test_enter_in_the_form_sends_it(client: Client, clinic: Clinic) -> None:
    assert pressed_by_enter(client.get(ASK).content.decode(), "ask") == "send"


def test_without_such_a_sign_the_desk_has_two_days(client: Client, clinic: Clinic) -> None:
    person(clinic, "front_desk")
    send(client, sealed=sealed_in(walk(client, phq9(1, 0))), with_answers="yes")
    task = Task.objects.get()
    assert (task.kind, task.role) == ("request", "front_desk")
    assert task.due - timezone.now() > timedelta(hours=47)


@pytest.mark.parametrize(
    ("told", "open_"), [({"thoughts": {"phq9_9": "0"}}, False), ({"you": {"age": "40"}}, True)]
)
def test_without_an_answer_of_danger_nobody_is_called_and_what_is_open_is_asked(
    client: Client, clinic: Clinic, staff: Staff, told: dict[str, dict[str, str]], *, open_: bool
) -> None:
    send(client, sealed=sealed_in(walk(client, told)), with_answers="yes")
    request = Request.objects.get()
    assert (request.urgent, Task.objects.get().kind) == (False, "request")
    page = staff("nurse").get(f"/clinic/requests/{request.pk}/").content.decode()
    assert ("No whole form that was sent settles this. Ask:" in page) is open_


def test_an_answer_of_danger_calls_though_the_rest_of_its_form_is_open(
    client: Client, clinic: Clinic
) -> None:
    sealed = sealed_in(walk(client, {"thoughts": {"phq9_9": "1"}}))
    send(client, sealed=sealed, with_answers="yes")
    assert Request.objects.get().urgent


def test_where_a_whole_form_says_no_nothing_is_asked_again(
    client: Client, clinic: Clinic, staff: Staff
) -> None:
    send(client, sealed=sealed_in(walk(client, phq9(1, 0))), with_answers="yes")
    page = staff("nurse").get(f"/clinic/requests/{Request.objects.get().pk}/").content.decode()
    assert "settles this" not in page


def test_a_task_goes_to_a_role_that_someone_holds(client: Client, clinic: Clinic) -> None:
    person(clinic, "clinician")
    send(client)
    assert Task.objects.get().role == "clinician"


def test_sent_twice_it_is_kept_once(client: Client, clinic: Clinic) -> None:
    first, second = send(client), send(client)
    assert first.headers["Location"] == second.headers["Location"] == SENT
    assert Request.objects.count() == Task.objects.count() == 1
    send(client, once="the next form")
    assert Request.objects.count() == 2


def test_it_leaves_a_row_that_holds_no_word_of_it(client: Client, clinic: Clinic) -> None:
    send(client)
    row = Row.objects.get(what="request_sent")
    assert (row.clinic, row.about) == (clinic.pk, {"request": str(Request.objects.get().pk)})


def test_all_of_it_or_nothing(
    client: Client, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object, **named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(actions, "ask_staff", fails)
    client.raise_request_exception = False
    assert send(client).status_code == 500
    assert Request.objects.count() == Row.objects.count() == 0


def test_nothing_of_it_stands_in_a_log_or_an_address(
    client: Client, clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        sealed = sealed_in(walk(client, {"head": {"implant": CANARY}}))
        answer = send(client, sealed=sealed, with_answers="yes")
        send(client, phone="", once="x")
    assert CANARY not in caplog.text
    assert CANARY not in answer.headers["Location"]


def test_the_sender_of_many_is_stopped_and_loses_nothing(
    client: Client, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REQUESTS_AN_HOUR", 2)
    answers = [send(client, once=f"form {number}").status_code for number in range(3)]
    assert answers == [302, 302, 429]
    stopped = send(client, once="once more")
    assert b"tel:988" in stopped.content
    assert CANARY.encode() in stopped.content
    assert stopped.headers["Retry-After"] == "3600"
    assert Request.objects.count() == 2


def test_many_requests_keep_no_sign_of_danger_out(
    client: Client, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REQUESTS_AN_HOUR", 1)
    assert [send(client, once=f"form {n}").status_code for n in range(2)] == [302, 429]
    danger = send(
        client, sealed=sealed_in(walk(client, phq9(1, 2))), with_answers="yes", once="danger"
    )
    assert danger.status_code == 302
    assert Request.objects.filter(urgent=True).count() == 1


def test_a_count_holds_no_address_and_is_forgotten(client: Client, clinic: Clinic) -> None:
    send(client)
    turn = Turn.objects.get()
    assert "127.0.0.1" not in turn.visitor
    assert forget_old_turns() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert forget_old_turns() == 1


def test_answers_that_ran_out_are_said_to_be_lost_and_the_rest_stays(
    client: Client, clinic: Clinic
) -> None:
    sealed = sealed_in(walk(client, phq9(1, 0)))
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        page = send(client, sealed=sealed, with_answers="yes").content.decode()
    assert "Your answers could not be read any more" in page
    assert f'value="{CANARY}"' in page
    assert Request.objects.count() == 0


def test_in_spanish_it_is_kept_as_spanish(client: Client, clinic: Clinic) -> None:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    send(client)
    request = Request.objects.get()
    assert (request.language, request.consent) == ("es", f"{consent().version}-es")


def test_the_request_of_one_clinic_is_none_of_another(
    client: Client, clinic: Clinic, other_clinic: Clinic
) -> None:
    sealed = sealed_in(walk(client, phq9(1, 0)))
    answer = client.post("/at/hill/ask/", {**ANA, "sealed": sealed, "with_answers": "yes"})
    assert answer.status_code == 200
    assert Request.objects.count() == 0
