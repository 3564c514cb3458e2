"""The staging instruments: Thase-Rush, Maudsley and MGH-S, each by its own page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from euthymia.engine.counting import Unit, failures, units
from euthymia.engine.findings import Score, TrialFinding
from euthymia.engine.nondrug import bilateral_ect_failed, ect_failures, ect_used
from euthymia.engine.rule_answers import MaudsleyAnswer, ScoreAnswer, ThaseRushAnswer
from euthymia.engine.scores import newest_depression_scores
from euthymia.knowledge import Knowledge
from euthymia.knowledge.rulesets import AUGMENTATION, Points, Staging
from euthymia.record import Record
from euthymia.terms import Count, Verdict

Trials = Sequence[TrialFinding]
STAGES = ("0", "I", "II", "III", "IV", "V")


def thase_rush(trials: Trials, record: Record, knowledge: Knowledge) -> ThaseRushAnswer:
    """The stage, where the certain and the possible failures give the same one.

    An agent no page knows, or one nobody listed, could be of any class.
    """
    page = knowledge.stagings["thase_rush"]
    counted = units(trials, knowledge.rules[page.rule])
    certain = {unit.thase_rush_class for unit in counted if unit.failed is Verdict.MET}
    open_units = [unit for unit in counted if unit.failed is not Verdict.NOT_MET]
    ect = bilateral_ect_failed(record, knowledge)
    lowest = _stage(certain, ect is Verdict.MET)
    highest = _stage({unit.thase_rush_class for unit in open_units}, ect is not Verdict.NOT_MET)
    unknown_agent = any(one.drug is None for unit in open_units for one in unit.trials)
    if unknown_agent or not record.trials_whole:
        highest = STAGES[-1]
    stage = lowest if lowest == highest else None
    return ThaseRushAnswer(page, stage, tuple(sorted(filter(None, certain))), lowest, highest)


def _stage(classes: set[str | None], bilateral_ect: bool) -> str:
    """Stages are cumulative; without a failed tricyclic an MAOI lifts nothing above the second."""
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
        "ect": _item(ect_used(record, knowledge), page, "ect"),
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
    newest = newest_depression_scores(scores, record, knowledge.number("score_speaks_for_days"))
    words = {page.severity_from.get(f"{one.instrument.id}:{one.band}") for one in newest} - {None}
    return page.severity[words.pop() or ""] if len(words) == 1 else None


def _augmentation(trials: Trials, record: Record, page: Staging) -> int | None:
    used = max(
        (
            finding.rules[AUGMENTATION].adequate
            for finding in trials
            if AUGMENTATION in finding.rules
        ),
        default=Verdict.NOT_MET,
    )
    if used is Verdict.NOT_MET and not record.trials_whole:
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
    """One point a failed trial, half a point for each way it was pushed, three a failed ECT course.

    None while an open trial, an unlisted one, an open addition or an open course of ECT could
    change it. An addition of which only the serum level is missing is not documented, and not
    counted (docs/adr/0008).
    """
    page = knowledge.stagings["mgh_s"]
    rule = knowledge.rules[page.rule]
    failed = failures(trials, rule, record)
    ect = ect_failures(record, knowledge)
    certain = [unit for unit in units(trials, rule) if unit.failed is Verdict.MET]
    if not (failed.settled and ect.settled) or _open_additions(certain, trials):
        return ScoreAnswer(page, None)
    pushes = sum(len(_pushes(unit.trials, trials, rule.id)) for unit in certain)
    score = (
        page.per["trial"] * failed.at_least
        + page.per["optimisation"] * pushes
        + page.per["ect"] * ect.at_least
    )
    return ScoreAnswer(page, score)


def _open_additions(certain: Sequence[Unit], trials: Trials) -> bool:
    """Whether a drug added to a failed trial may or may not have been adequate."""
    ids = {one.trial.id for unit in certain for one in unit.trials}
    return any(
        one.trial.augments in ids
        and one.rules[AUGMENTATION].adequate is Verdict.UNKNOWN
        and not one.only_level_missing
        for one in trials
    )


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
