"""The record made ready to be read: all that facts come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from euthymia.engine.episodes import onset_of
from euthymia.engine.findings import Score
from euthymia.engine.taken import Taken, everything_taken
from euthymia.knowledge import Knowledge
from euthymia.record import Record
from euthymia.record.entries import Diagnosis, Trial


class Seen(Struct, frozen=True):
    """All that facts are read from: the record, its scores and its trials."""

    record: Record
    scores: Sequence[Score]
    trials: Sequence[Trial]
    knowledge: Knowledge
    onset: date | None
    diagnoses: Mapping[str, Sequence[Diagnosis]]
    taken: Mapping[str, Sequence[Taken]]


def look_at(
    record: Record, scores: Sequence[Score], trials: Sequence[Trial], knowledge: Knowledge
) -> Seen:
    """The record made ready to be read: diagnoses by the facts they carry, drugs by name."""
    carried: dict[str, list[Diagnosis]] = {}
    for diagnosis in record.diagnoses:
        for name in knowledge.facts_carried_by(diagnosis.code):
            carried.setdefault(name, []).append(diagnosis)
    taken: dict[str, list[Taken]] = {}
    for one in everything_taken(record, trials):
        taken.setdefault(one.drug, []).append(one)
    return Seen(record, scores, trials, knowledge, onset_of(record, knowledge), carried, taken)
