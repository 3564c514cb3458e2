"""The walk through the questions: what is kept of a page, and which page comes next.

The self-check and the intake behind a link take the same way. Nothing is stored or shown here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from euthymia.clinic.door.answering import MOST_TRIALS, StepForm, TrialForm
from euthymia.clinic.door.questions import Step, self_check
from euthymia.clinic.door.seal import Answers
from euthymia.clinic.door.told import doubts, near, speaks_of_suicide
from euthymia.clinic.people.numbers import number_in

START, HELP, END, THOUGHTS = "start", "help", "end", "thoughts"
TRIALS = "trials"
NEXT, BACK, ADD = "next", "back", "add"
REMOVE, MEND = "remove-", "mend-"
Form = StepForm | TrialForm


def form_of(step: Step | None, told: Mapping[str, Any] | None, answers: Answers) -> Form | None:
    """The form of a step, filled with what was sent; None on a page without questions."""
    if step is None:
        return None
    return TrialForm(told) if step.kind == TRIALS else StepForm(step, told, answers)


def asks_again(form: Form | None, go: str) -> bool:
    """Whether an answer cannot be read, and the way on goes past it."""
    return form is not None and go in (NEXT, ADD) and not form.is_valid()


def kept(answers: Answers, form: Form | None, go: str) -> Answers:
    """The answers with those of this page, as far as they can be read."""
    if isinstance(form, StepForm):
        form.is_valid()
        return form.kept(answers)
    tried = list(answers.get(TRIALS, []))
    if go.startswith((REMOVE, MEND)):
        return {**answers, TRIALS: _changed(tried, go)}
    trial = form.trial() if form is not None else None
    return {**answers, TRIALS: [*tried, trial][:MOST_TRIALS]} if trial else answers


def _changed(tried: list[dict[str, Any]], go: str) -> list[dict[str, Any]]:
    """Without the medicine of this number, or with its name as the pages have it."""
    word, _, number = go.partition("-")
    at = (number_in(number) or 0) - 1
    if not 0 <= at < len(tried):
        return tried
    mended = {**tried[at], "drug": near(tried[at]["drug"]) or tried[at]["drug"]}
    return [*tried[:at], *([mended] if word == "mend" else []), *tried[at + 1 :]]


def after(at: str, go: str, answers: Answers, form: Form | None = None) -> str:
    """The name of the page that a button leads to; any other button than these two stays.

    Help comes right after an answer that tells of suicide. A medicine whose name, dose or length
    looks like a slip of the pen is shown once more before the way goes on.
    """
    if go == BACK:
        return THOUGHTS if at == HELP else _beside(at, -1)
    if go != NEXT or _looks_like_a_slip(form):
        return at
    if at == THOUGHTS and speaks_of_suicide(answers):
        return HELP
    return _beside(at, 1)


def _beside(at: str, by: int) -> str:
    line = [START, *(one.id for one in self_check().step), END]
    place = line.index(THOUGHTS if at == HELP else at) + by
    return line[min(max(place, 0), len(line) - 1)]


def _looks_like_a_slip(form: Form | None) -> bool:
    trial = form.trial() if isinstance(form, TrialForm) else None
    return bool(trial and (doubts(trial) or near(trial["drug"])))
