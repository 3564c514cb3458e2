"""What one screen knows as a medicine of a kind, the other knows; ketamine counts by any way."""

from __future__ import annotations

from itertools import product

import pytest

from euthymia.terms import Verdict
from tests.laws.strategies import KNOWLEDGE
from tests.unit.options_told import all_answered_no, verdict_in

MET, NOT_MET = Verdict.MET, Verdict.NOT_MET

SIBLINGS = {
    "psychostimulant_taken": ("tms_threshold_lowering_medicine", "tms_milder_medicine"),
    "theophylline_taken": ("tms_threshold_lowering_medicine",),
    "benzodiazepine_taken": ("tms_threshold_raising_medicine",),
    "lamotrigine_taken": ("tms_threshold_raising_medicine",),
    "lithium_taken": ("tms_milder_medicine",),
    "usual_antidepressant_taken": ("tms_threshold_lowering_medicine", "tms_milder_medicine"),
    "maoi_taken": ("tms_serotonergic_antidepressant_taken",),
    "dampening_antipsychotic_taken": ("tms_threshold_lowering_medicine", "tms_milder_medicine"),
    "tms_anticonvulsant_taken": ("tms_threshold_raising_medicine",),
}
"""Each list of one page, and the lists of the other that must hold all of it."""


@pytest.mark.parametrize("name", SIBLINGS)
def test_a_medicine_of_one_screen_is_known_to_its_sibling(name: str) -> None:
    known = {drug for one in SIBLINGS[name] for drug in KNOWLEDGE.facts[one].drugs}
    assert set(KNOWLEDGE.facts[name].drugs) - known == set()


@pytest.mark.parametrize(
    ("drug", "criterion"),
    [
        *product(
            ("Adderall", "Vyvanse", "lisdexamfetamine", "dexamfetamine", "aminophylline"),
            ["drugs_lower_threshold_high"],
        ),
        *product(("dexmethylphenidate", "armodafinil"), ["drugs_lower_threshold_moderate"]),
        ("levetiracetam", "anticonvulsant_or_benzo_present"),
    ],
)
def test_stimulation_reads_the_near_kin_of_a_medicine_that_it_names(
    drug: str, criterion: str
) -> None:
    form = all_answered_no(medications=[{"drug": drug}])
    assert verdict_in(form, "tms", criterion) is MET


@pytest.mark.parametrize("therapy", ["ketamine_iv", "esketamine"])
@pytest.mark.parametrize("drug", ["Spravato", "esketamine", "ketamine"])
def test_ketamine_of_any_source_is_counted_before_more_is_given(drug: str, therapy: str) -> None:
    taken, without = all_answered_no(medications=[{"drug": drug}]), all_answered_no()
    assert verdict_in(taken, therapy, "ketamine_already_taken") is MET
    assert verdict_in(without, therapy, "ketamine_already_taken") is NOT_MET
