"""Conditions as diagnoses in ICD-10-CM."""

from __future__ import annotations

from collections import Counter
from datetime import date

from euthymia.exchange.fhir.bundles import Found
from euthymia.exchange.fhir.chart import Chart
from euthymia.exchange.fhir.codes import (
    IN_WORDS,
    codes_in,
    first_code,
    first_named,
    short,
    systems_of,
)
from euthymia.exchange.fhir.dates import Day
from euthymia.exchange.fhir.guide import Guide
from euthymia.exchange.fhir.resources import CodeableConcept, Condition, Quantity, Range
from euthymia.exchange.fhir.terminology import CATEGORY, ICD10CM, with_dot
from euthymia.exchange.fhir.values import unit_in
from euthymia.exchange.units import UnitError
from euthymia.record.days import days_after
from euthymia.record.entries import Diagnosis, DiagnosisSource, UnreadDiagnosis
from euthymia.terms import Code

OVER = frozenset({"inactive", "remission", "resolved"})
"""Clinical status of a condition that does not hold any more."""
HOLDS = frozenset({"active", "recurrence", "relapse"})
"""Clinical status of one that is said to hold."""

DAYS_PER_YEAR = 365.25


def read_diagnoses(
    chart: Chart, born: date | None
) -> tuple[tuple[Diagnosis, ...], tuple[UnreadDiagnosis, ...]]:
    """Every condition that has an ICD-10-CM code, by itself or by the user's terminology.

    Beside them those that hold and have none. `born`: the day of birth, by which an onset that is
    told by age becomes a day.
    """
    read: list[Diagnosis] = []
    unread: list[UnreadDiagnosis] = []
    names: Counter[str] = Counter()
    for one, condition in chart.each(Condition):
        code = icd10cm_of(condition.code, chart.guide) or _by_category(one, condition, chart)
        if code is None:
            chart.ledger.unmapped.update(systems_of(condition.code))
            names[first_named(condition.code)] += 1
            if _holds(one, condition, chart):
                unread.append(_unread(one, condition))
        else:
            chart.used(one)
            read.append(_diagnosis(one, condition, code, chart, born))
    for name, count in names.items():
        chart.ledger.aside("Condition", _not_read(name, count))
    return tuple(read), tuple(unread)


def _holds(one: Found, condition: Condition, chart: Chart) -> bool:
    """Whether a problem is not over; one that was only coded at a visit must be said to hold."""
    status, ended = first_code(condition.clinical_status), _ended(one, condition, chart)
    if status in OVER or (ended is not None and ended.last <= chart.as_of):
        return False
    return status in HOLDS or _source(condition) != "encounter"


def _unread(one: Found, condition: Condition) -> UnreadDiagnosis:
    recorded = one.day("recordedDate", condition.recorded_date)
    called = first_named(condition.code) or None
    return UnreadDiagnosis(called, recorded.first if recorded else None, one.label)


def _by_category(one: Found, condition: Condition, chart: Chart) -> str | None:
    """The category of a code of the WHO's ICD-10, where it means the same in ICD-10-CM."""
    for code in codes_in(condition.code, "icd10"):
        category = chart.guide.who_categories.get(with_dot(code)[:CATEGORY])
        if category is not None:
            chart.ledger.doubt(one, f"is coded in the WHO's ICD-10: read as {category} alone")
            return category
    return None


def _not_read(name: str, count: int) -> str:
    if name == IN_WORDS:
        return f"{count} {'diagnosis' if count == 1 else 'diagnoses'} in words only; give a code"
    times = f", {count} times" if count > 1 else ""
    return f"diagnosis not read: {name}{times}; map it with --terminology, or give ICD-10-CM"


def icd10cm_of(concept: CodeableConcept | None, guide: Guide) -> str | None:
    """The ICD-10-CM code of a concept, with its dot; None where it has none."""
    for code in codes_in(concept, "icd10cm"):
        dotted = with_dot(code)
        if ICD10CM.fullmatch(dotted):
            return dotted
    if concept is None or not guide.terminology.conditions:
        return None
    for coding in concept.coding:
        mapped = guide.terminology.conditions.get(f"{short(coding.system)}:{coding.code}")
        if mapped is not None:
            return mapped
    return None


def _diagnosis(
    one: Found, condition: Condition, code: str, chart: Chart, born: date | None
) -> Diagnosis:
    if first_code(condition.verification_status) == "provisional":
        chart.ledger.doubt(one, "is a provisional diagnosis")
    recorded = chart.earliest(one, "recordedDate", condition.recorded_date)
    onset = _onset(one, condition, chart)
    ended = _ended(one, condition, chart) or _ended_by(one, condition, chart, recorded or onset)
    return Diagnosis(
        code=Code("icd10cm", code),
        onset=onset or _latest_onset(one, condition, chart, born),
        resolved=ended.last if ended else None,
        recorded=recorded,
        source=_source(condition),
        resource=one.label,
        over=ended is None and first_code(condition.clinical_status) in OVER,
    )


def _ended_by(one: Found, condition: Condition, chart: Chart, last: date | None) -> Day | None:
    """Of one that is over since an unknown day, the last day on record; None where there is none.

    Then it is kept as over all the same: what it means for life, it means whenever it ended.
    """
    if first_code(condition.clinical_status) not in OVER:
        return None
    if last is None:
        chart.ledger.doubt(one, "is over, and nothing tells when it was: only what lasts is read")
        return None
    chart.ledger.doubt(one, "is over since an unknown day; the last day on record is taken")
    return Day(last, last)


def _onset(one: Found, condition: Condition, chart: Chart) -> date | None:
    period = condition.onset_period
    return chart.earliest(one, "onsetDateTime", condition.onset_date_time) or chart.earliest(
        one, "onsetPeriod.start", period.start if period else None
    )


def _latest_onset(one: Found, condition: Condition, chart: Chart, born: date | None) -> date | None:
    """The last day that fits an onset told by age or in words: a seizure may have been so late."""
    ages = condition.onset_range or Range()
    age = condition.onset_age or ages.high or ages.low
    if age is None and not condition.onset_string:
        return None
    chart.ledger.doubt(one, "its onset is told by age or in words; the last day that fits is taken")
    recorded = one.day("recordedDate", condition.recorded_date)
    days = [chart.as_of] if recorded is None else [chart.as_of, recorded.last]
    years = None if age is None else _years(age, chart.guide)
    if born is not None and years is not None:
        days.append(days_after(born, (years + 1) * DAYS_PER_YEAR - 1))
    return min(days)


def _years(age: Quantity, guide: Guide) -> float | None:
    """An age in years; None where it is only a bound, or in no unit of time."""
    if age.value is None or age.comparator:
        return None
    try:
        return guide.in_unit(age.value, unit_in(age), "a")
    except UnitError:
        return None


def _ended(one: Found, condition: Condition, chart: Chart) -> Day | None:
    """When it was over; of a month or year the last day, since until then it may have held."""
    period = condition.abatement_period
    return chart.exactly(one, "abatementDateTime", condition.abatement_date_time) or chart.exactly(
        one, "abatementPeriod.end", period.end if period else None
    )


def _source(condition: Condition) -> DiagnosisSource:
    categories = {first_code(category) for category in condition.category}
    return "encounter" if "encounter-diagnosis" in categories else "problem"
