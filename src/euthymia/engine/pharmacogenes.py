"""How fast a patient clears a drug: the gene, and what other drugs make of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from euthymia.knowledge import Knowledge
from euthymia.knowledge.drugs import GeneRow, Inhibitor
from euthymia.record import Record
from euthymia.record.entries import Trial

SPEEDS = ("poor", "intermediate", "normal", "rapid", "ultrarapid")


class Phenotype(Struct, frozen=True):
    """One gene as it shows: the result, what blocks it, and the speed that is left."""

    gene: str
    result: str
    speed: str
    blockers: tuple[str, ...]


class Effect(Struct, frozen=True):
    """What a phenotype does to one drug."""

    row: GeneRow
    phenotype: Phenotype

    @property
    def exposure(self) -> str:
        return self.row.exposure

    @property
    def speed(self) -> str:
        return self.phenotype.speed


class Metabolism(Struct, frozen=True):
    """The patient's phenotypes with the CPIC rows they are read by."""

    phenotypes: Mapping[str, Phenotype]
    rows: tuple[GeneRow, ...]


def metabolism(trial: Trial, record: Record, knowledge: Knowledge) -> Metabolism:
    """Phenotypes as tested, slowed by inhibitors taken during the trial (phenoconversion)."""
    beside = frozenset(taken_beside(trial, record))
    phenotypes = {
        gene: _phenotype(gene, result, beside, knowledge.inhibitors)
        for gene, result in record.genes.items()
    }
    return Metabolism(phenotypes, knowledge.genes)


def taken_beside(trial: Trial, record: Record) -> Iterator[str]:
    """Other drugs of which it is known that they were taken while the trial ran.

    Where nobody told how long it ran, only what was taken on its first day is known.
    """
    first = trial.start
    last = trial.last_day(record.as_of) or first
    if last is None:
        return
    for medication in record.medications:
        if (medication.since or record.as_of) <= last:
            yield medication.drug
    for drug, since, until in _dated(record):
        if first is not None and since <= last and until >= first:
            yield drug


def _dated(record: Record) -> Iterator[tuple[str, date, date]]:
    for exposure in record.exposures:
        yield exposure.drug, exposure.start, exposure.last_day
    for other in record.trials:
        until = other.last_day(record.as_of)
        if other.start is not None and until is not None:
            yield other.drug, other.start, until


def _phenotype(
    gene: str, result: str, beside: frozenset[str], inhibitors: Iterable[Inhibitor]
) -> Phenotype:
    """A strong inhibitor makes anyone a poor metaboliser, a moderate one slows by one step."""
    blockers = [one for one in inhibitors if one.gene == gene and one.drug in beside]
    speed = result
    if any(one.strength == "strong" for one in blockers):
        speed = SPEEDS[0]
    elif blockers:
        speed = SPEEDS[max(SPEEDS.index(result) - 1, 0)]
    return Phenotype(gene, result, speed, tuple(sorted({one.drug for one in blockers})))


def effects_on(drug: str, metabolism: Metabolism) -> Iterator[Effect]:
    """Every CPIC row that speaks of this drug and this patient."""
    for row in metabolism.rows:
        phenotype = metabolism.phenotypes.get(row.gene)
        if row.drug == drug and phenotype and phenotype.speed in row.phenotype.split("_or_"):
            yield Effect(row, phenotype)


def exposure_of(drug: str, metabolism: Metabolism) -> Effect | None:
    """The row that lowers exposure most, if any does."""
    return next((one for one in effects_on(drug, metabolism) if one.exposure == "low"), None)
