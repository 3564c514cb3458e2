"""Opening a guarded chart for a reason: for an hour, told to the director, each reading noted."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import needs
from euthymia.clinic.people.glass import break_glass
from euthymia.clinic.people.roles import May, Role
from euthymia.clinic.work.actions import ask_staff
from euthymia.clinic.work.models import Task

LOOKED_INTO_WITHIN = timedelta(days=1)


class ReasonForm(forms.Form):
    """Why a guarded chart must be seen now."""

    reason = forms.CharField(
        label=_("Why must you see this chart now?"),
        min_length=10,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The medical director reads it. Write no name and nothing clinical."),
    )


@needs(May.BREAK_GLASS)
def open_guarded(request: Staffed, patient: int) -> HttpResponse:
    """Asks for the reason, and opens the chart for an hour."""
    found = get_object_or_404(Patient.objects.named_in(request.access), pk=patient)
    if Patient.objects.seen_by(request.access).filter(pk=patient).exists():
        return redirect("chart", patient=patient)
    form = ReasonForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        told = {"form": form, "number": found.number}
        return render(request, "patients/glass.html", told, status=422 if form.is_bound else 200)
    request.access = break_glass(found.pk, form.cleaned_data["reason"], by=request.access)
    ask_staff(
        request.access.clinic,
        Task.Kind.OTHER,
        gettext("A guarded chart was opened for a reason: read it in the audit"),
        within=LOOKED_INTO_WITHIN,
        role=Role.DIRECTOR,
        patient=found.pk,
    )
    return redirect("chart", patient=patient)
