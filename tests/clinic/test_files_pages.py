"""The pages of files: who gets in, what is handed out and how, nothing that runs."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from euthymia.clinic.files.models import Attachment, Identifier, ImportBatch
from euthymia.clinic.patients.models import Document, Patient
from euthymia.clinic.people.models import Clinic
from tests.clinic import brought as f
from tests.clinic.conftest import Staff
from tests.clinic.markup import PAYLOADS

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> None:
    settings.ATTACHMENTS = tmp_path / "attachments"


def attached(browser: Client, patient: Patient, content: bytes, name: str = "letter") -> Any:
    told = {"file": f.upload(content, "x.html"), "name": name}
    return browser.post(f"/clinic/patients/{patient.pk}/files/attachments/", told)


def brought(browser: Client, patient: Patient, content: bytes, name: str = "a.json") -> str:
    told = {"file": f.upload(content, name)}
    answer = browser.post(f"/clinic/patients/{patient.pk}/files/import/", told)
    return str(answer.headers["Location"])


# ------------------------------------------------------------------ attachments


def test_an_attachment_is_handed_out_as_a_download_that_can_do_nothing(
    staff: Staff, patient: Patient
) -> None:
    browser = staff("nurse")
    assert attached(browser, patient, PDF, "Letter/../of <b>Dr</b>\r\nX: y").status_code == 302
    kept = Attachment.objects.get()
    answer = browser.get(f"/clinic/patients/{patient.pk}/files/attachments/{kept.pk}/")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Disposition"].endswith('.pdf"')
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["Content-Security-Policy"] == policy
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_text_is_handed_out_as_the_utf_8_that_it_is(staff: Staff, patient: Patient) -> None:
    browser = staff("nurse")
    attached(browser, patient, "Grüße aus Köln".encode())
    kept = Attachment.objects.get()
    answer = browser.get(f"/clinic/patients/{patient.pk}/files/attachments/{kept.pk}/")
    answer.close()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"MZ\x00\x01",
        b"PK\x03\x04",
        b"\xff\xfeu",
        b" ",
        b"a\x1b[2J",
    ],
)
def test_what_is_no_pdf_picture_or_text_is_not_kept(
    content: bytes, staff: Staff, patient: Patient
) -> None:
    assert attached(staff("nurse"), patient, content).status_code == 422
    assert not Attachment.objects.exists()


def test_the_same_attachment_again_is_the_one_that_stands(staff: Staff, patient: Patient) -> None:
    browser = staff("nurse")
    attached(browser, patient, PNG)
    attached(browser, patient, PNG, "another name")
    assert Attachment.objects.count() == 1
    assert len(list(Path(_store()).iterdir())) == 1


def _store() -> Path:
    return Path(settings.ATTACHMENTS)


def test_a_changed_or_lost_file_is_not_handed_out(staff: Staff, patient: Patient) -> None:
    browser = staff("nurse")
    attached(browser, patient, PDF)
    kept = Attachment.objects.get()
    (_store() / kept.stored).write_bytes(b"%PDF-other")
    answer = browser.get(f"/clinic/patients/{patient.pk}/files/attachments/{kept.pk}/")
    assert answer.status_code == 410


def test_an_attachment_is_struck_once_with_a_reason_and_never_deleted(
    staff: Staff, patient: Patient
) -> None:
    browser = staff("nurse")
    attached(browser, patient, PDF)
    where = f"/clinic/patients/{patient.pk}/files/attachments/{Attachment.objects.get().pk}/strike/"
    assert browser.post(where, {"version": "1", "why": "of someone else"}).status_code == 302
    assert browser.post(where, {"version": "1", "why": "again"}).status_code == 409
    assert Attachment.objects.get().struck_why == "of someone else"
    assert (_store() / Attachment.objects.get().stored).exists()


# ------------------------------------------------------------------ who gets in


def test_files_of_another_clinic_or_chart_do_not_exist(
    staff: Staff, patient: Patient, other_clinic: Clinic, clinic: Clinic
) -> None:
    browser = staff("nurse")
    attached(browser, patient, PDF)
    where = brought(browser, patient, f.bundle(f.person()))
    kept, batch = Attachment.objects.get().pk, ImportBatch.objects.get().pk
    other = Patient.objects.create(clinic=clinic, number=2, family_name="B", given_name="C")
    stranger = staff("nurse", other_clinic)
    for path in (where, f"/clinic/patients/{patient.pk}/files/attachments/{kept}/"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, {"do": "aside"}).status_code in (404, 405)
    assert browser.get(f"/clinic/patients/{other.pk}/files/attachments/{kept}/").status_code == 404
    assert browser.get(f"/clinic/patients/{other.pk}/files/import/{batch}/").status_code == 404
    assert browser.get(f"/clinic/import/{batch}/").status_code == 404


def test_a_tms_operator_sees_files_and_brings_none(staff: Staff, patient: Patient) -> None:
    operator = staff("tms_operator")
    assert operator.get(f"/clinic/patients/{patient.pk}/files/").status_code == 200
    told = {"file": f.upload(b"{}")}
    assert operator.post(f"/clinic/patients/{patient.pk}/files/import/", told).status_code == 404
    assert not ImportBatch.objects.exists()


def test_an_upload_beyond_the_limit_is_put_down_unread(
    staff: Staff, patient: Patient, settings: Any
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1000
    answer = staff("nurse").post(
        f"/clinic/patients/{patient.pk}/files/import/", {"file": f.upload(bytes(600_000))}
    )
    assert answer.status_code == 413
    assert not ImportBatch.objects.exists()


# ------------------------------------------------------------------ what a page shows


def test_the_preview_says_what_would_be_read_and_what_not(staff: Staff, patient: Patient) -> None:
    strange = {**f.diagnosis("d9"), "code": {"coding": [{"system": "urn:x", "code": "zzz"}]}}
    content = f.bundle(f.person(), f.diagnosis(), f.score(), strange)
    browser = staff("nurse")
    page = browser.get(brought(browser, patient, content)).content.decode()
    assert re.search(r"<strong>1</strong> Observation", page)
    assert "Would not be read" in page or "Codes that no page knows" in page
    assert not Document.objects.exists()


def test_taking_in_asks_that_someone_looked_who_it_is(staff: Staff, patient: Patient) -> None:
    browser = staff("nurse")
    where = brought(browser, patient, f.bundle(f.person(), f.diagnosis()))
    assert browser.post(where, {"do": "in"}).status_code == 422
    assert browser.post(where, {"do": "in", "same": "on"}).status_code == 302
    assert Document.objects.count() == 1
    assert browser.get(where).status_code == 302


def test_a_file_that_does_not_tell_who_it_is_about_says_so(staff: Staff, patient: Patient) -> None:
    browser = staff("nurse")
    page = browser.get(brought(browser, patient, f.bundle(f.diagnosis()))).content.decode()
    assert "does not tell who this is" in page


def test_with_a_bad_line_it_is_the_user_who_decides(staff: Staff, patient: Patient) -> None:
    browser = staff("nurse")
    where = brought(browser, patient, f.lines(f.person(), f.diagnosis()) + b'{"a"\n', "a.ndjson")
    assert "line 3" in browser.get(where).content.decode()
    assert browser.post(where, {"do": "in", "same": "on"}).status_code == 422
    assert not Document.objects.exists()
    assert browser.post(where, {"do": "in", "same": "on", "good_only": "on"}).status_code == 302


def told_of(number: int, payload: str) -> list[f.Json]:
    """A person in whose every text the payload stands, and two diagnoses."""
    narrative = {"status": "generated", "div": f"<div>{payload}</div>"}
    who = f"p{number}"
    return [
        f.person(who, payload, payload, None, None, text=narrative),
        {**f.diagnosis(f"a{number}", whose=who), "text": narrative, "code": {"text": payload}},
        {
            **f.diagnosis(payload, whose=who),
            "code": {"coding": [{"system": payload, "code": payload}]},
        },
    ]


@pytest.mark.parametrize("start", range(0, len(PAYLOADS), 40))
def test_no_text_of_a_file_reaches_a_page_as_markup(
    start: int, staff: Staff, patient: Patient
) -> None:
    browser, some = staff("nurse"), PAYLOADS[start : start + 40]
    told = [one for number, payload in enumerate(some) for one in told_of(number, payload)]
    where = brought(browser, patient, f.bundle(*told), f"{some[0].replace('/', '')}.json")
    export = brought_export(browser, f.bundle(*told))
    for path in (where, export, f"/clinic/patients/{patient.pk}/files/"):
        page = browser.get(path).content.decode()
        assert [payload for payload in some if payload in page] == []
    assert page.count("&lt;") >= 1


def test_there_are_at_least_two_hundred_such_texts() -> None:
    assert len(set(PAYLOADS)) >= 200


# ------------------------------------------------------------------ an export of many patients


@pytest.fixture
def export() -> bytes:
    return f.zipped(
        Patient__ndjson=f.lines(
            f.person(),
            f.person("ben", "Costa", "Ben", "1970-01-01", "male",
                     identifier=[{"system": f.NUMBERS, "value": "77"}]),
            f.person("nameless", "", "", "1971-01-01", None),
        ),
        Condition__ndjson=f.lines(f.diagnosis(), f.diagnosis("d2", "F33.2", whose="ben")),
    )  # fmt: skip


def brought_export(browser: Client, content: bytes) -> str:
    answer = browser.post("/clinic/import/", {"file": f.upload(content, "export.zip")})
    return str(answer.headers["Location"])


def test_an_export_finds_the_charts_and_makes_the_others(
    export: bytes, staff: Staff, patient: Patient
) -> None:
    browser = staff("nurse")
    where = brought_export(browser, export)
    page = browser.get(where).content.decode()
    assert re.findall(r'<option value="(\w+)" selected', page) == [str(patient.pk), "new", "leave"]
    told = {"do": "in", "same": "on", "row-0": str(patient.pk), "row-1": "new", "row-2": "leave"}
    assert browser.post(where, told).status_code == 302
    ben = Patient.objects.get(family_name="Costa")
    assert (ben.number, ben.birth_date, ben.sex) == (2, date(1970, 1, 1), "male")
    assert Document.objects.filter(patient=ben).count() == 2
    assert b"Costa" not in b"".join(bytes(d.content) for d in patient.documents.all())
    assert Identifier.objects.get().value == "77"
    again = browser.get(brought_export(browser, export)).content.decode()
    assert f'<option value="{ben.pk}" selected' in again


def test_a_choice_that_does_not_fit_takes_nobody_in(
    export: bytes, staff: Staff, patient: Patient, clinic: Clinic
) -> None:
    other = Patient.objects.create(clinic=clinic, number=9, family_name="X", given_name="Y")
    browser = staff("nurse")
    where = brought_export(browser, export)
    told = {"do": "in", "same": "on", "row-0": "new", "row-1": str(other.pk), "row-2": "leave"}
    assert browser.post(where, told).status_code == 422
    assert Patient.objects.count() == 2
    assert not Document.objects.exists()


def test_a_guarded_chart_is_not_offered_and_no_second_one_is_proposed(
    export: bytes, staff: Staff, patient: Patient
) -> None:
    Patient.objects.update(guarded=True)
    browser = staff("nurse")
    page = browser.get(brought_export(browser, export)).content.decode()
    assert "ask its care team" in page
    assert re.findall(r'<option value="(\w+)" selected', page)[0] == "leave"
    assert f'<option value="{patient.pk}"' not in page


# ------------------------------------------------------------------ whatever comes

NAMES = st.text(max_size=12)
Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["id", "name", "subject", "code", "birthDate", "gender", "identifier", "entry", "resource",
     "meta", "valueQuantity", "effectiveDateTime", "text", "contained", "item", "status"]
)  # fmt: skip
Resource = st.builds(
    lambda kind, fields: {"resourceType": kind, **fields},
    st.sampled_from(
        ["Patient", "Bundle", "Condition", "Observation", "QuestionnaireResponse", "Odd"]
    ),
    st.dictionaries(FIELDS, Json, max_size=5),
)


@given(st.lists(Resource, min_size=1, max_size=4), st.sampled_from([None, "bundle", "list"]))
@tuned(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_file_does_more_than_be_refused(
    staff: Staff, patient: Patient, resources: list[Any], shape: str | None
) -> None:
    browser = _signed_in_once(staff)
    shapes = {"bundle": f.bundle(*resources), "list": json.dumps(resources).encode()}
    content = shapes.get(shape or "", f.lines(*resources))
    for where in (brought(browser, patient, content), brought_export(browser, content)):
        assert browser.get(where).status_code == 200
        told = {"do": "in", "same": "on", "good_only": "on", "who": "", "row-0": "leave"}
        assert browser.post(where, told).status_code in (200, 302, 422)


_browsers: dict[int, Client] = {}


def _signed_in_once(staff: Staff) -> Client:
    """One browser for all examples of a test: signing in is slow."""
    if id(staff) not in _browsers:
        _browsers.clear()
        _browsers[id(staff)] = staff("nurse")
    return _browsers[id(staff)]
