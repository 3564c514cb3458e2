"""Writing in a chart through its pages: who may, what is kept, and what two at once see."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from euthymia.clinic.audit.models import Row
from euthymia.clinic.patients import actions, arrivals
from euthymia.clinic.patients.models import Entry, Patient
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.patients.record import form_of
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.drafts import draft_for
from euthymia.clinic.people.models import Clinic, Draft, User
from euthymia.clinic.people.roles import Role
from euthymia.clinic.work.models import Task
from tests.clinic.conftest import Staff, access_for

TRIAL = {"id": "t1", "drug": "sertraline", "dose_mg": 100, "start": "2025-01-06"}


@pytest.fixture
def by(clinic: Clinic) -> Access:
    return access_for(clinic, "clinician")


def at(patient: Patient, *steps: object) -> str:
    return "/".join(["/clinic/patients", *map(str, (patient.pk, *steps)), ""])


def words_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def typed(**fields: object) -> dict[str, object]:
    return {"version": 1, **fields}


def add(patient: Patient, by: Access, part: str, told: Any) -> Entry:
    return actions.add(patient, part, told, by=by)


# ---------------------------------------------------------------- what a chart shows


def test_what_nobody_recorded_is_shown_as_not_recorded_and_never_as_none(
    staff: Staff, patient: Patient
) -> None:
    words = words_of(staff("nurse").get(at(patient)))
    assert "Not recorded. This does not mean none." in words
    assert "None: every one was asked about." not in words


def test_an_empty_list_means_none_only_where_someone_asked_about_every_one(
    staff: Staff, patient: Patient, by: Access
) -> None:
    add(patient, by, Part.COMPLETE, ["implants"])
    words = words_of(staff("nurse").get(at(patient)))
    assert words.count("None: every one was asked about.") == 1


def test_a_screen_shows_each_yes_and_counts_what_was_not_asked(
    staff: Staff, patient: Patient, by: Access
) -> None:
    add(patient, by, Part.TASS, {"fainting": "yes", "pregnancy": "no"})
    words = words_of(staff("nurse").get(at(patient)))
    assert re.search(r"1 yes , 1 no , 14 not asked", words)


def test_an_entry_says_who_wrote_it_when_and_from_where(
    staff: Staff, patient: Patient, by: Access
) -> None:
    add(patient, by, Part.DIAGNOSES, {"icd10cm": "F33.1"})
    words = words_of(staff("nurse").get(at(patient)))
    assert f"entered by staff · {by.user.name} · {timezone.localdate():%Y-%m-%d}" in words


def test_a_chart_of_two_hundred_entries_asks_the_database_no_more_than_an_empty_one(
    staff: Staff, patient: Patient, by: Access, django_assert_max_num_queries: Any
) -> None:
    told = [{"icd10cm": "F33.1"}] * 100 + [{"icd10cm": "E03.9"}] * 100
    Entry.objects.bulk_create(
        Entry(patient=patient, part=Part.DIAGNOSES, told=one, by=by.user) for one in told
    )
    browser = staff("nurse")
    with django_assert_max_num_queries(20):
        answer = browser.get(at(patient))
    assert answer.content.count(b"E03.9") >= 100


def test_a_tab_is_shown_only_to_those_its_page_lets_in(staff: Staff, patient: Patient) -> None:
    assert b">Chart</a>" in staff("clinician").get(at(patient)).content
    edit = staff("front_desk").get(at(patient, "edit"))
    assert edit.status_code == 200
    assert b">Chart</a>" not in edit.content


def test_no_name_stands_in_the_title_of_a_page(staff: Staff, patient: Patient) -> None:
    page = staff("nurse").get(at(patient)).content.decode()
    assert "Ferreira" in page
    assert "Ferreira" not in page[page.index("<title>") : page.index("</title>")]


# ---------------------------------------------------------------- writing


def test_a_new_entry_stands_in_the_chart_and_in_the_audit(staff: Staff, patient: Patient) -> None:
    answer = staff("nurse").post(
        at(patient, "new", "diagnoses"), typed(icd10cm="F33.1", onset="2025-08-11")
    )
    assert answer.headers["Location"] == at(patient)
    assert patient.entries.get().told == {"icd10cm": "F33.1", "onset": "2025-08-11"}
    assert Row.objects.filter(what="entry_new", how="POST", patient=patient.pk).exists()


def test_what_the_form_has_no_room_for_is_refused_at_its_field_with_the_mend(
    staff: Staff, patient: Patient
) -> None:
    answer = staff("nurse").post(at(patient, "new", "diagnoses"), typed(icd10cm="depression"))
    assert answer.status_code == 422
    assert "ICD-10-CM code: not an ICD-10-CM code; write capitals" in words_of(answer)
    assert not patient.entries.exists()


def test_a_day_that_lies_ahead_is_refused(staff: Staff, patient: Patient) -> None:
    fields = typed(loinc="3016-3", value="2", unit="m[IU]/L", date="2999-01-01")
    answer = staff("nurse").post(at(patient, "new", "labs"), fields)
    assert answer.status_code == 422
    assert "dated after today" in words_of(answer)


def test_an_operator_measures_and_does_not_write_diagnoses(staff: Staff, patient: Patient) -> None:
    operator = staff("tms_operator")
    vitals = typed(systolic_mmhg="130", diastolic_mmhg="80", date="2026-01-05")
    assert operator.post(at(patient, "new", "vitals"), vitals).status_code == 302
    assert operator.get(at(patient, "new", "diagnoses")).status_code == 404
    assert operator.post(at(patient, "new", "diagnoses"), typed(icd10cm="F33.1")).status_code == 404
    assert [one.part for one in patient.entries.all()] == ["vitals"]


def test_a_part_that_does_not_exist_has_no_editor(staff: Staff, patient: Patient) -> None:
    assert staff("nurse").get(at(patient, "new", "horoscope")).status_code == 404


def test_a_part_told_once_opens_its_editor_when_it_stands(
    staff: Staff, patient: Patient, by: Access
) -> None:
    entry = add(patient, by, Part.BODY, {"weight_kg": 70})
    answer = staff("nurse").get(at(patient, "new", "body"))
    assert answer.headers["Location"] == at(patient, "entries", entry.pk)


def test_a_form_sent_twice_is_done_once(staff: Staff, patient: Patient) -> None:
    browser, fields = staff("nurse"), typed(icd10cm="F33.1", once="k")
    for _ in range(2):
        assert browser.post(at(patient, "new", "diagnoses"), fields).status_code == 302
    assert patient.entries.count() == 1


def test_a_struck_entry_stays_in_the_history_with_the_reason(
    staff: Staff, patient: Patient, by: Access
) -> None:
    entry = add(patient, by, Part.DIAGNOSES, {"icd10cm": "F33.1"})
    browser = staff("clinician")
    browser.post(at(patient, "entries", entry.pk, "strike"), typed(why="another person's"))
    assert "diagnoses" not in form_of(patient, timezone.localdate())
    assert "another person" in words_of(browser.get(at(patient)))
    words = words_of(browser.get(at(patient, "entries", entry.pk, "history")))
    assert "Reason: another person&#x27;s" in words
    assert words.count("F33.1") == 2


def test_a_trial_that_another_rests_on_is_not_struck_out(
    staff: Staff, patient: Patient, by: Access
) -> None:
    base = add(patient, by, Part.TRIALS, TRIAL)
    add(patient, by, Part.TRIALS, {"id": "t2", "drug": "lithium", "augments": "t1"})
    answer = staff("nurse").post(at(patient, "entries", base.pk, "strike"), typed(why="slip"))
    assert answer.status_code == 422
    assert "names no other trial" in words_of(answer)
    base.refresh_from_db()
    assert base.struck is None


def test_every_version_of_an_entry_is_kept_with_who_and_when(
    staff: Staff, patient: Patient, by: Access
) -> None:
    entry = add(patient, by, Part.BODY, {"weight_kg": 70})
    staff("nurse").post(at(patient, "entries", entry.pk), typed(weight_kg="72", height_cm="170"))
    words = words_of(staff("clinician").get(at(patient, "entries", entry.pk, "history")))
    assert "Version 2 stands" in words
    assert words.index("72") < words.index("Version 1") < words.rindex("70")


def test_a_dose_below_the_least_is_noted_and_saved_all_the_same(
    staff: Staff, patient: Patient
) -> None:
    nurse = staff("nurse")
    note = nurse.post("/clinic/drug-note/", {"drug": "Wellbutrin", "dose_mg": "25"})
    assert "bupropion" in words_of(note)
    assert "below" in words_of(note)
    fields = typed(id="t1", drug="Wellbutrin", dose_mg="25")
    assert nurse.post(at(patient, "new", "trials"), fields).status_code == 302


def test_what_was_typed_when_a_session_ended_is_offered_again(
    staff: Staff, patient: Patient
) -> None:
    nurse, place = staff("nurse"), at(patient, "new", "diagnoses")
    user = User.objects.get(pk=nurse.session["_auth_user_id"])
    Draft.objects.create(user=user, path=place, fields={"icd10cm": ["F33.2"]})
    page = nurse.get(place)
    assert "This is what you had typed" in words_of(page)
    assert b'value="F33.2"' in page.content
    nurse.post(place, typed(icd10cm="F33.2"))
    assert draft_for(user, place) is None


# ---------------------------------------------------------------- danger


def answered(**changed: int) -> dict[str, object]:
    items: dict[str, object] = {f"item_{n}": 0 for n in range(1, 10)}
    return typed(instrument="phq9", date=timezone.localdate().isoformat(), **{**items, **changed})


def test_a_positive_ninth_item_makes_an_owned_task_at_once_and_shows_whom_to_call(
    staff: Staff, patient: Patient
) -> None:
    nurse = staff("nurse")
    answer = nurse.post(at(patient, "new", "scales"), answered(item_9=1))
    task = Task.objects.get(patient=patient.pk)
    assert (task.kind, task.owner_id) == ("safety", int(nurse.session["_auth_user_id"]))
    assert answer.headers["Location"] == at(patient, "danger")
    words = words_of(nurse.get(at(patient, "danger")))
    assert "988" in words
    assert "ask about suicide now, in person" in words
    assert "A sign of danger waits" in words_of(nurse.get(at(patient)))


def test_a_ninth_item_of_nought_makes_no_task(staff: Staff, patient: Patient) -> None:
    answer = staff("nurse").post(at(patient, "new", "scales"), answered(item_1=3))
    assert answer.headers["Location"] == at(patient)
    assert not Task.objects.exists()


def test_a_second_sign_of_danger_does_not_pile_up_tasks(staff: Staff, patient: Patient) -> None:
    nurse = staff("nurse")
    for _ in range(2):
        nurse.post(at(patient, "new", "scales"), answered(item_9=2))
    assert Task.objects.count() == 1


# ---------------------------------------------------------------- two at once


def body(patient: Patient, by: Access) -> tuple[Entry, str]:
    entry = add(patient, by, Part.BODY, {"weight_kg": 70, "height_cm": 165})
    return entry, at(patient, "entries", entry.pk)


def test_the_second_of_two_editors_sees_both_versions_and_neither_is_lost(
    staff: Staff, patient: Patient, by: Access
) -> None:
    entry, place = body(patient, by)
    first, second = staff("nurse"), staff("clinician")
    assert first.post(place, typed(weight_kg="71", height_cm="165")).status_code == 302
    answer = second.post(place, typed(weight_kg="70", height_cm="169"))
    assert answer.status_code == 409
    words = words_of(answer)
    assert "Weight, kg 71 70" in words
    assert "Height, cm 165 169" in words
    entry.refresh_from_db()
    assert entry.told == {"weight_kg": 71, "height_cm": 165}


def test_a_conflict_is_settled_field_by_field(staff: Staff, patient: Patient, by: Access) -> None:
    entry, place = body(patient, by)
    staff("nurse").post(place, typed(weight_kg="71", height_cm="165"))
    chosen = {"choose-weight_kg": "theirs", "choose-height_cm": "mine"}
    merged = {"version": 2, "weight_kg": "70", "height_cm": "169", **chosen}
    assert staff("clinician").post(place, merged).status_code == 302
    entry.refresh_from_db()
    assert entry.told == {"weight_kg": 71, "height_cm": 169}


def test_an_entry_struck_out_meanwhile_may_be_added_anew(
    staff: Staff, patient: Patient, by: Access
) -> None:
    entry = add(patient, by, Part.DIAGNOSES, {"icd10cm": "F33.1"})
    actions.strike(entry, "slip", version=1, by=by)
    answer = staff("nurse").post(at(patient, "entries", entry.pk), typed(icd10cm="F33.2"))
    assert answer.status_code == 409
    assert at(patient, "new", "diagnoses").encode() in answer.content


def test_of_two_who_record_a_part_told_once_the_second_sees_the_first(
    staff: Staff, patient: Patient, by: Access
) -> None:
    body(patient, by)
    answer = staff("nurse").post(at(patient, "new", "body"), typed(weight_kg="80"))
    assert answer.status_code == 409
    assert "Weight, kg 70 80" in words_of(answer)


def test_a_form_whose_version_was_tampered_with_is_a_conflict(
    staff: Staff, patient: Patient, by: Access
) -> None:
    _entry, place = body(patient, by)
    for version in ("", "x", "-1", "9" * 40, "²"):
        answer = staff("nurse").post(place, {"version": version, "weight_kg": "1"})
        assert answer.status_code == 409


def test_names_corrected_by_two_at_once_show_both(staff: Staff, patient: Patient) -> None:
    fields = {"family_name": "Ferreira", "given_name": "Anna", "language": "en"}
    assert staff("front_desk").post(at(patient, "edit"), typed(**fields)).status_code == 302
    answer = staff("front_desk").post(at(patient, "edit"), typed(**{**fields, "given_name": "An"}))
    assert answer.status_code == 409
    assert "Given name Anna An" in words_of(answer)


# ---------------------------------------------------------------- the timeline


def spans(entry: Entry, start: str, end: str, *, saw: str = "2025-01-06") -> dict[str, object]:
    return {
        f"{entry.pk}-version": 1,
        f"{entry.pk}-start": start,
        f"{entry.pk}-end": end,
        f"initial-{entry.pk}-start": saw,
        f"initial-{entry.pk}-end": "",
    }


def test_moved_bars_are_saved_together(staff: Staff, patient: Patient, by: Access) -> None:
    one = add(patient, by, Part.TRIALS, TRIAL)
    other = add(patient, by, Part.TRIALS, {**TRIAL, "id": "t2", "drug": "venlafaxine"})
    moved = spans(one, "2025-01-13", "2025-04-07") | spans(other, "2025-01-06", "")
    assert staff("nurse").post(at(patient, "timeline"), moved).status_code == 302
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.told == {**TRIAL, "start": "2025-01-13", "end": "2025-04-07"}
    assert other.version == 1


def test_a_last_day_before_the_first_moves_none_of_the_bars(
    staff: Staff, patient: Patient, by: Access
) -> None:
    one = add(patient, by, Part.TRIALS, TRIAL)
    other = add(patient, by, Part.TRIALS, {**TRIAL, "id": "t2"})
    moved = spans(one, "2025-01-13", "2025-04-07") | spans(other, "2025-01-06", "2024-01-01")
    answer = staff("nurse").post(at(patient, "timeline"), moved)
    assert answer.status_code == 422
    assert "before start" in words_of(answer)
    assert [e.version for e in patient.entries.all()] == [1, 1]


def test_a_bar_that_someone_else_moved_meanwhile_is_a_conflict_only_if_i_moved_it_too(
    staff: Staff, patient: Patient, by: Access
) -> None:
    entry = add(patient, by, Part.TRIALS, TRIAL)
    actions.change(entry, {**TRIAL, "start": "2025-02-03"}, version=1, by=by)
    untouched = spans(entry, "2025-01-06", "")
    assert staff("nurse").post(at(patient, "timeline"), untouched).status_code == 302
    answer = staff("nurse").post(at(patient, "timeline"), spans(entry, "2025-01-13", ""))
    assert answer.status_code == 409
    assert "First day 2025-02-03 2025-01-13" in words_of(answer)


# ---------------------------------------------------------------- who is a patient


def enrol(by: Access, family: str, given: str, born: date | None = None) -> Patient:
    return arrivals.enrol(Patient(family_name=family, given_name=given, birth_date=born), by=by)


def found(browser: Client, asked: str) -> str:
    return words_of(browser.post("/clinic/patients/", {"q": asked}))


@pytest.mark.parametrize("asked", ["fer an", "Ferreira", "ANA", "1981-03-14", "3/14/1981", "1"])
def test_a_patient_is_found_by_beginnings_of_names_number_or_birth_date(
    staff: Staff, patient: Patient, by: Access, asked: str
) -> None:
    enrol(by, "Okafor", "Chidi", date(1970, 1, 1))
    words = found(staff("front_desk"), asked)
    assert "Ferreira, Ana" in words
    assert "Okafor" not in words


def test_accents_and_case_do_not_hide_a_patient(staff: Staff, by: Access) -> None:
    enrol(by, "Núñez", "Éva")
    assert "Núñez, Éva" in found(staff("nurse"), "nunez eva")
    assert "Núñez, Éva" in found(staff("nurse"), "ÉVA NÚÑEZ")


def test_a_search_never_leaves_the_clinic(
    staff: Staff, patient: Patient, other_clinic: Clinic
) -> None:
    assert "Ferreira" not in found(staff("nurse", other_clinic), "Ferreira")


def test_a_searched_name_stands_in_no_address(staff: Staff, patient: Patient) -> None:
    page = staff("nurse").post("/clinic/patients/", {"q": "Ferreira"}).content.decode()
    assert not [
        at_ for at_ in re.findall(r'(?:href|action|hx-\w+)="([^"]*)"', page) if "Ferr" in at_
    ]


def test_look_alikes_are_flagged_on_the_list(staff: Staff, patient: Patient, by: Access) -> None:
    enrol(by, "Ferreira", "Anna", date(1981, 3, 14))
    words = found(staff("nurse"), "")
    assert "look-alike see chart 2" in words
    assert "look-alike see chart 1" in words


def test_a_new_patient_very_like_another_is_opened_only_when_someone_has_checked(
    staff: Staff, patient: Patient
) -> None:
    fields = {"family_name": "FERREIRA", "given_name": "ana", "language": "en"}
    desk = staff("front_desk")
    asked = desk.post("/clinic/patients/new/", fields)
    assert asked.status_code == 422
    assert "Chart 1: Ana Ferreira" in words_of(asked)
    assert desk.post("/clinic/patients/new/", {**fields, "is_new": "1"}).status_code == 302
    assert Patient.objects.get(number=2).clinic == patient.clinic


def test_nothing_can_be_set_that_the_form_does_not_show(
    staff: Staff, patient: Patient, other_clinic: Clinic
) -> None:
    fields = {"family_name": "F", "given_name": "G", "language": "en", "number": 99}
    more = {"guarded": "on", "clinic": other_clinic.pk, "merged_into": patient.pk, "synthetic": ""}
    staff("front_desk").post(at(patient, "edit"), typed(**fields, **more))
    patient.refresh_from_db()
    assert (patient.family_name, patient.number, patient.guarded) == ("F", 1, False)
    assert (patient.clinic_id != other_clinic.pk, patient.merged_into) == (True, None)
    assert patient.synthetic


def test_a_guarded_chart_stands_on_the_list_by_name_and_opens_for_its_team_only(
    staff: Staff, patient: Patient
) -> None:
    nurse, other = staff("nurse"), staff("nurse")
    patient.guarded = True
    patient.save()
    patient.care_team.add(int(nurse.session["_auth_user_id"]))
    assert nurse.get(at(patient)).status_code == 200
    assert other.get(at(patient)).status_code == 404
    listed = other.get("/clinic/patients/").content.decode()
    assert "Ferreira, Ana" in listed
    assert f'href="{at(patient)}"' not in listed


def test_a_care_team_is_chosen_among_those_who_may_see_a_patient(
    staff: Staff, patient: Patient, clinic: Clinic
) -> None:
    names = {role: access_for(clinic, role).user.name for role in Role.values}
    page = words_of(staff("nurse").get(at(patient, "edit")))
    offered = {role for role, name in names.items() if f" {name} " in page}
    assert offered == set(Role.values) - {Role.AUDITOR, Role.ADMIN}


def test_a_guarded_chart_needs_someone_who_may_open_it(staff: Staff, patient: Patient) -> None:
    fields = typed(family_name="F", given_name="G", language="en", guarded="on")
    answer = staff("clinician").post(at(patient, "edit"), fields)
    assert answer.status_code == 422
    assert "needs someone who may open it" in words_of(answer)
