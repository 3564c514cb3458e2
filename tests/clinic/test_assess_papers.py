"""Papers made of an assessment: letters and requests, what they hold and when they may leave."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from euthymia.clinic.assessments import paper
from euthymia.clinic.assessments.actions import assess_chart
from euthymia.clinic.assessments.chart import chart_of
from euthymia.clinic.assessments.models import Assessment
from euthymia.clinic.audit.models import Row
from euthymia.clinic.patients.actions import fill
from euthymia.clinic.patients.models import Entry, Patient, Source
from euthymia.clinic.people.access import Access
from euthymia.clinic.rights.actions import give_consent, withdraw_consent
from euthymia.clinic.rights.consent_forms import consent_forms
from euthymia.clinic.rights.models import Consent
from tests.clinic import brought
from tests.clinic.conftest import Staff, access_for
from tests.clinic.test_assess_pages import (
    DAY,
    _undrawn,
    address,
    assessed,
    clinician,
    form,
    of_today,
)

__all__ = ["_undrawn", "assessed", "clinician", "of_today"]


def test_a_draft_letter_says_so_and_a_signed_one_names_the_clinician(
    staff: Staff, of_today: Assessment
) -> None:
    assessed = of_today
    browser = staff("clinician")
    assert "DRAFT" in browser.get(address(assessed, "letter/referrer/?looked=yes")).content.decode()
    browser.post(address(assessed, "sign/"), {"note": ""})
    text = browser.get(address(assessed, "letter/referrer/?looked=yes")).content.decode()
    assert "DRAFT" not in text
    assert "reviewed and signed" in text
    assert Row.objects.filter(what="letter", patient=assessed.patient_id).count() == 2


def pdf(browser: Client, where: str) -> PdfReader:
    answer = browser.get(where)
    assert answer.headers["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.content))


def faulty(patient: Patient, clinician: Access) -> Assessment:
    """One whose trial was long enough, of too little."""
    told = form()
    told["trials"] = [
        {"id": "t1", "drug": "sertraline", "dose_mg": 25, "days_at_dose": 70,
         "start": "2025-08-18", "end": "2025-10-27", "stop_reason": "lack_of_efficacy"}
    ]  # fmt: skip
    fill(patient, told, by=clinician, source=Source.FILE)
    return assess_chart(patient, DAY, by=clinician)


def test_each_reason_to_do_something_next_stands_in_the_letter_once(
    staff: Staff, patient: Patient, clinician: Access
) -> None:
    made = faulty(patient, clinician)
    text = staff("clinician").get(address(made, "letter/file/")).content.decode()
    told = text.partition("does not count yet")[2].partition("</li>")[0]
    lines = made.kept.page["body"]["next"]
    line = next(one for one in lines if "does not count yet" in one["what"])
    assert line["why"]
    assert [told.count(why["title"]) for why in line["why"]] == [1] * len(line["why"])


def test_a_letter_to_a_colleague_thanks_for_no_referral_that_nobody_noted(
    staff: Staff, assessed: Assessment
) -> None:
    text = staff("clinician").get(address(assessed, "letter/referrer/?looked=yes")).content.decode()
    assert "Dear colleague" in text
    assert "referring" not in text


def test_the_letter_is_a_tagged_pdf_with_its_mark_on_every_page(
    staff: Staff, assessed: Assessment
) -> None:
    read = pdf(staff("clinician"), address(assessed, "letter/referrer/pdf/?looked=yes"))
    assert read.root_object["/MarkInfo"]["/Marked"]
    assert read.root_object["/Lang"] == "en"
    assert all("DRAFT" in page.extract_text() for page in read.pages)
    assert "Ferreira" in read.pages[0].extract_text()
    assert "Ferreira" not in str(read.metadata)


def test_a_request_to_a_payer_is_made_from_what_was_assessed(
    staff: Staff, assessed: Assessment
) -> None:
    browser = staff("clinician")
    text = browser.get(address(assessed, "packet/")).content.decode()
    assert "optum_uhc/" in text
    read = pdf(browser, address(assessed, "packet/optum_uhc/pdf/?looked=yes"))
    assert "DRAFT" in read.pages[0].extract_text()
    assert browser.get(address(assessed, "packet/nobody/?looked=yes")).status_code == 404


def test_without_pango_the_same_is_shown_to_print_and_the_package_is_named(
    staff: Staff, assessed: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_pango(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(paper, "import_module", no_pango)
    answer = staff("clinician").get(address(assessed, "letter/file/pdf/"))
    assert answer.status_code == 200
    assert "libpango-1.0-0 libpangoft2-1.0-0" in answer.content.decode()


def test_records_of_substance_use_leave_only_with_consent(
    staff: Staff, assessed: Assessment
) -> None:
    Entry.objects.filter(patient=assessed.patient, part="diagnoses").update(substance_use=True)
    browser = staff("clinician")
    assert browser.get(address(assessed, "letter/referrer/")).status_code == 409
    assert browser.get(address(assessed, "packet/optum_uhc/")).status_code == 409
    assert browser.get(address(assessed, "letter/file/")).status_code == 200


def leaves(browser: Client, of: Assessment, named: str = "") -> set[int]:
    """How each paper for others was answered, to someone who looked through what is not read."""
    pages, said = ("letter/referrer/", "packet/optum_uhc/"), named or "?looked=yes"
    return {browser.get(address(of, page + said)).status_code for page in pages}


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("diagnoses", {"icd10cm": "F10.20"}),
        ("diagnoses", {"icd10cm": "F1121"}),
        ("diagnoses", {"icd10cm": "Z71.41"}),
        ("medications", {"drug": "buprenorphine", "dose_mg_per_day": 16}),
        ("scales", {"instrument": "audit_c", "total": 7, "date": "2026-06-01"}),
    ],
)
def test_care_for_substance_use_that_nobody_marked_asks_for_consent_too(
    staff: Staff, assessed: Assessment, part: str, told: dict[str, Any]
) -> None:
    browser = staff("clinician")
    assert leaves(browser, assessed) == {200}
    Entry.objects.create(patient=assessed.patient, part=part, told=told)
    judged_of_now = chart_of(assessed.patient, DAY).digest
    Assessment.objects.filter(pk=assessed.pk).update(chart=judged_of_now)
    assert leaves(browser, assessed) == {409}
    assert "42 CFR Part 2" in browser.get(address(assessed, "letter/")).content.decode()
    consent = consent_to(assessed.patient, "Dr. Moreau")
    assert leaves(browser, assessed, f"?consent={consent.pk}") == {200}


def consent_to(patient: Patient, recipient: str) -> Consent:
    """A consent to share records of care for substance use with one recipient."""
    told = {"recipient": recipient, "purpose": "further care"}
    return give_consent(
        patient, consent_forms()["substance_use"], signed_name="A. F.", choices=told, expires=None,
        by=access_for(patient.clinic, "nurse"),
    )  # fmt: skip


def test_a_consent_to_one_recipient_opens_no_letter_that_does_not_name_it(
    staff: Staff, assessed: Assessment, clinician: Access
) -> None:
    Entry.objects.filter(patient=assessed.patient, part="diagnoses").update(substance_use=True)
    made = assess_chart(assessed.patient, DAY, by=clinician)
    browser = staff("clinician")
    consent = consent_to(made.patient, "Dr. Moreau")
    ended = consent_to(made.patient, "Dr. Lindqvist")
    withdraw_consent(ended, "no longer wished")
    for named in ("", "?consent=999", "?consent=x", f"?consent={ended.pk}"):
        assert leaves(browser, made, named) == {409}
    offered = browser.get(address(made, "letter/")).content.decode()
    assert "Dr. Moreau" in offered
    assert "Dr. Lindqvist" not in offered
    letter = browser.get(address(made, f"letter/referrer/?consent={consent.pk}")).content.decode()
    assert "For Dr. Moreau, purpose: further care" in letter
    assert f"pdf/?consent={consent.pk}" in letter


def test_no_paper_for_others_is_made_of_an_assessment_that_no_longer_speaks(
    staff: Staff, assessed: Assessment, clinician: Access
) -> None:
    browser = staff("clinician")
    for changed in ({"pages": "0" * 64}, {"engine": "0.0"}, {"chart": "0" * 64}):
        before = {name: getattr(assessed, name) for name in changed}
        Assessment.objects.filter(pk=assessed.pk).update(**changed)
        assert leaves(browser, assessed) == {409}
        Assessment.objects.filter(pk=assessed.pk).update(**before)
    newer = assess_chart(assessed.patient, DAY, by=clinician)
    assert leaves(browser, assessed) == {409}
    kept = browser.get(address(assessed, "letter/file/")).content.decode()
    assert f"Superseded by assessment {newer.pk} on" in kept
    assert "Superseded" not in browser.get(address(newer, "letter/file/")).content.decode()


def test_a_paper_of_what_nothing_here_can_read_leaves_once_someone_says_that_they_looked(
    staff: Staff, patient: Patient, clinician: Access
) -> None:
    plain = form()
    plain["nondrug_trials"] = []
    fill(patient, plain, by=clinician, source=Source.FILE)
    browser, made = staff("clinician"), assess_chart(patient, DAY, by=clinician)
    assert browser.get(address(made, "letter/referrer/")).status_code == 200
    Assessment.objects.filter(pk=made.pk).update(note="He drinks a bottle of wine a day.")
    for page in ("letter/referrer/", "packet/optum_uhc/"):
        answer = browser.get(address(made, page))
        assert answer.status_code == 409
        assert 'href="?looked=yes"' in answer.content.decode()
    assert leaves(browser, made) == {200}
    assert Row.objects.filter(what="letter", about__looked="yes").exists()
    letter = browser.get(address(made, "letter/referrer/?looked=yes")).content.decode()
    assert "pdf/?looked=yes" in letter


def test_a_condition_coded_in_another_system_asks_whether_someone_looked(
    staff: Staff, patient: Patient, clinician: Access
) -> None:
    plain = form()
    plain["nondrug_trials"] = []
    fill(patient, plain, by=clinician, source=Source.FILE)
    told = brought.bundle(brought.person(), condition("http://snomed.info/sct", "7200002"))
    patient.documents.create(
        name="x", digest="d" * 64, batch="b" * 64, content=told, by=clinician.user
    )
    made, browser = assess_chart(patient, DAY, by=clinician), staff("clinician")
    assert browser.get(address(made, "letter/referrer/")).status_code == 409
    assert leaves(browser, made) == {200}


def condition(system: str, code: str) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": "c",
        "subject": {"reference": "Patient/ana"},
        "clinicalStatus": coding("condition-clinical", "active"),
        "code": {"coding": [{"system": system, "code": code}]},
    }


@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_an_answer_on_alcohol_that_is_not_no_asks_for_consent(
    staff: Staff, assessed: Assessment, answer: str
) -> None:
    Entry.objects.filter(patient=assessed.patient, part="screening.tass").update(
        told={"alcohol_or_withdrawal": answer}
    )
    assert leaves(staff("clinician"), assessed) == {409}


def test_a_diagnosis_of_substance_use_in_a_brought_file_asks_for_consent(
    staff: Staff, patient: Patient, clinician: Access
) -> None:
    fill(patient, form(), by=clinician, source=Source.FILE)
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"resource": {"resourceType": "Patient", "id": "p"}},
            {
                "resource": {
                    "resourceType": "Condition",
                    "id": "c",
                    "subject": {"reference": "Patient/p"},
                    "clinicalStatus": coding("condition-clinical", "active"),
                    "code": {
                        "coding": [
                            {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F10.20"}
                        ]
                    },
                }
            },
        ],
    }
    patient.documents.create(
        name="x", digest="d" * 64, batch="b" * 64, content=json.dumps(bundle).encode(),
        by=clinician.user,
    )  # fmt: skip
    made = assess_chart(patient, DAY, by=clinician)
    assert leaves(staff("clinician"), made) == {409}


def coding(system: str, code: str) -> dict[str, Any]:
    where = f"http://terminology.hl7.org/CodeSystem/{system}"
    return {"coding": [{"system": where, "code": code}]}


def test_a_request_is_refused_where_the_knowledge_of_today_answers_otherwise(
    staff: Staff, assessed: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("euthymia.clinic.assessments.letters.to_json", lambda _judged: b"{}")
    browser = staff("clinician")
    assert browser.get(address(assessed, "packet/")).status_code == 409
    assert browser.get(address(assessed, "packet/optum_uhc/")).status_code == 409
