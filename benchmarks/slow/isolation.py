"""Sends 10,000 drawn requests of one clinic at another: nothing is shown, nothing changed.

Run: python3 run.py slow isolation [CASES]
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from drawn_rounds import draw

TEST = (
    "tests/clinic/test_security_matrix.py::test_no_request_whatever_shows_or_changes_another_clinic"
)
CASES, ROUND = 10_000, 500

if __name__ == "__main__":
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    sys.exit(draw("isolation", TEST, cases, min(ROUND, cases)))
