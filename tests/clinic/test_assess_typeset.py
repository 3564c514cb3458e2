"""The page of an assessment is set as HTML once, and shows the same to whoever may read it."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from euthymia.clinic.assessments import emptying, typesetting
from euthymia.clinic.assessments.actions import assess_chart
from euthymia.clinic.assessments.models import Assessment, Typeset
from euthymia.clinic.assessments.typesetting import as_set
from euthymia.clinic.patients.actions import fill
from euthymia.clinic.patients.models import Patient, Source
from tests.clinic.conftest import Staff, access_for
from tests.clinic.test_assess_pages import DAY, address, form

NOBODY_ADOPTED, ALL_ADOPTED = frozenset({"tms", "ketamine_iv", "esketamine"}), frozenset[str]()
TOKENS = re.compile(r'(name="(?:csrfmiddlewaretoken|once)" value=")[^"]*')


@pytest.fixture
def assessed(patient: Patient) -> Assessment:
    clinician = access_for(patient.clinic, "clinician")
    fill(patient, form(), by=clinician, source=Source.FILE)
    return assess_chart(patient, DAY, by=clinician)


def page(browser: object, of: Assessment) -> str:
    return TOKENS.sub(r"\1", browser.get(address(of)).content.decode())  # type: ignore[attr-defined]


def test_a_page_that_was_set_before_reads_as_on_the_first_time(
    staff: Staff, assessed: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = staff("clinician")
    first = page(browser, assessed)
    monkeypatch.setattr(typesetting, "_set", None)  # it is not set again: that would fail
    assert page(browser, assessed) == first


def test_what_is_kept_of_a_page_holds_nothing_of_who_read_it(
    staff: Staff, assessed: Assessment
) -> None:
    for role in ("director", "nurse"):
        shown = page(staff(role), assessed)
        assert ('action="sign/"' in shown, "Assess again" in shown) == (False, role == "director")
    kept = Typeset.objects.get()
    told = kept.told["summary"] + kept.told["parts"]
    assert not re.search(r"<form|csrf|director|nurse|Ferreira", told)


def test_an_adoption_that_is_taken_back_takes_the_numbers_off_the_page_at_once(
    assessed: Assessment,
) -> None:
    shown = as_set(assessed, ALL_ADOPTED)
    hidden = as_set(assessed, NOBODY_ADOPTED)
    assert ("% of output" in shown["parts"], "% of output" in hidden["parts"]) == (True, False)
    assert (shown["withheld"], "tms" in hidden["withheld"]) == ([], True)
    assert as_set(assessed, ALL_ADOPTED) == shown
    assert Typeset.objects.count() == 1


def test_other_templates_or_another_release_set_a_page_anew(
    assessed: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_set(assessed, ALL_ADOPTED)
    monkeypatch.setattr(typesetting, "_templates", lambda: "others")
    monkeypatch.setattr(typesetting, "_set", lambda *_: {"summary": "new", "parts": "<b>"})
    assert as_set(assessed, ALL_ADOPTED)["summary"] == "new"


def test_each_language_has_its_own_page(assessed: Assessment) -> None:
    for language in ("en", "es"):
        with translation.override(language):
            as_set(assessed, ALL_ADOPTED)
    assert set(Typeset.objects.values_list("language", flat=True)) == {"en", "es"}


def test_what_someone_wrote_stays_words_on_a_page_that_was_set_before(
    assessed: Assessment,
) -> None:
    body = assessed.kept.page["body"]
    body["answer"]["sentence"] = "<script>alert(1)</script>"
    as_set(assessed, ALL_ADOPTED)
    again = as_set(Assessment.objects.get(pk=assessed.pk), ALL_ADOPTED)["summary"]
    assert "&lt;script&gt;alert(1)" in again
    assert "<script" not in again


def test_of_an_emptied_chart_no_page_is_left(patient: Patient, assessed: Assessment) -> None:
    as_set(assessed, ALL_ADOPTED)
    emptying.assessments(patient)
    assert not Typeset.objects.exists()
