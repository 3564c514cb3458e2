"""An assessment as a clinician meets it: made, read, signed, overridden, compared, printed."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from euthymia.clinic.assessments.actions import assess_chart, override
from euthymia.clinic.assessments.models import Assessment
from euthymia.clinic.assessments.urls import of_one
from euthymia.clinic.patients.actions import add, fill
from euthymia.clinic.patients.models import Entry, Patient, Source
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.roles import May
from tests.clinic.conftest import Staff, access_for

WHOLE = Path(__file__).parents[2] / "examples" / "whole_answer.json"
DAY = date(2026, 6, 30)


def form() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(WHOLE.read_text(encoding="utf-8"))
    return told


@pytest.fixture
def clinician(clinic: Clinic) -> Access:
    return access_for(clinic, "clinician")


@pytest.fixture
def assessed(patient: Patient, clinician: Access) -> Assessment:
    fill(patient, form(), by=clinician, source=Source.FILE)
    return assess_chart(patient, DAY, by=clinician)


@pytest.fixture
def of_today(patient: Patient, clinician: Access) -> Assessment:
    """One that can be signed: only on its own day."""
    fill(patient, form(), by=clinician, source=Source.FILE)
    return assess_chart(patient, timezone.localdate(timezone=clinician.zone), by=clinician)


@pytest.fixture(autouse=True)
def _undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes seconds and has tests of its own."""
    for place in ("pictures.trend_chart", "pictures.choice_chart"):
        monkeypatch.setattr(
            f"euthymia.clinic.assessments.{place}",
            lambda _of: {"wide": "<svg/>", "narrow": "<svg/>", "told": ""},
        )


def address(of: Assessment, page: str = "") -> str:
    return f"/clinic/patients/{of.patient_id}/assessments/{of.pk}/{page}"


def test_the_whole_answer_stands_on_one_page_in_the_order_a_clinician_thinks(
    staff: Staff, assessed: Assessment
) -> None:
    text = staff("clinician").get(address(assessed)).content.decode()
    order = ["safety-h", "answer-h", "mimics-s", "causes-s", "options-s", "questions-s"]
    places = [text.index(f'id="{one}"') for one in order]
    assert places == sorted(places)
    assert "Provisional" in text


def test_the_page_weighs_at_most_200_kb_without_its_pictures(
    staff: Staff, assessed: Assessment
) -> None:
    text = staff("clinician").get(address(assessed)).content.decode()
    without = re.sub(r"data:image/svg\+xml;base64,[A-Za-z0-9+/=]+", "", text)
    assert len(without.encode()) <= 200_000


def test_no_style_script_or_event_stands_in_the_page(staff: Staff, assessed: Assessment) -> None:
    text = staff("clinician").get(address(assessed)).content.decode()
    assert not re.search(r'<style|<[^>]* style="|<[^>]* on[a-z]+="|<script(?! [^>]*src=)', text)


def test_every_statement_of_the_page_opens_to_its_facts_and_sources(
    staff: Staff, assessed: Assessment
) -> None:
    browser = staff("clinician")
    text = browser.get(address(assessed)).content.decode()
    places = re.findall(r'hx-get="(statement/[^"]+)"', text)
    assert len(places) > 60
    for place in places:
        answer = browser.get(address(assessed, place), headers={"HX-Request": "true"})
        assert answer.status_code == 200, place
        assert b"<html" not in answer.content, place


def test_a_statement_is_a_page_of_its_own_where_no_script_runs(
    staff: Staff, assessed: Assessment
) -> None:
    text = staff("nurse").get(address(assessed, "statement/mimics.met.0/")).content.decode()
    assert "<html" in text
    assert "CANMAT 2023" in text
    assert "sleep apnoea diagnosed: yes" in text


@pytest.mark.parametrize("place", ["mimics.met.99", "safety.tone", "nothing", "mimics.met", "x.y"])
def test_a_place_where_nothing_is_said_does_not_exist(
    staff: Staff, assessed: Assessment, place: str
) -> None:
    answer = staff("clinician").get(address(assessed, f"statement/{place}/"))
    assert answer.status_code == 404


def test_what_was_not_recorded_is_never_shown_as_no(staff: Staff, patient: Patient) -> None:
    who = access_for(patient.clinic, "clinician")
    found = assess_chart(patient, DAY, by=who)
    text = staff("clinician").get(address(found)).content.decode()
    assert "That is not a no: ask which were tried." in text
    assert "not known, not asked" in text
    assert "not reported" not in text


def test_what_is_not_known_is_counted_and_never_comes_out_as_none(
    staff: Staff, assessed: Assessment
) -> None:
    mimics = assessed.kept.page["body"]["mimics"]
    unknown = len(mimics["turning"]) + len(mimics["open"])
    text = staff("clinician").get(address(assessed)).content.decode()
    assert unknown > 1
    assert f"Not known: {unknown}</h3>" in text


def test_what_was_recalled_is_marked_so(staff: Staff, assessed: Assessment) -> None:
    text = staff("clinician").get(address(assessed)).content.decode()
    assert "† recalled" in text
    assert "† elicited" in text


def test_plan_numbers_are_withheld_until_the_pages_they_rest_on_are_adopted(
    staff: Staff, assessed: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = staff("clinician")
    monkeypatch.setattr(
        "euthymia.clinic.assessments.found.adoption.withheld", lambda _clinic: frozenset({"tms"})
    )
    text = browser.get(address(assessed)).content.decode()
    tms = text.split('id="option-tms"')[1].split("</article>")[0]
    assert "withheld" in tms
    assert "% of output" not in tms
    part = browser.get(address(assessed, "statement/options.blocks.0/")).content.decode()
    assert "% of output" not in part


def test_a_changed_chart_is_said_on_the_page_and_cannot_be_signed(
    staff: Staff, assessed: Assessment, clinician: Access
) -> None:
    browser = staff("clinician")
    assert "The chart changed since" not in browser.get(address(assessed)).content.decode()
    add(assessed.patient, "diagnoses", {"icd10cm": "F10.20"}, by=clinician)
    assert "The chart changed since" in browser.get(address(assessed)).content.decode()
    answer = browser.post(address(assessed, "sign/"), {"note": "as discussed"})
    assert answer.status_code == 409
    assert "as discussed" in answer.content.decode()
    assert Assessment.objects.get(pk=assessed.pk).signed_at is None


@pytest.mark.parametrize(
    ("made", "changed", "why"),
    [
        (DAY, {}, "It is not of today"),
        (None, {"pages": "0" * 64}, "The knowledge changed"),
        (None, {"engine": "0.0"}, "The knowledge changed"),
    ],
)
def test_what_is_not_of_today_or_of_other_pages_cannot_be_signed_and_says_why(
    staff: Staff, of_today: Assessment, made: date | None, changed: dict[str, str], why: str
) -> None:
    Assessment.objects.update(as_of=made or of_today.as_of, **changed)
    browser = staff("clinician")
    assert 'action="sign/"' not in browser.get(address(of_today)).content.decode()
    answer = browser.post(address(of_today, "sign/"), {"note": "as discussed"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert why in text
    assert "Assess again, then sign that." in text
    assert "as discussed" in text
    assert Assessment.objects.get(pk=of_today.pk).signed_at is None


def test_a_clinician_signs_with_a_note_and_a_nurse_cannot(
    staff: Staff, of_today: Assessment
) -> None:
    assessed = of_today
    assert staff("nurse").post(address(assessed, "sign/"), {"note": "x"}).status_code == 404
    browser = staff("clinician")
    browser.post(address(assessed, "sign/"), {"note": "First the sleep study."})
    text = browser.get(address(assessed)).content.decode()
    assert "First the sleep study." in text
    assert "DRAFT" not in text
    again = browser.post(address(assessed, "sign/"), {"note": "other"})
    assert again.status_code == 409


def test_an_assessment_is_made_by_a_button_and_supersedes_the_one_before(
    staff: Staff, assessed: Assessment
) -> None:
    browser = staff("clinician")
    answer = browser.post(f"/clinic/patients/{assessed.patient_id}/assessments/")
    assert answer.status_code == 302
    assert Assessment.objects.get(pk=assessed.pk).superseded is not None
    old = browser.get(address(assessed)).content.decode()
    assert "Superseded: kept as history" in old
    assert f'href="{answer.headers["Location"]}">See the newer one' in old
    text = browser.get(f"{answer.headers['Location']}compared/").content.decode()
    assert "What changed" in text


def test_what_contradicts_in_a_chart_stands_before_the_answer(
    staff: Staff, patient: Patient, clinician: Access
) -> None:
    told = {"id": "t1", "drug": "sertraline", "dose_mg": 100, "days_at_dose": 90}
    add(patient, "trials", {**told, "start": "2026-06-01", "end": "2026-06-10"}, by=clinician)
    text = (
        staff("clinician").get(address(assess_chart(patient, DAY, by=clinician))).content.decode()
    )
    said = text.index("more days at the dose than between its first and last day")
    assert text.index('id="doubts-h"') < said < text.index('id="answer-h"')


def test_where_nothing_contradicts_nothing_is_said_of_it(
    staff: Staff, patient: Patient, clinician: Access
) -> None:
    text = (
        staff("clinician").get(address(assess_chart(patient, DAY, by=clinician))).content.decode()
    )
    assert 'id="doubts-h"' not in text


def test_of_a_superseded_one_no_paper_is_offered_but_the_marked_one_for_the_file(
    staff: Staff, assessed: Assessment, clinician: Access
) -> None:
    browser = staff("clinician")
    assert 'href="packet/"' in browser.get(address(assessed)).content.decode()
    assess_chart(assessed.patient, DAY, by=clinician)
    old = browser.get(address(assessed)).content.decode()
    assert ('href="letter/"' in old, 'href="packet/"' in old) == (False, False)
    assert 'href="letter/file/"' in old
    assert (
        "Superseded by assessment"
        in browser.get(address(assessed, "letter/file/")).content.decode()
    )


def test_an_override_is_written_with_name_and_reason_and_changes_no_finding(
    staff: Staff, assessed: Assessment, clinician: Access
) -> None:
    stimulator = {"text": "vagus nerve stimulator", "location": "neck"}
    add(assessed.patient, "implants", stimulator, by=clinician)
    made = assess_chart(assessed.patient, DAY, by=clinician)
    browser = staff("clinician")
    told = {"finding": "tms/vns", "reason": "Implanted for epilepsy elsewhere, switched off."}
    assert browser.post(address(made, "override/"), told).status_code == 302
    entry = Entry.objects.get(part="overrides")
    assert (entry.told["finding"], entry.told["reason"]) == ("tms/vns", told["reason"])
    assert entry.told["by"].startswith("clinician")
    after = assess_chart(assessed.patient, timezone.localdate(), by=clinician)
    then, now = (one.kept.document["options"]["tms"]["findings"]["vns"] for one in (made, after))
    assert then["verdict"] == now["verdict"] == "met"
    assert told["reason"] in str(now["because"])


def test_a_finding_on_which_label_and_guidance_agree_cannot_be_overridden(
    staff: Staff, assessed: Assessment
) -> None:
    told = {"finding": "tms/family_epilepsy", "reason": "I know better."}
    assert staff("clinician").post(address(assessed, "override/"), told).status_code == 422
    assert not Entry.objects.filter(part="overrides").exists()


def test_what_is_met_against_an_option_is_seen_though_its_verdict_is_open(
    staff: Staff, patient: Patient, clinician: Access
) -> None:
    told = form() | {"screening": {}}
    patient.birth_date = date(2010, 3, 14)  # sixteen
    patient.save()
    fill(patient, told, by=clinician, source=Source.FILE)
    made = assess_chart(patient, DAY, by=clinician)
    rows = made.kept.page["body"]["options"]["choice"]["groups"]
    stand = {row["id"]: row for group in rows for row in group["rows"]}
    assert stand["tms"]["key"] == "undetermined"
    browser = staff("clinician")
    page = browser.get(address(made)).content.decode()
    summary = page.split('id="options-s"')[1].split('id="questions-s"')[0]
    block = page.split('id="option-tms"')[1].split("</article>")[0]
    letter = browser.get(address(made, "letter/referrer/?looked=yes")).content.decode()
    for shown in (summary, block, letter):
        assert "Age under 18 or above 70" in shown
    for shown in (summary, letter):
        assert re.search(r"not known: \d+ contraindications", shown)


def test_that_nobody_takes_the_patient_home_stands_among_the_options(
    staff: Staff, patient: Patient, clinician: Access
) -> None:
    told = form()
    told["screening"]["today"]["escort"] = False
    fill(patient, told, by=clinician, source=Source.FILE)
    made = assess_chart(patient, timezone.localdate(timezone=clinician.zone), by=clinician)
    page = staff("clinician").get(address(made)).content.decode()
    for therapy in ("ketamine_iv", "esketamine"):
        block = page.split(f'id="option-{therapy}"')[1].split("</article>")[0]
        assert "Nobody takes the patient home" in block
        assert "arrange before the first session who takes the patient home" in block


def test_a_stage_and_what_to_do_next_stand_in_the_summary_and_in_the_letter(
    staff: Staff, assessed: Assessment
) -> None:
    browser = staff("clinician")
    page = browser.get(address(assessed)).content.decode()
    summary = page.split('id="summary"')[1].split("</section>")[0]
    letter = browser.get(address(assessed, "letter/referrer/?looked=yes")).content.decode()
    for shown in (summary, letter):
        assert "Thase-Rush staging:</strong> stage" in shown
        assert "Maudsley Staging Method (MSM):" in shown
        assert "Do next" in shown


def test_what_nobody_measured_is_not_called_ruled_out(staff: Staff, assessed: Assessment) -> None:
    mimics = assessed.kept.page["body"]["mimics"]
    told, silent = len(mimics["ruled_out"]), len(mimics["unrecorded"])
    assert told
    assert silent
    text = staff("clinician").get(address(assessed)).content.decode()
    assert f"Measured or asked, and negative: {told}" in text
    assert f"No diagnosis recorded, nothing measured: {silent}" in text
    assert "Ruled out:" not in text


def test_options_that_no_page_judges_stand_in_one_line_and_not_as_open(
    staff: Staff, assessed: Assessment
) -> None:
    text = staff("clinician").get(address(assessed)).content.decode()
    assert "Electroconvulsive" not in text.split("Still open")[-1].split("</ul>")[0]
    assert re.search(
        r"Not judged here \(no page of criteria yet\): [^<]*Electroconvulsive therapy", text
    )
    assert '<article class="option" id="option-ect"' not in text


def test_a_comparison_names_overrides_and_the_hour_of_both(
    staff: Staff, assessed: Assessment, clinician: Access
) -> None:
    stimulator = {"text": "vagus nerve stimulator", "location": "neck"}
    add(assessed.patient, "implants", stimulator, by=clinician)
    made = assess_chart(assessed.patient, DAY, by=clinician)
    override(made.patient, "tms/vns", "Switched off.", by=clinician)
    after = assess_chart(assessed.patient, timezone.localdate(), by=clinician)
    text = staff("clinician").get(address(after, "compared/")).content.decode()
    assert "Overrides" in text
    assert "Switched off." in text
    assert len(re.findall(r"made \d{4}-\d\d-\d\d \d\d:\d\d", text)) == 2


def test_an_assessment_of_another_clinic_does_not_exist(
    staff: Staff, assessed: Assessment, other_clinic: Clinic
) -> None:
    browser = staff("clinician", other_clinic)
    for page in ("", "statement/answer.rule/", "letter/file/", "packet/", "again/", "override/"):
        assert browser.get(address(assessed, page)).status_code == 404


def test_run_again_with_the_same_pages_the_answer_is_the_same_byte_for_byte(
    staff: Staff, assessed: Assessment
) -> None:
    text = staff("clinician").get(address(assessed, "again/")).content.decode()
    assert "byte for byte" in text


def test_no_address_of_this_room_opens_to_a_patient() -> None:
    needed = {one.callback.needed for one in of_one}
    assert needed == {May.SEE_CHART, May.ASSESS, May.SIGN}


def test_what_is_long_names_all_its_sources(staff: Staff, assessed: Assessment) -> None:
    browser = staff("clinician")
    for place in ("options.blocks.0", "options.choice", "causes.domains.0"):
        text = browser.get(address(assessed, f"statement/{place}/")).content.decode()
        assert text.split("Sources of")[-1].count("<li>") > 3
