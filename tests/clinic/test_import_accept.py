"""Taking files in: looked at first, whole or not at all, once, and only into the right chart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from euthymia.clinic.audit.models import Row
from euthymia.clinic.files import importing, store
from euthymia.clinic.files.brought import read_brought
from euthymia.clinic.files.importing import NotTakenInError, Taken
from euthymia.clinic.files.models import ImportBatch, Strike
from euthymia.clinic.patients.models import Document, Patient
from euthymia.clinic.patients.record import record_of
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.work.models import Task
from euthymia.exchange.faults import SourceError
from euthymia.library import shipped
from tests.clinic import brought as f
from tests.clinic.conftest import Staff, access_for

TODAY = date(2026, 12, 1)
WHOLE = f.bundle(f.person(), f.diagnosis(), f.score())


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> None:
    settings.ATTACHMENTS = tmp_path / "attachments"


@pytest.fixture
def nurse(clinic: Clinic) -> Access:
    return access_for(clinic, "nurse")


def taken_in(content: bytes, patient: Patient, by: Access, who: str = "ana") -> Taken:
    batch = importing.bring(f.upload(content), patient, by=by)
    return importing.take_in(batch, importing.looked_into(batch), who, by=by)


def test_what_is_taken_in_is_kept_byte_for_byte_and_judged(patient: Patient, nurse: Access) -> None:
    assert taken_in(WHOLE, patient, nurse) == Taken(kept=1)
    assert bytes(Document.objects.get().content) == WHOLE
    record = record_of(patient, TODAY, shipped())
    assert [str(one.code) for one in record.diagnoses] == ["icd10cm:F33.1"]


@pytest.mark.parametrize("pack", [f.gzipped, f.zstandarded, lambda c: f.zipped(one__json=c)])
def test_a_packed_file_is_kept_as_the_file_that_was_packed(
    pack: Any, patient: Patient, nurse: Access
) -> None:
    taken_in(pack(WHOLE), patient, nurse)
    assert bytes(Document.objects.get().content) == WHOLE


def test_the_same_file_again_changes_nothing(patient: Patient, nurse: Access) -> None:
    taken_in(WHOLE, patient, nurse)
    assert taken_in(WHOLE, patient, nurse) == Taken(kept=0, known=1)
    assert Document.objects.count() == 1


def test_taking_in_twice_what_was_brought_once_is_done_once(
    patient: Patient, nurse: Access
) -> None:
    batch = importing.bring(f.upload(WHOLE), patient, by=nurse)
    found = importing.looked_into(batch)
    first = importing.take_in(batch, found, "ana", by=nurse)
    assert importing.take_in(batch, found, "ana", by=nurse) == first
    assert Document.objects.count() == 1


@pytest.mark.parametrize("other", [{"born": "1950-01-01"}, {"gender": "male"}])
def test_a_file_of_someone_else_is_refused(
    other: dict[str, str], patient: Patient, nurse: Access
) -> None:
    with pytest.raises(NotTakenInError, match="not that of the chart"):
        taken_in(f.bundle(f.person(**other), f.diagnosis()), patient, nurse)
    assert not Document.objects.exists()


def test_of_several_people_only_the_chosen_one_enters_the_chart(
    patient: Patient, nurse: Access
) -> None:
    content = f.lines(
        f.person(),
        f.diagnosis(),
        f.person("ben", "Costa", "Ben", "1970-01-01", "male"),
        f.diagnosis("d2", "F20.0", whose="ben"),
    )
    taken_in(content, patient, nurse, "ana")
    kept = bytes(Document.objects.get().content)
    assert b"Costa" not in kept
    assert b"F20.0" not in kept
    assert [str(one.code) for one in record_of(patient, TODAY, shipped()).diagnoses] == [
        "icd10cm:F33.1"
    ]


def test_a_resource_cut_out_of_its_file_stays_byte_for_byte(
    patient: Patient, nurse: Access
) -> None:
    rest = b'"subject":{"reference":"Patient/ana"},  "x":1.50}'
    odd = b'{"resourceType":"Condition", "id" : "odd",' + rest
    other = f.person("ben", "Costa", "Ben", None, None)
    taken_in(f.lines(f.person(), other) + odd + b"\n", patient, nurse)
    assert odd in bytes(Document.objects.get().content)


def test_a_person_who_is_not_in_the_file_cannot_be_chosen(patient: Patient, nurse: Access) -> None:
    with pytest.raises(NotTakenInError):
        taken_in(WHOLE, patient, nurse, "nobody")


# ------------------------------------------------------------------ a bad line among good ones


def test_a_bad_line_is_named_and_the_good_are_kept(patient: Patient, nurse: Access) -> None:
    content = (
        f.lines(f.person(), f.diagnosis())
        + b'{"resourceType": "Condition", \n'
        + f.lines(f.score())
    )
    batch = importing.bring(f.upload(content, "all.ndjson"), patient, by=nurse)
    found = importing.looked_into(batch)
    assert [one.says.startswith("all.ndjson: line 3: ") for one in found.bad] == [True]
    assert importing.take_in(batch, found, "ana", by=nurse) == Taken(kept=1, left_out=1)
    record = record_of(patient, TODAY, shipped())
    assert len(record.diagnoses) == 1
    assert len(record.ratings) == 1


def test_an_entry_that_only_its_reader_finds_faulty_is_named_too(
    patient: Patient, nurse: Access
) -> None:
    faulty = {**f.score("s2"), "effectiveDateTime": "2026-02-31"}
    batch = importing.bring(f.upload(f.bundle(f.person(), faulty, f.score())), patient, by=nurse)
    found = importing.looked_into(batch)
    assert [("entry[1]" in one.says, "Observation/s2" in one.says) for one in found.bad] == [
        (True, True)
    ]
    assert found.good == 2


RESOURCES = (f.person(), f.diagnosis(), f.diagnosis("d2", "F41.1"), f.score(), f.score("s2", 9))


@given(st.data())
@tuned(max_examples=60)
def test_every_line_is_counted_as_good_or_bad_whatever_byte_is_broken(data: st.DataObject) -> None:
    content = bytearray(f.lines(*RESOURCES))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content) - 1))
        if content[at] != ord("\n"):
            content[at] = data.draw(st.integers(32, 126))
    found = read_brought([("all.ndjson", bytes(content))], shipped(), TODAY)
    assert found.good + len(found.bad) == len(RESOURCES)
    assert all(one.says.startswith("all.ndjson: line ") for one in found.bad)


def test_a_file_in_which_nothing_can_be_read_is_shown_and_not_taken_in(
    staff: Staff, patient: Patient, django_capture_on_commit_callbacks: Any
) -> None:
    browser = staff("nurse")
    where = browser.post(
        f"/clinic/patients/{patient.pk}/files/import/", {"file": f.upload(b"<html>")}
    ).headers["Location"]
    shown = browser.get(where)
    assert shown.status_code == 200
    assert "XML or HTML" in shown.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(where, {"do": "aside"})
    assert not Document.objects.exists()
    assert list(Path(settings.ATTACHMENTS).iterdir()) == []


# ------------------------------------------------------------------ struck and brought back


def test_a_struck_file_is_kept_and_no_longer_read(patient: Patient, nurse: Access) -> None:
    taken_in(WHOLE, patient, nurse)
    document = Document.objects.get()
    importing.strike(document, "wrong patient", by=nurse)
    assert record_of(patient, TODAY, shipped()).diagnoses == ()
    assert Strike.objects.get().why == "wrong patient"
    assert taken_in(WHOLE, patient, nurse) == Taken(kept=1)
    assert len(record_of(patient, TODAY, shipped()).diagnoses) == 1


# ------------------------------------------------------------------ danger is somebody's task


def test_a_file_that_tells_of_danger_is_a_task_of_whoever_brought_it(
    patient: Patient, nurse: Access
) -> None:
    taken_in(f.bundle(f.person(), f.item_nine()), patient, nurse)
    task = Task.objects.get(kind="safety")
    assert (task.owner, task.patient) == (nurse.user, patient.pk)


def test_a_file_without_danger_makes_no_task(patient: Patient, nurse: Access) -> None:
    taken_in(WHOLE, patient, nurse)
    assert not Task.objects.exists()


# ------------------------------------------------------------------ whole or not at all


class CutError(Exception):
    """The machine stops here."""


@contextmanager
def cut_at(statement: int) -> Iterator[list[int]]:
    """Lets so many statements of the database pass, and stops at the next."""
    passed = [0]

    def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        passed[0] += 1
        if passed[0] == statement:
            raise CutError
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counted):
        yield passed


def _everything() -> tuple[Any, ...]:
    rows = [model.objects.count() for model in (Document, Task, Row, Strike)]
    done = list(ImportBatch.objects.values_list("done", "outcome"))
    return (*rows, done, sorted(one.name for one in Path(settings.ATTACHMENTS).iterdir()))


@pytest.mark.django_db(transaction=True)
def test_whichever_statement_fails_nothing_is_half_done(patient: Patient, nurse: Access) -> None:
    content = f.bundle(f.person(identifier=[{"system": f.NUMBERS, "value": "7"}]), f.item_nine())
    batch = importing.bring(f.upload(content), patient, by=nurse)
    found = importing.looked_into(batch)
    before, statement = _everything(), 0
    while True:
        statement += 1
        try:
            with cut_at(statement):
                importing.take_in(batch, found, "ana", by=nurse)
            break
        except CutError:
            assert _everything() == before
    assert statement > 8
    assert Document.objects.count() == Task.objects.count() == 1
    assert not store.path_of(batch.stored).exists()


# ------------------------------------------------------------------ the store


def test_what_nobody_looked_at_for_a_day_is_let_go(
    patient: Patient, nurse: Access, time_machine: Any
) -> None:
    batch = importing.bring(f.upload(WHOLE), patient, by=nurse)
    time_machine.move_to(timezone.now() + timedelta(days=1, seconds=1))
    importing.sweep()
    with pytest.raises(SourceError, match="no longer here"):
        importing.looked_into(ImportBatch.objects.get(pk=batch.pk))


@given(st.text(max_size=60))
@tuned(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_name_reaches_the_disk(patient: Patient, nurse: Access, name: str) -> None:
    file = f.upload(WHOLE, "x")
    file._name = name  # type: ignore[attr-defined]  # as a browser may send it, before the framework cleans it
    around = Path(settings.ATTACHMENTS).parent
    before = set(around.rglob("*"))
    batch = importing.bring(file, patient, by=nurse)
    new = {one for one in set(around.rglob("*")) - before if one.is_file()}
    assert new == {store.path_of(batch.stored)}
    assert batch.name.isprintable()


@pytest.mark.parametrize("name", ["../secret", "a" * 31, "/etc/passwd", "A" * 32, "0" * 32 + "\n"])
def test_the_store_knows_only_its_own_names(name: str) -> None:
    with pytest.raises(ValueError, match="no name of the store"):
        store.path_of(name)
