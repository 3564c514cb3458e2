"""Consents, merging, copies and emptying of charts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from euthymia import shipped
from euthymia.clinic.assessments.models import Assessment, Kept
from euthymia.clinic.audit.models import Row
from euthymia.clinic.door.content import pages
from euthymia.clinic.files.models import Attachment, Identifier
from euthymia.clinic.patients.models import Document, Entry, Patient, Request
from euthymia.clinic.people.models import Clinic, Draft, User
from euthymia.clinic.rights.actions import give_consent, standing_consents, withdraw_consent
from euthymia.clinic.rights.adoption import adopt, may_be_signed
from euthymia.clinic.rights.consent_forms import consent_forms
from euthymia.clinic.rights.export import copy_for_others, copy_for_patient
from euthymia.clinic.rights.merging import CannotMergeError, merge, part
from euthymia.clinic.rights.models import Consent, Wish
from euthymia.clinic.rights.retention import empty, past_their_time
from euthymia.clinic.work.actions import ask_staff, finish, open_link, send
from euthymia.clinic.work.models import Link, Message, Task
from tests.clinic.conftest import Staff, access_for, person
from tests.clinic.objects import CANARY, Owner

ALCOHOL = {"icd10cm": "F10.20"}
NOT_TOLD = {"digest", "batch", "stored", "seal", "consent"}
DEPRESSION = {"icd10cm": "F33.2"}


@pytest.fixture
def twin(clinic: Clinic) -> Patient:
    return Patient.objects.create(clinic=clinic, number=2, family_name="Ferreira", given_name="Ana")


def entry(patient: Patient, part_of_chart: str, told: object) -> Entry:
    return Entry.objects.create(patient=patient, part=part_of_chart, told=told)


def consent_of(patient: Patient, form: str, expires: date | None = None) -> Consent:
    by = access_for(patient.clinic, "nurse")
    words = consent_forms()[form]
    return give_consent(patient, words, signed_name="A. F.", choices={}, expires=expires, by=by)


@pytest.mark.parametrize("form", consent_forms().values(), ids=lambda form: form.id)
def test_each_form_of_consent_tells_whether_its_words_are_confirmed(form: object) -> None:
    assert {point.status for point in form.point} <= {"verified", "recalled"}  # type: ignore[attr-defined]
    assert "not yet confirmed" in form.review or "needs counsel" in form.review  # type: ignore[attr-defined]


def test_a_consent_keeps_the_words_that_were_read(patient: Patient) -> None:
    signed = consent_of(patient, "tms")
    assert signed.words["point"][0]["says"] == consent_forms()["tms"].point[0].says
    assert signed.version == consent_forms()["tms"].version


def test_a_consent_stands_until_it_is_taken_back(patient: Patient) -> None:
    signed = consent_of(patient, "tms")
    assert standing_consents(patient, "tms") == [signed]
    by = access_for(patient.clinic, "nurse")
    withdraw_consent(signed, "changed her mind", by=by)
    assert standing_consents(patient, "tms") == []


def test_a_consent_ends_after_its_last_day(patient: Patient) -> None:
    today = timezone.localdate()
    signed = consent_of(patient, "substance_use", expires=today)
    assert standing_consents(patient, "substance_use") == [signed]
    Consent.objects.filter(pk=signed.pk).update(expires=today - timedelta(days=1))
    assert standing_consents(patient, "substance_use") == []


def adopted(clinic: Clinic, form: str = "tms") -> None:
    words = consent_forms()[form]
    assert adopt(words.page, words.digest, by=access_for(clinic, "director"))


def test_an_unsigned_sheet_is_refused_and_nothing_is_ticked_beforehand(
    staff: Staff, patient: Patient
) -> None:
    adopted(patient.clinic)
    browser = staff("nurse")
    place = f"/clinic/patients/{patient.pk}/consents/tms/new/"
    assert b"checked" not in browser.get(place).content
    assert browser.post(place, {"signed_name": "A. F."}).status_code == 422
    assert browser.post(place, {"signed_name": "A. F.", "agreed": "on"}).status_code == 302
    assert patient.consents.count() == 1


def test_nobody_signs_words_that_no_director_has_adopted(staff: Staff, patient: Patient) -> None:
    browser, place = staff("nurse"), f"/clinic/patients/{patient.pk}/consents/tms/new/"
    sent = {"signed_name": "A. F.", "agreed": "on"}
    assert "must read and adopt them" in browser.get(place).content.decode()
    assert browser.post(place, sent).status_code == 422
    assert not patient.consents.exists()
    adopted(patient.clinic)
    assert browser.post(place, sent).status_code == 302


def test_in_a_demonstration_the_words_may_be_signed_unadopted(
    staff: Staff, patient: Patient
) -> None:
    Clinic.objects.filter(pk=patient.clinic_id).update(is_demo=True)
    place = f"/clinic/patients/{patient.pk}/consents/tms/new/"
    sent = {"signed_name": "A. F.", "agreed": "on"}
    assert staff("nurse").post(place, sent).status_code == 302


def test_the_director_adopts_words_of_consent_as_they_stand(staff: Staff, clinic: Clinic) -> None:
    words, browser = consent_forms()["tms"], staff("director")
    place = "/clinic/knowledge/"
    browser.post(place, {"page": words.page, "digest": "0" * 64})
    assert not may_be_signed(words, clinic)
    browser.post(place, {"page": words.page, "digest": words.digest})
    assert may_be_signed(words, clinic)


def test_a_yes_on_the_safety_screen_is_settled_in_words_before_the_patient_signs(
    staff: Staff, patient: Patient
) -> None:
    adopted(patient.clinic)
    told = {"metal_in_head_or_neck": "yes", "fainting": "no", "short_sleep": "unsure"}
    entry(patient, "screening.tass", told)
    browser, place = staff("nurse"), f"/clinic/patients/{patient.pk}/consents/tms/new/"
    facts = shipped().facts
    page = unescape(browser.get(place).content.decode())
    assert facts["tass.metal_in_head_or_neck"].ask in page
    assert facts["tass.fainting"].ask not in page
    sent = {"signed_name": "A. F.", "agreed": "on"}
    assert browser.post(place, sent).status_code == 422
    assert browser.post(place, {**sent, "settled": "Dental only; Dr. B."}).status_code == 302
    assert patient.consents.get().choices == {"settled": "Dental only; Dr. B."}


def test_the_consent_and_the_public_page_tell_one_number_of_seizures() -> None:
    told = " ".join(point.says for point in consent_forms()["tms"].point)
    public = " ".join(one.says for part in pages()["tms"].part for one in part.says)
    number = r"[^.]*1 in [\d,]+[^.]*seizure[^.]*\."
    assert re.findall(number, told) == re.findall(number, public) != []


def test_an_emptied_chart_is_known_by_its_mark_and_not_by_a_name(patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(family_name="removed")
    aged(patient)
    assert list(past_their_time(patient.clinic, 7)) == [patient]
    empty(patient, by=access_for(patient.clinic, "director"))
    assert list(past_their_time(patient.clinic, 7)) == []


def test_what_was_written_about_a_patient_in_a_task_goes_with_the_chart(patient: Patient) -> None:
    by = access_for(patient.clinic, "director")
    task = ask_staff(
        patient.clinic, "safety", "Call.", within=timedelta(hours=1), patient=patient.pk
    )
    finish(task, "Ana said no.", version=1, by=by, next_step="Ana at noon.")
    empty(patient, by=by)
    task.refresh_from_db()
    assert "Ana" not in task.done_how + task.next_step


def test_records_of_substance_use_leave_only_with_consent(patient: Patient) -> None:
    entry(patient, "diagnoses", ALCOHOL)
    entry(patient, "diagnoses", DEPRESSION)
    entry(patient, "screening.tass", {"alcohol_or_withdrawal": "yes", "fainting": "no"})
    shared = copy_for_others(patient)
    assert shared["intake"]["diagnoses"] == [DEPRESSION]
    assert shared["intake"]["screening"]["tass"] == {"fainting": "no"}
    assert shared["entries_left_out_or_cut_for_want_of_consent"] == 2
    consent = consent_of(patient, "substance_use", timezone.localdate() + timedelta(days=30))
    assert copy_for_others(patient)["intake"]["diagnoses"] == [DEPRESSION]
    assert copy_for_others(patient, consent)["intake"]["diagnoses"] == [ALCOHOL, DEPRESSION]


def test_a_consent_to_treatment_lets_no_record_of_substance_use_out(patient: Patient) -> None:
    entry(patient, "diagnoses", ALCOHOL)
    for form in consent_forms().keys() - {"substance_use"}:
        with pytest.raises(ValueError, match="does not let the chart out"):
            copy_for_others(patient, consent_of(patient, form))


def test_a_consent_of_another_chart_or_one_that_has_ended_lets_nothing_out(
    patient: Patient, twin: Patient
) -> None:
    of_twin = consent_of(twin, "substance_use")
    ended = consent_of(patient, "substance_use", timezone.localdate() - timedelta(days=1))
    for consent in (of_twin, ended):
        with pytest.raises(ValueError, match="does not let the chart out"):
            copy_for_others(patient, consent)


def test_a_copy_without_consent_does_not_even_tell_that_there_is_one(patient: Patient) -> None:
    by = person(patient.clinic, "nurse").user
    kept = {"digest": "d" * 64, "batch": "b" * 64, "content": b"{}", "by": by}
    patient.documents.create(name="detox.json", **kept)
    consent = consent_of(patient, "substance_use")
    told = json.dumps(copy_for_others(patient))
    assert "substance_use" not in told.replace("about_substance_use", "")
    assert "detox" not in told
    assert "detox" in json.dumps(copy_for_others(patient, consent))


def test_a_copy_under_a_consent_names_its_recipient_and_the_audit_names_the_consent(
    staff: Staff, patient: Patient
) -> None:
    entry(patient, "diagnoses", ALCOHOL)
    consent = consent_of(patient, "substance_use")
    Consent.objects.filter(pk=consent.pk).update(
        choices={"recipient": "Dr. Bell, Hill Clinic", "purpose": "treatment"}
    )
    browser, place = staff("director"), f"/clinic/patients/{patient.pk}/rights/"
    assert "Dr. Bell, Hill Clinic" in browser.get(place).content.decode()
    made = browser.get(f"{place}copy/others/?consent={consent.pk}").json()
    assert made["under"]["recipient"] == "Dr. Bell, Hill Clinic"
    assert made["intake"]["diagnoses"] == [ALCOHOL]
    assert Row.objects.get(what="copy").about["consent"] == str(consent.pk)
    assert browser.get(f"{place}copy/others/?consent=9").status_code == 404
    assert "under" not in browser.get(f"{place}copy/others/").json()


def test_a_list_that_was_cut_is_not_told_as_complete(patient: Patient) -> None:
    entry(patient, "diagnoses", ALCOHOL)
    entry(patient, "complete", ["diagnoses", "trials"])
    assert copy_for_others(patient)["intake"]["complete"] == ["trials"]


def test_the_patient_gets_the_whole_chart(patient: Patient) -> None:
    entry(patient, "diagnoses", ALCOHOL)
    assert copy_for_patient(patient)["intake"]["diagnoses"] == [ALCOHOL]


def test_a_merged_chart_moves_and_can_go_back(patient: Patient, twin: Patient) -> None:
    by = access_for(patient.clinic, "clinician")
    moved, own = entry(twin, "diagnoses", DEPRESSION), entry(patient, "diagnoses", ALCOHOL)
    merged = merge(patient, twin, "same birthday and telephone", by=by)
    assert set(patient.entries.all()) == {moved, own}
    assert twin not in Patient.objects.seen_by(by)
    part(merged, by=by)
    assert list(twin.entries.all()) == [moved]
    assert list(patient.entries.all()) == [own]
    assert twin in Patient.objects.seen_by(by)


@pytest.mark.parametrize(
    ("differs", "named"),
    [
        ({"sex": "male"}, "sex"),
        ({"birth_date": date(1981, 3, 15)}, "date of birth"),
        ({"sex": "male", "birth_date": date(1980, 3, 14)}, "sex, date of birth"),
    ],
)
def test_charts_that_differ_in_sex_or_birth_date_are_not_merged_and_the_words_say_in_what(
    patient: Patient, twin: Patient, differs: dict[str, object], named: str
) -> None:
    Patient.objects.filter(pk=twin.pk).update(**differs)
    moved = entry(twin, "diagnoses", DEPRESSION)
    with pytest.raises(CannotMergeError, match=f"differ in: {named}\\."):
        merge(patient, twin, "the same", by=access_for(patient.clinic, "clinician"))
    assert list(twin.entries.all()) == [moved]


def guard(chart: Patient, *team: User) -> None:
    chart.guarded = True
    chart.save()
    chart.care_team.set(team)


@pytest.mark.parametrize(("kept_is", "gone_is"), [(True, True), (True, False), (False, True)])
def test_a_merge_with_a_guarded_chart_is_guarded_for_both_teams_and_parting_takes_that_back(
    patient: Patient, twin: Patient, *, kept_is: bool, gone_is: bool
) -> None:
    by, of_kept, of_gone, both = (access_for(patient.clinic, "clinician") for _ in range(4))
    if kept_is:
        guard(patient, of_kept.user, both.user)
    if gone_is:
        guard(twin, of_gone.user, both.user)
    team = set(patient.care_team.all())

    merged = merge(patient, twin, "the same", by=by)

    patient.refresh_from_db()
    assert patient.guarded
    assert set(patient.care_team.all()) == team | set(twin.care_team.all())
    assert not Patient.objects.seen_by(by).exists()

    part(merged, by=by)

    patient.refresh_from_db()
    twin.refresh_from_db()
    assert (patient.guarded, set(patient.care_team.all())) == (kept_is, team)
    assert twin.guarded is gone_is


def test_who_was_let_in_after_a_merge_stays_when_the_charts_are_parted(
    patient: Patient, twin: Patient
) -> None:
    by, later = access_for(patient.clinic, "clinician"), access_for(patient.clinic, "nurse")
    guard(patient, by.user)
    merged = merge(patient, twin, "the same", by=by)
    patient.care_team.add(later.user)
    part(merged, by=by)
    patient.refresh_from_db()
    assert patient.guarded
    assert set(patient.care_team.all()) == {by.user, later.user}


def test_what_can_be_told_only_once_is_settled_before_a_merge(
    patient: Patient, twin: Patient
) -> None:
    entry(patient, "episode", {"months": 3})
    entry(twin, "episode", {"months": 9})
    with pytest.raises(CannotMergeError, match="Episode"):
        merge(patient, twin, "the same", by=access_for(patient.clinic, "clinician"))
    assert twin.entries.count() == 1


def test_trials_of_one_name_are_told_apart_and_still_point_to_each_other(
    patient: Patient, twin: Patient
) -> None:
    entry(patient, "trials", {"id": "t1", "drug": "sertraline"})
    entry(twin, "trials", {"id": "t1", "drug": "venlafaxine"})
    entry(twin, "trials", {"id": "t2", "drug": "lithium", "augments": "t1"})
    merge(patient, twin, "the same", by=access_for(patient.clinic, "clinician"))
    told = [one.told for one in patient.entries.filter(part="trials")]
    names = {one["drug"]: one["id"] for one in told}
    assert len(set(names.values())) == 3
    assert next(one["augments"] for one in told if "augments" in one) == names["venlafaxine"]


def test_a_file_that_both_charts_hold_stays_behind(patient: Patient, twin: Patient) -> None:
    by = access_for(patient.clinic, "clinician")
    for one in (patient, twin):
        one.documents.create(name="x", digest="d" * 64, batch="b" * 64, content=b"{}", by=by.user)
    merge(patient, twin, "the same", by=by)
    assert (patient.documents.count(), twin.documents.count()) == (1, 1)


def test_charts_of_two_clinics_are_never_merged(patient: Patient, other_clinic: Clinic) -> None:
    far = Patient.objects.create(clinic=other_clinic, number=1, family_name="A", given_name="B")
    with pytest.raises(CannotMergeError):
        merge(patient, far, "the same", by=access_for(patient.clinic, "clinician"))


def test_an_emptied_chart_tells_nothing_and_the_audit_stays(staff: Staff, patient: Patient) -> None:
    entry(patient, "diagnoses", DEPRESSION)
    browser = staff("director")
    place = f"/clinic/patients/{patient.pk}/rights/empty/"
    assert browser.post(place, {"number": "77"}).status_code == 422
    assert browser.post(place, {"number": str(patient.number)}).status_code == 302
    patient.refresh_from_db()
    assert "Ferreira" not in patient.family_name
    assert Entry.history.filter(patient_id=patient.pk).count() == 0
    assert Row.objects.filter(what="empty", patient=patient.pk, outcome="done").exists()


LONG_AGO = timezone.now() - timedelta(days=9 * 366)


def aged(chart: Patient) -> None:
    """Whatever there is of a chart, as if it were nine years old."""
    Patient.objects.filter(pk=chart.pk).update(created=LONG_AGO)
    Patient.history.filter(id=chart.pk).update(created=LONG_AGO, history_date=LONG_AGO)


def test_a_chart_is_past_its_time_by_its_last_entry(patient: Patient) -> None:
    aged(patient)
    assert list(past_their_time(patient.clinic, 7)) == [patient]
    entry(patient, "diagnoses", DEPRESSION)
    assert list(past_their_time(patient.clinic, 7)) == []


IN_USE = (Request, Document, Attachment, Consent, Wish, Assessment, Link, Task)


@pytest.mark.parametrize("model", IN_USE, ids=lambda model: model.__name__)
def test_a_chart_in_use_is_never_offered_whatever_of_it_is_new(
    model: type[Model], patient: Patient, clinic: Clinic
) -> None:
    row = Owner(patient, person(clinic, "nurse").user).row(model)
    if model is Request:
        Request.objects.update(patient=patient)
    for entries in (Entry.objects, Entry.history):  # an assessment asks for some
        entries.update(**{"at" if entries is Entry.objects else "history_date": LONG_AGO})
    Entry.history.update(at=LONG_AGO)
    aged(patient)
    assert type(row) is model
    assert past_their_time(clinic, 7) == []


def test_a_correction_of_an_old_entry_or_of_a_telephone_keeps_a_chart_from_being_offered(
    patient: Patient, twin: Patient
) -> None:
    old = entry(patient, "diagnoses", DEPRESSION)
    Entry.objects.update(at=LONG_AGO)
    Entry.history.update(at=LONG_AGO, history_date=LONG_AGO)
    for chart in (patient, twin):
        aged(chart)
    assert past_their_time(patient.clinic, 7) == [patient, twin]
    old.refresh_from_db()
    old.save()
    twin.refresh_from_db()
    twin.save()
    assert past_their_time(patient.clinic, 7) == []


def test_a_merged_chart_is_not_offered_for_itself(patient: Patient, twin: Patient) -> None:
    merge(patient, twin, "the same", by=access_for(patient.clinic, "clinician"))
    aged(twin)
    assert twin not in past_their_time(patient.clinic, 7)


def test_the_charts_merged_into_an_emptied_one_are_emptied_with_it(
    patient: Patient, twin: Patient
) -> None:
    by = access_for(patient.clinic, "director")
    first = Patient.objects.create(
        clinic=patient.clinic, number=3, family_name="Ferreira", given_name="Anna"
    )
    for one in (twin, first):
        one.documents.create(name="x", digest="d" * 64, batch="b" * 64, content=b"{1}", by=by.user)
    merge(twin, first, "Ana told so", by=by)
    merge(patient, twin, "Ana told so", by=by)
    assert first.documents.count() == 1  # the file that both held stayed behind
    empty(patient, by=by)
    told = told_everywhere()
    assert [word for word in ("Ferreira", "Anna", "Ana told so", "{1}") if word in told] == []
    assert set(Patient.objects.exclude(emptied=None)) == {patient, twin, first}


def test_with_a_chart_its_links_close_and_what_was_saved_or_sent_or_typed_goes(
    patient: Patient, clinic: Clinic
) -> None:
    by = access_for(clinic, "director")
    Patient.objects.filter(pk=patient.pk).update(email="ana@example.org")
    patient.refresh_from_db()
    open_link(clinic, patient.pk, {"scale": "phq9"}, by=by.user, lasts=timedelta(days=7))
    Link.objects.update(saved=b"sealed")
    for _ in range(2):
        send(clinic, "ana@example.org", "Hill Clinic", "Open this page.", owner=by.user)
    Message.objects.filter(pk=Message.objects.latest("pk").pk).update(state="sent", body="")
    Draft.objects.create(
        user=by.user, path=f"/clinic/patients/{patient.pk}/rights/", fields={"says": ["Ana"]}
    )
    empty(patient, by=by)
    link, message = Link.objects.get(), Message.objects.get()
    assert link.expires <= timezone.now()
    assert (link.saved, link.ask) == (None, {})
    assert (message.to, message.state) == ("", "sent")
    assert not Draft.objects.exists()


def test_an_address_that_two_charts_share_stays_in_the_messages(
    patient: Patient, twin: Patient
) -> None:
    by = access_for(patient.clinic, "director")
    Patient.objects.update(email="both@example.org")
    send(patient.clinic, "both@example.org", "Hill Clinic", "Open this page.", owner=by.user)
    patient.refresh_from_db()
    empty(patient, by=by)
    assert Message.objects.get().to == "both@example.org"


def test_messages_to_every_earlier_address_go_with_the_chart_and_its_requests(
    patient: Patient, clinic: Clinic
) -> None:
    by = access_for(clinic, "director")
    asked = Request.objects.create(clinic=clinic, family_name="Ferreira", email="first@example.org")
    asked.patient, asked.email = patient, "asked@example.org"
    asked.save()
    for address in ("Old@example.org", "new@example.org"):
        patient.email = address
        patient.save()
    for address in ("first", "asked", "old", "new"):
        send(clinic, f"{address}@example.org", "s", "Open this page.", owner=by.user)
    sent = send(clinic, "old@example.org", "s", "", owner=by.user)
    Message.objects.filter(pk=sent.pk).update(state="sent")
    empty(patient, by=by)
    assert list(Message.objects.values_list("to", "state")) == [("", "sent")]


def test_an_earlier_address_that_is_another_charts_or_of_staff_stays_in_the_messages(
    patient: Patient, twin: Patient
) -> None:
    by = access_for(patient.clinic, "director")
    Patient.objects.filter(pk=twin.pk).update(email="both@example.org")
    for address in ("both@example.org", by.user.email, "new@example.org"):
        patient.email = address
        patient.save()
    for address in ("both@example.org", by.user.email):
        send(patient.clinic, address, "s", "Open this page.", owner=by.user)
    empty(patient, by=by)
    assert {one.to for one in Message.objects.all()} == {"both@example.org", by.user.email}


def test_messages_of_charts_that_were_one_go_with_the_last_of_them(
    patient: Patient, twin: Patient
) -> None:
    by = access_for(patient.clinic, "director")
    patient.email = "ana@example.org"
    patient.save()
    Patient.objects.filter(pk=twin.pk).update(email="ana@example.org")
    merge(patient, twin, "Ana told so", by=by)
    send(patient.clinic, "ana@example.org", "s", "Open this page.", owner=by.user)
    empty(patient, by=by)
    assert not Message.objects.exists()


def test_a_chart_with_an_open_safety_task_is_not_emptied(staff: Staff, patient: Patient) -> None:
    within = timedelta(hours=1)
    task = ask_staff(patient.clinic, "safety", "Call.", within=within, patient=patient.pk)
    browser, place = staff("director"), f"/clinic/patients/{patient.pk}/rights/empty/"
    answer = browser.post(place, {"number": "1"})
    assert answer.status_code == 409
    assert "A safety task about this chart is open" in answer.content.decode()
    patient.refresh_from_db()
    assert (patient.emptied, patient.family_name) == (None, "Ferreira")
    finish(task, "Reached.", version=1, by=access_for(patient.clinic, "nurse"))
    assert browser.post(place, {"number": "1"}).status_code == 302


def test_a_task_that_is_open_is_closed_with_the_chart_even_where_only_the_request_names_it(
    patient: Patient, clinic: Clinic
) -> None:
    request = Request.objects.create(clinic=clinic, patient=patient, state="accepted")
    task = ask_staff(clinic, "request", "Call.", within=timedelta(hours=1), request=request.pk)
    by = access_for(clinic, "director")
    empty(patient, by=by)
    task.refresh_from_db()
    assert (task.done_by, task.done_how) == (by.user, "removed")


def test_emptying_leaves_nothing_told_in_any_table(patient: Patient, clinic: Clinic) -> None:
    owner = Owner(patient, person(clinic, "nurse").user)
    for model in (Entry, Document, Request, Consent, Wish, Attachment, Identifier, Kept):
        owner.row(model)
    Request.objects.update(patient=patient)
    assert CANARY in told_everywhere()
    empty(patient, by=access_for(patient.clinic, "director"))
    left = [word.partition("=")[0] for word in told_everywhere().split(" ") if CANARY in word]
    assert set(left) == set()
    assert "Ferreira" not in told_everywhere()


def told_everywhere() -> str:
    """Every word of every table of ours but digests and names of stored files."""
    own = [one for one in apps.get_models() if one.__module__.startswith("euthymia.")]
    return " ".join(word for model in own for word in _words_of(model))


def _words_of(model: type[Model]) -> Iterator[str]:
    columns = [one.name for one in model._meta.concrete_fields if one.name not in NOT_TOLD]
    for row in model._default_manager.values(*columns):
        for name, value in row.items():
            told = bytes(value) if isinstance(value, memoryview) else value
            yield f"{model.__name__}.{name}={told}"


def test_a_wish_is_answered_by_the_director(staff: Staff, patient: Patient) -> None:
    staff("nurse").post(
        f"/clinic/patients/{patient.pk}/rights/", {"kind": "copy", "says": "All of it."}
    )
    wish = patient.wishes.get()
    place = f"/clinic/patients/{patient.pk}/rights/wish/{wish.pk}/"
    assert staff("nurse").get(place).status_code == 404
    staff("director").post(place, {"state": "done", "answer": "Handed over."})
    wish.refresh_from_db()
    assert (wish.state, wish.answer) == ("done", "Handed over.")
    assert wish.answered_by is not None


def test_the_copy_is_a_file_and_leaves_a_row(staff: Staff, patient: Patient) -> None:
    answer = staff("director").get(f"/clinic/patients/{patient.pk}/rights/copy/patient/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert Row.objects.filter(what="copy", patient=patient.pk).count() == 1
