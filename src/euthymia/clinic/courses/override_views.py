"""Going on against a stop: a prescriber, a reason, and a second person who signs beside."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from euthymia.clinic.courses import actions
from euthymia.clinic.courses.faults import CourseError
from euthymia.clinic.courses.found import session_of
from euthymia.clinic.courses.models import Session, Therapy
from euthymia.clinic.courses.runs import saying_of
from euthymia.clinic.courses.screen import said_of
from euthymia.clinic.courses.stops import stops_that_hold
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import needs, tell
from euthymia.clinic.people.roles import May
from euthymia.clinic.people.second import SecondPersonForm, in_one_piece, key_in

UNREADABLE = 422


class OverrideForm(SecondPersonForm):
    why = forms.CharField(
        label=gettext_lazy("Why does it go on?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, request: Staffed, session: Session, *args: Any) -> None:
        super().__init__(request, Therapy(session.course.therapy).given_by, *args)


@needs(May.SIGN, whole=False)
def override(request: Staffed, patient: int, session: int) -> HttpResponse:
    """Signs by two. A wrong password or code of the second person counts, whatever comes of it."""
    found = session_of(request, patient, session)
    if found.charted.filter(key=key_in(request)).exists():
        return redirect("session", patient, session)
    form = OverrideForm(request, found, request.POST or None)
    if request.method == "POST" and form.is_valid() and _signed(request, found, form):
        return redirect("session", patient, session)
    stopped = list({saying_of(one): said_of(one) for one in stops_that_hold(found)}.values())
    shown = {"patient": found.patient, "session": found, "form": form, "stopped": stopped}
    status = UNREADABLE if form.errors else 200
    return render(request, "courses/override.html", shown, status=status)


def _signed(request: Staffed, session: Session, form: OverrideForm) -> bool:
    """Signs, with its row of the audit, or says in the form why it cannot be."""
    told, second = form.cleaned_data, form.second
    if second is None:
        return False
    try:
        tell(request, second=str(second.pk))
        with in_one_piece(request, patient=session.patient_id, session=session.pk):
            actions.override_stop(session, told["why"], second, by=request.access, key=told["key"])
    except CourseError as fault:
        form.add_error(None, fault.why)
        return False
    return True
