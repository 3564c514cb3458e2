"""The registry: a table of courses and what came of them, in which nobody is named.

No name, number or date: days count from the first session, ages stand in bands, and each person
has an id that is made for this table alone, so that no two tables can be laid together by it.
"""

from __future__ import annotations

import csv
import io
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from euthymia.clinic.outcomes.ages import age_band, age_on
from euthymia.clinic.outcomes.models import FollowUp, Release
from euthymia.clinic.outcomes.small import LEAST, WITHHELD
from euthymia.clinic.patients.models import Patient
from euthymia.clinic.people.access import Access
from euthymia.clinic.rights.actions import standing_consents
from euthymia.clinic.rights.consent_forms import consent_forms

Json = dict[str, Any]
Line = dict[str, str]
RESEARCH = "research"
"""The form of consent, where the clinic has one, without which nobody stands in the table."""
COLUMNS = (
    "id", "therapy", "sex", "age_band", "sessions", "days_to_last_session", "ended", "scale",
    "start_day", "start_total", "newest_day", "newest_total",
    "response", "remission", "reliable_change",
)  # fmt: skip
VERDICTS = ("response", "remission", "reliable_change")
KINDS = ("therapy", "sex", "age_band")
"""What together could tell who it is: held by fewer than five people, sex and age are withheld."""


@dataclass(frozen=True)
class Table:
    """The lines of a registry, and how many people stand in it."""

    lines: tuple[Line, ...]
    people: int

    @property
    def text(self) -> str:
        """As comma-separated values with a head line."""
        told = io.StringIO()
        writer = csv.DictWriter(told, COLUMNS, restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(self.lines)
        return told.getvalue()


def asks_consent() -> bool:
    """Whether there is a form by which patients agree to research."""
    return RESEARCH in consent_forms()


@transaction.atomic
def release(ground: str, why: str, *, by: Access) -> Table:
    """Makes the table and writes down that it was made, of how many and on which ground.

    Where there is a form of consent to research, only those who signed it stand in the table.
    Guarded charts stand in it for their own care team alone.
    """
    table = _table(_agreed(by))
    ground = Release.Ground.CONSENT if asks_consent() else ground
    counted = {"people": table.people, "rows": len(table.lines)}
    Release.objects.create(clinic=by.clinic, ground=ground, why=why, by=by.user, **counted)
    return table


def _agreed(access: Access) -> Iterator[FollowUp]:
    seen = Patient.objects.seen_by(access).filter(emptied=None)
    kept = FollowUp.objects.filter(patient__in=seen).select_related("patient")
    for one in kept:
        if not asks_consent() or standing_consents(one.patient, RESEARCH):
            yield one


def _table(kept: Iterable[FollowUp]) -> Table:
    found = [line for one in kept if one.courses for line in _lines(one)]
    return Table(
        tuple(sorted(_guarded(found), key=lambda line: (line["id"], line["therapy"]))),
        len({line["id"] for line in found}),
    )


def _lines(follow_up: FollowUp) -> Iterator[Line]:
    """One for each course and scale; of a course without a usable scale one without."""
    person = secrets.token_hex(8)
    for course in follow_up.courses:
        first = date.fromisoformat(course["first"])
        whole = {
            "id": person,
            "therapy": course["therapy"],
            "sex": follow_up.patient.sex or "not known",
            "age_band": age_band(age_on(follow_up.patient, first)),
            "sessions": str(course["sessions"]),
            "days_to_last_session": _days(first, course["last"]),
            "ended": "yes" if course["ended"] else "no",
        }
        for scale in course["scales"] or [None]:
            yield whole | (_measured(scale, first) if scale else {})


def _measured(scale: Mapping[str, Any], first: date) -> Line:
    told = {"scale": scale["scale"]} | {name: scale[name] for name in VERDICTS}
    for name in ("start", "newest"):
        score = scale[name]
        if score is not None and score["total"] is not None:
            told[f"{name}_day"] = _days(first, score["day"])
            told[f"{name}_total"] = f"{score['total']:g}"
    return told


def _days(first: date, day: str) -> str:
    return str((date.fromisoformat(day) - first).days)


def _guarded(lines: list[Line]) -> Iterator[Line]:
    """Withholds sex and age of whoever shares both, in one therapy, with fewer than four others."""
    people = Counter(kind for kind, _person in {(_kind(one), one["id"]) for one in lines})
    for one in lines:
        few = people[_kind(one)] < LEAST
        yield one | (dict.fromkeys(KINDS[1:], WITHHELD) if few else {})


def _kind(line: Line) -> tuple[str, ...]:
    return tuple(line[name] for name in KINDS)
