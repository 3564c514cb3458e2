"""What the pages of causes must hold: the dossier's numbers, its contradictions and its limits."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from euthymia.engine.findings import Fact
from euthymia.engine.indicators import measure
from euthymia.knowledge import Knowledge
from euthymia.knowledge.causes import Covariate, Effect, Indicator, Weight
from euthymia.library import FOLDER, shipped
from euthymia.models.pooling import Effect as Published
from euthymia.models.pooling import shrink
from euthymia.terms import Quantity

DOMAINS = {
    "nt": "neurotransmitter",
    "np": "neuroplasticity",
    "in": "inflammation",
    "ps": "psychosocial",
}
USES = {
    "model": {
        "nt_anxious_features", "nt_anhedonia",
        "np_episode_chronicity", "np_number_episodes", "np_age_onset",
        "np_executive_cognition", "np_insomnia",
        "in_hscrp", "in_bmi", "in_il6_tnf",
        "ps_childhood_trauma", "ps_unemployment", "ps_housing", "ps_social_support",
        "ps_ptsd", "ps_conflict_criticism",
    },
    "gate": {"nt_pgx_exposure"},
    "context": {
        "nt_psychomotor_fatigue", "nt_mechanism_classes", "np_bdnf", "in_nlr",
        "in_autoimmune_infection", "in_trauma_x_crp", "ps_stress_finance",
    },
    "research": {"nt_metabolites", "np_hippocampus", "np_tms_plasticity"},
}  # fmt: skip
COVARIATES = {"cv_severity", "cv_psychosis", "cv_suicidality", "cv_pseudoresistance"}

WEIGHTS = {
    "nt_anxious_features": (0.4472, 0.0753, "moderate", 0.53, 0.249, "derived"),
    "nt_anhedonia": (0.3365, 0.2280, "very_low", 0.50, 0.25, "elicited"),
    "np_episode_chronicity": (0.4055, 0.2069, "low", 0.45, 0.18, "elicited"),
    "np_number_episodes": (0.4055, 0.2000, "low", 0.50, 0.25, "recalled"),
    "np_age_onset": (0.6931, 0.2500, "low", 0.30, 0.21, "recalled"),
    "np_executive_cognition": (0.5441, 0.3500, "low", 0.25, 0.15, "elicited"),
    "np_insomnia": (0.4813, 0.1619, "moderate", 0.60, 0.24, "verified"),
    "np_hippocampus": (0.4488, 0.1470, "low", 0.25, 0.1875, "derived"),
    "in_hscrp": (0.3090, 0.1381, "low", 0.45, 0.15, "derived"),
    "in_bmi": (0.3470, 0.1735, "low", 0.35, 0.2275, "derived"),
    "in_il6_tnf": (0.2624, 0.1906, "very_low", 0.35, 0.2275, "elicited"),
    "ps_childhood_trauma": (0.3577, 0.1275, "low", 0.46, 0.248, "verified"),
    "ps_unemployment": (0.5247, 0.2385, "moderate", 0.30, 0.21, "verified"),
    "ps_housing": (0.4383, 0.2000, "low", 0.10, 0.09, "derived"),
    "ps_social_support": (0.3319, 0.1261, "moderate", 0.25, 0.1875, "derived"),
    "ps_ptsd": (0.4055, 0.2606, "very_low", 0.20, 0.16, "elicited"),
    "ps_conflict_criticism": (0.4700, 0.2438, "very_low", 0.30, 0.21, "elicited"),
}
"""Log-odds, standard error, grade, mean and variance of x, and how the effect was come by."""

SHRUNK = {
    "nt_anxious_features": (0.3636, 0.02290),
    "nt_anhedonia": (0.0971, 0.08715),
    "np_episode_chronicity": (0.1946, 0.06372),
    "np_number_episodes": (0.1967, 0.06307),
    "np_age_onset": (0.3087, 0.06793),
    "np_executive_cognition": (0.1990, 0.07771),
    "np_insomnia": (0.3444, 0.03485),
    "in_hscrp": (0.1635, 0.05770),
    "in_bmi": (0.1752, 0.06064),
    "in_il6_tnf": (0.0786, 0.08579),
    "ps_childhood_trauma": (0.1915, 0.05690),
    "ps_unemployment": (0.3184, 0.04817),
    "ps_housing": (0.2126, 0.06307),
    "ps_social_support": (0.2527, 0.02924),
    "ps_ptsd": (0.1128, 0.08843),
    "ps_conflict_criticism": (0.1333, 0.08776),
}
"""Mean and variance after shrinkage, as the dossier works them out by hand."""

CONTRADICTED = {
    "in_hscrp": "null",
    "ps_childhood_trauma": "null",
    "np_executive_cognition": "mixed",
    "np_hippocampus": "better",
    "ps_conflict_criticism": "null",
}
"""What the contradicting study found, beside another that found a worse outcome."""

NEVER_SAID = (
    "causes this",
    "caused this",
    "chemical imbalance",
    "serotonin deficiency",
    "rules out",
    "rule out",
    "ruled out",
    "will restore",
)
NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
NO_FINDING = re.compile(r"\b20\d\d\b|95% CI")
"""Years of papers and the name of an interval."""

Told = Mapping[str, bool | float]
Table = dict[str, Any]


@pytest.fixture(scope="module")
def pages() -> Knowledge:
    return shipped()


@pytest.fixture(scope="module")
def dossier(shared: Path) -> Mapping[str, Table]:
    page = tomllib.loads((shared / "clinical/causes/causes.toml").read_text("utf-8"))
    return {one["id"]: one for one in page["indicator"]}


@pytest.fixture(scope="module")
def dossier_links(shared: Path) -> Mapping[str, Table]:
    page = tomllib.loads((shared / "clinical/causes/therapy-links.toml").read_text("utf-8"))
    return {one["id"]: one for one in page["link"]}


def cause_pages() -> Iterator[tuple[str, str]]:
    for path in sorted((FOLDER / "causes").glob("*.toml")):
        yield path.name, path.read_text("utf-8")


def weight_of(indicator: Indicator) -> Weight:
    assert indicator.weight is not None, indicator.id
    return indicator.weight


def numbers(told: object) -> set[float]:
    """Every number in the text of something, without sign."""
    text = told if isinstance(told, str) else msgspec.json.encode(told).decode()
    return {float(found) for found in NUMBER.findall(text.replace(",", " "))}


# ---------------------------------------------------------------- what there is


def test_there_are_27_indicators_and_none_is_lost_or_moved_to_another_domain(
    pages: Knowledge,
) -> None:
    assert sum(len(names) for names in USES.values()) == 27
    assert {name: (one.domain, one.use) for name, one in pages.indicators.items()} == {
        name: (DOMAINS[name[:2]], use) for use, names in USES.items() for name in names
    }


def test_there_are_4_covariates_and_4_domains(pages: Knowledge) -> None:
    assert set(pages.covariates) == COVARIATES
    assert set(pages.domains) == set(DOMAINS.values())


def test_16_indicators_are_scored_and_every_other_says_why_it_is_not(pages: Knowledge) -> None:
    scored = {name for name, one in pages.indicators.items() if one.scored}
    assert len(scored) == 16
    assert {name for name, one in pages.indicators.items() if one.readings} == scored
    assert {name for name, one in pages.indicators.items() if not one.why_not_scored} == scored


# ---------------------------------------------------------------- numbers


def test_every_weight_is_the_published_one(pages: Knowledge) -> None:
    weights = {name: one.weight for name, one in pages.indicators.items() if one.weight}
    assert {
        name: (one.log_odds, one.se, one.grade, one.mean_x, one.var_x, one.status)
        for name, one in weights.items()
    } == WEIGHTS


def test_every_weight_says_how_it_was_come_by(pages: Knowledge) -> None:
    for name in WEIGHTS:
        assert weight_of(pages.indicators[name]).note, name


def test_a_mean_is_an_assumption_unless_it_was_read(pages: Knowledge) -> None:
    read = {
        name for name in WEIGHTS if weight_of(pages.indicators[name]).mean_status != "assumption"
    }
    assert read == {"nt_anxious_features", "ps_childhood_trauma"}


@pytest.mark.parametrize("name", sorted(SHRUNK))
def test_the_pages_give_the_shrunken_effects_of_the_dossier(pages: Knowledge, name: str) -> None:
    weight = weight_of(pages.indicators[name])
    bias_sd = pages.number(f"cause_bias_sd_{weight.grade}")
    published = Published(weight.log_odds, weight.se, bias_sd, weight.mean_x, weight.var_x)
    shrunk = shrink(published, pages.number("cause_prior_sd"))
    assert (shrunk.mean, shrunk.variance) == pytest.approx(SHRUNK[name], abs=5.5e-5)


def test_a_chosen_effect_is_marked_as_chosen(pages: Knowledge) -> None:
    elicited = {name for name, row in WEIGHTS.items() if row[-1] == "elicited"}
    for name in elicited:
        weight = weight_of(pages.indicators[name])
        assert "euthymia-choice" in {one.id for one in weight.evidence}, name
        assert "was chosen" in (weight.note or ""), name


def test_an_overlap_is_tried_at_half_and_at_twice_its_size(pages: Knowledge) -> None:
    overlaps = {name: one.overlap.value for name, one in pages.domains.items()}
    assert overlaps == {
        "neurotransmitter": 0.20,
        "neuroplasticity": 0.25,
        "inflammation": 0.35,
        "psychosocial": 0.25,
    }
    for name, domain in pages.domains.items():
        assert domain.overlap_low == pytest.approx(overlaps[name] / 2)
        assert domain.overlap_high == pytest.approx(overlaps[name] * 2)
        assert domain.overlap.status == "assumption"


def test_every_assumption_of_the_score_lies_between_its_bounds(pages: Knowledge) -> None:
    for name in ("cause_prior_sd", "cause_contributes_odds_ratio"):
        assert pages.number(f"{name}_low") < pages.number(name) < pages.number(f"{name}_high")
    assert pages.number("cause_bias_factor_low") < 1 < pages.number("cause_bias_factor_high")


def test_weaker_evidence_may_be_further_off(pages: Knowledge) -> None:
    grades = ("high", "moderate", "low", "very_low")
    biases = [pages.number(f"cause_bias_sd_{grade}") for grade in grades]
    assert biases == sorted(set(biases)) == [0.05, 0.15, 0.30, 0.50]


# ---------------------------------------------------------------- effects


def effects(pages: Knowledge) -> Iterator[tuple[str, Effect]]:
    holders: list[Indicator | Covariate] = [*pages.indicators.values(), *pages.covariates.values()]
    for holder in holders:
        yield from ((holder.id, effect) for effect in holder.effects)


def test_every_effect_cites_evidence_and_every_indicator_has_one(pages: Knowledge) -> None:
    assert [name for name, effect in effects(pages) if not effect.evidence] == []
    assert {name for name, _ in effects(pages)} == {*pages.indicators, *COVARIATES}


def test_an_interval_holds_its_value(pages: Knowledge) -> None:
    for name, effect in effects(pages):
        if effect.interval_95 is not None:
            low, high = effect.interval_95
            assert isinstance(effect.value, float), name
            assert low <= effect.value <= high, name


@pytest.mark.parametrize(("name", "found"), sorted(CONTRADICTED.items()))
def test_a_contradiction_is_kept_beside_what_it_contradicts(
    pages: Knowledge, name: str, found: str
) -> None:
    kept = {effect.finds for effect in pages.indicators[name].effects}
    contradicting = {
        effect.finds
        for effect in pages.indicators[name].effects
        if effect.outcome.startswith("contradiction")
    }
    assert "worse" in kept
    assert found in contradicting


def test_what_the_field_is_divided_on_is_told_with_its_sides(pages: Knowledge) -> None:
    debated = {name: domain.debates for name, domain in pages.domains.items() if domain.debates}
    assert set(debated) == {"neurotransmitter", "inflammation", "psychosocial"}
    for name, debates in debated.items():
        for debate in debates:
            assert debate.question.endswith("?"), name
            assert len(debate.sides) >= 2, name
            assert debate.so, name


# ---------------------------------------------------------------- words


def test_no_page_says_what_the_evidence_cannot_carry() -> None:
    for name, text in cause_pages():
        found = [words for words in NEVER_SAID if words in re.sub(r"\s+\\?\s*", " ", text.lower())]
        assert found == [], name


def test_no_share_of_a_cause_is_given(pages: Knowledge) -> None:
    for domain in pages.domains.values():
        assert "%" not in domain.title + domain.says, domain.id
    for one in pages.indicators.values():
        told = (one.title, one.direction, one.caveat, one.why_not_scored)
        assert "%" not in "".join(filter(None, told)), one.id


# ---------------------------------------------------------------- readings


def test_what_was_told_wins_over_a_measurement_and_that_over_a_code(pages: Knowledge) -> None:
    rank = {"told": 0, "measured": 1, "scale": 1, "diagnosis": 2}
    for one in pages.indicators.values():
        ranks = [rank[reading.basis] for reading in one.readings]
        assert ranks == sorted(ranks), one.id


def test_the_silence_of_codes_never_says_no(pages: Knowledge) -> None:
    for one in pages.indicators.values():
        for reading in one.readings:
            if reading.basis == "diagnosis":
                assert reading.otherwise is None, one.id
                assert {level.x for level in reading.levels} <= {0.5, 1}, one.id


def test_a_value_set_aside_says_why_and_asks_on(pages: Knowledge) -> None:
    aside = [
        (one.id, level)
        for one in pages.indicators.values()
        for reading in one.readings
        for level in reading.levels
        if level.x is None
    ]
    assert {name for name, _ in aside} == {"in_hscrp", "ps_ptsd"}
    for name, level in aside:
        assert level.says, name
        assert level.ask in pages.questions, name


def test_every_fact_of_these_pages_is_read_or_shown_and_every_one_named_exists(
    pages: Knowledge,
) -> None:
    used = {
        fact
        for one in pages.indicators.values()
        for fact in (*one.shows, *(name for reading in one.readings for name in reading.facts))
    }
    here = {name for _, text in cause_pages() for name in tomllib.loads(text).get("fact", {})}
    assert used <= set(pages.facts)
    assert here <= used


EXAMPLES: list[tuple[str, Told, float | None]] = [
    ("nt_anxious_features", {"anxious_distress_told": False, "gad7_total": 20}, 0),
    ("nt_anxious_features", {"gad7_total": 10}, 1),
    ("nt_anxious_features", {"gad7_total": 9}, 0),
    ("nt_anxious_features", {"hamd17_anxiety_factor": 7}, 1),
    ("nt_anxious_features", {"hamd17_anxiety_factor": 6}, 0),
    ("nt_anxious_features", {"gad7_total": 9, "hamd17_anxiety_factor": 7}, 1),
    ("nt_anxious_features", {"gad7_total": 9, "anxiety_disorder_diagnosed": True}, 0),
    ("nt_anxious_features", {"anxiety_disorder_diagnosed": True}, 1),
    ("nt_anxious_features", {"anxiety_disorder_diagnosed": False}, None),
    ("nt_anhedonia", {"anhedonia_told": True}, 1),
    ("nt_anhedonia", {"shaps_total": 3}, 1),
    ("nt_anhedonia", {"shaps_total": 2}, 0),
    ("np_episode_chronicity", {"episode_months": 24}, 1),
    ("np_episode_chronicity", {"episode_months": 23.9}, 0.5),
    ("np_episode_chronicity", {"episode_months": 12}, 0.5),
    ("np_episode_chronicity", {"episode_months": 11.9}, 0),
    ("np_episode_chronicity", {"persistent_depression_diagnosed": True}, 1),
    ("np_episode_chronicity", {"persistent_depression_diagnosed": False}, None),
    ("np_number_episodes", {"lifetime_episodes": 3}, 1),
    ("np_number_episodes", {"lifetime_episodes": 2}, 0),
    ("np_number_episodes", {"recurrent_depression_coded": True}, None),
    ("np_age_onset", {"first_onset_age_years": 18}, 1),
    ("np_age_onset", {"first_onset_age_years": 18.5}, 0),
    ("np_executive_cognition", {"executive_z": -1, "age_years": 50}, 1),
    ("np_executive_cognition", {"executive_z": -1, "age_years": 49}, 0.5),
    ("np_executive_cognition", {"executive_z": -1}, None),
    ("np_executive_cognition", {"executive_z": -0.9}, 0),
    ("np_executive_cognition", {"executive_impaired_told": True, "age_years": 50}, 1),
    ("np_executive_cognition", {"executive_impaired_told": True, "age_years": 49}, 0.5),
    ("np_executive_cognition", {"executive_impaired_told": True}, None),
    ("np_executive_cognition", {"executive_impaired_told": False}, 0),
    ("np_executive_cognition", {"moca_total": 20, "age_years": 60}, None),
    ("np_insomnia", {"insomnia_told": True}, 1),
    ("np_insomnia", {"isi_total": 15}, 1),
    ("np_insomnia", {"isi_total": 14}, 0),
    ("np_insomnia", {"insomnia_diagnosed": True}, 1),
    ("in_hscrp", {"hscrp": 0.9}, 0),
    ("in_hscrp", {"hscrp": 1}, 0.5),
    ("in_hscrp", {"hscrp": 3}, 0.5),
    ("in_hscrp", {"hscrp": 3.1}, 1),
    ("in_hscrp", {"hscrp": 10}, 1),
    ("in_hscrp", {"hscrp": 10.1}, None),
    ("in_hscrp", {"hscrp": 10.1, "crp_ordinary": 5}, 1),
    ("in_hscrp", {"crp_ordinary": 3}, None),
    ("in_hscrp", {"crp_ordinary": 3.1}, 1),
    ("in_hscrp", {"crp_ordinary": 10.1}, None),
    ("in_bmi", {"body_mass_index": 30}, 1),
    ("in_bmi", {"body_mass_index": 29.9, "obesity_diagnosed": True}, 0),
    ("in_bmi", {"obesity_diagnosed": True}, 1),
    ("in_bmi", {"obesity_coded": True}, 1),
    ("in_bmi", {"metabolic_syndrome_coded": True}, None),
    ("in_il6_tnf", {"il6_above_own_percentile": True}, 1),
    ("in_il6_tnf", {"il6_above_own_percentile": False}, 0),
    ("ps_childhood_trauma", {"childhood_trauma_told": False, "ace_total": 8}, 0),
    ("ps_childhood_trauma", {"ace_total": 4}, 1),
    ("ps_childhood_trauma", {"ace_total": 3}, 0),
    ("ps_childhood_trauma", {"childhood_abuse_coded": True}, 1),
    ("ps_unemployment", {"unemployed_told": True, "long_term_sick_told": False}, 1),
    ("ps_unemployment", {"unemployed_told": False, "long_term_sick_told": True}, 1),
    ("ps_unemployment", {"unemployed_told": False, "long_term_sick_told": False}, 0),
    ("ps_unemployment", {"unemployment_coded": True}, 1),
    ("ps_housing", {"housing_insecure_told": True}, 1),
    ("ps_housing", {"housing_insecure_told": False, "housing_problem_coded": True}, 0),
    ("ps_housing", {"housing_problem_coded": True}, 1),
    ("ps_social_support", {"support_lacking_told": True}, 1),
    ("ps_social_support", {"osss3_total": 8}, 1),
    ("ps_social_support", {"osss3_total": 9}, 0),
    ("ps_social_support", {"mspss_mean": 2.9}, 1),
    ("ps_social_support", {"mspss_mean": 3}, 0),
    ("ps_social_support", {"osss3_total": 9, "mspss_mean": 2.9}, 1),
    ("ps_ptsd", {"ptsd_told": False, "pcl5_total": 60}, 0),
    ("ps_ptsd", {"pcl5_total": 33}, 1),
    ("ps_ptsd", {"pcl5_total": 32}, None),
    ("ps_ptsd", {"pcl5_total": 31}, None),
    ("ps_ptsd", {"pcl5_total": 30}, 0),
    ("ps_ptsd", {"ptsd_diagnosed": True}, 1),
    ("ps_conflict_criticism", {"perceived_criticism": 6}, 1),
    ("ps_conflict_criticism", {"perceived_criticism": 5}, 0),
]
"""What is known, and what the indicator is then: 1, a half, 0, or not known."""


@pytest.mark.parametrize(("name", "told", "expected"), EXAMPLES)
def test_an_indicator_is_read_as_the_intake_contract_says(
    pages: Knowledge, name: str, told: Told, expected: float | None
) -> None:
    facts = {fact: Fact(fact, None) for fact in pages.facts}
    facts |= {fact: Fact(fact, _value(pages, fact, value)) for fact, value in told.items()}
    assert measure(pages.indicators[name], facts).x == expected


def _value(pages: Knowledge, fact: str, value: bool | float) -> bool | Quantity:
    unit = pages.facts[fact].unit
    return Quantity(value, unit) if unit else bool(value)


@pytest.mark.parametrize("name", sorted(USES["model"]))
def test_nothing_known_leaves_an_indicator_unknown_and_asks(pages: Knowledge, name: str) -> None:
    found = measure(pages.indicators[name], {fact: Fact(fact, None) for fact in pages.facts})
    assert found.x is None
    assert found.missing


def test_every_indicator_is_tried_in_both_directions() -> None:
    seen = {(name, expected) for name, _, expected in EXAMPLES}
    assert {(name, x) for name in USES["model"] for x in (0, 1)} <= seen


# ---------------------------------------------------------------- links


def test_there_are_49_links_and_each_names_an_indicator_or_a_feature_in_words(
    pages: Knowledge,
) -> None:
    features = {
        "age",
        "benzodiazepine dose",
        "benzodiazepine use",
        "inpatient/outpatient",
        "region",
        "sgACC-DLPFC connectivity",
    }
    assert len(pages.links) == 49
    named = {link.indicator for link in pages.links.values()}
    assert named - set(pages.indicators) - COVARIATES == features


def test_only_six_links_may_tilt_a_comparison_and_none_of_them_is_a_mere_mechanism(
    pages: Knowledge,
) -> None:
    tilting = {name for name, link in pages.links.items() if link.steer == "yes_weak"}
    assert tilting == {
        "crp_drug_class",
        "failures_augment",
        "age_ect",
        "trauma_psychotherapy",
        "setting_ket_vs_ect",
    }
    for name in tilting:
        assert pages.links[name].kind in {"moderator", "predictor"}, name


def test_a_link_that_found_no_difference_never_tilts(pages: Knowledge) -> None:
    for name, link in pages.links.items():
        if link.finds == "null":
            assert link.steer in {"show", "no"}, name


# ---------------------------------------------------------------- held against the dossier


def test_the_indicators_are_those_of_the_dossier(
    pages: Knowledge, dossier: Mapping[str, Table]
) -> None:
    assert {name: (one.domain, one.use, one.grade) for name, one in pages.indicators.items()} == {
        name: (one["domain"], one["use"], one["grade"]) for name, one in dossier.items()
    }


def test_the_weights_are_those_of_the_dossier(
    pages: Knowledge, dossier: Mapping[str, Table]
) -> None:
    for name, one in dossier.items():
        if "model" in one:
            told, weight = one["model"], weight_of(pages.indicators[name])
            assert (weight.log_odds, weight.se, weight.mean_x, weight.var_x, weight.grade) == (
                told["b"], told["se"], told["mean_x"], told["var_x"], told["grade"]
            ), name  # fmt: skip
            assert (weight.status == "elicited") == (told.get("basis") == "elicited"), name
            assert weight.mean_status == told["mean_status"], name


def test_every_number_of_a_dossiers_effect_is_on_the_page(
    pages: Knowledge, dossier: Mapping[str, Table]
) -> None:
    missing = {}
    for name, one in dossier.items():
        told = [{**effect, "source": ""} for effect in one["effects"]]
        kept = [replace(effect, evidence=()) for effect in pages.indicators[name].effects]
        note = note_on_weight(pages.indicators[name])
        if lost := numbers(told) - numbers(kept) - numbers(note):
            missing[name] = lost
    assert missing == {}


def note_on_weight(indicator: Indicator) -> str:
    """How its weight was come by, in words."""
    return (indicator.weight.note or "") if indicator.weight else ""


def test_every_measured_effect_of_the_dossier_is_kept_with_its_interval_and_number(
    pages: Knowledge, dossier: Mapping[str, Table]
) -> None:
    for name, one in dossier.items():
        kept = {(e.value, e.interval_95, e.n, e.studies) for e in pages.indicators[name].effects}
        for told in one["effects"]:
            interval = tuple(told["ci95"]) if "ci95" in told else None
            if isinstance(told["value"], int | float):
                found = {row for row in kept if row[0] == told["value"] and row[1] == interval}
                assert any(row[2] == told.get("n") for row in found), (name, told["outcome"])


def test_no_effect_is_surer_than_in_the_dossier(
    pages: Knowledge, dossier: Mapping[str, Table]
) -> None:
    for name, one in dossier.items():
        told = Counter(effect["status"] for effect in one["effects"])
        kept = Counter(effect.status for effect in pages.indicators[name].effects)
        assert {"verified": kept["verified"], "recalled": kept["recalled"]} == {
            "verified": told["verified"],
            "recalled": told["recalled"],
        }, name
        assert set(kept) <= {"verified", "recalled", "derived"}, name


def test_the_assumptions_are_those_of_the_dossier(pages: Knowledge, shared: Path) -> None:
    page = tomllib.loads((shared / "clinical/causes/causes.toml").read_text("utf-8"))
    told = page["shrinkage"]
    assert pages.number("cause_prior_sd") == told["omega"]
    assert pages.number("cause_contributes_odds_ratio") == told["delta_or"]
    assert {name: one.overlap.value for name, one in pages.domains.items()} == told["rho"]
    assert {grade: pages.number(f"cause_bias_sd_{grade}") for grade in told["tau"]} == told["tau"]


OTHERWISE = {"psychosis_ect": {"steer": "show"}}
"""Where the note of a link says more than its field: a rule of scope, not a tilt."""


def test_the_links_are_those_of_the_dossier(
    pages: Knowledge, dossier_links: Mapping[str, Table]
) -> None:
    fields = ("indicator", "kind", "grade", "steer", "status", "n")
    assert {
        name: tuple(getattr(link, field) for field in fields) for name, link in pages.links.items()
    } == {
        name: tuple((one | OTHERWISE.get(name, {})).get(field) for field in fields)
        for name, one in dossier_links.items()
    }


def test_every_number_of_a_dossiers_link_is_on_the_page(
    pages: Knowledge, dossier_links: Mapping[str, Table]
) -> None:
    missing = {}
    for name, one in dossier_links.items():
        told = NO_FINDING.sub("", " ".join((one["direction"], one.get("effect", ""))))
        link = pages.links[name]
        kept = " ".join((link.therapy, link.says, link.effect or ""))
        if lost := numbers(told) - numbers(kept):
            missing[name] = lost
    assert missing == {}


def test_a_null_of_the_dossier_stays_a_null(
    pages: Knowledge, dossier_links: Mapping[str, Table]
) -> None:
    told = {name for name, one in dossier_links.items() if one["direction"].startswith("NULL")}
    assert len(told) > 10
    assert {name: pages.links[name].finds for name in told} == dict.fromkeys(told, "null")
