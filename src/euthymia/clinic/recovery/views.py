"""The plan for recovery of a patient: read, written, printed; its steps. Fetch, call, render."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from euthymia.clinic.patients.danger import line_for
from euthymia.clinic.patients.found import CONFLICT, UNREADABLE, patient_of
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import needs
from euthymia.clinic.people.numbers import number_in
from euthymia.clinic.people.quicker import MovedOnError, version_of
from euthymia.clinic.people.roles import May
from euthymia.clinic.recovery import actions
from euthymia.clinic.recovery.content import plan_page
from euthymia.clinic.recovery.forms import DoneForm, PlanForm, StepForm
from euthymia.clinic.recovery.models import RecoveryPlan

Told = list[tuple[str, list[tuple[str, str]]]]


@needs(May.SEE_CHART)
def recovery(request: Staffed, patient: int) -> HttpResponse:
    """The plan as it stands, or as a version before; and the steps."""
    who = patient_of(request, patient)
    told = {
        "patient": who,
        "versions": who.recovery_plans.select_related("by"),
        "steps": who.recovery_steps.select_related("made_by", "done_by"),
        "review": plan_page().review,
        **_plan(who, request.GET.get("version")),
    }
    return render(request, "recovery/recovery.html", told)


def _plan(patient: Patient, version: str | None) -> dict[str, Any]:
    number = number_in(version)
    plan = actions.newest(patient)
    if number is not None:
        plan = get_object_or_404(patient.recovery_plans.select_related("by"), number=number)
    return {"plan": plan, "parts": _in_words(plan)}


def _in_words(plan: RecoveryPlan | None) -> Told:
    """Headings and questions with their answers; what nobody told is empty."""
    told = plan.told if plan else {}
    return [
        (gettext(part.heading), [(gettext(one.asks), told.get(one.id, "")) for one in part.field])
        for part in plan_page().part
    ]


@needs(May.SEE_CHART)
def printed(request: Staffed, patient: int) -> HttpResponse:
    """The plan on paper, for the patient."""
    who = patient_of(request, patient)
    steps = who.recovery_steps.filter(done_at=None)
    clinic = request.access.clinic
    told = {"patient": who, "clinic": clinic, "steps": steps, **_plan(who, None)}
    told["line"] = line_for(clinic.country)
    return render(request, "recovery/paper.html", told)


@needs(May.WRITE_CHART)
def edit(request: Staffed, patient: int) -> HttpResponse:
    """Writes the next version. Where someone was quicker both are shown, and neither is lost."""
    who = patient_of(request, patient)
    standing = actions.newest(who)
    if request.method != "POST":
        return _form(request, who, PlanForm(initial=standing.told if standing else {}), standing)
    form = PlanForm(request.POST)
    if not form.is_valid():
        return _form(request, who, form, standing, status=UNREADABLE)
    try:
        actions.write(
            who,
            form.told(),
            with_patient=form.cleaned_data["with_patient"],
            version=version_of(request),
            by=request.access,
        )
    except MovedOnError as quicker:
        return _form(request, who, form, quicker.standing, mine=quicker.mine, status=CONFLICT)
    return redirect("recovery", patient)


def _form(  # noqa: PLR0913 - what a page of a form takes, by name
    request: Staffed,
    patient: Patient,
    form: PlanForm,
    standing: RecoveryPlan | None,
    *,
    mine: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    told = {
        "patient": patient,
        "form": form,
        "standing": standing,
        "version": standing.number if standing else 0,
        "differences": None if mine is None else _differences(standing, mine),
    }
    return render(request, "recovery/edit.html", told, status=status)


def _differences(standing: RecoveryPlan | None, mine: dict[str, str]) -> list[dict[str, str]]:
    theirs = standing.told if standing else {}
    return [
        {"label": gettext(one.asks), "theirs": theirs.get(one.id, ""), "mine": mine[one.id].strip()}
        for one in plan_page().fields()
        if theirs.get(one.id, "") != mine[one.id].strip()
    ]


@needs(May.WRITE_CHART)
def new_step(request: Staffed, patient: int) -> HttpResponse:
    who = patient_of(request, patient)
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.patient, form.instance.made_by = who, request.access.user
        form.save()
        return redirect("recovery", patient)
    told = {"patient": who, "form": form}
    return render(request, "recovery/step.html", told, status=UNREADABLE if form.errors else 200)


@needs(May.WRITE_CHART)
def end_step(request: Staffed, patient: int, step: int) -> HttpResponse:
    """How a step came out."""
    who = patient_of(request, patient)
    found = get_object_or_404(who.recovery_steps, pk=step)
    form = DoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.finish(found, form.cleaned_data["how"], by=request.access)
            return redirect("recovery", patient)
        except MovedOnError as quicker:
            found = quicker.standing
            told = {"patient": who, "form": form, "step": found}
            return render(request, "recovery/step.html", told, status=CONFLICT)
    told = {"patient": who, "form": form, "step": found}
    return render(request, "recovery/step.html", told, status=UNREADABLE if form.errors else 200)
