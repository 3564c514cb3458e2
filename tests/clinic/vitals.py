"""What a monitor reads of someone calm, by chance."""

from __future__ import annotations

import random

VITALS = {
    "systolic_mmhg": (112, 140),
    "diastolic_mmhg": (68, 86),
    "heart_rate_per_min": (62, 88),
    "spo2_pct": (95, 100),
    "respiratory_rate_per_min": (12, 18),
}
"""Between which values a calm patient's monitor reads."""


def drawn(chance: random.Random) -> dict[str, int]:
    """What a monitor reads of someone calm."""
    return {name: chance.randint(*between) for name, between in VITALS.items()}
