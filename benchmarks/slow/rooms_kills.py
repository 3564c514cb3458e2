"""Kills the clinic while a monitor posts into a room, 1,000 times; can be taken up again.

Run: python3 run.py slow rooms_kills [KILLS]

Each round of 50 kills among 250 posts has a clinic of its own, in build/slow/rooms_kills; what came
of the rounds so far is kept in build/slow/rooms_kills.json. Ends with the figure, day and commit.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.slow.kill import commit_and_day, told  # noqa: E402 - after the root is known
from tests.clinic.rooms_kill import kill_while_posting  # noqa: E402 - likewise

FOLDER = ROOT / "build" / "slow" / "rooms_kills"
KEPT = FOLDER.with_suffix(".json")
KILLS, ROUND, POSTS = 1_000, 50, 250


def main(kills: int) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    rounds = json.loads(KEPT.read_text()) if KEPT.exists() else []
    while sum(one["kills"] for one in rounds) < kills:
        place = FOLDER / str(len(rounds))
        shutil.rmtree(place, ignore_errors=True)  # a round that was stopped is done anew
        place.mkdir()
        seed = 1_000 + len(rounds)
        rounds.append(asdict(kill_while_posting(place, POSTS, kills=ROUND, seed=seed)))
        KEPT.write_text(json.dumps(rounds, indent=1))
        print(told(rounds), flush=True)
        shutil.rmtree(place)
    print(f"{told(rounds)}; {commit_and_day()}")
    return int(any(one["lost"] or one["half_written"] or one["broken"] for one in rounds))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else KILLS))
