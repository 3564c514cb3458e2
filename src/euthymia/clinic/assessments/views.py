"""Assessments: fetch, call, render."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from euthymia.clinic.assessments import actions
from euthymia.clinic.assessments.again import Again, run_again
from euthymia.clinic.assessments.changes import changes
from euthymia.clinic.assessments.forms import OverrideForm
from euthymia.clinic.assessments.found import assessment_of, before, shown, standing
from euthymia.clinic.assessments.models import SignedError
from euthymia.clinic.assessments.overrides import overridable
from euthymia.clinic.assessments.shown import NoPlaceError, as_statement, at, layout_of
from euthymia.clinic.assessments.typesetting import as_set
from euthymia.clinic.patients.actions import UnreadableError
from euthymia.clinic.patients.found import patient_of
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import needs
from euthymia.clinic.people.roles import May
from euthymia.clinic.rights import adoption
from euthymia.exchange.faults import SourceError

AGAIN = gettext_lazy("Assess again, then sign that.")
WHY_NOT = {
    SignedError: (
        gettext_lazy("It is signed already."),
        gettext_lazy("Assess again where something changed."),
    ),
    actions.StaleError: (gettext_lazy("It no longer speaks of this chart."), AGAIN),
    actions.OtherPagesError: (gettext_lazy("The knowledge changed since it was made."), AGAIN),
    actions.OtherDayError: (
        gettext_lazy("It is not of today: what was new on its day may be old now."),
        AGAIN,
    ),
}
"""Why an assessment is not signed, and the mend."""


@needs(May.SEE_CHART, to_write=May.ASSESS)
def assessments(request: Staffed, patient: int) -> HttpResponse:
    """All of a patient, newest first; posting makes one as of today."""
    who, fault = patient_of(request, patient), ""
    if request.method == "POST":
        try:
            made = actions.assess_chart(who, timezone.localdate(), by=request.access)
            return redirect("assessment", who.pk, made.pk)
        except SourceError as unreadable:
            fault = str(unreadable)
    found = who.assessments.select_related("made_by", "signed_by")
    context = {"patient": who, "assessments": found, "fault": fault}
    return render(request, "assessments/assessments.html", context, status=422 if fault else 200)


@needs(May.SEE_CHART)
def assessment(request: Staffed, patient: int, assessment: int) -> HttpResponse:
    found = assessment_of(request, patient, assessment)
    told = as_set(found, adoption.withheld(request.access.clinic))
    context = {"patient": found.patient, "assessment": found, "told": told} | standing(found)
    return render(request, "assessments/assessment.html", context)


@needs(May.SEE_CHART)
def statement(request: Staffed, patient: int, assessment: int, place: str) -> HttpResponse:
    """The facts and sources of one statement: a part of the page, or a page of its own."""
    context = shown(request, assessment_of(request, patient, assessment))
    layout = layout_of(place)
    try:
        found = at(context["body"], place)
        one = as_statement(found) if layout == "statement" else None
    except NoPlaceError:
        raise Http404 from None
    template = f"assessments/layouts/{layout}.html"
    context |= {"found": found, "one": one, "layout": template}
    whole = "assessments/statement.html"
    return render(request, template if "HX-Request" in request.headers else whole, context)


@needs(May.SEE_CHART, to_write=May.SIGN)
def sign(request: Staffed, patient: int, assessment: int) -> HttpResponse:
    """Signs off; what cannot be signed says why, and keeps the note."""
    found = assessment_of(request, patient, assessment)
    if request.method != "POST":
        return redirect("assessment", patient, found.pk)
    note = request.POST.get("note", "").strip()[:4000]
    try:
        actions.sign(found, note, by=request.access)
    except (SignedError, actions.StaleError) as fault:
        why, mend = WHY_NOT[type(fault)]
    else:
        messages.success(request, _("Signed."))
        return redirect("assessment", patient, found.pk)
    told = {"why": why, "mend": mend, "note": note}
    context = {"patient": found.patient, "assessment": found, **told}
    return render(request, "assessments/refused.html", context, status=409)


@needs(May.SIGN)
def override(request: Staffed, patient: int, assessment: int) -> HttpResponse:
    """Takes the milder of two grades of one finding, by name and with a reason."""
    found = assessment_of(request, patient, assessment)
    form = OverrideForm(overridable(found), request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.override(found.patient, told["finding"], told["reason"], by=request.access)
        except UnreadableError as fault:
            form.add_error(None, fault.why)
        else:
            messages.success(request, _("The override is in the chart. Assess again now."))
            return redirect("assessments", patient)
    context = {"patient": found.patient, "assessment": found, "form": form}
    status = 422 if form.errors else 200
    return render(request, "assessments/override.html", context, status=status)


@needs(May.SEE_CHART)
def compared(request: Staffed, patient: int, assessment: int) -> HttpResponse:
    """What changed since the assessment before."""
    found = assessment_of(request, patient, assessment)
    previous = before(found)
    if previous is None:
        raise Http404
    changed = changes(previous.kept.page, found.kept.page)
    context = {"patient": found.patient, "assessment": found, "previous": previous}
    return render(request, "assessments/compared.html", context | {"changed": changed})


@needs(May.SEE_CHART)
def again(request: Staffed, patient: int, assessment: int) -> HttpResponse:
    """The snapshot judged with the knowledge of today."""
    found = assessment_of(request, patient, assessment)
    came: Again | None = None
    fault = ""
    try:
        came = run_again(found)
    except SourceError as unreadable:
        fault = str(unreadable)
    context = {"patient": found.patient, "assessment": found, "again": came, "fault": fault}
    return render(request, "assessments/again.html", context)
