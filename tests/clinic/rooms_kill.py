"""A clinic that is killed again and again while a monitor posts: what was acknowledged is there.

A real server on a database of its own, and a program that posts readings with keys, notes what was
acknowledged, and after each kill sends again what was not answered.
"""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from tests.clinic.kill_harness import PATIENCE_SECONDS, Tally, aimed, killed, server
from tests.clinic.place import ROOT, Place, free_port
from tests.clinic.vitals import drawn

HOURS_AGO = timedelta(hours=3)


@dataclass(frozen=True)
class Post:
    """The readings of one second, as a monitor posts them at once."""

    keys: tuple[str, ...]
    body: str


@dataclass(frozen=True)
class Bed:
    """A session that is open in a room: its number, and the key of the monitor there."""

    place: Place
    session: int
    key: str


def kill_while_posting(folder: Path, posts: int, *, kills: int, seed: int) -> Tally:
    """Posts so often, kills so often meanwhile, and says what was lost.

    Args:
        folder: Where the clinic lies; a new folder.
        posts: How many seconds of readings are posted, one after the other.
        kills: How often the server is killed, at moments that chance chooses.
        seed: Chooses the moments, and the readings.
    """
    bed, port, tally = prepared(folder), free_port(), Tally()
    chance = random.Random(seed)  # noqa: S311 - it plays chance
    every, process = list(drawn_posts(posts, chance)), server(bed.place, port)
    struck = set(chance.sample(range(posts), min(kills, posts)))
    try:
        for number, post in enumerate(every):
            assassin = aimed(process, chance) if number in struck else None
            acknowledged = posted(port, bed, post)
            if assassin is not None:
                assassin.join()
                tally.kills += 1
                tally.half_written += is_half_written(bed, post, acknowledged=acknowledged)
                process = server(bed.place, port)
            tally.acknowledged += acknowledged or _sent_again(port, bed, post)
    finally:
        killed(process)
    return _counted(bed, every, tally)


def prepared(folder: Path) -> Bed:
    """A clinic with an infusion that runs in a room of it."""
    place = Place(folder)
    place.does("migrate", "--verbosity=0")
    place.does("collectstatic", "--no-input", "--verbosity=0")
    done = subprocess.run(
        [sys.executable, "-m", "tests.clinic.rooms_kill_setting"],
        cwd=ROOT,
        env=place.settings,
        capture_output=True,
        text=True,
        check=True,
    )
    session, key = done.stdout.split()
    return Bed(place, int(session), key)


def drawn_posts(count: int, chance: random.Random) -> Iterator[Post]:
    """The readings of so many seconds, from hours ago on."""
    first = datetime.now(UTC) - HOURS_AGO
    for second in range(count):
        at = (first + timedelta(seconds=second)).isoformat()
        told = [
            {"key": str(uuid4()), "at": at, name: value} for name, value in drawn(chance).items()
        ]
        yield Post(tuple(str(one["key"]) for one in told), json.dumps({"readings": told}))


def posted(port: int, bed: Bed, post: Post) -> bool:
    """Whether it was acknowledged; a lost answer is no acknowledgement."""
    headers = {"Authorization": f"Bearer {bed.key}", "Content-Type": "application/json"}
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as line:
            line.request("POST", "/gateway/readings/", post.body, headers)
            answer = line.getresponse()
            told = json.loads(answer.read())
    except (OSError, HTTPException, ValueError):
        return False
    assert answer.status == 200, f"the clinic answered {answer.status}"
    return bool(told == {"kept": list(post.keys)})


def _sent_again(port: int, bed: Bed, post: Post) -> bool:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if posted(port, bed, post):
            return True
        time.sleep(0.2)
    return False


# ---------------------------------------------------------------- what stands


def is_half_written(bed: Bed, post: Post, *, acknowledged: bool) -> bool:
    """Whether some of a post stand and some do not; of one acknowledged, all must."""
    standing = len(set(_keys(bed)) & set(post.keys))
    return standing not in ((len(post.keys),) if acknowledged else (0, len(post.keys)))


def _keys(bed: Bed) -> list[str]:
    return [str(UUID(hex=key)) for (key,) in _asked(bed, "SELECT key FROM courses_charted", "")]


def _asked(bed: Bed, select: str, more: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(bed.place.database)) as base:
        return base.execute(f"{select} WHERE session_id = ? {more}", (bed.session,)).fetchall()


def _counted(bed: Bed, posts: list[Post], tally: Tally) -> Tally:
    keys = _keys(bed)
    told = {key for post in posts for key in post.keys}
    tally.lost += len(told - set(keys))
    tally.doubled += len(keys) - len(set(keys))
    verified = bed.place.run("clinic_verify")
    tally.broken = verified.stderr.splitlines() if verified.returncode else []
    tally.broken += _out_of_step(bed, len(posts))
    return tally


def _out_of_step(bed: Bed, posts: int) -> list[str]:
    """What of the decisions, and of the count of changes, does not fit the rows."""
    revised = "(SELECT revises_id FROM courses_decision WHERE revises_id IS NOT NULL)"
    standing = f"AND word <> 'withdrawn' AND id NOT IN {revised}"
    ((decided,),) = _asked(bed, "SELECT count(DISTINCT at) FROM courses_decision", standing)
    ((twice,),) = _asked(
        bed, "SELECT count(*) - count(DISTINCT at) FROM courses_decision", standing
    )
    ((kept,),) = _asked(bed, "SELECT count(DISTINCT received) FROM courses_charted", "")
    with closing(sqlite3.connect(bed.place.database)) as base:
        asked = "SELECT changes FROM courses_session WHERE id = ?"
        (changes,) = base.execute(asked, (bed.session,)).fetchone()
    found = {
        f"{posts} seconds were read and {decided} decided": decided != posts,
        f"{twice} seconds are decided twice": twice != 0,
        f"{kept} times something was kept, and {changes} times a screen was told": kept != changes,
    }
    return [says for says, holds in found.items() if holds]
