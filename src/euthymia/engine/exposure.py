"""The gate before anything else: how likely were at least two of the failures truly adequate?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from euthymia.engine.counting import units
from euthymia.engine.findings import Exposed, TrialFinding
from euthymia.engine.pharmacogenes import Metabolism, exposure_of, metabolism
from euthymia.engine.trials import reached_response
from euthymia.knowledge import Knowledge
from euthymia.record import Record
from euthymia.terms import Verdict

LABEL = "fda_ema"
FAULTS = {
    "dose_below_min": "exposure_dose_low",
    "too_short": "exposure_too_short",
    "nonadherent": "exposure_nonadherent",
}
NO_TRIAL = {"wrong_indication", "other_episode", "not_counted_agent"}


def with_exposure(
    trials: Iterable[TrialFinding], record: Record, knowledge: Knowledge
) -> tuple[TrialFinding, ...]:
    """Each trial with the probability that its exposure was adequate, where it can be told."""
    return tuple(
        replace(finding, exposure=_probability(finding, record, knowledge)) for finding in trials
    )


def gate(trials: Sequence[TrialFinding], knowledge: Knowledge) -> Exposed | None:
    """The number of adequate failures is Poisson-binomial over what counts as one failure.

    Trials whose adequacy nobody can tell are left out, so the probability is the least it can be.
    """
    best = [
        max(chances)
        for unit in units(trials, knowledge.rules[LABEL])
        if (chances := [one.exposure for one in unit.trials if one.exposure is not None])
    ]
    if not best:
        return None
    at_least_two = _at_least_two(best)
    repair = at_least_two < knowledge.number("exposure_repair_below")
    return Exposed(at_least_two, sum(best), repair)


def _at_least_two(probabilities: Iterable[float]) -> float:
    none, one, more = 1.0, 0.0, 0.0
    for probability in probabilities:
        miss = 1 - probability
        none, one, more = none * miss, one * miss + none * probability, more + one * probability
    return more


def _probability(finding: TrialFinding, record: Record, knowledge: Knowledge) -> float | None:
    """One fault gives its value, several the lowest; an open or irrelevant trial gives none."""
    if finding.trial.augments or _not_a_failure(finding, knowledge):
        return None
    judged = finding.rules[LABEL]
    if judged.adequate is Verdict.UNKNOWN or NO_TRIAL & set(judged.codes):
        return None
    cleared = metabolism(finding.trial, record, knowledge)
    faults = [knowledge.number(name) for name in _faults(finding, cleared)]
    return min(faults, default=knowledge.number("exposure_adequate"))


def _not_a_failure(finding: TrialFinding, knowledge: Knowledge) -> bool:
    """It ended in response, or nobody knows how it ended."""
    if reached_response(finding.trial, knowledge) is Verdict.MET:
        return True
    return finding.improvement_pct is None and finding.trial.stop_reason != "lack_of_efficacy"


def _faults(finding: TrialFinding, cleared: Metabolism) -> Iterator[str]:
    codes = finding.rules[LABEL].codes
    yield from (fault for code, fault in FAULTS.items() if code in codes)
    phenotype = exposure_of(finding.trial.drug, cleared)
    if phenotype is not None and phenotype.exposure == "low":
        yield f"exposure_cyp_{phenotype.speed}"
    level, page = finding.trial.serum_level, finding.drug.level if finding.drug else None
    if level and page and level.unit == page.unit and level.value < page.at_least:
        yield "exposure_level_low"
