"""A packet as a FHIR R4 Bundle: only what is known, and nothing that a request would invent.

A Claim needs a provider, an insurer and a coverage, of which a record holds none; so the request
stands as a draft ServiceRequest with intent proposal, and a preliminary Composition holds its text.
The criteria stand as a questionnaire in progress, in which an unknown one has no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import msgspec

from euthymia.engine.assessment import Assessment
from euthymia.engine.findings import Score, TrialFinding
from euthymia.exchange.packets.held import Case, diagnoses_asked
from euthymia.exchange.packets.trials import trial_line
from euthymia.exchange.packets.view import PacketView
from euthymia.exchange.packets.whole import case_of, packet
from euthymia.exchange.words import name_of, short_name
from euthymia.knowledge import Knowledge
from euthymia.knowledge.drugs import Drug
from euthymia.knowledge.evidence import CONFIRMED
from euthymia.knowledge.payers import Payer
from euthymia.record import Record
from euthymia.record.entries import Diagnosis, NondrugTrial
from euthymia.terms import Code

Json = dict[str, Any]

FAMILY = uuid5(NAMESPACE_OID, "euthymia packet")
"""The name space of the ids: the same content has the same id on every machine."""
SYSTEMS = {
    "icd10cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "loinc": "http://loinc.org",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "atc": "http://www.whocc.no/atc",
}
UCUM = "http://unitsofmeasure.org"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
TEST_DATA = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
URN = "urn:uuid:"
FHIR_ID = re.compile(r"[A-Za-z0-9.-]{1,64}", re.ASCII)
PER_DAY = "mg/d"


def fhir_packet(
    assessment: Assessment, record: Record, payer: Payer, knowledge: Knowledge
) -> bytes:
    """The packet as a Bundle of type collection, the same bytes for the same record.

    Raises:
        SourceError: No page holds the therapy that the payer speaks of.
    """
    case = case_of(assessment, record, payer, knowledge)
    view = packet(assessment, record, payer, knowledge)
    entries = [{"fullUrl": f"{URN}{key}", "resource": one} for key, one in _resources(case, view)]
    bundle = {"resourceType": "Bundle", "type": "collection", **_marked(view), "entry": entries}
    return msgspec.json.format(msgspec.json.encode(bundle), indent=1) + b"\n"


def _marked(view: PacketView) -> Json:
    """An invented patient is tagged as test data."""
    return {"meta": {"tag": [TEST_DATA]}} if view.synthetic else {}


def _uuid(content: Json) -> str:
    return str(uuid5(FAMILY, msgspec.json.encode(content, order="sorted").decode()))


def _resources(case: Case, view: PacketView) -> Iterator[tuple[str, Json]]:
    """The Composition, then all that it rests on, each with an id made of its content."""
    patient = _patient(case, view)
    key = _uuid(patient)
    told = case.record.patient.id or ""
    rest = [(_uuid(one), one) for one in _entries(case, view, {"reference": f"{URN}{key}"})]
    first = _composition(view, {"reference": f"{URN}{key}"}, [one for one, _ in rest])
    yield _uuid(first), {**first, "id": _uuid(first)}
    yield key, {**patient, "id": told if FHIR_ID.fullmatch(told) else key}
    yield from ((one, {**resource, "id": one}) for one, resource in rest)


def _patient(case: Case, view: PacketView) -> Json:
    """Whose it is: an id, and no name."""
    told = case.record.patient
    parts: Json = {"resourceType": "Patient", **_marked(view)}
    if told.id:
        parts["identifier"] = [{"value": told.id}]
    if told.sex:
        parts["gender"] = told.sex
    if told.birth_date:
        parts["birthDate"] = told.birth_date.isoformat()
    return parts


def _entries(case: Case, view: PacketView, subject: Json) -> Iterator[Json]:
    yield _request(view, subject)
    yield _criteria(view, subject)
    yield from (_condition(one, subject) for one in diagnoses_asked(case))
    scores = [one for one in case.assessment.scores if one.instrument.measures == "depression"]
    yield from (one for score in scores for one in _observation(score, subject))
    trials = case.assessment.resistance.trials
    yield from (_statement(one, subject, case.knowledge) for one in trials)
    yield from (_procedure(one, subject) for one in case.record.nondrug_trials)


def _concept(text: str, *codes: Code) -> Json:
    coding = [{"system": SYSTEMS[one.system], "code": one.value} for one in codes]
    return {**({"coding": coding} if coding else {}), "text": text}


def _request(view: PacketView, subject: Json) -> Json:
    return {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "proposal",
        "code": {"text": view.therapy.name},
        "subject": subject,
        "note": [{"text": f"{view.mark} Sessions: {view.therapy.sessions}."}],
    }


def _criteria(view: PacketView, subject: Json) -> Json:
    """The payer's criteria; one that is not known has no answer."""
    item = [
        {"linkId": one.id, "text": one.title}
        | ({} if one.verdict == "unknown" else {"answer": [{"valueBoolean": one.verdict == "met"}]})
        for one in view.criteria
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "in-progress",
        "subject": subject,
        "authored": view.as_of,
        **({"item": item} if item else {}),
    }


def _condition(one: Diagnosis, subject: Json) -> Json:
    """A diagnosis; without a day of its end nothing is said of whether it goes on."""
    parts: Json = {
        "resourceType": "Condition",
        "code": {"coding": [{"system": SYSTEMS["icd10cm"], "code": one.code.value}]},
        "subject": subject,
    }
    if one.resolved or one.over:
        parts["clinicalStatus"] = {"coding": [{"system": CLINICAL, "code": "resolved"}]}
    if one.resolved:
        parts["abatementDateTime"] = one.resolved.isoformat()
    if one.onset:
        parts["onsetDateTime"] = one.onset.isoformat()
    if one.recorded:
        parts["recordedDate"] = one.recorded.isoformat()
    return parts


def _observation(score: Score, subject: Json) -> Iterator[Json]:
    """A total as it is used; one that is not used is left to the text, with its doubt."""
    if score.total is None:
        return
    form = score.instrument
    parts: Json = {
        "resourceType": "Observation",
        "status": "final",
        "code": _concept(
            f"{short_name(form)} total", *(form.codes if _sure(form.codes_status) else ())
        ),
        "subject": subject,
        "valueQuantity": {
            "value": _number(score.total),
            "unit": "{score}",
            "system": UCUM,
            "code": "{score}",
        },
    }
    if score.rating.taken:
        parts["effectiveDateTime"] = score.rating.taken.isoformat()
    yield parts


def _sure(status: str) -> bool:
    return status in CONFIRMED


def _number(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _statement(finding: TrialFinding, subject: Json, knowledge: Knowledge) -> Json:
    """One trial. More than one dose stands in words: no day tells when it changed."""
    trial, line = finding.trial, trial_line(finding, knowledge)
    period = {
        name: day.isoformat()
        for name, day in (("start", trial.start), ("end", trial.end))
        if day is not None
    }
    told = (
        f"Highest dose {line.highest_dose}, weeks at it {line.weeks_at_dose}. "
        f"Adherence {line.adherence}. Change {line.change}. {'. '.join(line.adequate)}."
    )
    parts: Json = {
        "resourceType": "MedicationStatement",
        "status": _status(finding),
        "medicationCodeableConcept": _concept(name_of(finding), *_codes(finding.drug)),
        "subject": subject,
        "note": [{"text": told}],
        **_dosage(finding),
    }
    if period:
        parts["effectivePeriod"] = period
    if trial.stop_reason and trial.stop_reason != "ongoing":
        parts["statusReason"] = [{"text": line.stopped}]
    return parts


def _codes(drug: Drug | None) -> Iterator[Code]:
    """Codes of the page that were read in a public source."""
    for code in drug.codes if drug else ():
        if code.system in SYSTEMS and _sure(
            (drug.codes_status if drug else {}).get(code.system, "")
        ):
            yield code


def _status(finding: TrialFinding) -> str:
    trial = finding.trial
    if trial.stop_reason == "ongoing":
        return "active"
    if trial.stop_reason in ("lack_of_efficacy", "intolerance", "patient_choice"):
        return "stopped"
    return "completed" if trial.end else "unknown"


def _dosage(finding: TrialFinding) -> Json:
    """The daily dose, where one dose was taken all along and is counted in mg a day."""
    phases = finding.trial.phases
    unit = finding.drug.unit if finding.drug else ""
    if len(phases) != 1 or phases[0].dose is None or unit != PER_DAY:
        return {}
    dose = {"value": _number(phases[0].dose), "unit": "mg", "system": UCUM, "code": "mg"}
    daily = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
    return {"dosage": [{"timing": daily, "doseAndRate": [{"doseQuantity": dose}]}]}


def _procedure(one: NondrugTrial, subject: Json) -> Json:
    """A course of sessions that are no drug. `unknown` where nothing tells that it is over."""
    period = {
        name: day.isoformat()
        for name, day in (("start", one.start), ("end", one.end))
        if day is not None
    }
    told = "" if one.sessions is None else f"{one.sessions} sessions"
    parts: Json = {
        "resourceType": "Procedure",
        "status": "completed" if one.end else "unknown",
        "code": {"text": one.name or one.kind.replace("_", " ")},
        "subject": subject,
    }
    if period:
        parts["performedPeriod"] = period
    return {**parts, **({"note": [{"text": told}]} if told else {})}


def _composition(view: PacketView, subject: Json, rest: list[str]) -> Json:
    """The text of the packet, gaps first, with what it rests on."""
    return {
        "resourceType": "Composition",
        "status": "preliminary",
        "type": {"text": "Request for prior authorisation, draft"},
        "subject": subject,
        "date": view.as_of,
        "author": [{"display": "Euthymia, software; not signed by a clinician"}],
        "title": f"{view.therapy.name}: request to {view.policy.name} (draft, not sent)",
        "section": [
            *(_section(title, lines) for title, lines in _sections(view).items() if lines),
            {
                "title": "What the request rests on",
                "entry": [{"reference": f"{URN}{one}"} for one in rest],
            },
        ],
    }


def _sections(view: PacketView) -> dict[str, list[str]]:
    policy = view.policy
    about = [f"{policy.name}; {policy.basis}; in force: {policy.effective}; {policy.jurisdiction}"]
    return {
        "Gaps": [f"{one.what}. {one.mend}" for one in view.gaps],
        "Policy": about
        + [f"Status: {policy.statement.status}"]
        + [one.says for one in policy.beside],
        "Criteria": [f"{one.title}: {one.verdict}" for one in view.criteria],
        "Documents": [
            f"{one.statement.says} {one.state}. {' '.join(one.held.lines)}"
            for one in view.documents
        ],
        "Scores": [f"{one.scale} {one.total}, {one.taken}" for one in view.scores],
        "Billing": [f"{one.title}: {one.says} ({one.status})" for one in view.billing],
        "To be signed by hand": [one.who for one in view.signatures],
    }


def _section(title: str, lines: list[str]) -> Json:
    items = "".join(f"<li>{escape(one)}</li>" for one in lines)
    div = f'<div xmlns="http://www.w3.org/1999/xhtml"><ul>{items}</ul></div>'
    return {"title": title, "text": {"status": "generated", "div": div}}
