"""A recorded hazard is read by every page that it bears on, whatever the interview says."""

from __future__ import annotations

import pytest

from euthymia.engine.suitability import Suitability
from euthymia.terms import Verdict
from tests.laws.strategies import assessed
from tests.unit.options_told import all_answered_no, verdict_in

READ = [
    *((code, "tms", "psychosis_or_bipolar") for code in ("F22", "F23", "F24", "F53.1", "F31.62")),
    *((code, "tms", "psychosis_or_bipolar") for code in ("F06.33", "F06.34")),
    *((code, "tms", "stroke_tbi_mass") for code in ("Z86.73", "C70.0", "D49.6", "G31.83")),
    *((code, "tms", "raised_icp") for code in ("G91.2", "H47.11", "G93.2")),
    ("Z32.01", "tms", "pregnancy"),
    *(
        (code, "ketamine_iv", "active_psychosis_or_primary_psychotic_disorder")
        for code in ("F23", "F24", "F53.1")
    ),
    *(
        (code, "ketamine_iv", "mania_or_hypomania_now")
        for code in ("F31.61", "F06.33", "F30.11")
    ),
    *(
        (code, "ketamine_iv", "delirium_or_major_neurocognitive_disorder")
        for code in ("G31.83", "G31.09", "G30.9")
    ),
    *((code, "ketamine_iv", "aneurysmal_vascular_disease") for code in ("I79.0", "Q28.3", "I71.4")),
    *((code, "ketamine_iv", "raised_intracranial_pressure") for code in ("D49.6", "H47.11")),
    ("I25.2", "ketamine_iv", "past_cardiovascular_event"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "therapy", "criterion"), READ)
def test_a_recorded_hazard_is_never_a_plain_no(code: str, therapy: str, criterion: str) -> None:
    form = all_answered_no()
    assert verdict_in(form, therapy, criterion) is Verdict.NOT_MET
    told = {**form, "diagnoses": [*form.get("diagnoses", []), {"icd10cm": code}]}
    assert verdict_in(told, therapy, criterion) is not Verdict.NOT_MET


DEVICES = ("Z45.41", "T85.09XA", "T85.730A", "Z95.811", "Z95.812", "T82.110A", "T82.190A")


@pytest.mark.parametrize("code", DEVICES)
def test_a_device_that_a_code_tells_of_keeps_stimulation_from_being_plainly_suitable(
    code: str,
) -> None:
    form = all_answered_no()
    told = {**form, "diagnoses": [*form.get("diagnoses", []), {"icd10cm": code}]}
    (option,) = (one for one in assessed(told).options if one.therapy.id == "tms")
    assert option.final not in (Suitability.SUITABLE, Suitability.CAUTION)
