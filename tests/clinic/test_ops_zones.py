"""The time zone at the first start: asked, with what is clear offered."""

from __future__ import annotations

import zoneinfo
from pathlib import Path

import pytest

from euthymia.clinic.operations import owner, zones
from euthymia.clinic.people.models import Clinic

TABLE = "# country, place, zone\nPT\t+38-009\tEurope/Lisbon\nPT\t+32-016\tAtlantic/Madeira\n"
ALONE = "AT\t+48+016\tEurope/Vienna\n"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the machine keeps its zone; nothing lies there yet. Its tables know two countries."""
    (tmp_path / "zone.tab").write_text(TABLE + ALONE, encoding="utf-8")
    monkeypatch.setattr(zoneinfo, "TZPATH", (str(tmp_path / "none"), str(tmp_path)))
    monkeypatch.setattr(zones, "LOCALTIME", tmp_path / "localtime")
    return tmp_path / "localtime"


@pytest.mark.parametrize(
    ("link", "country", "offered"),
    [
        ("/usr/share/zoneinfo/America/Chicago", "AT", "America/Chicago"),
        ("/usr/share/zoneinfo/Etc/UTC", "at", "Europe/Vienna"),
        ("/usr/share/zoneinfo/Nowhere/Here", "AT", "Europe/Vienna"),
        ("", "AT", "Europe/Vienna"),
        ("", "PT", ""),
        ("", "ZZ", ""),
    ],
)
def test_the_machines_zone_is_offered_else_the_only_one_of_the_country(
    machine: Path, link: str, country: str, offered: str
) -> None:
    if link:
        machine.symlink_to(link)
    assert zones.offered_zone(country) == offered


def clinic_told(answers: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """The first clinic, made of what is typed: each prompt by a word that stands in it."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(
        "builtins.input", lambda prompt: answers[next(one for one in answers if one in prompt)]
    )
    return owner._clinic()


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("typed", "zone"), [("", "Europe/Vienna"), ("UTC", "UTC")])
def test_the_zone_is_still_asked_and_enter_takes_what_is_offered(
    monkeypatch: pytest.MonkeyPatch, typed: str, zone: str
) -> None:
    answers = {"Name": "Harbour", "country": "AT", "time zone": typed}
    assert clinic_told(answers, monkeypatch).zone == zone
