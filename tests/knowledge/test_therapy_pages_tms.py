"""What the pages of magnetic stimulation must hold: all that the dossier names, and no more."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from euthymia.engine.findings import Fact
from euthymia.engine.judge import verdict_of
from euthymia.exchange.drug_names import drug_id
from euthymia.knowledge import Knowledge
from euthymia.knowledge.criteria import Criterion, Kind
from euthymia.knowledge.evidence import CONFIRMED
from euthymia.knowledge.therapies import Part, Protocol, Therapy
from euthymia.library import shipped
from euthymia.terms import Verdict

Table = dict[str, Any]

GRADES: Mapping[str, Kind] = {
    "absolute": "contraindication",
    "relative": "precaution",
    "caution": "precaution",
    "info": "information",
}
ADDED = {
    "depressive_disorder",
    "depth_ceiling_exceeded",
    "diagnosis_unread",
    "earlier_course_without_response",
    "failed_adequate_trial",
    "implant_not_recognised",
    "medicine_unrecognised",
    "metal_of_teeth",
    "tape_implausible",
}
LIMIT_OF_A_LINE = 120
VAGUE = {
    "tms_neurostimulator_coded",
    "tms_other_device_coded",
    "tms_history_of_other_condition_coded",
    "tms_state_after_a_procedure_coded",
    "tms_aneurysm_coded",
    "tms_foreign_body_coded",
    "tms_cochlear_care_coded",
    "tms_pacemaker_care_coded",
}
"""Facts whose codes do not tell which danger is meant, or whether there is one."""


@pytest.fixture(scope="module")
def pages() -> Knowledge:
    return shipped()


@pytest.fixture(scope="module")
def tms(pages: Knowledge) -> Therapy:
    return pages.therapies["tms"]


@pytest.fixture(scope="module")
def dossier(shared: Path) -> Table:
    return tomllib.loads((shared / "clinical/tms/tms.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def rules(dossier: Table) -> Mapping[str, Table]:
    return {rule["id"]: rule for rule in dossier["rule"]}


@pytest.fixture(scope="module")
def told(dossier: Table) -> Mapping[str, Table]:
    return {one["id"]: one for one in dossier["protocol"]}


def of_tms(pages: Knowledge) -> list[Protocol]:
    return [one for one in pages.protocols.values() if one.option == "tms"]


def pulses(protocol: Protocol) -> int:
    return sum(part.n_trains * part.pulses_per_train for part in protocol.parts)


def console_seconds(protocol: Protocol) -> float:
    return sum(part.n_trains * (part.train_s + part.iti_s) for part in protocol.parts)


def codes_looked_for(criterion: Criterion, pages: Knowledge) -> set[str]:
    """The codes and device codes behind every fact of a criterion and its circumstances."""
    return {str(code) for name in criterion.facts for code in pages.facts[name].codes}


def actions(criterion: Criterion) -> list[str]:
    added = (action for one in criterion.circumstances for action in one.actions)
    return [*criterion.actions, *added]


def test_every_rule_of_the_dossier_is_a_criterion_of_the_same_name(
    tms: Therapy, rules: Mapping[str, Table]
) -> None:
    assert len(rules) == 27
    assert set(tms.criteria) == set(rules) | ADDED


def test_every_criterion_has_the_grade_of_its_rule(
    tms: Therapy, rules: Mapping[str, Table]
) -> None:
    for name, rule in rules.items():
        assert tms.criteria[name].kind == GRADES[rule["severity"]], name


def test_expert_guidance_is_milder_only_for_metal_and_the_vagus_nerve(tms: Therapy) -> None:
    apart = {name for name, one in tms.criteria.items() if one.guideline_kind is not None}
    assert apart == {"metal_head_30cm", "vns"}
    assert all(tms.criteria[name].grades["guideline"] == "precaution" for name in apart)


def test_label_and_guideline_are_told_where_the_dossier_tells_both(
    tms: Therapy, rules: Mapping[str, Table]
) -> None:
    for name, rule in rules.items():
        if "label" in rule:
            assert tms.criteria[name].label, name
            assert tms.criteria[name].guideline, name


def test_no_criterion_is_surer_than_its_rule(tms: Therapy, rules: Mapping[str, Table]) -> None:
    for name, rule in rules.items():
        if rule["status"] == "recalled":
            assert tms.criteria[name].status not in CONFIRMED, name


def test_every_code_of_a_rule_is_looked_for(
    tms: Therapy, rules: Mapping[str, Table], pages: Knowledge
) -> None:
    for name, rule in rules.items():
        found = codes_looked_for(tms.criteria[name], pages)
        for code in (f"icd10cm:{one}" for one in rule.get("icd10cm", ())):
            read = (one.startswith(code) or code.startswith(one) for one in found)
            assert any(read), (name, code)
        for code in rule.get("snomed_device", ()):
            assert f"snomed:{code}" in found, (name, code)


def test_every_medicine_of_a_rule_is_looked_for(
    tms: Therapy, rules: Mapping[str, Table], pages: Knowledge
) -> None:
    classes_and_others = {"cephalosporins", "sympathomimetics", "BCNU"}
    for name, rule in rules.items():
        drugs = {drug for fact in tms.criteria[name].facts for drug in pages.facts[fact].drugs}
        named = set(rule.get("rxnorm_ingredient", ())) - classes_and_others
        wanted = {drug_id(drug, pages) for drug in named}
        assert wanted <= drugs, (name, wanted - drugs)


def test_all_sixteen_questions_are_asked_in_their_order(
    tms: Therapy, dossier: Table, pages: Knowledge
) -> None:
    assert len(tms.screen) == len(dossier["tass"]) == 16
    assert len(set(tms.screen)) == 16
    for name in tms.screen:
        assert pages.facts[name].section == "screening", name
        assert pages.facts[name].key == name


def test_every_question_leads_to_the_rules_that_the_dossier_maps_it_to(
    tms: Therapy, dossier: Table
) -> None:
    for name, item in zip(tms.screen, dossier["tass"], strict=True):
        for rule in item["maps"]:
            assert name in tms.criteria[rule].facts, (name, rule)


def test_the_questions_are_in_our_own_words(tms: Therapy, dossier: Table, pages: Knowledge) -> None:
    theirs = {item["q"] for item in dossier["tass"]}
    assert theirs.isdisjoint(pages.facts[name].ask for name in tms.screen)


def test_only_an_unsure_answer_on_pregnancy_counts_as_yes(tms: Therapy, pages: Knowledge) -> None:
    assert [name for name in tms.screen if pages.facts[name].unsure_is_yes] == ["tass.pregnancy"]


def test_no_question_of_the_screen_is_settled_by_silence(tms: Therapy, pages: Knowledge) -> None:
    assert not [name for name in tms.screen if pages.facts[name].only_adds]


def test_a_code_that_does_not_tell_which_danger_it_is_raises_none(
    tms: Therapy, pages: Knowledge
) -> None:
    assert all(pages.facts[name].codes for name in VAGUE)
    for criterion in tms.criteria.values():
        for name in VAGUE & set(criterion.facts):
            facts = {one: Fact(one, one == name or None) for one in criterion.facts}
            assert verdict_of(criterion.when, facts) is Verdict.UNKNOWN, (criterion.id, name)


def test_every_action_has_words(tms: Therapy, pages: Knowledge) -> None:
    for criterion in tms.criteria.values():
        for action in actions(criterion):
            assert action in pages.words, (criterion.id, action)


def test_every_word_for_an_action_is_used(tms: Therapy) -> None:
    page = Path(__file__).resolve().parents[2] / "src/euthymia/library/therapies/tms_actions.toml"
    named = set(tomllib.loads(page.read_text("utf-8"))["words"])
    used = {action for one in tms.criteria.values() for action in actions(one)}
    assert named == used


def test_the_protocols_are_those_of_the_dossier(
    pages: Knowledge, told: Mapping[str, Table]
) -> None:
    assert {one.id for one in of_tms(pages)} == set(told)


def test_a_session_has_the_pulses_of_the_dossier(
    pages: Knowledge, told: Mapping[str, Table]
) -> None:
    for one in of_tms(pages):
        assert pulses(one) == told[one.id]["pulses_per_session"], one.id


def test_a_session_lasts_as_long_as_the_dossier_says(
    pages: Knowledge, told: Mapping[str, Table]
) -> None:
    for one in of_tms(pages):
        row = told[one.id]
        assert console_seconds(one) == pytest.approx(row["duration_console_s"]), one.id
        if "duration_exact_s" in row:
            exact = console_seconds(one) - one.parts[-1].iti_s
            assert exact == pytest.approx(row["duration_exact_s"]), one.id


def test_the_duty_cycle_is_that_of_the_dossier(pages: Knowledge, told: Mapping[str, Table]) -> None:
    for one in of_tms(pages):
        if "duty_cycle" in told[one.id]:
            on = sum(part.n_trains * part.train_s for part in one.parts)
            wanted = told[one.id]["duty_cycle"]
            assert on / console_seconds(one) == pytest.approx(wanted, abs=1e-4), one.id


def test_intensity_course_and_day_are_those_of_the_dossier(
    pages: Knowledge, told: Mapping[str, Table]
) -> None:
    for one in of_tms(pages):
        row = told[one.id]
        assert one.intensity_pct_mt == row["intensity_pct_mt"], one.id
        assert one.sessions == row.get("course_total", row.get("sessions_course")), one.id
        assert one.sessions_per_day == row.get("sessions_per_day", 1), one.id
        assert one.interval_min == row.get("inter_session_interval_min"), one.id


def test_no_protocol_is_surer_than_the_dossier(pages: Knowledge, told: Mapping[str, Table]) -> None:
    for one in of_tms(pages):
        assert one.status == told[one.id]["status"], one.id


def test_a_protocol_is_labelled_only_where_a_clearance_is_named(pages: Knowledge) -> None:
    for one in of_tms(pages):
        assert one.labelled == bool(one.clearances), one.id
    unlabelled = {one.id for one in of_tms(pages) if not one.labelled}
    assert unlabelled == {"lf1_right", "bilateral_seq", "bilateral_tbs", "ctbs_600"}


def of_burst_or_train(part: Part) -> float:
    """Pulses that a train of this length and build must hold."""
    if part.freq_hz is not None:
        return part.freq_hz * part.train_s
    return (part.bursts_per_s or 0) * part.train_s * (part.pulses_per_burst or 0)


def test_the_pulses_of_a_train_follow_from_its_length_and_build(pages: Knowledge) -> None:
    for one in of_tms(pages):
        for part in one.parts:
            assert part.pulses_per_train == pytest.approx(of_burst_or_train(part)), one.id


def test_only_the_accelerated_course_is_corrected_for_depth(pages: Knowledge) -> None:
    assert [one.id for one in of_tms(pages) if one.depth_adjusted] == ["snt_saint"]
    placed = {one.id for one in of_tms(pages) if not one.scalp_target}
    assert placed == {"snt_saint", "dtms_h1"}


def cells(table: Table) -> dict[tuple[float, float], float]:
    return {
        (float(key.removeprefix("hz_")), percent): seconds
        for key, row in table.items()
        if key.startswith("hz_")
        for percent, seconds in zip(table["intensity_pct"], row, strict=True)
    }


def test_the_tables_of_single_trains_are_those_of_the_dossier(
    pages: Knowledge, dossier: Table
) -> None:
    full = dossier["safe_train"]
    for name, table in (
        ("wassermann_1998", full),
        ("chen_1997_reduced", full["chen1997_reduced"]),
    ):
        rows = pages.train_tables[name].rows
        ours = {(row.freq_hz, row.intensity_pct): row.seconds for row in rows}
        assert ours == cells(table), name


def test_the_longest_tested_are_marked(pages: Knowledge, dossier: Table) -> None:
    full = dossier["safe_train"]
    wanted = cells({"intensity_pct": full["intensity_pct"], **full["censored"]})
    rows = pages.train_tables["wassermann_1998"].rows
    assert {(row.freq_hz, row.intensity_pct): row.longest_tested for row in rows} == wanted


def test_a_frequency_between_two_rows_takes_the_stricter(pages: Knowledge) -> None:
    table = pages.train_tables["wassermann_1998"]
    found = table.limit(18, 120)
    assert found is not None
    assert found.seconds == 1.0
    assert table.limit(18, 140) is None
    assert table.limit(None, 120) is None


def test_the_numbers_of_a_plan_are_those_of_the_dossier(pages: Knowledge) -> None:
    assert pages.number("tms_depth_slope_pct_mso_per_mm") == 2.8
    assert pages.number("tms_ceiling_pct_mt") == 120
    assert pages.number("tms_output_max_pct_mso") == 100
    assert pages.number("tms_threshold_speaks_for_days") == 7


def test_every_seizure_rate_of_the_dossier_is_told_as_serious(tms: Therapy) -> None:
    seizures = [one for one in tms.side_effects if one.name.startswith("seizure")]
    assert len(seizures) == 3
    assert all(one.serious and one.status == "verified" for one in seizures)


def test_no_line_of_the_pages_is_too_long(root: Path) -> None:
    folder = root / "src/euthymia/library/therapies"
    names = ("tms*", "rtms*", "itbs", "bilateral", "ctbs", "deep_tms", "accelerated", "train_*")
    for path in (path for name in names for path in sorted(folder.glob(f"{name}.toml"))):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            assert len(line) <= LIMIT_OF_A_LINE, f"{path.name}:{number}"


def test_an_implant_far_off_is_not_passed_over_where_it_may_be_a_stimulator(
    pages: Knowledge,
) -> None:
    unrecognised = pages.facts["tms_implant_unrecognised"]
    assert unrecognised.beyond_cm == 30
    assert {"stimulator", "neurostimulator", "electrode", "lead"} <= set(unrecognised.not_beside)


def test_no_word_of_a_place_counts_as_far_off_and_as_near(pages: Knowledge) -> None:
    near = set(pages.facts["tms_metal_part_in_head"].beside)
    near |= set(pages.facts["tms_metal_part_high"].beside)
    for name in ("tms_metal_part_somewhere", "tms_vessel_part_somewhere", "tms_bullet_listed"):
        assert near.isdisjoint(pages.facts[name].not_beside), name
