"""The demonstration: whole, believable, invented, and always the same."""

from __future__ import annotations

import json
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from euthymia import Record, assess, shipped
from euthymia.clinic.assessments.models import Assessment
from euthymia.clinic.courses.models import Room, Session
from euthymia.clinic.operations import charts, demo
from euthymia.clinic.operations.charts import entries_of, moved_to
from euthymia.clinic.operations.demo import Account, make_demo
from euthymia.clinic.patients.models import Entry, Patient, Request
from euthymia.clinic.patients.parts import SINGLE
from euthymia.clinic.patients.record import form_of, record_of
from euthymia.clinic.people.models import Clinic, User
from euthymia.clinic.people.roles import Role
from euthymia.clinic.rights.adoption import missing, withheld
from euthymia.clinic.rights.models import Consent, Wish
from euthymia.clinic.work.models import Task
from euthymia.engine.suitability import Suitability
from euthymia.exchange.intake import read_intake
from euthymia.terms import Verdict

FORMS = sorted(demo.FOLDER.glob("*.json"))
PAGE = tomllib.loads((demo.FOLDER / "clinics.toml").read_text("utf-8"))


def form(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((demo.FOLDER / f"{name}.json").read_bytes())
    return told


def record(name: str) -> Record:
    return read_intake(name, json.dumps(form(name)).encode(), shipped())


def standing_of(name: str, therapy: str) -> Suitability:
    options = assess(record(name)).options
    return next(one.suitability for one in options if one.therapy.id == therapy)


def test_each_form_is_whole_for_the_reader_and_is_the_chart_of_someone() -> None:
    assert {one["form"] for one in PAGE["patient"]} == {path.stem for path in FORMS}
    for path in FORMS:
        told = read_intake(path.name, path.read_bytes(), shipped())
        assert str(told.patient.id).startswith("synthetic-")


def test_everyone_is_labelled_synthetic() -> None:
    people = [*PAGE["patient"], *PAGE["request"]]
    assert all("SYNTHETIC" in one["family"] for one in people)


def test_twelve_different_people_are_shown() -> None:
    assert len({(one["given"], one["family"]) for one in PAGE["patient"]}) == 12


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("typical", "yes"),
        ("pseudo_resistance", "no"),
        ("bipolar_history", "excluded"),
        ("missing_data", "not_assessable"),
        ("relapse", "no"),
    ],
)
def test_each_patient_shows_what_the_page_says(name: str, answer: str) -> None:
    assert str(assess(record(name)).resistance.answer) == answer


@pytest.mark.parametrize(
    ("name", "therapy"), [("metal_implant", "tms"), ("hypertension", "ketamine_iv")]
)
def test_what_must_not_be_given_is_shown_as_such(name: str, therapy: str) -> None:
    assert standing_of(name, therapy) is Suitability.CONTRAINDICATED


def test_the_positive_item_nine_is_a_danger_sign() -> None:
    signs = assess(record("item_nine_positive")).safety.findings
    assert Verdict.MET in {sign.verdict for sign in signs}


def test_days_move_together_and_the_oldest_form_is_of_today() -> None:
    today = date(2031, 2, 28)
    before, after = form("typical"), moved_to(form("typical"), today)
    by = today - date.fromisoformat(before["as_of"])
    assert after["as_of"] == today.isoformat()
    for was, now in zip(before["scales"], after["scales"], strict=True):
        assert date.fromisoformat(now["date"]) - date.fromisoformat(was["date"]) == by
        assert {**was, "date": ""} == {**now, "date": ""}


@pytest.mark.parametrize("name", [path.stem for path in FORMS])
def test_a_chart_tells_again_the_form_it_was_made_of(name: str, clinic: Clinic) -> None:
    told = form(name)
    patient = charts.chart_from(
        told, clinic=clinic, number=1, family="A SYNTHETIC", given="B", by=None
    )
    again = form_of(patient, date.fromisoformat(told["as_of"]))
    for part in set(told) - {"intake", "as_of", "patient", "region"}:
        assert again.get(part, []) == told[part], part
    assert Entry.history.count() == patient.entries.count() == len(list(entries_of(told)))


@pytest.fixture
def accounts(db: None, monkeypatch: pytest.MonkeyPatch) -> list[Account]:
    for place in ("trend_chart", "choice_chart"):  # drawing takes seconds and has its own tests
        monkeypatch.setattr(
            f"euthymia.clinic.assessments.pictures.{place}",
            lambda _of: {"wide": "<svg/>", "narrow": "<svg/>", "told": ""},
        )
    return make_demo()


def test_the_demonstration_is_filled_as_its_page_says(accounts: list[Account]) -> None:
    harbor, hill = Clinic.objects.get(slug="harbor"), Clinic.objects.get(slug="hill")
    assert hill.patients.count() == 1
    assert harbor.patients.count() == 12 + PAGE["more"]["patients"]
    assert not Patient.objects.filter(synthetic=False).exists()
    assert not Clinic.objects.filter(is_demo=False).exists()
    assert not User.objects.filter(is_demo=False).exists()
    assert Task.objects.filter(kind="safety", role=Role.CLINICIAN).count() == 2
    assert Request.objects.filter(urgent=True).count() == 1


def test_every_page_of_design_defaults_is_adopted_but_the_one_to_try_signing_with(
    accounts: list[Account],
) -> None:
    for clinic in Clinic.objects.all():
        assert [page.name for page in missing(clinic)] == PAGE["not_adopted"]
        assert {"tms", "ketamine_iv"}.isdisjoint(withheld(clinic))


def test_two_charts_are_signed_one_has_its_consents_and_one_a_wish_that_waits(
    accounts: list[Account],
) -> None:
    signed = Assessment.objects.exclude(signed_at=None)
    assert {one.signed_by.name for one in signed if one.signed_by} == {"Clara Clinician, MD"}
    assert len({one.patient_id for one in signed}) == 2
    assert set(Consent.objects.values_list("form", flat=True)) == {"tms", "ketamine_iv"}
    assert [wish.patient.assessments.count() for wish in Wish.objects.filter(state="open")] == [1]


def test_every_role_has_an_account_whose_password_and_codes_open_it(
    accounts: list[Account], client: Client
) -> None:
    assert {str(Role(role).label) for role in Role.values} == {one.role for one in accounts}
    one = accounts[1]
    client.post("/account/login/", {"login": one.email, "password": one.password})
    answer = client.post("/account/2fa/authenticate/", {"code": one.codes[0]})
    assert answer.headers["Location"] == "/clinic/"
    assert client.get("/clinic/tasks/").status_code == 200


def test_every_chart_of_the_demonstration_can_be_judged_today(accounts: list[Account]) -> None:
    for patient in Patient.objects.all():
        assert assess(record_of(patient, timezone.localdate(), shipped())).resistance


def test_the_same_seed_draws_the_same_people() -> None:
    first, again = (list(demo.simulated_forms(3, 7)) for _ in range(2))
    assert first == again
    assert first != list(demo.simulated_forms(3, 8))


def test_a_part_told_once_stands_once_in_each_form() -> None:
    for path in FORMS:
        parts = [part for part, _ in entries_of(json.loads(path.read_bytes())) if part in SINGLE]
        assert len(parts) == len(set(parts))


def test_no_day_of_a_form_lies_after_its_own_day() -> None:
    def days(told: Any) -> list[str]:
        if isinstance(told, dict):
            return [day for value in told.values() for day in days(value)]
        if isinstance(told, list):
            return [day for value in told for day in days(value)]
        return [told] if isinstance(told, str) and charts._DAY.fullmatch(told) else []

    for path in FORMS:
        told = json.loads(path.read_bytes())
        assert max(days(told)) <= told["as_of"], path.stem


def test_a_form_of_today_is_left_as_it_is() -> None:
    told = form("typical")
    assert moved_to(told, date.fromisoformat(told["as_of"]) + timedelta(0)) is told


def test_the_folder_holds_nothing_else() -> None:
    assert {path.suffix for path in Path(demo.FOLDER).iterdir()} == {".json", ".toml"}


@pytest.mark.django_db
def test_two_courses_have_a_session_in_the_book_for_today() -> None:
    make_demo()
    today = timezone.localdate(timezone=ZoneInfo("America/New_York"))
    planned = Session.objects.values_list("planned_at", flat=True)
    days = [one.astimezone(ZoneInfo("America/New_York")).date() for one in planned if one]
    assert days.count(today) == 2
    assert Room.objects.filter(clinic__slug="harbor").count() == 2
