"""What the pages of reasons, constants, words and crisis lines must hold."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

from euthymia.knowledge import Knowledge
from euthymia.library import shipped

NOT_KNOWN = {"unknown_dose", "unknown_duration", "no_level"}
CAN_STAY_OPEN = {"nonadherent", "other_episode", "not_counted_agent", "response_achieved"}
GATE = {
    "adherent_and_adequate": "exposure_adequate",
    "dose_low": "exposure_dose_low",
    "duration_short": "exposure_too_short",
    "cyp_ultrarapid_substrate": "exposure_cyp_ultrarapid",
    "cyp_rapid_substrate": "exposure_cyp_rapid",
    "pdc_below_0_8": "exposure_nonadherent",
    "serum_below_range": "exposure_level_low",
}
"""The dossier's names for the chances that a trial was truly adequate, and ours."""

IN_THE_DOSSIER = {
    "era_gap_days": r"gap is <= (\d+) days",
    "stockpile_days": r"carry surplus forward at most (\d+) days",
    "inferred_supply_cap_days": r"capped at (\d+) d",
    "implausible_dose_factor": r"Reject dose > (\d+) x label maximum",
    "fills_needed_count": r"Require >= (\d+) fills",
    "cross_taper_days": r"overlap < (\d+) days",
    "untreated_gap_days": r">= (\d+) days with no depression code",
    "outcome_window_days": r"scale within (\d+) days before start",
}
"""Where the dossier on records tells a constant."""

UNITS = ("_count", "_days", "_decimals", "_factor", "_fraction", "_pct")


class DossierGate(Struct, frozen=True):
    defaults: dict[str, float]


class DossierIndicator(Struct, frozen=True):
    id: str
    gate: DossierGate | None = None


class DossierCauses(Struct, frozen=True):
    indicator: tuple[DossierIndicator, ...]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return shipped()


# ---------------------------------------------------------------- reasons, constants, words


def test_a_reason_that_can_stay_open_asks_and_only_such_a_reason(knowledge: Knowledge) -> None:
    assert {key for key, code in knowledge.codes.items() if code.ask} == NOT_KNOWN | CAN_STAY_OPEN


def test_every_constant_is_used_by_the_engine(knowledge: Knowledge, root: Path) -> None:
    page = tomllib.loads((root / "src/euthymia/library/parameters.toml").read_text("utf-8"))
    code = "".join(path.read_text("utf-8") for path in (root / "src/euthymia").rglob("*.py"))
    unused = [name for name in page["parameter"] if not _is_used(name, code)]
    assert not unused


def _is_used(parameter: str, code: str) -> bool:
    """Whether the code names it; the speed of a metaboliser is put into the name at run time."""
    stem = parameter.rpartition("_")[0]
    return f'"{parameter}"' in code or f'f"{stem}_{{' in code


def test_every_constant_ends_with_its_unit_or_is_a_chance(knowledge: Knowledge, root: Path) -> None:
    page = tomllib.loads((root / "src/euthymia/library/parameters.toml").read_text("utf-8"))
    for name in page["parameter"]:
        if name.startswith("exposure_"):
            assert 0 < knowledge.number(name) < 1, name
        else:
            assert name.endswith(UNITS), name


def test_words_are_lower_case_and_stand_for_one_meaning(knowledge: Knowledge) -> None:
    reasons = {"depression", "intolerance", "lack_of_efficacy", "other", "patient_choice"}
    told = [word for key in sorted(reasons) for word in knowledge.words[key].words]
    assert len(told) == len(set(told))
    assert [word for word in told if word != word.lower().strip()] == []


# ---------------------------------------------------------------- crisis lines


def test_every_country_has_an_emergency_number_and_a_day_of_checking(knowledge: Knowledge) -> None:
    lines = knowledge.crisis_lines
    assert set(lines) == {"US", "CA", "GB", "IE", "AU", "NZ", "DE", "IN", "EU", "default"}
    for country, line in lines.items():
        assert re.search(r"\d{3}", line.emergency), country
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", line.checked), country


def test_a_country_has_a_line_to_dial_and_elsewhere_there_is_a_list(knowledge: Knowledge) -> None:
    for country, line in knowledge.crisis_lines.items():
        sought = "findahelpline.com" if country in {"EU", "default"} else r"\d{3}"
        assert re.search(sought, re.sub(r"[ -]", "", line.says)), country


def test_a_crisis_number_counts_as_checked_only_if_its_source_can_be_opened(
    knowledge: Knowledge,
) -> None:
    for country, line in knowledge.crisis_lines.items():
        if line.status == "verified":
            assert all(source.url for source in line.evidence), country


# ---------------------------------------------------------------- what the dossier says


def test_the_reasons_are_those_of_the_dossier(knowledge: Knowledge, shared: Path) -> None:
    page = tomllib.loads((shared / "clinical/staging/staging.toml").read_text("utf-8"))
    assert set(knowledge.codes) == set(page["adequacy"]["codes"])


def test_the_chances_of_true_exposure_are_those_of_the_dossier(
    knowledge: Knowledge, shared: Path
) -> None:
    page = tomllib.loads((shared / "clinical/causes/causes.toml").read_text("utf-8"))
    causes = msgspec.convert(page, DossierCauses)
    (given,) = [one.gate.defaults for one in causes.indicator if one.gate]
    assert {name: knowledge.number(GATE[name]) for name in given} == given


def test_the_constants_are_those_of_the_dossier(knowledge: Knowledge, shared: Path) -> None:
    text = (shared / "clinical/staging/trials-from-records.md").read_text("utf-8")
    for parameter, phrase in IN_THE_DOSSIER.items():
        told = re.findall(phrase, text)
        assert told, parameter
        assert {float(number) for number in told} == {knowledge.number(parameter)}, parameter
