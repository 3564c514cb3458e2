"""Planted effects are found again, and a domain without effect is not called probable too often."""

from __future__ import annotations

import pytest

from benchmarks.recovery import DOMAINS, cohort, covered, probable
from euthymia.simulate import world

PEOPLE = 2000


def test_planted_effects_lie_in_their_intervals() -> None:
    planted = world().without("inflammation")
    found = [one for seed in (11, 12) for one in covered(cohort(seed, PEOPLE, planted), planted)]

    assert len(found) == 32
    assert sum(found) / len(found) >= 0.9


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_is_called_probable_hardly_more_often_than_its_base(domain: str) -> None:
    share, base = probable(cohort(11, PEOPLE, world()), domain)

    assert share <= base + 0.05
