"""Draws the cases of one test by the thousand, in rounds; can be stopped and taken up again.

What came of the rounds so far is kept in build/slow. Each round has a seed of its own, its number,
so that no two draw the same cases. Ends with the figure, the day and the commit.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def draw(name: str, test: str, cases: int, a_round: int) -> int:
    """Runs the test until so many cases were drawn; 1 where a round failed, else 0.

    Args:
        name: Under which name the rounds are kept.
        test: The test, as pytest takes it.
        cases: How many cases in all.
        a_round: How many cases in one round.
    """
    kept = ROOT / "build" / "slow" / f"{name}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    rounds = json.loads(kept.read_text()) if kept.exists() else []
    while sum(one["cases"] for one in rounds) < cases:
        status = one_round(test, a_round, seed=len(rounds))
        rounds.append({"cases": a_round, "failed": bool(status)})
        kept.write_text(json.dumps(rounds, indent=1))
        print(told(rounds), flush=True)
    print(f"{told(rounds)}; {datetime.now(UTC):%Y-%m-%d}, commit {commit()}")
    return int(any(one["failed"] for one in rounds))


def one_round(test: str, cases: int, seed: int) -> int:
    scope = ("-m", "", "-q", "-n", "0", "-p", "no:cacheprovider", f"--hypothesis-seed={seed}")
    many = {"EUTHYMIA_DRAWS": str(cases)}
    return subprocess.run(  # noqa: S603 - pytest, with the name of a test of ours
        [sys.executable, "-m", "pytest", *scope, test],
        cwd=ROOT, env={**os.environ, **many}, check=False,
    ).returncode  # fmt: skip


def told(rounds: list[dict]) -> str:
    cases, failed = (sum(one[name] for one in rounds) for name in ("cases", "failed"))
    return f"{cases} cases drawn, {failed} of {len(rounds)} rounds failed"


def commit() -> str:
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - the git of whoever measures
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return said.stdout.strip() or "unknown"
