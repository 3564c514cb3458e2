"""What the self-check ends in: what was told, what will be asked, what is missing. No verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import Field
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from euthymia.clinic.door.answering import REST, fields_of
from euthymia.clinic.door.questions import (
    NONE,
    UNSURE,
    Closing,
    Step,
    lay_words,
    self_check,
)
from euthymia.clinic.door.seal import Answers
from euthymia.clinic.door.told import (
    NO,
    YES,
    doubts,
    is_young,
    items_of,
    near,
    screening,
    speaks_of_suicide,
)
from euthymia.library import shipped

KETAMINE = ("ketamine_iv", "esketamine")
SCREEN = "ketamine."


@dataclass(frozen=True)
class Section:
    """One page of the self-check as it was answered: a line for each answer."""

    title: str
    lines: tuple[str, ...]
    open: int
    """How many of its questions have no answer."""

    @property
    def told(self) -> list[str]:
        """Each answer under the title of its page."""
        return [f"{self.title}: {line}" for line in self.lines]


@dataclass(frozen=True)
class LookedAt:
    """What clinicians look at before a treatment, by what was said of it; plain words."""

    title: str
    asked_about: tuple[str, ...]
    unknown: tuple[str, ...]
    told_no: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """All of it, in the visitor's language."""

    help_first: bool
    sections: tuple[Section, ...]
    looked_at: tuple[LookedAt, ...]
    phq9: int | None
    phq9_of: int
    is_young: bool
    closing: Closing

    @property
    def missing(self) -> tuple[Section, ...]:
        return tuple(one for one in self.sections if one.open)

    @property
    def lines(self) -> list[str]:
        """What was told, line by line, as it is sent with a request."""
        return [line for one in self.sections for line in one.told]


def summarise(answers: Answers) -> Summary:
    """The summary of what was told so far."""
    items = items_of("phq9", answers)
    return Summary(
        help_first=speaks_of_suicide(answers),
        sections=tuple(section_of(step, answers) for step in self_check().step),
        looked_at=_looked_at(screening(answers)),
        phq9=None if None in items else sum(one or 0 for one in items),
        phq9_of=int(shipped().instruments["phq9"].high),
        is_young=is_young(answers),
        closing=self_check().summary,
    )


def section_of(step: Step, answers: Answers) -> Section:
    """What was told on one page."""
    if step.kind == "trials":
        trials = answers.get("trials", [])
        lines = tuple(_doubted(_trial(one), doubts(one)) for one in trials)
        return Section(_(step.title), lines, open=0 if trials else 1)
    fields = fields_of(step)
    told = [line for name in fields if name in answers for line in _lines(fields, name, answers)]
    return Section(_(step.title), tuple(told), open=_open(fields, answers))


def _open(fields: Iterable[str], answers: Answers) -> int:
    """Questions without an answer. Of a list, what was not ticked counts as one question."""
    told = [name for name in fields if name not in answers]
    return len([name for name in told if f"{name}{REST}" not in fields])


def _lines(fields: Mapping[str, Field], name: str, answers: Answers) -> list[str]:
    """An answer in the words of its field; each ticked line of a list speaks for itself."""
    field, answer = fields[name], answers[name]
    choices = dict(getattr(field, "choices", []))
    if isinstance(answer, list):
        return [str(choices.get(one, one)) for one in answer]
    words = ", ".join(str(choices.get(answer, answer)).splitlines())
    if name.endswith(REST):
        return [_rest(answer, ticked=bool(answers.get(name.removesuffix(REST))))]
    asked = str(field.label)
    return [f"{asked} {words}" if asked.endswith("?") else f"{asked}: {words}"]


def _rest(answer: str, *, ticked: bool) -> str:
    """What was said of the lines that were not ticked, so that it can be read by itself."""
    if answer == NONE:
        return _("No to all others on this page") if ticked else _("No to all on this page")
    if answer == UNSURE:
        return _("Not sure about the others on this page") if ticked else _("Not sure about any")
    return _("Rather not say more")


def _doubted(line: str, asked: list[str]) -> str:
    """A line with what is asked about it, each a sentence of its own."""
    return ". ".join((line, " ".join(asked))) if asked else line


def _trial(trial: dict[str, Any]) -> str:
    tried = self_check().tried
    helped = {one.id: one.says for one in tried.helped}.get(trial.get("helped", ""))
    ended = {one.id: one.says for one in tried.ended}.get(trial.get("ended", ""))
    parts = [
        trial["drug"],
        _("%(dose)g mg a day") % {"dose": trial["dose"]} if "dose" in trial else "",
        _weeks(trial["weeks"]) if "weeks" in trial else "",
        _(helped) if helped else "",
        _(ended) if ended else "",
    ]
    return ", ".join(part for part in parts if part)


def _weeks(weeks: float) -> str:
    whole = 1 if weeks == 1 else 2
    return ngettext("%(weeks)g week", "%(weeks)g weeks", whole) % {"weeks": weeks}


@dataclass(frozen=True)
class Tried:
    """A medicine that was told; the known name that was probably meant; what is asked again."""

    line: str
    meant: str | None
    doubts: list[str]


def trial_lines(answers: Answers) -> list[Tried]:
    """Each medicine that was told."""
    return [Tried(_trial(one), near(one["drug"]), doubts(one)) for one in answers.get("trials", [])]


def keys_before_tms() -> tuple[str, ...]:
    """The safety questions of the knowledge's screen, in its order."""
    return shipped().therapies["tms"].screen


def keys_before_ketamine() -> tuple[str, ...]:
    """The safety questions on which the criteria of infused and sprayed ketamine rest."""
    criteria = [one for name in KETAMINE for one in shipped().therapies[name].criteria.values()]
    named = [fact for one in criteria for fact in one.facts if fact.startswith(SCREEN)]
    return tuple(dict.fromkeys(named))


def _looked_at(said: dict[str, str]) -> tuple[LookedAt, ...]:
    tms, ketamine = keys_before_tms(), keys_before_ketamine()
    return (
        _sorted(_("Before TMS"), tms, said),
        _sorted(_("Before ketamine or the spray"), ketamine, said),
    )


def _sorted(title: str, keys: Iterable[str], said: dict[str, str]) -> LookedAt:
    plain = lay_words()

    def those(*answers: str | None) -> tuple[str, ...]:
        found = [_(plain[key]) for key in keys if said.get(key) in answers]
        return tuple(dict.fromkeys(found))

    return LookedAt(title, those(YES, UNSURE), those(None), those(NO))
