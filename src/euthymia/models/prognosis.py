"""Moves the chance of response of a study's arm by what is known of one patient.

Prognosis only: the same features move every therapy alike, so it never ranks them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct

from euthymia.models.pooling import NORMAL_95, overlap

Shift = tuple[float, float]
"""Log-odds of non-response against the typical patient, and its standard deviation."""


class Expected(Struct, frozen=True):
    """A probability with its 95 % interval, after and before the patient's features."""

    probability: float
    interval_95: tuple[float, float]
    base_probability: float
    base_interval_95: tuple[float, float]


def expect(
    base: float,
    interval_95: tuple[float, float],
    shifts: Sequence[Shift],
    *,
    transfer: float,
    correlation: float,
) -> Expected:
    """The chance of a good outcome in one who differs from the arm by `shifts`.

    Args:
        base: Probability in the arm, above 0 and below 1; with its 95 % interval.
        interval_95: Likewise within 0 and 1.
        shifts: One for each group of features of which something was measured.
        transfer: How much of the shift carries over to this therapy, 0 to 1.
        correlation: Mean correlation between the groups.
    """
    low, high = interval_95
    moved = transfer * overlap(len(shifts), correlation)
    centre = _logit(base) - moved * sum(shift for shift, _ in shifts)
    arm_sd = (_logit(high) - _logit(low)) / (2 * NORMAL_95)
    sd = math.hypot(arm_sd, *(moved * shift_sd for _, shift_sd in shifts))
    reach = NORMAL_95 * sd
    return Expected(
        _chance(centre), (_chance(centre - reach), _chance(centre + reach)), base, interval_95
    )


def _logit(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _chance(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
