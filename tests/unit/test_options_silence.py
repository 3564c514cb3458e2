"""Silence is no answer, and a code, a device or a medicine adds a danger although it was denied."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from euthymia import assess
from euthymia.engine.findings import Fact
from euthymia.engine.options import Option, weigh
from euthymia.engine.suitability import Suitability
from euthymia.knowledge.conditions import FactSource
from euthymia.record.entries import Diagnosis, Intolerance
from euthymia.terms import Code, Verdict
from tests.laws.strategies import KNOWLEDGE, TODAY, Form, assessed, day, record_of
from tests.unit.options_told import KETAMINE, NOBODY, TASS, all_answered_no, answering, written

CAUTION, SUITABLE = Suitability.CAUTION, Suitability.SUITABLE
UNDETERMINED, CONTRAINDICATED = Suitability.UNDETERMINED, Suitability.CONTRAINDICATED
NO_LISTS: Form = {"complete": ["diagnoses", "trials", "medications"]}
"""Whole lists, but for the implants."""
HALF_LISTED: Form = {"complete": ["diagnoses", "trials"]}
"""Neither implants nor medicines are told to be whole, so that only the screen answers."""


def option(form: Form, therapy: str = "tms") -> Option:
    return next(one for one in assessed(form).options if one.therapy.id == therapy)


def asked(form: Form) -> set[str]:
    return {one.id for one in assessed(form).questions}


# ---------------------------------------------------------------- the screen before stimulation


def test_all_no_on_whole_lists_is_suitable() -> None:
    form = all_answered_no()
    for therapy in ("tms", "ketamine_iv"):
        assert option(form, therapy).suitability is SUITABLE
    assert option(form, "esketamine").suitability is SUITABLE


@pytest.mark.parametrize("item", TASS)
def test_one_blank_of_the_screen_leaves_stimulation_undetermined_and_is_asked(item: str) -> None:
    form = all_answered_no(screening=answering(**{item: "left_out"})) | HALF_LISTED
    assert option(form).final is UNDETERMINED
    assert option(form).suitability is UNDETERMINED
    assert f"tass.{item}" in asked(form)


@pytest.mark.parametrize("item", [one for one in TASS if one != "pregnancy"])
def test_an_unsure_answer_is_as_good_as_none(item: str) -> None:
    form = all_answered_no(screening=answering(**{item: "unsure"})) | HALF_LISTED
    assert option(form).final is UNDETERMINED
    assert f"tass.{item}" in asked(form)


def test_a_list_of_implants_does_not_answer_whether_an_mri_went_badly() -> None:
    form = all_answered_no(screening=answering(problem_with_earlier_tms_or_mri="left_out"))
    assert option(form).final is UNDETERMINED


YES_ON_WHOLE_LISTS = {
    "reaction_to_magnetic_stimulation": CONTRAINDICATED,
    "seizure_or_epilepsy": CAUTION,
    "family_epilepsy": CAUTION,
    "brain_illness": CAUTION,
    "head_injury_or_surgery": CAUTION,
    "metal_in_head_or_neck": CONTRAINDICATED,
    "cochlear_implant_or_hearing": CAUTION,
    "frequent_headaches": SUITABLE,
    "fainting": CAUTION,
    "pregnancy": CAUTION,
    "medicines_or_changes": CAUTION,
    "alcohol_or_withdrawal": UNDETERMINED,
    "short_sleep": CAUTION,
    "unstable_illness": CAUTION,
}


@pytest.mark.parametrize(("item", "final"), YES_ON_WHOLE_LISTS.items())
def test_a_yes_is_weighed(item: str, final: Suitability) -> None:
    assert option(all_answered_no(screening=answering(**{item: "yes"}))).final is final


@pytest.mark.parametrize(
    "item",
    [
        "implanted_electronic_device",
        "cochlear_implant_or_hearing",
        "problem_with_earlier_tms_or_mri",
    ],
)
def test_a_yes_that_does_not_tell_which_danger_leaves_each_of_them_open(item: str) -> None:
    form = all_answered_no(screening=answering(**{item: "yes"})) | NO_LISTS
    assert option(form).final is UNDETERMINED
    assert {"implants_listed", "implants_whole", "electronic_device_listed"} & asked(form)


def test_a_device_that_is_told_answers_which_danger_it_is() -> None:
    form = all_answered_no(
        implants=[{"text": "insulin pump", "distance_to_coil_cm": 70}],
        screening=answering(implanted_electronic_device="yes"),
    )
    assert option(form).final is CAUTION


def test_a_pair_of_glasses_does_not_answer_which_device_was_meant() -> None:
    form = all_answered_no(
        implants=[{"text": "glasses"}],
        screening=answering(implanted_electronic_device="yes"),
    )
    assert option(form).final is UNDETERMINED


def test_a_hair_clip_is_no_clip_in_the_head() -> None:
    form = all_answered_no(implants=[{"text": "hair clip", "location": "head"}])
    assert option(form).final is SUITABLE


def test_a_device_that_was_told_is_not_taken_away_by_an_empty_list() -> None:
    form = all_answered_no(screening=answering(implanted_electronic_device="yes"))
    assert option(form).final is UNDETERMINED


def test_bad_hearing_is_a_precaution_where_the_devices_are_told_and_none_is_cochlear() -> None:
    form = all_answered_no(
        implants=[{"text": "hearing aid"}],
        screening=answering(cochlear_implant_or_hearing="yes"),
    )
    assert option(form).final is CAUTION


def test_a_whole_list_of_medicines_answers_which_they_are_and_not_what_was_changed() -> None:
    form = all_answered_no(screening=answering(medicines_or_changes="yes"))
    assert option(form).final is CAUTION
    assert "review.medicine_changed" in asked(form)
    assert "tms_medicines_listed" not in asked(form)
    open_list = form | {"complete": ["diagnoses", "trials", "implants"]}
    assert option(open_list).final is CAUTION
    assert "tms_medicines_listed" in asked(open_list)


# ---------------------------------------------------------------- the record only adds

ASIDE = {
    "tms_history_of_other_condition_coded": "a code for any past condition only asks",
    "tms_state_after_a_procedure_coded": "a code for any past procedure yields to a told no",
    "tms_place_in_head_listed": "a place alone is no device",
    "tms_place_elsewhere_listed": "a place alone is no device",
    "tms_neurostimulator_listed": "it only tells which stimulator a code means",
    "tms_implant_unrecognised": "it has no words; it is what no words fit",
    "tms_implant_gone": "its words take a device away, and leave open whether all of it is gone",
    "remission_on_record": "a remission is no danger: it leaves open whether there is an episode",
}
"""Facts that do not add a danger by themselves, and why."""
ENTRIES = ("diagnoses", "implants", "medications")


def dangers() -> Iterator[tuple[str, FactSource]]:
    """Every fact of a criterion that a record can add, by the option it is looked at for."""
    for therapy in KNOWLEDGE.therapies.values():
        for name in dict.fromkeys(
            fact for criterion in therapy.criteria.values() for fact in criterion.facts
        ):
            source = KNOWLEDGE.facts[name]
            if source.only_adds and source.section in ENTRIES and name not in ASIDE:
                yield therapy.id, source


def entries_of(source: FactSource) -> Iterator[tuple[str, Form]]:
    for code in source.codes:
        kind = "icd10cm" if source.section == "diagnoses" else "snomed"
        yield source.section, {kind: written(code)}
    yield from (("implants", {"text": word}) for word in source.words)
    yield from (("medications", {"drug": drug}) for drug in source.drugs)


@pytest.mark.parametrize(
    ("therapy", "source"), list(dangers()), ids=lambda one: getattr(one, "name", one)
)
def test_a_code_a_device_or_a_medicine_adds_a_danger_although_all_was_denied(
    therapy: str, source: FactSource
) -> None:
    for section, entry in entries_of(source):
        form = all_answered_no() | NO_LISTS
        form[section] = [*form.get(section, []), entry]
        rests = [
            one.finding.verdict
            for one in option(form, therapy).findings
            if source.name in one.finding.criterion.facts
        ]
        assert any(one is not Verdict.NOT_MET for one in rests), entry


PARTS = ("clip", "coil", "stent", "plate", "splinter")
ELSEWHERE = ("hip prosthesis", "knee", "coronary bypass", "breast implant")


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
@pytest.mark.parametrize("part", PARTS)
def test_a_second_implant_elsewhere_does_not_tell_where_the_first_one_is(
    part: str, elsewhere: str
) -> None:
    form = all_answered_no() | NO_LISTS
    alone = option(form | {"implants": [{"text": part}]}).final
    both = option(form | {"implants": [{"text": part}, {"text": elsewhere}]}).final
    assert alone is UNDETERMINED
    assert both >= alone


def test_metal_far_off_does_not_speak_for_metal_of_which_only_a_code_is_known() -> None:
    coded = [{"icd10cm": "F33.2"}, {"icd10cm": "Z18.10"}]
    far = {"text": "screw", "location": "knee", "distance_to_coil_cm": 90}
    form = all_answered_no(diagnoses=coded) | NO_LISTS
    assert option(form).final is CONTRAINDICATED
    assert option(form | {"implants": [far]}).final is CONTRAINDICATED


def test_the_card_of_one_implant_does_not_prove_the_metal_of_another() -> None:
    coded = [{"icd10cm": "F33.2"}, {"icd10cm": "Z95.828"}]
    screw = {"text": "screw", "location": "knee", "mr_conditional_card": True}
    form = all_answered_no(diagnoses=coded, implants=[screw]) | NO_LISTS
    assert option(form).tracks["guideline"] is UNDETERMINED


# ---------------------------------------------------------------- pregnancy


@pytest.mark.parametrize(
    ("sex", "answer", "final"),
    [
        ("female", "no", SUITABLE),
        ("female", "yes", CAUTION),
        ("female", "unsure", CAUTION),
        ("female", "left_out", UNDETERMINED),
        ("male", "no", SUITABLE),
        ("male", "yes", CAUTION),
        ("male", "unsure", CAUTION),
        ("male", "left_out", SUITABLE),
        (None, "no", SUITABLE),
        (None, "yes", CAUTION),
        (None, "unsure", CAUTION),
        (None, "left_out", UNDETERMINED),
    ],
)
def test_pregnancy_before_stimulation(sex: str | None, answer: str, final: Suitability) -> None:
    patient = {"age_years": 40} | ({} if sex is None else {"sex": sex})
    screening = answering()
    screening["tass"]["pregnancy"] = answer
    if answer == "left_out":
        del screening["tass"]["pregnancy"]
    assert option(all_answered_no(patient=patient, screening=screening)).final is final


@pytest.mark.parametrize(
    ("sex", "answer", "final"),
    [
        ("female", "no", SUITABLE),
        ("female", "yes", CONTRAINDICATED),
        ("female", "unsure", UNDETERMINED),
        ("female", None, UNDETERMINED),
        ("male", "yes", CONTRAINDICATED),
        ("male", None, SUITABLE),
        (None, None, UNDETERMINED),
        (None, "yes", CONTRAINDICATED),
    ],
)
@pytest.mark.parametrize("therapy", ["ketamine_iv", "esketamine"])
def test_pregnancy_before_ketamine(
    therapy: str, sex: str | None, answer: str | None, final: Suitability
) -> None:
    patient = {"age_years": 40} | ({} if sex is None else {"sex": sex})
    screening = answering()
    del screening["ketamine"]["pregnancy"]
    if answer is not None:
        screening["ketamine"]["pregnancy"] = answer
    form = all_answered_no(patient=patient, screening=screening)
    assert option(form, therapy).final is final


# ---------------------------------------------------------------- the screen before ketamine


@pytest.mark.parametrize("therapy", ["ketamine_iv", "esketamine"])
@pytest.mark.parametrize("item", KETAMINE)
def test_one_blank_of_the_screen_is_asked_and_is_never_suitable(item: str, therapy: str) -> None:
    screening = copy.deepcopy(answering())
    del screening["ketamine"][item]
    form = all_answered_no(screening=screening)
    kind = KNOWLEDGE.therapies[therapy].criteria[item].kind
    assert option(form, therapy).final is (UNDETERMINED if kind == "contraindication" else CAUTION)
    assert f"ketamine.{item}" in asked(form)


@pytest.mark.parametrize("therapy", ["ketamine_iv", "esketamine"])
@pytest.mark.parametrize("item", KETAMINE)
def test_a_yes_of_the_screen_has_the_grade_of_its_criterion(item: str, therapy: str) -> None:
    screening = copy.deepcopy(answering())
    screening["ketamine"][item] = "yes"
    kind = KNOWLEDGE.therapies[therapy].criteria[item].kind
    grave = CONTRAINDICATED if kind == "contraindication" else CAUTION
    assert option(all_answered_no(screening=screening), therapy).final is grave


def test_an_intolerance_of_the_record_rules_ketamine_out_although_it_was_denied() -> None:
    record = replace(
        record_of(all_answered_no()), intolerances=(Intolerance("ketamine_iv", seen=TODAY),)
    )
    for found in assess(record, KNOWLEDGE).options:
        if found.therapy.id in ("ketamine_iv", "esketamine"):
            assert found.final is CONTRAINDICATED


@pytest.mark.parametrize(
    ("days", "final"), [(0, CONTRAINDICATED), (42, CONTRAINDICATED), (43, CAUTION)]
)
def test_a_heart_attack_by_its_day(days: int, final: Suitability) -> None:
    coded = [{"icd10cm": "F33.2"}, {"icd10cm": "I21.9", "onset": day(days)}]
    assert option(all_answered_no(diagnoses=coded), "ketamine_iv").final is final


@pytest.mark.parametrize(
    ("therapy", "criterion", "code", "days"),
    [
        ("ketamine_iv", "pregnancy", "Z33.1", 280),
        ("ketamine_iv", "pregnancy", "O26.9", 280),
        ("ketamine_iv", "lactation", "Z39.1", 365),
        ("tms", "pregnancy", "Z33.1", 300),
        ("tms", "acute_suicidality", "R45.851", 90),
    ],
)
def test_a_code_of_a_visit_speaks_for_so_many_days(
    therapy: str, criterion: str, code: str, days: int
) -> None:
    record = record_of(all_answered_no())
    for ago, speaks in ((days, True), (days + 1, False)):
        seen = TODAY - timedelta(days=ago)
        coded = Diagnosis(Code("icd10cm", code), recorded=seen, source="encounter")
        told = replace(record, diagnoses=(*record.diagnoses, coded))
        found = next(one for one in assess(told, KNOWLEDGE).options if one.therapy.id == therapy)
        verdict = next(
            one.finding.verdict for one in found.findings if one.finding.criterion.id == criterion
        )
        assert (verdict is not Verdict.NOT_MET) is speaks


# ---------------------------------------------------------------- lists that are whole, or not


@pytest.mark.parametrize("section", ["diagnoses", "medications"])
def test_a_list_that_is_not_whole_is_no_silence(section: str) -> None:
    form = all_answered_no()
    form["complete"] = [one for one in form["complete"] if one != section]
    assert option(form, "ketamine_iv").final is CAUTION
    assert option(form).final is (UNDETERMINED if section == "diagnoses" else SUITABLE)


def test_nothing_told_leaves_every_option_undetermined_on_both_tracks() -> None:
    for found in assessed(NOBODY).options:
        assert found.final is UNDETERMINED
        assert set(found.tracks.values()) <= {UNDETERMINED}


def test_what_no_criterion_rests_on_is_asked_all_the_same() -> None:
    """Frequent headaches lead to no finding, and the screen is not done before they were asked."""
    therapy = KNOWLEDGE.therapies["tms"]
    facts = {name: Fact(name, False) for name in KNOWLEDGE.facts}
    facts["tass.frequent_headaches"] = Fact("tass.frequent_headaches", None)
    found = weigh(therapy, facts, record_of(NOBODY), KNOWLEDGE)
    assert [one.name for one in found.unanswered] == ["tass.frequent_headaches"]
    assert found.final is UNDETERMINED


# ---------------------------------------------------------------- one entry that tells two places


def listed(text: str, **more: float) -> Option:
    return option(all_answered_no(implants=[{"text": text, **more}]))


@pytest.mark.parametrize(
    "text",
    [
        "basilar artery stent via femoral access",
        "platinum coils vertebral artery, femoral approach",
        "titanium plate temple, screws hip",
        "plates jaw and arm",
        "screws C5 and knee",
        "mesh skull base, clips abdomen",
        "hair clip; clip brain",
        "plate femoral head; clip head",
        "bullet in thigh, another in neck",
        "bullet in thigh and chest",
    ],
)
def test_a_place_far_off_does_not_hide_a_place_in_the_head(text: str) -> None:
    assert listed(text).final is CONTRAINDICATED


@pytest.mark.parametrize(
    "text",
    ["plate, hand", "clip, breast", "screws hip, clavicle", "subclavian stent via femoral access"],
)
def test_metal_of_the_upper_body_is_open_until_its_distance_is_told(text: str) -> None:
    assert listed(text).final is UNDETERMINED


@pytest.mark.parametrize(
    ("text", "final"),
    [
        ("bullet in thigh", SUITABLE),
        ("shrapnel in leg", SUITABLE),
        ("plate femoral head", SUITABLE),
        ("mesh cervical uterus", SUITABLE),
        ("screws head of humerus", UNDETERMINED),
        ("screws lumbar spine", UNDETERMINED),
        ("bullet", CONTRAINDICATED),
        ("mesh cervical", CONTRAINDICATED),
        ("plate head and femur", CONTRAINDICATED),
    ],
)
def test_a_word_of_the_head_that_means_another_place_is_none(text: str, final: Suitability) -> None:
    assert listed(text).final is final


# ---------------------------------------------------------------- a measured distance


@pytest.mark.parametrize(
    ("text", "distance"),
    [
        ("coronary stent", 20),
        ("plate, hand", 5),
        ("pump", 10),
        ("spinal cord stimulator, cervical", 15),
        ("hearing aid with bone anchored magnet implant", 3),
        ("a thing that no page knows", 29.9),
    ],
)
def test_whatever_lies_within_thirty_cm_is_contraindicated_by_the_label(
    text: str, distance: float
) -> None:
    found = listed(text, distance_to_coil_cm=distance)
    assert found.tracks["label"] is CONTRAINDICATED
    assert found.tracks["guideline"] >= CAUTION


def test_metal_far_off_does_not_hide_a_pump_that_is_near() -> None:
    both = [
        {"text": "shrapnel", "distance_to_coil_cm": 60},
        {"text": "pump", "distance_to_coil_cm": 10},
    ]
    assert option(all_answered_no(implants=both)).final is CONTRAINDICATED


@pytest.mark.parametrize("text", ["glasses", "hearing aid", "earrings"])
def test_what_can_be_taken_off_may_lie_near(text: str) -> None:
    assert listed(text, distance_to_coil_cm=2).final is SUITABLE


@pytest.mark.parametrize(
    "text",
    ["neurostimulator xyz", "Inspire hypoglossal nerve stimulator", "electrode, old"],
)
def test_a_stimulator_far_off_that_no_page_knows_stays_open(text: str) -> None:
    assert listed(text, distance_to_coil_cm=31).final is UNDETERMINED


@pytest.mark.parametrize("text", ["vagal stimulator", "vagus stimulator", "NeuroPace"])
def test_a_stimulator_is_known_by_its_other_names(text: str) -> None:
    assert listed(text, distance_to_coil_cm=40).final is CONTRAINDICATED


@pytest.mark.parametrize(
    "text",
    ["glasses; magnetic implant in eye", "hearing aid with bone anchored magnet implant"],
)
def test_what_is_implanted_is_not_known_by_what_can_be_taken_off(text: str) -> None:
    assert listed(text).final is UNDETERMINED


# ---------------------------------------------------------------- an entry that denies


@pytest.mark.parametrize(
    "text", ["no VNS", "VNS explanted 2019", "VNS removed 12/2019", "declined cochlear implant"]
)
def test_a_device_that_is_denied_or_taken_out_leaves_it_open(text: str) -> None:
    form = all_answered_no(implants=[{"text": text}])
    assert option(form).final is UNDETERMINED
    assert "review.implant_left" in asked(form)


@pytest.mark.parametrize(
    "text",
    [
        "VNS not removed",
        "VNS explanted leads left",
        "no removal of VNS",
        "no pacemaker, VNS",
        "no pacemaker - VNS",
        "no pacemaker/VNS",
        "no problems with VNS",
        "skull plate after tumour removed",
        "no card for aneurysm clip",
        "aneurysm clip, no MR card",
    ],
)
def test_a_no_that_denies_something_else_takes_no_device_away(text: str) -> None:
    assert listed(text).final is CONTRAINDICATED


def test_a_device_denied_is_no_answer_to_which_device_there_is() -> None:
    form = all_answered_no(
        implants=[{"text": "no insulin pump"}],
        screening=answering(implanted_electronic_device="yes"),
    )
    assert option(form).final is UNDETERMINED


@pytest.mark.parametrize("text", ["no metal", "None", "no implants."])
def test_an_entry_that_there_is_nothing_is_nothing(text: str) -> None:
    assert listed(text).final is SUITABLE
    told = all_answered_no(
        implants=[{"text": text}], screening=answering(implanted_electronic_device="yes")
    )
    assert option(told).final is UNDETERMINED


# ---------------------------------------------------------------- a seizure with fever


@pytest.mark.parametrize(
    ("told", "final"),
    [
        ({"age_years": 2}, SUITABLE),
        ({"age_years": 2, "complex": False}, SUITABLE),
        ({"age_years": 2, "complex": True}, CAUTION),
        ({}, CAUTION),
        ({"complex": False}, SUITABLE),
        ({"age_years": 30}, CAUTION),
        ({"age_years": 30, "complex": False}, CAUTION),
    ],
)
def test_a_seizure_with_fever_by_age_and_kind(told: Form, final: Suitability) -> None:
    assert option(all_answered_no(seizures=[{"kind": "febrile", **told}])).final is final


def test_one_seizure_with_fever_in_childhood_does_not_speak_for_another() -> None:
    both = [{"kind": "febrile", "age_years": 2}, {"kind": "febrile"}]
    assert option(all_answered_no(seizures=both)).final is CAUTION


# ---------------------------------------------------------------- what else the record adds


@pytest.mark.parametrize("code", ["Z45.321", "Z45.018", "Z45.02", "Z45.42", "T85.190A"])
def test_a_visit_for_the_care_of_a_device_leaves_open_whether_it_is_there(code: str) -> None:
    coded = [{"icd10cm": "F33.2"}, {"icd10cm": code}]
    assert option(all_answered_no(diagnoses=coded)).final is UNDETERMINED


def test_a_positive_pregnancy_test_is_a_pregnancy_before_stimulation_too() -> None:
    for result, final in (("positive", CAUTION), ("negative", SUITABLE)):
        labs = [{"loinc": "2106-3", "value": result, "date": day(3)}]
        assert option(all_answered_no(labs=labs)).final is final
