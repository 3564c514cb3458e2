"""What the words of an implant deny, set aside or leave open: only closed phrases do either."""

from __future__ import annotations

import pytest

from euthymia.engine.options import Option
from euthymia.engine.suitability import Suitability
from euthymia.terms import Verdict
from tests.laws.strategies import Form, assessed
from tests.unit.options_told import MET, NOT_MET, OPEN, all_answered_no

CAUTION, SUITABLE = Suitability.CAUTION, Suitability.SUITABLE
UNDETERMINED, CONTRAINDICATED = Suitability.UNDETERMINED, Suitability.CONTRAINDICATED


def listed(text: str, **more: str | float | bool) -> Option:
    form: Form = all_answered_no(implants=[{"text": text, **more}])
    return next(one for one in assessed(form).options if one.therapy.id == "tms")


def verdict(criterion: str, found: Option) -> Verdict:
    return next(
        one.finding.verdict for one in found.findings if one.finding.criterion.id == criterion
    )


# ---------------------------------------------------------------- a denial is a closed phrase


@pytest.mark.parametrize(
    "text",
    [
        "VNS isn't removed",
        "VNS isnt explanted",
        "VNS hasn't been removed",
        "no working VNS",
        "no active VNS",
        "no VNS checks",
        "declined VNS check",
        "VNS declined removal",
        "no pacemaker VNS",
        "VNS no pacemaker",
        "no VNS beyond 40 cm",
    ],
)
def test_a_device_stays_where_not_the_device_itself_is_denied(text: str) -> None:
    found = listed(text)

    assert verdict("vns", found) is MET
    assert found.final is CONTRAINDICATED


@pytest.mark.parametrize(
    "text",
    ["no recent pacemaker check", "no functioning pacemaker", "pacemaker was never removed"],
)
def test_a_pacemaker_that_is_not_checked_or_not_removed_is_there(text: str) -> None:
    assert verdict("pacemaker_icd", listed(text)) is MET


@pytest.mark.parametrize(
    "text",
    [
        "no VNS",
        "No VNS.",
        "never had a pacemaker",
        "denies implants",
        "no cochlear implant",
        "no vagus nerve stimulator",
        "no history of insulin pump",
        "VNS was removed in 2019",
        "VNS explanted on 3.4.2019",
        "pacemaker has been removed",
        "no VNS implanted",
    ],
)
def test_a_plain_denial_names_no_device_and_leaves_open_what_stayed(text: str) -> None:
    found = listed(text)

    assert verdict("vns", found) is verdict("pacemaker_icd", found) is NOT_MET
    assert verdict("implant_not_recognised", found) is OPEN
    assert found.final is UNDETERMINED


@pytest.mark.parametrize("distance", [10, 45])
@pytest.mark.parametrize("text", ["no VNS", "VNS removed 2019", "VNS explanted"])
def test_what_has_a_distance_is_there_though_its_words_deny_it(text: str, distance: float) -> None:
    assert verdict("vns", listed(text, distance_to_coil_cm=distance)) is MET


@pytest.mark.parametrize(
    "more", [{"location": "left neck"}, {"material": "titanium"}, {"mr_conditional_card": True}]
)
def test_what_has_a_place_a_material_or_a_card_is_there_too(more: Form) -> None:
    assert verdict("vns", listed("no VNS", **more)) is MET


def test_nothing_with_a_distance_is_something() -> None:
    assert listed("no metal").final is SUITABLE
    assert listed("no metal", distance_to_coil_cm=10).final is CONTRAINDICATED


@pytest.mark.parametrize("text", ["no glasses", "no hearing aids", "no piercings"])
def test_nothing_that_is_worn_is_nothing(text: str) -> None:
    assert listed(text).final is SUITABLE


# ---------------------------------------------------------------- what is worn, what is of teeth


@pytest.mark.parametrize(
    "text",
    [
        "glasses gizmo",
        "glasses, frobnicator",
        "glasses chip in eye",
        "earring magnet",
        "glasses 2x",
    ],
)
def test_an_unknown_word_beside_glasses_leaves_open_what_it_is(text: str) -> None:
    found = listed(text)

    assert verdict("implant_not_recognised", found) is OPEN
    assert verdict("removable_metal", found) is NOT_MET
    assert found.final is UNDETERMINED
    assert listed(text, distance_to_coil_cm=2).final is CONTRAINDICATED


@pytest.mark.parametrize(
    "text",
    [
        "glasses",
        "reading glasses",
        "two earrings, gold",
        "hearing aids, both ears",
        "nose piercing",
    ],
)
def test_known_worn_items_are_taken_off_whatever_their_distance(text: str) -> None:
    for found in (listed(text), listed(text, distance_to_coil_cm=2)):
        assert verdict("removable_metal", found) is MET
        assert found.final is SUITABLE


@pytest.mark.parametrize(
    "text",
    [
        "pump near tooth",
        "pacemaker beside teeth",
        "stimulator, dental",
        "tooth; pump",
        "glasses; pump",
        "implant",
        "ear",
    ],
)
def test_dental_words_do_not_cancel_the_thirty_centimetres_of_another_device(text: str) -> None:
    found = listed(text, distance_to_coil_cm=10)

    assert verdict("metal_head_30cm", found) is MET
    assert found.tracks["label"] is CONTRAINDICATED


@pytest.mark.parametrize("text", ["dental crown", "tooth filling, amalgam", "dental implant"])
def test_metal_of_the_teeth_alone_asks_for_no_distance(text: str) -> None:
    assert verdict("metal_head_30cm", listed(text, distance_to_coil_cm=10)) is NOT_MET


@pytest.mark.parametrize(
    "text",
    ["dental implant", "dental fillings", "gold crown", "braces", "dental implants, titanium"],
)
def test_metal_of_the_teeth_alone_is_exempt_as_the_label_says(text: str) -> None:
    for found in (listed(text), listed(text, distance_to_coil_cm=8)):
        assert verdict("metal_of_teeth", found) is MET
        assert found.final is SUITABLE


@pytest.mark.parametrize("text", ["magnetic dental", "dental magnet", "crown of the skull plate"])
def test_teeth_do_not_exempt_what_else_is_said(text: str) -> None:
    assert verdict("metal_of_teeth", listed(text)) is NOT_MET
    assert listed(text).final >= UNDETERMINED


# ---------------------------------------------------------------- every word must be known


@pytest.mark.parametrize(
    "text",
    [
        "coronary stent; vibrant soundbridge",
        "hip screws, hypoglossal nerve stimulator",
        "knee plate; loop recorder",
        "coronary stent; retinal implant argus",
        "coronary stent and retinal implant",
        "coronary stent with loop recorder",
        "coronary stent loop recorder",
        "insulin pump, magnet eyelid",
        "spinal cord stimulator, occipital nerve stimulator",
        "lead fragment heart",
        "screws hip, sphenoid",
        "coronary stent?",
    ],
)
def test_a_known_device_never_vouches_for_the_next_word(text: str) -> None:
    found = listed(text)

    assert verdict("implant_not_recognised", found) is OPEN
    assert found.final is UNDETERMINED


@pytest.mark.parametrize(
    "text",
    [
        "vagus nerve stimulator, left chest",
        "VNS implanted 2019",
        "VNS generator and VNS lead left neck",
        "dual chamber pacemaker",
        "pacemaker leads, chest",
        "implanted insulin pump abdomen",
        "continuous glucose monitor, left arm",
        "ventriculoperitoneal shunt",
    ],
)
def test_a_device_called_by_its_usual_name_is_understood(text: str) -> None:
    assert verdict("implant_not_recognised", listed(text)) is NOT_MET


@pytest.mark.parametrize("hidden", ["vibrant soundbridge", "implant", "magnet", "recorder"])
@pytest.mark.parametrize("known", ["coronary stent", "knee plate", "clip gallbladder"])
@pytest.mark.parametrize("between", ["; ", ", ", " + ", " and ", " with ", " "])
def test_it_does_not_matter_how_two_devices_are_joined(
    known: str, between: str, hidden: str
) -> None:
    assert listed(known).final is SUITABLE
    assert listed(f"{known}{between}{hidden}").final is UNDETERMINED
    assert listed(f"{hidden}{between}{known}").final is UNDETERMINED


def test_a_place_or_a_material_may_hide_no_device_either() -> None:
    assert listed("stent", location="coronary", material="nitinol").final is SUITABLE
    assert listed("stent", location="coronary; loop recorder").final is UNDETERMINED


@pytest.mark.parametrize(
    "text",
    [
        "coronary stent",
        "drug eluting stent LAD coronary 2019",
        "two coronary stents",
        "titanium hip screws left 2015",
        "coronary stent and hip screws",
        "plate and screws in the left knee, titanium",
        "clip gallbladder, MRI safe",
    ],
)
def test_metal_far_off_in_plain_words_suits(text: str) -> None:
    assert listed(text).final is SUITABLE


STIMULATORS = ["sacral nerve stimulator", "peripheral nerve stimulator", "spinal cord stimulator"]


@pytest.mark.parametrize("place", ["", " occipital", " left hip"])
@pytest.mark.parametrize("text", STIMULATORS)
def test_a_stimulator_is_open_until_its_distance_is_told(text: str, place: str) -> None:
    assert listed(text + place).final is UNDETERMINED


@pytest.mark.parametrize("text", STIMULATORS)
def test_a_stimulator_is_judged_by_its_distance(text: str) -> None:
    assert listed(text, distance_to_coil_cm=60).final is CAUTION
    assert listed(text, distance_to_coil_cm=20).tracks["label"] is CONTRAINDICATED


def test_an_insulin_pump_asks_for_care_and_its_leads_for_no_distance() -> None:
    assert listed("insulin pump").final is CAUTION


# ---------------------------------------------------------------- denials of several devices


@pytest.mark.parametrize(
    "text",
    ["no VNS, no DBS", "no known VNS", "VNS never implanted", "VNS removed 2019; no pacemaker"],
)
def test_a_denial_in_several_parts_denies_each(text: str) -> None:
    found = listed(text)

    assert verdict("vns", found) is verdict("dbs_cortical_stimulator", found) is NOT_MET
    assert found.final is UNDETERMINED


@pytest.mark.parametrize(
    "text", ["no DBS, VNS", "no DBS and VNS", "VNS, no battery", "VNS, removed"]
)
def test_one_part_that_denies_nothing_leaves_the_device_there(text: str) -> None:
    assert verdict("vns", listed(text)) is MET


@pytest.mark.parametrize("text", ["no implants?", "none?", "n/a"])
def test_nothing_with_a_doubt_is_not_nothing(text: str) -> None:
    assert listed(text).final is UNDETERMINED


@pytest.mark.parametrize("text", ["none known", "no other implants"])
def test_nothing_known_is_nothing(text: str) -> None:
    assert listed(text).final is SUITABLE


@pytest.mark.parametrize(
    "text", ["contact lenses", "glasses and hearing aids", "wedding ring", "breast pump"]
)
def test_more_that_is_worn_is_taken_off(text: str) -> None:
    assert listed(text).final is SUITABLE


def test_a_name_of_breast_implants_is_no_vagus_nerve_stimulator() -> None:
    found = listed("symmetry breast implants")

    assert verdict("vns", found) is NOT_MET
    assert found.final is UNDETERMINED
    assert verdict("vns", listed("LivaNova Symmetry left chest")) is MET
