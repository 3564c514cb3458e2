"""The table of trials as payers ask for it: one row a drug, and what of the row nobody recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from euthymia.engine.findings import TrialFinding
from euthymia.exchange.packets.view import Held, TrialLine
from euthymia.exchange.words import name_of, unit_of
from euthymia.knowledge import Knowledge
from euthymia.knowledge.rulesets import AUGMENTATION
from euthymia.record.entries import Phase, Trial
from euthymia.terms import Verdict

UNTOLD = "not recorded"
DAYS_PER_WEEK = 7
ADEQUATE = {Verdict.MET: "adequate", Verdict.NOT_MET: "not adequate", Verdict.UNKNOWN: "open"}


def trial_line(finding: TrialFinding, knowledge: Knowledge) -> TrialLine:
    """One trial as a row; a column that nobody recorded says so."""
    trial = finding.trial
    columns = {
        "class": finding.drug.family if finding.drug else "",
        "highest dose": _highest(finding),
        "dates": _dates(trial),
        "weeks at the dose": _weeks(trial.phases),
        "adherence": "" if trial.pdc is None else f"{trial.pdc:.0%} of days",
        "change of the score": _change(finding),
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


def _change(finding: TrialFinding) -> str:
    percent, change = finding.improvement_pct, finding.trial.scale_change
    if percent is None:
        return ""
    scale = f" ({change.instrument} {change.before:g} to {change.after:g})" if change else ""
    return f"{abs(percent):.0f} % {'worse' if percent < 0 else 'better'}{scale}"


def _adequate(finding: TrialFinding, knowledge: Knowledge) -> Iterator[str]:
    """How it stands by each rule that speaks of it, with the reasons why not."""
    for name, judged in finding.rules.items():
        reasons = [] if judged.adequate is Verdict.MET else list(judged.codes)
        why = ", ".join(knowledge.codes[code].title for code in reasons)
        told = f"{knowledge.rules[name].name}: {ADEQUATE[judged.adequate]}"
        yield f"{told} ({why})" if why else told


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
