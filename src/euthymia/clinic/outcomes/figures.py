"""The figures of a clinic: who is treated, what came of it, how long they waited, who is followed.

They rest on what was kept when each chart was last looked at (`looking`). A share counts whoever
it can be said of; of whom it cannot be said is counted beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import quantiles
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from euthymia.clinic.assessments.models import Assessment
from euthymia.clinic.courses.models import Therapy
from euthymia.clinic.outcomes.ages import age_band, age_on
from euthymia.clinic.outcomes.looking import today_in
from euthymia.clinic.outcomes.models import FollowUp
from euthymia.clinic.outcomes.rates import Rate, rate_of
from euthymia.clinic.patients.models import Patient, Request
from euthymia.clinic.people.models import Clinic
from euthymia.exchange.words import short_name
from euthymia.library import shipped
from euthymia.terms import Verdict

Json = dict[str, Any]
OUTCOMES = ("response", "remission", "reliable_change")
FEWEST = 2
"""Of fewer waits no quartiles are told."""


@dataclass(frozen=True)
class Counts:
    """How many of each kind there are, the most frequent first."""

    title: str
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Row:
    """One therapy by one scale, or one scale: how many, and each outcome."""

    what: str
    scale: str
    people: int
    response: Rate
    remission: Rate
    reliable_change: Rate

    @property
    def outcomes(self) -> tuple[tuple[str, Rate], ...]:
        return tuple((name, getattr(self, name)) for name in OUTCOMES)


@dataclass(frozen=True)
class Waits:
    """Days from a request to the first session: of how many, and the quartiles of them.

    `waiting` asked and have had no session; `unasked` were treated without a request on record.
    """

    days: tuple[int, ...]
    waiting: int
    unasked: int

    @property
    def quartiles(self) -> tuple[float, ...]:
        if len(self.days) < FEWEST:
            return ()
        return tuple(quantiles(self.days, n=4, method="inclusive"))


@dataclass(frozen=True)
class OnTime:
    """One treatment by one scale: of how many the scale was filled in by the time it was due."""

    what: str
    scale: str
    on_time: Rate


@dataclass(frozen=True)
class Figures:
    """All of it. `unseen` charts were never looked at; `unread` could not be read."""

    patients: int
    unseen: int
    unread: int
    oldest: date | None
    mix: tuple[Counts, ...]
    going_on: tuple[tuple[str, int], ...]
    courses: tuple[Row, ...]
    scales: tuple[Row, ...]
    waits: Waits
    followed: tuple[OnTime, ...]


def figures_of(clinic: Clinic) -> Figures:
    people = list(clinic.patients.filter(merged_into=None, emptied=None))
    kept = list(FollowUp.objects.filter(patient__in=people).select_related("patient"))
    courses = [one for follow_up in kept for one in follow_up.courses]
    return Figures(
        patients=len(people),
        unseen=len(people) - len(kept),
        unread=sum(not one.readable for one in kept),
        oldest=min((one.as_of for one in kept), default=None),
        mix=_mix(clinic, people, courses),
        going_on=_counted(_therapy(one["therapy"]) for one in courses if not one["ended"]),
        courses=tuple(_by_course([one for one in courses if one["ended"]])),
        scales=tuple(_by_scale(kept)),
        waits=_waits(clinic, kept),
        followed=tuple(_followed(kept)),
    )


# ---------------------------------------------------------------- case mix


def _mix(clinic: Clinic, people: Sequence[Patient], courses: Sequence[Json]) -> tuple[Counts, ...]:
    today = today_in(clinic)
    return (
        Counts(_("Sex"), _counted(_sex(one) for one in people)),
        Counts(_("Age"), tuple(sorted(_counted(age_band(age_on(one, today)) for one in people)))),
        Counts(_("Answer of the newest assessment"), _counted(_answers(people))),
        Counts(_("Courses given"), _counted(_therapy(one["therapy"]) for one in courses)),
    )


def _sex(patient: Patient) -> str:
    return patient.get_sex_display() if patient.sex else _("not recorded")


def _answers(people: Sequence[Patient]) -> Iterator[str]:
    newest = Assessment.objects.filter(patient__in=people, superseded=None)
    answers = dict(newest.values_list("patient", "answer"))
    for one in people:
        yield answers.get(one.pk, _("not assessed")).replace("_", " ")


def _counted(words: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(words).most_common())


# ---------------------------------------------------------------- outcomes


def _by_course(courses: Sequence[Json]) -> Iterator[Row]:
    """Of each therapy all courses that ended, by each scale that was used in any of them."""
    for therapy in Therapy.values:
        given = [one for one in courses if one["therapy"] == therapy]
        names = sorted({scale["scale"] for one in given for scale in one["scales"]})
        for name in names:
            found = [_of_scale(one["scales"], name) for one in given]
            yield _row(_therapy(therapy), name, found)
        if given and not names:
            yield _row(_therapy(therapy), "", [{} for _one in given])


def _of_scale(scales: Iterable[Json], name: str) -> Json:
    """What was found of a scale; nothing where it was not used."""
    return next((one for one in scales if one["scale"] == name), {})


def _by_scale(kept: Sequence[FollowUp]) -> Iterator[Row]:
    """Everyone with two scores of a scale, whatever the treatment was."""
    found = [scale for one in kept for scale in one.scales]
    for name in sorted({one["scale"] for one in found}):
        yield _row("", name, [one for one in found if one["scale"] == name])


def _row(what: str, scale: str, found: Sequence[Json]) -> Row:
    rates = {
        name: rate_of(one.get(name, Verdict.UNKNOWN.word) for one in found) for name in OUTCOMES
    }
    return Row(what, _scale(scale), len(found), **rates)


def _therapy(name: str) -> str:
    return str(Therapy(name).label)


def _scale(name: str) -> str:
    page = shipped().instruments.get(name)
    return short_name(page) if page else name


# ---------------------------------------------------------------- waiting, following


def _waits(clinic: Clinic, kept: Sequence[FollowUp]) -> Waits:
    zone = ZoneInfo(clinic.zone)
    first = {
        one.patient_id: min(date.fromisoformat(course["first"]) for course in one.courses)
        for one in kept
        if one.courses
    }
    asked: dict[int, date] = {}
    requests = Request.objects.filter(clinic=clinic).exclude(patient=None)
    for patient, received in requests.order_by("-received").values_list("patient", "received"):
        asked[patient] = received.astimezone(zone).date()
    days = [(first[one] - day).days for one, day in asked.items() if one in first]
    return Waits(
        days=tuple(sorted(one for one in days if one >= 0)),
        waiting=sum(one not in first for one in asked),
        unasked=sum(one not in asked for one in first) + sum(one < 0 for one in days),
    )


def _followed(kept: Sequence[FollowUp]) -> Iterator[OnTime]:
    """By the treatment that scores are held against now; of two begun at once, neither."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in (scale for follow_up in kept for scale in follow_up.scales):
        if len(one["treatments"]) == 1:
            found.setdefault((one["treatments"][0], one["scale"]), []).append(one["due"])
    for (treatment, scale), due in sorted(found.items()):
        late = rate_of(due)
        if late.of:
            on_time = Rate(late.missed, late.reached, late.unknown)
            yield OnTime(_treatment(treatment), _scale(scale), on_time)


def _treatment(name: str) -> str:
    return _therapy(name) if name in Therapy.values else name.replace("_", " ")
