"""What the project is made of: its bill of materials, its audit, and no secret in its tree."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "locks" / "runtime.txt"
NOT_OURS = {".git", ".venv", "build", "dist", "__pycache__", ".hypothesis", ".idea", ".vscode"}
SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a key of a cloud": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a token of a host of code": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}\b|\bglpat-[\w-]{20}\b"),
    "a web token": re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}"),
    "a key of this clinic": re.compile(r"\A[0-9a-f]{64}\s*\Z"),
    "a secret that is set": re.compile(
        r"(?i)\b(?:secret|password|token|api_?key)\b[\"']?\s*[:=]\s*[\"'][A-Za-z0-9+/=_-]{24,}[\"']"
    ),
}


needs_environment = pytest.mark.skipif(
    not (ROOT / ".venv" / "bin" / "pip-audit").exists(),
    reason="the environment that run.py builds is not here",
)


@pytest.fixture(scope="module")
def run() -> ModuleType:
    """run.py as a module."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def locked() -> dict[str, str]:
    found = re.findall(r"^([a-z0-9._-]+)==(\S+)", LOCK.read_text("utf-8"), re.M)
    return dict(found)


def test_the_bill_of_materials_is_the_lock(tmp_path: Path) -> None:
    page = tmp_path / "sbom.json"
    if not (Path(sys.executable).parent / "cyclonedx-py").exists():
        pytest.skip("cyclonedx-py is not in this environment")
    form = ["--output-reproducible", "--of", "JSON", "-o", str(page)]
    subprocess.run(
        [Path(sys.executable).parent / "cyclonedx-py", "requirements", str(LOCK), *form],
        check=True,
        capture_output=True,
    )
    told = json.loads(page.read_text())
    assert {one["name"]: one["version"] for one in told["components"]} == locked()
    assert all(one["externalReferences"][0]["hashes"] for one in told["components"])


@needs_environment
def test_an_audit_that_cannot_look_is_no_clean_audit(run: ModuleType, tmp_path: Path) -> None:
    """Without the network nothing is looked up, and the exit status says so."""
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", "import sys; import run; sys.exit(run.audit())"],
        cwd=ROOT,
        env=nowhere,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "this is not a clean result" in done.stdout


@needs_environment
def test_a_package_that_was_skipped_counts_as_not_looked_up(
    run: ModuleType, tmp_path: Path
) -> None:
    page = tmp_path / "audit.json"
    everything = sorted(set(locked()) & run.installed())
    told = [{"name": name, "vulns": []} for name in everything]
    page.write_text(json.dumps({"dependencies": told}))
    assert run.not_looked_up(page) == []

    told[0] = {"name": everything[0], "skip_reason": "could not be audited"}
    page.write_text(json.dumps({"dependencies": told[:-1]}))
    assert run.not_looked_up(page) == sorted({everything[0], everything[-1]})
    assert run.not_looked_up(tmp_path / "none.json") == everything


def files() -> Iterator[Path]:
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        ours = not any(part in NOT_OURS or part.endswith("_cache") for part in parts)
        if ours and path.is_file() and path.suffix not in (".pyc", ".png"):
            yield path


def secrets_in(text: str) -> list[str]:
    return [what for what, pattern in SECRETS.items() if pattern.search(text)]


def test_no_secret_lies_in_the_tree() -> None:
    found = {
        str(path.relative_to(ROOT)): told
        for path in files()
        if (told := secrets_in(path.read_text("utf-8", errors="replace")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("-----BEGIN RSA " + "PRIVATE KEY-----\nMII", "a private key"),
        ("id = AKIA" + "ABCDEFGHIJKLMNOP", "a key of a cloud"),
        ("gh" + "p_" + "a" * 36, "a token of a host of code"),
        ("eyJ" + "a" * 12 + "." + "b" * 12 + "." + "c" * 12, "a web token"),
        ("ab" * 32 + "\n", "a key of this clinic"),
        ("SECRET" + ' = "' + "a1" * 16 + '"', "a secret that is set"),
    ],
)
def test_the_scan_for_secrets_sees_what_it_looks_for(text: str, what: str) -> None:
    assert secrets_in(text) == [what]
