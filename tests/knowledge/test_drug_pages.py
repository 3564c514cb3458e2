"""What the drug pages must hold: every agent, every dose with its source, and no known trap."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

from euthymia.knowledge import Knowledge
from euthymia.knowledge.drugs import Drug
from euthymia.knowledge.evidence import STRONGEST_FIRST, Evidence, Figure
from euthymia.library import FOLDER, shipped

NMDA_AGENTS = {"esketamine", "ketamine_iv", "dextromethorphan_bupropion"}
OWN_WEEKS = {"esketamine", "gepirone", "ketamine_iv", "zuranolone"}
LOW = {"trazodone": 150, "quetiapine": 150, "amitriptyline": 50, "mirtazapine": 15, "doxepin": 10}
READ_SINCE = {("levomilnacipran", "rxnorm"), ("trimipramine", "atc"), ("protriptyline", "atc")}
"""Codes the dossier recalled and that were then read in CPIC's table of gene and drug pairs."""


class DossierAgent(Struct, frozen=True):
    """One agent as the clinical dossier gives it."""

    name: str
    family: str = msgspec.field(name="class")
    role: str
    targets: tuple[str, ...]
    augmentation_only: bool
    counts_as_antidepressant_trial: bool
    min_dose_mg: float
    min_dose_status: str
    min_dose_confidence: str
    maudsley_min_mg: float
    maudsley_status: str
    max_dose_mg: float
    max_dose_status: str
    min_weeks: float
    min_weeks_status: str
    athf_long_rr3_mg: float | None = None
    usual_range_mg: str | None = None
    usual_range_status: str | None = None
    rxcui: str | None = None
    rxcui_status: str = ""
    rxcui_source: str = ""
    atc: str | None = None
    atc_status: str = ""
    omop_concept_id: int | None = None
    omop_status: str = ""
    elderly: str | None = None


Drugs = Mapping[str, Drug]
Both = Mapping[str, tuple[Drug, DossierAgent]]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return shipped()


@pytest.fixture(scope="module")
def drugs(knowledge: Knowledge) -> Drugs:
    return knowledge.drugs


@pytest.fixture(scope="module")
def dossier(shared: Path) -> Mapping[str, DossierAgent]:
    page = tomllib.loads((shared / "clinical/staging/antidepressants.toml").read_text("utf-8"))
    return msgspec.convert(page["drug"], dict[str, DossierAgent])


@pytest.fixture(scope="module")
def both(drugs: Drugs, dossier: Mapping[str, DossierAgent]) -> Both:
    """Each agent as the page and as the dossier gives it."""
    return {key: (drugs[key], agent) for key, agent in dossier.items()}


# ---------------------------------------------------------------- what is there


def test_all_65_agents_and_6_treatments_without_drugs_are_there(knowledge: Knowledge) -> None:
    courses = {"ect_bilateral", "ect_unilateral", "tms", "vns", "cbt", "supportive_psychotherapy"}
    assert len(knowledge.drugs) == 65
    assert set(knowledge.nondrug) == courses


def test_the_agents_are_those_of_the_dossier(drugs: Drugs, both: Both) -> None:
    assert set(drugs) == set(both)


# ---------------------------------------------------------------- what the dossier says


def test_name_class_targets_and_place_are_those_of_the_dossier(both: Both) -> None:
    for key, (drug, agent) in both.items():
        role = "augmenter" if agent.augmentation_only else "antidepressant"
        assert (drug.name, drug.family, drug.role) == (agent.name, agent.family, role), key
        assert (drug.targets, drug.counts) == (agent.targets, agent.counts_as_antidepressant_trial)


def test_every_minimum_dose_and_its_status_are_those_of_the_dossier(both: Both) -> None:
    for key, (drug, agent) in both.items():
        assert {whose: _pair(dose) for whose, dose in drug.minimum.items()} == {
            whose: (value, status) for whose, value, status in _minimum(agent) if value is not None
        }, key


def _minimum(agent: DossierAgent) -> Iterator[tuple[str, float | None, str]]:
    yield "atrq", agent.min_dose_mg, agent.min_dose_status
    yield "maudsley", agent.maudsley_min_mg, agent.maudsley_status
    yield "athf_long", agent.athf_long_rr3_mg, "recalled"


def test_the_confidence_in_each_minimum_dose_is_told(both: Both) -> None:
    for key, (drug, agent) in both.items():
        note = drug.minimum["atrq"].note or ""
        assert note.endswith(f"confidence {agent.min_dose_confidence}"), key


def test_every_maximum_and_its_status_are_those_of_the_dossier(both: Both) -> None:
    for key, (drug, agent) in both.items():
        assert _pair(drug.maximum) == (agent.max_dose_mg, agent.max_dose_status), key


def _pair(figure: Figure | None) -> tuple[float, str] | None:
    return None if figure is None else (figure.value, figure.status)


def test_every_week_number_and_its_status_are_those_of_the_dossier(both: Both) -> None:
    for key, (drug, agent) in both.items():
        told = (drug.weeks.value, drug.weeks.status)
        assert told == (agent.min_weeks, agent.min_weeks_status), key


def test_every_usual_dose_is_that_of_the_dossier(both: Both) -> None:
    for key, (drug, agent) in both.items():
        numbers = [float(number) for number in re.findall(r"[\d.]+", agent.usual_range_mg or "")]
        status = agent.usual_range_status or ""
        expected = ((min(numbers), status), (max(numbers), status)) if numbers else (None, None)
        assert (_pair(drug.usual_from), _pair(drug.usual_to)) == expected, key


def test_every_code_is_that_of_the_dossier(both: Both) -> None:
    for key, (drug, agent) in both.items():
        codes = {f"{system}:{value}" for system, value, _ in _codes(agent)}
        assert {str(code) for code in drug.codes} == codes, key


def _codes(agent: DossierAgent) -> Iterator[tuple[str, str, str]]:
    if agent.rxcui:
        yield "rxnorm", agent.rxcui, agent.rxcui_status
    if agent.atc:
        yield "atc", agent.atc, agent.atc_status
    if agent.omop_concept_id:
        yield "omop", str(agent.omop_concept_id), agent.omop_status


def test_no_code_is_surer_than_the_dossier_or_a_source_read_since(both: Both) -> None:
    for key, (drug, agent) in both.items():
        for system, _, status in _codes(agent):
            read = (key, system) in READ_SINCE or status == "verified"
            assert drug.codes_status[system] == ("verified" if read else "recalled"), (key, system)


def test_every_remark_on_older_adults_in_the_dossier_is_carried(both: Both) -> None:
    for key, (drug, agent) in both.items():
        assert (drug.older_adults is None) == (agent.elderly is None), key


def test_codes_read_in_ohdsi_1009_stand_in_its_concept_sets(both: Both, shared: Path) -> None:
    table = shared / "data/terminology/ohdsi_phenotypes/concept_sets.csv"
    with table.open(encoding="utf-8") as lines:
        read = {
            (row["code"], row["concept_id"])
            for row in csv.DictReader(lines)
            if row["cohort"] == "1009" and row["domain"] == "Drug"
        }
    for key, (drug, agent) in both.items():
        if agent.rxcui_source == "ohdsi_1009":
            told = {code.system: code.value for code in drug.codes}
            assert (told["rxnorm"], told["omop"]) in read, key


# ---------------------------------------------------------------- what the rules ask of an agent


def test_every_agent_that_counts_has_a_thase_rush_class_or_is_an_nmda_agent(drugs: Drugs) -> None:
    classed = {key for key, drug in drugs.items() if drug.thase_rush_class}
    assert classed == {key for key, drug in drugs.items() if drug.counts} - NMDA_AGENTS


def test_a_reversible_inhibitor_does_not_stand_for_an_maoi(drugs: Drugs) -> None:
    assert {drugs[key].thase_rush_class for key in ("moclobemide", "pirlindole")} == {"RIMA"}


def test_a_thase_rush_class_that_differs_from_the_family_says_why(drugs: Drugs) -> None:
    chosen = {key for key, drug in drugs.items() if drug.thase_rush_status == "choice"}
    assert chosen == {"maprotiline", "amoxapine", "mianserin", "olanzapine_fluoxetine"}
    for drug in drugs.values():
        if drug.thase_rush_class and drug.thase_rush_status == "derived":
            assert drug.thase_rush_class in drug.family


def test_own_weeks_hold_for_augmenters_and_four_others(drugs: Drugs) -> None:
    own = {key for key, drug in drugs.items() if drug.weeks.own}
    assert own == {key for key, drug in drugs.items() if drug.role == "augmenter"} | OWN_WEEKS


def test_nothing_added_to_an_antidepressant_counts_as_one(drugs: Drugs) -> None:
    assert not [key for key, drug in drugs.items() if drug.role == "augmenter" and drug.counts]


def test_lithium_is_never_judged_without_a_level(drugs: Drugs) -> None:
    level = drugs["lithium"].level
    assert level is not None
    assert (level.required, level.at_least, level.at_most, level.unit) == (True, 0.6, 1.0, "mmol/L")
    assert [key for key, drug in drugs.items() if drug.level and drug.level.required] == ["lithium"]


def test_a_tablet_for_insomnia_is_no_trial_of_doxepin(knowledge: Knowledge) -> None:
    cut = knowledge.drugs["doxepin"].sleep_or_pain_below
    assert cut is not None
    doses = {row.strength for row in knowledge.products.values() if row.drug == "doxepin"}
    assert {dose for dose in doses if dose < cut.value} == {3, 6}


def test_a_dose_for_sleep_or_pain_is_never_enough_for_any_minimum(drugs: Drugs) -> None:
    low = {key: drug.sleep_or_pain_below for key, drug in drugs.items()}
    cuts = {key: figure.value for key, figure in low.items() if figure}
    assert cuts == LOW
    for key, cut in cuts.items():
        assert all(dose.value >= cut for dose in drugs[key].minimum.values()), key


def test_no_minimum_dose_is_above_the_maximum(drugs: Drugs) -> None:
    for key, drug in drugs.items():
        assert drug.maximum is not None, key
        assert all(dose.value <= drug.maximum.value for dose in drug.minimum.values()), key


def test_the_parts_of_a_pair_are_known(drugs: Drugs) -> None:
    pairs = {key: drug.parts for key, drug in drugs.items() if drug.parts}
    assert pairs == {
        "dextromethorphan_bupropion": ("3289", "bupropion"),
        "olanzapine_fluoxetine": ("olanzapine", "fluoxetine"),
    }


# ---------------------------------------------------------------- traps seen in public code


def test_n05ax12_is_aripiprazole_and_n05ax13_is_no_agent(drugs: Drugs) -> None:
    assert _owners(drugs, "atc:N05AX12") == ["aripiprazole"]
    assert _owners(drugs, "atc:N05AX13") == []


def test_sertraline_is_omop_739138_and_never_the_code_of_citalopram(drugs: Drugs) -> None:
    assert _owners(drugs, "omop:739138") == ["sertraline"]
    assert _owners(drugs, "omop:797617") == ["citalopram"]


def test_atorvastatin_is_not_taken_for_aripiprazole(knowledge: Knowledge) -> None:
    assert _owners(knowledge.drugs, "rxnorm:83367") == []
    assert "83367" not in knowledge.products


def _owners(drugs: Drugs, code: str) -> list[str]:
    return [key for key, drug in drugs.items() if code in {str(own) for own in drug.codes}]


def test_no_code_and_no_name_stands_for_two_agents(drugs: Drugs) -> None:
    codes = [code for drug in drugs.values() for code in drug.codes]
    names = [name for key, drug in drugs.items() for name in {key, drug.name, *drug.names}]
    assert len(codes) == len(set(codes))
    assert len(names) == len(set(names))


def test_every_code_tells_how_sure_it_is(drugs: Drugs) -> None:
    for key, drug in drugs.items():
        assert {code.system for code in drug.codes} == set(drug.codes_status), key


# ---------------------------------------------------------------- products


def test_every_product_names_a_known_drug(knowledge: Knowledge) -> None:
    assert knowledge.products
    assert {row.drug for row in knowledge.products.values()} <= set(knowledge.drugs)


def test_every_product_holds_what_the_name_beside_it_says(knowledge: Knowledge) -> None:
    names = _names_beside_the_rows()
    assert set(names) == set(knowledge.products)
    for rxcui, row in knowledge.products.items():
        words = names[rxcui].split()
        hours = float(words[0]) if row.route == "transdermal" else 1
        amount = float(words[[word[:2] for word in words].index("MG") - 1])
        assert row.drug in words, rxcui
        assert row.strength == pytest.approx(amount * hours), rxcui


def test_the_name_beside_a_product_is_that_of_rxnorm(shared: Path) -> None:
    names, published = _names_beside_the_rows(), _rxnorm_names(shared)
    met_in_records = {"866083", "1091392", "833135"}
    assert set(names) - set(published) == met_in_records
    assert {
        rxcui: names[rxcui] for rxcui in set(names) - met_in_records
    }.items() <= published.items()


def _names_beside_the_rows() -> dict[str, str]:
    page = (FOLDER / "drugs/products.toml").read_text("utf-8")
    return dict(re.findall(r'^  \["(\d+)",.*\], +# (.+)$', page, re.MULTILINE))


def test_every_single_product_of_an_agent_is_listed_or_left_out_on_purpose(
    knowledge: Knowledge, shared: Path
) -> None:
    misleading = {"1801289", "2532159", "2532163", "313995"}
    named = {
        rxcui
        for rxcui, name in _rxnorm_names(shared).items()
        if " / " not in name and "Pack" not in name and set(name.split()) & set(knowledge.drugs)
    }
    assert named - misleading == named & set(knowledge.products)
    assert not misleading & set(knowledge.products)


def _rxnorm_names(shared: Path) -> dict[str, str]:
    with (shared / "data/terminology/antidepressant_rxnorm_products.csv").open() as lines:
        return {row["rxcui"]: row["display"] for row in csv.DictReader(lines)}


def test_a_pair_or_pack_is_never_taken_for_one_of_its_parts(
    knowledge: Knowledge, shared: Path
) -> None:
    joined = {rxcui for rxcui, name in _rxnorm_names(shared).items() if " / " in name}
    assert joined
    assert not joined & set(knowledge.products)


def test_only_the_patch_of_selegiline_reaches_its_minimum_dose(knowledge: Knowledge) -> None:
    minimum = knowledge.drugs["selegiline"].minimum["atrq"].value
    rows = [row for row in knowledge.products.values() if row.drug == "selegiline"]
    assert {row.route for row in rows if row.strength >= minimum} == {"transdermal"}
    assert {row.route for row in rows if row.strength < minimum} == {"oral"}
    assert knowledge.drugs["selegiline"].routes == ("transdermal",)


# ---------------------------------------------------------------- on whose word


def test_a_figure_is_never_without_status_and_evidence(knowledge: Knowledge) -> None:
    for entry in (*knowledge.drugs.values(), *knowledge.nondrug.values()):
        for statement in _statements(entry):
            assert _fields(statement)["status"] in STRONGEST_FIRST, entry
            assert _fields(statement)["evidence"], entry


def test_what_was_not_read_in_a_source_is_never_called_verified(knowledge: Knowledge) -> None:
    for drug in knowledge.drugs.values():
        for statement in _statements(drug):
            fields = _fields(statement)
            if fields["evidence"] == (knowledge.evidence["general-knowledge"],):
                assert fields["status"] in {"recalled", "choice"}, drug.id


def _statements(value: object) -> Iterator[Struct]:
    """Every statement inside `value`, itself included, that has a status of its own."""
    if isinstance(value, Evidence):
        return
    if isinstance(value, Struct):
        if "status" in value.__struct_fields__:
            yield value
        yield from _inside(_fields(value).values())
    elif isinstance(value, Mapping):
        yield from _inside(value.values())
    elif isinstance(value, tuple):
        yield from _inside(value)


def _inside(values: Iterable[object]) -> Iterator[Struct]:
    for value in values:
        yield from _statements(value)


def _fields(statement: Struct) -> dict[str, object]:
    return {name: getattr(statement, name) for name in statement.__struct_fields__}
