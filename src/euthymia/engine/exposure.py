"""The gate before anything else: how likely were enough of the failures truly adequate?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from euthymia.engine.counting import failures, units
from euthymia.engine.findings import Exposed, TrialFinding
from euthymia.engine.pharmacogenes import Speeds, level_lowered, low_speeds, speeds_during
from euthymia.engine.trials import ending_of
from euthymia.knowledge import Knowledge
from euthymia.knowledge.rulesets import LABEL
from euthymia.record import Record
from euthymia.terms import Verdict

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
    return tuple(_exposed(finding, record, knowledge) for finding in trials)


def gate(trials: Sequence[TrialFinding], record: Record, knowledge: Knowledge) -> Exposed | None:
    """The number of adequate failures is Poisson-binomial over what counts as one failure.

    Trials whose adequacy nobody can tell are left out, so the probability is the least it can be.
    """
    rule = knowledge.rules[LABEL]
    best = [
        max(chances)
        for unit in units(trials, rule)
        if (chances := [one.exposure for one in unit.trials if one.exposure is not None])
    ]
    needed = rule.failures_needed
    if not best or needed is None:
        return None
    enough = at_least(int(needed.value), best)
    repair = enough < knowledge.number("exposure_repair_below")
    at_fault = tuple(one.trial.id for one in trials if one.faulty)
    more = failures(trials, rule, record).at_most is None
    more = more or any(_could_be_more(one, record, knowledge) for one in trials)
    return Exposed(enough, sum(best), repair, at_fault, at_least=more)


def _could_be_more(finding: TrialFinding, record: Record, knowledge: Knowledge) -> bool:
    """Whether learning more of a trial could raise the probability."""
    if not _may_have_failed(finding, knowledge):
        return False
    speeds = speeds_during(finding.trial, record, knowledge)
    lowered = level_lowered(finding.trial.drug, speeds, knowledge)
    return finding.exposure is None or lowered is Verdict.UNKNOWN


def at_least(needed: int, probabilities: Iterable[float]) -> float:
    """How likely at least `needed` (1 or more) of independent events are, each with its own chance.

    The tail of the Poisson-binomial distribution, one event after the other.
    """
    fewer = [1.0, *[0.0] * (needed - 1)]
    enough = 0.0
    for chance in probabilities:
        enough += chance * fewer[-1]
        one_less = [0.0, *fewer[:-1]]
        fewer = [
            now * (1 - chance) + before * chance
            for now, before in zip(fewer, one_less, strict=True)
        ]
    return enough


def _exposed(finding: TrialFinding, record: Record, knowledge: Knowledge) -> TrialFinding:
    """One fault gives its value, several the lowest; an open or irrelevant trial gives none."""
    if not (_may_have_failed(finding, knowledge) and _ending_told(finding)):
        return finding
    if finding.rules[LABEL].adequate is Verdict.UNKNOWN:
        return finding
    speeds = speeds_during(finding.trial, record, knowledge)
    faults = [knowledge.number(name) for name in _faults(finding, speeds, knowledge)]
    chance = min(faults, default=knowledge.number("exposure_adequate"))
    return replace(finding, exposure=chance, faulty=bool(faults))


def _may_have_failed(finding: TrialFinding, knowledge: Knowledge) -> bool:
    """A trial for this episode's depression that is not known to have ended in response."""
    if finding.trial.augments or NO_TRIAL & set(finding.rules[LABEL].codes):
        return False
    responded = ending_of(finding.trial, knowledge).responded is Verdict.MET
    return not responded or finding.outcome_doubt is not None


def _ending_told(finding: TrialFinding) -> bool:
    """Whether it is known how it ended, and nothing contradicts that."""
    told = finding.improvement_pct is not None or finding.trial.stop_reason == "lack_of_efficacy"
    return told and not finding.outcome_doubt


def _faults(finding: TrialFinding, speeds: Speeds, knowledge: Knowledge) -> Iterator[str]:
    """What makes the exposure doubtful; of the speeds of an enzyme also what is only possible."""
    codes = finding.rules[LABEL].codes
    yield from (fault for code, fault in FAULTS.items() if code in codes)
    for speed in low_speeds(finding.trial.drug, speeds, knowledge):
        yield f"exposure_cyp_{speed}"
    level, page = finding.trial.serum_level, finding.drug.level if finding.drug else None
    if level and page and level.unit == page.unit and level.value < page.at_least:
        yield "exposure_level_low"
