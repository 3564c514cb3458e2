"""Going on against a stop: two people sign, and each of them proves who they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from axes.models import AccessAttempt
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from euthymia.clinic.audit.models import Row
from euthymia.clinic.courses import actions
from euthymia.clinic.courses.actions import Line, chart
from euthymia.clinic.courses.faults import CourseError
from euthymia.clinic.courses.models import Charted, Session
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic, User
from tests.clinic.browser_place import Colleague
from tests.clinic.conftest import PASSWORD, Staff, access_for, person
from tests.clinic.rooms import adopt_all, opened
from tests.clinic.test_courses import CALM, INFUSION

pytestmark = pytest.mark.django_db
Kind = Charted.Kind
DANGEROUS = {**CALM, "systolic_mmhg": 205}
START = Line(Kind.START, {"dose_mg": 40.0})
AGAIN = Line(Kind.EVENT, {"kind": "pump_start"})
ORDERED_ON = Line(Kind.EVENT, {"kind": "resume_ordered"})


@pytest.fixture
def prescriber(clinic: Clinic) -> Access:
    return access_for(clinic, "clinician")


@pytest.fixture
def nurse(clinic: Clinic) -> Access:
    return access_for(clinic, "nurse")


@pytest.fixture
def beside(clinic: Clinic) -> Colleague:
    """The second person, with the authenticator app in hand."""
    return Colleague(person(clinic, "nurse").user)


@pytest.fixture
def stopped(clinic: Clinic, patient: Patient, prescriber: Access) -> Session:
    """An infusion that a rule stopped."""
    adopt_all(access_for(clinic, "director"))
    session = opened(patient, INFUSION, by=prescriber)
    earlier = timezone.now() - timedelta(seconds=30)
    chart(session, [Line(Kind.START, START.told, earlier)], by=prescriber.user)
    chart(session, [Line(Kind.READING, DANGEROUS, earlier)], by=prescriber.user)
    assert session.decisions.filter(word="stop", revised_by=None).exists()
    return session


def again(line: Line) -> Line:
    return Line(line.kind, line.told)


@pytest.mark.parametrize("line", [START, AGAIN, ORDERED_ON])
def test_after_a_stop_nothing_goes_on_before_two_have_signed(
    line: Line, stopped: Session, prescriber: Access, nurse: Access
) -> None:
    with pytest.raises(CourseError, match="second person sign"):
        chart(stopped, [again(line)], by=prescriber.user)
    actions.override_stop(stopped, "Pressure was an artefact.", nurse.user, by=prescriber)
    chart(stopped, [again(line)], by=prescriber.user)
    assert stopped.charted.order_by("pk").last().kind == line.kind  # type: ignore[union-attr]


def test_readings_and_the_pump_turned_off_are_charted_after_a_stop(
    stopped: Session, prescriber: Access
) -> None:
    off = Line(Kind.EVENT, {"kind": "pump_stop"})
    chart(stopped, [Line(Kind.READING, CALM), off], by=prescriber.user)
    assert stopped.charted.filter(kind=Kind.EVENT).count() == 1


def test_the_row_names_both_and_the_reason_and_answers_the_stop(
    stopped: Session, prescriber: Access, nurse: Access
) -> None:
    row = actions.override_stop(stopped, " Artefact. ", nurse.user, by=prescriber)
    assert (row.by, row.second, row.why) == (prescriber.user, nurse.user, "Artefact.")
    stop = stopped.decisions.get(word="stop", revised_by=None)
    assert (stop.answered.by, stop.answered.how) == (prescriber.user, "Artefact.")


def test_it_holds_until_the_next_stop(stopped: Session, prescriber: Access, nurse: Access) -> None:
    actions.override_stop(stopped, "Artefact.", nurse.user, by=prescriber)
    chart(stopped, [again(AGAIN)], by=prescriber.user)
    chart(stopped, [Line(Kind.READING, DANGEROUS)], by=prescriber.user)
    with pytest.raises(CourseError, match="second person sign"):
        chart(stopped, [again(AGAIN)], by=prescriber.user)


def test_struck_out_it_opens_nothing_any_more(
    stopped: Session, prescriber: Access, nurse: Access
) -> None:
    row = actions.override_stop(stopped, "Artefact.", nurse.user, by=prescriber)
    chart(stopped, [Line(Kind.STRUCK, strikes=row, why="other room")], by=prescriber.user)
    with pytest.raises(CourseError, match="second person sign"):
        chart(stopped, [again(AGAIN)], by=prescriber.user)


def test_before_the_first_pump_a_stop_holds_too(
    clinic: Clinic, patient: Patient, prescriber: Access, nurse: Access
) -> None:
    adopt_all(access_for(clinic, "director"))
    session = opened(patient, INFUSION, by=prescriber)
    chart(session, [Line(Kind.READING, DANGEROUS)], by=prescriber.user)
    with pytest.raises(CourseError, match="second person sign"):
        chart(session, [again(START)], by=prescriber.user)
    actions.override_stop(session, "Artefact.", nurse.user, by=prescriber)
    chart(session, [again(START)], by=prescriber.user)
    chart(session, [again(AGAIN)], by=prescriber.user)


def test_what_was_done_before_anyone_could_know_of_the_stop_is_charted_as_it_was(
    clinic: Clinic, patient: Patient, prescriber: Access
) -> None:
    adopt_all(access_for(clinic, "director"))
    session, ago = opened(patient, INFUSION, by=prescriber), timezone.now() - timedelta(minutes=20)
    lines = [Line(Kind.READING, DANGEROUS, ago), Line(Kind.START, {}, ago + timedelta(minutes=1))]
    for line in lines:
        chart(session, [line], by=prescriber.user)
    assert session.charted.count() == 2


def test_alone_without_a_reason_or_without_a_stop_nobody_signs(
    stopped: Session, prescriber: Access, nurse: Access, clinic: Clinic, other_clinic: Clinic
) -> None:
    desk, elsewhere = access_for(clinic, "front_desk"), access_for(other_clinic, "nurse")
    for second, fault in (
        (prescriber, "someone else than you"),
        (desk, "gives this treatment here"),
        (elsewhere, "gives this treatment here"),
    ):
        with pytest.raises(CourseError, match=fault):
            actions.override_stop(stopped, "Artefact.", second.user, by=prescriber)
    with pytest.raises(CourseError, match="Say why"):
        actions.override_stop(stopped, "  ", nurse.user, by=prescriber)
    with pytest.raises(CourseError, match="A prescriber"):
        actions.override_stop(stopped, "Artefact.", prescriber.user, by=nurse)
    actions.override_stop(stopped, "Artefact.", nurse.user, by=prescriber)
    with pytest.raises(CourseError, match="No stop holds"):
        actions.override_stop(stopped, "Again.", nurse.user, by=prescriber)


def test_the_table_itself_takes_no_override_of_one_person(
    stopped: Session, prescriber: Access
) -> None:
    for second in (None, prescriber.user):
        with pytest.raises(IntegrityError), transaction.atomic():
            Charted.objects.create(
                session=stopped, key=uuid4(), kind=Kind.OVERRIDE, at=timezone.now(),
                by=prescriber.user, second=second,
            )  # fmt: skip


# ---------------------------------------------------------------- the page


def at(session: Session, rest: str = "override/") -> str:
    return f"/clinic/patients/{session.patient_id}/courses/sessions/{session.pk}/{rest}"


def told(who: Colleague, **more: Any) -> dict[str, Any]:
    return {
        "key": str(uuid4()),
        "why": "The cuff slipped.",
        "login": who.user.email,
        "password": PASSWORD,
        "code": who.code(),
        **more,
    }


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def test_two_sign_on_one_page_and_the_log_shows_both(
    stopped: Session, prescriber: Access, beside: Colleague
) -> None:
    doctor = signed_in(prescriber.user)
    assert "Go on against the stop" in doctor.get(at(stopped, "")).content.decode()
    assert doctor.post(at(stopped), told(beside)).status_code == 302
    page = doctor.get(at(stopped, "")).content.decode()
    assert f"signed by {prescriber.user.name} and {beside.user.name}" in page
    assert "The cuff slipped." in page
    row = Row.objects.filter(what="session_override", how="POST").last()
    assert row is not None
    assert row.about["second"] == str(beside.user.pk)
    assert signed_in_as(doctor) == prescriber.user.pk


def signed_in_as(browser: Client) -> int:
    return int(browser.session["_auth_user_id"])


def test_sent_twice_it_is_signed_once(
    stopped: Session, prescriber: Access, beside: Colleague
) -> None:
    doctor, form = signed_in(prescriber.user), told(beside)
    assert [doctor.post(at(stopped), form).status_code for _ in range(2)] == [302, 302]
    assert stopped.charted.filter(kind=Kind.OVERRIDE).count() == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"password": "not this one"}, "is not right"),
        ({"code": "000000"}, "is not right"),
        ({"login": "nobody@example.org"}, "is not right"),
        ({"why": ""}, "Why does it go on?"),
    ],
)
def test_whoever_cannot_prove_who_they_are_signs_nothing(
    wrong: dict[str, str], says: str, stopped: Session, prescriber: Access, beside: Colleague
) -> None:
    refused = signed_in(prescriber.user).post(at(stopped), told(beside, **wrong))
    assert refused.status_code == 422
    page = refused.content.decode()
    assert says in page
    assert PASSWORD not in page
    assert not stopped.charted.filter(kind=Kind.OVERRIDE).exists()


def test_a_prescriber_is_not_their_own_second_person(stopped: Session, prescriber: Access) -> None:
    own = told(Colleague(prescriber.user), login=prescriber.user.email.upper())
    refused = signed_in(prescriber.user).post(at(stopped), own)
    assert "someone else than you" in refused.content.decode()


@pytest.mark.parametrize("role", ["front_desk", "tms_operator", "auditor"])
def test_who_gives_no_drugs_is_no_second_person_of_an_infusion(
    role: str, clinic: Clinic, stopped: Session, prescriber: Access
) -> None:
    someone = Colleague(person(clinic, role).user)
    refused = signed_in(prescriber.user).post(at(stopped), told(someone))
    assert "no role here" in refused.content.decode()
    assert not stopped.charted.filter(kind=Kind.OVERRIDE).exists()


def test_a_nurse_cannot_order_it(staff: Staff, stopped: Session, beside: Colleague) -> None:
    assert staff("nurse").get(at(stopped)).status_code == 404
    assert staff("nurse").post(at(stopped), told(beside)).status_code == 404


@pytest.mark.parametrize("wrong", [{"password": "not this one"}, {"code": "000000"}])
def test_tries_of_the_second_person_count_as_tries_to_sign_in(
    wrong: dict[str, str], stopped: Session, prescriber: Access, beside: Colleague
) -> None:
    doctor = signed_in(prescriber.user)
    for _ in range(5):
        page = doctor.post(at(stopped), told(beside, **wrong))
    assert "Too many tries of this person" in page.content.decode()
    right = doctor.post(at(stopped), told(beside))
    assert "Too many tries of this person" in right.content.decode()
    sign_in = {"login": beside.user.email, "password": PASSWORD}
    assert Client().post("/account/login/", sign_in).status_code == 429
    assert not stopped.charted.filter(kind=Kind.OVERRIDE).exists()


def test_a_try_that_failed_keeps_no_word_of_the_form(
    stopped: Session, prescriber: Access, beside: Colleague
) -> None:
    form = told(beside, password="not this one")
    signed_in(prescriber.user).post(at(stopped), form)
    kept = AccessAttempt.objects.get(username=beside.user.email).post_data
    assert not [word for word in ("slipped", "not this one", form["code"]) if word in kept]
