"""The pages of outcomes and the tables that may leave: what they show, withhold and refuse."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from euthymia.clinic.audit.models import Row
from euthymia.clinic.outcomes import registry, showing
from euthymia.clinic.outcomes.ages import age_band, age_on
from euthymia.clinic.outcomes.looking import look_at_all
from euthymia.clinic.outcomes.models import Release
from euthymia.clinic.outcomes.small import together
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.rights.models import Consent
from tests.clinic.conftest import Staff, access_for
from tests.clinic.treated import scored, someone, treated

pytestmark = pytest.mark.django_db
REGISTRY = "/clinic/outcomes/registry/"
WHY = {"ground": "quality", "why": "Yearly review"}


@pytest.fixture
def doctor(clinic: Clinic) -> Access:
    return access_for(clinic, "clinician")


@pytest.fixture(autouse=True)
def _no_drawing(monkeypatch: Any) -> None:
    """Drawing takes seconds and has its own test."""
    drawn = {"wide": "<svg></svg>", "narrow": "<svg></svg>"}
    monkeypatch.setattr(showing, "trend_chart", lambda *_: drawn)
    showing.picture.cache_clear()


def page(staff: Staff, role: str, address: str) -> str:
    return staff(role).get(address).content.decode()


def table(staff: Staff, told: Any = WHY) -> list[dict[str, str]]:
    answer = staff("director").post(f"{REGISTRY}table/", told)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def course_of(patient: Patient, first: float, last: float, *, by: Access) -> None:
    treated(patient, "tms", range(60, 30, -1), by=by, ended=True)
    scored(patient, "phq9", {62: first, 29: last}, by=by)


def many(clinic: Clinic, by: Access, *, reached: int, missed: int) -> list[Patient]:
    people = [someone(clinic, number, sex="female", birth_date=date(1980, 5, 5))
              for number in range(1, 1 + reached + missed)]  # fmt: skip
    for place, one in enumerate(people):
        course_of(one, 20, 6 if place < reached else 18, by=by)
    look_at_all()
    return people


# ---------------------------------------------------------------- the page of a patient


def test_the_page_says_in_words_what_the_drawing_shows(
    staff: Staff, patient: Patient, doctor: Access
) -> None:
    course_of(patient, 20, 8, by=doctor)
    shown = page(staff, "nurse", f"/clinic/patients/{patient.pk}/outcomes/")
    assert "PHQ-9: 60 % better" in shown
    assert "<strong>Response</strong>" in shown
    assert "20 of 27" in shown
    assert "8 of 27" in shown
    assert "30 days with a session, marked below" in shown
    assert "no band is drawn" in shown


def test_with_one_score_nothing_is_said_and_it_says_so(
    staff: Staff, patient: Patient, doctor: Access
) -> None:
    scored(patient, "phq9", {3: 20}, by=doctor)
    shown = page(staff, "clinician", f"/clinic/patients/{patient.pk}/outcomes/")
    assert "Nothing can be said yet" in shown
    assert "One score is no course." in shown


def test_sessions_are_marked_at_the_foot_of_the_drawing(patient: Patient, doctor: Access) -> None:
    from euthymia import assess  # noqa: PLC0415
    from euthymia.clinic.assessments.trend import trends  # noqa: PLC0415
    from euthymia.clinic.assessments.trend_chart import trend_chart  # noqa: PLC0415
    from euthymia.clinic.outcomes.following import chart_followed  # noqa: PLC0415

    course_of(patient, 20, 8, by=doctor)
    chart = chart_followed(patient, timezone.localdate())
    (trend,) = trends(assess(chart.record), chart.knowledge)
    bare, marked = trend_chart(trend), trend_chart(trend, chart.given[0].days)
    strokes = marked["wide"].count("<line") - bare["wide"].count("<line")
    assert strokes == len(chart.given[0].days) == 30


def test_a_chart_that_is_not_seen_has_no_outcomes_to_see(
    staff: Staff, patient: Patient, other_clinic: Clinic
) -> None:
    where = f"/clinic/patients/{patient.pk}/outcomes/"
    assert staff("clinician", other_clinic).get(where).status_code == 404
    Patient.objects.filter(pk=patient.pk).update(guarded=True)
    assert staff("clinician").get(where).status_code == 404


# ---------------------------------------------------------------- the clinic


def test_the_figures_stand_with_their_denominators_and_intervals(
    staff: Staff, clinic: Clinic, doctor: Access
) -> None:
    many(clinic, doctor, reached=3, missed=1)
    shown = page(staff, "clinician", "/clinic/outcomes/")
    assert "3 of 4" in shown
    assert "(75 %, 30 to 95 %)" in shown
    assert "Registry" not in shown


def test_a_chart_not_looked_at_is_said_to_be_missing(staff: Staff, patient: Patient) -> None:
    assert "1 chart was not looked at yet" in page(staff, "clinician", "/clinic/outcomes/")


def test_who_does_not_sign_sees_no_figures_and_who_does_not_export_no_table(staff: Staff) -> None:
    assert staff("nurse").get("/clinic/outcomes/").status_code == 404
    doctor = staff("clinician")
    for rest in ("summary/", "registry/", "registry/table/"):
        assert doctor.get(f"/clinic/outcomes/{rest}").status_code == 404


def test_small_numbers_do_not_leave_with_the_figures(
    staff: Staff, clinic: Clinic, doctor: Access
) -> None:
    many(clinic, doctor, reached=6, missed=3)
    told = page(staff, "director", "/clinic/outcomes/summary/")
    assert "ended courses,TMS,PHQ-9,response,<5" in told
    assert "66.7" not in told


def test_large_ones_do(staff: Staff, clinic: Clinic, doctor: Access) -> None:
    many(clinic, doctor, reached=5, missed=5)
    told = page(staff, "director", "/clinic/outcomes/summary/")
    assert "ended courses,TMS,PHQ-9,response,5,10,0,50.0,23.7,76.3" in told


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((9, 7), ("9", "7")),
        ((9, 3, 7), ("9", "<5", "withheld")),
        ((9, 3, 1), ("9", "<5", "<5")),
        ((3,), ("<5",)),
    ],
)
def test_what_is_few_cannot_be_found_by_taking_the_others_away(
    counts: tuple[int, ...], told: tuple[str, ...]
) -> None:
    assert together(counts) == told


# ---------------------------------------------------------------- the registry


def test_the_registry_names_nobody_and_no_day(staff: Staff, clinic: Clinic, doctor: Access) -> None:
    (one,) = many(clinic, doctor, reached=1, missed=0)
    (line,) = table(staff)
    whole = " ".join(line.values())
    assert one.family_name not in whole
    assert str(timezone.localdate().year) not in whole
    assert (line["start_day"], line["newest_day"], line["sessions"]) == ("-2", "31", "30")
    assert (line["start_total"], line["newest_total"], line["response"]) == ("20", "6", "met")


def test_each_table_has_ids_of_its_own(staff: Staff, clinic: Clinic, doctor: Access) -> None:
    many(clinic, doctor, reached=2, missed=0)
    first, second = ({line["id"] for line in table(staff)} for _ in range(2))
    assert len(first) == len(second) == 2
    assert not first & second


def test_sex_and_age_are_withheld_where_fewer_than_five_share_them(
    staff: Staff, clinic: Clinic, doctor: Access
) -> None:
    people = many(clinic, doctor, reached=6, missed=0)
    people[0].sex = "male"
    people[0].save()
    found = sorted((line["sex"], line["age_band"]) for line in table(staff))
    assert found == [("female", "45-49")] * 5 + [("withheld", "withheld")]


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(1981, 6, 15), "40-44"),
        (date(1981, 6, 16), "35-39"),
        (date(1976, 6, 15), "45-49"),
        (date(1941, 6, 15), "80+"),
        (date(1941, 6, 16), "75-79"),
        (date(1925, 1, 1), "80+"),
        (None, "not known"),
    ],
)
def test_ages_stand_in_bands_and_the_oldest_in_one(born: date | None, band: str) -> None:
    assert age_band(age_on(Patient(birth_date=born), date(2021, 6, 15))) == band


def test_without_a_ground_no_table_is_made_and_with_one_it_is_written_down(
    staff: Staff, clinic: Clinic, doctor: Access
) -> None:
    many(clinic, doctor, reached=1, missed=0)
    director = staff("director")
    assert director.post(f"{REGISTRY}table/", {"why": "x"}).status_code == 422
    assert not Release.objects.exists()
    table(staff)
    made = Release.objects.get()
    assert (made.ground, made.why, made.people, made.rows) == ("quality", "Yearly review", 1, 1)
    row = Row.objects.filter(what="registry_table", outcome="done").get()
    assert row.about["people"] == "1"
    assert "Yearly review" in page(staff, "director", REGISTRY)


def test_where_there_is_a_form_of_consent_only_who_signed_it_is_in_the_table(
    staff: Staff, clinic: Clinic, doctor: Access, monkeypatch: Any
) -> None:
    people = many(clinic, doctor, reached=3, missed=0)
    monkeypatch.setattr(registry, "consent_forms", lambda: {"research": None})
    signed = {"form": "research", "version": "1", "words": {}, "witness": doctor.user}
    for one, withdrawn in ((people[0], None), (people[1], timezone.now())):
        Consent.objects.create(patient=one, withdrawn=withdrawn, **signed)
    assert len(table(staff, {"why": "A study"})) == 1
    assert Release.objects.get().ground == "consent"


def test_guarded_charts_and_those_of_another_clinic_are_not_in_the_table(
    staff: Staff, clinic: Clinic, other_clinic: Clinic, doctor: Access
) -> None:
    people = many(clinic, doctor, reached=2, missed=0)
    course_of(someone(other_clinic, 1), 20, 6, by=access_for(other_clinic, "clinician"))
    Patient.objects.filter(pk=people[0].pk).update(guarded=True)
    look_at_all()
    assert len(table(staff)) == 1


def test_a_table_is_a_copy_and_copies_are_braked(staff: Staff, settings: Any) -> None:
    settings.BRAKES = {**settings.BRAKES, "copy": 1}
    director = staff("director")
    assert director.post(f"{REGISTRY}table/", WHY).status_code == 200
    assert director.post(f"{REGISTRY}table/", WHY).status_code == 429
    assert director.get("/clinic/outcomes/summary/").status_code == 429
