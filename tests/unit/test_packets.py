"""The request to a payer: gaps first, nothing unknown as yes, the same trials when read back."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from euthymia import Assessment, Record, assess, shipped
from euthymia.cli.packet import packet_html
from euthymia.engine.coverage import coverage
from euthymia.engine.findings import Fact
from euthymia.exchange.fhir import read_fhir
from euthymia.exchange.intake import read_intake
from euthymia.exchange.packets import (
    PacketView,
    fhir_packet,
    packet,
    packet_json,
    packet_text,
    payer_list,
    payers_counted,
)
from euthymia.exchange.packets.criteria import criterion_lines
from euthymia.exchange.packets.held import looks_for
from euthymia.knowledge.conditions import Comparison, Condition, parts_of
from euthymia.knowledge.criteria import Criterion
from euthymia.record.entries import Phase, Told
from euthymia.terms import Quantity, Verdict

Form = dict[str, Any]
Value = bool | Quantity | None

ROOT = Path(__file__).resolve().parents[2]
PAGES = shipped()
SILENT: Form = {"intake": 1, "as_of": "2026-06-30"}
PAYERS = sorted(PAGES.payers)
NOT_READABLE = "medicare_other"
TMS = "medicare_L37086"


def whole(**changed: Any) -> Form:
    form: Form = json.loads((ROOT / "examples/whole_answer.json").read_text("utf-8"))
    return form | changed


def judged(form: Form) -> tuple[Assessment, Record]:
    record = read_intake("form.json", json.dumps(form).encode(), PAGES)
    return assess(record, PAGES), record


def view_of(form: Form, payer: str = TMS) -> PacketView:
    assessment, record = judged(form)
    return packet(assessment, record, PAGES.payers[payer], PAGES)


def packet_of(record: Record) -> PacketView:
    return packet(assess(record, PAGES), record, PAGES.payers[TMS], PAGES)


def bundle_of(form: Form, payer: str = TMS) -> bytes:
    assessment, record = judged(form)
    return fhir_packet(assessment, record, PAGES.payers[payer], PAGES)


def resources(bundle: bytes, kind: str) -> list[Form]:
    entries = json.loads(bundle)["entry"]
    return [one["resource"] for one in entries if one["resource"]["resourceType"] == kind]


def document(view: PacketView, words: str) -> Any:
    return next(one for one in view.documents if words in one.statement.says)


# ---------------------------------------------------------------- gaps


def test_the_gaps_stand_before_all_that_is_in_hand() -> None:
    view = view_of(whole())
    text, page = packet_text(view), packet_html(view)

    assert text.index("Gaps:") < text.index("Criteria:") < text.index("Documents")
    assert page.index("<h2>Gaps:") < page.index("<h2>Criteria:")
    fields = list(json.loads(packet_json(view)))
    assert fields.index("gaps") < fields.index("criteria") < fields.index("documents")
    sections = [one["title"] for one in resources(bundle_of(whole()), "Composition")[0]["section"]]
    assert sections[0] == "Gaps"


def test_every_criterion_that_is_not_met_is_a_gap() -> None:
    view = view_of(whole(), "aetna_cpb_0469")
    told = " ".join(one.what for one in view.gaps if one.cause == "criterion")

    short = [one.title for one in view.criteria if one.verdict != "met"]
    assert short
    assert all(title in told for title in short)
    assert all(one.title not in told for one in view.criteria if one.verdict == "met")


def test_a_therapy_that_must_not_be_given_is_the_first_gap() -> None:
    implant = {"text": "cochlear implant", "distance_to_coil_cm": 5}
    view = view_of(whole(implants=[implant]))

    assert view.gaps[0].cause == "safety"
    assert "must not be given" in view.gaps[0].what


def test_a_sign_of_danger_stands_before_the_paperwork() -> None:
    answers = [3, 3, 3, 3, 2, 2, 2, 1, 3]
    view = view_of(whole(scales=[{"instrument": "phq9", "items": answers, "date": "2026-06-29"}]))

    assert view.gaps[0].cause == "safety"
    assert "death" in view.gaps[0].what


def test_a_trial_without_dose_or_adherence_is_asked_back() -> None:
    trials = [{"id": "t1", "drug": "sertraline", "start": "2025-08-18"}]
    held = document(view_of(whole(trials=trials)), "antidepressant trials")

    assert held.state == "in part"
    lacks = held.held.lacks[0]
    assert "highest dose" in lacks
    assert "adherence" in lacks
    assert "last day" in lacks
    assert "why it was stopped" in lacks


def test_a_trial_of_two_doses_shows_the_highest_with_its_own_weeks() -> None:
    _, record = judged(whole())
    first = replace(record.trials[0], phases=(Phase(50, 14), Phase(150, 70)))
    line = packet_of(replace(record, trials=(first,))).trials[0]

    assert line.highest_dose == "150 mg/d"
    assert line.weeks_at_dose == "10.0"


def test_a_dose_or_a_stretch_not_known_leaves_only_the_least() -> None:
    _, record = judged(whole())
    phases = (Phase(150, 70), Phase(150, None), Phase(None, 14))
    line = packet_of(replace(record, trials=(replace(record.trials[0], phases=phases),))).trials[0]

    assert line.highest_dose == "at least 150 mg/d"
    assert line.weeks_at_dose == "at least 10.0"


def test_nobody_but_a_person_signs() -> None:
    _, record = judged(whole())
    told = {"payer.psychiatrist_ordered": Told("yes"), "payer.direct_supervision": Told("yes")}
    view = packet_of(replace(record, screening={**record.screening, **told}))

    assert [one.verdict for one in view.criteria if one.id == "psychiatrist"] == ["met"]
    assert view.gaps[-1].cause == "signature"
    assert document(view, "psychiatrist who orders").state == "in part"
    assert document(view, "psychiatrist who orders").held.lacks == (
        "name and signature of the psychiatrist",
    )
    assert document(view, "signed screen").held.lacks[0] == "the signature under it"


# ---------------------------------------------------------------- nothing unknown as yes


@pytest.mark.parametrize("payer", PAYERS)
def test_of_a_silent_record_nothing_is_met_and_no_document_is_in_hand(payer: str) -> None:
    view = view_of(SILENT, payer)

    assert {one.verdict for one in view.criteria} <= {"unknown"}
    assert all(one.statement.says == "" for one in view.criteria)
    assert "in hand" not in {one.state for one in view.documents}


@pytest.mark.parametrize("payer", PAYERS)
def test_an_unknown_criterion_has_no_answer_in_fhir(payer: str) -> None:
    [asked] = resources(bundle_of(SILENT, payer), "QuestionnaireResponse")

    assert asked["status"] == "in-progress"
    assert all("answer" not in item for item in asked.get("item", []))


@pytest.mark.parametrize("form", [SILENT, whole()])
def test_a_payer_whose_criteria_were_not_readable_says_so_and_is_never_met(form: Form) -> None:
    view = view_of(form, NOT_READABLE)
    assessment, _ = judged(form)

    assert view.criteria == ()
    assert coverage(assessment, PAGES.payers[NOT_READABLE]).verdict is Verdict.UNKNOWN
    assert any(one.cause == "payer" and "could not be read" in one.what for one in view.gaps)
    assert "criteria not readable" in packet_text(view)
    assert "not readable" in packet_html(view)
    assert " met" not in payer_list(payers_counted(assessment, PAGES)).split(NOT_READABLE)[1][:60]


def single_tests(condition: Condition) -> Iterator[Condition]:
    parts = parts_of(condition)
    yield from (one for part in parts for one in single_tests(part)) if parts else (condition,)


def values_of(criterion: Criterion) -> Mapping[str, tuple[Value, ...]]:
    """For each fact of a criterion nothing, and values on every side of its tests."""
    found: dict[str, list[Value]] = {name: [None] for name in criterion.facts}
    for one in single_tests(criterion.when):
        match one:
            case Comparison(fact, _, bound):
                found[fact] += [Quantity(bound.value + by, bound.unit) for by in (-1, 0, 1)]
            case _:
                found[one.fact] += [True, False]  # type: ignore[union-attr]
    return {name: tuple(dict.fromkeys(values)) for name, values in found.items()}


def with_facts(assessment: Assessment, known: Mapping[str, Value]) -> Assessment:
    facts = {
        name: Fact(name, known.get(name), ask=source.ask) for name, source in PAGES.facts.items()
    }
    return replace(assessment, facts={**assessment.facts, **facts})


@pytest.fixture(scope="module")
def silent() -> Assessment:
    return judged(SILENT)[0]


CRITERIA = [(payer, key) for payer in PAYERS for key in PAGES.payers[payer].criteria]


@pytest.mark.parametrize(("payer", "key"), CRITERIA)
def test_every_criterion_of_every_payer_is_seen_met_not_met_and_unknown(
    silent: Assessment, payer: str, key: str
) -> None:
    page = PAGES.payers[payer]
    alone = replace(page, criteria={key: page.criteria[key]})
    choices = values_of(page.criteria[key])
    seen = {
        line.verdict: line.statement.says
        for values in product(*choices.values())
        for line in criterion_lines(
            coverage(with_facts(silent, dict(zip(choices, values, strict=True))), alone), PAGES
        )
    }

    assert seen == {"met": page.criteria[key].says, "not met": "", "unknown": ""}


ANYTHING = {
    name: values
    for payer in PAGES.payers.values()
    for criterion in payer.criteria.values()
    for name, values in values_of(criterion).items()
}


@given(known=some.fixed_dictionaries({k: some.sampled_from(v) for k, v in ANYTHING.items()}))
def test_whatever_is_known_an_answer_in_fhir_is_a_verdict_and_silence_is_not_known(
    known: dict[str, Value],
) -> None:
    record = read_intake("form.json", json.dumps(SILENT).encode(), PAGES)
    assessment = with_facts(EMPTY, known)
    for payer in PAGES.payers.values():
        [asked] = resources(fhir_packet(assessment, record, payer, PAGES), "QuestionnaireResponse")
        answers = {one["linkId"]: one.get("answer") for one in asked.get("item", [])}
        for finding in coverage(assessment, payer).findings:
            told = {
                Verdict.MET: [{"valueBoolean": True}],
                Verdict.NOT_MET: [{"valueBoolean": False}],
                Verdict.UNKNOWN: None,
            }
            assert answers[finding.criterion.id] == told[finding.verdict]


EMPTY = judged(SILENT)[0]


# ---------------------------------------------------------------- what is told, and what is not


def test_a_diagnosis_that_no_criterion_asks_for_is_not_told() -> None:
    view = view_of(whole())

    assert [one.code for one in view.diagnoses] == ["ICD-10-CM F33.2"]
    assert b"G47.33" not in bundle_of(whole())


def test_an_invented_patient_is_marked_in_every_shape() -> None:
    view, bundle = view_of(whole()), json.loads(bundle_of(whole()))

    assert "SYNTHETIC" in packet_text(view)
    assert "invented patient" in packet_html(view)
    assert bundle["meta"]["tag"][0]["code"] == "HTEST"
    real = json.loads(bundle_of(whole(patient={"id": "p-1", "age_years": 44})))
    assert "meta" not in real


def test_every_shape_says_that_it_is_a_draft_and_not_sent() -> None:
    view = view_of(whole())

    for told in (packet_text(view).lower(), packet_html(view).lower(), str(packet_json(view))):
        assert "draft, not sent" in told.lower()
    [request] = resources(bundle_of(whole()), "ServiceRequest")
    assert (request["status"], request["intent"]) == ("draft", "proposal")
    assert resources(bundle_of(whole()), "Composition")[0]["status"] == "preliminary"
    assert resources(bundle_of(whole()), "Claim") == []


def test_words_of_a_record_cannot_become_markup() -> None:
    words = "<script>alert(1)</script>"
    nondrug = [{"kind": "psychotherapy", "name": words, "start": "2025-09-01"}]
    form = whole(nondrug_trials=nondrug)

    assert "<script" not in packet_html(view_of(form))
    [composition] = resources(bundle_of(form), "Composition")
    told = [one["text"]["div"] for one in composition["section"] if "text" in one]
    assert any("&lt;script&gt;" in one for one in told)
    assert not any("<script" in one for one in told)


def test_only_a_document_that_holds_no_paper_is_looked_for_nowhere() -> None:
    by_hand = [
        (packet.id, one.says)
        for packet in PAGES.packets.values()
        for one in packet.documents
        if not looks_for(one.says)
    ]
    payers = [one for payer in PAGES.payers.values() for one in payer.documents]

    assert [option for option, _ in by_hand] == ["ketamine_iv"]
    assert [one.says for one in payers if not looks_for(one.says)] == []


def test_every_statement_that_is_shown_has_its_source_in_the_list() -> None:
    view = view_of(whole(), "cigna_evernorth")
    listed = {one.evidence.id for one in view.sources}
    cited = {
        item.id
        for one in (*view.billing, *view.usual, *(line.statement for line in view.criteria))
        for item in one.evidence
    }

    assert cited
    assert cited <= listed


# ---------------------------------------------------------------- FHIR there and back


@pytest.mark.parametrize("payer", PAYERS)
def test_read_back_the_same_trials_scores_and_diagnoses_are_there(payer: str) -> None:
    assessment, record = judged(whole())
    sent = fhir_packet(assessment, record, PAGES.payers[payer], PAGES)
    [back] = read_fhir([("packet.json", sent)], PAGES, as_of=record.as_of)

    again = assess(back, PAGES).resistance.trials
    assert [_course(one.trial) for one in again] == [
        _course(one.trial) for one in assessment.resistance.trials
    ]
    forms = {"phq9"}  # the only depression scale whose total has a code on its page
    assert _scores(assess(back, PAGES), forms) == _scores(assessment, forms)
    assert ("icd10cm:F33.2", date(2025, 8, 11)) in [(str(d.code), d.onset) for d in back.diagnoses]
    told = {str(one.code) for one in record.diagnoses}
    assert {str(one.code) for one in back.diagnoses} <= told
    assert back.patient.id == "synthetic-berta"
    assert [one.kind for one in back.nondrug_trials] == ["psychotherapy"]


def _course(trial: Any) -> tuple[Any, ...]:
    doses = max(phase.dose for phase in trial.phases)
    stopped = None if trial.stop_reason == "ongoing" else trial.stop_reason
    return trial.drug, trial.start, trial.end, doses, stopped


def _scores(assessment: Assessment, forms: set[str]) -> list[tuple[Any, ...]]:
    return sorted(
        (one.instrument.id, one.total, one.rating.taken)
        for one in assessment.scores
        if one.instrument.id in forms
    )


def test_a_trial_of_unknown_dates_is_written_without_a_period() -> None:
    trials = [{"id": "t1", "drug": "sertraline", "dose_mg": 100, "days_at_dose": 56}]
    [told] = resources(bundle_of(whole(trials=trials)), "MedicationStatement")

    assert "effectivePeriod" not in told
    assert told["status"] == "unknown"


@pytest.mark.parametrize("form", [SILENT, whole(), whole(patient={"id": "A b/ü", "sex": "male"})])
def test_every_resource_fits_the_schema_of_fhir_r4(form: Form, shared: Path) -> None:
    packed = shared / "data/fhir_spec/fhir_r4_json_schema.json.gz"
    if not packed.exists():
        pytest.skip("the FHIR R4 JSON schema is not there")
    schema = json.loads(gzip.decompress(packed.read_bytes()))
    bundle = json.loads(bundle_of(form))

    for one in bundle["entry"]:
        kind = one["resource"]["resourceType"]
        own = {"$ref": f"#/definitions/{kind}", "definitions": schema["definitions"]}
        jsonschema.Draft6Validator(own).validate(one["resource"])
        assert one["fullUrl"].startswith("urn:uuid:")


def test_every_reference_leads_to_an_entry_of_the_bundle() -> None:
    text = bundle_of(whole()).decode()
    known = {one["fullUrl"] for one in json.loads(text)["entry"]}
    met = {part.split('"')[0] for part in text.split('"reference": "')[1:]}

    assert met
    assert met <= known


# ---------------------------------------------------------------- the same bytes


def test_the_same_record_gives_the_same_bytes_whatever_the_order_of_hashes() -> None:
    script = (
        "import sys; sys.path.insert(0, '.');"
        "from tests.unit.test_packets import *;"
        "sys.stdout.write(packet_html(view_of(whole())) + bundle_of(whole()).decode())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert told == {(packet_html(view_of(whole())) + bundle_of(whole()).decode()).encode()}
