"""Two worker processes on one SQLite file: each piece of work is done by one of them, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clinic.place import Place

pytestmark = pytest.mark.slow  # two processes on a database of their own
MESSAGES = 30
WAITING = (
    'INSERT INTO work_message (clinic_id, "to", subject, body, state, tries, next_try, fault, made)'
    " SELECT id, 'a@example.org', 's', 'b', 'waiting', 0, '2026-01-01', '', '2026-01-01'"
    " FROM people_clinic WHERE slug = 'harbor'"
)


def test_two_workers_share_the_work_and_do_nothing_twice(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.does("migrate", "--verbosity=0")
    place.does("clinic_demo")
    for _ in range(MESSAGES):
        place.write(WAITING)
    place.write("UPDATE work_task SET due = '2026-01-01'")
    tasks = place.count("work_task")

    for worker in [place.starts("clinic_worker", "--once") for _ in range(2)]:
        assert worker.wait(120) == 0

    assert place.count("work_message WHERE state = 'to_print' AND tries = 1") == MESSAGES
    assert place.count("work_task WHERE version = 2") == tasks > 0
    assert place.count("audit_row WHERE what = 'task_escalated'") == tasks
    assert "audit chains hold" in place.does("clinic_verify")
    assert "failed" not in (tmp_path / "log").read_text()
