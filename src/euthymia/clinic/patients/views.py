"""Patients and their charts: fetch, call, render."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia import assess
from euthymia.clinic.patients import arrivals
from euthymia.clinic.patients import danger as signs
from euthymia.clinic.patients.actions import open_alarm
from euthymia.clinic.patients.alike import alike, look_alikes, searched
from euthymia.clinic.patients.arrivals import tries_about
from euthymia.clinic.patients.brought import in_files
from euthymia.clinic.patients.chart import entries_in, sections, struck_out, written_in
from euthymia.clinic.patients.found import (
    CONFLICT,
    UNREADABLE,
    back_to,
    page_of,
    patient_of,
)
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.patients.people_forms import PersonForm
from euthymia.clinic.patients.record import record_of
from euthymia.clinic.patients.timeline import timeline_of
from euthymia.clinic.people.access import Access, Staffed
from euthymia.clinic.people.brake import too_many
from euthymia.clinic.people.doorkeeper import needs
from euthymia.clinic.people.quicker import MovedOnError, version_of
from euthymia.clinic.people.roles import May
from euthymia.clinic.work import actions as work
from euthymia.exchange.faults import SourceError
from euthymia.library import shipped


@needs(May.SEE_NAMES)
def patients(request: Staffed) -> HttpResponseBase:
    """The list, or what a search finds. A search is sent by POST: a name stands in no address."""
    asked = request.POST.get("q", "")[:80]
    if asked and (slowed := too_many(request, "search")):
        return slowed
    found = searched(request.access, asked)
    page = page_of(found, request.POST.get("page") or request.GET.get("page"))
    shown = {
        "page": page,
        "asked": asked,
        "alike": look_alikes(request.access, page.object_list),
        "open_to_me": _open_to(request.access, page.object_list),
    }
    part = "patients/parts/found.html" if request.headers.get("HX-Request") else ""
    return render(request, part or "patients/patients.html", shown)


def _open_to(access: Access, shown: Any) -> set[int]:
    """Of those shown, the ones whose chart the visitor may open without breaking the glass."""
    numbers = [one.pk for one in shown]
    seen = Patient.objects.seen_by(access).filter(pk__in=numbers)
    return set(seen.values_list("pk", flat=True))


@needs(May.WRITE_NAMES)
def patient_new(request: Staffed) -> HttpResponse:
    form = PersonForm(request.POST or None, access=request.access)
    if not (request.method == "POST" and form.is_valid()):
        return _person(request, "patients/patient_new.html", form)
    who = form.cleaned_data
    near = alike(request.access, who["family_name"], who["given_name"], who["birth_date"])
    if near.exists() and "is_new" not in request.POST:
        return _person(request, "patients/patient_new.html", form, alike=near)
    team = who.get("care_team", ())
    patient = arrivals.enrol(form.save(commit=False), by=request.access, team=team)
    messages.success(request, _("Chart %(number)s is open.") % {"number": patient.number})
    return redirect(*back_to(request.access, patient))


@needs(May.WRITE_NAMES)
def patient_edit(request: Staffed, patient: int) -> HttpResponse:
    found = patient_of(request, patient)
    form = PersonForm(request.POST or None, instance=found, access=request.access)
    if not (request.method == "POST" and form.is_valid()):
        return _person(request, "patients/patient_edit.html", form, patient=found)
    try:
        arrivals.correct(found, form.cleaned_data, version=version_of(request), by=request.access)
    except MovedOnError as fault:
        return _person_moved_on(request, form, fault.standing)
    messages.success(request, _("Saved."))
    return redirect(*back_to(request.access, found))


def _person(request: Staffed, page: str, form: PersonForm, **more: Any) -> HttpResponse:
    """The form again, or for the first time; wrong input is not taken as done."""
    wrong = request.method == "POST"
    if "patient" in more:  # the head shows who it is, not what was typed
        more["patient"] = patient_of(request, more["patient"].pk)
    return render(request, page, {"form": form, **more}, status=UNREADABLE if wrong else 200)


def _person_moved_on(request: Staffed, form: PersonForm, standing: Any) -> HttpResponse:
    now = PersonForm(instance=standing, access=request.access)
    lines = [
        {"label": now[name].label, "theirs": now[name].value(), "mine": form[name].data}
        for name in form.fields
        if _differs(now, form, name)
    ]
    shown = {"form": form, "lines": lines, "patient": standing}
    return render(request, "patients/patient_conflict.html", shown, status=CONFLICT)


def _differs(now: PersonForm, mine: PersonForm, name: str) -> bool:
    return bool(mine[name].field.has_changed(now[name].value(), mine[name].data))


@needs(May.SEE_CHART)
def chart(request: Staffed, patient: int) -> HttpResponse:
    found = patient_of(request, patient)
    standing, gone = written_in(found)
    laid_out = sections(standing, request.access)
    trials = entries_in(laid_out, Part.TRIALS)
    shown = {
        "patient": found,
        "sections": laid_out,
        "timeline": timeline_of(trials, timezone.localdate()),
        "alarm": open_alarm(found),
        "struck": struck_out(gone),
        "files": in_files(found, timezone.localdate()),
    }
    return render(request, "patients/chart.html", shown)


@needs(May.SEE_CHART)
def note_try(request: Staffed, patient: int) -> HttpResponse:
    """Notes a try to reach the patient about the alarm that is open."""
    found = patient_of(request, patient)
    alarm = open_alarm(found)
    says = request.POST.get("says", "").strip()[:400]
    if request.method == "POST" and alarm is not None and says:
        work.note_try(alarm, says, by=request.access)
    return redirect("danger", patient)


@needs(May.SEE_CHART)
def danger(request: Staffed, patient: int) -> HttpResponse:
    """What the engine says of danger in this chart, whom to reach and how, and whom to call."""
    found = patient_of(request, patient)
    alarm = open_alarm(found)
    shown: dict[str, Any] = {
        "patient": found,
        "alarm": alarm,
        "rings": alarm.rings.all() if alarm else (),
        "tries": tries_about(found, alarm),
        "scale": signs.asks_step_by_step(),
        "line": signs.line_for(found.country or found.clinic.country),
    }
    try:
        safety = assess(record_of(found, timezone.localdate(), shipped())).safety
        shown |= {"signs": signs.signs_of(safety), "line": safety.crisis_line}
    except SourceError as fault:
        shown["fault"] = str(fault)
    return render(request, "patients/danger.html", shown)
