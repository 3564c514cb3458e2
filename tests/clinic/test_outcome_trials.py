"""Two public trials loaded as a clinic's patients: the figures are those counted by hand.

Counted outside this program, by awk over the files: from the first score to the last one on file,
a fall by half or more, a last score at or below the remission cut of the scale's page.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from euthymia.clinic.outcomes import following
from euthymia.clinic.outcomes.figures import Row, figures_of
from euthymia.clinic.outcomes.looking import look_at_all, today_in
from euthymia.clinic.outcomes.rates import Rate
from euthymia.clinic.patients.models import Entry
from euthymia.clinic.people.models import Clinic
from euthymia.knowledge.course import Reliability
from euthymia.library import shipped
from tests.clinic.treated import someone

TRIALS = Path(__file__).resolve().parents[3] / "shared" / "data" / "trials"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not TRIALS.exists(), reason="the public trials lie beside the project"),
]
MONTHS = {"bdi.2m": 61, "bdi.3m": 91, "bdi.5m": 152, "bdi.8m": 243}
"""The days after the first score at which the BDI-II was filled in again."""
Scores = dict[int, float]
"""Totals by the day of the trial."""


def lines(name: str) -> list[dict[str, str]]:
    with (TRIALS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def hamilton() -> Iterable[Scores]:
    people: dict[str, Scores] = {}
    for line in lines("dia_antidepressant_hamd17.csv"):
        scores = people.setdefault(line["PATIENT"], {0: float(line["BASVAL"])})
        scores[int(float(line["RELDAYS"]))] = float(line["HAMDTL17"])
    return people.values()


def beck() -> Iterable[Scores]:
    for line in lines("hsaur3_beat_the_blues_bdi.csv"):
        later = {day: float(line[name]) for name, day in MONTHS.items() if line[name]}
        yield {0: float(line["bdi.pre"]), **later}


def loaded(clinic: Clinic, scale: str, people: Iterable[Scores]) -> Row:
    """The figures of the clinic once each of them has a chart whose last score is of today."""
    today = today_in(clinic)
    for number, scores in enumerate(people, start=1):
        who, last = someone(clinic, number), max(scores)
        told = [
            {"instrument": scale, "total": total, "date": str(today - timedelta(days=last - day))}
            for day, total in scores.items()
        ]
        Entry.objects.bulk_create([Entry(patient=who, part="scales", told=one) for one in told])
    look_at_all(seconds=600)
    (row,) = figures_of(clinic).scales
    return row


def with_reliability(monkeypatch: Any, scale: str, points: float) -> None:
    """A page of knowledge that says from how many points on a change of the scale is reliable."""
    page = Reliability(id=scale, status="assumption", evidence=(), points=points)
    known = shipped()
    told = replace(known, reliabilities={**known.reliabilities, scale: page})
    monkeypatch.setattr(following, "shipped", lambda: told)


def test_the_antidepressant_trial_on_the_hamilton_scale(clinic: Clinic) -> None:
    row = loaded(clinic, "hamd17", hamilton())
    assert row.people == 172
    assert row.response == Rate(reached=57, missed=115, unknown=0)
    assert row.remission == Rate(reached=45, missed=127, unknown=0)
    assert row.reliable_change == Rate(0, 0, unknown=172)


def test_beat_the_blues_on_the_beck_inventory(clinic: Clinic) -> None:
    row = loaded(clinic, "bdi2", beck())
    assert row.people == 97
    assert row.response == Rate(reached=41, missed=56, unknown=0)
    assert row.remission == Rate(reached=51, missed=46, unknown=0)
    assert row.reliable_change == Rate(0, 0, unknown=97)


def test_a_reliable_change_is_counted_from_the_points_of_the_page(
    clinic: Clinic, monkeypatch: Any
) -> None:
    """No page shipped says it of these scales; one made up here does, and 8 points are counted."""
    with_reliability(monkeypatch, "hamd17", 8)
    row = loaded(clinic, "hamd17", hamilton())
    assert row.reliable_change == Rate(reached=66, missed=106, unknown=0)
