"""Every way of knowing one thing less about a patient, and nothing else.

What is *not* here, because it says something new rather than less:

- An entry of a section that is complete: there silence is an answer.
- What the form reads as a plain default when it is left out: the indication (depression), the
  episode of a trial (this one, unless told or dated otherwise), a peak (none), a well period
  (none), the end of a diagnosis (it still holds), the date of a lab, scale or medicine (today).
- One of two words on the same matter: the newest of two labs, a score beside a told severity, a
  dose beside a serum level that overrides it, more days than lie between two dates, two outcomes
  that cannot both be true, a code of remission beside a score. Taking the one away lets the other
  speak.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import inf
from typing import Any

from euthymia.engine.trials import contradiction
from euthymia.record.entries import ScaleChange, Trial
from tests.laws.strategies import KNOWLEDGE, TODAY, Form

OF_A_TRIAL = ("dose_mg", "pdc", "improvement_pct", "scale_change", "stop_reason")
OUTCOME = ("improvement_pct", "scale_change", "stop_reason")
OF_THE_PATIENT = ("patient", "context", "genes", "body")
LISTED = ("diagnoses", "trials", "nondrug_trials", "medications")


def less_known(form: Form) -> Iterator[tuple[str, Form]]:
    """Each form that knows one thing less, with the name of what was forgotten."""
    yield from _a_section_no_longer_complete(form)
    yield from _a_listed_entry(form)
    yield from _a_field_of_a_trial(form)
    yield from _the_length_of_the_episode(form)
    yield from _a_measurement(form)
    yield from _a_word_about_the_patient(form)


def _a_section_no_longer_complete(form: Form) -> Iterator[tuple[str, Form]]:
    for section in form.get("complete", []):
        rest = [one for one in form["complete"] if one != section]
        yield f"complete {section}", form | {"complete": rest}


def _a_listed_entry(form: Form) -> Iterator[tuple[str, Form]]:
    """An entry of a list that nobody called whole, and on which no other entry leans."""
    for section in LISTED:
        entries: list[Form] = form.get(section, [])
        if section in form.get("complete", []) or leans_on_dates(section, form):
            continue
        for number, entry in enumerate(entries):
            if not any(one.get("augments") == entry.get("id", "") for one in entries):
                rest = entries[:number] + entries[number + 1 :]
                yield f"{section} {number}", form | {section: rest}


def leans_on_dates(section: str, form: Form) -> bool:
    """A whole list of medicines must hold the drugs of ongoing trials too, or it was not whole."""
    return section == "trials" and "medications" in form.get("complete", [])


def _a_field_of_a_trial(form: Form) -> Iterator[tuple[str, Form]]:
    for number, trial in enumerate(form.get("trials", [])):
        for field in [*OF_A_TRIAL, *_also(trial)]:
            apart = field in OUTCOME and contradicts_itself(trial)
            apart = apart or _still_taken_though_unlisted(field, trial, form)
            if field in trial and not apart:
                yield f"{field} of {trial['id']}", _with_trial(form, number, _without(trial, field))
        if {"start", "end", "episode"} <= trial.keys() and _fits_its_dates(trial):
            for gone in (("start",), ("start", "end")):
                less = {name: told for name, told in trial.items() if name not in gone}
                yield f"{' and '.join(gone)} of {trial['id']}", _with_trial(form, number, less)


def _still_taken_though_unlisted(field: str, trial: Form, form: Form) -> bool:
    """A whole list of medicines says that a trial is over, unless the trial says otherwise."""
    runs = trial.get("stop_reason") == "ongoing" or trial.get("end") == TODAY.isoformat()
    return field in ("stop_reason", "end") and runs and "medications" in form.get("complete", [])


def contradicts_itself(trial: Form) -> bool:
    """Whether two words on the outcome cannot both be true."""
    told = {name: trial.get(name) for name in ("improvement_pct", "stop_reason")}
    change = ScaleChange(**trial["scale_change"]) if "scale_change" in trial else None
    return bool(contradiction(Trial(id="t", drug="", scale_change=change, **told), KNOWLEDGE))


def _fits_its_dates(trial: Form) -> bool:
    return float(trial.get("days_at_dose", 0)) <= _span(trial)


def _also(trial: Form) -> Iterator[str]:
    """Days that fit the dates; dates that only bound the days; a level that the page asks for."""
    page = KNOWLEDGE.drugs.get(trial["drug"])
    if page is None or page.level is None or page.level.required:
        yield "serum_level"
    if _fits_its_dates(trial):
        yield "days_at_dose"
        if "episode" in trial:
            yield "end" if "end" in trial else "start"


def _span(trial: Form) -> float:
    """Days from the first to the last of a trial; without dates there is no bound."""
    if "start" not in trial:
        return inf
    start = date.fromisoformat(trial["start"])
    end = date.fromisoformat(trial["end"]) if "end" in trial else TODAY
    return (end - start).days + 1


def _with_trial(form: Form, number: int, trial: Form) -> Form:
    trials = form["trials"]
    return form | {"trials": [*trials[:number], trial, *trials[number + 1 :]]}


def _the_length_of_the_episode(form: Form) -> Iterator[tuple[str, Form]]:
    """Only where no trial is placed in an episode by its dates alone."""
    placed = all("episode" in trial for trial in form.get("trials", []))
    for field in ("months", "severity"):
        if field in form.get("episode", {}) and (placed or field == "severity"):
            yield f"episode {field}", form | {"episode": _without(form["episode"], field)}


def _a_measurement(form: Form) -> Iterator[tuple[str, Form]]:
    """All values of one kind together, so that no older one takes the place of the newest."""
    if form.get("labs"):
        yield "labs", _without(form, "labs")
    if form.get("scales") and "severity" not in form.get("episode", {}):
        yield "scales", _without(form, "scales")


def _a_word_about_the_patient(form: Form) -> Iterator[tuple[str, Form]]:
    for part in OF_THE_PATIENT:
        for field in form.get(part, {}):
            yield f"{part} {field}", form | {part: _without(form[part], field)}


def _without(part: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name != field}
