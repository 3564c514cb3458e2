"""How fast charts and assessments come while 20 clinicians click: SQLite with 5,000 patients.

Run: python benchmarks/clinic_load.py [--patients 5000] [--users 20] [--seconds 60]
                                      [--workers 2] [--threads 4] [--assessed 200]

Simulated patients fill a database in build/load (kept: the next run of this size has it).
A real gunicorn serves it. Each assessment was opened once before, as whoever assesses is led to
it: on that first look its page is set, which takes longer. Each user thinks for 3 s, one more or
less, then opens the next page: a chart of any patient, or an assessment that is stored. Told are
the milliseconds until the last byte (half and 95 % of the pages), what of the server's CPU a page
took, what this generator took itself, and how heavy the pages are with their styles and scripts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "load"
THINK_SECONDS, MORE_OR_LESS = 3.0, 1.0
LINKED = re.compile(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"')
TICKS = os.sysconf("SC_CLK_TCK")


# The clinic, filled


def folder_of(patients: int, users: int) -> Path:
    return FOLDER / f"{patients}-{users}"


def settings(folder: Path) -> dict[str, str]:
    places = {"EUTHYMIA_HOME": str(folder / "home"), "EUTHYMIA_KEYS": str(folder / "keys")}
    chosen = {"EUTHYMIA_DEMO": "1", "DJANGO_SETTINGS_MODULE": "euthymia.clinic.settings"}
    return {**os.environ, **places, **chosen}


def filled(patients: int, users: int, assessed: int) -> dict[str, list[str]]:
    """The addresses of the pages, and a cookie for each user; filled first where it is not.

    The users sign in anew with each run, since a session ends after a quiet time.
    """
    folder = folder_of(patients, users)
    about = folder / "about.json"
    if not about.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for words in (["migrate"], ["collectstatic", "--no-input"]):
            django(folder, "-m", "django", *words, "--verbosity=0")
        size = ("--patients", str(patients), "--users", str(users), "--assessed", str(assessed))
        django(folder, __file__, "--fill", *size)
    django(folder, "-m", "django", "migrate", "--verbosity=0")
    django(folder, __file__, "--sign-in", "--patients", str(patients), "--users", str(users))
    found: dict[str, list[str]] = json.loads(about.read_text())
    return found


def django(folder: Path, *words: str) -> None:
    subprocess.run([sys.executable, *words], env=settings(folder), check=True)  # noqa: S603 - ours


def fill(patients: int, users: int, assessed: int) -> None:
    """Runs in a process of its own, with the settings of the clinic."""
    from django import setup  # noqa: PLC0415 - only this process is the clinic's

    setup()
    from tests.clinic.load_setting import charts, people  # noqa: PLC0415 - likewise

    people(users)
    (folder_of(patients, users) / "about.json").write_text(json.dumps(charts(patients, assessed)))


def sign_in(patients: int, users: int) -> None:
    """Likewise: every user a fresh session."""
    from django import setup  # noqa: PLC0415 - only this process is the clinic's

    setup()
    from tests.clinic.load_setting import cookies  # noqa: PLC0415 - likewise

    about = folder_of(patients, users) / "about.json"
    about.write_text(json.dumps({**json.loads(about.read_text()), "cookies": cookies()}))


# The users


@dataclass
class Seen:
    """What one kind of page took: milliseconds of each, bytes of the last."""

    took: list[float] = field(default_factory=list)
    weight: int = 0
    faults: int = 0


def click(port: int, cookie: str, pages: dict[str, list[str]], until: float, seed: int) -> dict:
    """One user, until the time is over."""
    chance, seen = random.Random(seed), defaultdict(Seen)  # noqa: S311 - it plays chance
    time.sleep(chance.uniform(0, THINK_SECONDS))
    while time.monotonic() < until:
        kind = chance.choice([kind for kind, paths in pages.items() if paths])
        fetch(port, cookie, chance.choice(pages[kind]), seen[kind])
        time.sleep(THINK_SECONDS + chance.uniform(-MORE_OR_LESS, MORE_OR_LESS))
    return seen


def fetch(port: int, cookie: str, path: str, seen: Seen) -> bytes:
    started = time.perf_counter()
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as line:
        line.request("GET", path, headers={"Cookie": f"session={cookie}"})
        answer = line.getresponse()
        content = answer.read()
    seen.took.append((time.perf_counter() - started) * 1000)
    seen.weight = len(content)
    seen.faults += answer.status != 200
    return content


def weight_of_linked(port: int, page: bytes) -> int:
    """Bytes of the styles and scripts that a page asks for, as they are sent."""
    total = 0
    for path in set(LINKED.findall(page.decode())):
        with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as line:
            line.request("GET", path, headers={"Accept-Encoding": "gzip, br"})
            total += len(line.getresponse().read())
    return total


# The measure


def served(port: int, asked: argparse.Namespace) -> subprocess.Popen[bytes]:
    command = [
        *(sys.executable, "-m", "gunicorn", "euthymia.clinic.wsgi", "--no-control-socket"),
        *("--bind", f"127.0.0.1:{port}", "--workers", str(asked.workers)),
        *("--threads", str(asked.threads)),
        *("--log-level", "warning"),
    ]
    process = subprocess.Popen(command, env=settings(folder_of(asked.patients, asked.users)))  # noqa: S603 - ours
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return process
    raise SystemExit("gunicorn does not answer")


def cpu_of(parent: int) -> float:
    """CPU seconds that the children of a process have used."""
    used = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(told[1]) == parent:
            used += (int(told[11]) + int(told[12])) / TICKS
    return used


def measured(asked: argparse.Namespace, found: dict) -> dict[str, Seen]:
    """Serves, warms up, lets the users click; prints what else was seen."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    pages = {kind: found[kind] for kind in ("chart", "assessment")}
    server = served(port, asked)
    try:
        weights = warmed(port, found["cookies"][0], pages)
        before, mine, started = cpu_of(server.pid), time.process_time(), time.monotonic()
        seen = clicked(port, found["cookies"], pages, started + asked.seconds)
        lasted = time.monotonic() - started
        count = sum(len(one.took) for one in seen.values())
        each = (cpu_of(server.pid) - before) / max(count, 1) * 1000
        own = (time.process_time() - mine) / lasted * 100
    finally:
        server.terminate()
        server.wait()
    print(
        f"{count} pages in {lasted:.0f} s; server CPU {each:.0f} ms a page; generator {own:.1f} %"
    )
    for kind, weight in weights.items():
        print(f"{kind:12} weighs {weight / 1000:.0f} kB with its styles and scripts")
    return seen


def warmed(port: int, cookie: str, pages: dict[str, list[str]]) -> dict[str, int]:
    """Opens pages that do not count: some charts, every assessment.

    Returns the weight of each kind, with what it links.
    """
    weights = {}
    for kind, paths in pages.items():
        for path in paths if kind == "assessment" else paths[:12]:
            content = fetch(port, cookie, path, Seen())
        if paths:
            weights[kind] = len(content) + weight_of_linked(port, content)
    return weights


def clicked(
    port: int, cookies: list[str], pages: dict[str, list[str]], until: float
) -> dict[str, Seen]:
    found: list[dict[str, Seen]] = []
    threads = [
        threading.Thread(target=lambda c=cookie, n=n: found.append(click(port, c, pages, until, n)))
        for n, cookie in enumerate(cookies)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together: dict[str, Seen] = defaultdict(Seen)
    for one in found:
        for kind, seen in one.items():
            together[kind].took += seen.took
            together[kind].faults += seen.faults
    return together


def main() -> int:
    parser = argparse.ArgumentParser()
    for name, default in {
        "patients": 5000,
        "assessed": 200,
        "users": 20,
        "seconds": 60,
        "workers": 2,
        "threads": 4,
    }.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--fill", action="store_true")
    parser.add_argument("--sign-in", action="store_true")
    asked = parser.parse_args()
    if asked.fill:
        fill(asked.patients, asked.users, asked.assessed)
        return 0
    if asked.sign_in:
        sign_in(asked.patients, asked.users)
        return 0
    found = filled(asked.patients, asked.users, asked.assessed)
    print(
        f"{asked.patients} patients; {asked.users} users who think {THINK_SECONDS:.0f} s", end=" "
    )
    print(f"+- {MORE_OR_LESS:.0f}; gunicorn {asked.workers} workers x {asked.threads} threads")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before, {platform.platform()}")
    seen = measured(asked, found)
    for kind, one in sorted(seen.items()):
        half = statistics.median(one.took)
        most = statistics.quantiles(one.took, n=20)[18] if len(one.took) > 1 else half
        print(
            f"{kind:12} {len(one.took):5} pages   p50 {half:5.0f} ms   p95 {most:5.0f} ms", end=""
        )
        print(f"   {one.faults} faults")
    return int(any(one.faults for one in seen.values()) or not seen)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
