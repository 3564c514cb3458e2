"""The page for whoever installs the clinic: every setting, every command, every option is in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from euthymia.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "clinic.md").read_text("utf-8")
TABLE = re.findall(r"^\| (`EUTHYMIA_.*?) \|", PAGE, re.M)
VARIABLE = re.compile(r"EUTHYMIA_[A-Z_]+")


def read_in_code() -> set[str]:
    """Every variable whose name stands alone in a string of the code: what it reads or sets."""
    return {name for path in (ROOT / "src").rglob("*.py") for name in _named(path)}


def _named(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from VARIABLE.findall(node.value) if VARIABLE.fullmatch(node.value) else ()


def test_the_page_lists_each_variable_that_is_read_and_no_other() -> None:
    listed = {name for row in TABLE for name in VARIABLE.findall(row)}
    assert listed == read_in_code()
    assert len(listed) > 12


def commands() -> dict[str, set[str]]:
    """Each command of the clinic with its options."""
    every = get_command(app).commands  # type: ignore[attr-defined]
    found = {"euthymia serve": every["serve"]}
    found |= {f"euthymia clinic {name}": one for name, one in every["clinic"].commands.items()}
    return {
        name: {word for one in told.params for word in one.opts} for name, told in found.items()
    }


@pytest.mark.parametrize("command", commands())
def test_the_page_tells_each_command_with_its_options(command: str) -> None:
    assert command in PAGE
    untold = {
        word for word in commands()[command] if word.startswith("--") and f"{word}" not in PAGE
    }
    assert untold == set()


def test_the_page_gives_no_option_that_no_command_has() -> None:
    given = re.findall(r"euthymia (serve|clinic \w[\w-]*)([^\n`#;]*)", PAGE)
    assert given
    for command, words in given:
        known = commands()[f"euthymia {command}"]
        assert set(re.findall(r"--[\w-]+", words)) <= known


def test_the_page_has_one_word_for_whoever_keeps_the_machine() -> None:
    assert "The *owner* is whoever installs it and keeps the machine." in PAGE
    assert not re.search(r"sysadmin|operator of the server|installer|superuser", PAGE)
