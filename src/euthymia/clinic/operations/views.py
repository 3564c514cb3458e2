"""Who saw or changed what."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.audit.chain import verify
from euthymia.clinic.audit.models import Row
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access, Staffed
from euthymia.clinic.people.doorkeeper import needs, tell
from euthymia.clinic.people.models import User
from euthymia.clinic.people.numbers import number_in
from euthymia.clinic.people.roles import May

PAGE = 50
LOOKED_AT = 1000
"""How many of the newest rows each visit checks; the button checks all."""


class Wanted(forms.Form):
    """Which rows are wanted: of a patient, of a person, of a day."""

    chart = forms.IntegerField(label=_("Chart number"), min_value=1, required=False)
    who = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), required=False, empty_label=_("Everyone")
    )
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = User.objects.filter(memberships__clinic=access.clinic).distinct().order_by("name")
        self.fields["who"].queryset = here  # type: ignore[attr-defined]


@needs(May.SEE_AUDIT)
def audit(request: Staffed) -> HttpResponse:
    """The rows of this clinic, newest first. A chart number is posted: no address holds it."""
    if request.method == "POST":
        return _asked(request)
    access = request.access
    asked = _numbers(request, "patient", "who", "before")
    day = _day(request)
    rows = _rows(access, day, asked)
    page = list(rows[: PAGE + 1])
    number = asked.get("patient")
    if number is not None:
        tell(request, of=str(number))
    whole = "all" in request.GET
    told = {
        "form": _shown_form(access, day, asked),
        "rows": _with_names(access, page[:PAGE]),
        "patient": _chart_of(access, number),
        "older": _address(request, before=page[PAGE - 1].number) if len(page) > PAGE else "",
        "newest": _address(request, before=None) if "before" in asked else "",
        "broken": verify(access.clinic.pk, last=None if whole else LOOKED_AT),
        "whole": whole,
        "looked_at": LOOKED_AT,
    }
    return render(request, "operations/audit.html", told)


def _asked(request: Staffed) -> HttpResponse:
    form = Wanted(request.POST, access=request.access)
    if not form.is_valid():
        return render(request, "operations/audit.html", {"form": form, "rows": []}, status=422)
    told = form.cleaned_data
    chart = Patient.objects.filter(clinic=request.access.clinic, number=told["chart"] or 0).first()
    if told["chart"] and chart is None:
        form.add_error("chart", _("No chart here has this number."))
        return render(request, "operations/audit.html", {"form": form, "rows": []}, status=422)
    asked = {
        "patient": chart.pk if chart else None,
        "who": told["who"].pk if told["who"] else None,
        "day": told["day"],
    }
    return redirect(f"{request.path}?{urlencode({k: v for k, v in asked.items() if v})}")


def _numbers(request: Staffed, *names: str) -> dict[str, int]:
    told = {name: number_in(request.GET.get(name)) for name in names}
    return {name: number for name, number in told.items() if number is not None}


def _day(request: Staffed) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None


def _rows(access: Access, day: date | None, asked: dict[str, int]) -> QuerySet[Row]:
    rows = Row.objects.filter(clinic=access.clinic.pk).order_by("-number")
    if "patient" in asked:
        rows = rows.filter(patient=asked["patient"])
    if "who" in asked:
        rows = rows.filter(who=asked["who"])
    if "before" in asked:
        rows = rows.filter(number__lt=asked["before"])
    if day is not None:
        begins = datetime.combine(day, time.min, access.zone)
        rows = rows.filter(at__gte=begins, at__lt=_next_midnight(day, access))
    return rows


def _next_midnight(day: date, access: Access) -> datetime:
    """A day may have 23 or 25 hours: the next one begins where the clinic's clock says so."""
    after = day + timedelta(days=1) if day < date.max else day
    return datetime.combine(after, time.min, access.zone)


def _shown_form(access: Access, day: date | None, asked: dict[str, int]) -> Wanted:
    chart = _chart_of(access, asked.get("patient"))
    initial = {"chart": chart.number if chart else None, "who": asked.get("who"), "day": day}
    return Wanted(initial=initial, access=access)


def _chart_of(access: Access, number: int | None) -> Patient | None:
    return Patient.objects.filter(clinic=access.clinic, pk=number).first() if number else None


def _with_names(access: Access, rows: list[Row]) -> list[dict[str, Any]]:
    """Each row with the name of the person and the number of the chart, never its name."""
    names = dict(User.objects.filter(pk__in={row.who for row in rows}).values_list("pk", "name"))
    charts = dict(
        Patient.objects.filter(
            clinic=access.clinic, pk__in={row.patient for row in rows if row.patient}
        ).values_list("pk", "number")
    )
    return [
        {"row": row, "name": names.get(row.who, ""), "chart": charts.get(row.patient or 0)}
        for row in rows
    ]


def _address(request: Staffed, **changed: Any) -> str:
    told = {**request.GET.dict(), **changed}
    return f"{request.path}?{urlencode({name: v for name, v in told.items() if v is not None})}"
