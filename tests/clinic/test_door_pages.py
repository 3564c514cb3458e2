"""The public pages: crisis help first, plain words, nothing promised, nothing stored."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import Settings

from euthymia.clinic.audit.models import Row
from euthymia.clinic.door.content import (
    FOLDER,
    ContentError,
    Page,
    help_first,
    pages,
    read,
    until_seen,
)
from euthymia.clinic.door.crisis import crisis_help, reachable
from euthymia.clinic.door.figures import compared, figures
from euthymia.clinic.door.languages import sign
from euthymia.clinic.door.models import Price
from euthymia.clinic.people.models import Clinic
from euthymia.library import shipped
from tests.clinic.conftest import Staff, access_for
from tests.clinic.door_reading import ease, grade, prose
from tests.clinic.door_walk import READ, shown_on_the_way

pytestmark = pytest.mark.django_db
GRADE = 6
FAIRLY_EASY = 70
"""Fernandez-Huerta: the ease of a text for the sixth year of school."""
PROMISES = re.compile(
    r"\bcures?\b|guarantee|permanent|reboot|resets?\b|not addictive|no side effects|natural"
    r"|safe in pregnancy|last spots|act now|miracle|breakthrough|life-changing|committed",
    re.I,
)


@pytest.fixture
def priced(clinic: Clinic) -> Clinic:
    Price.objects.create(clinic=clinic, what="tms", says="$250 a session")
    return clinic


def body_of(page: str) -> str:
    return page[page.index("<body") :]


def test_the_front_leads_to_the_only_clinic(client: Client, clinic: Clinic) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/at/harbour/")


def test_the_front_lists_several_clinics_below_crisis_help(
    client: Client, clinic: Clinic, other_clinic: Clinic
) -> None:
    page = client.get("/").content.decode()
    assert "/at/harbour/" in page
    assert "/at/hill/" in page
    assert page.index('class="crisis"') < page.index("<main")


def test_where_all_clinics_share_a_country_its_own_lines_are_shown(
    client: Client, clinic: Clinic, other_clinic: Clinic
) -> None:
    for address in ("/", "/at/nowhere/", "/l/guess/"):
        assert 'href="tel:988"' in client.get(address).content.decode()
    other_clinic.country = "CA"
    other_clinic.save()
    for address in ("/", "/at/nowhere/", "/l/guess/"):
        assert "findahelpline.com" in client.get(address).content.decode()


def test_help_is_one_page_with_a_source_for_each_thing_it_says() -> None:
    for page in (help_first(), until_seen()):
        assert all(one.evidence for one in page.statements())
        assert len(page.sources()) >= 1
    steps = crisis_help("US").steps
    assert 'href="tel:911"' in steps[0]
    assert 'href="tel:988"' in steps[1]
    assert any("out of reach" in step for step in steps)


@pytest.mark.parametrize("path", READ)
def test_crisis_help_comes_before_all_else_on_every_page(
    client: Client, priced: Clinic, path: str
) -> None:
    answer = client.get(f"/at/harbour/{path}")
    assert answer.status_code == 200
    page = body_of(answer.content.decode())
    assert page.index('class="crisis"') < page.index("<header") < page.index("<main")
    assert 'href="tel:988"' in page
    assert 'href="sms:988"' in page
    assert 'href="tel:911"' in page


@pytest.mark.parametrize("path", READ)
def test_reading_stores_nothing_and_sets_no_cookie(
    client: Client, priced: Clinic, path: str
) -> None:
    rows = Row.objects.count()
    client.get(f"/at/harbour/{path}")
    kept = {name for name in client.cookies if name != "csrf"}
    assert kept == set()
    assert Row.objects.count() == rows
    if "ask" not in path and "check" not in path:
        assert "csrf" not in client.cookies


@pytest.mark.parametrize("country", sorted(shipped().crisis_lines))
def test_every_country_has_its_line_and_its_emergency_number(country: str) -> None:
    told = crisis_help(country)
    assert "tel:" in told.emergency
    assert "tel:" in told.line or "https://findahelpline.com" in told.line


def test_what_a_line_says_cannot_break_the_page() -> None:
    assert reachable('<b onclick="x">call 911</b>') == (
        '&lt;b onclick=&quot;x&quot;&gt;call <a href="tel:911">911</a>&lt;/b&gt;'
    )


def test_without_a_line_of_its_own_a_country_has_no_open_door(
    client: Client, clinic: Clinic, settings: Settings
) -> None:
    clinic.country = "FR"
    clinic.save()
    assert client.get("/at/harbour/").status_code == 200
    settings.DEMO = False
    answer = client.get("/at/harbour/")
    assert answer.status_code == 404
    assert b"findahelpline.com" in answer.content
    assert b"tel:112" in answer.content
    assert b"self-check" not in answer.content


def test_with_its_own_line_the_door_is_open_in_earnest(
    client: Client, clinic: Clinic, settings: Settings
) -> None:
    settings.DEMO = False
    assert client.get("/at/harbour/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/at/nowhere/", "/at/harbour/about/horoscopes/", "/at/harbour/no/such/page/"]
)
def test_where_nothing_is_crisis_help_still_stands(
    client: Client, clinic: Clinic, path: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert 'class="crisis"' in answer.content.decode()


def test_a_clinic_that_closed_its_door_shows_help_and_no_more(
    client: Client, clinic: Clinic
) -> None:
    clinic.open_to_public = False
    clinic.save()
    answer = client.get("/at/harbour/")
    assert answer.status_code == 404
    assert "Harbour" not in answer.content.decode()
    assert "tel:988" in answer.content.decode()


@pytest.mark.parametrize("page", pages().values(), ids=pages().keys())
def test_each_statement_names_its_sources_and_each_page_its_date(page: Page) -> None:
    assert all(one.evidence for one in page.statements())
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", page.review.reviewed)
    assert len(page.sources()) >= 1


@pytest.mark.parametrize("page", pages().values(), ids=pages().keys())
def test_what_is_recalled_is_marked_where_it_stands(
    client: Client, priced: Clinic, page: Page
) -> None:
    shown = client.get(f"/at/harbour/about/{page.slug}/").content.decode()
    prose_of_it = shown[: shown.index('class="sources"')]
    open_ones = [one for one in page.statements() if not one.is_confirmed]
    assert prose_of_it.count("to be confirmed by a doctor") == len(open_ones)
    assert page.review.reviewed in shown


def test_a_statement_of_general_knowledge_is_never_called_verified() -> None:
    said = [one for page in pages().values() for one in page.statements()]
    assert not [
        one for one in said if "general-knowledge" in one.evidence and one.status != "recalled"
    ]


def test_a_page_that_leans_on_an_unknown_source_is_refused() -> None:
    page = read(FOLDER / "pages" / "tms.toml", Page)
    with pytest.raises(ContentError, match="no such evidence"):
        page.source("a-paper-nobody-read")


@pytest.mark.parametrize("page", pages().values(), ids=pages().keys())
def test_no_page_promises(page: Page) -> None:
    assert not [text for text in page.texts() if PROMISES.search(text)]


def test_the_four_causes_are_the_headings() -> None:
    headings = [part.heading for part in pages()["causes"].part]
    assert headings[:4] == [
        "Neurotransmitters",
        "Neuroplasticity",
        "Inflammation",
        "Psychosocial factors",
    ]


def test_ketamine_is_called_off_label_and_the_spray_approved() -> None:
    standing = {slug: page.standing.says for slug, page in pages().items() if page.standing}
    assert standing["ketamine"].startswith("Off-label")
    assert standing["esketamine"].startswith("Approved")


def test_costs_are_hidden_until_the_owner_tells_a_price(client: Client, clinic: Clinic) -> None:
    assert client.get("/at/harbour/about/costs/").status_code == 404
    assert b"about/costs/" not in client.get("/at/harbour/").content
    Price.objects.create(clinic=clinic, what="tms", says="$250 a session")
    shown = client.get("/at/harbour/about/costs/")
    assert b"$250 a session" in shown.content


def test_arrays_show_the_figures_of_the_knowledge(client: Client, clinic: Clinic) -> None:
    shown = {one.figure.id: one.rows for one in compared()}
    for figure in figures():
        arm = shipped().arms[figure.arm]
        assert arm.response is not None
        assert shown[figure.id][0].treated.count == round(arm.response.pct)
    page = client.get("/at/harbour/side-by-side/").content.decode()
    assert page.count('<svg viewBox="0 0 100 100" class="icons"') == 10


def test_who_stays_as_he_is_is_drawn_only_after_sham_or_placebo() -> None:
    for one in compared():
        arm = shipped().arms[one.figure.arm]
        named = arm.control.arm if arm.control else ""
        blind = named.startswith(("sham", "placebo"))
        assert [row.stayed is not None for row in one.rows] == [blind, blind]


def test_benefit_and_harm_stand_side_by_side_for_each() -> None:
    assert all(len(one.rows) == 2 for one in compared())


def test_english_is_easy_to_read(client: Client, priced: Clinic) -> None:
    hard = {
        name: round(grade(sentences), 1)
        for name, sentences in every_page(client, "en").items()
        if sentences and grade(sentences) > GRADE
    }
    assert hard == {}


def test_spanish_is_easy_to_read(client: Client, priced: Clinic) -> None:
    hard = {
        name: round(ease(sentences), 1)
        for name, sentences in every_page(client, "es").items()
        if sentences and ease(sentences) < FAIRLY_EASY
    }
    assert hard == {}


def test_the_measures_of_reading_know_hard_from_easy() -> None:
    hard = ["Pharmacological augmentation necessitates individualised multidisciplinary review."]
    easy = ["The cat sat on the mat.", "It was not sad at all."]
    assert grade(easy) < 2
    assert grade(hard) > 12
    duro = ["La farmacoterapia individualizada necesita consideraciones multidisciplinarias."]
    assert ease(duro) < 30
    assert ease(["El sol sale por la mañana.", "Todo va bien."]) > 90


def every_page(client: Client, language: str) -> dict[str, list[str]]:
    """The sentences of each page that a visitor may meet, the self-check's among them."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    found = {path or "door": client.get(f"/at/harbour/{path}").content.decode() for path in READ}
    found |= shown_on_the_way(client)
    return {name: prose(html) for name, html in found.items()}


def test_spanish_is_shown_when_asked_for_and_remembered(client: Client, clinic: Clinic) -> None:
    answer = client.post("/at/harbour/language/", {"go": "in-es", "back": "/at/harbour/about/tms/"})
    assert answer.headers["Location"] == "/at/harbour/about/tms/"
    page = client.get("/at/harbour/about/tms/").content.decode()
    assert '<html lang="es">' in page
    assert "¿Qué es la TMS?" in page
    assert "aún no ha revisado este idioma" in page


def test_a_switch_of_language_leads_nowhere_else(client: Client, clinic: Clinic) -> None:
    for back in ("https://evil.example/", "//evil.example/at/", "/clinic/"):
        answer = client.post("/at/harbour/language/", {"go": "in-es", "back": back})
        assert answer.headers["Location"] == "/at/harbour/"


def test_in_earnest_spanish_waits_for_the_medical_director(
    client: Client, clinic: Clinic, settings: Settings
) -> None:
    settings.DEMO = False
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    before = client.get("/at/harbour/about/tms/").content.decode()
    assert '<html lang="en">' in before
    assert "Español" not in before
    sign("es", by=access_for(clinic, "director"))
    after = client.get("/at/harbour/about/tms/").content.decode()
    assert '<html lang="es">' in after
    assert "aún no ha revisado" not in after


def test_the_language_of_one_clinic_is_not_signed_by_another(
    client: Client, clinic: Clinic, other_clinic: Clinic, settings: Settings
) -> None:
    settings.DEMO = False
    sign("es", by=access_for(other_clinic, "director"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    assert '<html lang="en">' in client.get("/at/harbour/").content.decode()


def test_a_new_clinic_starts_closed_says_so_and_is_opened_under_clinic(
    staff: Staff, client: Client, clinic: Clinic
) -> None:
    new = Clinic.objects.create(name="New Clinic", slug="new")
    admin = staff("admin", new)
    assert client.get("/at/new/").status_code == 404
    home = admin.get("/clinic/").content.decode()
    assert "The public pages are closed." in home
    assert 'href="/clinic/settings/"' in home
    new.open_to_public = True
    new.save()
    assert client.get("/at/new/").status_code == 200
    assert "The public pages are open" in admin.get("/clinic/").content.decode()


def test_rooms_and_device_keys_are_reached_from_the_pages_that_speak_of_them(
    staff: Staff, clinic: Clinic
) -> None:
    director = staff("director")
    settings = director.get("/clinic/settings/").content.decode()
    assert 'href="/clinic/rooms/"' in settings
    assert 'href="/clinic/rooms/devices/"' in settings
    assert 'href="/clinic/rooms/"' in director.get("/clinic/today/").content.decode()
    assert 'href="/clinic/rooms/"' not in staff("nurse").get("/clinic/today/").content.decode()
