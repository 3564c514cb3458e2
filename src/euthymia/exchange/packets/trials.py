"""The table of trials as payers ask for it: one row a drug, and what of the row nobody recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from euthymia.engine.findings import Judged, TrialFinding
from euthymia.exchange.packets.view import Held, TrialLine
from euthymia.exchange.words import name_of, short_name, unit_of
from euthymia.knowledge import Knowledge
from euthymia.knowledge.rulesets import AUGMENTATION
from euthymia.record.entries import Phase, ScaleChange, Trial
from euthymia.terms import Verdict

UNTOLD = "not recorded"
DAYS_PER_WEEK = 7
ADEQUATE = {
    Verdict.MET: "Adequate by",
    Verdict.NOT_MET: "Not adequate by",
    Verdict.UNKNOWN: "Open by",
}


def trial_line(finding: TrialFinding, knowledge: Knowledge) -> TrialLine:
    """One trial as a row; a column that nobody recorded says so."""
    trial = finding.trial
    columns = {
        "class": finding.drug.family if finding.drug else "",
        "highest dose": _highest(finding),
        "dates": _dates(trial),
        "weeks at the dose": _weeks(trial.phases),
        "adherence": "" if trial.pdc is None else f"{trial.pdc:.0%} of days",
        "change of the score": _change(finding, knowledge),
        "why it was stopped": (trial.stop_reason or "").replace("_", " "),
    }
    family, dose, dates, weeks, adherence, change, stopped = (
        told or UNTOLD for told in columns.values()
    )
    return TrialLine(
        id=trial.id,
        drug=name_of(finding),
        family=family,
        highest_dose=dose,
        dates=dates,
        weeks_at_dose=weeks,
        adherence=adherence,
        change=change,
        stopped=stopped,
        adequate=tuple(_adequate(finding, knowledge)),
        lacks=tuple(_lacks(columns, trial)),
    )


def _lacks(columns: dict[str, str], trial: Trial) -> Iterator[str]:
    """The columns nobody recorded, and the half of the dates that is not there."""
    yield from (name for name, told in columns.items() if not told)
    if trial.start is None and trial.end is not None:
        yield "first day"
    if trial.start is not None and trial.end is None and trial.stop_reason != "ongoing":
        yield "last day"


def _known(phases: Sequence[Phase]) -> list[float]:
    return [phase.dose for phase in phases if phase.dose is not None]


def _highest(finding: TrialFinding) -> str:
    """The highest dose; where some dose is not known, the least it can be."""
    phases = finding.trial.phases
    known = _known(phases)
    if not known:
        return ""
    least = "at least " if len(known) < len(phases) else ""
    return f"{least}{max(known):g} {unit_of(finding)}"


def _weeks(phases: Sequence[Phase]) -> str:
    """Weeks at the highest dose, to a tenth; of days that are not known, the least."""
    known = _known(phases)
    days = [phase.days for phase in phases if known and phase.dose == max(known)]
    told = [day for day in days if day is not None]
    if not told:
        return ""
    least = "at least " if len(told) < len(days) else ""
    return f"{least}{sum(told) / DAYS_PER_WEEK:.1f}"


def _dates(trial: Trial) -> str:
    if not (trial.start or trial.end):
        return ""
    end = "ongoing" if trial.stop_reason == "ongoing" else UNTOLD
    return f"{trial.start or UNTOLD} to {trial.end or end}"


def _change(finding: TrialFinding, knowledge: Knowledge) -> str:
    """`10 % better (PHQ-9 21 to 19)`; empty where nobody knows."""
    percent, change = finding.improvement_pct, finding.trial.scale_change
    if percent is None:
        return ""
    scale = f" ({_scale(change, knowledge)})" if change else ""
    return f"{abs(percent):.0f} % {'worse' if percent < 0 else 'better'}{scale}"


def _scale(change: ScaleChange, knowledge: Knowledge) -> str:
    form = knowledge.instruments.get(change.instrument)
    name = short_name(form) if form else change.instrument
    return f"{name} {change.before:g} to {change.after:g}"


def _adequate(finding: TrialFinding, knowledge: Knowledge) -> Iterator[str]:
    """By which rules it is adequate, not adequate and open, with the reasons why not."""
    for verdict, words in ADEQUATE.items():
        ruled = [
            _ruled(name, judged, knowledge)
            for name, judged in finding.rules.items()
            if judged.adequate is verdict
        ]
        if ruled:
            yield f"{words}: {'; '.join(ruled)}"


def _ruled(name: str, judged: Judged, knowledge: Knowledge) -> str:
    codes = () if judged.adequate is Verdict.MET else judged.codes
    why = ", ".join(knowledge.codes[code].title for code in codes)
    rule = knowledge.rules[name].name
    return f"{rule} ({why})" if why else rule


def trials_held(
    findings: Sequence[TrialFinding], knowledge: Knowledge, *, whole: bool, added: bool
) -> Held:
    """What is in hand of the antidepressants, or with `added` of what was added to them.

    `whole`: whether the record says that no other trial was made.
    """
    chosen = [one for one in findings if (one.rule == AUGMENTATION) is added]
    lines = [trial_line(one, knowledge) for one in chosen]
    told = tuple(f"{one.drug}, {one.highest_dose}, {one.dates}" for one in lines)
    lacks = [f"{one.drug} ({one.id}): {', '.join(one.lacks)}" for one in lines if one.lacks]
    name = "augmentation" if added else "antidepressant"
    if not whole:
        lacks.append(f"whether any other {name} was tried")
    return Held(told or ((f"no {name} was tried",) if whole else ()), tuple(lacks))
