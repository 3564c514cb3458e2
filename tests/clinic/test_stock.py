"""The ledger of controlled substances: nothing is overwritten, nothing leaves without a trace."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from euthymia.clinic.courses.actions import Line, chart, close
from euthymia.clinic.courses.faults import NotClosableError
from euthymia.clinic.courses.models import Charted, Session, WrittenOnceError
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic, User
from euthymia.clinic.rights.retention import empty
from euthymia.clinic.stock import actions
from euthymia.clinic.stock.account import account_of, uneven
from euthymia.clinic.stock.actions import LotTold, Signed, StockError
from euthymia.clinic.stock.models import Lot, StockRow
from euthymia.clinic.work.models import Task
from tests.clinic.browser_place import Colleague
from tests.clinic.conftest import PASSWORD, Staff, access_for, person
from tests.clinic.rooms import opened
from tests.clinic.test_courses import INFUSION

pytestmark = pytest.mark.django_db
Kind = StockRow.Kind


@pytest.fixture
def nurse(clinic: Clinic) -> Access:
    return access_for(clinic, "nurse")


@pytest.fixture
def witness(clinic: Clinic) -> Access:
    return access_for(clinic, "nurse")


@pytest.fixture
def two(nurse: Access, witness: Access) -> Signed:
    return Signed(nurse, witness.user)


@pytest.fixture
def lot(clinic: Clinic, nurse: Access) -> Lot:
    """Ten vials of 100 mg."""
    return actions.receive(clinic, box(), 10, by=nurse).lot


def box(**more: Any) -> LotTold:
    told = {"drug": "ketamine", "strength": "50 mg/mL, 2 mL", "container_mg": Decimal(100),
            "number": "K-77", "expires": timezone.localdate() + timedelta(days=90)}  # fmt: skip
    return LotTold(**{**told, **more})


@pytest.fixture
def session(clinic: Clinic, patient: Patient) -> Session:
    return opened(patient, INFUSION, by=access_for(clinic, "clinician"))


def test_each_row_says_how_many_are_left(lot: Lot, session: Session, two: Signed) -> None:
    actions.draw(session, lot, 1, by=two.by)
    actions.remove(lot, 2, "Broken in the fridge.", signed=two)
    actions.receive(lot.clinic, box(), 5, by=two.by)
    assert list(lot.rows.values_list("kind", "containers", "balance")) == [
        ("received", 10, 10), ("drawn", -1, 9), ("removed", -2, 7), ("received", 5, 12),
    ]  # fmt: skip
    assert Lot.objects.count() == 1


def test_what_is_not_there_is_not_drawn(lot: Lot, session: Session, two: Signed) -> None:
    for act in (
        lambda: actions.draw(session, lot, 11, by=two.by),
        lambda: actions.remove(lot, 11, "Sent back.", signed=two),
    ):
        with pytest.raises(StockError, match="10 by the ledger"):
            act()
    assert lot.balance == 10


def test_the_table_itself_takes_no_balance_below_zero(lot: Lot, nurse: Access) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        StockRow.objects.create(lot=lot, kind=Kind.RECEIVED, balance=-1, by=nurse.user)


@pytest.mark.parametrize("kind", StockRow.BY_TWO)
def test_the_table_itself_takes_no_waste_of_one_person(
    kind: str, lot: Lot, session: Session, nurse: Access
) -> None:
    for second in (None, nurse.user):
        with pytest.raises(IntegrityError), transaction.atomic():
            StockRow.objects.create(
                lot=lot, kind=kind, balance=1, by=nurse.user, second=second, session=session
            )


def test_a_row_is_neither_changed_nor_removed(lot: Lot) -> None:
    row = lot.rows.get()
    row.balance = 99
    for act in (row.save, row.delete):
        with pytest.raises(WrittenOnceError):
            act()


def test_an_expired_lot_or_another_drug_is_not_drawn(
    clinic: Clinic, session: Session, nurse: Access
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    old = actions.receive(clinic, box(expires=yesterday), 1, by=nurse).lot
    spray = actions.receive(clinic, box(drug="esketamine", number="E-1"), 1, by=nurse).lot
    with pytest.raises(StockError, match="expired"):
        actions.draw(session, old, 1, by=nurse)
    with pytest.raises(StockError, match="not what is ordered"):
        actions.draw(session, spray, 1, by=nurse)


def test_drawn_is_given_and_wasted_and_no_more_than_that(
    lot: Lot, session: Session, two: Signed
) -> None:
    with pytest.raises(StockError, match="more than is left"):
        actions.give(session, lot, Decimal(40), by=two.by)
    actions.draw(session, lot, 1, by=two.by)
    actions.give(session, lot, Decimal(40), by=two.by)
    with pytest.raises(StockError, match="more than is left"):
        actions.waste(session, lot, Decimal("60.01"), signed=two)
    actions.waste(session, lot, Decimal(60), signed=two)
    assert account_of(session).left == 0


def test_nobody_wastes_alone(
    lot: Lot, session: Session, nurse: Access, clinic: Clinic, other_clinic: Clinic
) -> None:
    actions.draw(session, lot, 1, by=nurse)
    desk, elsewhere = access_for(clinic, "front_desk"), access_for(other_clinic, "nurse")
    for second in (None, nurse.user, desk.user, elsewhere.user):
        with pytest.raises(StockError, match="second person"):
            actions.waste(session, lot, Decimal(5), signed=Signed(nurse, second))
    assert account_of(session).wasted == 0


def test_a_count_that_differs_asks_the_director_and_changes_nothing(
    lot: Lot, nurse: Access
) -> None:
    actions.count({lot: 10}, by=nurse)
    assert not Task.objects.exists()
    actions.count({lot: 9}, by=nurse)
    task = Task.objects.get()
    assert (task.role, task.patient, lot.balance) == ("director", None, 10)
    assert lot.rows.filter(kind=Kind.COUNTED).last().containers == 9  # type: ignore[union-attr]


def test_only_the_director_sets_a_balance_right_with_a_reason_and_another(
    lot: Lot, clinic: Clinic, two: Signed
) -> None:
    director = Signed(access_for(clinic, "director"), two.second)
    with pytest.raises(StockError, match="medical director"):
        actions.adjust(lot, -1, "Lost.", signed=two)
    with pytest.raises(StockError, match="Say why"):
        actions.adjust(lot, -1, " ", signed=director)
    actions.adjust(lot, -1, "Lost; reported.", signed=director)
    assert lot.balance == 9
    with pytest.raises(StockError, match="by the ledger"):
        actions.adjust(lot, -10, "All.", signed=director)


def test_a_mistake_is_struck_out_and_stays(lot: Lot, session: Session, two: Signed) -> None:
    row = actions.draw(session, lot, 2, by=two.by)
    actions.give(session, lot, Decimal(40), by=two.by)
    with pytest.raises(StockError, match="strike that out first"):
        actions.strike(row, "One was meant.", signed=two)
    given = session.stock_rows.get(kind=Kind.GIVEN)
    actions.strike(given, "Of another patient.", signed=two)
    actions.strike(row, "One was meant.", signed=two)
    assert (lot.balance, account_of(session).drawn) == (10, 0)
    assert StockRow.objects.filter(pk=row.pk).exists()
    with pytest.raises(StockError, match="already"):
        actions.strike(row, "Again.", signed=two)
    with pytest.raises(StockError, match="stays"):
        actions.strike(StockRow.objects.get(strikes=row), "Back.", signed=two)


def test_what_came_in_is_not_struck_out_once_it_is_used(
    lot: Lot, session: Session, two: Signed
) -> None:
    actions.draw(session, lot, 1, by=two.by)
    with pytest.raises(StockError, match="by the ledger"):
        actions.strike(lot.rows.get(kind=Kind.RECEIVED), "Never came.", signed=two)


# ---------------------------------------------------------------- the end of a session


def wants(session: Session, by: Access) -> tuple[str, ...]:
    with pytest.raises(NotClosableError) as refused:
        close(session, by=by)
    return refused.value.wants


def test_a_session_is_not_closed_before_all_that_was_drawn_is_told_of(
    lot: Lot, session: Session, two: Signed
) -> None:
    chart(session, [Line(Charted.Kind.START, {"dose_mg": 40.0})], by=two.by.user)
    assert "ledger" in wants(session, two.by)  # started, and nothing drawn
    actions.draw(session, lot, 1, by=two.by)
    actions.give(session, lot, Decimal(40), by=two.by)
    assert "ledger" in wants(session, two.by)
    actions.waste(session, lot, Decimal(60), signed=two)
    assert "ledger" not in wants(session, two.by)


def test_a_prescriber_closes_it_uneven_with_a_reason_and_the_ledger_shows_it(
    lot: Lot, session: Session, clinic: Clinic, two: Signed
) -> None:
    actions.draw(session, lot, 1, by=two.by)
    prescriber = access_for(clinic, "clinician")
    with pytest.raises(NotClosableError):
        close(session, by=prescriber, prescribes=True)
    close(session, "The rest was spilled.", by=prescriber, prescribes=True)
    ((found, told),) = uneven(clinic)
    assert (found, told.left) == (session, Decimal(100))
    for act in (
        lambda: actions.give(session, lot, Decimal(1), by=two.by),
        lambda: actions.draw(session, lot, 1, by=two.by),
    ):
        with pytest.raises(StockError, match="not open"):
            act()


def test_a_clinic_without_a_ledger_closes_by_the_pages_alone(
    session: Session, nurse: Access
) -> None:
    chart(session, [Line(Charted.Kind.START, {"dose_mg": 40.0})], by=nurse.user)
    assert wants(session, nurse) == ("no_limit_adopted",)


def test_an_emptied_chart_leaves_the_ledger_without_words(
    lot: Lot, session: Session, clinic: Clinic, two: Signed
) -> None:
    row = actions.draw(session, lot, 1, by=two.by)
    actions.strike(row, "Mrs Ferreira asked to wait.", signed=two)
    empty(session.patient, by=access_for(clinic, "director"))
    assert StockRow.objects.get(strikes=row).why == "removed"
    assert lot.rows.count() == 3


# ---------------------------------------------------------------- the pages


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def by(who: Colleague, **told: Any) -> dict[str, Any]:
    """What is sent with the password and code of the second person."""
    second = {"login": who.user.email, "password": PASSWORD, "code": who.code()}
    return {"key": str(uuid4()), **second, **told}


def test_from_the_box_to_the_waste_on_the_pages(
    clinic: Clinic, session: Session, nurse: Access
) -> None:
    browser, beside = signed_in(nurse.user), Colleague(person(clinic, "clinician").user)
    told = {**box().__dict__, "container_mg": "100", "containers": "10"}
    assert browser.post("/clinic/stock/receive/", told).status_code == 302
    lot = Lot.objects.get()
    at = f"/clinic/patients/{session.patient_id}/courses/sessions/{session.pk}/stock/"
    assert browser.post(f"{at}drawn/", {"lot": lot.pk, "containers": "1"}).status_code == 302
    assert browser.post(f"{at}given/", {"lot": lot.pk, "mg": "40"}).status_code == 302
    assert "60.00 mg" in browser.get(at).content.decode()
    form = by(beside, lot=lot.pk, mg="60")
    wrong = browser.post(f"{at}wasted/", {**form, "password": "not this one"})
    assert (wrong.status_code, account_of(session).left) == (422, Decimal(60))
    assert [browser.post(f"{at}wasted/", form).status_code for _ in range(2)] == [302, 302]
    assert account_of(session).left == 0
    page = browser.get("/clinic/stock/").content.decode()
    assert f"{nurse.user.name}, {beside.user.name}" in page


def test_wrong_tries_of_the_witness_lock_out_as_at_the_sign_in(
    clinic: Clinic, lot: Lot, nurse: Access
) -> None:
    browser, beside = signed_in(nurse.user), Colleague(person(clinic, "nurse").user)
    for _ in range(5):
        form = by(beside, containers="1", why="Broken.", password="not this one")
        page = browser.post(f"/clinic/stock/lots/{lot.pk}/remove/", form)
    assert "Too many tries" in page.content.decode()
    right = by(beside, containers="1", why="Broken.")
    assert browser.post(f"/clinic/stock/lots/{lot.pk}/remove/", right).status_code == 422
    assert lot.balance == 10


def test_what_should_be_there_is_not_shown_to_who_counts(lot: Lot, nurse: Access) -> None:
    browser = signed_in(nurse.user)
    page = browser.get("/clinic/stock/count/").content.decode()
    assert "K-77" in page
    assert ">10<" not in page
    counted = browser.post("/clinic/stock/count/", {f"lot_{lot.pk}": "9"}).content.decode()
    assert "the ledger says 10" in counted


def test_the_sheet_holds_every_row_without_a_name_of_a_patient_or_a_formula(
    clinic: Clinic, session: Session, nurse: Access, two: Signed
) -> None:
    lot = actions.receive(clinic, box(number="=1+1"), 2, by=nurse).lot
    actions.draw(session, lot, 1, by=nurse)
    actions.remove(lot, 1, "+cmd", signed=two)
    answer = signed_in(nurse.user).get("/clinic/stock/ledger.csv")
    text = answer.content.decode()
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [one["what"] for one in lines] == ["received", "drawn", "removed"]
    assert [one["chart"] for one in lines] == ["", str(session.patient.number), ""]
    assert {one["lot"] for one in lines} == {"'=1+1"}
    assert lines[2]["why"] == "'+cmd"
    assert session.patient.family_name not in text


@pytest.mark.parametrize("role", ["front_desk", "tms_operator", "auditor", "admin"])
def test_the_cupboard_is_not_for_everyone(role: str, staff: Staff, lot: Lot) -> None:
    for rest in ("", "count/", "receive/", "ledger.csv", f"lots/{lot.pk}/remove/"):
        assert staff(role).get(f"/clinic/stock/{rest}").status_code == 404


def test_the_ledger_of_another_clinic_is_not_there(
    staff: Staff, lot: Lot, other_clinic: Clinic
) -> None:
    elsewhere = staff("director", other_clinic)
    row = lot.rows.get()
    for rest in (f"lots/{lot.pk}/remove/", f"lots/{lot.pk}/adjust/", f"rows/{row.pk}/strike/"):
        assert elsewhere.get(f"/clinic/stock/{rest}").status_code == 404
    assert "K-77" not in elsewhere.get("/clinic/stock/").content.decode()


def test_a_nurse_does_not_set_a_balance_right(staff: Staff, lot: Lot) -> None:
    assert staff("nurse").get(f"/clinic/stock/lots/{lot.pk}/adjust/").status_code == 404
    assert staff("director").get(f"/clinic/stock/lots/{lot.pk}/adjust/").status_code == 200
