"""Whichever way a record comes in or the answer goes out, the judgement is the same."""

from __future__ import annotations

import json
import sys
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import (  # type: ignore[import-untyped]
    Draft202012Validator,
    FormatChecker,
)

from euthymia import assess
from euthymia.cli.main import main
from euthymia.exchange.document import document, to_json
from euthymia.exchange.faults import SourceError
from euthymia.exchange.fhir import read_fhir
from euthymia.exchange.intake import read_intake
from euthymia.exchange.intake_form import IntakeForm
from euthymia.terms import Verdict
from tests.doors.fhir_bundles import PRODUCTS, Taken, as_bundle, as_intake, courses
from tests.doors.intake_shape import of_schema, of_struct
from tests.laws.strategies import (
    KNOWLEDGE,
    SECTIONS,
    TODAY,
    Form,
    intakes,
    record_of,
    records,
    told_of_therapies,
)

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"
FORMATS = FormatChecker(["date"])


def _schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((ROOT / "contracts" / name).read_text("utf-8"))
    return schema


INTAKE = Draft202012Validator(_schema("intake.schema.json"), format_checker=FORMATS)
ASSESSMENT = Draft202012Validator(_schema("assessment.schema.json"), format_checker=FORMATS)


def _case(path: Path) -> dict[str, Any]:
    text = path.read_text("utf-8")
    case: dict[str, Any] = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    return case


FORMS = {
    f"{path.parent.name}/{path.stem}": case["intake"]
    for path in sorted([*CASES.rglob("*.json"), *CASES.rglob("*.toml")])
    if "expect" in (case := _case(path))
}
"""The intake of every case that is answered."""


def faults(validator: Draft202012Validator, told: object) -> list[str]:
    return [f"{fault.json_path}: {fault.message[:200]}" for fault in validator.iter_errors(told)]


# ---------------------------------------------------------------- the command and the library


@pytest.mark.parametrize("name", sorted(FORMS))
def test_the_command_says_byte_for_byte_what_the_library_says(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "intake.json"
    path.write_text(json.dumps(FORMS[name]), "utf-8")
    monkeypatch.setattr(sys, "argv", ["euthymia", "assess", str(path), "--format", "json"])
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr()

    library = to_json(assess(record_of(FORMS[name])))
    assert (end.value.code or 0, said.err) == (0, "")
    assert said.out.encode() == library + b"\n"


@pytest.mark.parametrize("name", sorted(FORMS))
def test_the_intake_and_the_answer_of_every_case_are_as_published(name: str) -> None:
    form = FORMS[name]

    assert faults(INTAKE, form) == []
    assert faults(ASSESSMENT, json.loads(to_json(assess(record_of(form))))) == []


@given(records())
def test_the_answer_about_anybody_is_as_published(record: Any) -> None:
    answer = json.loads(to_json(assess(record, KNOWLEDGE), with_patient=True))

    assert faults(ASSESSMENT, answer) == []


@given(told_of_therapies())
def test_the_answer_about_therapies_is_as_published_and_so_is_what_was_asked(form: Form) -> None:
    answer = json.loads(to_json(assess(record_of(form), KNOWLEDGE)))

    assert faults(INTAKE, form) == []
    assert faults(ASSESSMENT, answer) == []
    assert set(answer["options"]) == set(KNOWLEDGE.therapies)


# ---------------------------------------------------------------- the form and its schema


def test_the_published_form_and_the_reader_have_the_same_fields_words_and_bounds() -> None:
    published, read = of_schema(INTAKE.schema), of_struct(IntakeForm)

    assert {"only published": published - read, "only read": read - published} == {
        "only published": set(),
        "only read": set(),
    }


@given(intakes)
def test_the_forms_that_the_laws_draw_are_as_published(form: Form) -> None:
    assert faults(INTAKE, form) == []


WHOLE: Form = {
    "intake": 1,
    "as_of": "2026-06-30",
    "complete": ["trials"],
    "patient": {"age_years": 40},
    "trials": [{"id": "t1", "drug": "sertraline", "dose_mg": 50, "start": "2026-01-01"}],
    "labs": [{"loinc": "3016-3", "value": 2, "unit": "m[IU]/L"}],
    "scales": [{"instrument": "phq9", "total": 12}],
    "implants": [{"text": "cochlear implant"}],
}
BROKEN: dict[str, Form] = {
    "no day": {name: part for name, part in WHOLE.items() if name != "as_of"},
    "another version": WHOLE | {"intake": 2},
    "a field nobody knows": WHOLE | {"weight": 80},
    "a field within that nobody knows": WHOLE | {"patient": {"age": 40}},
    "null": WHOLE | {"patient": {"age_years": None}},
    "a day that is none": WHOLE | {"as_of": "2026-02-30"},
    "a word nobody knows": WHOLE | {"complete": ["trial"]},
    "a section named twice": WHOLE | {"complete": ["trials", "trials"]},
    "a negative dose": WHOLE | {"trials": [{"id": "t1", "drug": "sertraline", "dose_mg": -1}]},
    "a trial without a drug": WHOLE | {"trials": [{"id": "t1"}]},
    "a share above one": WHOLE | {"trials": [{"id": "t1", "drug": "sertraline", "pdc": 95}]},
    "a code that is none": WHOLE | {"diagnoses": [{"icd10cm": "depression"}]},
    "a number without its unit": WHOLE | {"labs": [{"loinc": "3016-3", "value": 2}]},
    "a scale without total and items": WHOLE | {"scales": [{"instrument": "phq9"}]},
    "an implant without a name": WHOLE | {"implants": [{"location": "ear"}]},
    "a list where a part is expected": WHOLE | {"patient": []},
    "words where a number is expected": WHOLE | {"patient": {"age_years": "forty"}},
}  # fmt: skip


def test_the_whole_form_is_read_and_as_published() -> None:
    """Guards the test below: what is wrong there is only what was broken."""
    assert record_of(WHOLE).trials_given
    assert faults(INTAKE, WHOLE) == []


@pytest.mark.parametrize("fault", sorted(BROKEN))
def test_what_the_published_form_forbids_the_reader_refuses(fault: str) -> None:
    assert faults(INTAKE, BROKEN[fault]) != []
    with pytest.raises(SourceError, match=r"^intake\.json: .+[;:] .+"):
        read_intake("intake.json", json.dumps(BROKEN[fault]).encode(), KNOWLEDGE)


# ---------------------------------------------------------------- FHIR and the form

READ_SCRIPTS = set(KNOWLEDGE.algorithms)
"""The record algorithms look at single scripts, which a form does not hold."""

codes = st.lists(st.sampled_from(["F33.2", "F31.9", "E03.9", "F41.1"]), unique=True)
complete = st.lists(st.sampled_from(SECTIONS), unique=True)


@given(courses(), codes, complete)
def test_fhir_and_a_form_that_say_the_same_are_judged_the_same(
    told: tuple[Taken, ...], codes: list[str], complete: list[str]
) -> None:
    """Trials, scores and diagnoses; what only one of the two knows (order ids, age) is not told."""
    (from_fhir,) = read_fhir(
        [("bundle.json", as_bundle(told, codes))],
        KNOWLEDGE,
        as_of=TODAY,
        complete=frozenset(section for section in SECTIONS if section in complete),
    )
    by_form = document(assess(record_of(as_intake(told, codes, complete)), KNOWLEDGE))
    by_fhir = document(assess(from_fhir, KNOWLEDGE))

    assert _resistance(by_fhir) == _resistance(by_form)
    assert _verdicts(by_fhir) == _verdicts(by_form)


def test_a_dose_far_above_the_maximum_is_used_by_neither_door() -> None:
    told = Taken(
        drug="sertraline",
        rxcui=PRODUCTS["sertraline"][-1].rxcui,
        strength=PRODUCTS["sertraline"][-1].strength,
        tablets_per_day=20,
        days_per_fill=30,
        start=TODAY - timedelta(days=70),
        before=20,
        after=20,
    )
    (from_fhir,) = read_fhir([("bundle.json", as_bundle((told,), []))], KNOWLEDGE, as_of=TODAY)
    for record in (from_fhir, record_of(as_intake((told,), [], []))):
        (trial,) = assess(record, KNOWLEDGE).resistance.trials
        assert trial.rules["fda_ema"].adequate is Verdict.UNKNOWN, record.reading.source
        assert trial.rules["fda_ema"].codes == ("unknown_dose",), record.reading.source


def _verdicts(answer: dict[str, Any]) -> dict[str, str]:
    return {name: finding["verdict"] for name, finding in answer["mimics"].items()}


def _resistance(answer: dict[str, Any]) -> dict[str, Any]:
    """All that is said of resistance, without the algorithms that read scripts."""
    found: dict[str, Any] = answer["resistance"]
    rules = {name: rule for name, rule in found["rules"].items() if name not in READ_SCRIPTS}
    agreement = {
        name: verdict for name, verdict in rules["agreement"].items() if name not in READ_SCRIPTS
    }
    return found | {"rules": rules | {"agreement": agreement}}
