"""What the pages of payers must hold: every policy that was read, and for each criterion a test."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from euthymia.engine.findings import Fact
from euthymia.engine.judge import judge
from euthymia.knowledge import Knowledge
from euthymia.knowledge.criteria import Criterion
from euthymia.knowledge.evidence import Figure
from euthymia.knowledge.payers import Payer
from euthymia.library import FOLDER, shipped
from euthymia.terms import Quantity, Verdict

ESKETAMINE = {
    "Cigna": "cigna_esketamine",
    "QualChoice": "qualchoice_esketamine",
    "BCBS policy RX501.105": "bcbs_rx501_105",
    "CareFirst (Caremark)": "carefirst_caremark",
    "Medical Mutual": "medical_mutual",
}
"""The names of the dossier and the ids of the pages."""
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def pages() -> Knowledge:
    return shipped()


@pytest.fixture(scope="module")
def dossier(shared: Path) -> dict[str, Any]:
    clinical = shared / "clinical"
    return {
        "tms": tomllib.loads((clinical / "tms/tms.toml").read_text("utf-8")),
        "esketamine": tomllib.loads((clinical / "ketamine/ketamine.toml").read_text("utf-8")),
    }


def criteria(pages: Knowledge) -> Iterator[tuple[Payer, Criterion]]:
    for payer in pages.payers.values():
        for criterion in payer.criteria.values():
            yield payer, criterion


def met(pages: Knowledge, payer: str, criterion: str, **values: bool | Quantity) -> Verdict:
    """The verdict where these facts are known and no other is."""
    known = {name.replace("__", "."): value for name, value in values.items()}
    facts = {name: Fact(name, known.get(name), ask=one.ask) for name, one in pages.facts.items()}
    return judge(pages.payers[payer].criteria[criterion], facts).verdict


def months(figure: Figure | None) -> float | None:
    return None if figure is None else figure.value


# ---------------------------------------------------------------- every policy


def test_every_payer_of_magnetic_stimulation_is_there(
    pages: Knowledge, dossier: dict[str, Any]
) -> None:
    read = {one["id"] for one in dossier["tms"]["payer"]}

    assert {key for key, one in pages.payers.items() if one.option == "tms"} == read


def test_every_payer_of_esketamine_is_there_with_the_length_of_its_approval(
    pages: Knowledge, dossier: dict[str, Any]
) -> None:
    rows = dossier["esketamine"]["payer"]

    assert {one["name"] for one in rows} == set(ESKETAMINE)
    for row in rows:
        payer = pages.payers[ESKETAMINE[row["name"]]]
        assert payer.option == "esketamine"
        assert months(payer.approval_months) == row.get("approval_months")
        assert months(payer.reauth_months) == row.get("reauth_months")


def test_every_document_and_code_of_a_request_is_there(
    pages: Knowledge, dossier: dict[str, Any]
) -> None:
    common = dossier["tms"]["coverage_common"]
    packet = pages.packets["tms"]

    assert len(packet.documents) == len(common["packet"])
    assert len(packet.billing) == len(common["cpt"])
    assert {one.code for one in packet.billing} == {None}  # their owner licenses them
    told = str(dossier["esketamine"]["billing"])
    for option in ("esketamine", "ketamine_iv"):
        billed = [one.code for one in pages.packets[option].billing if one.code is not None]
        assert [code for code in billed if code not in told] == []


def test_codes_of_other_services_are_not_billed(pages: Knowledge) -> None:
    billed = {one.code for packet in pages.packets.values() for one in packet.billing}

    assert billed.isdisjoint({"90875", "90876"})


# ---------------------------------------------------------------- every criterion


def test_each_criterion_of_a_payer_is_a_requirement_that_rests_on_a_fact(
    pages: Knowledge,
) -> None:
    for payer, criterion in criteria(pages):
        assert criterion.kind == "requirement", (payer.id, criterion.id)
        assert criterion.facts, (payer.id, criterion.id)
        assert criterion.evidence, (payer.id, criterion.id)


def test_a_policy_that_was_not_readable_asks_for_nothing_and_says_so(pages: Knowledge) -> None:
    silent = [key for key, one in pages.payers.items() if not one.criteria]

    assert silent == ["medicare_other"]
    assert "not readable" in pages.payers["medicare_other"].remarks[0].says


def test_nothing_is_met_where_nothing_is_known(pages: Knowledge) -> None:
    facts = {name: Fact(name, None, ask=one.ask) for name, one in pages.facts.items()}
    found = {judge(criterion, facts).verdict for _, criterion in criteria(pages)}

    assert found == {Verdict.UNKNOWN}


def test_what_a_record_cannot_tell_is_asked(pages: Knowledge) -> None:
    assert met(pages, "medicare_L37086", "psychiatrist") is Verdict.UNKNOWN
    asked = pages.facts["payer.psychiatrist_ordered"]

    assert asked.section == "screening"
    assert asked.ask.endswith("?")


def test_a_silent_record_does_not_deny_active_suicidality(pages: Knowledge) -> None:
    assert met(pages, "aetna_cpb_0469", "no_suicidality", suicide_danger=False) is Verdict.UNKNOWN
    assert met(pages, "aetna_cpb_0469", "no_suicidality", suicide_danger=True) is Verdict.NOT_MET


@pytest.mark.parametrize(
    ("payer", "score", "verdict"),
    [
        ("qualchoice_esketamine", 16, Verdict.MET),
        ("qualchoice_esketamine", 15, Verdict.NOT_MET),
        ("bcbs_rx501_105", 15, Verdict.MET),
        ("ambetter_cp_bh_200", 15, Verdict.MET),
    ],
)
def test_a_score_on_the_cut_is_decided_as_the_copy_says(
    pages: Knowledge, payer: str, score: int, verdict: Verdict
) -> None:
    now = Quantity(score, "{score}")
    found = met(pages, payer, "severity", phq9_now=now, phq9_within_28_days=now)

    assert found is verdict


def test_a_doubtful_sign_of_the_copy_is_told(pages: Knowledge) -> None:
    note = pages.payers["qualchoice_esketamine"].criteria["severity"].note

    assert note is not None
    assert ">=" in note


def test_an_earlier_response_or_ect_opens_the_way_without_failed_trials(pages: Knowledge) -> None:
    found = met(pages, "optum_uhc", "resistance", prior_tms_response=True, failed_classes_2=False)

    assert found is Verdict.MET


def test_two_failures_of_one_class_are_not_two_classes(pages: Knowledge) -> None:
    failed = {"failed_adequate_trials_2": True, "failed_classes_2": False}

    assert met(pages, "bcbs_mp170_oct2024", "resistance", **failed) is Verdict.UNKNOWN
    assert met(pages, "ambetter_cp_bh_200", "two_classes", **failed) is Verdict.NOT_MET


def test_stimulation_beside_esketamine_costs_the_coverage_of_one_payer(pages: Knowledge) -> None:
    found = met(pages, "medical_mutual", "no_stimulation", payer__stimulation_beside=True)
    note = pages.payers["medical_mutual"].criteria["no_stimulation"].note

    assert found is Verdict.NOT_MET
    assert note is not None


# ---------------------------------------------------------------- no price


def test_no_page_of_a_payer_names_a_price() -> None:
    text = "".join(page.read_text("utf-8") for page in sorted((FOLDER / "payers").glob("*.toml")))

    assert re.findall(r"[$€£]|\b(?:USD|EUR|dollars?|euros?)\b", text) == []
