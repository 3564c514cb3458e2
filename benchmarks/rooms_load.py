"""How rooms keep up: 50 vital signs a second from 10 monitors, 10 screens, 20 clinicians clicking.

Run: python benchmarks/rooms_load.py [--minutes 2] [--age 0] [--patients 5000] [--users 20]
                                     [--rooms 10] [--poll 0.5] [--workers 2] [--threads 4]

On the database of clinic_load.py (build/load), filled first where it is not. Each room holds an
infusion that has run for --age minutes, with all its readings. Each second each monitor posts five
readings of one vital sign each; each screen asks --poll seconds after its last answer whether
anything changed; each clinician thinks for 3 s, one more or less, then opens a chart. Told are:
whether what was acknowledged is stored, once; how long after it was observed a reading was stored,
and shown; what charts took; the server's CPU, its memory each 10 s, and this generator's CPU.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import sqlite3
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import clinic_load  # noqa: E402 - after the root is known
from clinic_load import Seen, cpu_of, folder_of, served  # noqa: E402 - likewise

from tests.clinic.place import free_port  # noqa: E402 - likewise
from tests.clinic.vitals import drawn  # noqa: E402 - likewise

SEEN = re.compile(r"live/\?seen=(\d+)")
RSS_EACH_SECONDS = 10.0
PAGE = os.sysconf("SC_PAGE_SIZE")
AGAIN_SECONDS = 0.2
SETTLING_SECONDS = 3.0
"""Monitors end so much earlier, so that screens show what they read last."""
Json = dict[str, Any]


@dataclass
class Room:
    """One room: its session, and what came of what its monitor posted and its screen asked."""

    session: int
    key: str
    live: str
    cookie: str
    changes: int
    observed: list[float] = field(default_factory=list)  # by number of the post, time of day, s
    acknowledged: set[str] = field(default_factory=set)
    stored: list[float] = field(default_factory=list)  # s after it was observed
    shown: list[float] = field(default_factory=list)  # likewise
    looked: dict[str, list[float]] = field(default_factory=lambda: {"new": [], "same": []})
    refused: int = 0
    behind: int = 0
    weight: int = 0


# The monitor of a room


def monitor(port: int, room: Room, until: float, seed: int) -> None:
    """Posts each second, and again where it was not acknowledged, as a gateway does."""
    chance = random.Random(seed)  # noqa: S311 - it plays chance
    time.sleep(chance.random())
    due = time.time()
    while max(due, time.time()) < until:
        time.sleep(max(0.0, due - time.time()))
        keys, body = reading(chance)
        at = time.time()
        room.observed.append(at)
        while not posted(port, room, body):
            room.refused += 1
            time.sleep(AGAIN_SECONDS)
        room.stored.append(time.time() - at)
        room.acknowledged |= keys
        due += 1.0
    room.behind = max(0, round(until - due))


def reading(chance: random.Random) -> tuple[set[str], str]:
    """The five readings of one second: their keys, and what is posted."""
    at = datetime.now(UTC).isoformat()
    told = [{"key": str(uuid4()), "at": at, name: value} for name, value in drawn(chance).items()]
    return {str(one["key"]) for one in told}, json.dumps({"readings": told})


def posted(port: int, room: Room, body: str) -> bool:
    headers = {"Authorization": f"Bearer {room.key}", "Content-Type": "application/json"}
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as line:
            line.request("POST", "/gateway/readings/", body, headers)
            answer = line.getresponse()
            answer.read()
    except (OSError, HTTPException):
        return False
    return answer.status == 200


# The screen of a room


def screen(port: int, room: Room, until: float, poll: float) -> None:
    """Asks whether anything changed, and notes when it first showed what."""
    known, at_first, shown = room.changes, room.changes, 0
    while time.time() < until:
        time.sleep(poll)
        known = asked(port, room, known)
        now = time.time()
        for number in range(shown, known - at_first):
            room.shown.append(now - room.observed[number])
        shown = max(shown, known - at_first)


def asked(port: int, room: Room, known: int) -> int:
    """Up to which change the screen shows the session after it asked once."""
    started = time.perf_counter()
    headers = {"Cookie": f"session={room.cookie}", "X-Quiet": "1", "HX-Request": "true"}
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request("GET", f"{room.live}?seen={known}", headers=headers)
        answer = line.getresponse()
        content = answer.read()
    room.looked["new" if content else "same"].append((time.perf_counter() - started) * 1000)
    room.weight = len(content) or room.weight
    found = SEEN.search(content.decode())
    return int(found[1]) if found else known


# The server


def memory_of(parent: int) -> float:
    """Memory that the children of a process hold, MB."""
    held = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                held += int((stat.parent / "statm").read_text().split()[1]) * PAGE
        except (OSError, ValueError):
            continue
    return held / 1e6


@dataclass
class Watch:
    """The memory of the children of a process, MB, as often as it was looked at."""

    parent: int
    held: list[float] = field(default_factory=list)


def watched(watch: Watch, until: float) -> None:
    while time.time() < until:
        watch.held.append(memory_of(watch.parent))
        time.sleep(min(RSS_EACH_SECONDS, max(0.1, until - time.time())))


def rooms_of(asked: argparse.Namespace) -> list[Room]:
    """The rooms, opened anew with each run."""
    folder = folder_of(asked.patients, asked.users)
    words = ("--open", "--patients", str(asked.patients), "--users", str(asked.users))
    more = ("--rooms", str(asked.rooms), "--age", str(asked.age))
    clinic_load.django(folder, __file__, *words, *more)
    return [Room(**one) for one in json.loads((folder / "rooms.json").read_text())]


def open_rooms(asked: argparse.Namespace) -> None:
    """Runs in a process of its own, with the settings of the clinic."""
    from django import setup  # noqa: PLC0415 - only this process is the clinic's

    setup()
    from tests.clinic.rooms_setting import rooms  # noqa: PLC0415 - likewise

    told = json.dumps(rooms(asked.rooms, asked.age))
    (folder_of(asked.patients, asked.users) / "rooms.json").write_text(told)


# The measure


def measured(asked: argparse.Namespace) -> Json:
    """Serves, warms up, lets monitors, screens and people go; what came of it."""
    found = clinic_load.filled(asked.patients, asked.users, asked.assessed)
    rooms, port = rooms_of(asked), free_port()
    server = served(port, asked)
    try:
        for path in found["chart"][:12]:
            clinic_load.fetch(port, found["cookies"][0], path, Seen())
        before, mine, started = cpu_of(server.pid), time.process_time(), time.time()
        watch = Watch(server.pid)
        clicks = running(asked, rooms, port, found, watch)
        lasted = time.time() - started
        cpu = {
            "server_cpu": (cpu_of(server.pid) - before) / lasted * 100,
            "own_cpu": (time.process_time() - mine) / lasted * 100,
        }
    finally:
        server.terminate()
        server.wait()
    return counted(asked, rooms) | figures(rooms, clicks, watch.held) | cpu


def running(
    asked: argparse.Namespace, rooms: list[Room], port: int, found: Json, watch: Watch
) -> Seen:
    """All at once until the time is over; what the charts took."""
    until, left = (clock() + asked.minutes * 60 for clock in (time.time, time.monotonic))
    jobs: list[Callable[[], object]] = [partial(watched, watch, until)]
    for number, room in enumerate(rooms):
        jobs.append(partial(monitor, port, room, until - SETTLING_SECONDS, number))
        jobs.append(partial(screen, port, room, until, asked.poll))
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    seen = clinic_load.clicked(port, found["cookies"], {"chart": found["chart"]}, left)
    for thread in threads:
        thread.join()
    return seen["chart"]


def counted(asked: argparse.Namespace, rooms: list[Room]) -> Json:
    """What was acknowledged beside what is stored, and what stands twice."""
    base = folder_of(asked.patients, asked.users) / "home" / "clinic.sqlite3"
    with closing(sqlite3.connect(base)) as line:
        rows = [row for room in rooms for row in _keys(line, room.session)]
    told = {key for room in rooms for key in room.acknowledged}
    return {
        "posted": len(told),
        "lost": len(told - set(rows)),
        "twice": len(rows) - len(set(rows)),
        "not_shown": sum(len(room.observed) - len(room.shown) for room in rooms),
        "posted_again": sum(room.refused for room in rooms),
        "behind": sum(room.behind for room in rooms),
    }


def _keys(line: sqlite3.Connection, session: int) -> Iterator[str]:
    asked = "SELECT key FROM courses_charted WHERE session_id = ?"
    return (str(UUID(hex=key)) for (key,) in line.execute(asked, (session,)))


def figures(rooms: list[Room], clicks: Seen, held: list[float]) -> Json:
    """Of each kind of time half, 95 % and the longest, ms; memory in MB."""
    each = {
        "stored": [one * 1000 for room in rooms for one in room.stored],
        "shown": [one * 1000 for room in rooms for one in room.shown],
        "look_new": [one for room in rooms for one in room.looked["new"]],
        "look_same": [one for room in rooms for one in room.looked["same"]],
        "chart": clicks.took,
    }
    told: Json = {name: spread(times) for name, times in each.items() if times}
    return told | {
        "chart_faults": clicks.faults,
        "screen_kb": max(room.weight for room in rooms) / 1000,
        "memory": held,
    }


def spread(times: list[float]) -> Json:
    most = statistics.quantiles(times, n=20)[18] if len(times) > 1 else times[0]
    return {"n": len(times), "p50": statistics.median(times), "p95": most, "max": max(times)}


def told(found: Json) -> Iterator[str]:
    yield (
        f"{found['posted']} readings acknowledged, {found['lost']} lost, {found['twice']} twice, "
        f"{found['posted_again']} posts sent again; {found['behind']} seconds not posted in time, "
        f"{found['not_shown']} seconds not shown"
    )
    words = {
        "stored": "observed to stored",
        "shown": "observed to shown",
        "look_new": "a look at what is new",
        "look_same": "a look at nothing new",
        "chart": "a chart",
    }
    for name, says in words.items():
        one = found.get(name)
        if one:
            yield (
                f"{says:22} {one['n']:6}   p50 {one['p50']:5.0f} ms   p95 {one['p95']:5.0f} ms"
                f"   longest {one['max']:5.0f} ms"
            )
    yield f"{found['chart_faults']} faults of charts; news of a screen: {found['screen_kb']:.0f} kB"
    yield (
        f"server CPU {found['server_cpu']:.0f} %, generator {found['own_cpu']:.0f} % of one core; "
        f"memory {found['memory'][0]:.0f} MB at first, {max(found['memory']):.0f} at most, "
        f"{found['memory'][-1]:.0f} at last"
    )


def asked_for(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    sizes = {"patients": 5000, "assessed": 200, "users": 20, "workers": 2, "threads": 4}
    for name, size in {**sizes, "rooms": 10}.items():
        parser.add_argument(f"--{name}", type=int, default=size)
    for name, size in {"minutes": 2.0, "age": 0.0, "poll": 0.5}.items():
        parser.add_argument(f"--{name}", type=float, default=size)
    parser.add_argument("--open", action="store_true")
    return parser.parse_args(words)


def main() -> int:
    asked = asked_for()
    if asked.open:
        open_rooms(asked)
        return 0
    print(
        f"{asked.rooms} rooms, infusions of {asked.age:g} minutes; {asked.users} users; "
        f"{asked.patients} patients; {asked.minutes:g} minutes; screens ask each {asked.poll:g} s"
    )
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before, {platform.platform()}")
    found = measured(asked)
    for line in told(found):
        print(line)
    faults = ("lost", "twice", "not_shown", "chart_faults")
    return int(any(found[name] for name in faults))


if __name__ == "__main__":
    sys.exit(main())
