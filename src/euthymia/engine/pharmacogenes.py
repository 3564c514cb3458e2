"""How fast a patient clears a drug: the gene, and what other drugs make of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations

from msgspec import Struct

from euthymia.engine.taken import Taken, everything_taken, of_trial
from euthymia.knowledge import Knowledge
from euthymia.knowledge.drugs import Inhibitor
from euthymia.record import Record
from euthymia.record.entries import Trial
from euthymia.terms import Verdict, verdict

SPEEDS = ("poor", "intermediate", "normal", "rapid", "ultrarapid")

Speeds = Mapping[str, frozenset[str]]
"""For each gene that was tested, the speeds that the record leaves possible."""


class Company(Struct, frozen=True):
    """Other drugs taken while a trial ran: those that are certain, and those that are possible."""

    surely: frozenset[str]
    at_most: frozenset[str]


def speeds_during(trial: Trial, record: Record, knowledge: Knowledge) -> Speeds:
    """How fast each tested enzyme can have been during a trial (phenoconversion).

    The drug itself slows nothing here, though some block the enzyme that clears them: the CPIC
    rows speak of the drug as it is taken.
    """
    if not record.genes:
        return {}
    beside = _company(trial, record)
    whole = record.trials_whole and "medications" in record.complete
    return {
        gene: frozenset(_speeds(result, _of_gene(gene, knowledge), beside, whole=whole))
        for gene, result in record.genes.items()
    }


def _of_gene(gene: str, knowledge: Knowledge) -> list[Inhibitor]:
    return [one for one in knowledge.inhibitors if one.gene == gene]


def _speeds(
    result: str, blockers: Iterable[Inhibitor], beside: Company, *, whole: bool
) -> Iterator[str]:
    """A strong inhibitor makes anyone a poor metaboliser, a moderate one slows by one step.

    While the lists of drugs are not whole, any inhibitor may have been taken.
    """
    slowed = {"strong": SPEEDS[0], "moderate": SPEEDS[max(SPEEDS.index(result) - 1, 0)]}
    surely = {slowed[one.strength] for one in blockers if one.drug in beside.surely}
    yield min(surely, key=SPEEDS.index, default=result)
    for one in blockers:
        if not whole or one.drug in beside.at_most:
            yield min({slowed[one.strength], *surely}, key=SPEEDS.index)


def _company(trial: Trial, record: Record) -> Company:
    """By the days, and by what the clinician told of trials taken together."""
    ran = of_trial(trial, record.as_of)
    others = [one for one in everything_taken(record, record.trials) if one.drug != trial.drug]
    met = {one.drug: Verdict.NOT_MET for one in others}
    for one in others:
        met[one.drug] |= ran.beside(one)
    told = {one.drug for one in record.trials if told_together(trial, one)}
    surely = frozenset(drug for drug, found in met.items() if found is Verdict.MET) | told
    at_most = frozenset(drug for drug, found in met.items() if found is not Verdict.NOT_MET)
    return Company(surely, at_most | told)


def told_together(one: Trial, other: Trial) -> bool:
    """Whether one was added to the other, or both were begun as a pair."""
    pair = one.combination is not None and one.combination == other.combination
    added = other.id in (one.augments, one.added_to) or one.id in (other.augments, other.added_to)
    return one.drug != other.drug and (pair or added)


def low_speeds(drug: str, speeds: Speeds, knowledge: Knowledge) -> frozenset[str]:
    """Those of the possible speeds at which this drug's level is low, by the CPIC rows."""
    lowering = _lowering(drug, knowledge).items()
    return frozenset(speed for gene, low in lowering for speed in low & speeds.get(gene, set()))


def level_lowered(drug: str, speeds: Speeds, knowledge: Knowledge) -> Verdict:
    """Whether the genes certainly, possibly or not at all lower the level of this drug."""
    found = Verdict.NOT_MET
    for gene, low in _lowering(drug, knowledge).items():
        possible = speeds.get(gene, frozenset())
        if low & possible:
            found |= verdict(True if possible <= low else None)
    return found


def _lowering(drug: str, knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """The speeds at which the level is low, by gene."""
    low: dict[str, frozenset[str]] = {}
    for row in knowledge.genes:
        if row.drug == drug and row.exposure == "low":
            low[row.gene] = low.get(row.gene, frozenset()) | set(row.phenotype.split("_or_"))
    return low


def blocked(
    trials: Sequence[Trial], record: Record, knowledge: Knowledge
) -> Iterator[tuple[Verdict, Taken]]:
    """Each drug that an enzyme clears, and whether another that blocks it was taken beside it."""
    rebuilt = (of_trial(one, record.as_of) for one in trials if one.basis is not None)
    taken: dict[str, list[Taken]] = {}
    for one in (*everything_taken(record, trials), *rebuilt):
        taken.setdefault(one.drug, []).append(one)
    for drug, blocker in permutations(taken, 2):
        if _slows(blocker, drug, knowledge):
            yield from ((one.beside(it), one) for one in taken[drug] for it in taken[blocker])
    for trial, other in permutations(record.trials, 2):
        if told_together(trial, other) and _slows(other.drug, trial.drug, knowledge):
            yield Verdict.MET, of_trial(trial, record.as_of)


def _slows(blocker: str, drug: str, knowledge: Knowledge) -> bool:
    genes = {row.gene for row in knowledge.genes if row.drug == drug}
    return any(one.drug == blocker and one.gene in genes for one in knowledge.inhibitors)
