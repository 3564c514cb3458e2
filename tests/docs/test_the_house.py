"""The house: what may lie in it, whether its lock and papers hold, what goes into the wheel."""

import ast
import functools
import importlib
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pathspec
import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "euthymia"
NOT_OURS = {".git", ".venv", "build", "dist", "__pycache__", ".hypothesis", ".idea", ".vscode"}

# Written so that this file does not hold what it forbids.
FORBIDDEN_ANYWHERE = {
    "a package registry host": re.compile(
        r"\b(?:pypi\.(?:org|python)|pythonhosted\.org|registry\.npmjs|(?:deb|security)\.debian)\b"
    ),
    "a registry address": re.compile(r"(?:extra-)?index-url[ =]+\S|://[^\s\"']+/simple/"),
    "a path of one machine": re.compile(r"(?<![\w./~}-])/(?:work|tmp|root|home)/\w"),
    "a value set of VSAC": re.compile(r"2\.16\.840\.1\.11(?:3762|3883\.3)\.\d"),
}
DEVICES = ("43252007", "14106009", "72506001")
"""Identifiers that NOTICE names: a cochlear prosthesis, a pacemaker, a defibrillator."""
FORBIDDEN_IN_THE_PACKAGE = {
    "a SNOMED CT code": re.compile(
        r"(?i)\b(?:snomed|sct)\b[\s\S]{0,40}?(?<![\d.])\d{6,18}(?![\d.])"
    ),
    "a CPT code": re.compile(r"(?i)\bcpt\b[\s\S]{0,20}?(?<![\d.])\d{4}[\dA-Z](?![\d.])"),
}


def files_under(folder: Path) -> Iterator[Path]:
    """Every file that could be tracked: caches, environments and builds are passed over."""
    for place, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if f not in NOT_OURS and not f.endswith("_cache")]
        yield from (Path(place, name) for name in names if not name.endswith(".pyc"))


def faults(name: str, text: str, forbidden: dict[str, re.Pattern[str]]) -> list[str]:
    return [
        f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {what}"
        for what, pattern in forbidden.items()
        for found in pattern.finditer(text)
        if not found.group().endswith(DEVICES)
    ]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


@functools.cache
def project() -> dict:
    return tomllib.loads(text_of(ROOT / "pyproject.toml"))


@functools.cache
def locked() -> dict[str, tuple[str, str]]:
    """Name -> (version, the lines of that requirement)."""
    entries = re.split(r"\n(?=[A-Za-z])", "\n" + text_of(ROOT / "locks" / "runtime.txt"))[1:]
    heads = (re.match(r"([A-Za-z0-9._-]+)==(\S+)", entry) for entry in entries)
    return {h[1]: (h[2], e) for h, e in zip(heads, entries, strict=True) if h}


# What may lie in the repository


def test_no_file_names_a_registry_a_machine_path_or_licensed_content():
    found = [
        fault
        for path in files_under(ROOT)
        for fault in faults(str(path.relative_to(ROOT)), text_of(path), FORBIDDEN_ANYWHERE)
    ]

    assert found == []


def test_the_package_ships_no_code_of_snomed_ct_or_cpt():
    found = [
        fault
        for path in files_under(PACKAGE)
        for fault in faults(str(path.relative_to(ROOT)), text_of(path), FORBIDDEN_IN_THE_PACKAGE)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("https://py" + "pi.org/project", "a package registry host"),
        ("pip install --index-" + "url https://mirror", "a registry address"),
        ("see /wo" + "rk/main/notes", "a path of one machine"),
        ("/ho" + "me/someone", "a path of one machine"),
        ("2.16.840.1.11" + "3762.1.4.1047.1", "a value set of VSAC"),
        ('snomed = ["37014' + '3000"]', "a SNOMED CT code"),
        ('{"system": "http://snomed.info/sct",\n "code": "37014' + '3000"}', "a SNOMED CT code"),
        ("cpt:908" + "67", "a CPT code"),
    ],
)
def test_the_scan_sees_what_it_looks_for(text: str, what: str):
    (found,) = faults("page", text, FORBIDDEN_ANYWHERE | FORBIDDEN_IN_THE_PACKAGE)

    assert found == f"page:1: {what}"


@pytest.mark.parametrize(
    "text",
    [
        'SNOMED = "http://snomed.info/sct"',
        "https://www.example.org/home/guideline",
        "a ratio of work/home/rest",
        'rxcui = "36437"',
    ],
)
def test_the_scan_lets_pass_what_is_harmless(text: str):
    assert faults("page", text, FORBIDDEN_ANYWHERE | FORBIDDEN_IN_THE_PACKAGE) == []


def test_the_notices_that_others_ask_for_are_there():
    notice = " ".join(text_of(ROOT / "NOTICE").split())

    assert "This material contains content from LOINC (http://loinc.org)." in notice
    assert "courtesy of the U.S. National Library of Medicine (NLM)" in notice
    assert "Apache License" in text_of(ROOT / "LICENSE")


def test_only_the_module_of_units_knows_the_libraries_of_units():
    knows = {
        path.relative_to(PACKAGE).as_posix()
        for path in files_under(PACKAGE)
        if path.suffix == ".py" and imported(path) & {"pint", "ucumvert"}
    }

    assert knows == {"exchange/units.py"}


def imported(path: Path) -> set[str]:
    """The top names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


# The lock


def test_every_locked_requirement_is_one_version_with_hashes():
    without = [name for name, (_, lines) in locked().items() if "--hash=sha256:" not in lines]
    lines = text_of(ROOT / "locks" / "runtime.txt").splitlines()
    unread = [
        line
        for line in lines
        if not re.match(r"#|    --hash=sha256:[0-9a-f]{64}|[a-z0-9._-]+==\S+ (;.+ )?\\$", line)
    ]

    assert locked()
    assert (without, unread) == ([], [])


def test_the_lock_names_no_address():
    assert "://" not in text_of(ROOT / "locks" / "runtime.txt")


def test_the_lock_serves_all_that_the_project_asks_for():
    table = project()
    asked = [
        *table["project"]["dependencies"],
        *table["project"]["optional-dependencies"]["test"],
        *table["dependency-groups"]["build"],
        *table["build-system"]["requires"],
    ]
    unserved = [
        str(need)
        for need in map(Requirement, asked)
        if need.name not in locked() or not need.specifier.contains(locked()[need.name][0])
    ]

    assert unserved == []


def test_every_dependency_says_why_it_is_there():
    lines = text_of(ROOT / "pyproject.toml").splitlines()
    needs = [line for line in lines if re.match(r'\s+"[a-z0-9-]+[\[<>=~]', line)]
    table = project()["project"]

    extras = table["optional-dependencies"].values()
    assert len(needs) == len(table["dependencies"]) + sum(len(extra) for extra in extras)
    assert [line for line in needs if not re.search(r",\s+# \w", line)] == []


# The papers


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda p: p.stem)
def test_every_decision_tells_context_decision_and_consequences(page: Path):
    headings = re.findall(r"^## (.+)$", text_of(page), flags=re.MULTILINE)
    number = int(page.name[:4])

    assert headings == ["Context", "Decision", "Consequences"]
    assert text_of(page).startswith(f"# {number}. ")


def test_decisions_are_numbered_without_a_gap():
    numbers = sorted(int(page.name[:4]) for page in (ROOT / "docs" / "adr").glob("*.md"))

    assert numbers == list(range(1, len(numbers) + 1))


def jobs_named_in(path: Path) -> set[str]:
    return set(re.findall(r"python3 run\.py ([a-z]+)", text_of(path)))


def test_the_readme_leads_with_the_two_commands_of_run_py():
    commands = re.findall(r"^\s*(?:\$ )?python3 run\.py (\w+)", text_of(ROOT / "README.md"), re.M)

    assert commands[:2] == ["demo", "test"]


def test_every_job_named_in_the_papers_is_one_that_run_py_does():
    jobs = set(importlib.import_module("run").JOBS)
    papers = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / ".ci" / "run"]
    unknown = {path.name: jobs_named_in(path) - jobs for path in papers}

    assert {name: words for name, words in unknown.items() if words} == {}
    assert jobs_named_in(ROOT / "run.py") == jobs


# The wheel


def test_the_wheel_leaves_out_no_page_template_or_contract_of_the_package():
    wheel = project()["tool"]["hatch"]["build"]["targets"]["wheel"]
    ignored = pathspec.GitIgnoreSpec.from_lines(text_of(ROOT / ".gitignore").splitlines())
    files = [path.relative_to(ROOT).as_posix() for path in files_under(PACKAGE)]

    assert wheel == {"packages": ["src/euthymia"]}  # nothing left out by name
    assert [name for name in files if ignored.match_file(name)] == []  # nor by .gitignore
    assert "src/euthymia/py.typed" in files
    assert any(name.endswith(".toml") for name in files)


@pytest.mark.slow
def test_a_wheel_that_is_built_holds_every_file_of_the_package_and_nothing_forbidden(
    tmp_path: Path,
):
    pytest.importorskip("hatchling", reason="hatchling is not in this environment")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        texts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    shipped = {path.relative_to(ROOT / "src").as_posix() for path in files_under(PACKAGE)}
    rules = FORBIDDEN_ANYWHERE | FORBIDDEN_IN_THE_PACKAGE

    assert shipped - set(texts) == set()
    assert {n.rpartition("/")[2] for n in texts if ".dist-info/licenses/" in n} == {
        "LICENSE",
        "NOTICE",
    }
    assert [f for n, t in texts.items() if n in shipped for f in faults(n, t, rules)] == []
