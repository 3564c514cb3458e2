"""What the pages of infused ketamine and of esketamine must hold, and how their criteria judge."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import replace

from euthymia.engine import assess
from euthymia.engine.findings import Graded
from euthymia.engine.grading import gravest
from euthymia.engine.options import Option
from euthymia.engine.suitability import Suitability
from euthymia.exchange.drug_names import drug_id
from euthymia.exchange.intake import read_intake
from euthymia.exchange.intake_form import KetamineItem
from euthymia.knowledge.criteria import Kind
from euthymia.knowledge.therapies import Therapy
from euthymia.library import shipped
from euthymia.record.entries import Intolerance
from euthymia.terms import Verdict

KNOWLEDGE = shipped()
INFUSION, SPRAY = KNOWLEDGE.therapies["ketamine_iv"], KNOWLEDGE.therapies["esketamine"]
BOTH = (INFUSION, SPRAY)
ITEMS: tuple[str, ...] = get_args(KetamineItem)
NO: Mapping[str, str] = dict.fromkeys(ITEMS, "no")
TODAY = "2026-11-24"
OF_A_SEVERITY: Mapping[str, Kind] = {
    "absolute": "contraindication",
    "relative": "precaution",
    "caution": "precaution",
    "info": "information",
}
INTERACTIONS = {
    "benzodiazepines": "benzodiazepines",
    "lamotrigine": "lamotrigine",
    "lithium": "lithium",
    "naltrexone": "naltrexone",
    "MAOI": "maoi",
    "psychostimulants": "psychostimulants",
    "CNS depressants": "cns_depressants",
    "CYP3A inhibitors": "cyp3a_inhibitors",
    "CYP2B6 inhibitors": "cyp2b6_inhibitors",
    "CYP inducers": "cyp_inducers",
    "clonidine and other antihypertensives": "clonidine_and_other_antihypertensives",
    "antipsychotics (haloperidol, risperidone, clozapine)": "antipsychotics",
    "theophylline / aminophylline": "theophylline",
    "SSRIs / SNRIs and most antidepressants": "ssri_snri_and_most_antidepressants",
    "nasal corticosteroid or decongestant (esketamine only)": (
        "nasal_corticosteroid_or_decongestant"
    ),
}
"""The dossier's names of the other medicines, and what follows interaction_ here."""

ONLY_A_PERSON_CAN_TELL = {
    "Z86.73": "intracerebral_haemorrhage_history",
    "I60.9": "intracerebral_haemorrhage_history",
    "C71.9": "raised_intracranial_pressure",
    "G91.2": "raised_intracranial_pressure",
    "S06.5": "raised_intracranial_pressure",
    "O26.9": "pregnancy",
    "Z88.4": "hypersensitivity",
}
"""Codes that do not say which danger they are, though the question was answered no."""

NOT_ALONE = {
    *("I60", "I62", "I69.0", "I69.2", "Z86.73", "Z88.4", "O"),
    *("G91", "C71", "D33.0", "D33.1", "D33.2", "S06"),
    *("I10", "I11", "I12", "I13", "I15", "G47.3"),
}
"""Codes that do not carry their criterion alone: a person, a pressure or an index must tell."""

Answers = Mapping[str, str]


class DossierContra(Struct, frozen=True):
    id: str
    iv: Literal["absolute", "relative", "caution"]
    esk: Literal["absolute", "relative", "caution"]
    icd10: tuple[str, ...] = ()


class DossierInteraction(Struct, frozen=True):
    drug: str
    severity: Literal["caution", "info"]


class Dossier(Struct, frozen=True):
    contra: tuple[DossierContra, ...]
    interaction: tuple[DossierInteraction, ...]


@pytest.fixture(scope="module")
def dossier(shared: Path) -> Dossier:
    page = tomllib.loads((shared / "clinical/ketamine/ketamine.toml").read_text("utf-8"))
    return msgspec.convert(page, Dossier)


def option(name: str = "ketamine_iv", answers: Answers = NO, /, **form: object) -> Option:
    """An option for an otherwise clean woman of 41 years; what is given replaces it."""
    told = {
        "intake": 1,
        "as_of": TODAY,
        "patient": {"sex": "female", "age_years": 41},
        "complete": ["diagnoses", "medications"],
        "diagnoses": [{"icd10cm": "F33.2"}],
        "medications": [],
        "vitals": [{"systolic_mmhg": 122, "diastolic_mmhg": 78}],
        "screening": {"ketamine": dict(answers)},
        **form,
    }
    record = read_intake("form", json.dumps(told).encode(), KNOWLEDGE)
    return next(one for one in assess(record, KNOWLEDGE).options if one.therapy.id == name)


def graded(name: str, where: Option) -> Graded:
    return next(one for one in where.findings if one.finding.criterion.id == name)


def verdict(name: str, where: Option) -> Verdict:
    return graded(name, where).finding.verdict


def with_code(code: str, **more: str) -> Option:
    return option(diagnoses=[{"icd10cm": code, **more}])


@cache
def clean() -> Option:
    return option()


def with_pressure(name: str, systolic: int, diastolic: int, **form: object) -> Option:
    return option(name, vitals=[{"systolic_mmhg": systolic, "diastolic_mmhg": diastolic}], **form)


# ---------------------------------------------------------------- what the dossier names


def test_every_contraindication_of_the_dossier_is_on_both_pages_by_its_grade(
    dossier: Dossier,
) -> None:
    assert len(dossier.contra) == 24
    for one in dossier.contra:
        assert INFUSION.criteria[one.id].kind == OF_A_SEVERITY[one.iv], one.id
        assert SPRAY.criteria[one.id].kind == OF_A_SEVERITY[one.esk], one.id


def test_every_interaction_of_the_dossier_is_on_its_page_by_its_grade(dossier: Dossier) -> None:
    assert {one.drug for one in dossier.interaction} == set(INTERACTIONS)
    for one in dossier.interaction:
        name = f"interaction_{INTERACTIONS[one.drug]}"
        assert SPRAY.criteria[name].kind == OF_A_SEVERITY[one.severity], name
        assert (name in INFUSION.criteria) is ("esketamine only" not in one.drug), name


def test_every_code_of_the_dossier_speaks_although_the_question_was_answered_no(
    dossier: Dossier,
) -> None:
    seen = [
        (code, verdict(one.id, with_code(code)))
        for one in dossier.contra
        for code in one.icd10
        if code not in NOT_ALONE
    ]

    assert len(seen) > 80
    assert [code for code, found in seen if found is not Verdict.MET] == []


# ---------------------------------------------------------------- every question, every verdict


def test_the_screen_asks_every_question_of_the_intake_and_no_other() -> None:
    asked = {name for name in KNOWLEDGE.facts if name.startswith("ketamine.")}

    assert asked == {f"ketamine.{item}" for item in ITEMS}


@pytest.mark.parametrize("item", ITEMS)
def test_yes_is_met_no_is_not_met_and_unasked_is_unknown(item: str) -> None:
    without = {name: told for name, told in NO.items() if name != item}

    assert verdict(item, option("ketamine_iv", without | {item: "yes"})) is Verdict.MET
    assert verdict(item, clean()) is Verdict.NOT_MET
    assert verdict(item, option("ketamine_iv", without)) is Verdict.UNKNOWN
    assert verdict(item, option("ketamine_iv", without | {item: "unsure"})) is Verdict.UNKNOWN


@pytest.mark.parametrize("therapy", BOTH, ids=lambda one: one.id)
def test_a_clean_patient_could_have_it_and_one_of_whom_nothing_is_known_is_undetermined(
    therapy: Therapy,
) -> None:
    assert option(therapy.id).final is Suitability.SUITABLE
    assert option(therapy.id, {}).final is Suitability.UNDETERMINED


@pytest.mark.parametrize("name", sorted(INTERACTIONS.values()))
def test_an_interaction_is_met_by_the_medicine_and_open_until_the_list_is_whole(name: str) -> None:
    of = f"interaction_{name}"
    (fact, *_) = SPRAY.criteria[of].facts
    drug = KNOWLEDGE.facts[fact].drugs[0]

    taken = option("esketamine", medications=[{"drug": drug}])
    assert verdict(of, taken) is Verdict.MET
    assert verdict(of, option("esketamine")) is Verdict.NOT_MET
    assert verdict(of, option("esketamine", complete=["diagnoses"])) is Verdict.UNKNOWN


def test_a_corticosteroid_that_may_not_be_a_nose_spray_leaves_it_open() -> None:
    taken = option("esketamine", medications=[{"drug": "fluticasone"}])

    of = "interaction_nasal_corticosteroid_or_decongestant"
    assert verdict(of, taken) is Verdict.UNKNOWN


# ---------------------------------------------------------------- codes that need thought


@pytest.mark.parametrize("code", sorted(ONLY_A_PERSON_CAN_TELL))
def test_a_code_that_may_be_the_danger_leaves_it_open_and_asks(code: str) -> None:
    found = graded(ONLY_A_PERSON_CAN_TELL[code], with_code(code))

    assert found.finding.verdict is Verdict.UNKNOWN
    assert [one.name.partition(".")[0] for one in found.missing] == ["review"]


def test_a_code_of_the_weeks_after_birth_is_no_pregnancy() -> None:
    assert verdict("pregnancy", with_code("O90.6")) is Verdict.NOT_MET


def test_a_positive_test_is_a_pregnancy_whatever_was_answered() -> None:
    tested = option(labs=[{"loinc": "2106-3", "value": "positive"}])

    assert verdict("pregnancy", tested) is Verdict.MET


def test_pregnancy_and_breastfeeding_are_not_asked_of_a_man() -> None:
    asked_less = {item: told for item, told in NO.items() if item not in ("pregnancy", "lactation")}
    man, nobody = (
        option("ketamine_iv", asked_less, patient=who)
        for who in ({"sex": "male", "age_years": 41}, {"age_years": 41})
    )

    assert man.final is Suitability.SUITABLE
    assert verdict("pregnancy", nobody) is Verdict.UNKNOWN
    assert nobody.final is Suitability.UNDETERMINED


def test_a_recorded_intolerance_to_ketamine_rules_both_out() -> None:
    form = json.dumps({"intake": 1, "as_of": TODAY}).encode()
    spoken = Intolerance(drug_id("Ketamine", KNOWLEDGE))
    record = replace(read_intake("form", form, KNOWLEDGE), intolerances=(spoken,))

    found = {one.therapy.id: one for one in assess(record, KNOWLEDGE).options}
    for therapy in BOTH:
        assert verdict("hypersensitivity", found[therapy.id]) is Verdict.MET
        assert found[therapy.id].final is Suitability.CONTRAINDICATED


def test_a_pregnancy_that_is_told_counts_whatever_sex_is_recorded() -> None:
    told = option("ketamine_iv", {**NO, "pregnancy": "yes"}, patient={"sex": "male"})

    assert verdict("pregnancy", told) is Verdict.MET


@pytest.mark.parametrize("code", ["F10.11", "F10.21", "F11.91", "F19.21"])
def test_a_substance_use_disorder_in_remission_is_a_precaution(code: str) -> None:
    found = with_code(code)

    assert verdict("active_substance_use_disorder", found) is Verdict.NOT_MET
    assert verdict("sud_remission", found) is Verdict.MET
    assert found.final is Suitability.CAUTION


def test_tobacco_is_no_substance_use_disorder_here() -> None:
    assert with_code("F17.210").final is Suitability.SUITABLE


def test_high_pressure_by_code_alone_is_a_precaution_of_its_own() -> None:
    found = with_code("I10")

    assert verdict("uncontrolled_hypertension", found) is Verdict.NOT_MET
    assert verdict("hypertension_recorded", found) is Verdict.MET
    assert found.final is Suitability.CAUTION


@pytest.mark.parametrize(
    ("onset", "recent", "past"),
    [("2026-10-13", "MET", "NOT_MET"), ("2026-10-12", "NOT_MET", "MET"), (None, "MET", "NOT_MET")],
    ids=["42 days ago", "43 days ago", "undated"],
)
def test_day_42_after_a_heart_attack_is_inside(onset: str | None, recent: str, past: str) -> None:
    found = with_code("I21.9", **({} if onset is None else {"onset": onset}))

    assert verdict("recent_cardiovascular_event_6wk", found).name == recent
    assert verdict("past_cardiovascular_event", found).name == past


def test_sleep_apnoea_counts_from_an_index_of_35() -> None:
    for weight, expected in ((98.0, Verdict.MET), (97.9, Verdict.NOT_MET)):
        found = option(
            body={"weight_kg": weight, "height_cm": 167.3}, diagnoses=[{"icd10cm": "G47.33"}]
        )
        assert verdict("sleep_apnoea_with_obesity", found) is expected, weight


def test_liver_tests_far_above_normal_count_although_the_question_was_answered_no() -> None:
    for value, expected in ((121, Verdict.MET), (120, Verdict.NOT_MET)):
        found = option(labs=[{"loinc": "1742-6", "value": value, "unit": "U/L"}])
        assert verdict("lft_above_3x_uln", found) is expected, value


# ---------------------------------------------------------------- pressure before a dose


def test_a_pressure_on_the_line_is_not_above_it() -> None:
    of = "predose_pressure_raised"
    for therapy in BOTH:
        assert verdict(of, with_pressure(therapy.id, 140, 90)) is Verdict.NOT_MET
        assert verdict(of, with_pressure(therapy.id, 141, 84)) is Verdict.MET
        assert verdict(of, with_pressure(therapy.id, 132, 91)) is Verdict.MET
        assert verdict(of, option(therapy.id, vitals=[])) is Verdict.UNKNOWN


def test_a_pressure_above_the_hold_stops_the_infusion_and_asks_of_the_spray() -> None:
    for systolic, kind in ((160, "precaution"), (161, "contraindication")):
        found = graded("predose_pressure_raised", with_pressure("ketamine_iv", systolic, 84))
        assert gravest(found.kinds) == kind, systolic
    held = with_pressure("ketamine_iv", 161, 84)
    assert "hold_infusion_today" in graded("predose_pressure_raised", held).actions
    assert held.final is Suitability.CONTRAINDICATED
    assert with_pressure("esketamine", 161, 84).final is Suitability.CAUTION


def test_a_high_pressure_of_weeks_ago_does_not_hold_the_infusion() -> None:
    old = {"systolic_mmhg": 170, "diastolic_mmhg": 84, "date": "2026-11-01"}

    assert option(vitals=[old]).final is Suitability.CAUTION


def test_the_line_of_the_spray_is_higher_in_the_eu_from_65_years() -> None:
    lines = (("EU", 65, 150), ("EU", 64, 140), ("US", 70, 140))
    for region, age, line in lines:
        who = {"region": region, "patient": {"age_years": age}}
        found = [
            verdict("predose_pressure_raised", with_pressure("esketamine", at, 80, **who))
            for at in (line, line + 1)
        ]
        assert found == [Verdict.NOT_MET, Verdict.MET], region


# ---------------------------------------------------------------- indications and enrolment


def test_the_spray_is_called_for_after_two_failed_trials_and_not_after_one() -> None:
    called = [option("esketamine", antidepressants_failed=count).suitability for count in (2, 1)]

    assert called == [Suitability.SUITABLE, Suitability.NOT_INDICATED]


def test_enrolment_is_asked_for_in_the_united_states_only_and_moves_no_verdict() -> None:
    not_yet = {"esketamine": {"rems_enrolled": False}}
    there, elsewhere = (option("esketamine", region=one, **not_yet) for one in ("US", "EU"))

    assert verdict("rems_enrolment_missing", there) is Verdict.MET
    assert there.final is Suitability.SUITABLE
    assert verdict("rems_enrolment_missing", elsewhere) is Verdict.NOT_MET


# ---------------------------------------------------------------- words and constants


@pytest.mark.parametrize("therapy", BOTH, ids=lambda one: one.id)
def test_every_action_has_words(therapy: Therapy) -> None:
    for criterion in therapy.criteria.values():
        added = [name for one in criterion.circumstances for name in one.actions]
        for action in (*criterion.actions, *added):
            assert KNOWLEDGE.words[action].means, action


def test_the_constants_of_a_dose_lie_within_each_other() -> None:
    at = KNOWLEDGE.number

    assert at("ketamine_mg_per_kg_min") < at("ketamine_mg_per_kg") < at("ketamine_mg_per_kg_max")
    assert at("ketamine_first_dose_max_mg_per_kg") <= at("ketamine_mg_per_kg_max")
    assert at("ketamine_minutes_min") <= at("ketamine_minutes") <= at("ketamine_minutes_max")
    usual = at("ketamine_mg_per_kg") / at("ketamine_minutes")
    assert usual <= at("ketamine_rate_review_mg_per_kg_per_min")
    assert at("ketamine_mg_per_kg_max") / at("ketamine_minutes_min") <= at(
        "ketamine_rate_max_mg_per_kg_per_min"
    )
    assert at("ketamine_sessions_per_week_min") <= at("ketamine_sessions_per_week_max")


def test_every_dose_of_the_spray_is_a_whole_number_of_devices() -> None:
    at = KNOWLEDGE.number
    doses = ("first_dose", "first_dose_older", "later_dose_low", "later_dose_high")
    for name in doses:
        assert at(f"esketamine_{name}_mg") % at("esketamine_device_mg") == 0, name
    most = at("esketamine_later_dose_high_mg") * at("esketamine_induction_sessions_per_week")
    assert most == at("esketamine_induction_max_mg_per_week")


def test_ideal_weight_begins_at_sixty_inches() -> None:
    at = KNOWLEDGE.number

    assert at("ideal_weight_from_cm") == pytest.approx(60 * at("cm_per_inch"))


def test_what_rests_on_no_source_says_so() -> None:
    ours = {
        name: one
        for name, one in KNOWLEDGE.parameters.items()
        if "euthymia-choice" in {source.id for source in one.evidence}
    }
    for name, one in ours.items():
        if name.startswith(("ketamine_", "esketamine_")):
            assert one.status == "design_default", name


@pytest.mark.parametrize("therapy", BOTH, ids=lambda one: one.id)
def test_a_rate_of_a_harm_is_a_percentage(therapy: Therapy) -> None:
    for one in therapy.side_effects:
        for pct in (one.pct, one.control_pct):
            assert pct is None or 0 <= pct <= 100, one.name
        assert one.pct is not None or one.rate, one.name


def test_off_label_schedule_and_driving_are_told() -> None:
    for therapy in BOTH:
        said = " ".join(one.says for one in therapy.remarks)
        assert "Schedule III" in said
        assert "until the next day, after a restful sleep" in said
    assert "off label" in " ".join(one.says for one in INFUSION.remarks)
