"""What the pages of rule sets, stagings and record algorithms must hold."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import replace

from euthymia.knowledge import Knowledge
from euthymia.knowledge.rulesets import Points, RecordAlgorithm, Staging
from euthymia.library import shipped
from euthymia.terms import Count, Verdict

RULES = {
    "athf_style",
    "atrq",
    "augmentation",
    "eu_pearl",
    "eu_pearl_partial",
    "fda_ema",
    "mgh_s",
    "msm",
    "thase_rush",
}
VERDICTS = {"fda_ema", "eu_pearl", "eu_pearl_partial"}
"""The rules that answer yes or no; the others only count."""

WITHOUT_A_PAGE = {
    "asenapine",
    "butriptyline",
    "chlorpromazine",
    "clozapine",
    "dibenzepin",
    "fluphenazine",
    "haloperidol",
    "iloperidone",
    "iprindole",
    "loxapine",
    "lurasidone",
    "melitracen",
    "nialamide",
    "oxitriptan",
    "paliperidone",
    "perphenazine",
    "quinupramine",
    "thioridazine",
    "thiothixene",
    "trifluoperazine",
    "tryptophan",
}
"""Ingredients in the sets of an algorithm for which we have no drug page."""


class Step(Struct, frozen=True):
    """One step of a dossier's scale; the first has no lower and the last no upper end."""

    score: int
    to: float | None = None
    upto: float | None = None

    @property
    def points(self) -> Points:
        return Points(points=self.score, upto=self.to if self.upto is None else self.upto)


class DossierMaudsley(Struct, frozen=True):
    total_range: tuple[int, int]
    bands: dict[str, tuple[int, int]]
    duration_months: tuple[Step, ...]
    severity: dict[str, int]
    failures_levels: tuple[Step, ...]
    augmentation: dict[str, int]
    ect: dict[str, int]


class DossierDutch(Struct, frozen=True):
    range: tuple[int, int]
    items: dict[str, tuple[int, int]]


class DossierGeneral(Struct, frozen=True):
    """Massachusetts General Hospital staging."""

    per_failed_adequate_trial: float
    per_optimisation: float
    per_ect_course: float


class DossierThaseRush(Struct, frozen=True):
    trd_from_stage: int


class DossierResponse(Struct, frozen=True):
    nonresponse_below_pct: float
    partial_from_pct: float
    partial_below_pct: float
    response_from_pct: float


class Dossier(Struct, frozen=True):
    """What the clinical dossier says of rule sets."""

    response: DossierResponse
    weeks: dict[str, int | str | tuple[int, int]]
    dose_profile: dict[str, str]
    thase_rush: DossierThaseRush
    msm: DossierMaudsley
    mgh_s: DossierGeneral
    dm_trd: DossierDutch


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return shipped()


@pytest.fixture(scope="module")
def stagings(knowledge: Knowledge) -> Mapping[str, Staging]:
    return knowledge.stagings


@pytest.fixture(scope="module")
def ohdsi(knowledge: Knowledge) -> RecordAlgorithm:
    return knowledge.algorithms["ohdsi_1009"]


@pytest.fixture(scope="module")
def dossier(shared: Path) -> Dossier:
    page = tomllib.loads((shared / "clinical/staging/staging.toml").read_text("utf-8"))
    return msgspec.convert(page, Dossier)


# ---------------------------------------------------------------- rules


def test_every_rule_of_the_engine_is_there(knowledge: Knowledge) -> None:
    assert set(knowledge.rules) == RULES


def test_two_failed_trials_make_a_verdict_and_the_other_rules_only_count(
    knowledge: Knowledge,
) -> None:
    needed = {
        key: rule.failures_needed.value
        for key, rule in knowledge.rules.items()
        if rule.failures_needed
    }
    assert needed == dict.fromkeys(VERDICTS, 2)


@pytest.mark.parametrize("key", sorted(RULES - VERDICTS))
def test_a_rule_that_only_counts_makes_nobody_resistant(knowledge: Knowledge, key: str) -> None:
    rule = knowledge.rules[key]
    assert rule.met_by(Count(0, 0)) is None
    assert rule.met_by(Count(9, 9)) is None


@pytest.mark.parametrize("key", sorted(VERDICTS))
def test_a_rule_that_answers_goes_by_the_failed_trials_it_asks_for(
    knowledge: Knowledge, key: str
) -> None:
    rule = knowledge.rules[key]
    assert rule.met_by(Count(2, 2)) is Verdict.MET
    assert rule.met_by(Count(1, 1)) is Verdict.NOT_MET
    assert rule.met_by(Count(1, None)) is Verdict.UNKNOWN


@pytest.mark.parametrize("needed", [None, 0])
def test_a_rule_that_answers_cannot_be_made_without_the_failed_trials_it_asks_for(
    knowledge: Knowledge, needed: float | None
) -> None:
    label = knowledge.rules["fda_ema"]
    assert label.failures_needed is not None
    figure = None if needed is None else replace(label.failures_needed, value=needed)
    with pytest.raises(ValueError, match="failures_needed"):
        replace(label, failures_needed=figure)


def test_only_the_atrq_counts_an_augmentation_as_a_trial(knowledge: Knowledge) -> None:
    counting = {key for key, rule in knowledge.rules.items() if rule.augmentations_count}
    assert counting == {"atrq"}


def test_only_the_maudsley_method_counts_a_pair_as_two(knowledge: Knowledge) -> None:
    twice = {key for key, rule in knowledge.rules.items() if not rule.pair_counts_once}
    assert twice == {"msm"}


def test_every_published_definition_tells_its_limits(knowledge: Knowledge) -> None:
    assert {key for key, rule in knowledge.rules.items() if not rule.caveats} <= {
        "eu_pearl_partial"
    }


def test_nothing_of_ours_carries_the_name_of_the_athf_sf(knowledge: Knowledge) -> None:
    names = [rule.name for rule in knowledge.rules.values()]
    names += [staging.name for staging in knowledge.stagings.values()]
    assert not [name for name in names if "ATHF-SF" in name]
    assert knowledge.rules["athf_style"].name == "ATHF-style, 4 weeks"


def test_partial_response_is_counted_on_the_same_trials_as_resistance(
    knowledge: Knowledge,
) -> None:
    whole, limb = knowledge.rules["eu_pearl"], knowledge.rules["eu_pearl_partial"]
    assert whole.partial_below_pct is not None
    assert limb.failed_below_pct.value == whole.partial_below_pct.value
    assert limb.weeks.value == whole.weeks.value
    assert limb.dose_profile == whole.dose_profile
    assert limb.pdc_at_least.value == whole.pdc_at_least.value


# ---------------------------------------------------------------- stagings


def test_every_staging_rests_on_a_rule(knowledge: Knowledge) -> None:
    rules = {key: staging.rule for key, staging in knowledge.stagings.items()}
    assert set(rules) == {"difficult_to_treat", "dm_trd", "mgh_s", "msm", "thase_rush"}
    assert set(rules.values()) <= set(knowledge.rules)


def test_the_maudsley_method_runs_from_3_to_15(stagings: Mapping[str, Staging]) -> None:
    msm = stagings["msm"]
    steps = [_points(msm.duration_months), msm.severity.values(), _points(msm.failures)]
    assert sum(map(min, steps)) == msm.low == 3
    assert sum(map(max, steps)) + msm.per["augmentation"] + msm.per["ect"] == msm.high == 15


def test_the_dutch_measure_runs_from_2_to_27(stagings: Mapping[str, Staging]) -> None:
    dutch = stagings["dm_trd"]
    assert sum(dutch.per.values()) == dutch.high == 27
    lowest = min(_points(dutch.duration_months)) + min(dutch.severity.values())
    assert lowest + min(_points(dutch.failures)) == dutch.low == 2


def test_the_most_points_of_the_dutch_measure_are_those_of_its_steps(
    stagings: Mapping[str, Staging],
) -> None:
    dutch = stagings["dm_trd"]
    assert dutch.per["duration"] == max(_points(dutch.duration_months))
    assert dutch.per["symptom_severity"] == max(dutch.severity.values())
    assert dutch.per["antidepressant_failures"] == max(_points(dutch.failures))


def _points(steps: Iterable[Points]) -> list[int]:
    return [step.points for step in steps]


def test_steps_rise_and_the_last_one_is_open(stagings: Mapping[str, Staging]) -> None:
    for staging in stagings.values():
        for steps in filter(None, (staging.duration_months, staging.failures)):
            ends = [step.upto for step in steps[:-1] if step.upto is not None]
            assert steps[-1].upto is None, staging.id
            assert len(ends) == len(steps) - 1, staging.id
            assert ends == sorted(set(ends)), staging.id


def test_bands_of_the_maudsley_method_cover_its_range(stagings: Mapping[str, Staging]) -> None:
    msm = stagings["msm"]
    assert [total for band in msm.bands for total in range(band.low, band.high + 1)] == list(
        range(3, 16)
    )


def test_severity_is_read_from_bands_that_exist(knowledge: Knowledge) -> None:
    for staging in knowledge.stagings.values():
        for source, severity in staging.severity_from.items():
            instrument, band = source.split(":")
            assert band in {one.name for one in knowledge.instruments[instrument].bands}
            assert severity in staging.severity


def test_a_score_never_shows_psychosis(stagings: Mapping[str, Staging]) -> None:
    for staging in stagings.values():
        assert "severe_with_psychosis" not in staging.severity_from.values(), staging.id


# ---------------------------------------------------------------- algorithms


def test_every_drug_of_an_algorithm_is_known_or_a_listed_ingredient(knowledge: Knowledge) -> None:
    named = {
        drug
        for algorithm in knowledge.algorithms.values()
        for drug in algorithm.antidepressants | algorithm.antipsychotics | algorithm.others
    }
    assert named - set(knowledge.drugs) == WITHOUT_A_PAGE


def test_no_drug_stands_in_two_sets_of_an_algorithm(knowledge: Knowledge) -> None:
    for algorithm in knowledge.algorithms.values():
        sets = (algorithm.antidepressants, algorithm.antipsychotics, algorithm.others)
        assert sum(map(len, sets)) == len(frozenset().union(*sets)), algorithm.id


def test_every_algorithm_tells_where_its_code_and_its_text_differ(knowledge: Knowledge) -> None:
    assert set(knowledge.algorithms) == {"cepeda_2018", "fabbri_2021", "ohdsi_1009"}
    assert all(algorithm.differs for algorithm in knowledge.algorithms.values())


def test_diagnoses_are_icd_prefixes_and_none_lets_in_and_keeps_out(knowledge: Knowledge) -> None:
    for algorithm in knowledge.algorithms.values():
        for prefix in algorithm.depression + algorithm.exclusions:
            assert re.fullmatch(r"[A-Z]\d\d(?:\.\d{1,2})?", prefix), prefix
        assert not set(algorithm.depression) & set(algorithm.exclusions), algorithm.id


def test_psychotic_depression_is_not_kept_out_by_a_prefix_of_ours(knowledge: Knowledge) -> None:
    for algorithm in knowledge.algorithms.values():
        assert not [code for code in algorithm.exclusions if "F32.3".startswith(code)]


# ---------------------------------------------------------------- what the dossier says


def test_weeks_and_minimum_doses_are_those_of_the_dossier(
    knowledge: Knowledge, dossier: Dossier
) -> None:
    profile = {"atrq": "min_dose_mg", "maudsley": "maudsley_min_mg"}
    for key in ("fda_ema", "atrq", "mgh_s", "msm", "eu_pearl", "thase_rush"):
        rule = knowledge.rules[key]
        assert rule.weeks.value == dossier.weeks[key], key
        assert profile[rule.dose_profile] == dossier.dose_profile[key], key
    assert knowledge.rules["athf_style"].weeks.value == dossier.weeks["athf_sf"]


def test_response_and_failure_are_those_of_the_dossier(
    knowledge: Knowledge, dossier: Dossier
) -> None:
    given, pearl = dossier.response, knowledge.rules["eu_pearl"]
    assert pearl.partial_below_pct is not None
    assert pearl.failed_below_pct.value == given.nonresponse_below_pct
    assert pearl.partial_below_pct.value == given.partial_below_pct
    assert knowledge.number("response_from_pct") == given.response_from_pct
    for key in VERDICTS - {"eu_pearl"}:
        assert knowledge.rules[key].failed_below_pct.value == given.response_from_pct, key


def test_the_points_of_the_maudsley_method_are_those_of_the_dossier(
    stagings: Mapping[str, Staging], dossier: Dossier
) -> None:
    msm, given = stagings["msm"], dossier.msm
    assert {band.name: (band.low, band.high) for band in msm.bands} == given.bands
    assert msm.duration_months == tuple(step.points for step in given.duration_months)
    assert msm.failures == tuple(step.points for step in given.failures_levels)
    assert msm.severity == given.severity
    assert msm.per == {"augmentation": given.augmentation["used"], "ect": given.ect["used"]}


def test_the_most_points_of_the_dutch_measure_are_those_of_the_dossier(
    stagings: Mapping[str, Staging], dossier: Dossier
) -> None:
    most = {item: high for item, (_, high) in dossier.dm_trd.items.items()}
    assert stagings["dm_trd"].per == most


def test_the_other_stagings_are_those_of_the_dossier(
    stagings: Mapping[str, Staging], dossier: Dossier
) -> None:
    general, given = stagings["mgh_s"].per, dossier.mgh_s
    assert general["trial"] == given.per_failed_adequate_trial
    assert general["optimisation"] == given.per_optimisation
    assert general["ect"] == given.per_ect_course
    assert list(stagings["thase_rush"].stages) == ["0", "I", "II", "III", "IV", "V"]
    assert stagings["thase_rush"].per["trd_from_stage"] == dossier.thase_rush.trd_from_stage


def test_the_adherence_asked_of_every_rule_is_that_of_the_dossier(
    knowledge: Knowledge, shared: Path
) -> None:
    text = (shared / "clinical/staging/trials-from-records.md").read_text("utf-8")
    (told,) = re.findall(r"< ([\d.]+) = non-adherent", text)
    assert {rule.pdc_at_least.value for rule in knowledge.rules.values()} == {float(told)}


# ---------------------------------------------------------------- what the OHDSI cohort says


def test_the_drug_sets_of_ohdsi_1009_are_those_of_its_definition(
    knowledge: Knowledge, ohdsi: RecordAlgorithm, shared: Path
) -> None:
    sets = {
        "First-line anti-Depressants therapy": ohdsi.antidepressants,
        "Atypical Antipsychotics": ohdsi.antipsychotics,
        "esketamine": ohdsi.others,
    }
    for name, drugs in sets.items():
        told = [_concept(knowledge, drug) for drug in drugs]
        assert sorted(told) == sorted(_set_of_cohort(shared, name)), name


def _concept(knowledge: Knowledge, drug: str) -> str:
    """The OMOP concept of a drug that has a page; the ingredient itself of one that has none."""
    if drug not in knowledge.drugs:
        return drug
    return next(code.value for code in knowledge.drugs[drug].codes if code.system == "omop")


def _set_of_cohort(shared: Path, name: str) -> list[str]:
    """What one concept set lets in, as `_concept` tells it."""
    table = shared / "data/terminology/ohdsi_phenotypes/concept_sets.csv"
    with table.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["cohort"] == "1009"]
    return [
        ingredient if ingredient in WITHOUT_A_PAGE else row["concept_id"]
        for row in rows
        if row["concept_set"] == name and row["is_excluded"] == "False"
        for ingredient in [row["concept_name"].lower()]
    ]
