"""`euthymia serve`: who may open what where, what the first run makes, what is kept alive."""

from __future__ import annotations

import ast
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from threading import Event, Timer
from typing import Any

import pytest

from euthymia.clinic.operations.management.commands.clinic_serve import _address
from euthymia.clinic.operations.supervisor import Kept, supervise
from tests.clinic.place import ROOT, Place, free_port, wait_until_open

pytestmark = pytest.mark.slow  # servers are started and ended

OWNER = {
    "EUTHYMIA_DEMO": "0",
    "EUTHYMIA_PROXY": "1",
    "EUTHYMIA_CLINIC_NAME": "Riverside",
    "EUTHYMIA_CLINIC_ZONE": "America/Chicago",
    "EUTHYMIA_CLINIC_COUNTRY": "us",
    "EUTHYMIA_ADMIN_NAME": "Olu Owner",
    "EUTHYMIA_ADMIN_EMAIL": "owner@example.org",
    "EUTHYMIA_ADMIN_PASSWORD": "a long and quiet river of words",
}


def told_by(process: subprocess.Popen[bytes], place: Place, seconds: float = 60) -> str:
    """Ends a clinic that was started, and returns all it said."""
    process.send_signal(signal.SIGTERM)
    assert process.wait(seconds) == 0
    return (place.folder / "log").read_text()


def served(place: Place) -> tuple[subprocess.Popen[bytes], int]:
    port = free_port()
    process = place.starts("clinic_serve", "--port", str(port), "--workers", "1")
    wait_until_open(port, process)
    while "The clinic is open" not in (place.folder / "log").read_text():
        assert process.poll() is None
        time.sleep(0.1)
    return process, port


def children_of(pid: int) -> list[tuple[int, str]]:
    """Number and command line of each process that this one started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, IndexError):
            continue
        if int(parent) == pid and line:
            found.append((int(folder.name), line))
    return found


# The command, before anything of the clinic is loaded


def test_the_command_loads_nothing_of_the_clinic_or_its_framework() -> None:
    tree = ast.parse((ROOT / "src" / "euthymia" / "cli" / "serve.py").read_text("utf-8"))
    imported = {
        word
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for word in [getattr(node, "module", None), *(alias.name for alias in node.names)]
        if word
    }
    assert not any(word.startswith(("django", "euthymia.clinic")) for word in imported)


def test_without_the_extra_one_line_names_it(tmp_path: Path) -> None:
    line = (
        "import sys; sys.modules['gunicorn'] = None; sys.argv[1:] = ['serve', '--demo'];"
        "from euthymia.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", line], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert done.stderr.splitlines() == ["the clinic needs gunicorn: pip install euthymia[clinic]"]


# Where it may be opened


def test_the_demonstration_refuses_every_address_but_loopback(tmp_path: Path) -> None:
    told = Place(tmp_path).refuses("clinic_serve", "--host", "0.0.0.0")  # noqa: S104
    assert "127.0.0.1 only" in told


def test_a_real_clinic_is_not_opened_without_tls(tmp_path: Path) -> None:
    told = Place(tmp_path, EUTHYMIA_DEMO="0").refuses("clinic_serve")
    assert "HTTPS only" in told
    assert "--demo" in told


def test_a_port_that_is_taken_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        place = Place(tmp_path)
        told = place.refuses("clinic_serve", "--port", str(holder.getsockname()[1]))
    assert "cannot listen" in told
    assert not place.database.exists()


def test_a_key_that_others_may_read_is_refused_in_one_line(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.keys.mkdir()
    (place.keys / "secret").write_text("ab" * 32)
    (place.keys / "secret").chmod(0o644)
    assert "chmod 600" in place.refuses("clinic_serve", "--port", str(free_port()))


@pytest.mark.parametrize(
    ("proxy", "name", "certificate", "told"),
    [
        (False, "", None, "http://127.0.0.1:8000/"),
        (False, "https://clinic.example", Path("a.pem"), "https://127.0.0.1:8000/"),
        (True, "https://clinic.example", None, "https://clinic.example, which passes on"),
    ],
)
def test_nobody_is_sent_to_an_address_that_does_not_answer(
    settings: Any, name: str, certificate: Path | None, told: str, *, proxy: bool
) -> None:
    settings.BEHIND_PROXY, settings.ADDRESS = proxy, name
    where = {"host": "127.0.0.1", "port": 8000, "certificate": certificate}
    assert _address(where).startswith(told)


def test_a_mail_password_may_hold_any_sign(tmp_path: Path) -> None:
    place = Place(tmp_path, EUTHYMIA_MAIL="smtp://a%40b:p%40ss%3A%2F@mail.example:2525")
    words = "from euthymia.clinic.settings import *; print(EMAIL_HOST_USER, EMAIL_HOST_PASSWORD)"
    done = subprocess.run(
        [sys.executable, "-c", words],
        cwd=ROOT, env=place.settings, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["a@b", "p@ss:/"]


# The first run


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A real clinic that was opened once, and closed."""
    place = Place(tmp_path_factory.mktemp("real"), **OWNER)
    process, _ = served(place)
    told_by(process, place)
    return place


def test_the_first_run_makes_the_clinic_its_keys_and_one_administrator(real: Place) -> None:
    assert real.count("people_clinic WHERE slug = 'riverside' AND zone = 'America/Chicago'") == 1
    assert real.count("people_membership WHERE role = 'admin'") == 1
    assert real.count("people_user WHERE password LIKE 'argon2%'") == 1
    assert real.count("people_user") == 1
    assert {path.name for path in real.keys.iterdir()} >= {"secret", "audit", "seal"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (real.keys / "seal", real.database))


def test_the_owner_is_administrator_and_medical_director_and_is_told_so(real: Place) -> None:
    places = "people_membership WHERE ended IS NULL AND role IN ('admin', 'director')"
    assert real.count(places) == 2
    assert real.count("people_membership") == 2
    told = (real.folder / "log").read_text()
    assert "owner@example.org is administrator and medical director of the clinic" in told
    assert "EUTHYMIA_HOSTS names no address of the clinic" in told
    assert "open at the address of the proxy" in told


def test_a_second_run_asks_nobody(real: Place, tmp_path: Path) -> None:
    again = real.copied_to(tmp_path)
    again.more = {"EUTHYMIA_DEMO": "0", "EUTHYMIA_PROXY": "1"}
    (again.folder / "log").unlink()
    process, _ = served(again)
    assert "The clinic is open" in told_by(process, again)
    assert again.count("people_user") == 1


def test_without_a_terminal_and_a_variable_the_mend_is_named(tmp_path: Path) -> None:
    told = Place(tmp_path, **(OWNER | {"EUTHYMIA_ADMIN_PASSWORD": "short"})).refuses(
        "clinic_serve", "--port", str(free_port())
    )
    assert "EUTHYMIA_ADMIN_PASSWORD" in told
    assert "15 characters" in told

    bare = {"EUTHYMIA_DEMO": "0", "EUTHYMIA_PROXY": "1"}
    told = Place(tmp_path, **bare).refuses("clinic_serve", "--port", str(free_port()))
    assert "run this once in a terminal, or set EUTHYMIA_CLINIC_NAME" in told


def test_a_real_clinic_and_the_demonstration_never_meet(real: Place, tmp_path: Path) -> None:
    as_demo = Place(real.copied_to(tmp_path / "real").folder)
    told = as_demo.refuses("clinic_serve", "--port", str(free_port()))
    assert "of a real clinic" in told

    demo = Place(tmp_path / "demo")
    demo.does("migrate", "--verbosity=0")
    demo.does("clinic_demo")
    as_real = Place(demo.folder, **OWNER)
    told = as_real.refuses("clinic_serve", "--port", str(free_port()))
    assert "demonstration accounts" in told
    assert "do not belong" in as_real.refuses("clinic_demo")


# While it is open


@pytest.fixture(scope="module")
def open_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, int, int]]:
    """The demonstration, open: its place, its port, the number of its process."""
    place = Place(tmp_path_factory.mktemp("open"))
    process, port = served(place)
    yield place, port, process.pid
    told = told_by(process, place)
    assert "Each code works once" in told
    assert children_of(process.pid) == []


def test_the_first_page_is_there(open_demo: tuple[Place, int, int]) -> None:
    place, port, _ = open_demo
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/") as answer:
        assert answer.status == 200
    assert place.count("patients_patient") > 12


def test_a_home_is_served_once_and_not_replaced_meanwhile(
    open_demo: tuple[Place, int, int],
) -> None:
    place, _, _ = open_demo
    assert "stop it first" in place.refuses("clinic_serve", "--port", str(free_port()))
    place.does("clinic_backup", str(place.folder / "running.backup"))
    told = place.refuses("clinic_restore", str(place.folder / "running.backup"), "--over")
    assert "stop it first" in told


def test_a_worker_that_was_killed_is_started_again(open_demo: tuple[Place, int, int]) -> None:
    _, _, pid = open_demo
    first = worker_of(pid)
    os.kill(first, signal.SIGKILL)
    assert worker_of(pid, other_than=first) != first


def worker_of(pid: int, other_than: int = 0) -> int:
    """The number of the worker's process, as soon as there is one."""
    for _ in range(600):
        found = [number for number, line in children_of(pid) if "clinic_worker" in line]
        if found and found != [other_than]:
            return found[0]
        time.sleep(0.1)
    raise AssertionError("there is no worker")


def test_what_is_left_of_a_clinic_whose_supervisor_was_killed_holds_the_home(
    tmp_path: Path,
) -> None:
    place = Place(tmp_path)
    process, port = served(place)
    place.does("clinic_backup", str(tmp_path / "running.backup"))
    left_behind = [number for number, _ in children_of(process.pid)]
    process.kill()
    process.wait()
    try:
        told = place.refuses("clinic_restore", str(tmp_path / "running.backup"), "--over")
        assert "left behind" in told
        assert "left behind" in place.refuses("clinic_serve", "--port", str(port))
    finally:
        for number in left_behind:
            os.killpg(number, signal.SIGKILL)  # each leads a group of its own
    assert len(left_behind) == 2
    told = place.does("clinic_restore", str(tmp_path / "running.backup"), "--over")
    assert "digests and audit hold" in told


# The supervisor alone


def test_what_keeps_dying_is_started_less_and_less_often() -> None:
    dying, now, starts = Kept("brief", [sys.executable, "-c", ""]), 0.0, []
    while len(starts) < 5:
        before = dying.process
        dying.look(now)
        if dying.process is not None and dying.process is not before:
            starts.append(now)
            dying.process.wait()
        now += 0.5
    waits = [later - earlier for earlier, later in pairwise(starts)]
    assert waits == sorted(waits)
    assert waits[-1] >= 8


def test_what_does_not_end_by_itself_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("euthymia.clinic.operations.supervisor.GRACE", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    program, stop = Kept("deaf", [sys.executable, "-c", deaf]), Event()
    Timer(1.0, stop.set).start()
    supervise([program], stop)
    assert program.process is not None
    assert program.process.poll() is not None
