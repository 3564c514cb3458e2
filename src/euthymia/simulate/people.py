"""Who the patients are: the structural model, drawn for a whole block of patients at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec import Struct

from euthymia.simulate.world import NORMAL, World

Column = np.ndarray[Any, Any]
MONTHS_PER_YEAR = 12
YOUNGEST_ONSET = 6.0


class Person(Struct, frozen=True, kw_only=True):
    """One patient before anything was tried.

    Attributes:
        age, onset_age: Years now; whole years at the first episode.
        months: Length of the current episode.
        crp, il6, bmi: mg/L, pg/mL, kg/m2.
        baseline: PHQ-9 at the start of the first trial.
        unmeasured: U, in log-odds of non-response.
        indicators: The 16 values x, 0 to 1, as the causes page codes them.
        predictor: Log-odds that an adequate trial fails.
    """

    number: int
    age: float
    female: bool
    onset_age: float
    months: float
    episodes: int
    bmi: float
    height_cm: float
    crp: float
    il6: float
    gad7: int
    shaps: int
    isi: int
    ace: int
    pcl5: int
    osss3: int
    criticism: int
    executive_z: float
    unemployed: bool
    insecure: bool
    baseline: int
    unmeasured: float
    indicators: dict[str, float]
    predictor: float


def draw_scores(world: World, generator: np.random.Generator, patients: int) -> dict[str, Column]:
    """The standard normal scores of every variable, each of shape (patients,)."""
    scores: dict[str, Column] = {}
    for one in world.causes.variable:
        score = generator.standard_normal(patients) * world.causes.chance[one.name]
        for cause, weight in one.causes.items():
            score = score + weight * scores[cause]
        scores[one.name] = score
    return scores


def draw_people(
    world: World, generator: np.random.Generator, first: int, patients: int
) -> list[Person]:
    """A block of patients, numbered from `first`."""
    columns = draw_columns(world, generator, patients)
    indicators = indicators_of(columns, world)
    predictor = world.planted.intercept + columns["unmeasured"]
    for name, theta in world.thetas.items():
        predictor = predictor + theta * indicators[name]
    shown = {name: column.tolist() for name, column in columns.items()}
    shown["predictor"] = predictor.tolist()
    shown["number"] = list(range(first, first + patients))
    shown["indicators"] = _rows(indicators)
    rows = zip(*(shown[name] for name in Person.__struct_fields__), strict=True)
    return [Person(**dict(zip(Person.__struct_fields__, row, strict=True))) for row in rows]


def _rows(indicators: Mapping[str, Column]) -> list[dict[str, float]]:
    values = zip(*(column.tolist() for column in indicators.values()), strict=True)
    return [dict(zip(indicators, row, strict=True)) for row in values]


def draw_columns(world: World, generator: np.random.Generator, patients: int) -> dict[str, Column]:
    """Every measure of a block of patients, each of shape (patients,)."""
    scores = draw_scores(world, generator, patients)
    columns = _measured(world, scores) | _lived(world, scores)
    columns["height_cm"] = np.where(
        columns["female"],
        generator.normal(*world.body.female_cm, patients),
        generator.normal(*world.body.male_cm, patients),
    ).round()
    columns["unmeasured"] = world.planted.u_sd * scores["unmeasured"]
    return columns


def _measured(world: World, scores: Mapping[str, Column]) -> dict[str, Column]:
    at = {name: marginal.at for name, marginal in world.marginal.items()}
    whole = {
        "gad7": at["gad7"](scores["anxiety"]),
        "shaps": at["shaps"](scores["anhedonia"]),
        "isi": at["isi"](scores["insomnia"]),
        "ace": at["ace"](scores["trauma"]),
        "pcl5": at["pcl5"](scores["ptsd"]),
        "osss3": at["osss3"](scores["support"]),
        "criticism": at["criticism"](scores["criticism"]),
        "baseline": at["severity"](scores["severity"]),
    }
    return {name: np.rint(column).astype(int) for name, column in whole.items()} | {
        "bmi": at["bmi"](scores["bmi"]).round(1),
        "crp": at["crp"](scores["crp"]).round(2),
        "il6": at["il6"](scores["il6"]).round(2),
        "executive_z": at["executive_z"](scores["executive"]).round(2),
        "unemployed": scores["unemployment"] > NORMAL.inv_cdf(1 - world.shares.unemployed),
        "insecure": scores["housing"] > NORMAL.inv_cdf(1 - world.shares.housing),
    }


def _lived(world: World, scores: Mapping[str, Column]) -> dict[str, Column]:
    """Age, onset, length and number of episodes, so that they fit one life."""
    at = {name: marginal.at for name, marginal in world.marginal.items()}
    age = at["age"](scores["age"]).round(1)
    months = at["chronicity"](scores["chronicity"]).round()
    began = age - months / MONTHS_PER_YEAR
    episodes = np.rint(at["episodes"](scores["episodes"])).astype(int)
    onset = np.where(
        episodes > 1, np.minimum(at["early_onset"](scores["early_onset"]), began), began
    )
    return {
        "age": age,
        "female": scores["female"] > NORMAL.inv_cdf(1 - world.shares.female),
        "months": months,
        "episodes": episodes,
        "onset_age": np.floor(np.maximum(onset, YOUNGEST_ONSET)),
    }


def indicators_of(columns: Mapping[str, Column], world: World) -> dict[str, Column]:
    """The 16 indicators, each of shape (patients,), 0 to 1, as the intake contract maps them."""
    of, cuts = columns, world.cuts
    impaired = _yes(of["executive_z"] <= cuts.executive_below)
    months, crp = of["months"], of["crp"]
    return {
        "nt_anxious_features": _yes(of["gad7"] >= cuts.gad7_from),
        "nt_anhedonia": _yes(of["shaps"] > cuts.shaps_above),
        "np_episode_chronicity": _halves(months >= cuts.months_half, months >= cuts.months_whole),
        "np_number_episodes": _yes(of["episodes"] >= cuts.episodes_from),
        "np_age_onset": _yes(of["onset_age"] <= cuts.onset_at_most),
        "np_executive_cognition": np.where(
            of["age"] >= cuts.executive_age, impaired, cuts.executive_young * impaired
        ),
        "np_insomnia": _yes(of["isi"] >= cuts.isi_from),
        "in_hscrp": _halves(crp >= cuts.crp_half_from, crp > cuts.crp_whole_above),
        "in_bmi": _yes(of["bmi"] >= cuts.bmi_from),
        "in_il6_tnf": _yes(of["il6"] > world.labs.il6_p75),
        "ps_childhood_trauma": _yes(of["ace"] >= cuts.ace_from),
        "ps_unemployment": _yes(of["unemployed"]),
        "ps_housing": _yes(of["insecure"]),
        "ps_social_support": _yes(of["osss3"] <= cuts.osss3_at_most),
        "ps_ptsd": _yes(of["pcl5"] >= cuts.pcl5_from),
        "ps_conflict_criticism": _yes(of["criticism"] >= cuts.criticism_from),
    }


def _yes(column: Column) -> Column:
    return column.astype(float)


def _halves(from_half: Column, from_whole: Column) -> Column:
    return (_yes(from_half) + _yes(from_whole)) / 2
