"""The rooms in a real browser: an infusion stopped, a spray, a course of pulses, a lost line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from euthymia.clinic.courses.actions import Line
from euthymia.clinic.courses.actions import chart as post
from euthymia.clinic.courses.models import Charted, Session
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.roles import Role
from euthymia.clinic.work.models import Task
from tests.clinic.browser_place import (
    CHROMIUM,
    MARKS,
    WIDE,
    Colleague,
    colleague,
    grave_faults,
    require_quiet,
    started,
)
from tests.clinic.browser_place import (
    opened as a_page,
)
from tests.clinic.conftest import PASSWORD, access_for
from tests.clinic.rooms import adopt_all, at_noon, opened
from tests.clinic.test_courses import CALM, HIGH, INFUSION

pytestmark = MARKS
TABLET = {"width": 820, "height": 1180}
READY = ("escort_present", "oriented", "walks_steadily", "nausea_controlled", "advice_given")
PICTURES = os.environ.get("EUTHYMIA_PICTURES")


@pytest.fixture(scope="module")
def browsers() -> Iterator[Any]:
    with started() as found:
        yield found


@pytest.fixture
def chromium(browsers: Any) -> Iterator[Any]:
    with browsers.launch(executable_path=CHROMIUM, args=["--no-sandbox"]) as browser:
        yield browser


@pytest.fixture
def at(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def adopted(clinic: Clinic) -> None:
    at_noon(clinic)
    adopt_all(access_for(clinic, "director"))


@pytest.fixture
def infusion(adopted: None, clinic: Clinic, patient: Patient) -> Session:
    return opened(patient, INFUSION, by=access_for(clinic, "clinician"))


def room(chromium: Any, at: str, session: Session, who: Colleague, size: Any = TABLET) -> Any:
    page = a_page(chromium, size, signed_in=who.user, at=at)
    page.goto(f"{at}/clinic/patients/{session.patient_id}/courses/sessions/{session.pk}/")
    return page


def chart(page: Any, kind: str, *, minutes_ago: int | None = None, **told: object) -> None:
    """Fills one form of the room and sends it; then waits until the server has kept it."""
    form = page.locator(f"form[data-chart][action$='/chart/{kind}/']")
    if not form.is_visible():
        form.locator("xpath=ancestor::details").locator("summary").first.click()
    for name, value in told.items():
        field = form.locator(f"[name={name}]")
        if name == "symptoms":
            form.locator(f"[name=symptoms][value='{value}']").check()
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))
    if minutes_ago is not None:
        clock = timezone.localtime() - timedelta(minutes=minutes_ago)
        form.locator("[name=clock]").fill(clock.strftime("%H:%M"))
    form.locator("button").click()


def decision(page: Any, word: str) -> None:
    page.wait_for_selector(f"#live .decision.{word}")


def picture(page: Any, name: str) -> None:
    """Looks at the page: for axe always, for a person where a folder for pictures is named."""
    said = list(page.complaints)
    assert not grave_faults(page), grave_faults(page)
    page.complaints[:] = said  # what axe tries on a page, the page's own policy refuses it
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES, f"{name}.png")), full_page=True)


def stopped_for_pressure(page: Any, second: Any) -> None:
    """An infusion with an alert, a pause and a stop; the other screen keeps in step."""
    chart(page, "reading", minutes_ago=45, **CALM, symptoms="none")
    decision(page, "continue")
    chart(page, "start", minutes_ago=40, dose_mg=40)
    page.wait_for_selector("#live .elapsed")
    chart(page, "reading", minutes_ago=30, **{**CALM, "systolic_mmhg": 168})
    decision(page, "alert")
    decision(second, "alert")
    chart(page, "reading", minutes_ago=20, **HIGH)
    decision(second, "pause")
    chart(page, "reading", minutes_ago=15, **HIGH)
    decision(page, "stop")
    decision(second, "stop")


def answer_all(page: Any) -> None:
    """Says of every decision that asks what was done."""
    while open_ := page.locator(".danger-card").count():
        page.fill(".danger-card >> nth=0 >> input[name=how]", "Seen at the chair; pump off.")
        page.click(".danger-card >> nth=0 >> button")
        page.wait_for_function(f"document.querySelectorAll('.danger-card').length < {open_}")


def close(page: Any) -> str:
    """Tries to close the session; what the page says to it."""
    page.click("form[action$='/close/'] button")
    return str(page.inner_text(".error-summary"))


def test_an_infusion_with_an_alert_a_pause_a_stop_and_a_refused_discharge(
    chromium: Any, at: str, clinic: Clinic, infusion: Session
) -> None:
    page = room(chromium, at, infusion, colleague(clinic, Role.NURSE))
    second = room(chromium, at, infusion, colleague(clinic, Role.CLINICIAN), WIDE)
    with timezone.override(clinic.zone):
        stopped_for_pressure(page, second)
        picture(page, "infusion-stopped-tablet")
        chart(page, "leaving", minutes_ago=1, escort_present="yes", oriented="yes")
        page.wait_for_selector("text=Open before the end")
    assert "A pause or a stop is not answered yet" in close(page)
    picture(second, "infusion-stopped-wide")
    answer_all(second)
    page.reload()
    assert "walks steadily" in close(page)
    infusion.refresh_from_db()
    assert infusion.closed_at is None
    assert Task.objects.filter(kind="safety", patient=infusion.patient_id).exists()
    require_quiet(page)


def sign_both(page: Any, who: Colleague) -> None:
    """The second person gives password and code on the page of the prescriber."""
    page.fill("[name=login]", who.user.email)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=code]", who.code())
    page.click("text=Sign, both")


def test_a_pump_stopped_by_a_rule_goes_on_once_two_have_signed(
    chromium: Any, at: str, clinic: Clinic, infusion: Session
) -> None:
    nurse, doctor = colleague(clinic, Role.NURSE), colleague(clinic, Role.CLINICIAN)
    page = room(chromium, at, infusion, nurse)
    second = room(chromium, at, infusion, doctor, WIDE)
    with timezone.override(clinic.zone):
        stopped_for_pressure(page, second)
        chart(page, "event", event="pump_start")
        page.wait_for_selector("#queue >> text=second person sign")
        assert page.locator("a:has-text('Go on against the stop')").count() == 0
        second.click("text=Go on against the stop")
        second.fill("[name=why]", "The cuff slipped; 124/78 at the other arm.")
        picture(second, "override")
        sign_both(second, doctor)
        second.wait_for_selector("text=someone else than you")
        sign_both(second, nurse)
        second.wait_for_selector("#live >> text=signed by")
        page.wait_for_selector("#live >> text=Goes on against the stop")
        chart(page, "event", event="pump_start")
        page.wait_for_selector("#trace >> text=Pump started again")
        picture(page, "infusion-goes-on")
    assert infusion.charted.get(kind="override").second == nurse.user
    require_quiet(page)


def test_a_line_lost_in_mid_infusion_loses_nothing_and_sends_once(
    chromium: Any, at: str, clinic: Clinic, infusion: Session
) -> None:
    nurse = colleague(clinic, Role.NURSE)
    page = room(chromium, at, infusion, nurse)
    with timezone.override(clinic.zone):
        chart(page, "reading", minutes_ago=20, **CALM)
        chart(page, "start", minutes_ago=15, dose_mg=40)
        page.wait_for_selector("#live .elapsed")
        page.context.set_offline(True)
        page.wait_for_selector("#lost:not([hidden])")
        chart(page, "reading", minutes_ago=5, **CALM)
        chart(page, "reading", minutes_ago=1, **HIGH)
        assert "2 waiting" in page.inner_text("#queue")
        assert Charted.objects.count() == 2
        picture(page, "line-lost")
        page.context.set_offline(False)
        decision(page, "pause")
    page.wait_for_selector("#queue[hidden]", state="attached")
    assert Charted.objects.filter(kind="reading").count() == 3
    late = Charted.objects.order_by("pk").last()
    assert late is not None
    assert late.received - late.at > timedelta(seconds=30)


def test_a_line_is_struck_out_while_a_monitor_goes_on_posting(
    chromium: Any, at: str, clinic: Clinic, infusion: Session
) -> None:
    nurse = colleague(clinic, Role.NURSE)
    page = room(chromium, at, infusion, nurse)
    chart(page, "reading", **CALM)
    decision(page, "continue")
    page.click("#trace >> text=Strike out")
    page.type("#trace details[open] input[name=why]", "the wrong")
    post(infusion, [Line("reading", {"spo2_pct": 85})], by=nurse.user)
    decision(page, "stop")
    page.type("#trace details[open] input[name=why]", " arm")
    page.click("#trace details[open] button")
    page.wait_for_selector("#trace >> text=struck out by")
    assert infusion.charted.get(kind="struck").why == "the wrong arm"


def test_what_waits_on_a_screen_outlives_its_reload(
    chromium: Any, at: str, clinic: Clinic, infusion: Session
) -> None:
    page = room(chromium, at, infusion, colleague(clinic, Role.NURSE))
    page.route("**/chart/**", lambda route: route.abort())
    chart(page, "reading", **CALM)
    page.wait_for_selector("text=1 waiting")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.wait_for_selector("text=1 waiting")
    assert not Charted.objects.exists()
    page.unroute("**/chart/**")
    decision(page, "continue")
    assert Charted.objects.count() == 1


def test_a_refused_reading_stays_in_its_form_until_it_is_kept(
    chromium: Any, at: str, clinic: Clinic, infusion: Session
) -> None:
    page = room(chromium, at, infusion, colleague(clinic, Role.NURSE))
    chart(page, "reading", **{**CALM, "spo2_pct": 980})
    line = page.inner_text("#queue .error")
    here = timezone.now().astimezone(ZoneInfo(clinic.zone))
    hours = {(here - timedelta(minutes=ago)).strftime("%H:") for ago in (0, 2)}
    assert any(hour in line for hour in hours)
    page.reload()
    page.wait_for_selector("#queue .error")
    form = page.locator("form[data-chart][action$='/chart/reading/']")
    assert form.locator("[name=systolic_mmhg]").input_value() == str(CALM["systolic_mmhg"])
    form.locator("[name=spo2_pct]").fill("98")
    form.locator("button").click()
    decision(page, "continue")
    page.wait_for_selector("#queue[hidden]", state="attached")
    assert form.locator("[name=systolic_mmhg]").input_value() == ""
    page.reload()
    assert not page.is_visible("#queue")
    assert [one.told["spo2_pct"] for one in Charted.objects.all()] == [98]


def test_what_is_typed_meanwhile_is_not_overwritten_by_what_was_refused(
    chromium: Any, at: str, clinic: Clinic, infusion: Session
) -> None:
    page = room(chromium, at, infusion, colleague(clinic, Role.NURSE))
    held: list[Any] = []
    page.route("**/chart/**", lambda route: held.append(route))  # noqa: PLW0108 - it is marked
    chart(page, "reading", **{**CALM, "spo2_pct": 980})
    field = page.locator("form[data-chart] [name=heart_rate_per_min]")
    field.fill("61")
    while not held:
        page.wait_for_timeout(20)
    held.pop().continue_()
    page.wait_for_selector("#queue .error")
    assert field.input_value() == "61"
    page.click("text=Put it back into the form")
    assert field.input_value() == str(CALM["heart_rate_per_min"])
    page.click("text=Leave it out")
    page.wait_for_selector("#queue[hidden]", state="attached")


def test_a_spray_visit_ends_with_its_form_due(
    chromium: Any, at: str, clinic: Clinic, adopted: None, patient: Patient
) -> None:
    form = {"session": 1, "therapy": "esketamine", "order": {"dose_mg": 56.0}}
    session = opened(patient, form, by=access_for(clinic, "clinician"))
    page = room(chromium, at, session, colleague(clinic, Role.NURSE))
    calm = {**CALM, "cadss": 0, "symptoms": "none"}
    with timezone.override(clinic.zone):
        chart(page, "reading", minutes_ago=135, **calm)
        decision(page, "continue")
        chart(page, "start", minutes_ago=130, dose_mg=56)
        page.wait_for_selector("#live .elapsed")
        for ago in (90, 60, 30, 5):
            chart(page, "reading", minutes_ago=ago, **calm)
        told = dict.fromkeys(READY, "yes")
        chart(page, "leaving", minutes_ago=1, **told, new_suicidal_intent="no")
        page.wait_for_selector("text=REMS form due within 7 days")
        picture(page, "spray-tablet")
        page.click("form[action$='/close/'] button")
        page.wait_for_selector("text=The session is closed")
    session.refresh_from_db()
    assert session.closed_at is not None


GATE = {
    "sleep_hours": 7, "alcohol_24h": "no", "drug_change": "no", "new_implant": "no",
    "seizure_or_syncope_since": "no", "pregnancy_possible": "no", "metal_removed": "yes",
    "hearing_protection": "yes", "consent_valid": "yes",
}  # fmt: skip
PULSES: Any = {
    "session": 1,
    "therapy": "tms",
    "order": {
        "protocol": "itbs_600", "motor_threshold_pct_mso": 50.0, "intensity_pct_mt": 120.0,
        "motor_threshold_date": timezone.now().date().isoformat(),
    },
}  # fmt: skip


def give(page: Any, output: int, **gate: object) -> None:
    """One session of pulses, from the questions before to its end."""
    chart(page, "gate", **{**GATE, **gate})
    decision(page, "proceed")
    chart(page, "start")
    page.wait_for_selector("#live .elapsed")
    chart(page, "delivered", pulses=600, output_pct_mso=output, operator="Op 1",
          adverse_events_reviewed="yes")  # fmt: skip
    page.wait_for_selector("#live:not(:has-text('Open before the end'))")
    page.click("form[action$='/close/'] button")
    page.wait_for_selector("text=The session is closed")


def opened_in_room(page: Any, at: str, session: Session) -> None:
    page.goto(f"{at}/clinic/patients/{session.patient_id}/courses/sessions/{session.pk}/")
    page.select_option("[name=room]", label="Room 1")
    page.fill("[name=number]", str(session.patient.number))
    page.click("text=Open the session")
    page.wait_for_selector("#live")


def missed(page: Any, at: str, session: Session) -> None:
    page.goto(f"{at}/clinic/patients/{session.patient_id}/courses/sessions/{session.pk}/")
    page.fill("[name=why]", "Snow: the bus did not come.")
    page.click("text=Note it as missed")
    page.wait_for_selector("text=the bus did not come")


def test_three_sessions_of_pulses_with_a_missed_day_and_a_new_threshold(
    chromium: Any, at: str, clinic: Clinic, adopted: None, patient: Patient
) -> None:
    first = opened(patient, PULSES, by=access_for(clinic, "clinician"))
    second, third = (
        Session.objects.create(course=first.course, patient=patient, planned_at=timezone.now())
        for _ in range(2)
    )
    page = room(chromium, at, first, colleague(clinic, Role.TMS_OPERATOR))
    chart(page, "gate", **{**GATE, "sleep_hours": 3})
    decision(page, "hold")
    picture(page, "pulses-held")
    give(page, 60)
    missed(page, at, second)
    Session.objects.filter(pk=first.pk).update(closed_at=timezone.now() - timedelta(days=1))
    opened_in_room(page, at, third)
    chart(page, "event", event="rethreshold", text="55 %")
    page.wait_for_selector("#trace >> text=threshold measured again")
    give(page, 66)
    assert "55 %" in page.inner_text("#trace")
    picture(page, "pulses-closed")
    page.goto(f"{at}/clinic/patients/{patient.pk}/courses/{first.course_id}/")
    shown = page.inner_text("main")
    assert shown.count("closed") >= 2
    assert "Snow" in shown
    picture(page, "course")
    require_quiet(page)
