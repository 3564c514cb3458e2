"""Behind a link a patient may say where they live and whom to call; help then finds them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from euthymia.clinic.files import links
from euthymia.clinic.files.models import Attachment
from euthymia.clinic.files.store import path_of
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work.models import Link
from tests.clinic.conftest import Staff, access_for
from tests.clinic.test_links_patient import since_in, walk

WHERE = {
    "address": "1 Quay Street, Harbour",
    "contact_name": "Rui Ferreira",
    "contact_relation": "brother",
    "contact_phone": "555 0199",
}


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Path) -> None:
    settings.ATTACHMENTS = tmp_path / "attachments"


@pytest.fixture
def words(clinic: Clinic, patient: Patient) -> str:
    nurse = access_for(clinic, "nurse")
    return links.make(patient, {"intake": True}, days=7, by=nurse)[1]


def danger_page(staff: Staff, patient: Patient) -> str:
    return staff("nurse").get(f"/clinic/patients/{patient.pk}/danger/").content.decode()


def test_where_someone_lives_and_whom_to_call_stands_on_the_page_of_danger(
    client: Client, staff: Staff, patient: Patient, words: str
) -> None:
    assert walk(client, words, {"start": WHERE}).status_code == 302
    page = danger_page(staff, patient)
    assert "1 Quay Street, Harbour" in page
    assert "Rui Ferreira, brother, 555 0199" in page
    kept = path_of(Attachment.objects.get().stored).read_text()
    assert "If we need to find you: Where do you live? 1 Quay Street, Harbour" in kept


def test_what_is_left_open_replaces_nothing(client: Client, patient: Patient, words: str) -> None:
    patient.address = "2 Hill Road"
    patient.save()
    walk(client, words, {"start": {"contact_name": "Rui"}})
    patient.refresh_from_db()
    assert (patient.address, patient.contact_person) == ("2 Hill Road", "Rui")


def test_a_newer_address_holds_and_the_history_has_the_older(
    client: Client, patient: Patient, words: str
) -> None:
    patient.address = "2 Hill Road"
    patient.save()
    walk(client, words, {"start": WHERE})
    patient.refresh_from_db()
    assert patient.address == WHERE["address"]
    assert patient.history.filter(address="2 Hill Road").exists()


def test_what_was_told_comes_back_and_lies_sealed_until_it_is_sent(
    client: Client, words: str
) -> None:
    first = client.get(f"/l/{words}/").content.decode()
    client.post(f"/l/{words}/", {**since_in(first), **WHERE, "go": "next"})
    second = client.get(f"/l/{words}/").content.decode()
    client.post(f"/l/{words}/", {**since_in(second), "go": "back"})
    assert 'value="Rui Ferreira"' in client.get(f"/l/{words}/").content.decode()
    assert b"Ferreira" not in bytes(Link.objects.get().saved or b"")


def test_the_self_check_of_a_stranger_asks_no_address(client: Client, clinic: Clinic) -> None:
    page = client.get("/at/harbour/check/").content.decode()
    assert "Where do you live?" not in page
