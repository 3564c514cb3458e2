"""The time zone that is offered at the first start: the machine's, else a country's only one."""

from __future__ import annotations

import zoneinfo
from pathlib import Path

LOCALTIME = Path("/etc/localtime")
"""Where a machine keeps its zone: a link into the database of zones."""
DATABASE = "zoneinfo/"
NOBODY_CHOSE = frozenset({"", "UTC", "Etc/UTC", "UCT", "Zulu", "Universal"})
"""What a machine is set to before anyone says where it stands."""


def offered_zone(country: str) -> str:
    """A zone for a clinic in this country (ISO 3166, two letters); empty: none is clear."""
    machines = zone_of_machine()
    return machines if machines not in NOBODY_CHOSE else only_zone_of(country)


def zone_of_machine() -> str:
    """The zone by its name; empty where the machine does not tell it as a link."""
    named = LOCALTIME.resolve().as_posix().partition(DATABASE)[2]
    return named if named in zoneinfo.available_timezones() else ""


def only_zone_of(country: str) -> str:
    """The zone of a country that has one; empty where it has several or is not in the tables."""
    rows = [line.split("\t") for line in _table().splitlines() if not line.startswith("#")]
    zones = [row[2] for row in rows if row[0] == country.upper()]
    return zones[0] if len(zones) == 1 else ""


def _table() -> str:
    """Country, place and zone, tab by tab, as the database of zones brings it; empty without it."""
    found = (Path(folder) / "zone.tab" for folder in zoneinfo.TZPATH)
    return next((one.read_text(encoding="utf-8") for one in found if one.is_file()), "")
