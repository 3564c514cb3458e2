"""The whole intake behind a link: the questions of the door, one page at a time, saved each time.

Whoever was invited may leave and come back by the same link; what was told lies sealed under it
until it is sent or the link is over.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from euthymia.clinic.door.questions import Step, place_of, self_check, step_of
from euthymia.clinic.door.seal import Answers
from euthymia.clinic.door.summary import section_of, summarise, trial_lines
from euthymia.clinic.door.told import known_medicines, speaks_of_suicide, told_form
from euthymia.clinic.door.walk import (
    END,
    NEXT,
    START,
    TRIALS,
    Form,
    after,
    asks_again,
    form_of,
    kept,
)
from euthymia.clinic.files import links
from euthymia.clinic.files.behind import (
    Opened,
    lay_open_too_long,
    no_such_link,
    page,
    sent_address,
)
from euthymia.clinic.patients.faults import UnreadableError

Told = dict[str, Any]
AT, ANSWERS, SEND = "at", "answers", "send"
CONTACT = ("contact_name", "contact_relation", "contact_phone")
"""What is told of the person to call, in the order in which it is read."""


def shown(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    """The page the patient is at; by POST its answers are kept, and the next is led to."""
    told = {AT: START, ANSWERS: {}, **links.saved_in(opened.link)}
    if request.method != "POST":
        links.leave_row(opened.link, "opened")
        return _page(request, opened, told)
    if request.POST.get(AT) != told[AT]:  # an older page of the same intake, sent once more
        return redirect("link", opened.words)
    try:
        return _taken(request, opened, told)
    except links.UsedUpError:
        return no_such_link(request)


def _taken(request: HttpRequest, opened: Opened, told: Told) -> HttpResponseBase:
    go = request.POST.get("go", NEXT)
    form = form_of(_asked(told[AT]), request.POST, told[ANSWERS])
    _ring_for_new_danger(opened, told, kept(told[ANSWERS], form, NEXT))
    if lay_open_too_long(request, opened):
        return _page(request, opened, told, form, late=True)
    if told[AT] == END and go == SEND:
        return _sent(request, opened, told)
    if asks_again(form, go):
        return _page(request, opened, told, form)
    answers = kept(told[ANSWERS], form, go)
    at = after(told[AT], go, answers, form)
    links.save(opened.link, {AT: at, ANSWERS: answers})
    return redirect("link", opened.words)


def _asked(at: str) -> Step | None:
    """What a page asks: the first one, where someone lives and whom to call."""
    return self_check().reach if at == START else step_of(at)


def _ring_for_new_danger(opened: Opened, told: Told, now: Answers) -> None:
    """Calls staff as soon as an answer tells of suicide, whatever becomes of its page."""
    if speaks_of_suicide(now) and not speaks_of_suicide(told[ANSWERS]):
        links.ring(opened.link, links.patient_behind(opened.link))


def _sent(request: HttpRequest, opened: Opened, told: Told) -> HttpResponseBase:
    answers = told[ANSWERS]
    form = told_form(answers, timezone.localdate(), opened.clinic.country)
    lines = [*section_of(self_check().reach, answers).told, *summarise(answers).lines]
    try:
        danger = links.submit(opened.link, form, lines, where=_where(answers))
    except UnreadableError as fault:
        return _page(request, opened, told, fault=fault.in_words)
    helps_first = danger or speaks_of_suicide(answers)
    return redirect(sent_address(opened.clinic, danger=helps_first))


def _where(answers: Answers) -> dict[str, str]:
    """Where someone lives and whom to call, as far as it was told."""
    person = ", ".join(answers[name] for name in CONTACT if name in answers)
    told = {"address": answers.get("address", ""), "contact_person": person}
    return {name: one for name, one in told.items() if one}


def _page(
    request: HttpRequest,
    opened: Opened,
    told: Told,
    form: Form | None = None,
    **more: Any,
) -> HttpResponse:
    step, answers = _asked(told[AT]), told[ANSWERS]
    form = form or form_of(step, None, answers)
    shown = {
        "at": told[AT],
        "step": step,
        "form": form,
        "place": place_of(step) if step in self_check().step else 0,
        "of": len(self_check().step),
        "trials": trial_lines(answers) if step and step.kind == TRIALS else (),
        "medicines": known_medicines() if step and step.kind == TRIALS else (),
        "reach": section_of(self_check().reach, answers),
        "summary": summarise(answers) if told[AT] == END else None,
    }
    return page(request, opened, "intake.html", shown | more)
