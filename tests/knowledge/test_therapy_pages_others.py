"""What the pages of arms and other therapies must hold: the rates of the dossier, and no guess."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest

from euthymia.knowledge import Knowledge
from euthymia.knowledge.therapies import Arm, Merit, Rate
from euthymia.library import FOLDER, shipped

OTHERS = (
    "ect", "lithium", "aripiprazole", "t3", "augmentation", "psychotherapy",
    "vagus_nerve_stimulation",
)  # fmt: skip
PAGES = (
    "arms", "ect", "lithium", "aripiprazole", "t3", "augmentation", "psychotherapy", "vns_implant",
)  # fmt: skip


@pytest.fixture(scope="module")
def pages() -> Knowledge:
    return shipped()


@pytest.fixture(scope="module")
def rows(shared: Path) -> dict[str, dict[str, Any]]:
    """The arms of the dossier by their id."""
    file = shared / "clinical/causes/baseline-effects.toml"
    return {row["id"]: row for row in tomllib.loads(file.read_text("utf-8"))["arm"]}


def rate(told: dict[str, Any] | None) -> Rate | None:
    """A rate as the dossier tells it; a range or a course over time is none."""
    if told is None or "pct" not in told:
        return None
    interval = told.get("ci95")
    return Rate(told["pct"], None if interval is None else tuple(interval))


def words(arm: Arm) -> str:
    return " ".join(filter(None, (arm.study, arm.effect, arm.bias, arm.note, arm.weeks)))


# ---------------------------------------------------------------- arms


def test_every_arm_of_the_dossier_is_there_and_no_other(
    pages: Knowledge, rows: dict[str, dict[str, Any]]
) -> None:
    assert len(rows) == 42
    assert set(pages.arms) == set(rows)


def test_rates_intervals_and_sizes_are_those_of_the_dossier(
    pages: Knowledge, rows: dict[str, dict[str, Any]]
) -> None:
    for key, row in rows.items():
        arm = pages.arms[key]
        told = (rate(row.get("response")), rate(row.get("remission")), row.get("n"))
        assert (arm.response, arm.remission, arm.n) == told, key


def test_who_was_blinded_how_an_arm_is_used_and_how_sure_it_is_are_those_of_the_dossier(
    pages: Knowledge, rows: dict[str, dict[str, Any]]
) -> None:
    for key, row in rows.items():
        arm = pages.arms[key]
        told = (row.get("blinded"), row["use"], row["status"])
        assert (arm.blinded, arm.use, arm.status) == told, key


def test_every_comparator_stands_beside_its_arm(
    pages: Knowledge, rows: dict[str, dict[str, Any]]
) -> None:
    for key, row in rows.items():
        told, control = row.get("control"), pages.arms[key].control
        assert (control is None) == (told is None), key
        if told is None or control is None:
            continue
        for outcome in ("response_pct", "remission_pct"):
            if isinstance(told.get(outcome), str):
                for number in re.findall(r"[\d.]+", told[outcome]):
                    assert f"{number} %" in words(pages.arms[key]), (key, number)
            else:
                assert getattr(control, outcome) == told.get(outcome), key


@pytest.mark.parametrize("table", ["effect", "response_by_time", "remission_by_time", "relapse"])
def test_numbers_that_are_no_rates_are_told_in_words(
    pages: Knowledge, rows: dict[str, dict[str, Any]], table: str
) -> None:
    told = [(key, row[table]) for key, row in rows.items() if table in row]
    for key, numbers in told:
        flat = [number for value in numbers.values() for number in flattened(value)]
        missing = [one for one in flat if one not in words(pages.arms[key])]
        assert missing == [], key
    assert told


def flattened(value: object) -> list[str]:
    """Numbers of an effect as a page writes them; words of the dossier are left out."""
    if isinstance(value, list):
        return [text for part in value for text in flattened(part)]
    return [f"{value:g}".removeprefix("0")] if isinstance(value, int | float) else []


def test_a_bias_that_the_dossier_names_is_told(
    pages: Knowledge, rows: dict[str, dict[str, Any]]
) -> None:
    biased = [key for key, row in rows.items() if "bias" in row]

    assert [key for key in biased if not pages.arms[key].bias] == []
    assert biased


def test_the_early_remission_of_snt_never_stands_without_the_replication(
    pages: Knowledge,
) -> None:
    first, second = pages.arms["snt_rct1"], pages.arms["snt_rct2"]

    assert first.use == "context"
    assert second.use == "prior"
    assert first.note is not None
    assert "Kratter 2026" in first.note
    assert "50.0 %" in first.note
    said = [key for key, arm in pages.arms.items() if "78.6" in words(arm)]
    assert [key for key in said if "replication" not in words(pages.arms[key])] == []


def test_one_prior_stands_for_each_protocol_that_has_one(pages: Knowledge) -> None:
    priors = [name for arm in pages.arms.values() if arm.use == "prior" for name in arm.protocols]

    assert sorted(priors) == ["dtms_h1", "hf10_left_std", "itbs_600", "snt_saint"]


def test_the_disputed_sum_of_stard_is_called_disputed(pages: Knowledge) -> None:
    assert "disputed" in words(pages.arms["stard_steps"])
    assert "Disputed" in words(pages.arms["stard_reanalysis"])


# ---------------------------------------------------------------- the other therapies


@pytest.mark.parametrize("name", OTHERS)
def test_safety_that_no_page_can_judge_says_so(pages: Knowledge, name: str) -> None:
    gap = pages.therapies[name].no_knowledge

    assert gap is not None
    assert gap.says.startswith("No knowledge yet")


@pytest.mark.parametrize("name", OTHERS)
def test_a_therapy_stands_by_every_merit_but_cost(pages: Knowledge, name: str) -> None:
    standings = pages.therapies[name].standings

    assert set(standings) == set(get_args(Merit)) - {"cost"}
    for merit, standing in standings.items():
        assert 0 <= standing.level <= 4, merit
        assert standing.status == "choice", merit
        assert standing.evidence, merit


@pytest.mark.parametrize("name", OTHERS)
def test_the_arm_of_a_therapy_is_its_own_and_may_seed_an_outlook(
    pages: Knowledge, name: str
) -> None:
    key = pages.therapies[name].arm
    if key is not None:
        assert pages.arms[key].option == name
        assert pages.arms[key].use == "prior"
    else:
        priors = [one for one in pages.arms.values() if one.option == name and one.use == "prior"]
        assert priors == []


def test_what_is_known_of_an_unsafe_step_is_a_criterion(pages: Knowledge) -> None:
    assert pages.therapies["t3"].criteria["adrenal_insufficiency"].kind == "contraindication"
    assert pages.therapies["aripiprazole"].criteria["dementia"].kind == "precaution"
    assert pages.therapies["lithium"].criteria["kidney_disease"].kind == "precaution"


def test_no_page_of_a_therapy_names_a_cost() -> None:
    text = "".join((FOLDER / f"therapies/{name}.toml").read_text("utf-8") for name in PAGES)

    assert re.findall(r"[$€£]|\b(?:USD|EUR|dollars?|euros?)\b|standings\.cost", text) == []


def test_benefit_does_not_rank_stimulation_ketamine_and_esketamine(pages: Knowledge) -> None:
    """No established moderator and no ranking by direct trials tells them apart."""
    levels = {
        name: pages.therapies[name].standings["benefit"].level
        for name in ("tms", "ketamine_iv", "esketamine")
    }

    assert len(set(levels.values())) == 1, levels
