"""What changes the grade of a finding for a patient, and who may take the milder of two grades."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from euthymia.engine.findings import Graded
from euthymia.engine.options import Option
from euthymia.engine.suitability import Suitability
from euthymia.exchange.document import document
from euthymia.knowledge.conditions import AllOf, Not
from euthymia.knowledge.criteria import Circumstance, Criterion
from tests.laws.strategies import KNOWLEDGE, Form, assessed, day
from tests.unit.options_told import MET, all_answered_no, answering, forms

CAUTION, SUITABLE = Suitability.CAUTION, Suitability.SUITABLE
UNDETERMINED, CONTRAINDICATED = Suitability.UNDETERMINED, Suitability.CONTRAINDICATED
CHANGES = [
    (therapy.id, criterion.id, number)
    for therapy in KNOWLEDGE.therapies.values()
    for criterion in therapy.criteria.values()
    for number in range(len(criterion.circumstances))
]
OF_AN_UNKNOWN = {
    (
        "mt_not_obtainable_or_too_high",
        0,
    ): "where no threshold is known, whether it is too high is not"
}
"""Circumstances that hold only while their criterion is open, and why."""
NEVER_WITHOUT = {
    "epilepsy_seizure_history": "a seizure came with fever or it did not, and each adds an action",
    "alcohol_sedative_withdrawal": "withdrawal or use is on record, and each has its own",
    "age": "each age that meets it has a circumstance of its own",
}
"""Criteria that are never met without some circumstance, and why."""


def option(form: Form, therapy: str = "tms") -> Option:
    return next(one for one in assessed(form).options if one.therapy.id == therapy)


def graded(form: Form, criterion: str, therapy: str = "tms") -> Graded:
    found = option(form, therapy).findings
    return next(one for one in found if one.finding.criterion.id == criterion)


def of(therapy: str, criterion: str, number: int) -> tuple[Criterion, Circumstance]:
    page = KNOWLEDGE.therapies[therapy].criteria[criterion]
    return page, page.circumstances[number]


def acting(therapy: str, criterion: str, number: int) -> Graded:
    """The finding of a form in which it holds, and is the first that gives a grade on its track."""
    page, change = of(therapy, criterion, number)
    held = change.when if (criterion, number) in OF_AN_UNKNOWN else AllOf((page.when, change.when))
    rivals = page.circumstances[:number] if change.kind else ()
    before = [one for one in rivals if one.kind and _one_track(one, change)]
    alone = AllOf((held, *(Not(one.when) for one in before)))
    for form in chain(forms(alone, MET), forms(held, MET)):
        found = graded(form, criterion, therapy)
        if change in found.circumstances and not any(one in found.circumstances for one in before):
            return found
    raise AssertionError("no form brings it about")


def _one_track(one: Circumstance, other: Circumstance) -> bool:
    return None in (one.track, other.track) or one.track == other.track


@pytest.mark.parametrize(("therapy", "criterion", "number"), CHANGES)
def test_every_circumstance_is_seen_to_give_its_grade_on_its_track(
    therapy: str, criterion: str, number: int
) -> None:
    _, change = of(therapy, criterion, number)
    found = acting(therapy, criterion, number)
    for track in ("label", "guideline"):
        if change.kind is not None and change.track in (None, track):
            assert found.kinds[track] == change.kind


@pytest.mark.parametrize(("therapy", "criterion", "number"), CHANGES)
def test_every_circumstance_adds_its_actions_to_a_finding_that_is_met(
    therapy: str, criterion: str, number: int
) -> None:
    page, change = of(therapy, criterion, number)
    found = acting(therapy, criterion, number)
    met = found.finding.verdict is MET
    assert met is ((criterion, number) not in OF_AN_UNKNOWN)
    assert set(found.actions) >= ({*page.actions, *change.actions} if met else set())


@pytest.mark.parametrize(
    ("therapy", "criterion"),
    sorted({(therapy, name) for therapy, name, _ in CHANGES if name not in NEVER_WITHOUT}),
)
def test_without_any_circumstance_the_grade_and_the_actions_are_those_of_the_page(
    therapy: str, criterion: str
) -> None:
    page = KNOWLEDGE.therapies[therapy].criteria[criterion]
    none = AllOf((page.when, *(Not(one.when) for one in page.circumstances)))
    told = [graded(form, criterion, therapy) for form in forms(none, MET)]
    without = [one for one in told if one.finding.verdict is MET and not one.circumstances]
    assert without
    for found in without:
        assert found.kinds == {"label": page.kind, "guideline": page.guideline_kind or page.kind}
        assert found.actions == page.actions


# ---------------------------------------------------------------- label and guideline


VAGUS = {"text": "VNS"}
SEIZURE: Form = {
    "seizures": [{"kind": "epileptic", "months_ago": 8}],
    "medications": [{"drug": "levetiracetam"}],
    "screening": answering(seizure_or_epilepsy="yes"),
}


def test_where_the_label_is_stricter_the_label_stands() -> None:
    found = option(all_answered_no(implants=[VAGUS]))
    assert found.tracks == {"label": CONTRAINDICATED, "guideline": CAUTION}
    assert found.final is CONTRAINDICATED


def test_where_the_guideline_is_stricter_the_guideline_stands() -> None:
    found = option(all_answered_no(**SEIZURE))
    assert found.tracks == {"label": CAUTION, "guideline": CONTRAINDICATED}
    assert found.final is CONTRAINDICATED


@pytest.mark.parametrize(
    ("months", "treated", "guideline"),
    [
        (12, "levetiracetam", CONTRAINDICATED),
        (12.1, "levetiracetam", CAUTION),
        (12, None, CAUTION),
        (None, "levetiracetam", UNDETERMINED),
        (None, None, CAUTION),
    ],
)
def test_a_seizure_within_twelve_months_in_spite_of_treatment(
    months: float | None, treated: str | None, guideline: Suitability
) -> None:
    ago = {} if months is None else {"months_ago": months}
    form = all_answered_no(
        seizures=[{"kind": "epileptic", **ago}],
        medications=[] if treated is None else [{"drug": treated}],
        screening=answering(seizure_or_epilepsy="yes"),
    )
    assert option(form).tracks == {"label": CAUTION, "guideline": guideline}


@pytest.mark.parametrize(
    ("distance", "label", "guideline"),
    [
        (9.9, CONTRAINDICATED, CONTRAINDICATED),
        (10, CONTRAINDICATED, CAUTION),
        (29.9, CONTRAINDICATED, CAUTION),
        (30, CAUTION, CAUTION),
        (None, UNDETERMINED, UNDETERMINED),
    ],
)
def test_a_pacemaker_by_its_distance_from_the_coil(
    distance: float | None, label: Suitability, guideline: Suitability
) -> None:
    at = {} if distance is None else {"distance_to_coil_cm": distance}
    found = option(all_answered_no(implants=[{"text": "pacemaker", **at}]))
    assert found.tracks == {"label": label, "guideline": guideline}


@pytest.mark.parametrize(
    ("distance", "final"), [(30, CONTRAINDICATED), (30.1, SUITABLE), (None, CONTRAINDICATED)]
)
def test_metal_by_its_distance_from_the_coil(distance: float | None, final: Suitability) -> None:
    at = {} if distance is None else {"distance_to_coil_cm": distance}
    found = option(all_answered_no(implants=[{"text": "shrapnel", **at}]))
    assert found.final is final


@pytest.mark.parametrize(
    ("age", "machine", "label", "guideline"),
    [
        (14.9, "NeuroStar", CONTRAINDICATED, CAUTION),
        (15, "NeuroStar", CAUTION, CAUTION),
        (15, "another machine", CONTRAINDICATED, CAUTION),
        (17.9, None, UNDETERMINED, CAUTION),
        (17.9, "BrainsWay", UNDETERMINED, CAUTION),
        (18, None, SUITABLE, SUITABLE),
        (70.9, None, SUITABLE, SUITABLE),
        (71, None, SUITABLE, SUITABLE),
    ],
)
def test_age_by_what_the_machine_is_cleared_for(
    age: float, machine: str | None, label: Suitability, guideline: Suitability
) -> None:
    order = {} if machine is None else {"tms": {"stimulator": machine}}
    found = option(all_answered_no(patient={"sex": "female", "age_years": age}, **order))
    assert found.tracks == {"label": label, "guideline": guideline}


@pytest.mark.parametrize(
    ("drug", "mg", "stronger"),
    [
        ("bupropion", 300, False),
        ("bupropion", 301, True),
        ("clozapine", 600, False),
        ("clozapine", 601, True),
    ],
)
def test_a_high_dose_calls_for_stronger_caution(drug: str, mg: float, stronger: bool) -> None:
    form = all_answered_no(medications=[{"drug": drug, "dose_mg_per_day": mg}])
    found = graded(form, "drugs_lower_threshold_high")
    assert ("weigh_lower_dose_with_prescriber" in found.actions) is stronger
    assert option(form).final is CAUTION


@pytest.mark.parametrize(("days", "guideline"), [(183, CONTRAINDICATED), (184, CAUTION)])
def test_a_stroke_by_the_months_since(days: int, guideline: Suitability) -> None:
    form = all_answered_no(
        diagnoses=[{"icd10cm": "F33.2"}, {"icd10cm": "I63.9", "onset": day(days)}]
    )
    assert option(form).tracks == {"label": CAUTION, "guideline": guideline}


@pytest.mark.parametrize(
    ("systolic", "diastolic", "final"),
    [
        (140, 90, SUITABLE),
        (141, 90, CAUTION),
        (140, 91, CAUTION),
        (160, 100, CAUTION),
        (161, 100, CONTRAINDICATED),
        (160, 101, CONTRAINDICATED),
    ],
)
def test_the_pressure_that_holds_an_infusion(
    systolic: float, diastolic: float, final: Suitability
) -> None:
    form = all_answered_no(vitals=[{"systolic_mmhg": systolic, "diastolic_mmhg": diastolic}])
    assert option(form, "ketamine_iv").final is final


@pytest.mark.parametrize(("days", "final"), [(7, CONTRAINDICATED), (8, CAUTION)])
def test_only_a_pressure_of_the_last_week_holds_an_infusion(days: int, final: Suitability) -> None:
    form = all_answered_no(vitals=[{"date": day(days), "systolic_mmhg": 190, "diastolic_mmhg": 70}])
    assert option(form, "ketamine_iv").final is final


# ---------------------------------------------------------------- overrides


def signed(finding: str, by: str = "Dr A. Example", reason: str = "asked the maker") -> Form:
    return {"finding": finding, "by": by, "reason": reason}


@pytest.mark.parametrize("finding", ["vns", "tms/vns", "tms.vns"])
def test_a_named_physician_with_a_reason_takes_the_milder_track(finding: str) -> None:
    found = option(all_answered_no(implants=[VAGUS], overrides=[signed(finding)]))
    assert found.final is CAUTION
    assert found.tracks == {"label": CONTRAINDICATED, "guideline": CAUTION}


def test_the_milder_track_may_be_the_label() -> None:
    form = all_answered_no(**SEIZURE, overrides=[signed("epilepsy_seizure_history")])
    assert option(form).final is CAUTION


@pytest.mark.parametrize(
    ("by", "reason"), [("", "asked"), (" ", "asked"), ("Dr A", ""), ("Dr A", " ")]
)
def test_nobody_overrides_without_a_name_and_a_reason(by: str, reason: str) -> None:
    form = all_answered_no(implants=[VAGUS], overrides=[signed("vns", by, reason)])
    assert option(form).final is CONTRAINDICATED
    assert graded(form, "vns").override is None


def test_an_override_of_a_finding_on_which_both_tracks_agree_does_nothing() -> None:
    form = all_answered_no(implants=[{"text": "cochlear"}], overrides=[signed("cochlear_implant")])
    assert option(form).final is CONTRAINDICATED


def test_an_override_never_touches_another_finding() -> None:
    both = [VAGUS, {"text": "shrapnel"}]
    form = all_answered_no(implants=both, overrides=[signed("vns")])
    assert option(form).final is CONTRAINDICATED
    assert graded(form, "metal_head_30cm").override is None
    released = form | {"overrides": [signed("vns"), signed("metal_head_30cm")]}
    assert option(released).final is CAUTION


def test_an_override_of_an_open_finding_leaves_it_open() -> None:
    form = all_answered_no(
        complete=["diagnoses", "trials", "medications"],
        screening=answering(implanted_electronic_device="yes"),
        overrides=[signed("dbs_cortical_stimulator"), signed("vns"), signed("vp_shunt")],
    )
    assert option(form).final is UNDETERMINED


def test_an_override_of_another_option_does_nothing_here() -> None:
    form = all_answered_no(implants=[VAGUS], overrides=[signed("ketamine_iv/vns")])
    assert option(form).final is CONTRAINDICATED


def test_ketamine_is_not_judged_apart_and_takes_no_override() -> None:
    pregnant = answering()
    pregnant["ketamine"]["pregnancy"] = "yes"
    form = all_answered_no(screening=pregnant, overrides=[signed("pregnancy")])
    for therapy in ("ketamine_iv", "esketamine"):
        found = option(form, therapy)
        assert (found.tracks, found.final) == ({}, CONTRAINDICATED)
        assert graded(form, "pregnancy", therapy).override is None


def test_an_override_is_signed_by_the_day_of_the_assessment() -> None:
    late = signed("vns") | {"date": "2026-07-01"}
    in_time = signed("vns") | {"date": "2026-06-30"}
    assert option(all_answered_no(implants=[VAGUS], overrides=[late])).final is CONTRAINDICATED
    assert option(all_answered_no(implants=[VAGUS], overrides=[in_time])).final is CAUTION


def test_who_overrode_and_why_stands_in_the_answer() -> None:
    form = all_answered_no(implants=[VAGUS], overrides=[signed("vns")])
    told: Any = document(assessed(form))["options"]["tms"]["findings"]["vns"]["because"]
    assert {"fact": "override", "value": "Dr A. Example: asked the maker"} in told
