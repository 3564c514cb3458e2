"""Killed at random moments while people write, the clinic keeps all it acknowledged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clinic.kill_harness import kill_while_writing

pytestmark = pytest.mark.slow  # a server is started anew after each kill


def test_nothing_acknowledged_is_lost_and_nothing_is_half_written(tmp_path: Path) -> None:
    tally = kill_while_writing(tmp_path, 200, kills=8, seed=28)

    assert (tally.acknowledged, tally.kills) == (200, 8)
    assert (tally.lost, tally.doubled, tally.half_written) == (0, 0, 0)
    assert tally.broken == []
