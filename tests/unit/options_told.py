"""Forms that should make a condition of a page met, not met or unknown, written from the page.

A way to a verdict says which facts would have to be yes, no, unknown or a number; each is then told
as a clinician would: a code, a device in words, a medicine, an answer of a screen, a value.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, get_args

from euthymia.exchange.intake_form import KetamineItem, TassItem
from euthymia.knowledge.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    FactSource,
    Hint,
    Is,
    Not,
)
from euthymia.terms import Code, Quantity, Verdict
from tests.laws.strategies import KNOWLEDGE, SHORTEST_CODE, TODAY, Form, assessed, comparisons, day

Value = bool | float | None
Way = dict[str, Value]
"""What each fact should be: yes, no, a number in the unit of its page, or unknown (None)."""

MET, OPEN, NOT_MET = Verdict.MET, Verdict.UNKNOWN, Verdict.NOT_MET
MANY = 400
TASS: tuple[str, ...] = get_args(TassItem)
KETAMINE: tuple[str, ...] = get_args(KetamineItem)
SCREENS = ("tass", "ketamine", "today")
"""What a form can answer; what a page asks besides has no field there."""
NOBODY: Form = {"intake": 1, "as_of": TODAY.isoformat()}
"""A form of which nothing is told."""


def all_answered_no(**more: Any) -> Form:
    """A woman of 40 with two failed trials, whose screens are all no and whose lists are whole."""
    return {
        **NOBODY,
        "patient": {"sex": "female", "age_years": 40},
        "complete": ["diagnoses", "trials", "medications", "implants"],
        "diagnoses": [{"icd10cm": "F33.2"}],
        "trials": trials(2),
        "vitals": [{"systolic_mmhg": 120, "diastolic_mmhg": 70}],
        "screening": {
            "tass": dict.fromkeys(TASS, "no"),
            "ketamine": dict.fromkeys(KETAMINE, "no"),
        },
    } | more


def answering(**answers: str) -> Form:
    """The screens, all no but for some answers; `left_out` is taken away."""
    told: Form = copy.deepcopy(all_answered_no()["screening"])
    for name, answer in answers.items():
        screen = "tass" if name in TASS else "ketamine"
        told[screen][name] = answer
        if answer == "left_out":
            del told[screen][name]
    return told


def trials(count: int) -> list[Form]:
    """So many adequate antidepressants that failed in this episode."""
    doses = {"sertraline": 200, "venlafaxine": 225, "escitalopram": 20, "fluoxetine": 40}
    return [
        {
            "id": f"t{number}",
            "drug": drug,
            "dose_mg": dose,
            "days_at_dose": 90,
            "pdc": 1,
            "improvement_pct": 0,
            "stop_reason": "lack_of_efficacy",
            "episode": "current",
        }
        for number, (drug, dose) in enumerate(list(doses.items())[:count])
    ]


# ---------------------------------------------------------------- ways to a verdict


def _tested() -> Iterator[Condition]:
    for therapy in KNOWLEDGE.therapies.values():
        for criterion in therapy.criteria.values():
            yield criterion.when
            yield from (one.when for one in criterion.circumstances)


BOUNDS: dict[str, set[float]] = {}
for _one in (one for condition in _tested() for one in comparisons(condition)):
    BOUNDS.setdefault(_one.fact, set()).add(_one.bound.value)


def ways(condition: Condition, wanted: Verdict) -> Iterator[Way]:
    """Ways in which the facts could make the condition come out so."""
    match condition:
        case Is(fact, expected):
            yield {fact: {MET: expected, NOT_MET: not expected, OPEN: None}[wanted]}
        case Hint(fact):
            if wanted is not MET:
                yield {fact: wanted is OPEN}
        case Comparison(fact, relation, bound):
            yield from _numbers(fact, relation, bound, wanted)
        case _:
            yield from _of_parts(condition, wanted)


def _of_parts(condition: Condition, wanted: Verdict) -> Iterator[Way]:
    match condition:
        case Not(part):
            yield from ways(part, ~wanted)
        case AllOf(parts):
            yield from _combined(parts, wanted, whole=MET)
        case AnyOf(parts):
            yield from _combined(parts, wanted, whole=NOT_MET)
        case _:
            return


HOLDS: Mapping[str, Callable[[float, float], bool]] = {
    "above": float.__gt__,
    "at_least": float.__ge__,
    "below": float.__lt__,
    "at_most": float.__le__,
}


def _numbers(fact: str, relation: str, bound: Quantity, wanted: Verdict) -> Iterator[Way]:
    """Numbers on the side that is wanted, from the bound outward: on it, or a hundredth beside."""
    if wanted is OPEN:
        yield {fact: None}
        return
    marks = {edge * share for edge in BOUNDS[fact] for share in (0.99, 1.0, 1.01)}
    for mark in sorted(marks, key=lambda one: abs(one - bound.value)):
        if HOLDS[relation](mark, bound.value) is (wanted is MET):
            yield {fact: mark}


def _combined(parts: tuple[Condition, ...], wanted: Verdict, whole: Verdict) -> Iterator[Way]:
    """`whole`: what every part must be; else one part decides, and the rest is as `whole`."""
    if wanted is whole:
        yield from _together([(part, wanted) for part in parts])
        return
    for deciding in range(len(parts)):
        yield from _together(
            [(part, wanted if at == deciding else whole) for at, part in enumerate(parts)]
        )
    for part in parts:
        yield from ways(part, wanted)


def _together(wishes: list[tuple[Condition, Verdict]]) -> Iterator[Way]:
    """Every wish at once, where no fact would have to be two things."""
    if not wishes:
        yield {}
        return
    (condition, wanted), *rest = wishes
    for first in islice(ways(condition, wanted), 12):
        for others in islice(_together(rest), 12):
            if all(others.get(fact, value) == value for fact, value in first.items()):
                yield {**others, **first}


# ---------------------------------------------------------------- a way written as a form


def forms(condition: Condition, wanted: Verdict) -> Iterator[Form]:
    """Each way told on a form of which nothing else is known, then on one that is all no."""
    for way in islice(ways(condition, wanted), MANY):
        for base in (NOBODY, all_answered_no()):
            yield told(way, base)


def told(way: Way, base: Form = NOBODY) -> Form:
    """The form in which every fact of the way is told."""
    form = copy.deepcopy(base)
    for fact, value in sorted(way.items(), key=lambda item: (_last(item[1]), item[0])):
        source = KNOWLEDGE.facts[fact]
        if source.section == "diagnoses" and source.key is None and value is True:
            _coded(form, source, [KNOWLEDGE.facts[one] for one in way if way[one] is not True])
        else:
            WRITERS[source.section](form, source, value)
    return form


def _last(value: Value) -> int:
    """What is unknown or no first, since telling it takes other words away."""
    return 0 if value is None else 1 if value is False else 2


def _listed(form: Form, part: str, entry: Form) -> None:
    form.setdefault(part, []).append(entry)


def _whole(form: Form, section: str, value: Value) -> None:
    """A no is told by a list that is whole; an unknown by one that is not."""
    named = set(form.get("complete", ()))
    form["complete"] = sorted(named | {section} if value is False else named - {section})


def _screening(form: Form, source: FactSource, value: Value) -> None:
    screen, key = (source.key or "").split(".")
    if screen not in SCREENS:
        return
    answers = form.setdefault("screening", {}).setdefault(screen, {})
    if value is None:
        answers.pop(key, None)
    elif isinstance(value, bool) and screen != "today":
        answers[key] = "yes" if value else "no"
    else:
        answers[key] = value


def _diagnosis(form: Form, source: FactSource, value: Value) -> None:
    """No code of the fact; the list is whole where that is to be known."""
    kept = [one for one in form.get("diagnoses", []) if not _carries(source, one["icd10cm"])]
    form["diagnoses"] = kept
    _whole(form, "diagnoses", value)


def _coded(form: Form, source: FactSource, others: list[FactSource]) -> None:
    """A code that carries the fact, and if there is one none of the others."""
    able = [code for code in CODES if _carries(source, code)]
    alone = [code for code in able if not any(_carries(other, code) for other in others)]
    code = (alone or able)[0]
    recent = [other.event_within_days for other in others if _carries(other, code)]
    passed = max((days for days in (source.event_before_days, *recent) if days), default=None)
    onset = {} if passed is None else {"onset": day(passed + 1)}
    _listed(form, "diagnoses", {"icd10cm": code} | onset)


def written(code: Code) -> str:
    """As a form writes it; a chapter alone is no code that a form can hold."""
    return "O26.9" if code.value == "O" else code.value


CODES = [
    written(code)
    for fact in KNOWLEDGE.facts.values()
    if fact.section == "diagnoses"
    for code in (*fact.codes, *fact.unless)
    if code.value == "O" or len(code.value) >= SHORTEST_CODE
]
"""Every code that some page names, and that a form can hold."""


def _carries(source: FactSource, code: str) -> bool:
    held = Code("icd10cm", code)
    excepted = any(one.covers(held) for one in source.unless)
    return any(one.covers(held) for one in source.codes) and not excepted


def _implant(form: Form, source: FactSource, value: Value) -> None:
    """A device in the words of the page; a measure of the one that is there, if one is."""
    if source.key is None or source.key == UNRECOGNISED:
        _device(form, source, value)
    elif value is not None:
        there = [one for one in form.get("implants", []) if _speaks_of(source, one)]
        for one in there:
            one[source.key] = value
        if not there:
            _listed(form, "implants", _worded(source) | {source.key: value})


def _device(form: Form, source: FactSource, value: Value) -> None:
    there = any(_speaks_of(source, one) for one in form.get("implants", []))
    if value is False and source.key is None:
        _whole(form, "implants", False)
    elif value is True and not there:
        _listed(form, "implants", _worded(source))


UNRECOGNISED = "unrecognised"


def _speaks_of(source: FactSource, device: Form) -> bool:
    said = device.get("text", "").lower()
    named = any(re.search(rf"\b{re.escape(word)}\b", said) for word in source.words)
    return named and not source.beside and not source.not_beside


def _worded(source: FactSource) -> Form:
    if not source.words and not source.codes:
        return {"text": "a thing that no page knows"}
    if not source.words:
        return {"snomed": source.codes[0].value}
    return {"text": " ".join((source.words[0], *source.beside[:1]))}


def _seizure(form: Form, source: FactSource, value: Value) -> None:
    if value is None and source.within_months is None:
        return
    if value is False and source.within_months is None:
        return
    entry: Form = {"kind": source.kinds[0]}
    if source.within_months is not None and value is not None:
        entry["months_ago"] = source.within_months + (0 if value else 1)
    if source.is_complex:
        entry["complex"] = True
    _listed(form, "seizures", entry)


def _medication(form: Form, source: FactSource, value: Value) -> None:
    if source.key == UNRECOGNISED:
        if value is True:
            _listed(form, "medications", {"drug": "a thing that no page knows"})
    elif source.key is not None:
        dose = {} if value is None else {"dose_mg_per_day": value}
        _listed(form, "medications", {"drug": source.drugs[0]} | dose)
    elif value is True and any(one["drug"] in source.drugs for one in form.get("medications", [])):
        return
    elif value is True or (value is None and source.only_hints):
        _listed(form, "medications", {"drug": source.drugs[0]})
    else:
        _whole(form, "medications", value)


def _lab(form: Form, source: FactSource, value: Value) -> None:
    if value is None or value is False:
        return
    measure = {"value": source.equals} if source.equals else {"value": value, "unit": source.unit}
    _listed(form, "labs", {"loinc": source.codes[0].value} | measure)


def _vital(form: Form, source: FactSource, value: Value) -> None:
    key = source.key or ""
    for one in form.get("vitals", []):
        one.pop(key, None)
    if value is not None:
        _listed(form, "vitals", {key: value})


def _body(form: Form, source: FactSource, value: Value) -> None:
    form.pop("body", None)
    if value is not None:
        form["body"] = {source.key: value}


def _patient(form: Form, source: FactSource, value: Value) -> None:
    key = source.key or ""
    if key == "region":
        form["region"] = source.equals if value else "US" if source.equals == "EU" else "EU"
        return
    patient = form.setdefault("patient", {})
    if value is None:
        patient.pop(key, None)
    elif key == "sex":
        patient["sex"] = "male" if (source.equals == "male") is value else "female"
    else:
        patient[key] = value


def _order(form: Form, source: FactSource, value: Value) -> None:
    option, key = (source.key or "").split(".")
    order = form.setdefault(option, {})
    if value is None:
        order.pop(key, None)
    elif source.words:
        order[key] = source.words[0] if value else "another machine"
    elif source.equals:
        order[key] = source.equals if value else "itbs_600"
    else:
        order[key] = value


def _complete(form: Form, source: FactSource, value: Value) -> None:
    """A list is whole where it says so and, of devices, names at least one: here spectacles."""
    key = source.key or ""
    _whole(form, key, False if value is True else None)
    if value is True and key == "implants" and source.count and not form.get(key):
        _listed(form, key, {"text": "glasses"})


def _derived(form: Form, source: FactSource, value: Value) -> None:
    form["diagnoses"] = [{"icd10cm": "F33.2"}] if value is True else []
    _whole(form, "diagnoses", value)


# ---------------------------------------------------------------- answers of the engine


def _failures(form: Form, source: FactSource, value: Value) -> None:
    form["trials"] = trials(source.count if value is True else 0)
    _whole(form, "trials", False if value is not None else None)


def _by_label(form: Form, source: FactSource, value: Value) -> None:
    form["diagnoses"] = [{"icd10cm": "F33.2"}]
    form["trials"] = trials(2 if value is True else 0)
    _whole(form, "trials", False if value is not None else None)


def _danger(form: Form, source: FactSource, value: Value) -> None:
    if value is True:
        _listed(form, "diagnoses", {"icd10cm": "R45.851"})


def _threshold(form: Form, source: FactSource, value: Value) -> None:
    form["tms"] = {"protocol": "itbs_600"}
    if value is not None:
        form["tms"]["motor_threshold"] = {"pct_mso": 90 if value else 50}


def _no_threshold(form: Form, source: FactSource, value: Value) -> None:
    _threshold(form, source, None if value else False)


def _tapes(form: Form, source: FactSource, value: Value) -> None:
    if value is not None:
        form.setdefault("tms", {})["head"] = {
            "tragus_to_tragus_cm": 80 if value else 36,
            "nasion_to_inion_cm": 36,
            "circumference_cm": 57,
        }


def _of_body(yes: Form, no: Form) -> Callable[[Form, FactSource, Value], None]:
    def write(form: Form, source: FactSource, value: Value) -> None:
        form.pop("body", None)
        if value is not None:
            form["patient"] = form.get("patient", {}) | {"sex": "male"}
            form["body"] = yes if value else no

    return write


BODY: Form = {"weight_kg": 70, "height_cm": 170}


def _ordered(yes: Form, no: Form) -> Callable[[Form, FactSource, Value], None]:
    """An order of infused ketamine for somebody whose dose goes by actual weight."""

    def write(form: Form, source: FactSource, value: Value) -> None:
        form.pop("body", None)
        if value is not None:
            form["patient"] = form.get("patient", {}) | {"sex": "male"}
            form["body"] = BODY
            form["ketamine_iv"] = yes if value else no

    return write


def _remission(form: Form, source: FactSource, value: Value) -> None:
    """A code of remission excludes the depression; without one nothing does."""
    if value is True:
        form["diagnoses"] = [{"icd10cm": "F33.42"}]
        _whole(form, "diagnoses", False)


def _earlier_tms(form: Form, source: FactSource, value: Value) -> None:
    told = {} if value is None else {"improvement_pct": 0 if value else 80}
    _listed(form, "nondrug_trials", {"id": "n1", "kind": "tms", "sessions": 30} | told)


def _earlier_drug(form: Form, source: FactSource, value: Value) -> None:
    told = {} if value is None else {"improvement_pct": 0 if value else 80}
    _listed(form, "trials", {"id": "earlier", "drug": source.drugs[0]} | told)


def _depths(form: Form, source: FactSource, value: Value) -> None:
    form["tms"] = {
        "protocol": "snt_saint",
        "motor_threshold": {"pct_mso": 50},
        "scalp_to_cortex": {"motor_mm": 14, "target_mm": 24 if value else 18},
    }


USUAL: Form = {"mg_per_kg": 0.5, "minutes": 40}
ANSWERS: Mapping[str, Callable[[Form, FactSource, Value], None]] = {
    "basis_changed": _ordered({"previous_basis": "ideal"}, {"previous_basis": "actual"}),
    "dose_too_fast": _ordered({"mg_per_kg": 3, "minutes": 2}, USUAL),
    "dose_brisk": _ordered({"mg_per_kg": 0.8, "minutes": 40}, USUAL),
    "dose_outside_range": _ordered({"mg_per_kg": 0.2, "minutes": 40}, USUAL),
    "dose_above_first": _ordered({"mg_per_kg": 0.6, "minutes": 60, "session_number": 1}, USUAL),
    "depth_ceiling_exceeded": _depths,
    "excluded_by": _remission,
    "prior_tms_without_response": _earlier_tms,
    "prior_drug_without_use": _earlier_drug,
    "failed_adequate_trials": _failures,
    "trd_by_label": _by_label,
    "suicide_danger": _danger,
    "threshold_too_high": _threshold,
    "threshold_missing": _no_threshold,
    "tape_implausible": _tapes,
    "basis_becomes_ideal": _of_body(
        {"weight_kg": 120, "height_cm": 170}, {"weight_kg": 70, "height_cm": 170}
    ),
    "near_bmi_boundary": _of_body(
        {"weight_kg": 86.7, "height_cm": 170}, {"weight_kg": 70, "height_cm": 170}
    ),
    "below_formula_height": _of_body(
        {"weight_kg": 90, "height_cm": 150}, {"weight_kg": 70, "height_cm": 170}
    ),
}


def _answer(form: Form, source: FactSource, value: Value) -> None:
    ANSWERS[source.key or source.name](form, source, value)


WRITERS: Mapping[str, Callable[[Form, FactSource, Value], None]] = {
    "screening": _screening,
    "diagnoses": _diagnosis,
    "implants": _implant,
    "seizures": _seizure,
    "medications": _medication,
    "labs": _lab,
    "vitals": _vital,
    "body": _body,
    "patient": _patient,
    "order": _order,
    "complete": _complete,
    "derived": _derived,
    "answers": _answer,
    "allergies": lambda form, source, value: None,  # a form tells no allergy but by the screen
}


def verdict_in(form: Form, therapy: str, criterion: str) -> Verdict:
    """What the engine says of the criterion for such a patient."""
    found = next(one for one in assessed(form).options if one.therapy.id == therapy)
    return next(
        one.finding.verdict for one in found.findings if one.finding.criterion.id == criterion
    )
