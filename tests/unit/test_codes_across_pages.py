"""A recorded hazard is read by every page that it bears on, whatever the interview says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from euthymia.engine.options import Option
from euthymia.engine.suitability import Suitability
from euthymia.knowledge.conditions import facts_of
from euthymia.knowledge.therapies import Therapy
from euthymia.terms import Code, Verdict
from tests import icd10cm
from tests.laws.strategies import KNOWLEDGE, assessed
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
    *(
        (code, "ketamine_iv", "airway_or_respiratory_disease")
        for code in ("E66.2", "Z99.81", "Z99.11")
    ),
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


# ---------------------------------------------------------------- every page that names a condition

CAREFUL = {"contraindication", "precaution"}
NEVER_NO = {Verdict.MET, Verdict.UNKNOWN}
NOT_ALONE = {"sleep_apnoea"}
"""Conditions that are a danger only together with something else: here a body-mass index."""

Resting = Mapping[tuple[str, str], set[str]]
"""The dangers of a therapy that rest on a condition, by the fact that reads it and its name."""


def resting(therapy: Therapy) -> Resting:
    found: dict[tuple[str, str], set[str]] = {}
    for one in therapy.criteria.values():
        for fact in facts_of(one.when) if CAREFUL & {one.kind, one.guideline_kind} else ():
            for condition in set(KNOWLEDGE.facts[fact].conditions) - NOT_ALONE:
                found.setdefault((fact, condition), set()).add(one.id)
    return found


RESTING = {name: resting(therapy) for name, therapy in KNOWLEDGE.therapies.items()}
NAMED = sorted({condition for one in RESTING.values() for _, condition in one})


def sampled(condition: str) -> Iterator[str]:
    """The first and the last code of the table below each prefix of the condition."""
    named = KNOWLEDGE.conditions[condition]
    for prefix in named.codes:
        for code in icd10cm.ends_below(prefix.value):
            if named.carried_by(Code("icd10cm", code)):
                yield code


SAMPLE = sorted({code for condition in NAMED for code in sampled(condition)})


def plainly_no(option: Option, code: Code) -> set[str]:
    """The conditions that the code carries, of which this therapy says plainly no."""
    verdicts = {one.finding.criterion.id: one.finding.verdict for one in option.findings}
    carried = KNOWLEDGE.facts_carried_by(code)
    said: dict[str, set[Verdict]] = {}
    for (fact, condition), dangers in RESTING[option.therapy.id].items():
        if fact in carried and KNOWLEDGE.conditions[condition].carried_by(code):
            said.setdefault(condition, set()).update(verdicts[one] for one in dangers)
    return {condition for condition, found in said.items() if not found & NEVER_NO}


def test_the_sample_is_of_the_whole_table() -> None:
    assert len(SAMPLE) > 800
    assert {code[0] for code in SAMPLE} >= set("ABCDEFGHIJKNOPQRSTXZ")


@pytest.mark.parametrize("chapter", sorted({code[0] for code in SAMPLE}))
def test_a_condition_that_a_danger_names_is_no_plain_no_though_every_answer_is_no(
    chapter: str,
) -> None:
    form, silent = all_answered_no(), {}
    for code in (one for one in SAMPLE if one[0] == chapter):
        told = {**form, "diagnoses": [*form["diagnoses"], {"icd10cm": code}]}
        for option in assessed(told).options:
            if missed := plainly_no(option, Code("icd10cm", code)):
                silent[code, option.therapy.id] = missed
    assert silent == {}
