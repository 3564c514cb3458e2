"""Kills the clinic while people write, 10,000 writes and more; can be stopped and taken up again.

Run: python3 run.py slow kill [WRITES]

Each round of 500 writes and 25 kills has a clinic of its own, in build/slow/kill; what came of the
rounds so far is kept in build/slow/kill.json. Ends with the figure, the day and the commit.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.clinic.kill_harness import kill_while_writing  # noqa: E402 - after the root is known

FOLDER = ROOT / "build" / "slow" / "kill"
KEPT = FOLDER.with_suffix(".json")
WRITES, ROUND, KILLS = 10_000, 500, 25


def main(writes: int) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    rounds = json.loads(KEPT.read_text()) if KEPT.exists() else []
    while sum(one["acknowledged"] for one in rounds) < writes:
        place = FOLDER / str(len(rounds))
        shutil.rmtree(place, ignore_errors=True)  # a round that was stopped is done anew
        place.mkdir()
        rounds.append(asdict(kill_while_writing(place, ROUND, kills=KILLS, seed=len(rounds))))
        KEPT.write_text(json.dumps(rounds, indent=1))
        print(told(rounds), flush=True)
        shutil.rmtree(place)
    print(f"{told(rounds)}; {commit_and_day()}")
    return int(any(one["lost"] or one["half_written"] or one["broken"] for one in rounds))


def commit_and_day() -> str:
    """What a figure is kept with."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - the git of whoever measures
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    return f"{datetime.now(UTC):%Y-%m-%d}, commit {commit or 'unknown'}"


def told(rounds: list[dict]) -> str:
    names = ("acknowledged", "kills", "lost", "half_written", "doubled")
    sums = [f"{sum(one[name] for one in rounds)} {name.replace('_', ' ')}" for name in names]
    return f"{', '.join(sums)}, {sum(len(one['broken']) for one in rounds)} faults found by verify"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else WRITES))
