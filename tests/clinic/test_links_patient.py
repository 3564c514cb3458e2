"""Patient links: unguessable, once, for a while; what is told reaches chart and staff."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from euthymia.clinic.audit.models import Row
from euthymia.clinic.door.crisis import crisis_help
from euthymia.clinic.door.limits import REQUESTS_AN_HOUR
from euthymia.clinic.files import links
from euthymia.clinic.files.models import Attachment
from euthymia.clinic.patients.actions import change
from euthymia.clinic.patients.models import Entry, Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work.models import Link, Message, Task
from tests.clinic.conftest import Staff, access_for
from tests.clinic.door_walk import pressed_by_enter

PHQ9 = {f"phq9_{n}": "1" for n in range(1, 9)} | {"phq9_9": "0"}
CLINICAL = ("depress", "phq", "suicid", "scale", "ketamine", "tms", "mood", "anxiety", "psychiat")
Made = Callable[..., str]


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> None:
    settings.ATTACHMENTS = tmp_path / "attachments"


@pytest.fixture
def nurse(clinic: Clinic) -> Access:
    return access_for(clinic, "nurse")


@pytest.fixture
def made(patient: Patient, nurse: Access) -> Made:
    """The words of a fresh link: `made({"scales": ["phq9"]}, days=1)`."""

    def fresh(ask: dict[str, Any] | None = None, days: int = 7) -> str:
        return links.make(patient, ask or {"scales": ["phq9"]}, days=days, by=nurse)[1]

    return fresh


def since_in(page: str) -> dict[str, str]:
    found = re.findall(r'name="(since|once|at)" value="([^"]*)"', page)
    return dict(found)


def send(browser: Client, words: str, told: dict[str, str]) -> Any:
    page = browser.get(f"/l/{words}/").content.decode()
    return browser.post(f"/l/{words}/", {**since_in(page), **told})


def test_what_a_patient_sends_stands_in_the_chart_as_told_by_the_patient(
    client: Client, made: Made, nurse: Access, patient: Patient
) -> None:
    answer = send(client, made(), PHQ9)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/l/harbour/sent/")
    entry = Entry.objects.get()
    assert (entry.part, entry.source, entry.by) == ("scales", "patient", None)
    assert entry.told["items"] == [1] * 8 + [0]
    task = Task.objects.get()
    assert (task.kind, task.owner, task.patient) == ("scale", nurse.user, patient.pk)
    assert [row.about["did"] for row in Row.objects.filter(what="link")] == ["opened", "sent"]


def test_a_positive_ninth_item_shows_help_first_and_is_a_task_of_the_sender_within_minutes(
    client: Client, made: Made, nurse: Access
) -> None:
    answer = send(client, made(), PHQ9 | {"phq9_9": "1"})
    assert answer.headers["Location"] == "/l/harbour/sent/now/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert page.index("Help first") < page.index("have arrived")
    task = Task.objects.get(kind="safety")
    assert task.owner == nurse.user
    assert task.due <= timezone.now() + timedelta(minutes=15)


def test_a_positive_ninth_item_counts_though_another_answer_is_missing(
    client: Client, made: Made
) -> None:
    told = PHQ9 | {"phq9_9": "2"}
    del told["phq9_3"]
    answer = send(client, made(), told)
    assert "Help first" in answer.content.decode()
    assert Task.objects.filter(kind="safety").count() == 1
    assert not Entry.objects.exists()


def test_a_scale_that_cannot_tell_of_danger_makes_no_alarm(client: Client, made: Made) -> None:
    send(client, made({"scales": ["gad7"]}), {f"gad7_{n}": "3" for n in range(1, 8)})
    assert set(Task.objects.values_list("kind", flat=True)) == {"scale"}


def test_a_total_that_leaves_the_question_of_danger_open_is_an_alarm(
    client: Client, made: Made
) -> None:
    send(client, made({"scales": ["qids_sr16"]}), {"qids_sr16_total": "14"})
    assert Entry.objects.get().told["total"] == 14
    assert Task.objects.filter(kind="safety").exists()


def test_sent_twice_is_done_once_and_answered_alike(client: Client, made: Made) -> None:
    words = made()
    told = {**since_in(client.get(f"/l/{words}/").content.decode()), **PHQ9}
    answers = [client.post(f"/l/{words}/", told).headers["Location"] for _ in range(3)]
    assert answers == ["/l/harbour/sent/"] * 3
    assert Entry.objects.count() == Task.objects.count() == 1


def _page(answer: Any) -> str:
    return re.sub(r'<p class="demo".*?</p>', "", answer.content.decode())


def test_words_that_are_wrong_over_or_used_find_one_and_the_same_page(
    client: Client, made: Made
) -> None:
    used, over, closed = made(), made(days=1), made()
    send(client, used, PHQ9)
    links.close(Link.objects.get(digest=Link.digest_of(closed)))
    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=1)):
        answers = [client.get(f"/l/{words}/") for words in (used, over, closed, "never")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({_page(answer) for answer in answers}) == 1


def test_a_link_opens_until_its_last_second(client: Client, made: Made) -> None:
    with time_machine.travel("2026-11-01T05:30:00Z", tick=False) as clock:
        words = made(days=1)
        clock.shift(timedelta(days=1, seconds=-1))
        assert client.get(f"/l/{words}/").status_code == 200
        clock.shift(1)
        assert client.get(f"/l/{words}/").status_code == 404


def test_who_guesses_is_slowed_down_and_who_has_the_words_still_gets_in(
    client: Client, made: Made
) -> None:
    answers = [client.get(f"/l/guess{n}/").status_code for n in range(REQUESTS_AN_HOUR + 2)]
    assert answers == [404] * REQUESTS_AN_HOUR + [429] * 2
    words = made()
    assert client.post("/l/guess/", {"once": "x"}).status_code == 429
    assert client.get(f"/l/{words}/").status_code == 200


def test_reading_a_link_does_not_use_it_up(client: Client, made: Made) -> None:
    words = made()
    for _ in range(5):
        assert client.get(f"/l/{words}/").status_code == 200
    assert Link.objects.get().used is None


def test_a_page_left_alone_for_half_an_hour_asks_to_be_looked_through_and_keeps_the_answers(
    client: Client, made: Made
) -> None:
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as clock:
        words = made()
        told = {**since_in(client.get(f"/l/{words}/").content.decode()), **PHQ9}
        clock.shift(30 * 60 + 1)
        page = client.post(f"/l/{words}/", told).content.decode()
        assert "lay open for more than 30 minutes" in page
        assert page.count("checked") == 9
        assert not Entry.objects.exists()
        fresh = {**told, **since_in(page)}
        clock.shift(30 * 60)
        assert client.post(f"/l/{words}/", fresh).status_code == 302


def test_in_a_browser_of_staff_a_patient_reads_no_word_for_staff(staff: Staff, made: Made) -> None:
    browser = staff("nurse")
    assert "signed out" in browser.get("/clinic/").content.decode()
    page = browser.get(f"/l/{made()}/").content.decode()
    assert "signed" not in page
    assert "so that nobody else reads what you chose" in page


def test_answers_reach_the_chart_though_the_session_of_staff_in_that_browser_ended_meanwhile(
    staff: Staff, made: Made
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        browser, words = staff("nurse"), made()
        told = {**since_in(browser.get(f"/l/{words}/").content.decode()), **PHQ9}
        clock.shift(timedelta(minutes=16))
        answer = browser.post(f"/l/{words}/", told)
        assert answer.headers["Location"] == "/l/harbour/sent/"
        assert browser.get("/clinic/").headers["Location"].startswith("/account/login/")
    assert Entry.objects.get().source == "patient"


def test_the_page_names_nobody_and_has_help_first(
    client: Client, made: Made, patient: Patient
) -> None:
    page = client.get(f"/l/{made()}/").content.decode()
    assert patient.family_name not in page
    assert patient.given_name not in page
    assert page.index("988") < page.index("<main")


@given(
    st.text(min_size=1, max_size=60).filter(
        lambda words: "/" not in words and words not in (".", "..")
    )
)
@tuned(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_words_do_more_than_not_open(client: Client, clinic: Clinic, words: str) -> None:
    assert client.get(f"/l/{quote(words, safe='')}/").status_code in (404, 429)


Field = st.sampled_from([*PHQ9, "since", "once", "at", "go", "phq9_99", "sealed"])


@given(st.dictionaries(Field, st.text(max_size=30)))
@tuned(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_sent_is_asked_again_or_taken(
    client: Client, made: Made, told: dict[str, str]
) -> None:
    for ask in ({"scales": ["phq9", "mspss_mean"]}, {"intake": True}):
        assert client.post(f"/l/{made(ask)}/", told).status_code in (200, 302)


# ------------------------------------------------------------------ the intake: save and return


def walk(browser: Client, words: str, told: dict[str, dict[str, Any]]) -> Any:
    """Goes through the intake page by page, as far as it goes."""
    for _ in range(40):
        page = browser.get(f"/l/{words}/").content.decode()
        hidden = since_in(page)
        go = "send" if hidden["at"] == "end" else "next"
        answers = told.get(hidden["at"], {})
        answer = browser.post(f"/l/{words}/", {**hidden, **answers, "go": go})
        if answer.status_code != 302 or "/sent/" in answer.headers["Location"]:
            return answer
    raise AssertionError("the intake has no end")


INTAKE: dict[str, dict[str, Any]] = {
    "you": {"months": "9"},
    "tried": {"drug": "sertraline", "dose": "100", "weeks": "8"},
    "mood": {f"phq9_{n}": "2" for n in range(1, 5)},
    "energy": {f"phq9_{n}": "2" for n in range(5, 9)},
    "thoughts": {"phq9_9": "0"},
    "head": {"head_ticks": ["metal"], "head_ticks_rest": "none"},
}


def test_the_whole_intake_reaches_the_chart(client: Client, made: Made, patient: Patient) -> None:
    answer = walk(client, made({"intake": True}), INTAKE)
    assert answer.headers["Location"] == "/l/harbour/sent/"
    told = {entry.part: entry.told for entry in Entry.objects.all()}
    assert told["trials"]["drug"] == "sertraline"
    assert told["screening.tass"]["metal_in_head_or_neck"] == "yes"
    assert told["episode"]["months"] == 9
    assert Attachment.objects.get().patient == patient
    assert Link.objects.get().saved is None


def test_chart_history_and_files_say_that_answers_by_link_are_the_patients_own_and_who_sent_it(
    client: Client, staff: Staff, made: Made, patient: Patient, nurse: Access
) -> None:
    walk(client, made({"intake": True}), INTAKE)
    entry = Entry.objects.get(part="trials")
    browser, chart = staff("nurse"), f"/clinic/patients/{patient.pk}/"
    for page in ("", "files/", f"entries/{entry.pk}/history/"):
        shown = browser.get(chart + page).content.decode()
        assert f"told by the patient, by a link from {nurse.user.name}" in shown
    assert Attachment.objects.get().by is None


def test_what_staff_make_of_an_answer_by_link_is_no_longer_the_patients(
    client: Client, made: Made, nurse: Access
) -> None:
    walk(client, made({"intake": True}), INTAKE)
    entry = Entry.objects.get(part="trials")
    changed = change(entry, entry.told | {"dose_mg": 50}, version=1, by=nurse)
    assert changed.whence == "changed by staff"
    assert entry.history.get(version=1).sent_by == nurse.user


def test_the_same_intake_told_again_is_taken_again(client: Client, made: Made) -> None:
    for _ in range(2):
        answer = walk(client, made({"intake": True}), INTAKE)
        assert answer.headers["Location"] == "/l/harbour/sent/"
    assert Attachment.objects.count() == 1
    assert Entry.objects.filter(part="trials").count() == 1


def test_who_comes_back_finds_what_was_told_and_nobody_else_can_read_it(
    client: Client, made: Made
) -> None:
    words = made({"intake": True})
    client.post(f"/l/{words}/", {**since_in(client.get(f"/l/{words}/").content.decode())})
    page = client.get(f"/l/{words}/").content.decode()
    client.post(f"/l/{words}/", {**since_in(page), "months": "37", "go": "next"})
    client.post(
        f"/l/{words}/", {**since_in(client.get(f"/l/{words}/").content.decode()), "go": "back"}
    )
    assert 'value="37"' in Client().get(f"/l/{words}/").content.decode()
    link = Link.objects.get()
    assert b"37" not in bytes(link.saved or b"")
    link.pk += 1
    assert links.saved_in(link) == {}


def test_dark_thoughts_in_the_intake_are_told_at_once_before_it_is_sent(
    client: Client, made: Made, nurse: Access
) -> None:
    words = made({"intake": True})
    for _ in range(30):
        page = client.get(f"/l/{words}/").content.decode()
        hidden = since_in(page)
        if hidden["at"] == "help":
            break
        told = {"phq9_9": "3"} if hidden["at"] == "thoughts" else {}
        client.post(f"/l/{words}/", {**hidden, **told, "go": "next"})
    assert "Help first" in page
    assert Task.objects.get(kind="safety").owner == nurse.user
    assert not Entry.objects.exists()


# ------------------------------------------------------------------ Enter, and the language


def test_an_answer_that_tells_of_suicide_rings_though_its_page_lay_open_too_long(
    client: Client, made: Made, patient: Patient
) -> None:
    words = made({"intake": True})
    link = Link.objects.get(digest=Link.digest_of(words))
    links.save(link, {"at": "thoughts", "answers": {}})
    since = since_in(client.get(f"/l/{words}/").content.decode())["since"]
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        client.post(f"/l/{words}/", {"at": "thoughts", "go": "next", "since": since, "phq9_9": "3"})
    assert Task.objects.get(kind="safety").patient == patient.pk


def test_an_alarm_stands_though_the_chart_cannot_take_the_answers(
    client: Client, made: Made, patient: Patient
) -> None:
    Entry.objects.create(patient=patient, part="trials", told={"id": "t1", "drug": "sertralin"})
    words = made({"scales": ["madrs"]})
    since = since_in(client.get(f"/l/{words}/").content.decode())["since"]
    client.post(f"/l/{words}/", {"since": since, "madrs_total": "50"})
    assert not patient.entries.filter(part="scales").exists()
    assert Task.objects.get(kind="safety").patient == patient.pk


def at_step(browser: Client, words: str, name: str) -> str:
    """The page of this step of the intake, with all before it left open."""
    for _ in range(30):
        page: str = browser.get(f"/l/{words}/").content.decode()
        hidden = since_in(page)
        if hidden["at"] == name:
            return page
        browser.post(f"/l/{words}/", {**hidden, "go": "next"})
    raise AssertionError("no such step")


def test_enter_in_the_intake_goes_on_and_takes_no_medicine_away(client: Client, made: Made) -> None:
    words = made({"intake": True})
    page = at_step(client, words, "tried")
    client.post(f"/l/{words}/", {**since_in(page), "drug": "sertraline", "go": "add"})
    page = client.get(f"/l/{words}/").content.decode()
    assert "remove-1" in page
    assert pressed_by_enter(page, "intake") == "next"


@pytest.fixture
def spanish(patient: Patient) -> Patient:
    patient.language = "es"
    patient.save()
    return patient


SPANISH = '<html lang="es">'


@pytest.mark.parametrize("item9", ["0", "1"])
def test_after_sending_the_page_speaks_the_language_of_the_patient(
    client: Client, made: Made, spanish: Patient, item9: str
) -> None:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    answer = send(client, made(), PHQ9 | {"phq9_9": item9})
    page = client.get(answer.headers["Location"]).content.decode()
    assert SPANISH in page
    assert "Sus respuestas llegaron" in page
    assert ("Aleje pastillas, armas" in page) is (item9 == "1")


def test_the_language_of_a_link_is_switched_and_no_answer_is_lost(
    client: Client, made: Made
) -> None:
    words = made()
    page = client.get(f"/l/{words}/").content.decode()
    told = {**since_in(page), "phq9_1": "2", "go": "in-es"}
    page = client.post(f"/l/{words}/", told).content.decode()
    assert SPANISH in page
    assert re.search(r'name="phq9_1" value="2"[^>]*checked', page)
    assert SPANISH in client.get(f"/l/{words}/").content.decode()
    assert not Entry.objects.exists()


def test_the_language_of_the_intake_is_switched_and_no_answer_is_lost(
    client: Client, made: Made
) -> None:
    words = made({"intake": True})
    page = at_step(client, words, "you")
    client.post(f"/l/{words}/", {**since_in(page), "months": "9", "go": "in-es"})
    page = client.get(f"/l/{words}/").content.decode()
    assert SPANISH in page
    assert 'value="9"' in page


def test_in_earnest_a_link_speaks_only_what_the_director_read(
    client: Client, made: Made, spanish: Patient, settings: Any
) -> None:
    settings.DEMO = False
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    words = made()
    assert '<html lang="en">' in client.get(f"/l/{words}/").content.decode()
    assert '<html lang="en">' in client.get("/l/harbour/sent/?in=es").content.decode()


def test_a_used_link_says_that_it_was_sent_or_is_over(client: Client, made: Made) -> None:
    words = made()
    send(client, words, PHQ9)
    page = client.get(f"/l/{words}/").content.decode()
    assert "already sent" in page
    assert 'href="tel:988"' in page


def test_help_is_the_same_behind_a_link_as_in_the_self_check(client: Client, made: Made) -> None:
    words = made({"intake": True})
    page = at_step(client, words, "thoughts")
    client.post(f"/l/{words}/", {**since_in(page), "phq9_9": "1", "go": "next"})
    page = client.get(f"/l/{words}/").content.decode()
    for step in crisis_help("US").steps:
        assert step in page


# ------------------------------------------------------------------ made by staff


def test_a_mailed_link_opens_and_holds_no_clinical_word(staff: Staff, patient: Patient) -> None:
    Patient.objects.update(email="ana@example.org")
    told = {"ask": "scales", "scales": ["phq9", "gad7"], "days": "3", "how": "send"}
    staff("nurse").post(f"/clinic/patients/{patient.pk}/links/", told)
    message = Message.objects.get()
    words = f"{message.subject} {message.body}"
    assert [word for word in CLINICAL if word in words.lower()] == []
    assert patient.family_name not in words
    address = re.search(r"http://testserver(/l/\S+/)", message.body)
    assert address is not None
    assert Client().get(address[1]).status_code == 200


def test_a_printed_link_is_shown_to_who_made_it_and_its_words_are_not_kept(
    staff: Staff, patient: Patient
) -> None:
    browser = staff("nurse")
    told = {"ask": "intake", "days": "7", "how": "print"}
    where = browser.post(f"/clinic/patients/{patient.pk}/links/", told).headers["Location"]
    page = browser.get(where).content.decode()
    address = re.search(r"http://testserver(/l/([\w-]+)/)<", page)
    assert address is not None
    assert "<svg" in page
    assert "style=" not in page
    assert Client().get(address[1]).status_code == 200
    assert address[2] not in str(browser.session.items())
    assert staff("nurse").get(where).status_code == 302


def test_without_an_address_a_link_cannot_be_mailed(staff: Staff, patient: Patient) -> None:
    told = {"ask": "intake", "days": "7", "how": "send"}
    answer = staff("nurse").post(f"/clinic/patients/{patient.pk}/links/", told)
    assert answer.status_code == 422
    assert not Link.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"), [("front_desk", 404), ("auditor", 404), ("nurse", 200)]
)
def test_who_may_see_no_chart_sees_no_links(
    role: str, status: int, staff: Staff, patient: Patient
) -> None:
    assert staff(role).get(f"/clinic/patients/{patient.pk}/links/").status_code == status
