"""The self-check: one small group of questions a page, answers sealed in the page itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from euthymia.clinic.door.limits import may_step
from euthymia.clinic.door.questions import Step, place_of, self_check, step_of
from euthymia.clinic.door.seal import LASTS, Answers, BrokenSealError, seal, unseal
from euthymia.clinic.door.summary import summarise, trial_lines
from euthymia.clinic.door.told import is_young, known_medicines
from euthymia.clinic.door.walk import (
    END,
    HELP,
    NEXT,
    START,
    TRIALS,
    Form,
    after,
    asks_again,
    form_of,
    kept,
)
from euthymia.clinic.door.welcome import Door, at_the_door, show
from euthymia.clinic.people.doorkeeper import public

CLEAR, WIPE, STAY = "clear", "wipe", "stay"
"""Clearing asks once more: these are the first touch, the yes and the no."""
TOO_MANY = 429
AFTER_AGE = 2
"""The page on which someone young is spoken to: the one after that which asks for the age."""


@public
@require_http_methods(["GET", "HEAD"])
@at_the_door
def self_check_start(request: HttpRequest, door: Door) -> HttpResponse:
    return _start(request, door, {})


@public
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_door
def self_check_step(request: HttpRequest, door: Door, name: str) -> HttpResponse:
    """Takes the answers of one page and shows the next. Read by its address, it starts anew."""
    if request.method != "POST":
        return redirect("self_check", door.clinic.slug)
    if not may_step(request):
        return too_many(request, door)
    try:
        answers = unseal(request.POST.get("sealed", ""), door.clinic.pk)
    except BrokenSealError:
        return _start(request, door, _of_this_page(request, name), broken=True)
    return _taken(request, door, name, answers)


def _taken(request: HttpRequest, door: Door, name: str, before: Answers) -> HttpResponse:
    """The page that a button leads to, with what was told on this one."""
    go, step = request.POST.get("go", NEXT), step_of(name)
    if go == WIPE:
        return _start(request, door, {}, cleared=True)
    if go == STAY:
        return _page(request, door, name, before)
    form = form_of(step, request.POST, before)
    answers = kept(before, form, go)
    if go == CLEAR:
        return _show(request, door, "clear.html", answers, {"name": name})
    if step is not None and form is not None and asks_again(form, go):
        return _ask(request, door, step, answers, form)
    here = name if step or name in (HELP, END) else START
    return _page(request, door, after(here, go, answers, form), answers)


def _page(request: HttpRequest, door: Door, name: str, answers: Answers) -> HttpResponse:
    """A page by its name, with the answers told so far; the start where there is no such page."""
    step = step_of(name)
    form = form_of(step, None, answers)
    if step is not None and form is not None:
        return _ask(request, door, step, answers, form)
    shows = {HELP: _help, END: _summary}.get(name, _start)
    return shows(request, door, answers)


def _ask(
    request: HttpRequest, door: Door, step: Step, answers: Answers, form: Form
) -> HttpResponse:
    place, tries = place_of(step), step.kind == TRIALS
    told = {
        "name": step.id,
        "step": step,
        "form": form,
        "at": place,
        "of": len(self_check().step),
        "young": self_check().young if is_young(answers) and place == AFTER_AGE else None,
        "trials": trial_lines(answers) if tries else (),
        "medicines": known_medicines() if tries else (),
    }
    return _show(request, door, "step.html", answers, told)


def _start(
    request: HttpRequest,
    door: Door,
    answers: Answers,
    *,
    broken: bool = False,
    cleared: bool = False,
) -> HttpResponse:
    steps = len(self_check().step)
    told = {"name": START, "broken": broken, "cleared": cleared, "of": steps}
    return _show(request, door, "start.html", answers, told)


def _help(request: HttpRequest, door: Door, answers: Answers) -> HttpResponse:
    return _show(request, door, "help.html", answers, {"name": HELP})


def _summary(request: HttpRequest, door: Door, answers: Answers) -> HttpResponse:
    told = {"name": END, "summary": summarise(answers), "young": self_check().young}
    return _show(request, door, "summary.html", answers, told)


def _show(
    request: HttpRequest, door: Door, template: str, answers: Answers, told: dict[str, Any]
) -> HttpResponse:
    """A page of the self-check: what it shows, and the answers so far, sealed."""
    sealed = {"sealed": seal(answers, door.clinic.pk), "lasts": int(LASTS.total_seconds())}
    return show(request, door, template, {**told, **sealed})


def _of_this_page(request: HttpRequest, name: str) -> Answers:
    """What can be kept of a page whose seal is broken: what was answered on it."""
    return kept({}, form_of(step_of(name), request.POST, {}), NEXT)


def too_many(request: HttpRequest, door: Door) -> HttpResponse:
    response = show(request, door, "too_many.html", {}, status=TOO_MANY)
    response.headers["Retry-After"] = "3600"
    return response
