"""Pages of design defaults are signed by the medical director before the clinic works by them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest
from django.utils.html import escape

from euthymia import shipped
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.rights.adoption import adopt, missing, withdraw, withheld
from euthymia.clinic.rights.models import Adoption
from euthymia.library import FOLDER
from euthymia.library.defaults import DefaultPage, default_pages
from tests.clinic.conftest import Staff, access_for

PAGES = default_pages(FOLDER)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_page_of_defaults_names_the_therapies_it_bears_on(page: DefaultPage) -> None:
    assert page.bears_on
    assert set(page.bears_on) <= set(shipped().therapies)


def test_only_a_page_with_a_default_bears_on_anything() -> None:
    named = {name for name, review in shipped().reviews.items() if review.bears_on}
    assert named == {page.name for page in PAGES}


def test_before_any_signature_every_plan_is_withheld(clinic: Clinic) -> None:
    assert withheld(clinic) == {"tms", "ketamine_iv", "esketamine"}


def test_a_therapy_is_planned_once_every_page_it_rests_on_is_signed(clinic: Clinic) -> None:
    director = access_for(clinic, "director")
    for page in PAGES:
        if "tms" in page.bears_on:
            adopt(page.name, page.digest, by=director)
    assert withheld(clinic) == {"ketamine_iv", "esketamine"}


def test_a_page_that_changed_since_it_was_read_is_not_signed(clinic: Clinic) -> None:
    assert adopt(PAGES[0].name, "0" * 64, by=access_for(clinic, "director")) is None
    assert PAGES[0] in missing(clinic)


def test_a_signature_of_an_older_page_does_not_stand_for_the_newer(clinic: Clinic) -> None:
    by = access_for(clinic, "director").user
    Adoption.objects.create(clinic=clinic, page=PAGES[0].name, digest="0" * 64, by=by)
    assert PAGES[0] in missing(clinic)


def test_a_signature_taken_back_leaves_the_page_unsigned(clinic: Clinic) -> None:
    page = PAGES[0]
    adoption = adopt(page.name, page.digest, by=access_for(clinic, "director"))
    assert adoption is not None
    withdraw(adoption)
    assert page in missing(clinic)


def test_the_director_takes_a_signature_back_and_says_why(staff: Staff, clinic: Clinic) -> None:
    page = PAGES[0]
    signed = adopt(page.name, page.digest, by=access_for(clinic, "director"))
    assert signed is not None
    browser = staff("director")
    told = {"take_back": str(signed.pk), "why": " ", "once": "a"}
    browser.post("/clinic/knowledge/", told)
    assert page not in missing(clinic)
    browser.post("/clinic/knowledge/", told | {"why": "The limit is too high.", "once": "b"})
    signed.refresh_from_db()
    assert page in missing(clinic)
    assert signed.withdrawn_why == "The limit is too high."
    assert signed.withdrawn_by is not None


def test_nobody_takes_back_the_signature_of_another_clinic(
    staff: Staff, clinic: Clinic, other_clinic: Clinic
) -> None:
    page = PAGES[0]
    signed = adopt(page.name, page.digest, by=access_for(other_clinic, "director"))
    assert signed is not None
    told = {"take_back": str(signed.pk), "why": "x", "once": "a"}
    assert staff("director").post("/clinic/knowledge/", told).status_code == 404
    assert page not in missing(other_clinic)


def test_a_director_reads_the_number_of_each_default_and_not_only_its_words(
    staff: Staff, clinic: Clinic
) -> None:
    text = staff("director").get("/clinic/knowledge/").content.decode()
    assert "Screen speaks for days" in text
    assert '<span class="quiet">value</span> 30' in text
    for page in PAGES:
        assert escape(page.title) in text
        assert not page.title.endswith(".toml")


def test_every_number_of_a_default_stands_among_its_fields() -> None:
    folder = FOLDER
    for page in PAGES:
        entries = tomllib.loads((folder / page.name).read_text(encoding="utf-8"))
        told = " ".join(words for one in page.defaults for _name, words in one.told)
        for value in _numbers_of_defaults(entries):
            assert re.search(rf"(?<![\d.]){re.escape(str(value))}(?!\d)", told), (page.name, value)


def _numbers_of_defaults(entry: object) -> Iterator[float]:
    if isinstance(entry, list):
        for one in entry:
            yield from _numbers_of_defaults(one)
    elif isinstance(entry, dict):
        if entry.get("status") == "design_default":
            yield from _numbers(list(entry.values()))
        for one in entry.values():
            yield from _numbers_of_defaults(one)


def _numbers(value: object) -> Iterator[float]:
    """The numbers of an entry, but for those of entries within it that have their own status."""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _numbers(one)
    elif isinstance(value, dict) and "status" not in value:
        yield from _numbers(list(value.values()))


def test_one_clinic_does_not_sign_for_another(clinic: Clinic, other_clinic: Clinic) -> None:
    adopt(PAGES[0].name, PAGES[0].digest, by=access_for(clinic, "director"))
    assert PAGES[0] in missing(other_clinic)


def test_the_director_signs_on_the_page_and_a_clinician_cannot(
    staff: Staff, clinic: Clinic
) -> None:
    sent = {"page": PAGES[0].name, "digest": PAGES[0].digest, "once": "a"}
    assert staff("clinician").post("/clinic/knowledge/", sent).status_code == 404
    assert PAGES[0] in missing(clinic)
    assert staff("director").post("/clinic/knowledge/", sent).status_code == 302
    assert PAGES[0] not in missing(clinic)
