"""The page as a browser shows it: accessible, at phone width, on three sheets of paper."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from euthymia import assess, shipped
from euthymia.cli.html import html_report
from euthymia.exchange.fhir import read_fhir
from euthymia.exchange.intake import read_intake

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CHROMIUM = shutil.which("chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no chromium here: apt-get install -y chromium brings it"
    ),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = EXAMPLES / "two_fair_failures.json"
    [record] = read_fhir([(source.name, source.read_bytes())], shipped())
    page = tmp_path_factory.mktemp("report") / "report.html"
    page.write_text(html_report(assess(record), shipped()), "utf-8")
    return page


FORMS: dict[str, dict[str, object]] = {
    "contributors": json.loads((EXAMPLES / "contributors.json").read_text("utf-8")),
    "silent": {"intake": 1, "as_of": "2026-06-30"},
    "excluded": {"intake": 1, "as_of": "2026-06-30", "diagnoses": [{"icd10cm": "F31.81"}]},
    "long_words": {
        "intake": 1,
        "as_of": "2026-06-30",
        "patient": {"id": "p" * 120},
        "trials": [{"id": "t" * 60, "drug": "d" * 120, "start": "2026-01-01"}],
    },
}


@pytest.fixture(scope="module", params=FORMS)
def other(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page in other states: nothing known, an exclusion, words that do not break."""
    content = json.dumps(FORMS[request.param]).encode()
    page = tmp_path_factory.mktemp(request.param) / "report.html"
    assessment = assess(read_intake("form.json", content, shipped()))
    page.write_text(html_report(assessment, shipped()), "utf-8")
    return page


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as tools:
        started = tools.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()


@pytest.mark.parametrize("width", [1200, 320])
def test_no_rule_of_accessibility_is_broken(browser, report: Path, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(report.as_uri())
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [1200, 640, 320])
def test_nothing_scrolls_sideways(browser, report: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_asks_the_network_for_nothing(browser, report: Path) -> None:
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    assert asked == [report.as_uri()]


def test_a_typical_patient_fits_five_sheets(browser, report: Path) -> None:
    page = browser.new_page()
    page.goto(report.as_uri())
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 5
    assert printed.count(b"/Type /Page") >= 2


UNFOLD = "document.querySelectorAll('details').forEach(one => one.open = true)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_unfolded_page_is_as_accessible_by_day_and_by_night(
    browser, report: Path, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = browser.new_page(viewport={"width": 1200, "height": 900}, color_scheme=scheme)
    page.goto(report.as_uri())
    page.evaluate(UNFOLD)
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [1200, 320])
def test_every_state_of_the_page_keeps_the_rules(browser, other: Path, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(other.as_uri())
    page.evaluate(UNFOLD)
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("drawing", ["timeline", "forest"])
@pytest.mark.parametrize(("width", "shown"), [(1200, "wide"), (320, "narrow")])
def test_one_picture_is_shown_and_its_type_can_be_read(
    browser, report: Path, width: int, shown: str, drawing: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(report.as_uri())
    visible = [one for one in page.query_selector_all(f"svg.{drawing}") if one.is_visible()]
    assert [one.get_attribute("class") for one in visible] == [f"{drawing} {shown}"]
    smallest = visible[0].evaluate(
        "one => Math.min(...[...one.querySelectorAll('text')]"
        ".map(text => text.getBoundingClientRect().height))"
    )
    assert smallest >= 12
