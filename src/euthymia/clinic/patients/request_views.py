"""Requests for a consultation: the queue, one of them, taking someone in, closing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from euthymia.clinic.patients import arrivals, danger
from euthymia.clinic.patients.actions import as_a_form, open_alarm
from euthymia.clinic.patients.alike import alike
from euthymia.clinic.patients.faults import UnreadableError
from euthymia.clinic.patients.filling import entries_of
from euthymia.clinic.patients.found import CONFLICT, UNREADABLE, back_to, page_of
from euthymia.clinic.patients.models import Patient, Patients, Request
from euthymia.clinic.patients.parts import Part
from euthymia.clinic.patients.people_forms import AcceptForm, CloseForm, ContactForm
from euthymia.clinic.patients.shown import Fact, facts_of
from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import concerns, needs
from euthymia.clinic.people.quicker import MovedOnError, version_of
from euthymia.clinic.people.roles import May
from euthymia.clinic.work.models import Task
from euthymia.exchange.faults import SourceError

State = Request.State
OPEN = (State.NEW, State.CONTACTED)
"""States of a request that waits for someone here."""


@needs(May.TRIAGE)
def requests(request: Staffed) -> HttpResponse:
    """Those that wait: urgent ones on top with their clock, then the newest; or the settled."""
    settled = "settled" in request.GET
    here = Request.objects.seen_by(request.access)
    chosen = here.exclude(state__in=OPEN) if settled else here.filter(state__in=OPEN)
    page = page_of(_in_order(chosen), request.GET.get("page"))
    due = _clocks([one.pk for one in page.object_list])
    return render(request, "patients/requests.html", {"page": page, "due": due, "settled": settled})


def _in_order(chosen: Any) -> Any:
    new_first = Case(
        When(state=State.NEW, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return chosen.select_related("patient").order_by("-urgent", new_first, "-received")


def _clocks(numbers: list[int]) -> dict[int, Any]:
    """Until when each of these requests must have been taken up."""
    waiting = Task.objects.filter(request__in=numbers, done=None).order_by("-due")
    return {task.request: task.due for task in waiting if task.request}


@needs(May.TRIAGE)
def request(request: Staffed, number: int) -> HttpResponse:
    """One request; a POST notes a try to reach whoever sent it."""
    asked = _asked(request, number)
    form = ContactForm(request.POST or None)
    if not (request.method == "POST" and form.is_valid()):
        return _request_page(request, asked, form)
    try:
        arrivals.note_contact(
            asked, form.cleaned_data["says"], version=version_of(request), by=request.access
        )
    except MovedOnError as fault:
        return _request_page(request, fault.standing, form, moved_on=True)
    return redirect("request", number)


def _asked(request: Staffed, number: int) -> Request:
    here = Request.objects.seen_by(request.access).select_related("patient", "clinic")
    found = get_object_or_404(here, pk=number)
    if found.patient_id is not None:
        concerns(request, found.patient_id)
    return found


def _request_page(
    request: Staffed, asked: Any, form: Any, page: str = "patients/request.html", **more: Any
) -> HttpResponse:
    shown = {
        "asked": asked,
        "form": form,
        "open": asked.state in OPEN,
        "due": _clocks([asked.pk]).get(asked.pk),
        "contacts": asked.contacts.select_related("by"),
        "unreached": _unreached(asked),
        **more,
    }
    if asked.urgent:
        shown["line"] = danger.line_for(asked.clinic.country)
    if request.access.may(May.SEE_CHART):
        shown |= {"summary": _lines(asked.summary), "told": _told(asked.told)}
        shown["signs"] = _signs(asked)
    status = CONFLICT if more.get("moved_on") else UNREADABLE if request.method == "POST" else 200
    return render(request, page, shown, status=status)


def _unreached(asked: Request) -> bool:
    """Whether it tells of danger and no try to reach anyone is noted."""
    return asked.urgent and not asked.contacts.exists()


def _signs(asked: Request) -> list[danger.Sign]:
    """Why a request is urgent: what of danger was told. None where it cannot be read."""
    try:
        return danger.told_signs(as_a_form(asked.told)) if asked.told else []
    except SourceError:
        return []


def _lines(summary: Any) -> list[tuple[str, str]]:
    """What the patient saw and sent, line by line: a question with its answer, or plain words."""
    lines = summary if isinstance(summary, list) else []
    return [_line(one) for one in lines]


def _line(one: Any) -> tuple[str, str]:
    if isinstance(one, dict):
        first, *rest = [str(value) for value in one.values()] or [""]
        return first, " ".join(rest)
    if isinstance(one, list):
        return str(one[0]) if one else "", " ".join(str(word) for word in one[1:])
    return "", str(one)


def _told(form: Any) -> list[tuple[str, list[Fact]]]:
    """What would go into the chart: each part with what it says."""
    told = entries_of(form) if isinstance(form, dict) else ()
    found = ((part, [f for f in facts_of(part, one) if not f.silent]) for part, one in told)
    return [(str(Part(part).label), facts) for part, facts in found]


@needs(May.TRIAGE, to_write=May.WRITE_NAMES)
def request_accept(request: Staffed, number: int) -> HttpResponse:
    """Who this is: someone known, or someone new. A human being says so, side by side."""
    asked = _asked(request, number)
    near, shut = _near(request, asked)
    form = AcceptForm(request.POST or None, alike=near, unreached=_unreached(asked))
    page, side = "patients/request_accept.html", {"near": _beside(asked, near), "shut": shut}
    if not (request.method == "POST" and form.is_valid()):
        return _request_page(request, asked, form, page, **side)
    try:
        patient = arrivals.accept(
            asked, _chosen(form, near), version=version_of(request), by=request.access
        )
    except MovedOnError as fault:
        return _request_page(request, fault.standing, form, page, **side, moved_on=True)
    except UnreadableError as fault:
        form.add_error("who", _why(request, fault))
        return _request_page(request, asked, form, page, **side)
    messages.success(request, _("Taken in as chart %(number)s.") % {"number": patient.number})
    if request.access.may(May.SEE_CHART) and open_alarm(patient):
        return redirect("danger", patient.pk)
    return redirect(*back_to(request.access, patient))


def _near(request: Staffed, asked: Request) -> tuple[Patients, bool]:
    """The look-alikes whose charts the visitor sees, and whether there are others, guarded."""
    near = alike(request.access, asked.family_name, asked.given_name, asked.birth_date)
    seen = near.filter(pk__in=Patient.objects.seen_by(request.access).values("pk"))
    return seen, seen.count() < near.count()


def _beside(asked: Request, near: Patients) -> list[dict[str, Any]]:
    """Each look-alike, and which of its words are those of the request."""
    names = ("family_name", "given_name", "birth_date", "phone", "email")
    return [
        {"patient": one, "same": {n: getattr(one, n) == getattr(asked, n) for n in names}}
        for one in near
    ]


def _chosen(form: AcceptForm, near: Patients) -> Patient | None:
    who = form.cleaned_data["who"]
    return None if who == AcceptForm.NEW else near.get(pk=who)


def _why(request: Staffed, fault: UnreadableError) -> str:
    """The place of a fault is a clinical word: told only to those who may see a chart."""
    general = _("What was told cannot be put beside this chart.")
    return f"{general} {fault.in_words}" if request.access.may(May.SEE_CHART) else general


@needs(May.TRIAGE)
def request_close(request: Staffed, number: int) -> HttpResponse:
    asked = _asked(request, number)
    form = CloseForm(request.POST or None, unreached=_unreached(asked))
    page = "patients/request_close.html"
    if not (request.method == "POST" and form.is_valid()):
        return _request_page(request, asked, form, page)
    try:
        why = form.cleaned_data["why"]
        arrivals.close(asked, why, version=version_of(request), by=request.access)
    except MovedOnError as fault:
        return _request_page(request, fault.standing, form, page, moved_on=True)
    messages.success(request, _("The request is closed."))
    return redirect("requests")
