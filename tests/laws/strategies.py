"""Random patients: intake forms that a clinician could have filled in, and records made of them.

Numbers are drawn near those of the pages (just below a minimum dose, on it, above it; one day
short of six weeks), because that is where a judgement turns.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Literal, get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from msgspec.structs import replace

from euthymia import assess, shipped
from euthymia.engine.assessment import Assessment
from euthymia.exchange.intake import read_intake
from euthymia.exchange.intake_form import (
    ContextPart,
    KetamineItem,
    ScaleName,
    SectionName,
    TassItem,
    Weight,
)
from euthymia.knowledge.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    FactSource,
    Hint,
    Is,
    Not,
    Relation,
)
from euthymia.knowledge.drugs import Drug
from euthymia.knowledge.instruments import Instrument
from euthymia.record import Record
from euthymia.record.entries import Exposure, Intolerance, Phase, Supply
from euthymia.terms import Quantity

Form = dict[str, Any]

KNOWLEDGE = shipped()
TODAY = date(2026, 6, 30)
SECTIONS: tuple[SectionName, ...] = get_args(SectionName)
ANTIDEPRESSANTS = sorted(
    key for key, drug in KNOWLEDGE.drugs.items() if drug.role == "antidepressant" and drug.counts
)
AUGMENTERS = sorted(key for key, drug in KNOWLEDGE.drugs.items() if drug.role == "augmenter")
OFTEN = ("sertraline", "fluoxetine", "venlafaxine", "nortriptyline", "phenelzine", "trazodone")
"""Few, so that one drug comes up twice and every class that a staging asks for comes up."""
NO_PAGE = "melitracen"
SHORTEST_CODE = 3
"""Pages may name whole chapters (C for cancer); a patient has a code of three signs or more."""

thoroughly = settings(max_examples=max(250, settings().max_examples))
"""For the laws that matter most, and whose counterexamples are rare."""


def record_of(form: Form) -> Record:
    """The record that an intake form tells."""
    return read_intake("form.json", json.dumps(form).encode(), KNOWLEDGE)


def assessed(form: Form) -> Assessment:
    """The assessment of an intake form."""
    return assess(record_of(form), KNOWLEDGE)


def day(days_ago: int) -> str:
    """The day so many days before the assessment, as a form writes it."""
    return (TODAY - timedelta(days=days_ago)).isoformat()


past_days = st.integers(0, 900).map(day)
drugs = st.sampled_from(OFTEN) | st.sampled_from([*ANTIDEPRESSANTS, *AUGMENTERS, NO_PAGE])


# ---------------------------------------------------------------- one trial


def doses(drug: Drug | None) -> SearchStrategy[float]:
    """Around every minimum of the page, and far above."""
    minima = [figure.value for figure in drug.minimum.values()] if drug else [50.0]
    return st.sampled_from([x * share for x in minima for share in (0.25, 0.98, 1, 2)])


def levels(drug: Drug | None) -> SearchStrategy[Form]:
    """Around the bounds of the page's level; any number where the page has none."""
    page = drug.level if drug else None
    if page is None:
        return st.just({"value": 100, "unit": "ng/mL"})
    marks = [page.at_least * share for share in (0.4, 0.9, 1, 1.1, 9)]
    return st.sampled_from(marks).map(lambda value: {"value": value, "unit": page.unit})


improvements = st.sampled_from([-20, 0, 10, 24.9, 25, 30, 49.9, 50, 80, 100])
changes_of_scale = st.builds(
    lambda before, after: {"instrument": "phq9", "before": before, "after": after},
    st.integers(1, 27),
    st.integers(0, 27),
)
reasons = st.sampled_from(["intolerance", "patient_choice", "other", "ongoing"])
gave_up = st.just("lack_of_efficacy")


@st.composite
def outcomes(draw: DrawFn) -> Form:
    """How a trial ended. Nobody says "it did not work" of a trial that reached a response."""
    told: Form = draw(
        st.fixed_dictionaries({}, optional={"improvement_pct": improvements})
        | st.fixed_dictionaries({"scale_change": changes_of_scale})
    )
    pct = told.get("improvement_pct", 0)
    if change := told.get("scale_change"):
        pct = 100 * (change["before"] - change["after"]) / change["before"]
    stops = reasons if pct >= KNOWLEDGE.number("response_from_pct") else gave_up | reasons
    return told | draw(st.fixed_dictionaries({}, optional={"stop_reason": stops}))


@st.composite
def dates(draw: DrawFn) -> Form:
    """No dates, a start, or a start with an end on that day or later, at most today."""
    start = draw(st.none() | st.integers(0, 900))
    if start is None:
        return {}
    end = draw(st.none() | st.integers(0, start))
    return {"start": day(start)} | ({} if end is None else {"end": day(end)})


@st.composite
def trials(draw: DrawFn, name: str) -> Form:
    """One course, with whatever of it is known."""
    drug = draw(drugs)
    page = KNOWLEDGE.drugs.get(drug)
    told: Form = draw(
        st.fixed_dictionaries(
            {"id": st.just(name), "drug": st.just(drug)},
            optional={
                "dose_mg": doses(page),
                "days_at_dose": st.sampled_from([0, 27, 28, 41, 42, 56, 200]),
                "pdc": st.sampled_from([0, 0.5, 0.79, 0.8, 1]),
                "episode": st.sampled_from(["current", "current", "earlier"]),
                "indication": st.sampled_from(["F33.1", "major depression", "insomnia", "pain"]),
                "serum_level": levels(page),
                "optimised": st.sampled_from(["dose", "duration"]),
                "combination": st.sampled_from(["pair", "duo"]),
            },
        )
    )
    told |= draw(outcomes()) | draw(dates())
    if told.get("stop_reason") == "ongoing" and "end" in told:
        told["end"] = TODAY.isoformat()  # a form may not call ongoing what has ended
    return told


@st.composite
def lists_of_trials(draw: DrawFn) -> list[Form]:
    """Up to five trials; what was added to another names it."""
    told = [draw(trials(f"t{number}")) for number in range(1, draw(st.integers(0, 5)) + 1)]
    for trial in told:
        bases = [one["id"] for one in told if one["id"] != trial["id"] and "augments" not in one]
        if bases and draw(st.integers(0, 3)) == 0:
            trial.pop("combination", None)
            trial["augments"] = draw(st.sampled_from(bases))
    added = {trial["id"] for trial in told if "augments" in trial}
    return [trial for trial in told if trial.get("augments") not in added]


# ---------------------------------------------------------------- the rest of the form


def _sources(section: str) -> Iterator[FactSource]:
    return (source for source in KNOWLEDGE.facts.values() if source.section == section)


CODES = sorted(
    {"F33.1", "F33.2", "J45", "C50.9"}
    | {
        code.value
        for fact in _sources("diagnoses")
        for code in (*fact.codes, *fact.unless)
        if len(code.value) >= SHORTEST_CODE
    }
)
MEDICINES = sorted(
    {"ibuprofen"}
    | {drug for fact in _sources("medications") for drug in fact.drugs}
    | {one.drug for one in KNOWLEDGE.inhibitors}
)


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Every comparison with a number that a condition makes."""
    match condition:
        case Comparison():
            yield condition
        case Not(part):
            yield from comparisons(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from comparisons(part)
        case Is() | Hint():
            return


def tested() -> Iterator[Condition]:
    """Every condition of the pages: of mimics, of the readings of indicators, and of therapies."""
    yield from (mimic.when for mimic in KNOWLEDGE.mimics.values())
    for indicator in KNOWLEDGE.indicators.values():
        for reading in indicator.readings:
            yield from (level.when for level in reading.levels)
    for therapy in KNOWLEDGE.therapies.values():
        for criterion in therapy.criteria.values():
            yield criterion.when
            yield from (one.when for one in criterion.circumstances)


BOUNDS: dict[str, set[float]] = {}
for _condition in tested():
    for _one in comparisons(_condition):
        BOUNDS.setdefault(_one.fact, set()).add(_one.bound.value)


def values_near(fact: str) -> list[float]:
    """Numbers below, on and above the bounds that some page tests this fact against."""
    bounds = sorted(BOUNDS.get(fact, {1.0}))
    return [bound * share for bound in bounds for share in (0.5, 0.99, 1, 1.01, 2)]


LABS = [
    (code.value, fact.unit or "1", value)
    for fact in _sources("labs")
    for code in fact.codes
    for value in values_near(fact.name)
]
FORMS = [
    KNOWLEDGE.instruments[name] for name in get_args(ScaleName) if name in KNOWLEDGE.instruments
]

diagnoses = st.fixed_dictionaries(
    {"icd10cm": st.sampled_from(CODES)}, optional={"onset": past_days, "resolved": past_days}
).filter(lambda one: one.get("onset", "") <= one.get("resolved", "9999"))
labs = st.builds(
    lambda lab, taken: {"loinc": lab[0], "unit": lab[1], "value": lab[2], **taken},
    st.sampled_from(LABS),
    st.fixed_dictionaries({}, optional={"date": past_days}),
)
medications = st.fixed_dictionaries(
    {"drug": st.sampled_from(MEDICINES)},
    optional={"since": past_days, "dose_mg_per_day": st.sampled_from([1, 300, 301, 600, 601])},
)
nondrug_trials = st.fixed_dictionaries(
    {"kind": st.sampled_from(["ect", "ect", "tms", "psychotherapy"])},
    optional={
        "placement": st.sampled_from(["bilateral", "right_unilateral", "bifrontal"]),
        "sessions": st.integers(0, 12),
        "improvement_pct": improvements,
        "episode": st.sampled_from(["current", "earlier"]),
        "start": past_days,
    },
)


def filled_in(form: Instrument, items: int) -> SearchStrategy[list[int]]:
    """An answer to every item, none above its highest: a form refuses those."""
    highest = form.item_high * items if len(form.item_high) == 1 else form.item_high
    return st.tuples(*(st.integers(form.item_low, high) for high in highest)).map(list)


@st.composite
def ratings(draw: DrawFn) -> Form:
    """A form as it comes in: mostly sound, sometimes with a total that cannot be."""
    form = draw(st.sampled_from(FORMS))
    told: Form = {"instrument": form.id} | draw(
        st.fixed_dictionaries({}, optional={"date": past_days})
    )
    if form.items and draw(st.booleans()):
        told["items"] = draw(filled_in(form, form.items))
    if "items" not in told or draw(st.booleans()):
        told["total"] = draw(
            st.integers(int(form.low), int(form.high)) | st.sampled_from([-1, 300])
        )
    return told


bodies = st.fixed_dictionaries(
    {}, optional={"bmi_kg_per_m2": st.sampled_from([17.0, 18.5, 29.9, 30.0, 41.0])}
) | st.fixed_dictionaries(
    {"weight_kg": st.sampled_from([45, 70, 86.7, 120])},
    optional={"height_cm": st.sampled_from([150, 152.4, 170])},
)
patients = st.fixed_dictionaries(
    {}, optional={"sex": st.sampled_from(["female", "male"]), "age_years": st.integers(16, 95)}
)
speeds = st.sampled_from(["poor", "intermediate", "normal", "rapid", "ultrarapid"])
genes = st.fixed_dictionaries({}, optional=dict.fromkeys(["CYP2C19", "CYP2D6", "CYP2B6"], speeds))
contexts = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("ptsd", "insomnia", "anxious_distress", "anhedonia", "childhood_trauma"), st.booleans()
    )
    | {
        "executive_z": st.sampled_from([-2.0, -1.0, -0.9, 0.5]),
        "employment": st.sampled_from(["employed", "unemployed", "long_term_sick", "retired"]),
        "housing": st.sampled_from(["secure", "insecure"]),
        "social_support": st.sampled_from(["good", "severe_lack"]),
        "perceived_criticism": st.integers(1, 10),
    },
)
episodes = st.fixed_dictionaries(
    {},
    optional={
        "months": st.sampled_from([0, 3, 12, 12.5, 24, 40]),
        "severity": st.sampled_from(["subsyndromal", "mild", "moderate", "severe_with_psychosis"]),
        "longest_well_period_days": st.sampled_from([0, 60, 61, 200]),
        "lifetime_episodes": st.integers(1, 5),
        "first_onset_age_years": st.sampled_from([12, 16]),
    },
)
complete = st.lists(st.sampled_from(SECTIONS), unique=True)

# ---------------------------------------------------------------- what is asked before a therapy

replies = st.sampled_from(["no", "no", "no", "yes", "unsure"])


def screens(items: tuple[str, ...]) -> SearchStrategy[Form]:
    """Mostly a whole screen that says no, as most are; else some answers to some questions."""
    some = st.dictionaries(st.sampled_from(items), replies, max_size=4)
    nothing_to_flag = dict.fromkeys(items, "no")
    return some | some.map(lambda told: nothing_to_flag | told)


today = st.fixed_dictionaries(
    {},
    optional={
        "sleep_hours": st.sampled_from([0, 3.9, 4, 8, 24]),
        "escort": st.booleans(),
        "fasted": st.booleans(),
    },
)
screenings = st.fixed_dictionaries(
    {},
    optional={
        "tass": screens(get_args(TassItem)),
        "ketamine": screens(get_args(KetamineItem)),
        "today": today,
    },
)
vitals = st.fixed_dictionaries(
    {},
    optional={
        "date": st.sampled_from([0, 7, 8, 30, 31]).map(day),
        "systolic_mmhg": st.sampled_from([110, 140, 141, 150, 151, 160, 161]),
        "diastolic_mmhg": st.sampled_from([70, 90, 91, 100, 101]),
        "heart_rate_per_min": st.integers(40, 140),
        "spo2_pct": st.integers(85, 100),
    },
)
DEVICES = sorted({word for fact in _sources("implants") for word in fact.words})
DEVICE_CODES = sorted({code.value for fact in _sources("implants") for code in fact.codes})
PLACES = ["head", "left neck", "knee", "chest"]
implants = st.fixed_dictionaries(
    {"text": st.sampled_from([*DEVICES, "hip prosthesis"])},
    optional={
        "snomed": st.sampled_from(DEVICE_CODES),
        "location": st.sampled_from(PLACES),
        "material": st.sampled_from(["titanium", "steel"]),
        "distance_to_coil_cm": st.sampled_from([2, 9.9, 10, 29.9, 30, 30.1, 90]),
        "mr_conditional_card": st.booleans(),
    },
)
seizures = st.fixed_dictionaries(
    {"kind": st.sampled_from(["epileptic", "febrile", "provoked", "tms_induced", "not_stated"])},
    optional={"months_ago": st.sampled_from([0, 12, 12.1, 300]), "complex": st.booleans()},
)
tms_orders = st.fixed_dictionaries(
    {},
    optional={
        "stimulator": st.sampled_from(["NeuroStar", "BrainsWay H1", "another machine"]),
        "protocol": st.sampled_from(sorted(KNOWLEDGE.protocols)),
        "motor_threshold": st.fixed_dictionaries(
            {"pct_mso": st.sampled_from([30, 55, 83.3, 83.4, 100, 125])},
            optional={
                "method": st.sampled_from(["visual", "emg"]),
                "date": st.sampled_from([0, 7, 8]).map(day),
            },
        ),
        "head": st.fixed_dictionaries(
            {},
            optional={
                "tragus_to_tragus_cm": st.sampled_from([27.9, 36, 44]),
                "nasion_to_inion_cm": st.sampled_from([30, 36, 41.1]),
                "circumference_cm": st.sampled_from([48, 57, 66.1]),
            },
        ),
        "scalp_to_cortex": st.fixed_dictionaries(
            {"motor_mm": st.just(15), "target_mm": st.sampled_from([13, 20.9, 25])}
        ),
    },
)
infusions = st.fixed_dictionaries(
    {},
    optional={
        "mg_per_kg": st.sampled_from([0.25, 0.5, 0.75, 1.2]),
        "minutes": st.sampled_from([20, 40, 100]),
        "session_number": st.integers(1, 3),
        "previous_basis": st.sampled_from(["actual", "ideal"]),
    },
)
sprays = st.fixed_dictionaries(
    {},
    optional={
        "session_number": st.integers(1, 3),
        "previous_dose_mg": st.sampled_from([28, 56, 84]),
        "rems_enrolled": st.booleans(),
    },
)
THERAPIES = sorted(KNOWLEDGE.therapies)
preferences = st.fixed_dictionaries(
    {},
    optional={
        "prefers": st.lists(st.sampled_from(THERAPIES), max_size=2, unique=True),
        "declines": st.lists(st.sampled_from(THERAPIES), max_size=2, unique=True),
        "weights": st.dictionaries(
            st.sampled_from(get_args(Weight)), st.sampled_from([0, 1, 2.5, 10])
        ),
    },
)
FINDINGS = sorted(KNOWLEDGE.therapies["tms"].criteria)
overrides = st.fixed_dictionaries(
    {
        "finding": st.sampled_from([*FINDINGS, "tms/vns"]),
        "by": st.sampled_from(["Dr A. Example", " "]),
        "reason": st.sampled_from(["asked the maker", ""]),
    },
    optional={"date": past_days},
)
OF_THERAPIES: dict[str, SearchStrategy[Any]] = {
    "screening": screenings,
    "vitals": st.lists(vitals, max_size=2),
    "implants": st.lists(implants, max_size=2),
    "seizures": st.lists(seizures, max_size=2),
    "tms": tms_orders,
    "ketamine_iv": infusions,
    "esketamine": sprays,
    "preferences": preferences,
    "overrides": st.lists(overrides, max_size=2),
}
"""The parts of a form that only the options look at."""

intakes: SearchStrategy[Form] = st.fixed_dictionaries(
    {"intake": st.just(1), "as_of": st.just(TODAY.isoformat())},
    optional={
        "complete": complete,
        "region": st.sampled_from(["US", "EU"]),
        "patient": patients,
        "diagnoses": st.lists(diagnoses, max_size=4),
        "episode": episodes,
        "antidepressants_failed": st.integers(0, 4),
        "trials": lists_of_trials(),
        "nondrug_trials": st.lists(nondrug_trials, max_size=2),
        "labs": st.lists(labs, max_size=3),
        "body": bodies,
        "scales": st.lists(ratings(), max_size=3),
        "medications": st.lists(medications, max_size=3),
        "genes": genes,
        "context": contexts,
        **OF_THERAPIES,
    },
)


@st.composite
def told_of_therapies(draw: DrawFn) -> Form:
    """A form in which the screens and orders are mostly told, so that options differ."""
    form: Form = draw(intakes)
    return form | draw(st.fixed_dictionaries(OF_THERAPIES))


CONTEXT_FIELDS = ContextPart.__struct_fields__
CLEARED = sorted({row.drug for row in KNOWLEDGE.genes if row.exposure == "low"})
BLOCKERS = sorted({one.drug for one in KNOWLEDGE.inhibitors})
TIMED = sorted(
    {
        drug
        for fact in _sources("medications")
        if fact.with_trial_days is not None or fact.before_onset_days is not None
        for drug in fact.drugs
    }
)
"""Drugs of which it matters when they were taken."""


@st.composite
def courses_in_time(draw: DrawFn) -> Form:
    """Little but drugs that meet or miss each other, so that what is forgotten is among them."""
    named = st.sampled_from(CLEARED) | st.sampled_from(sorted({*BLOCKERS} & {*KNOWLEDGE.drugs}))
    taken = st.fixed_dictionaries({"episode": st.just("current"), "drug": named})
    told = [
        {"id": f"t{number}"} | draw(taken) | draw(dates())
        for number in range(draw(st.integers(1, 3)))
    ]
    medicine = st.fixed_dictionaries(
        {"drug": st.sampled_from(BLOCKERS) | st.sampled_from(TIMED)}, optional={"since": past_days}
    )
    fast = st.sampled_from(["normal", "rapid", "ultrarapid"])
    return {
        "intake": 1,
        "as_of": TODAY.isoformat(),
        "complete": draw(st.sampled_from([["trials"], ["trials", "medications"]])),
        "episode": {"months": draw(st.sampled_from([3, 12, 24]))},
        "genes": draw(st.fixed_dictionaries({"CYP2D6": fast, "CYP2C19": fast})),
        "trials": told,
        "medications": draw(st.lists(medicine, max_size=2)),
    }


@st.composite
def orders_with_an_end(draw: DrawFn) -> Exposure:
    """An order, of which the last day is told, for a drug of which it matters."""
    start = TODAY - timedelta(days=draw(st.integers(0, 900)))
    return Exposure(
        drug=draw(st.sampled_from([*BLOCKERS, *TIMED])),
        supply="request",
        start=start,
        end=start + timedelta(days=draw(st.integers(0, (TODAY - start).days))),
        resource="MedicationRequest/1",
    )


# ---------------------------------------------------------------- records and drug entries

supplies: SearchStrategy[Supply] = st.sampled_from(get_args(Supply))


@st.composite
def exposures(draw: DrawFn, drug: str, number: int) -> Exposure:
    """One entry of a drug record, within the last two years and a half."""
    start = TODAY - timedelta(days=draw(st.integers(0, 900)))
    ending: Literal["supply", "end", "open"] = draw(st.sampled_from(["supply", "end", "open"]))
    length = draw(st.sampled_from([1, 7, 28, 30, 60, 90]))
    return Exposure(
        drug=drug,
        supply=draw(supplies),
        start=start,
        days_supply=length if ending == "supply" else None,
        end=min(start + timedelta(days=length - 1), TODAY) if ending == "end" else None,
        dose=draw(st.none() | doses(KNOWLEDGE.drugs[drug])),
        resource=f"MedicationDispense/{number}",
    )


@st.composite
def drug_records(draw: DrawFn) -> tuple[Exposure, ...]:
    """The entries of up to two drugs, each entry with an id of its own."""
    named = draw(st.lists(st.sampled_from(["sertraline", "venlafaxine"]), max_size=8))
    return tuple(draw(exposures(drug, number)) for number, drug in enumerate(named))


intolerances = st.builds(
    Intolerance,
    drug=st.sampled_from(["sertraline", "venlafaxine"]),
    seen=st.integers(0, 900).map(lambda days: TODAY - timedelta(days=days)),
)


@st.composite
def records(draw: DrawFn) -> Record:
    """A record of any source: stated entries, and drug entries from which trials are rebuilt."""
    told = record_of(draw(intakes))
    return replace(
        told,
        exposures=draw(drug_records()),
        intolerances=tuple(draw(st.lists(intolerances, max_size=2))),
    )


def phases(drug: str) -> SearchStrategy[tuple[Phase, ...]]:
    """Up to three stretches of a course, each with what is known of its dose and days."""
    stretch = st.builds(
        Phase,
        dose=st.none() | doses(KNOWLEDGE.drugs.get(drug)),
        days=st.none() | st.sampled_from([1, 20, 41, 42, 56]),
    )
    return st.lists(stretch, max_size=3).map(tuple)


# ---------------------------------------------------------------- conditions

YES_OR_NO = ("a", "b", "c")
MEASURED = ("x", "y")
UNIT = "mmol/L"
amounts = st.integers(0, 4).map(lambda value: Quantity(float(value), UNIT))
relations: SearchStrategy[Relation] = st.sampled_from(get_args(Relation))

conditions: SearchStrategy[Condition] = st.recursive(
    st.builds(Is, st.sampled_from(YES_OR_NO), st.booleans())
    | st.builds(Comparison, st.sampled_from(MEASURED), relations, amounts),
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(AllOf, st.lists(inner, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple))
    ),
    max_leaves=8,
)
answers: SearchStrategy[dict[str, bool | Quantity]] = st.fixed_dictionaries(
    {**dict.fromkeys(YES_OR_NO, st.booleans()), **dict.fromkeys(MEASURED, amounts)}
)


def totals(form: Instrument) -> SearchStrategy[int]:
    """Every whole total that the form can give."""
    return st.integers(int(form.low), int(form.high))
