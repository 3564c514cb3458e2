"""How many cases a test draws: few in each run, many in a slow job (benchmarks/slow)."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

MANY = "EUTHYMIA_DRAWS"
"""The environment's variable in which a slow job says how many."""


def drawing(few: int) -> settings:
    """Settings of a test that draws so many; in a slow job more, and others in each round."""
    many = os.environ.get(MANY)
    return settings(
        max_examples=int(many) if many else few,
        deadline=None,
        database=None,
        derandomize=many is None,
        suppress_health_check=list(HealthCheck),
    )
