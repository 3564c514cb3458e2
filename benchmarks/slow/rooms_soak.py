"""Ten rooms under load for half an hour, with infusions that have run for half an hour before.

Run: python3 run.py slow rooms_soak [MINUTES]

Prints the figures of benchmarks/rooms_load.py, with the day and the commit, and keeps them in
build/slow/rooms_soak.json. Fails where a reading was lost, stands twice or was not shown.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.rooms_load import asked_for, measured, told  # noqa: E402 - the root is known
from benchmarks.slow.kill import commit_and_day  # noqa: E402 - likewise

KEPT = ROOT / "build" / "slow" / "rooms_soak.json"
MINUTES = "30"


def main(minutes: str) -> int:
    found = measured(asked_for(["--minutes", minutes, "--age", "30"]))
    found |= {"when": commit_and_day(), "load": os.getloadavg(), "minutes": minutes}
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(found, indent=1))
    for line in told(found):
        print(line)
    print(f"{minutes} minutes; {found['when']}")
    return int(any(found[name] for name in ("lost", "twice", "not_shown")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else MINUTES))
