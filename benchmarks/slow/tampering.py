"""Tampers with the audit 1,000 times: no change, removal, swap or cut goes unseen.

Run: python3 run.py slow tampering [CASES]
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from drawn_rounds import draw

TEST = "tests/clinic/test_audit_chain.py::test_no_tampering_goes_unseen"
CASES, ROUND = 1_000, 250

if __name__ == "__main__":
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    sys.exit(draw("tampering", TEST, cases, min(ROUND, cases)))
