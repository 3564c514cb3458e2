"""What must be done, and what is on its way out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from euthymia.clinic.people.access import Staffed
from euthymia.clinic.people.doorkeeper import needs
from euthymia.clinic.people.quicker import MovedOnError, version_of
from euthymia.clinic.people.roles import May
from euthymia.clinic.work.actions import finish, hand_over, send_again, take
from euthymia.clinic.work.closing import ClosingForm, closing_form
from euthymia.clinic.work.models import Message, Task
from euthymia.clinic.work.piles import piles
from euthymia.clinic.work.whose import name

LATELY = 20
"""How many closed tasks and messages a page shows."""


def _task(request: Staffed, number: int) -> Task:
    mine = request.access.clinic.tasks.that_i_may_take(request.access)
    return get_object_or_404(mine.select_related("owner", "done_by"), pk=number)


@needs(May.SEE_NAMES)
def tasks(request: Staffed) -> HttpResponse:
    done = request.access.clinic.tasks.exclude(done=None).select_related("done_by")
    closed = list(done.order_by("-done")[:LATELY])
    name(request.access, closed)
    return render(request, "work/tasks.html", {"piles": piles(request.access), "closed": closed})


@needs(May.SEE_NAMES)
@require_POST
def take_task(request: Staffed, task: int) -> HttpResponse:
    found = _task(request, task)
    try:
        take(found, version=version_of(request), by=request.access)
    except MovedOnError as moved:
        return _moved_on(request, moved.standing)
    return redirect("task", task=task)


@needs(May.SEE_NAMES)
def task(request: Staffed, task: int) -> HttpResponse:
    """One task, and the form that closes it."""
    found = _task(request, task)
    form = closing_form(found, request.POST or None)
    if request.method == "POST" and version_of(request) != found.version:
        return _moved_on(request, found, form)
    if request.method != "POST" or not form.is_valid():
        return _shown(request, found, form)
    try:
        finish(found, by=request.access, **form.told())
    except MovedOnError as moved:
        return _moved_on(request, moved.standing, form)
    messages.success(request, _("Done, and noted with your name."))
    return redirect("tasks")


def _shown(request: Staffed, found: Task, form: ClosingForm) -> HttpResponse:
    name(request.access, [found])
    rings = found.rings.select_related("seen_by")
    shown = {"task": found, "form": form, "rings": rings}
    return render(request, "work/task.html", shown, status=422 if form.is_bound else 200)


def _moved_on(request: Staffed, standing: Task, form: ClosingForm | None = None) -> HttpResponse:
    name(request.access, [standing])
    mine = [one for one in form.visible_fields() if one.data and one.name != "seen"] if form else []
    return render(request, "work/moved_on.html", {"task": standing, "mine": mine}, status=409)


@needs(May.TRIAGE)
def outbox(request: Staffed) -> HttpResponse:
    here = request.access.clinic.messages.select_related("owner").order_by("-pk")
    return render(
        request,
        "work/outbox.html",
        {
            "open": here.open(),
            "closed": here.exclude(state__in=Message.OPEN)[:LATELY],
        },
    )


def _message(request: Staffed, number: int) -> Message:
    return get_object_or_404(request.access.clinic.messages.all(), pk=number)


@needs(May.TRIAGE)
def message(request: Staffed, message: int) -> HttpResponse:
    return render(request, "work/message.html", {"message": _message(request, message)})


@needs(May.TRIAGE)
@require_POST
def message_again(request: Staffed, message: int) -> HttpResponse:
    send_again(_message(request, message))
    messages.success(request, _("The message will be tried again within a minute."))
    return redirect("outbox")


@needs(May.TRIAGE)
@require_POST
def message_handed_over(request: Staffed, message: int) -> HttpResponse:
    hand_over(_message(request, message))
    messages.success(request, _("Noted: handed over by staff. Its text is no longer kept."))
    return redirect("outbox")
