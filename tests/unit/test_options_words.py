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
