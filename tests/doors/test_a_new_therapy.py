"""A therapy added as one page appears in every door, without a line of code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from euthymia import assess
from euthymia.cli import pages
from euthymia.cli.html import html_report
from euthymia.engine.assessment import Assessment
from euthymia.exchange.document import to_json
from euthymia.exchange.intake import read_intake
from euthymia.exchange.text import report
from euthymia.knowledge import Knowledge
from euthymia.library import reader

LIBRARY = Path(reader.__file__).parent
PAGE = """
# A therapy that nobody has: it shows what one page does.

[review]
authored = "a test"
checked  = "by nobody"
reviewed = "2026-11-24"
next     = "2027-11-24"

[therapy.moonlight]
name      = "Moonlight therapy"
about     = { says = "Light of the moon.", status = "choice", evidence = ["moonlight-study"] }
onset     = { says = "By the next full moon.", status = "choice", evidence = ["moonlight-study"] }

[therapy.moonlight.criteria.sunburn]
kind      = "contraindication"
title     = "Sunburn"
when      = { fact = "sunburn_coded", is = true }
says      = "Burnt skin must not see the moon."
status    = "choice"
evidence  = ["moonlight-study"]
actions   = ["do_not_count_trial"]

[therapy.moonlight.criteria.moonlight_depression]
kind      = "indication"
title     = "A depressive episode"
when      = { fact = "depressive_episode_diagnosed", is = true }
says      = "Depression is what the moon is for."
status    = "choice"
evidence  = ["moonlight-study"]

[fact.sunburn_coded]
section   = "diagnoses"
ask       = "Is the skin burnt by the sun?"
codes     = ["icd10cm:L55"]

[evidence.moonlight-study]
title     = "A study that nobody made"
supports  = "Nothing: it stands in a test."
"""
TODAY = "2026-11-24"


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    folder = tmp_path_factory.mktemp("library")
    shutil.copytree(LIBRARY, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py"))
    (folder / "therapies" / "moonlight.toml").write_text(PAGE, "utf-8")
    return reader.read(folder, "test")


def assessed(knowledge: Knowledge, *codes: str) -> Assessment:
    form = {
        "intake": 1,
        "as_of": TODAY,
        "complete": ["diagnoses"],
        "diagnoses": [{"icd10cm": code} for code in codes],
    }
    return assess(read_intake("form", json.dumps(form).encode(), knowledge), knowledge)


@pytest.mark.parametrize(
    ("codes", "suitability"),
    [
        (("F33.2",), "suitable"),
        (("F33.2", "L55.0"), "contraindicated"),
        (("Z00.0",), "not_indicated"),
    ],
)
def test_it_is_judged_like_any_other(
    knowledge: Knowledge, codes: tuple[str, ...], suitability: str
) -> None:
    answer = json.loads(to_json(assessed(knowledge, *codes)))

    assert answer["options"]["moonlight"]["suitability"] == suitability
    assert set(answer["options"]["moonlight"]["findings"]) == {"sunburn", "moonlight_depression"}


def test_its_study_is_cited(knowledge: Knowledge) -> None:
    assert "moonlight-study" in json.loads(to_json(assessed(knowledge, "F33.2")))["evidence"]


def test_it_stands_among_the_choices(knowledge: Knowledge) -> None:
    answer = json.loads(to_json(assessed(knowledge, "F33.2")))

    assert "moonlight" in answer["choice"]["now"]


def test_the_terminal_and_the_page_show_it(knowledge: Knowledge) -> None:
    burnt = assessed(knowledge, "F33.2", "L55.0")

    for shown in (report(burnt, knowledge), html_report(burnt, knowledge)):
        assert "Moonlight therapy" in shown
        assert "Burnt skin must not see the moon." in shown


def test_it_can_be_listed_and_explained(knowledge: Knowledge) -> None:
    assert "moonlight" in pages.listed("therapies", knowledge)
    assert "Moonlight therapy" in pages.explained("moonlight", knowledge)
    assert "Burnt skin must not see the moon." in pages.explained("sunburn", knowledge)
