"""Writes an assessment as the public document (contracts/assessment.schema.json)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import (
    Change,
    Danger,
    Exposed,
    Fact,
    Finding,
    Judged,
    Resistance,
    Score,
    TrialFinding,
)
from euthymia.engine.questions import asks_of
from euthymia.exchange.causes import causes_of, fact_of, links_of, next_of, sensitivity_of
from euthymia.exchange.citations import cited, statuses
from euthymia.exchange.course import course_of
from euthymia.exchange.options import choice_of, options_of
from euthymia.record.entries import Trial
from euthymia.terms import Count, Verdict

Json = dict[str, Any]
SHOWN_RULES = ("fda_ema", "eu_pearl", "msm", "athf_style", "augmentation")


def to_json(assessment: Assessment, *, with_patient: bool = False) -> bytes:
    """The document as UTF-8 bytes: the same assessment always gives the same bytes."""
    return msgspec.json.encode(document(assessment, with_patient=with_patient))


def document(assessment: Assessment, *, with_patient: bool = False) -> Json:
    """The assessment, keyed by name throughout; what was not judged is absent."""
    standing = statuses(assessment)
    patient = {"patient": assessment.patient} if with_patient and assessment.patient else {}
    return {
        "assessment": 1,
        "as_of": assessment.as_of.isoformat(),
        "knowledge": assessment.knowledge,
        **patient,
        "safety": _safety(assessment),
        "resistance": _resistance(assessment.resistance),
        "mimics": {finding.criterion.id: _finding(finding) for finding in assessment.mimics},
        "causes": causes_of(assessment.causes),
        **({"options": options_of(assessment.options)} if assessment.options else {}),
        "questions": {
            one.id: {"ask": one.ask, "settles": list(one.settles)} for one in assessment.questions
        },
        "scales": {
            "scores": [_score(score) for score in assessment.scores],
            "changes": {one.instrument.id: _change(one) for one in assessment.changes},
            "course": course_of(assessment.course),
        },
        "next": next_of(assessment.next),
        "choice": choice_of(assessment.choice) | {"links": links_of(assessment.causes.links)},
        "data_quality": _quality(assessment) | {"sensitivity": sensitivity_of(assessment.causes)},
        "evidence": {item.id: _evidence(item, standing[item.id]) for item in cited(assessment)},
    }


def _count(count: Count) -> Json:
    return {"at_least": count.at_least, "at_most": count.at_most}


def _resistance(found: Resistance) -> Json:
    return {
        "answer": found.answer,
        "rules": _rules(found),
        "trials": {finding.trial.id: _trial(finding) for finding in found.trials},
        "exposure": found.exposure and _exposure(found.exposure),
    }


def _exposure(exposed: Exposed) -> Json:
    return {
        "p_at_least_two": exposed.p_at_least_two,
        "expected_failures": exposed.expected_failures,
        "repair_first": exposed.repair_first,
    }


def _rules(found: Resistance) -> Json:
    return {
        "fda_ema": {"verdict": found.fda_ema.verdict.word, "failed": _count(found.fda_ema.failed)},
        "eu_pearl": {
            "class": found.eu_pearl.group,
            "failed_below_25_pct": _count(found.eu_pearl.failed_below_25_pct),
            "failed_below_50_pct": _count(found.eu_pearl.failed_below_50_pct),
        },
        "thase_rush": {
            "stage": found.thase_rush.stage,
            "classes_failed": list(found.thase_rush.classes_failed),
        },
        "msm": _msm(found),
        "mgh_s": {"score": found.mgh_s.score},
        "athf_style": {"failed": _count(found.athf_style.failed)},
        "atrq": {"failed": _count(found.atrq.failed)},
        **{name: {"verdict": one.verdict.word} for name, one in found.algorithms.items()},
        "dm_trd": _dutch(found),
        "difficult_to_treat": {
            "verdict": found.difficult_to_treat.verdict.word,
            "reasons": list(found.difficult_to_treat.reasons),
        },
        "agreement": {name: verdict.word for name, verdict in found.agreement.items()},
    }


def _msm(found: Resistance) -> Json:
    msm = found.msm
    items = ("duration", "severity", "failures", "augmentation", "ect", "total", "band")
    return {
        "scorable": msm.scorable,
        "failed": _count(msm.failed),
        **{item: getattr(msm, item) for item in items},
    }


def _dutch(found: Resistance) -> Json:
    dutch = found.dm_trd
    return {
        "items": dict(dutch.items),
        "total": {"at_least": dutch.total_at_least, "at_most": dutch.total_at_most},
    }


def _trial(finding: TrialFinding) -> Json:
    exposure = {} if finding.exposure is None else {"exposure": finding.exposure}
    shown = {name: finding.rules[name] for name in SHOWN_RULES if name in finding.rules}
    return {**exposure, "rules": {name: _judged(judged) for name, judged in shown.items()}}


def _judged(judged: Judged) -> Json:
    failed = {} if judged.failed is None else {"failed": judged.failed.word}
    return {"adequate": judged.adequate.word, **failed, "codes": list(judged.codes)}


def _finding(finding: Finding) -> Json:
    criterion = finding.criterion
    says = {"says": criterion.says} if finding.verdict is Verdict.MET else {}
    asks = {"asks": list(asks_of(finding))} if finding.verdict is Verdict.UNKNOWN else {}
    grade = {"grade": criterion.grade} if criterion.grade else {}
    return {
        "kind": criterion.kind,
        "verdict": finding.verdict.word,
        **says,
        "because": [_fact(fact) for fact in finding.because],
        "sources": [item.id for item in criterion.evidence],
        "actions": list(criterion.actions) if finding.verdict is Verdict.MET else [],
        **asks,
        "status": criterion.status,
        **grade,
    }


def _fact(fact: Fact) -> Json:
    resource = {"resource": fact.resource} if fact.resource else {}
    return fact_of(fact) | resource


def _safety(assessment: Assessment) -> Json:
    line = assessment.safety.crisis_line
    return {
        "crisis_line": {
            "country": line.country,
            "says": line.says,
            "emergency": line.emergency,
            "status": line.status,
        },
        "country_known": assessment.safety.country_known,
        "findings": {one.id: _danger(one) for one in assessment.safety.findings},
    }


def _danger(danger: Danger) -> Json:
    says = {"says": danger.says} if danger.verdict is not Verdict.NOT_MET else {}
    grade = {"grade": danger.grade} if danger.verdict is Verdict.MET else {}
    return {
        "verdict": danger.verdict.word,
        **grade,
        **says,
        "because": [_fact(fact) for fact in danger.because],
        "sources": [item.id for item in danger.evidence],
        "status": danger.status,
    }


def _score(score: Score) -> Json:
    rating = score.rating
    return {
        "instrument": rating.instrument,
        "date": rating.taken.isoformat() if rating.taken else None,
        "total": score.total,
        "band": score.band,
        "remission": score.remission.word,
        "doubt": score.doubt,
        "resource": rating.resource,
    }


def _change(change: Change) -> Json:
    return {
        "from": change.first.total,
        "to": change.last.total,
        "improvement_pct": change.improvement_pct,
        "response": change.response.word,
        "remission": change.remission.word,
    }


def _quality(assessment: Assessment) -> Json:
    reading = assessment.quality.reading
    return {
        "source": reading.source,
        **({"day_set_by": reading.day_set_by} if reading.day_set_by else {}),
        "read": dict(reading.read),
        "skipped": [msgspec.to_builtins(one) for one in reading.skipped],
        "doubts": [msgspec.to_builtins(one) for one in assessment.quality.doubts],
        "unmapped": dict(reading.unmapped),
        "doses": {"parsed": reading.doses_parsed, "met": reading.doses_met},
        "supply_missing": reading.supply_missing,
        "duplicates": reading.duplicates,
        "trials": {one.trial.id: _course(one) for one in assessment.resistance.trials},
    }


def _course(finding: TrialFinding) -> Json:
    """How a trial was read: what was taken, when, and what its outcome rests on."""
    trial: Trial = finding.trial
    told: Mapping[str, Any] = {
        "drug": trial.drug,
        "start": trial.start and trial.start.isoformat(),
        "end": trial.end and trial.end.isoformat(),
        "doses": [{"dose": one.dose, "days": one.days} for one in trial.phases],
        "unit": finding.drug and finding.drug.unit,
        "pdc": trial.pdc,
        "improvement_pct": finding.improvement_pct,
        "stop_reason": trial.stop_reason,
        "episode": trial.episode,
        "augments": trial.augments,
        "combination": trial.combination,
        "basis": trial.basis,
        "outcome_basis": trial.outcome_basis,
        "presumed": trial.presumed,
        "resources": list(trial.resources) or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _evidence(item: Any, status: Iterable[str]) -> Json:
    told = {"title": item.title, "supports": item.supports, "year": item.year, "url": item.url}
    return {**{k: v for k, v in told.items() if v is not None}, "status": sorted(status)}
