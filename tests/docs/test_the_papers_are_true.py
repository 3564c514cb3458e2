"""README, walk and glossary against the code: a paper that lies is a fault like any other."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from euthymia.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
ENGINE = sorted(path.name for path in (ROOT / "src" / "euthymia" / "engine").glob("[a-z]*.py"))
WRITTEN = {"report.html", "out/"}
STANDS_FOR = {"record.json": "examples/two_fair_failures.json", "export/": "examples/"}


def commands() -> list[str]:
    """The lines of the README that call the command, without their comments."""
    return [line.split("#")[0].strip() for line in re.findall(r"^euthymia .*$", README, re.M)]


OPENS_A_SERVER = ("euthymia serve", "euthymia clinic")


@pytest.mark.parametrize("line", [one for one in commands() if one.startswith(OPENS_A_SERVER)])
def test_each_command_of_the_readme_that_stays_open_has_its_options(line: str) -> None:
    _, *words = shlex.split(line)
    told = CliRunner().invoke(app, [words[0], "--help"]).output
    assert all(word in told for word in words[1:] if word.startswith("--")), told


@pytest.mark.parametrize("line", [one for one in commands() if not one.startswith(OPENS_A_SERVER)])
def test_each_command_of_the_readme_runs(line: str, tmp_path: Path) -> None:
    arguments = [
        str(ROOT / STANDS_FOR[one]) if one in STANDS_FOR else one for one in shlex.split(line)
    ]
    arguments = [str(tmp_path / one) if one in WRITTEN else one for one in arguments]
    if "--patient" in arguments:
        arguments[arguments.index("--patient") + 1] = "synthetic-anna"
    if str(ROOT / "examples/") in arguments:
        arguments[arguments.index(str(ROOT / "examples/"))] = str(ROOT / STANDS_FOR["record.json"])
    done = CliRunner().invoke(app, arguments[1:])
    assert done.exit_code == 0, done.output


def test_the_readme_shows_every_command() -> None:
    shown = " ".join(commands())
    assert all(command in shown for command in ("assess", "explain", "knowledge"))


def test_each_link_of_the_readme_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("module", ENGINE)
def test_the_walk_passes_each_room_of_the_engine(module: str) -> None:
    assert f"`{module}`" in (ROOT / "docs" / "walk.md").read_text("utf-8")


def test_the_glossary_is_in_order_and_has_each_word_once() -> None:
    rows = re.findall(r"^\| \*(.+?)\*.*? \|", (ROOT / "GLOSSARY.md").read_text("utf-8"), re.M)
    assert rows == sorted(set(rows), key=str.lower)
