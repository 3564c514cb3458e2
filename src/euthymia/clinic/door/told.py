"""From answers to an intake form (contracts/intake.md), as far as they were given.

What was not answered is left out, and so stays unknown. No list is ever called complete: what a
visitor did not think of is no proof that it is not there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from euthymia.clinic.door.answering import REST
from euthymia.clinic.door.questions import NONE, UNSURE, Ask, Tick, asks, item_id, self_check
from euthymia.clinic.door.seal import Answers
from euthymia.clinic.patients.danger import items_tell
from euthymia.clinic.patients.suicide_item import tells_of_suicide_item
from euthymia.exchange.drug_names import brands, drug_id
from euthymia.exchange.faults import SourceError
from euthymia.exchange.intake import read_intake
from euthymia.knowledge.drugs import Drug
from euthymia.library import shipped

Json = dict[str, Any]
DAYS_A_WEEK = 7
A_DAY = "mg/d"
NEAR_ENOUGH = 0.8
"""How like a known name a written one must be before it is offered."""
DOSE = re.compile(r"\s*\d.*$")
LISTS = ("trials", "medications")
YES, NO = "yes", "no"


def told_form(answers: Answers, today: date, country: str) -> Json:
    """What was told, as a form that its reader takes."""
    form: Json = {"intake": 1, "as_of": today.isoformat(), "patient": {"country": country}}
    for ask in asks():
        _place(form, ask, answers.get(ask.id))
    found = {
        "screening": _screens(answers),
        "scales": list(_scales(answers)),
        "trials": list(_trials(answers)),
        "nondrug_trials": _nondrug(answers),
        "medications": list(_medications(answers)),
    }
    return _readable({**form, **{name: part for name, part in found.items() if part}})


def _place(form: Json, ask: Ask, answer: Any) -> None:
    """Puts an answer where the form has it, such as `context.housing`."""
    if not ask.to or answer is None:
        return
    options = {one.id: one.is_ for one in ask.options}
    value = options.get(answer) if options else answer
    room, name = ask.to.split(".")
    if room == "implants":
        form["implants"] = [{name: value}]
    elif value is not None:
        form.setdefault(room, {})[name] = value


def screening(answers: Answers) -> dict[str, str]:
    """Each safety question that was answered: yes, no or unsure, by its key such as tass.fainting.

    A question spread over several lines is no only where each of them was answered so.
    """
    said: dict[str, list[str | None]] = {}
    for ask in asks():
        for key, answer in _said(ask, answers):
            said.setdefault(key, []).append(answer)
    settled = {key: _joined(all_said) for key, all_said in said.items()}
    return {key: answer for key, answer in settled.items() if answer is not None}


def _said(ask: Ask, answers: Answers) -> Iterator[tuple[str, str | None]]:
    for key in ask.keys:
        answer = answers.get(ask.id)
        yield key, answer if answer in (YES, NO, UNSURE) else None
    for one in ask.tick:
        for key in one.keys:
            yield key, _ticked(ask, one, answers)


def _ticked(ask: Ask, one: Tick, answers: Answers) -> str | None:
    """A tick is yes. An open line is no only where someone said so of the lines left open."""
    if one.id in answers.get(ask.id, []):
        return YES
    return {NONE: NO, UNSURE: UNSURE}.get(answers.get(ask.id + REST, ""))


def _joined(said: list[str | None]) -> str | None:
    for strongest in (YES, UNSURE):
        if strongest in said:
            return strongest
    return None if None in said else NO


def _screens(answers: Answers) -> Json:
    screens: Json = {}
    for key, answer in screening(answers).items():
        screen, name = key.split(".")
        screens.setdefault(screen, {})[name] = answer
    return screens


def items_of(instrument: str, answers: Answers) -> list[int | None]:
    """The answers to an instrument's items in their order; None where one is open."""
    count = shipped().instruments[instrument].items or 0
    said = [answers.get(item_id(instrument, number), "") for number in range(1, count + 1)]
    return [int(one) if one.isdigit() else None for one in said]


def _scales(answers: Answers) -> Iterator[Json]:
    """Whole forms; one with open items only where its suicide item was answered, for that."""
    for instrument in dict.fromkeys(one.instrument for one in self_check().step if one.instrument):
        items = items_of(instrument, answers)
        if None not in items or tells_of_suicide_item(instrument, items):
            yield {"instrument": instrument, "items": items}


def speaks_of_suicide(answers: Answers) -> bool:
    """Whether an answer tells of suicide outright, however many others are open."""
    asked = dict.fromkeys(one.instrument for one in self_check().step if one.instrument)
    return items_tell({name: items_of(name, answers) for name in asked})


def is_young(answers: Answers) -> bool:
    """Whether the age that was told is below that for which these pages are made."""
    age = answers.get("age")
    return isinstance(age, int) and age < self_check().young.below


def doubts(trial: Json) -> list[str]:
    """What of a medicine looks like a slip of the pen, as a question in the visitor's language."""
    page = shipped().drugs.get(drug_id(trial["drug"], shipped()) or "")
    highest = _highest_a_day(page) if page else None
    found = []
    if highest is not None and trial.get("dose", 0) > highest:
        found.append(
            _("The most that is usual is %(most)g mg a day. Is that right?") % {"most": highest}
        )
    if trial.get("weeks", 0) * DAYS_A_WEEK > shipped().number("trial_asked_again_days"):
        found.append(_("That is many years. Is that right?"))
    return found


def _highest_a_day(page: Drug) -> float | None:
    """The highest dose of a medicine's page, in mg a day; None where it has none of that kind."""
    figures = [one.value for one in (page.maximum, page.usual_to) if one is not None]
    return max(figures) if figures and page.unit == A_DAY else None


def _trials(answers: Answers) -> Iterator[Json]:
    tried = self_check().tried
    helped = {one.id: one.improvement_pct for one in tried.helped}
    ended = {one.id: one.stop_reason for one in tried.ended}
    for number, trial in enumerate(answers.get("trials", []), 1):
        weeks = trial.get("weeks")
        told = {
            "id": f"t{number}",
            "drug": drug_id(trial["drug"], shipped()),
            "dose_mg": trial.get("dose"),
            "days_at_dose": None if weeks is None else round(weeks * DAYS_A_WEEK),
            "improvement_pct": helped.get(trial.get("helped")),
            "stop_reason": ended.get(trial.get("ended")),
        }
        yield {name: one for name, one in told.items() if one is not None}


def _nondrug(answers: Answers) -> list[Json]:
    ticked = [
        one.nondrug
        for ask in asks()
        for one in ask.tick
        if one.nondrug and one.id in answers.get(ask.id, [])
    ]
    return [{"kind": kind} for kind in ticked]


def _medications(answers: Answers) -> Iterator[Json]:
    for line in answers.get("medicines", "").splitlines():
        name = DOSE.sub("", line).strip()
        if name:
            yield {"drug": drug_id(name, shipped()), "note": line.strip()}


def _readable(form: Json) -> Json:
    """The form without the medicines that its reader refuses, such as a slip of the pen.

    They are not lost: the summary has them as they were written.
    """
    kept = {
        name: [one for one in form.get(name, []) if _is_read({name: [one]}, form)] for name in LISTS
    }
    others = {name: part for name, part in form.items() if name not in LISTS}
    return {**others, **{name: part for name, part in kept.items() if part}}


def _is_read(part: Json, form: Json) -> bool:
    told = {"intake": form["intake"], "as_of": form["as_of"], **part}
    try:
        read_intake("told", json.dumps(told).encode(), shipped())
    except SourceError:
        return False
    return True


@cache
def known_medicines() -> tuple[str, ...]:
    """Every name by which a medicine may be found: ingredients and brands."""
    drugs = shipped().drugs.values()
    names = {name for drug in drugs for name in (drug.name, *drug.names)}
    return tuple(sorted(names | set(brands(shipped())), key=str.lower))


def near(written: str) -> str | None:
    """The known name that was probably meant; None where it is known, or far from all."""
    word = written.strip().lower()
    names = {name.lower(): name for name in known_medicines()}
    if drug_id(word, shipped()) in shipped().drugs or word in names:
        return None
    found = get_close_matches(word, names, n=1, cutoff=NEAR_ENOUGH)
    return names[found[0]] if found else None
