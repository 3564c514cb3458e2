"""Steps on the ways of the clinic, as someone takes them in a browser."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from euthymia.clinic.patients.models import Patient, Request
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.people.middleware import LAST
from tests.clinic.browser_place import tab_to
from tests.clinic.door_walk import STEPS

# ------------------------------------------------------------------ a patient at the door


def press(page: Any, go: str = "next") -> None:
    page.click(f'main button[value="{go}"]')
    page.wait_for_selector("html:not([aria-busy])")  # the next page is put in place of this one


def check_oneself(page: Any, at: str, *, item_9: int) -> list[str]:
    """From the front page through the self-check to its summary; the headings that were passed."""
    page.goto(at)
    page.click("text=Start the self-check")
    press(page)
    passed = []
    for step in STEPS:
        passed.append(page.inner_text("h1"))
        answer(page, step, item_9)
        press(page)
        if page.inner_text("h1") == "Help first":
            passed.append("Help first")
            press(page)
    return [*passed, page.inner_text("h1")]


def answer(page: Any, step: str, item_9: int) -> None:
    """Age, a medicine, and every item of the PHQ-9; the other questions stay open."""
    typed = {"you": {"age": "47"}, "tried": {"drug": "sertraline", "weeks": "8"}}
    for name, words in typed.get(step, {}).items():
        page.fill(f"[name={name}]", words)
    for item in page.locator("main fieldset.instrument [value='1']").all():
        item.check()
    if step == "thoughts":
        page.check(f'[name=phq9_9][value="{item_9}"]')


def ask_to_be_seen(page: Any) -> None:
    """From the summary to the page that says it was sent; without consent nothing is."""
    press(page, "open")
    page.fill("[name=given_name]", "Ana")
    page.fill("[name=family_name]", "Ferreira")
    page.fill("[name=birth_date]", "1979-02-03")
    page.fill("[name=phone]", "555 0199")
    page.check("[name=with_answers][value=yes]")
    press(page, "send")
    assert "Tick this box" in page.inner_text("main")
    assert not Request.objects.exists()
    page.check("[name=consent]")
    press(page, "send")
    assert page.inner_text("h1") == "Your request was sent"


# ------------------------------------------------------------------ a clinician


def save(page: Any) -> None:
    """Saves an entry, and waits for the chart that says so."""
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved.").wait_for()


def add_to(page: Any, part: Part) -> None:
    """From the chart to a new entry of a part, or to the one that stands."""
    card = page.locator(f'section.card:has(h3:text-is("{part.label}"))')
    card.locator("a.add, a:has-text('Edit')").first.click()


def complete_the_chart(page: Any) -> None:
    """A trial typed, a scale filled in, vital signs, and every question of the TMS screen."""
    add_to(page, Part.TRIALS)
    typed = {"Medicine (needed)": "venlafaxine", "Mean daily dose, mg": "187.5"}
    for label, words in (typed | {"Days at that dose": "84"}).items():
        with page.expect_response("**/drug-note/"):  # the page asks of itself what it says of it
            page.get_by_label(label, exact=True).fill(words)
            page.keyboard.press("Tab")
    page.locator("#dose-note", has_text="venlafaxine").wait_for()
    page.get_by_label("How it ended").select_option("lack_of_efficacy")
    save(page)
    add_to(page, Part.SCALES)
    page.click("main >> text=/PHQ-9|Patient Health Questionnaire/")
    for item in range(1, 10):
        page.check(f'[name=item_{item}][value="{0 if item == 9 else 2}"]')
    save(page)
    add_to(page, Part.VITALS)
    page.get_by_label("Systolic pressure, mmHg").fill("124")
    page.get_by_label("Diastolic pressure, mmHg").fill("79")
    save(page)
    add_to(page, Part.TASS)
    for answer in page.locator("main input[type=radio][value=no]").all():
        answer.check()
    save(page)


def require_complete(chart: Patient) -> None:
    """What was told at the door and what was typed stand side by side."""
    told = {entry.part: entry.told for entry in chart.entries.all()}
    trials = chart.entries.filter(part=Part.TRIALS).order_by("pk")
    assert [one.told["drug"] for one in trials] == ["sertraline", "venlafaxine"]
    scales = chart.entries.filter(part=Part.SCALES).order_by("pk")
    phq9 = [one.told["items"] for one in scales if one.told["instrument"] == "phq9"]
    assert phq9 == [[1] * 8 + [0], [2] * 8 + [0]]
    assert told[Part.VITALS]["systolic_mmhg"] == 124
    assert (len(told[Part.TASS]), set(told[Part.TASS].values())) == (16, {"no"})


def take_in(page: Any) -> Patient:
    page.click("nav >> text=Requests")
    page.click("text=Ferreira, Ana")
    page.click("text=Take in")
    page.check("[name=who][value=new]")
    page.get_by_role("button", name="Take in").click()
    page.get_by_text("Taken in as chart").wait_for()
    return Patient.objects.get()


def assess(page: Any) -> None:
    page.click("nav >> text=Assessments")
    page.get_by_role("button", name="Assess the chart").click()
    page.wait_for_selector("#assessment")


def open_a_statement(page: Any) -> str:
    """What unfolds under the first finding of the page."""
    place = page.locator("#mimics details.opens").first
    place.locator("summary").click()
    place.locator(".evidence").wait_for()
    return str(place.locator(".evidence").inner_text())


def sign_off(page: Any, note: str) -> None:
    page.fill("#note", note)
    page.get_by_role("button", name="Sign off as reviewed").click()
    page.get_by_text("Signed.", exact=True).wait_for()


def request_to_a_payer(page: Any) -> str:
    """The draft for the first payer; then back to the assessment."""
    page.click("main .buttons >> text=Request to a payer")
    page.locator("main tbody th a").first.click()
    draft = str(page.inner_text("main"))
    page.click("nav.bar >> text=Back to the assessment")
    return draft


def letter(page: Any) -> str:
    page.click("main .buttons >> text=Letter")
    page.click("text=to look at and print >> nth=0")
    return str(page.inner_text("main"))


# ------------------------------------------------------------------ session and keyboard


KEY = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
KEY_OF_ITS_OWNER = {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}


def give_a_passkey_device(page: Any) -> None:
    """A device that makes passkeys and says yes, as the browser's own tools feign it."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | KEY_OF_ITS_OWNER})


def let_time_pass() -> None:
    """Every session was last used a second more ago than the quiet time allows."""
    for row in Session.objects.all():
        store = SessionStore(row.session_key)
        store[LAST] -= settings.IDLE_SECONDS + 1
        store.save()


def enter(page: Any, goal: Any) -> None:
    """By Tab to a link or button, and Enter."""
    tab_to(page, goal)
    page.keyboard.press("Enter")


def type_into(page: Any, goal: Any, words: str) -> None:
    tab_to(page, goal)
    page.keyboard.type(words)
