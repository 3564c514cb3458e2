"""An export of many people: each taken in by itself, so that nobody waits and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from euthymia.clinic.audit.models import Row
from euthymia.clinic.files import importing, many
from euthymia.clinic.files.models import Identifier, ImportBatch
from euthymia.clinic.patients.models import Document, Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Once
from tests.clinic import brought as f
from tests.clinic.conftest import Staff, access_for

EVERYONE_NEW = {"do": "in", "same": "on", "row-0": "new", "row-1": "new", "row-2": "new"}


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ATTACHMENTS = tmp_path / "attachments"
    monkeypatch.setattr(many, "BREATH", 0)


@pytest.fixture
def export() -> bytes:
    """Three people, none of them here yet, each with a diagnosis."""
    people = [("ben", "Costa"), ("cleo", "Dias"), ("dora", "Esteves")]
    born = ["1970-01-01", "1971-02-02", "1972-03-03"]
    told = zip(people, born, strict=True)
    patients = (f.person(who, name, who, day, None) for (who, name), day in told)
    return f.zipped(
        Patient__ndjson=f.lines(*patients),
        Condition__ndjson=f.lines(*(f.diagnosis(f"d-{who}", whose=who) for who, _ in people)),
    )


def brought(browser: Client, export: bytes) -> str:
    answer = browser.post("/clinic/import/", {"file": f.upload(export, "export.zip")})
    return str(answer.headers["Location"])


def in_charts() -> list[str]:
    """Whose chart holds files, by the order of the chart numbers."""
    names = Document.objects.order_by("patient__number").values_list("patient__family_name")
    return list(dict.fromkeys(name for (name,) in names))


# ------------------------------------------------------------------ others may write meanwhile


def another_writes(numbers: Iterator[int], came_of_it: list[str]) -> None:
    """Someone else writes by a connection of their own; what came of it is noted."""

    def write() -> None:
        try:
            Once.objects.create(key=str(next(numbers)), answer="/")
            came_of_it.append("written")
        except Exception as fault:
            came_of_it.append(str(fault))
        finally:
            connections.close_all()

    other = Thread(target=write)
    other.start()
    other.join()


@pytest.mark.django_db(transaction=True)
def test_while_an_export_is_read_and_taken_in_others_write(
    export: bytes, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, numbers, came_of_it = staff("nurse"), count(), list[str]()
    where = brought(browser, export)
    looked_into = importing.looked_into

    def read_slowly(batch: ImportBatch) -> Any:
        another_writes(numbers, came_of_it)
        return looked_into(batch)

    monkeypatch.setattr(importing, "looked_into", read_slowly)
    monkeypatch.setattr(many, "sleep", lambda _: another_writes(numbers, came_of_it))

    assert browser.post(where, EVERYONE_NEW).status_code == 302

    assert came_of_it == ["written"] * 4
    assert in_charts() == ["Costa", "Dias", "Esteves"]


@pytest.mark.django_db(transaction=True)
def test_while_one_file_is_read_for_a_chart_others_write(
    staff: Staff, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, came_of_it = staff("nurse"), list[str]()
    told = {"file": f.upload(f.bundle(f.person(), f.diagnosis()))}
    answer = browser.post(f"/clinic/patients/{patient.pk}/files/import/", told)
    looked_into = importing.looked_into

    def read_slowly(batch: ImportBatch) -> Any:
        another_writes(count(), came_of_it)
        return looked_into(batch)

    monkeypatch.setattr(importing, "looked_into", read_slowly)
    browser.post(answer.headers["Location"], {"do": "in", "same": "on"})

    assert came_of_it == ["written"]
    assert patient.documents.count() == 1


# ------------------------------------------------------------------ stopped half-way


class CutError(Exception):
    """The machine stops here."""


def stopping_after(people: int) -> Callable[[float], None]:
    """In place of the pause between two people: stops after so many."""
    left = count(people, -1)

    def stop(_: float) -> None:
        if next(left) == 1:
            raise CutError

    return stop


def test_an_import_that_stopped_half_way_says_how_many_are_in_and_goes_on_without_doubles(
    export: bytes, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = staff("nurse")
    where = brought(browser, export)
    with monkeypatch.context() as cut:
        cut.setattr(many, "sleep", stopping_after(2))
        with pytest.raises(CutError):
            browser.post(where, EVERYONE_NEW)
    assert in_charts() == ["Costa", "Dias"]

    page = browser.get(where).content.decode()
    assert "2 of 3 people are in already" in page
    assert re.findall(r'name="(row-\d)"', page) == ["row-2"]
    assert "2 people are in already" in browser.get("/clinic/import/").content.decode()

    answer = browser.post(where, EVERYONE_NEW, follow=True)
    assert "3 of 3 people are in." in answer.content.decode()
    assert in_charts() == ["Costa", "Dias", "Esteves"]
    assert Patient.objects.count() == 3
    assert ImportBatch.objects.get().outcome == {"kept": 6, "known": 0, "left_out": 0}


def test_of_a_half_done_import_the_rest_may_be_left_out_and_who_is_in_stays(
    export: bytes, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = staff("nurse")
    where = brought(browser, export)
    with monkeypatch.context() as cut:
        cut.setattr(many, "sleep", stopping_after(1))
        with pytest.raises(CutError):
            browser.post(where, EVERYONE_NEW)
    browser.post(where, {"do": "aside"})
    batch = ImportBatch.objects.get()
    assert batch.done is not None
    assert batch.outcome["kept"] == 2
    assert in_charts() == ["Costa"]


def test_one_person_who_is_refused_holds_nobody_else_up(
    export: bytes, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_person = importing.take_person

    def refusing(brought: Any, person: Any, patient: Patient, **more: Any) -> importing.Taken:
        if person.family == "Dias":
            raise importing.NotTakenInError("The chart cannot be read with it.")
        return take_person(brought, person, patient, **more)

    browser = staff("nurse")
    where = brought(browser, export)
    monkeypatch.setattr(many, "take_person", refusing)
    answer = browser.post(where, EVERYONE_NEW)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Row 2: not taken in. The chart cannot be read with it." in page
    assert re.findall(r'name="(row-\d)"', page) == ["row-1"]
    assert in_charts() == ["Costa", "Esteves"]
    assert not Patient.objects.filter(family_name="Dias").exists()


# ------------------------------------------------------------------ who is who


def seats_for(person: f.Json, access: Access) -> list[many.Seat]:
    content = f.bundle(person, f.diagnosis())
    batch = importing.bring(f.upload(content), None, by=access)
    return many.seats_of(batch, importing.looked_into(batch), access)


BORN = "The date of birth in the file is not that of the chart."


@pytest.mark.parametrize(
    ("corrected", "why"),
    [({"born": "1980-01-02"}, BORN), ({"gender": "male"}, "The sex in the file is not")],
)
def test_someone_whose_number_stands_in_a_chart_that_contradicts_is_left_and_told_why(
    patient: Patient, staff: Staff, corrected: dict[str, str], why: str
) -> None:
    Identifier.objects.create(patient=patient, system=f.NUMBERS, value="7")
    numbered = f.person(identifier=[{"system": f.NUMBERS, "value": "7"}], **corrected)
    [seat] = seats_for(numbered, access_for(patient.clinic, "nurse"))
    assert (seat.charts, seat.proposed, seat.shut) == ((), "leave", False)
    assert [why in one and f"Chart {patient.number}" in one for one in seat.against] == [True]
    browser = staff("nurse")
    page = browser.get(brought(browser, f.bundle(numbered, f.diagnosis()))).content.decode()
    assert why in page
    assert '<option value="leave" selected>' in page


def test_someone_of_the_name_and_birth_date_of_a_chart_of_the_other_sex_is_left_too(
    patient: Patient,
) -> None:
    [seat] = seats_for(f.person(gender="male"), access_for(patient.clinic, "nurse"))
    assert (seat.charts, seat.proposed, len(seat.against)) == ((), "leave", 1)


def test_a_guarded_chart_that_contradicts_is_not_told_of_and_nobody_is_proposed_as_new(
    patient: Patient,
) -> None:
    Identifier.objects.create(patient=patient, system=f.NUMBERS, value="7")
    Patient.objects.filter(pk=patient.pk).update(guarded=True)
    numbered = f.person(identifier=[{"system": f.NUMBERS, "value": "7"}], born="1980-01-02")
    [seat] = seats_for(numbered, access_for(patient.clinic, "nurse"))
    assert (seat.proposed, seat.shut, seat.against) == ("leave", True, ())


# ------------------------------------------------------------------ the audit


def test_the_audit_names_each_chart_that_an_export_wrote_to_and_only_once(
    export: bytes, staff: Staff
) -> None:
    browser = staff("nurse")
    where = brought(browser, export)
    told = {**EVERYONE_NEW, "row-1": "leave"}
    browser.post(where, told)
    browser.post(where, told)
    rows = Row.objects.filter(what="taken_in").order_by("number")
    charts = Patient.objects.order_by("number").values_list("pk", flat=True)
    assert [row.patient for row in rows] == list(charts)
    assert {row.about["batch"] for row in rows} == {str(ImportBatch.objects.get().pk)}


def test_a_chart_guarded_since_the_page_was_read_is_not_written_to(
    export: bytes, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = staff("nurse")
    browser.post(brought(browser, export), EVERYONE_NEW)
    ben, kept = Patient.objects.get(family_name="Costa"), Document.objects.count()
    where = brought(browser, export)
    seats_of = many.seats_of

    def guarded_meanwhile(*told: Any) -> Any:
        seats = seats_of(*told)
        Patient.objects.filter(pk=ben.pk).update(guarded=True)
        return seats

    monkeypatch.setattr("euthymia.clinic.files.many_views.seats_of", guarded_meanwhile)
    told = {**EVERYONE_NEW, "row-0": str(ben.pk), "row-1": "leave", "row-2": "leave"}
    answer = browser.post(where, told)
    assert "Row 1: not taken in. This choice does not fit." in answer.content.decode()
    assert Document.objects.count() == kept
    assert not Row.objects.filter(what="taken_in", about__batch=where.split("/")[-2]).exists()
