"""Why a medicine was given, and why it was stopped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from euthymia.exchange.fhir.bundles import Found
from euthymia.exchange.fhir.chart import Chart
from euthymia.exchange.fhir.codes import words_of
from euthymia.exchange.fhir.diagnoses import icd10cm_of
from euthymia.exchange.fhir.resources import CodeableConcept, Condition, Medicated
from euthymia.exchange.fhir.statuses import reason_to_skip
from euthymia.record.entries import StopReason

STOPPED: tuple[StopReason, ...] = ("lack_of_efficacy", "intolerance", "patient_choice", "other")
"""Reasons for stopping, each with an entry of the same id on the page of words."""


def indication_of(resource: Medicated, one: Found, chart: Chart) -> str | None:
    """The reasons given, as ICD-10-CM where they have one, else in words; several with `; `."""
    if not (resource.reason_code or resource.reason_reference):
        return None
    found = dict.fromkeys(_indications(resource, one, chart))
    return "; ".join(found) or None


def _indications(resource: Medicated, one: Found, chart: Chart) -> Iterator[str]:
    for concept in resource.reason_code:
        yield from _named(concept, chart)
    for reference in resource.reason_reference:
        target = chart.shelf.behind(reference, one)
        if isinstance(target, Condition) and reason_to_skip(target) is None:
            yield from _named(target.code, chart)


def _named(concept: CodeableConcept | None, chart: Chart) -> Iterator[str]:
    code = icd10cm_of(concept, chart.guide) or next(words_of(concept), None)
    if code:
        yield code


def stop_reason_of(
    concepts: Sequence[CodeableConcept | None], one: Found, chart: Chart
) -> StopReason | None:
    """Why it was stopped; None where the words mean nothing we know, or two things at once."""
    text = " ".join(word for concept in concepts for word in words_of(concept))
    if not text:
        return None
    met = [reason for reason in STOPPED if _means(text, reason, chart)]
    if len(met) > 1:
        chart.ledger.doubt(one, "its reason for stopping can be read in two ways, and is left open")
    elif not met:
        chart.ledger.doubt(one, "its reason for stopping is in words that no page knows")
    return met[0] if len(met) == 1 else None


def _means(text: str, reason: StopReason, chart: Chart) -> bool:
    entry = chart.guide.knowledge.words.get(reason)
    return entry is not None and any(word in text for word in entry.words)
