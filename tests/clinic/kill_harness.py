"""A clinic that is killed again and again while people write: what was acknowledged must be there.

A real server on a database of its own; a client that posts with keys, notes what was acknowledged,
and after each kill sends again what was not answered.
"""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from tests.clinic.place import ROOT, Place, free_port, wait_until_open

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
REDIRECTS = (302, 303)
PATIENCE_SECONDS = 120


@dataclass
class Tally:
    """What came of it. `doubled`: writes that stand more than once; `broken`: faults found."""

    acknowledged: int = 0
    kills: int = 0
    lost: int = 0
    doubled: int = 0
    half_written: int = 0
    broken: list[str] = field(default_factory=list)


class Writer:
    """A member of staff whose browser keeps closing tasks, each with words of its own."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie, self.token = port, cookie, ""

    def close(self, task: int) -> bool:
        """Whether closing this task was acknowledged; a lost answer is no acknowledgement."""
        try:
            if not self.token:
                self._fetch_token(task)
            told = {"version": "1", "how": f"words {task}", "once": f"key-{task}"}
            told |= {"reached": "patient", "next_step": "-"}
            status = self._post(f"/clinic/tasks/{task}/", told)
        except (OSError, HTTPException):
            return False
        assert status in REDIRECTS, f"the clinic answered {status}"
        return True

    def _fetch_token(self, task: int) -> None:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
            line.request("GET", "/clinic/tasks/", headers={"Cookie": f"session={self.cookie}"})
            answer = line.getresponse()
            self.csrf = str(answer.getheader("Set-Cookie", "")).split(";")[0]
            found = TOKEN.search(answer.read().decode())
            assert found, f"the tasks page answered {answer.status} without a form"
            self.token = found[1]

    def _post(self, path: str, told: dict[str, str]) -> int:
        body = urlencode({**told, "csrfmiddlewaretoken": self.token})
        headers = {
            "Cookie": f"session={self.cookie}; {self.csrf}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
            line.request("POST", path, body, headers)
            answer = line.getresponse()
            answer.read()
            return answer.status


def server(place: Place, port: int) -> subprocess.Popen[bytes]:
    """Gunicorn in a group of its own, so that all of it can be killed at once."""
    command = [
        *(sys.executable, "-m", "gunicorn", "euthymia.clinic.wsgi", "--workers", "2"),
        *("--threads", "2", "--bind", f"127.0.0.1:{port}", "--no-control-socket"),
    ]
    with (place.folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=place.settings, stdout=log, stderr=log, start_new_session=True
        )
    wait_until_open(port, process)
    return process


def killed(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def prepared(folder: Path, writes: int) -> tuple[Place, str, list[int]]:
    """A clinic with that many open tasks; the cookie of a nurse, and the numbers of the tasks."""
    place = Place(folder)
    if not place.database.exists():
        place.does("migrate", "--verbosity=0")
        place.does("collectstatic", "--no-input", "--verbosity=0")
    done = subprocess.run(
        [sys.executable, "-m", "tests.clinic.kill_setting", str(writes)],
        cwd=ROOT,
        env=place.settings,
        capture_output=True,
        text=True,
        check=True,
    )
    cookie, first, last = done.stdout.split()
    return place, cookie, list(range(int(first), int(last) + 1))


def kill_while_writing(folder: Path, writes: int, *, kills: int, seed: int) -> Tally:
    """Writes so often, kills so often meanwhile, and says what was lost.

    Args:
        folder: Where the clinic lies; a new folder.
        writes: How many tasks are closed, one after the other.
        kills: How often the server is killed, at moments that chance chooses.
        seed: Chooses the moments.
    """
    place, cookie, tasks = prepared(folder, writes)
    port, chance, tally = free_port(), random.Random(seed), Tally()  # noqa: S311 - it plays chance
    writer, process = Writer(port, cookie), server(place, port)
    struck = set(chance.sample(range(len(tasks)), min(kills, len(tasks))))
    try:
        for count, task in enumerate(tasks):
            assassin = aimed(process, chance) if count in struck else None
            acknowledged = writer.close(task)
            if assassin is not None:
                assassin.join()
                tally.kills += 1
                process = server(place, port)
            tally.acknowledged += acknowledged or _sent_again(writer, task)
    finally:
        killed(process)
    return _counted(place, tasks, tally)


def _sent_again(writer: Writer, task: int) -> bool:
    """Sends with the same key until acknowledged: a server that starts may refuse at first."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if writer.close(task):
            return True
        time.sleep(0.2)
    return False


def aimed(process: subprocess.Popen[bytes], chance: random.Random) -> threading.Thread:
    """Kills within the time that a write takes."""

    def strike() -> None:
        time.sleep(moment)
        killed(process)

    moment = chance.uniform(0, 0.08)
    thread = threading.Thread(target=strike)
    thread.start()
    return thread


def _counted(place: Place, tasks: list[int], tally: Tally) -> Tally:
    mine = f"BETWEEN {tasks[0]} AND {tasks[-1]}"
    with closing(sqlite3.connect(place.database)) as base:
        found = base.execute(
            f"SELECT id, done, done_by_id, done_how, version FROM work_task WHERE id {mine}"  # noqa: S608
        ).fetchall()
        audited = base.execute(
            "SELECT json_extract(about, '$.task'), count(*) FROM audit_row"
            " WHERE what = 'task' AND how = 'POST' GROUP BY 1"
        ).fetchall()
    rows_of = {int(task): count for task, count in audited}
    for task, done, by, how, version in found:
        whole = done is not None and by is not None and how == f"words {task}" and version == 2
        tally.lost += done is None
        tally.half_written += done is not None and not (whole and task in rows_of)
        tally.doubled += rows_of.get(task, 0) > 1
    verified = place.run("clinic_verify")
    tally.broken = verified.stderr.splitlines() if verified.returncode else []
    return tally
