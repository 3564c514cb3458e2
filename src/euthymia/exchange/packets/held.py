"""What the record holds of each thing that a document of a packet asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.engine.episodes import DEPRESSION
from euthymia.engine.grading import gravest
from euthymia.engine.options import Option
from euthymia.engine.plans import InfusionPlan, SprayPlan, StimulationPlan
from euthymia.exchange.packets.criteria import ASKED
from euthymia.exchange.packets.trials import trials_held
from euthymia.exchange.packets.view import DiagnosisLine, Held, ScoreLine
from euthymia.exchange.words import fact_words, score_words, short_name
from euthymia.knowledge import Knowledge
from euthymia.knowledge.payers import Payer
from euthymia.record import Record
from euthymia.record.entries import Diagnosis, NondrugTrial
from euthymia.terms import Verdict

UNTOLD = "not recorded"
SUBSTANCES = ("alcohol_use_disorder_active", "drug_use_disorder_active")
PSYCHOSIS = ("psychotic_depression_coded", "primary_psychosis_diagnosed")
REGISTER, PSYCHIATRIST = f"{ASKED}pdmp_checked", f"{ASKED}psychiatrist_ordered"
ICD = "ICD-10-CM"
"""The only system of the diagnoses of a record."""
GRAVE = "contraindication"
FOUND = {Verdict.MET: "found", Verdict.NOT_MET: "not found", Verdict.UNKNOWN: "not known"}


class Case(Struct, frozen=True):
    """All that a packet is filled from."""

    assessment: Assessment
    record: Record
    payer: Payer
    option: Option
    knowledge: Knowledge


def diagnoses_asked(case: Case) -> list[Diagnosis]:
    """The depression, and what a criterion of this payer rests on. No other diagnosis is told."""
    asked = {DEPRESSION}.union(*(one.facts for one in case.payer.criteria.values()))
    carried = case.knowledge.facts_carried_by
    return [one for one in case.record.diagnoses if asked & set(carried(one.code))]


def diagnosis_lines(case: Case) -> tuple[DiagnosisLine, ...]:
    return tuple(_diagnosis(one) for one in diagnoses_asked(case))


def _diagnosis(one: Diagnosis) -> DiagnosisLine:
    since = f"since {one.onset}" if one.onset else "start not recorded"
    told = f", over {one.resolved}" if one.resolved else ""
    over = ", over since an unknown day" if one.over else told
    return DiagnosisLine(f"{ICD} {one.code.value}", f"{since}{over}")


def score_lines(case: Case) -> tuple[ScoreLine, ...]:
    """Depression scales, the newest first; one without a date stands last."""
    scores = [one for one in case.assessment.scores if one.instrument.measures == "depression"]
    lines = (
        ScoreLine(short_name(one.instrument), score_words(one), str(one.rating.taken or UNTOLD))
        for one in scores
    )
    dated = sorted(lines, key=lambda one: (one.scale, one.total))
    return tuple(sorted(dated, key=lambda one: (one.taken != UNTOLD, one.taken), reverse=True))


def _of_diagnosis(case: Case) -> Held:
    depressed = [
        one
        for one in diagnoses_asked(case)
        if DEPRESSION in case.knowledge.facts_carried_by(one.code)
    ]
    if not depressed:
        return Held((), ("a coded depression",))
    return Held(tuple(f"{one.code}, {one.since}" for one in map(_diagnosis, depressed)))


def _of_scores(case: Case) -> Held:
    lines = score_lines(case)
    undated = tuple(f"day of {one.scale} {one.total}" for one in lines if one.taken == UNTOLD)
    told = tuple(f"{one.scale} {one.total} on {one.taken}" for one in lines if one.taken != UNTOLD)
    return Held(told, undated if told else (*undated, "a dated depression scale"))


def _of_trials(case: Case) -> Held:
    return _tried(case, added=False)


def _of_augmentation(case: Case) -> Held:
    return _tried(case, added=True)


def _tried(case: Case, *, added: bool) -> Held:
    trials, whole = case.assessment.resistance.trials, case.record.trials_whole
    return trials_held(trials, case.knowledge, whole=whole, added=added)


def _nondrug(case: Case, kinds: Iterable[str], name: str, *, giver: bool) -> Held:
    courses = [one for one in case.record.nondrug_trials if one.kind in kinds]
    if courses:
        lacks = [lack for one in courses for lack in _course_lacks(one, giver=giver)]
        return Held(tuple(map(_course, courses)), tuple(dict.fromkeys(lacks)))
    if "nondrug_trials" in case.record.complete:
        return Held((f"no {name} was given",))
    return Held((), (f"whether {name} was given",))


def _course(one: NondrugTrial) -> str:
    sessions = "" if one.sessions is None else f", {one.sessions} sessions"
    dates = f"{one.start or UNTOLD} to {one.end or UNTOLD}"
    return f"{one.name or one.kind}, {dates}{sessions}{_fall(one)}"


def _fall(one: NondrugTrial) -> str:
    pct = one.improvement_pct
    return "" if pct is None else f", {abs(pct):g} % {'worse' if pct < 0 else 'better'}"


def _course_lacks(one: NondrugTrial, *, giver: bool) -> Iterator[str]:
    name = one.name or one.kind
    unknown = {
        "dates": one.start is None or one.end is None,
        "sessions": one.sessions is None,
        "what came of it": one.improvement_pct is None and one.scale_change is None,
        "who gave it": giver,
    }
    yield from (f"{name}: {what}" for what, lacking in unknown.items() if lacking)


def _of_psychotherapy(case: Case) -> Held:
    return _nondrug(case, ("psychotherapy",), "psychotherapy", giver=True)


def _of_stimulation(case: Case) -> Held:
    return _nondrug(case, ("tms", "ect"), "magnetic stimulation or ECT", giver=False)


def _of_screen(case: Case) -> Held:
    """The contraindications by verdict, and every question that is still open."""
    grave = [one for one in case.option.findings if gravest(one.kinds) == GRAVE]
    told = [
        f"{one.finding.criterion.title}: {FOUND[one.finding.verdict]}"
        for one in grave
        if one.finding.verdict is Verdict.MET
    ]
    ruled_out = sum(one.finding.verdict is Verdict.NOT_MET for one in grave)
    if ruled_out:
        told.append(f"{ruled_out} of {len(grave)} contraindications are ruled out")
    return Held(tuple(told), ("the signature under it", *dict.fromkeys(_open(case.option))))


def _open(option: Option) -> Iterator[str]:
    for one in option.findings:
        if gravest(one.kinds) == GRAVE and one.finding.verdict is Verdict.UNKNOWN:
            yield f"{one.finding.criterion.title}: {FOUND[Verdict.UNKNOWN]}"
    yield from (fact.ask for fact in option.unanswered)


def _of_plan(case: Case) -> Held:
    plan, order = case.option.plan, case.record.orders.tms
    match plan:
        case StimulationPlan():
            told = [f"protocol: {plan.protocol.name}"]
            lacks = [] if plan.protocol.sessions else ["number of sessions"]
            if order.stimulator:
                told.append(f"device: {order.stimulator}")
            else:
                lacks.append("the device")
            return Held((*told, *_sessions(plan)), tuple(lacks))
        case InfusionPlan() | SprayPlan():
            return Held((f"dose: {plan.dose_mg:g} mg",), ("number of sessions",))
        case None:
            return Held((), ("device or product, protocol and number of sessions",))


def _sessions(plan: StimulationPlan) -> Iterator[str]:
    if plan.protocol.sessions:
        yield f"{plan.protocol.sessions} sessions"


def sessions_planned(option: Option) -> str:
    """The sessions of the course; empty where none is planned or none is known."""
    plan = option.plan
    return next(_sessions(plan), "") if isinstance(plan, StimulationPlan) else ""


def _of_suicide(case: Case) -> Held:
    """What was found; the note itself is written by a clinician."""
    found = case.assessment.safety.findings
    told = [f"{one.title}: {FOUND[one.verdict]}" for one in found if one.verdict != Verdict.UNKNOWN]
    lacks = [one.ask for one in found if one.verdict is Verdict.UNKNOWN]
    return Held(tuple(told), ("the note of a clinician", *dict.fromkeys(lacks)))


def _of_facts(case: Case, names: Iterable[str]) -> Held:
    facts = [case.assessment.facts[name] for name in names if name in case.assessment.facts]
    told = (fact_words(one, case.knowledge) for one in facts if one.value is not None)
    lacks = (one.ask for one in facts if one.value is None)
    return Held(tuple(one.removeprefix(ASKED) for one in told), tuple(dict.fromkeys(lacks)))


def _of_substances(case: Case) -> Held:
    return _of_facts(case, SUBSTANCES)


def _of_psychosis(case: Case) -> Held:
    return _of_facts(case, PSYCHOSIS)


def _of_register(case: Case) -> Held:
    return _of_facts(case, (REGISTER,))


def _of_psychiatrist(case: Case) -> Held:
    held = _of_facts(case, (PSYCHIATRIST,))
    return Held(held.lines, (*held.lacks, "name and signature of the psychiatrist"))


def _of_site(_case: Case) -> Held:
    return Held((), ("the certified site",))


Look = Callable[[Case], Held]

NAMED: Mapping[str, Look] = {
    "diagnosis": _of_diagnosis,
    "PHQ-9": _of_scores,
    "depression scale": _of_scores,
    "antidepressant trials": _of_trials,
    "augmentation": _of_augmentation,
    "psychotherapy": _of_psychotherapy,
    "screen for contraindications": _of_screen,
    "protocol": _of_plan,
    "earlier magnetic stimulation": _of_stimulation,
    "risk of suicide": _of_suicide,
    "psychiatrist": _of_psychiatrist,
    "certified site": _of_site,
    "substance use": _of_substances,
    "psychosis": _of_psychosis,
    "register of controlled drugs": _of_register,
}
"""Words by which a document of a page names a thing, and where the record is looked at for it."""


def looks_for(says: str) -> tuple[Look, ...]:
    """Where to look for what a document asks, by its words; empty: nobody knows where."""
    lower = says.lower()
    return tuple(dict.fromkeys(look for words, look in NAMED.items() if words.lower() in lower))
