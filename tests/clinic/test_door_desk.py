"""What the owner and the director do for the public door."""

from __future__ import annotations

from django.test import Client
from pytest_django import Settings

from euthymia.clinic.people.models import Clinic
from euthymia.clinic.people.waiting import waiting_for
from euthymia.clinic.work.cleaning import _MORE
from tests.clinic.conftest import Staff, access_for

SPANISH, IN_SPANISH = "/at/harbour/about/tms/", {"accept-language": "es"}
COSTS = "/at/harbour/about/costs/"


def test_costs_are_hidden_until_the_owner_tells_one(staff: Staff, client: Client) -> None:
    assert client.get(COSTS).status_code == 404
    staff("admin").post("/clinic/prices/", {"tms": "$300, with the first visit"})
    assert "$300, with the first visit" in client.get(COSTS).content.decode()


def test_an_emptied_price_is_taken_away(staff: Staff, clinic: Clinic) -> None:
    browser = staff("director")
    browser.post("/clinic/prices/", {"tms": "$300", "ketamine": "$450"})
    browser.post("/clinic/prices/", {"tms": "", "ketamine": "$450"})
    assert list(clinic.prices.values_list("what", "says")) == [("ketamine", "$450")]


def test_only_the_director_signs_a_language(staff: Staff, clinic: Clinic) -> None:
    assert staff("admin").post("/clinic/languages/", {"language": "es"}).status_code == 404
    assert not clinic.reviewed_languages.exists()
    director = staff("director")
    director.post("/clinic/languages/", {"language": "es"})
    assert clinic.reviewed_languages.get().language == "es"
    director.post("/clinic/languages/", {"language": "es", "sign": "no"})
    assert not clinic.reviewed_languages.exists()


def test_a_language_waits_again_once_its_words_have_changed(
    staff: Staff, client: Client, clinic: Clinic, settings: Settings
) -> None:
    settings.DEMO = False
    director = staff("director")
    director.post("/clinic/languages/", {"language": "es"})
    assert '<html lang="es">' in client.get(SPANISH, headers=IN_SPANISH).content.decode()
    clinic.reviewed_languages.update(words="of the release before")
    assert '<html lang="en">' in client.get(SPANISH, headers=IN_SPANISH).content.decode()
    assert "changed since it was signed" in director.get("/clinic/languages/").content.decode()
    director.post("/clinic/languages/", {"language": "es"})
    assert '<html lang="es">' in client.get(SPANISH, headers=IN_SPANISH).content.decode()


def test_the_language_of_the_house_needs_no_signature(staff: Staff, clinic: Clinic) -> None:
    assert staff("director").post("/clinic/languages/", {"language": "en"}).status_code == 404


def test_crisis_help_stands_on_a_page_that_is_not_there(client: Client, clinic: Clinic) -> None:
    page = client.get("/at/harbour/about/no-such-page/").content.decode()
    assert "988" in page


def test_the_director_is_told_which_plans_wait_for_a_signature(clinic: Clinic) -> None:
    piles = waiting_for(access_for(clinic, "director"))
    assert any(pile.address == "/clinic/knowledge/" and pile.count for pile in piles)


def test_the_worker_clears_away_for_every_room() -> None:
    assert {job.__name__ for job in _MORE} >= {"forget_old_turns", "sweep"}
