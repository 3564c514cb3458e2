"""Outcomes: of one patient, of the clinic, and as tables that may leave it. Fetch, call, render."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from euthymia.clinic.outcomes.figures import figures_of
from euthymia.clinic.outcomes.forms import ReleaseForm
from euthymia.clinic.outcomes.models import Release
from euthymia.clinic.outcomes.registry import asks_consent, release
from euthymia.clinic.outcomes.showing import shown
from euthymia.clinic.outcomes.small import LEAST
from euthymia.clinic.outcomes.summary import summary as summary_of
from euthymia.clinic.patients.found import UNREADABLE, patient_of
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.brake import braked
from euthymia.clinic.people.doorkeeper import needs, tell
from euthymia.clinic.people.roles import May
from euthymia.exchange.faults import SourceError


@needs(May.SEE_CHART)
def outcomes(request: Staffed, patient: int) -> HttpResponse:
    """Is it working? Each scale of a patient over time, and what the engine says of it."""
    who, today = patient_of(request, patient), timezone.localdate()
    context: dict[str, Any] = {"patient": who, "today": today}
    try:
        context["shown"] = shown(who, today)
    except SourceError as unreadable:
        context["fault"] = str(unreadable)
    return render(request, "outcomes/patient.html", context)


@needs(May.SIGN)
def dashboard(request: Staffed) -> HttpResponse:
    """The figures of the clinic."""
    context = {"figures": figures_of(request.access.clinic), "least": LEAST}
    return render(request, "outcomes/dashboard.html", context)


@needs(May.EXPORT)
@braked("copy")
def summary(request: Staffed) -> HttpResponse:
    """The figures as a file, without what only a few people have."""
    return _file(summary_of(figures_of(request.access.clinic)), "outcomes")


@needs(May.EXPORT)
def registry(request: Staffed) -> HttpResponse:
    """Who made which table before; the form that says why another may be made."""
    return _asked(request, ReleaseForm())


@needs(May.EXPORT)
@braked("copy")
def registry_table(request: Staffed) -> HttpResponse:
    """The de-identified table, once its ground is told; what was made is written down."""
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _asked(request, form)
    told = form.cleaned_data
    table = release(told.get("ground", ""), told["why"], by=request.access)
    tell(request, people=str(table.people), lines=str(len(table.lines)))
    return _file(table.text, "registry")


def _asked(request: Staffed, form: ReleaseForm) -> HttpResponse:
    made = Release.objects.filter(clinic=request.access.clinic).select_related("by")
    context = {"form": form, "made": made, "asks_consent": asks_consent(), "least": LEAST}
    status = UNREADABLE if form.errors else 200
    return render(request, "outcomes/registry.html", context, status=status)


def _file(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    day = timezone.localdate().isoformat()
    answer["Content-Disposition"] = f'attachment; filename="{name}-{day}.csv"'
    return answer
