#!/usr/bin/env python3
"""Builds Euthymia's own environment from the lock, then does one job in it.

    python3 run.py demo      judge a bundled patient: report here, and as a page in build/demo
    python3 run.py test      lint, types, floors, tests; --all adds the slow and the browser tests
    python3 run.py check     lint, types and floors only
    python3 run.py serve     a throw-away clinic of invented patients on http://127.0.0.1:8000
    python3 run.py reports   the reports of all examples on http://127.0.0.1:8000 (or: reports PORT)
    python3 run.py bench     every benchmark, one after the other
    python3 run.py slow      long jobs that can be taken up again: slow NAME; alone, it lists them
    python3 run.py mutate    change each number on each page: a case must break (slow)
    python3 run.py lock      rebuild locks/runtime.txt (needs uv; --upgrade for newer releases)
    python3 run.py sbom      the bill of materials of the lock, CycloneDX, in build/sbom.json
    python3 run.py audit     known faults of what is locked; offline it fails, never green
    python3 run.py help      this text

Needs Python 3.11 or newer with venv and, the first time, the package registry that pip is set to.
What follows test, serve, slow, mutate or lock is passed on: `python3 run.py test -k dose`.
"""

# Only the standard library, and no syntax newer than 3.7: it must live to say what is missing.
from __future__ import annotations

import functools
import hashlib
import html
import http.server
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
LOCK = ROOT / "locks" / "runtime.txt"
PROJECT = ROOT / "pyproject.toml"
STAMP = VENV / "made-from.sha256"
PATIENT = Path("examples", "whole_answer.json")  # from the root, where every program starts
OLDEST = (3, 11)
NO_TEST_COLLECTED = 5  # pytest's exit status
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports", "--no-logo", "--no-cache"),
)


# The environment


def prepare() -> None:
    """Makes .venv, unless it stands as the lock and pyproject.toml want it."""
    require_python()
    wanted = [fingerprint(LOCK), fingerprint(PROJECT)]
    found = STAMP.read_text().split() if STAMP.exists() else []
    if found == wanted:
        return
    if found[:1] != wanted[:1]:
        build_environment()
    install_project()
    STAMP.write_text("\n".join(wanted))


def require_python() -> None:
    if sys.version_info < OLDEST:
        sys.exit(f"euthymia needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    if importlib.util.find_spec("ensurepip") is None:
        sudo = "" if os.geteuid() == 0 else "sudo "
        sys.exit(
            "this Python cannot make an environment: its venv package is not installed\n"
            f"on Debian or Ubuntu: {sudo}apt-get install -y python3-venv"
        )


def fingerprint(path: Path) -> str:
    """SHA-256 of a file and of what else an environment hangs on: its place and the Python."""
    parts = (path.read_bytes(), os.fsencode(ROOT), sys.version.encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def build_environment() -> None:
    say("building .venv from locks/runtime.txt (once, about a minute)")
    shutil.rmtree(VENV, ignore_errors=True)
    require(run(Path(sys.executable), "-m", "venv", str(VENV)), "making .venv")
    pip("install", "--require-hashes", "--only-binary", ":all:", "--requirement", str(LOCK))


def install_project() -> None:
    pip("install", "--no-deps", "--no-index", "--no-build-isolation", "--editable", str(ROOT))
    pip("check")  # the lock must serve what pyproject.toml asks for


def pip(*arguments: str) -> None:
    errors_only = ("--quiet", "--quiet", "--disable-pip-version-check")
    require(run(BIN / "python", "-m", "pip", *errors_only, *arguments), f"pip {arguments[0]}")


def require(status: int, what: str) -> None:
    if status:
        sys.exit(f"{what} failed (exit status {status}); the lines above say why")


# Running one thing


def run(program: Path, *arguments: str) -> int:
    """Exit status of a program, run from the root and deaf to a foreign PYTHONPATH."""
    deaf_to = ("PYTHONPATH", "PYTHONHOME")
    settings = {name: value for name, value in os.environ.items() if name not in deaf_to}
    done = subprocess.run([str(program), *arguments], cwd=ROOT, env=settings, check=False)
    return done.returncode


def report(patient: Path, page: Path) -> int:
    """Writes the HTML report of a patient; exit status of the command."""
    page.parent.mkdir(parents=True, exist_ok=True)
    as_page = ("--format", "html", "--out", str(page))
    return run(BIN / "euthymia", "assess", str(patient), *as_page)


def say(text: str) -> None:
    print(text, flush=True)  # flushed: what the programs print comes after it


# The jobs


def demo() -> int:
    page = ROOT / "build" / "demo" / "report.html"
    status = run(BIN / "euthymia", "assess", str(PATIENT)) or report(PATIENT, page)
    if not status:
        say(WHAT_NEXT.format(page=page, euthymia=(BIN / "euthymia").relative_to(ROOT)))
    return status


WHAT_NEXT = """
The same report as a page, with its timeline: {page}

Try next
  {euthymia} explain hypothyroid        a finding, by its id: what it means, on whose word
  {euthymia} knowledge list             every page of knowledge
  {euthymia} knowledge show sertraline  one entry, with its sources
  {euthymia} assess YOUR_FILE           FHIR R4 (Bundle, list, NDJSON, folder) or intake form
"""


def check() -> int:
    return summary([(name_of(line), run(BIN / line[0], *line[1:])) for line in CHECKS])


def test(*arguments: str) -> int:
    chosen = [word for word in arguments if word != "--all"]
    scope = [] if "--all" in arguments else ["-m", "not slow and not browser"]
    results = [(name_of(line), run(BIN / line[0], *line[1:])) for line in CHECKS]
    status = run(BIN / "python", "-m", "pytest", "-n", "2", "-rs", *scope, *chosen)
    if scope:
        say("left out: tests marked slow or browser; python3 run.py test --all runs them too")
    if status == NO_TEST_COLLECTED:
        say("no test was collected: that counts as a failure")
    return summary([*results, ("pytest", status)])


def name_of(line: tuple[str, ...]) -> str:
    return " ".join(word for word in line if word[0] not in "-.")


def summary(results: list[tuple[str, int]]) -> int:
    for name, status in results:
        say(f"{'failed' if status else 'ok':>6}  {name}")
    return int(any(status for _, status in results))


def serve(*words: str) -> int:
    """The demonstration of the clinic; what follows is passed on to `euthymia serve`."""
    say("building the throw-away clinic; its address and how to sign in come in a moment")
    return run(BIN / "euthymia", "serve", "--demo", *words)


def reports(*words: str) -> int:
    port = " ".join(words) or "8000"
    folder = ROOT / "build" / "serve"
    shutil.rmtree(folder, ignore_errors=True)
    patients = sorted(p.relative_to(ROOT) for p in (ROOT / "examples").glob("*.json"))
    folder.mkdir(parents=True)
    names = [p.stem for p in patients if report(p, folder / f"{p.stem}.html") == 0]
    (folder / "index.html").write_text(index(names), encoding="utf-8")
    try:
        listen(folder, int(port), f"{len(names)} of {len(patients)} reports")
    except (OSError, ValueError, OverflowError) as fault:
        refuse(f"cannot serve on port {port} ({fault}); another: python3 run.py reports 8001")
    except KeyboardInterrupt:
        say("")
    return 0


def listen(folder: Path, port: int, what: str) -> None:
    """Serves a folder on the loopback address only, until Ctrl-C."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        say(f"{what} on http://127.0.0.1:{port} until Ctrl-C")
        server.serve_forever()


def index(names: list[str]) -> str:
    """A page of links to the reports of these names."""
    links = "".join(
        f'<li><a href="{html.escape(name)}.html">{html.escape(name.replace("_", " "))}</a></li>'
        for name in names
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Euthymia examples</title>'
        f"<main><h1>Reports of invented patients</h1><ul>{links}</ul></main></html>\n"
    )


def bench() -> int:
    scripts = sorted((ROOT / "benchmarks").glob("*.py"))
    if not scripts:
        refuse("benchmarks/ holds no script")
    return summary([(script.name, run(BIN / "python", str(script))) for script in scripts])


def slow(*words: str) -> int:
    """One slow job, from where it was left; without a name, the list of them."""
    jobs = {script.stem: script for script in sorted((ROOT / "benchmarks" / "slow").glob("*.py"))}
    name, *rest = words or [""]
    if name not in jobs:
        refuse(f"slow takes one of: {', '.join(jobs) or 'there is none'}")
    return run(BIN / "python", str(jobs[name]), *rest)


def mutate(*arguments: str) -> int:
    return run(BIN / "python", str(ROOT / "tests" / "mutation.py"), *arguments)


def lock(*arguments: str) -> int:
    uv = shutil.which("uv") or shutil.which("uv", path=str(BIN))
    if uv is None:
        refuse("uv makes the lock and is not here: python3 -m pip install uv, then run this again")
    extras = ("test", "batch", "clinic", "postgres")
    runtime = (*(word for extra in extras for word in ("--extra", extra)), "--group", "build")
    return compiled(Path(uv), LOCK, *runtime, *arguments) or compiled(
        Path(uv), LOCK.with_name("pdf.txt"), "--extra", "pdf", *arguments
    )


def compiled(uv: Path, lock: Path, *asked: str) -> int:
    """One lock, hashed, that names no host."""
    form = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate")
    no_host = ("--no-emit-index-url", "--no-emit-find-links", "--quiet")
    named = ("--custom-compile-command", "python3 run.py lock", "--output-file", str(lock))
    return run(uv, "pip", "compile", "pyproject.toml", *form, *no_host, *named, *asked)


def sbom(*words: str) -> int:
    """The bill of materials of the lock, the same for the same lock."""
    page = Path(*words) if words else ROOT / "build" / "sbom.json"
    page.parent.mkdir(parents=True, exist_ok=True)
    form = ("--output-reproducible", "--of", "JSON", "--pyproject", str(PROJECT))
    status = run(BIN / "cyclonedx-py", "requirements", str(LOCK), *form, "-o", str(page))
    if not status:
        say(f"the bill of materials: {page}")
    return status


def audit() -> int:
    """Holds the lock against the list of known faults. Green only if each entry was looked up."""
    page = ROOT / "build" / "audit.json"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.unlink(missing_ok=True)
    asked = ("--strict", "--disable-pip", "--require-hashes", "--requirement", str(LOCK))
    status = run(BIN / "pip-audit", *asked, "--format", "json", "--output", str(page))
    unseen = not_looked_up(page)
    for name in unseen:
        say(f"not looked up: {name}")
    if status or unseen:
        say("the audit found faults, or could not look: this is not a clean result")
    return int(bool(status or unseen))


def not_looked_up(page: Path) -> list[str]:
    """What is locked and installed, and of which a report of pip-audit says nothing."""
    told = json.loads(page.read_text())["dependencies"] if page.exists() else []
    seen = {one["name"].lower() for one in told if "vulns" in one and "skip_reason" not in one}
    locked = {line.split("==")[0] for line in LOCK.read_text().splitlines() if "==" in line}
    return sorted((locked & installed()) - seen)


def installed() -> set[str]:
    """Names of the packages in .venv, as a lock writes them."""
    folders = VENV.glob("**/site-packages/*.dist-info")
    return {re.sub(r"[-_.]+", "-", folder.name.split("-")[0]).lower() for folder in folders}


def show_help() -> int:
    say(__doc__ or "")
    return 0


JOBS: dict[str, Callable[..., int]] = {
    "demo": demo,
    "test": test,
    "check": check,
    "serve": serve,
    "reports": reports,
    "bench": bench,
    "slow": slow,
    "mutate": mutate,
    "lock": lock,
    "sbom": sbom,
    "audit": audit,
    "help": show_help,
}
TAKES_WORDS = ("test", "serve", "reports", "slow", "mutate", "lock", "sbom")
NEEDS_NO_ENVIRONMENT = ("lock", "help")  # lock makes what an environment is made from


def main() -> int:
    word, *words = sys.argv[1:] or ["help"]
    if word in ("-h", "--help"):
        word = "help"
    if word not in JOBS:
        refuse(f"run.py knows no '{word}'; python3 run.py help lists what it does")
    if words and word not in TAKES_WORDS:
        refuse(f"'{word}' takes nothing after it, and there is '{words[0]}'")
    if word not in NEEDS_NO_ENVIRONMENT:
        prepare()
    return JOBS[word](*words)


def refuse(why: str) -> NoReturn:
    print(why, file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)  # as the shell has it for Ctrl-C
