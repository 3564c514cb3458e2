"""Killed at random moments while a monitor posts, a room keeps all that it acknowledged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clinic.rooms_kill import kill_while_posting

pytestmark = pytest.mark.slow  # a server is started anew after each kill


def test_of_a_killed_room_nothing_acknowledged_is_lost_and_all_of_it_is_judged(
    tmp_path: Path,
) -> None:
    tally = kill_while_posting(tmp_path, 100, kills=20, seed=45)

    assert (tally.acknowledged, tally.kills) == (100, 20)
    assert (tally.lost, tally.doubled, tally.half_written) == (0, 0, 0)
    assert tally.broken == []
