"""The ways of the clinic in a real browser: a patient's, a clinician's, and who must not pass."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from euthymia.clinic.assessments import paper
from euthymia.clinic.assessments.actions import sign
from euthymia.clinic.assessments.models import Assessment
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.people.models import Clinic, Membership, User
from euthymia.clinic.people.roles import ALLOWED, May, Role
from euthymia.clinic.work.models import Task
from tests.clinic.browser_crawl import (
    ANYONE,
    SPOIL,
    STAFF,
    behind_the_second_factor,
    faults_of,
    require_sound,
)
from tests.clinic.browser_filled import asked, assessed, charted, fill_everything
from tests.clinic.browser_place import (
    CHROMIUM,
    MARKS,
    PHONE,
    WIDE,
    colleague,
    give_password,
    grave_faults,
    opened,
    require_quiet,
    sign_in,
    started,
)
from tests.clinic.browser_steps import (
    ask_to_be_seen,
    assess,
    check_oneself,
    complete_the_chart,
    enter,
    give_a_passkey_device,
    let_time_pass,
    letter,
    open_a_statement,
    request_to_a_payer,
    require_complete,
    save,
    sign_off,
    take_in,
    type_into,
)
from tests.clinic.conftest import PASSWORD, access_for

pytestmark = MARKS
CLINICAL = re.compile(r"sertraline|PHQ|suicid|depress|mood|ketamine|TMS|danger|death", re.I)


@pytest.fixture(scope="module")
def browsers() -> Iterator[Any]:
    with started() as found:
        yield found


@pytest.fixture
def chromium(browsers: Any) -> Iterator[Any]:
    with browsers.launch(executable_path=CHROMIUM, args=["--no-sandbox"]) as browser:
        yield browser


@pytest.fixture
def at(live_server: Any, clinic: Clinic) -> str:
    """Where the clinic stands."""
    return str(live_server.url)


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> None:
    settings.ATTACHMENTS = tmp_path / "attachments"


@pytest.mark.parametrize(("item_9", "danger"), [(1, True), (0, False)])
def test_a_telephone_leads_from_the_front_page_to_the_queue_and_danger_to_its_top(
    chromium: Any, at: str, clinic: Clinic, *, item_9: int, danger: bool
) -> None:
    nurse = colleague(clinic, Role.NURSE)
    page = opened(chromium, PHONE)
    passed = check_oneself(page, at, item_9=item_9)
    assert ("Help first" in passed, passed[-1]) == (danger, "Your summary")
    assert "sertraline, 8 weeks" in page.inner_text("main")
    ask_to_be_seen(page)
    require_quiet(page)

    asked(clinic, "Later")
    staff = opened(chromium, WIDE, signed_in=nurse.user, at=at)
    staff.goto(f"{at}/clinic/requests/")
    first = staff.locator("main tbody tr").first.inner_text()
    assert ("Ferreira" in first, "urgent" in first) == (danger, danger)
    assert Task.objects.filter(kind=Task.Kind.SAFETY).count() == danger
    staff.click("nav >> text=Tasks")
    assert ("A request needs an answer now" in staff.inner_text("main")) is danger


# ------------------------------------------------------------------ a clinician, from end to end


SECTIONS = ("safety-h", "answer-h", "resistance", "mimics", "causes", "options", "questions")
NOTE = "One more adequate trial, then TMS."


def test_a_clinician_leads_a_request_to_a_signed_assessment_and_its_papers(
    chromium: Any, at: str, clinic: Clinic
) -> None:
    doctor, phone = colleague(clinic, Role.CLINICIAN), opened(chromium, PHONE)
    check_oneself(phone, at, item_9=0)
    ask_to_be_seen(phone)
    page = opened(chromium, WIDE)
    page.goto(f"{at}/clinic/")
    sign_in(page, doctor)
    chart = take_in(page)
    complete_the_chart(page)
    require_complete(chart)
    assess(page)
    assert [page.locator(f"#{one}").is_visible() for one in SECTIONS] == [True] * len(SECTIONS)
    assert "Sources" in open_a_statement(page)
    sign_off(page, NOTE)
    assert Assessment.objects.get().signed_by == doctor.user
    assert "To be signed by hand" in request_to_a_payer(page)
    told = letter(page)
    assert (NOTE in told, "DRAFT" in told) == (True, False)
    require_quiet(page)


def _no_printer() -> str:
    try:
        paper.pdf_of("<html lang=en><title>t</title><p>t</p></html>")
    except paper.NoPrinterError as fault:
        return str(fault)
    return ""


def test_a_signed_letter_is_downloaded_as_pdf(
    chromium: Any, at: str, clinic: Clinic, patient: Patient
) -> None:
    if missing := _no_printer():
        pytest.skip(missing)
    by = access_for(clinic, Role.CLINICIAN)
    charted(patient, by)
    made = sign(assessed(patient, by), "Sleep first.", by=by)
    page = opened(chromium, WIDE, signed_in=by.user, at=at)
    page.goto(f"{at}/clinic/patients/{patient.pk}/assessments/{made.pk}/letter/")
    link = page.get_by_role("link", name="PDF").first
    link.evaluate("one => { one.download = '' }")  # as with `Save link as`: the browser shows a PDF
    with page.expect_download() as waiting:
        link.click()
    content = Path(waiting.value.path()).read_bytes()
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(content)).pages)
    assert all(word in text for word in ("Ferreira", "Sleep first.", by.user.name))
    assert "DRAFT" not in text
    assert "Ferreira" not in waiting.value.suggested_filename


def test_of_two_who_record_the_same_at_once_the_second_sees_both_and_loses_nothing(
    chromium: Any, at: str, clinic: Clinic, patient: Patient
) -> None:
    pages = [
        opened(chromium, WIDE, signed_in=colleague(clinic, role).user, at=at)
        for role in (Role.NURSE, Role.CLINICIAN)
    ]
    for page, months in zip(pages, ("7", "11"), strict=True):
        page.goto(f"{at}/clinic/patients/{patient.pk}/new/episode/")
        page.get_by_label("Length of this episode, months").fill(months)
    first, second = pages
    save(first)
    second.get_by_label("Episodes in life, this one counted").fill("3")
    second.get_by_role("button", name="Save", exact=True).click()
    row = second.get_by_role("row", name="Length of this episode")
    row.wait_for()
    assert [word in row.inner_text() for word in ("7", "11")] == [True, True]
    assert grave_faults(second) == []
    row.get_by_label("7").check()
    second.get_by_role("row", name="Episodes in life").get_by_label("3").check()
    second.get_by_role("button", name="Keep what I chose").click()
    second.get_by_text("Saved.").wait_for()
    entry = patient.entries.get(part=Part.EPISODE)
    assert (entry.told["months"], entry.told["lifetime_episodes"]) == (7, 3)
    assert [row.told["months"] for row in entry.history.all()] == [7, 7]
    for page in pages:
        require_quiet(page)


def test_of_two_who_correct_a_telephone_number_the_second_sees_both(
    chromium: Any, at: str, clinic: Clinic, patient: Patient
) -> None:
    pages = [
        opened(chromium, WIDE, signed_in=colleague(clinic, role).user, at=at)
        for role in (Role.FRONT_DESK, Role.NURSE)
    ]
    for page, number in zip(pages, ("555 0111", "555 0222"), strict=True):
        page.goto(f"{at}/clinic/patients/{patient.pk}/edit/")
        page.fill("[name=phone]", number)
    pages[1].fill("[name=email]", "ana@example.org")
    pages[0].get_by_role("button", name="Save", exact=True).click()
    pages[0].wait_for_url(lambda url: not url.endswith("/edit/"))
    pages[1].get_by_role("button", name="Save", exact=True).click()
    both = pages[1].get_by_role("region", name="Both versions").inner_text()
    assert [number in both for number in ("555 0111", "555 0222")] == [True, True]
    assert grave_faults(pages[1]) == []
    pages[1].fill("[name=phone]", "555 0111")
    pages[1].get_by_role("button", name="Save", exact=True).click()
    pages[1].wait_for_url(lambda url: not url.endswith("/edit/"))
    patient.refresh_from_db()
    assert (patient.phone, patient.email) == ("555 0111", "ana@example.org")


# ------------------------------------------------------------------ who may not see


def test_the_front_desk_works_the_queue_without_a_clinical_word_and_opens_no_chart(
    chromium: Any, at: str, clinic: Clinic, patient: Patient
) -> None:
    asked(clinic, "Ortega", urgent=True)
    page = opened(chromium, WIDE, signed_in=colleague(clinic, Role.FRONT_DESK).user, at=at)
    page.goto(f"{at}/clinic/requests/")
    assert "Ortega" in page.inner_text("main")
    assert not CLINICAL.search(page.inner_text("main"))
    page.click("text=Ortega, Bea")
    assert "555 0177" in page.inner_text("main")
    assert not CLINICAL.search(page.inner_text("main"))
    for closed in ("", "timeline/", "danger/", "assessments/", "files/", "new/trials/"):
        answer = page.goto(f"{at}/clinic/patients/{patient.pk}/{closed}")
        assert (answer.status, "Ferreira" in page.content()) == (404, False), closed


def test_an_auditor_sees_the_audit_and_nothing_else(
    chromium: Any, at: str, clinic: Clinic, patient: Patient
) -> None:
    page = opened(chromium, WIDE, signed_in=colleague(clinic, Role.AUDITOR).user, at=at)
    page.goto(f"{at}/clinic/")
    assert page.locator("header nav a").all_inner_texts() == ["Audit"]
    page.click("header nav >> text=Audit")
    assert "The chain is whole" in page.inner_text("main") or "rows stand" in page.inner_text(
        "main"
    )
    for closed in ("requests/", "patients/", "tasks/", "outbox/", "people/", "settings/"):
        assert page.goto(f"{at}/clinic/{closed}").status == 404, closed
    answer = page.goto(f"{at}/clinic/patients/{patient.pk}/")
    assert (answer.status, "Ferreira" in page.content()) == (404, False)


# ------------------------------------------------------------------ second factor and session


def test_a_second_factor_cannot_be_passed_by_and_a_passkey_sets_it_up(
    chromium: Any, at: str, clinic: Clinic, patient: Patient
) -> None:
    user = User.objects.create_user("new@example.org", "New", PASSWORD)
    Membership.objects.create(user=user, clinic=clinic, role=Role.DIRECTOR)
    page = opened(chromium, WIDE)
    page.goto(f"{at}/clinic/")
    give_password(page, user.email)
    addresses = [*behind_the_second_factor(), f"/clinic/patients/{patient.pk}/"]
    assert len(addresses) > 15
    for address in addresses:
        page.goto(f"{at}{address}")
        assert page.url == f"{at}/account/2fa/", address
    assert grave_faults(page) == []

    give_a_passkey_device(page)
    page.click("text=Set up a passkey")
    page.click("text=Make the passkey")
    page.wait_for_url(lambda url: "webauthn/add" not in url)
    page.goto(f"{at}/clinic/")
    assert page.inner_text("h1") == "What waits"
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{at}/clinic/patients/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/clinic/patients/")
    require_quiet(page)


def test_what_was_typed_when_a_session_ran_out_comes_back_and_is_saved(
    chromium: Any, at: str, clinic: Clinic, patient: Patient
) -> None:
    nurse = colleague(clinic, Role.NURSE)
    page = opened(chromium, WIDE, signed_in=nurse.user, at=at)
    page.goto(f"{at}/clinic/patients/{patient.pk}/new/vitals/")
    page.get_by_label("Systolic pressure, mmHg").fill("124")
    page.get_by_label("Diastolic pressure, mmHg").fill("79")
    let_time_pass()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector("[name=login]")
    assert not patient.entries.exists()
    assert "124" not in page.inner_text("main")
    sign_in(page, nurse)
    assert "It is not saved yet." in page.inner_text("main")
    assert page.get_by_label("Systolic pressure, mmHg").input_value() == "124"
    save(page)
    told = patient.entries.get().told
    assert (told["systolic_mmhg"], told["diastolic_mmhg"]) == (124, 79)


def test_after_signing_out_the_back_button_shows_nothing_of_a_patient(
    chromium: Any, at: str, clinic: Clinic, patient: Patient
) -> None:
    page = opened(chromium, WIDE, signed_in=colleague(clinic, Role.NURSE).user, at=at)
    page.goto(f"{at}/clinic/patients/")
    page.click("text=Ferreira")
    page.get_by_role("heading", name="Chart", exact=True).wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "/patients/" not in url)
    for _ in range(2):
        page.go_back()
        page.wait_for_selector("[name=login]")
        assert "Ferreira" not in page.content()


def test_by_keyboard_alone_one_signs_in_opens_a_chart_and_assesses_it(
    chromium: Any, at: str, clinic: Clinic, patient: Patient
) -> None:
    doctor = colleague(clinic, Role.CLINICIAN)
    page = opened(chromium, WIDE)
    page.goto(f"{at}/clinic/")
    type_into(page, page.locator("[name=login]"), doctor.user.email)
    type_into(page, page.locator("[name=password]"), PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=code]")
    type_into(page, page.locator("[name=code]"), doctor.code())
    page.keyboard.press("Enter")
    page.wait_for_selector(".me")
    enter(page, page.get_by_role("link", name="Patients", exact=True))
    page.wait_for_url("**/patients/")
    enter(page, page.get_by_role("link", name="Ferreira"))
    page.get_by_role("heading", name="Chart", exact=True).wait_for()
    enter(page, page.get_by_role("link", name="Assessments", exact=True))
    page.wait_for_url("**/assessments/")
    enter(page, page.get_by_role("button", name="Assess the chart"))
    page.wait_for_selector("#assessment")
    assert Assessment.objects.get().made_by == doctor.user


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """What stood in the pages looked over so far: roles share most of them."""
    return set()


NEEDED = {
    "requests": May.TRIAGE,
    "patients": May.SEE_NAMES,
    "chart": May.SEE_CHART,
    "assessment": May.SEE_CHART,
    "statement": May.SEE_CHART,
    "entry_history": May.SEE_CHART,
    "entry_new": May.MEASURE,
    "payer": May.ASSESS,
    "letter": May.ASSESS,
    "override": May.SIGN,
    "consent_new": May.CONSENT,
    "adoption": May.ADOPT,
    "audit": May.SEE_AUDIT,
    "person": May.MANAGE_PEOPLE,
}
"""Pages that links must lead to for those who may, and for nobody else."""


@pytest.mark.parametrize("role", Role.values)
def test_every_page_that_a_role_reaches_is_whole(  # noqa: PLR0913, PLR0917 - fixtures
    chromium: Any, at: str, clinic: Clinic, patient: Patient, seen: set[str], role: str
) -> None:
    fill_everything(clinic, patient, access_for(clinic, Role.CLINICIAN))
    page = opened(chromium, WIDE, signed_in=colleague(clinic, role).user, at=at)
    reached = require_sound(page, at, STAFF, seen)
    for name, needed in NEEDED.items():
        assert (name in reached) is (needed in ALLOWED[role]), name


def test_every_page_that_anyone_reaches_is_whole(chromium: Any, at: str, seen: set[str]) -> None:
    reached = require_sound(opened(chromium, WIDE), at, ANYONE, seen)
    assert {"door", "education", "side_by_side", "self_check", "ask_to_be_seen"} <= reached


def test_what_looks_a_page_over_finds_a_field_without_a_name_that_is_too_wide(
    chromium: Any, at: str
) -> None:
    page = opened(chromium, WIDE)
    page.goto(f"{at}/account/login/")
    assert faults_of(page, set()) == []
    page.evaluate(SPOIL)
    found = " ".join(faults_of(page, set()))
    assert all(one in found for one in ("1280 px: label", "390 px: label", "scrolls sideways"))
