"""Consents, wishes, merging, copies, retention, adopted pages: fetch, call, render."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from euthymia.clinic.patients.found import CONFLICT, UNREADABLE, patient_of
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.brake import braked
from euthymia.clinic.people.doorkeeper import needs, tell
from euthymia.clinic.people.numbers import number_in
from euthymia.clinic.people.roles import May
from euthymia.clinic.rights import actions, merging
from euthymia.clinic.rights import retention as times
from euthymia.clinic.rights.actions import standing_consents
from euthymia.clinic.rights.adoption import (
    adopt,
    adopt_anew,
    may_be_signed,
    pages_of,
    unchanged,
    withdraw,
    words_of,
)
from euthymia.clinic.rights.consent_forms import consent_forms
from euthymia.clinic.rights.export import copy_for_others, copy_for_patient
from euthymia.clinic.rights.forms import (
    AnswerForm,
    ConsentSheet,
    MergeForm,
    RetentionForm,
    WishForm,
)
from euthymia.clinic.rights.guarded import SUBSTANCE_USE
from euthymia.clinic.rights.models import Consent, Retention

CONFIRM = "confirm"
LISTED = 200
PATIENT, OTHERS = "patient", "others"
"""For whom a copy of a chart is made."""


@needs(May.ADOPT)
def adoption(request: Staffed) -> HttpResponse:
    """Every page of design defaults and each form; by POST one is signed, or taken back."""
    if request.POST.get("take_back"):
        return _taken_back(request)
    if request.method == "POST":
        if not _signed(request):
            messages.error(request, _("The page has changed since you read it. Read it again."))
        return redirect("adoption")
    clinic = request.access.clinic
    shown = {
        "pages": pages_of(clinic),
        "words": words_of(clinic),
        "unchanged": unchanged(clinic),
    }
    return render(request, "rights/adoption.html", shown)


def _signed(request: Staffed) -> bool:
    """Signs one page, or after a restore all that were ticked; whether they stand as they were."""
    if "page" not in request.POST:
        return adopt_anew(request.POST.getlist("anew"), by=request.access)
    page, digest = request.POST["page"], request.POST.get("digest", "")
    return adopt(page, digest, by=request.access) is not None


def _taken_back(request: Staffed) -> HttpResponse:
    """A signature taken back, with the reason; without one nothing is."""
    number, why = number_in(request.POST["take_back"]), request.POST.get("why", "").strip()[:LISTED]
    signed = request.access.clinic.adoptions.filter(withdrawn=None)
    found = get_object_or_404(signed, pk=number)
    if why:
        withdraw(found, why, by=request.access)
        messages.success(request, _("Taken back. Plans that rest on it are withheld now."))
    else:
        messages.error(request, _("Say why you take it back. Nothing was changed."))
    return redirect("adoption")


@needs(May.SEE_CHART)
def consents(request: Staffed, patient: int) -> HttpResponse:
    person = patient_of(request, patient)
    shown = {
        "patient": person,
        "forms": consent_forms().values(),
        "consents": person.consents.all(),
        "unconfirmed": set(person.consents.standing().unconfirmed()),
    }
    return render(request, "rights/consents.html", shown)


@needs(May.CONSENT)
def consent_new(request: Staffed, patient: int, form: str) -> HttpResponse:
    person, words = patient_of(request, patient), consent_forms().get(form)
    if words is None:
        raise Http404
    open_ = actions.unsettled(person, words)
    sheet = ConsentSheet(words, request.POST or None, unsettled=bool(open_))
    adopted = may_be_signed(words, request.access.clinic)
    if adopted and sheet.is_valid():
        actions.give_consent(
            person,
            words,
            signed_name=sheet.cleaned_data["signed_name"],
            choices=sheet.choices(),
            expires=sheet.cleaned_data.get("expires"),
            by=request.access,
        )
        return redirect("consents", patient)
    shown = {"words": words, "adopted": adopted, "unsettled": open_}
    return _sheet(request, "rights/consent_new.html", person, sheet, **shown)


@needs(May.SEE_CHART, to_write=May.CONSENT)
def consent(request: Staffed, patient: int, consent: int) -> HttpResponse:
    """One consent as it was signed; by POST it is taken back, or said to stand after a restore."""
    person = patient_of(request, patient)
    signed = get_object_or_404(person.consents, pk=consent)
    if request.POST.get("do") == CONFIRM:
        actions.confirm_consent(signed, by=request.access)
        return redirect("consents", patient)
    if request.method == "POST":
        actions.withdraw_consent(signed, request.POST.get("why", "")[:200], by=request.access)
        return redirect("consents", patient)
    waits = person.consents.standing().unconfirmed().filter(pk=consent).exists()
    shown = {"patient": person, "consent": signed, "unconfirmed": waits}
    return render(request, "rights/consent.html", shown)


@needs(May.CONSENT)
def to_confirm(request: Staffed) -> HttpResponse:
    """Consents to share records of before a restore, which let nothing out until someone asked."""
    waiting = actions.consents_to_confirm(SUBSTANCE_USE, request.access)
    shown = {"consents": waiting.select_related("patient")[:LISTED]}
    return render(request, "rights/to_confirm.html", shown)


@needs(May.SEE_CHART, to_write=May.CONSENT)
def rights(request: Staffed, patient: int) -> HttpResponse:
    """What the patient asked about their data; by POST a new wish is written down."""
    person = patient_of(request, patient)
    form = WishForm(request.POST or None)
    if form.is_valid():
        actions.write_wish(person, **form.cleaned_data, by=request.access)
        return redirect("patient_rights", patient)
    merges = person.merges.filter(undone=None).select_related("gone")
    shown = {
        "wishes": person.wishes.all(),
        "merges": merges,
        "sharing": standing_consents(person, SUBSTANCE_USE),
        "waiting": person.consents.standing().unconfirmed().filter(form=SUBSTANCE_USE),
    }
    return _sheet(request, "rights/rights.html", person, form, **shown)


@needs(May.EXPORT)
def answer_wish(request: Staffed, patient: int, wish: int) -> HttpResponse:
    person = patient_of(request, patient)
    asked = get_object_or_404(person.wishes, pk=wish)
    form = AnswerForm(request.POST or None, instance=asked)
    if form.is_valid():
        told = form.cleaned_data
        actions.answer(asked, state=told["state"], says=told["answer"], by=request.access)
        return redirect("patient_rights", patient)
    return _sheet(request, "rights/wish.html", person, form, wish=asked)


@needs(May.MERGE)
def merge(request: Staffed, patient: int) -> HttpResponse:
    person = patient_of(request, patient)
    form = MergeForm(request.POST or None)
    if form.is_valid():
        try:
            other = Patient.objects.seen_by(request.access).get(number=form.cleaned_data["number"])
            merging.merge(person, other, form.cleaned_data["why"], by=request.access)
            return redirect("chart", patient)
        except Patient.DoesNotExist:
            form.add_error("number", _("No chart of this number is here."))
        except merging.CannotMergeError as fault:
            form.add_error(None, fault.why)
    return _sheet(request, "rights/merge.html", person, form)


@needs(May.MERGE)
def part(request: Staffed, patient: int, merged: int) -> HttpResponse:
    person = patient_of(request, patient)
    found = get_object_or_404(person.merges, pk=merged)
    if request.method == "POST":
        merging.part(found, by=request.access)
    return redirect("patient_rights", patient)


@needs(May.EXPORT)
@braked("copy")
def copy(request: Staffed, patient: int, whom: str) -> HttpResponse:
    """The chart as a file: for the patient, or for others within the consent that is named."""
    person = patient_of(request, patient)
    if whom == PATIENT:
        made = copy_for_patient(person)
    elif whom == OTHERS:
        made = copy_for_others(person, _consent_named(request, person))
    else:
        raise Http404
    told = json.dumps(made, indent=1, ensure_ascii=False)
    answer = HttpResponse(told, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="chart-{person.number}-{whom}.json"'
    return answer


def _consent_named(request: Staffed, patient: Patient) -> Consent | None:
    """The consent that a copy goes under. Raises Http404 where the one that is named is none."""
    asked = request.GET.get("consent")
    if asked is None:
        return None
    for one in standing_consents(patient, SUBSTANCE_USE):
        if str(one.pk) == asked:
            tell(request, consent=asked)
            return one
    raise Http404


@needs(May.EXPORT)
def empty(request: Staffed, patient: int) -> HttpResponse:
    """Asks once more, then empties the chart."""
    person = patient_of(request, patient)
    if request.method == "POST" and request.POST.get("number") == str(person.number):
        try:
            times.empty(person, by=request.access)
        except times.InUseError:
            shown = {"patient": person, "in_use": True}
            return render(request, "rights/empty.html", shown, status=CONFLICT)
        return redirect("retention")
    status = UNREADABLE if request.method == "POST" else 200
    return render(request, "rights/empty.html", {"patient": person}, status=status)


@needs(May.EXPORT)
def retention(request: Staffed) -> HttpResponse:
    clinic = request.access.clinic
    kept = Retention.objects.filter(clinic=clinic).first()
    form = RetentionForm(request.POST or None, initial={"years": kept.years if kept else None})
    if form.is_valid():
        actions.keep_for(form.cleaned_data["years"], by=request.access)
        return redirect("retention")
    late = times.past_their_time(clinic, kept.years)[:200] if kept else []
    status = UNREADABLE if form.errors else 200
    return render(
        request, "rights/retention.html", {"form": form, "kept": kept, "late": late}, status=status
    )


def _sheet(
    request: Staffed, template: str, person: Patient, form: object, **more: object
) -> HttpResponse:
    """A page with a form of one patient; 422 where the form was sent and was not taken."""
    status = UNREADABLE if request.method == "POST" else 200
    shown = {"patient": person, "form": form, **more}
    return render(request, template, shown, status=status)
