"""The staging instruments: Thase-Rush, Maudsley and MGH-S, each by its own page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from euthymia.engine.counting import failures, units
from euthymia.engine.findings import (
    MaudsleyAnswer,
    Score,
    ScoreAnswer,
    ThaseRushAnswer,
    TrialFinding,
)
from euthymia.engine.nondrug import bilateral_ect_failed, ect_failed, ect_used
from euthymia.engine.scores import newest_depression_score
from euthymia.engine.trials import AUGMENTATION
from euthymia.knowledge import Knowledge
from euthymia.knowledge.rulesets import Points, Staging
from euthymia.record import Record
from euthymia.terms import Count, Verdict

Trials = Sequence[TrialFinding]
STAGES = ("0", "I", "II", "III", "IV", "V")


def thase_rush(trials: Trials, record: Record, knowledge: Knowledge) -> ThaseRushAnswer:
    """The stage, where the certain and the possible failures give the same one."""
    page = knowledge.stagings["thase_rush"]
    counted = units(trials, knowledge.rules[page.rule])
    certain = {unit.thase_rush_class for unit in counted if unit.failed is Verdict.MET}
    possible = {unit.thase_rush_class for unit in counted if unit.failed is not Verdict.NOT_MET}
    ect = bilateral_ect_failed(record, knowledge)
    lowest = _stage(certain, ect is Verdict.MET)
    highest = _stage(possible, ect is not Verdict.NOT_MET)
    if "trials" not in record.complete:
        highest = STAGES[-1]
    stage = lowest if lowest == highest else None
    return ThaseRushAnswer(page, stage, tuple(sorted(filter(None, certain))))


def _stage(classes: set[str | None], bilateral_ect: bool) -> str:
    """Stages are cumulative; an MAOI that failed is the fourth step, never the third."""
    failed = {name for name in classes if name}
    third = "TCA" in failed and len(failed) >= STAGES.index("III")
    fourth = "MAOI" in failed and third and len(failed) >= STAGES.index("IV")
    if fourth:
        return "V" if bilateral_ect else "IV"
    if third:
        return "III"
    return STAGES[min(len(failed), STAGES.index("II"))]


def maudsley(
    trials: Trials,
    scores: Sequence[Score],
    record: Record,
    knowledge: Knowledge,
    *,
    excluded: bool,
) -> MaudsleyAnswer:
    """The Maudsley Staging Method, scorable only in unipolar depression with a failed trial."""
    page = knowledge.stagings["msm"]
    failed = failures(trials, knowledge.rules[page.rule], record)
    items = {
        "duration": points_for(record.episode.months, page.duration_months),
        "severity": severity_points(page, scores, record, knowledge),
        "failures": _failure_points(failed, page),
        "augmentation": _augmentation(trials, record, page),
        "ect": _item(ect_used(record), page, "ect"),
    }
    scorable = failed.at_least > 0 and not excluded
    known = [points for points in items.values() if points is not None]
    total = sum(known) if scorable and len(known) == len(items) else None
    return MaudsleyAnswer(
        staging=page,
        scorable=scorable,
        failed=failed,
        total=total,
        band=_band(total, page),
        **items,
    )


def points_for(number: float | None, steps: Iterable[Points]) -> int | None:
    if number is None:
        return None
    return next(step.points for step in steps if step.upto is None or number <= step.upto)


def _failure_points(failed: Count, page: Staging) -> int | None:
    """Points for the failures, where the certain and the possible count give the same."""
    if failed.at_least == 0:
        return None
    most = failed.at_most if failed.at_most is not None else float("inf")
    fewest_points, most_points = (points_for(n, page.failures) for n in (failed.at_least, most))
    return fewest_points if fewest_points == most_points else None


def severity_points(
    page: Staging, scores: Sequence[Score], record: Record, knowledge: Knowledge
) -> int | None:
    """As the clinician said it, else by the band of a recent depression score."""
    if record.episode.severity is not None:
        return page.severity[record.episode.severity]
    newest = newest_depression_score(scores, record, knowledge.number("score_speaks_for_days"))
    if newest is None:
        return None
    word = page.severity_from.get(f"{newest.instrument.id}:{newest.band}")
    return page.severity[word] if word else None


def _augmentation(trials: Trials, record: Record, page: Staging) -> int | None:
    used = max(
        (
            finding.rules[AUGMENTATION].adequate
            for finding in trials
            if AUGMENTATION in finding.rules
        ),
        default=Verdict.NOT_MET,
    )
    if used is Verdict.NOT_MET and "trials" not in record.complete:
        used = Verdict.UNKNOWN
    return _item(used, page, "augmentation")


def _item(used: Verdict, page: Staging, name: str) -> int | None:
    if used is Verdict.UNKNOWN:
        return None
    return int(page.per[name]) if used is Verdict.MET else 0


def _band(total: int | None, page: Staging) -> str | None:
    if total is None:
        return None
    return next((band.name for band in page.bands if band.low <= total <= band.high), None)


def mgh_s(trials: Trials, record: Record, knowledge: Knowledge) -> ScoreAnswer:
    """One point a failed trial, half a point for each way it was pushed, three for failed ECT.

    None while an open trial, an unlisted one or an open course of ECT could change it. What was
    added to a trial counts where its adequacy is documented.
    """
    page = knowledge.stagings["mgh_s"]
    rule = knowledge.rules[page.rule]
    counted = units(trials, rule)
    failed = failures(trials, rule, record)
    ect = ect_failed(record, knowledge)
    if not failed.settled or ect is Verdict.UNKNOWN:
        return ScoreAnswer(page, None)
    certain = [unit for unit in counted if unit.failed is Verdict.MET]
    pushes = sum(len(_pushes(unit.trials, trials, rule.id)) for unit in certain)
    score = (
        page.per["trial"] * failed.at_least
        + page.per["optimisation"] * pushes
        + page.per["ect"] * (ect is Verdict.MET)
    )
    return ScoreAnswer(page, score)


def _pushes(group: Trials, trials: Trials, rule: str) -> set[tuple[str, str]]:
    """How one failed trial was pushed further: each kind once, whether by dose, time or company."""
    ids = {finding.trial.id for finding in group}
    adequate = [one for one in group if one.rules[rule].adequate is Verdict.MET]
    pushes: set[tuple[str, str]] = {
        (one.trial.drug, one.trial.optimised) for one in adequate if one.trial.optimised
    }
    words = [one.trial.combination for one in adequate if one.trial.combination]
    pushes |= {(word, "combination") for word in words if words.count(word) > 1}
    pushes |= {
        (added.trial.augments or "", AUGMENTATION)
        for added in trials
        if added.trial.augments in ids and added.rules[AUGMENTATION].adequate is Verdict.MET
    }
    return pushes
