"""What goes beyond counting drugs: the Dutch measure (DM-TRD) and difficult-to-treat depression."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from math import inf
from operator import or_

from euthymia.engine.counting import failures
from euthymia.engine.findings import Finding, Score, TrialFinding
from euthymia.engine.nondrug import ect_used
from euthymia.engine.rule_answers import DifficultAnswer, DutchAnswer, LabelAnswer
from euthymia.engine.staging import points_for, severity_points
from euthymia.knowledge import Knowledge
from euthymia.knowledge.rulesets import AUGMENTATION, Staging
from euthymia.record import Record
from euthymia.terms import Count, Verdict, verdict


def dutch_measure(
    trials: Sequence[TrialFinding],
    mimics: Iterable[Finding],
    scores: Sequence[Score],
    record: Record,
    knowledge: Knowledge,
) -> DutchAnswer:
    """The items that are known, and the range of totals that the others leave open."""
    page = knowledge.stagings["dm_trd"]
    seen = {finding.criterion.id: finding.verdict for finding in mimics}
    failed = failures(trials, knowledge.rules[page.rule], record)
    told = {
        "duration": points_for(record.episode.months, page.duration_months),
        "symptom_severity": severity_points(page, scores, record, knowledge),
        "ect": _yes_no(ect_used(record, knowledge)),
        **{
            item: _yes_no(seen.get(mimic, Verdict.UNKNOWN))
            for item, mimic in page.item_from.items()
        },
    }
    ranges = {name: _open(name, page) for name in page.per}
    ranges |= {name: (points, points) for name, points in told.items() if points is not None}
    ranges["antidepressant_failures"] = _failures(failed, page)
    ranges["augmentation_combination_failures"] = _augmentations(trials, record, page)
    items = {name: low if low == high else None for name, (low, high) in ranges.items()}
    least, most = (sum(ends) for ends in zip(*ranges.values(), strict=True))
    return DutchAnswer(page, items, least, most)


def _open(item: str, page: Staging) -> tuple[int, int]:
    """Duration and severity have no zero: the lowest step still gives a point."""
    steps = {
        "duration": [step.points for step in page.duration_months],
        "symptom_severity": list(page.severity.values()),
    }
    return min(steps.get(item, [0])), int(page.per[item])


def _failures(failed: Count, page: Staging) -> tuple[int, int]:
    most = inf if failed.at_most is None else failed.at_most
    ends = (points_for(number, page.failures) for number in (failed.at_least, most))
    low, high = (points or 0 for points in ends)
    return low, high


def _augmentations(
    trials: Sequence[TrialFinding], record: Record, page: Staging
) -> tuple[int, int]:
    """Failed augmentations, up to the item's most."""
    added = [one.augmentation_failed for one in trials if AUGMENTATION in one.rules]
    count = Count.of(added, complete=record.trials_whole)
    most = int(page.per["augmentation_combination_failures"])
    high = most if count.at_most is None else min(count.at_most, most)
    return min(count.at_least, most), high


def _yes_no(answer: Verdict) -> int | None:
    return None if answer is Verdict.UNKNOWN else int(answer is Verdict.MET)


def difficult_to_treat(
    label: LabelAnswer, mimics: Iterable[Finding], record: Record, knowledge: Knowledge
) -> DifficultAnswer:
    """Resistant, chronic, or kept from adequate trials: a flag that asks for another plan."""
    page = knowledge.stagings["difficult_to_treat"]
    months = record.episode.months
    chronic = verdict(None if months is None else months > page.per["chronic_months"])
    seen = {finding.criterion.id: finding.verdict for finding in mimics}
    reasons = {
        "treatment_resistant": label.verdict,
        "chronic": chronic,
        "not_adherent": seen.get("nonadherence", Verdict.UNKNOWN),
        "not_tolerated": seen.get("intolerance", Verdict.UNKNOWN),
        "relapses_not_recorded": Verdict.UNKNOWN,
    }
    met = tuple(name for name, found in reasons.items() if found is Verdict.MET)
    return DifficultAnswer(page, reduce(or_, reasons.values()), met)
