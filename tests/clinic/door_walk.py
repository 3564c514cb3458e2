"""A visitor's way through the self-check, as tests go it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.test import Client

from euthymia.clinic.door.questions import self_check

CHECK = "/at/harbour/check/"
READ = [
    "",
    "about/depression/",
    "about/causes/",
    "about/tms/",
    "about/ketamine/",
    "about/esketamine/",
    "about/visits/",
    "about/risks/",
    "about/costs/",
    "side-by-side/",
    "check/",
    "ask/",
    "ask/sent/",
    "ask/sent/first/",
]
"""Pages that are read by their address."""
STEPS = [step.id for step in self_check().step]
Told = Mapping[str, Mapping[str, Any]]


def sealed_in(page: str) -> str:
    found = re.search(r'name="sealed" value="([^"]*)"', page)
    assert found is not None, "no sealed answers in this page"
    return found[1]


def pressed_by_enter(page: str, form: str) -> str:
    """What the first button of a form sends: a browser presses it when someone types Enter."""
    within = page.index(f'<form id="{form}"'), page.index("</form>", page.index(f'id="{form}"'))
    for button in re.finditer(r"<button\b[^>]*>", page):
        if f' form="{form}"' in button[0] or within[0] < button.start() < within[1]:
            found = re.search(r'value="([^"]*)"', button[0])
            return found[1] if found else ""
    raise AssertionError("no button in this form")


def leads_to(page: str) -> str:
    """The name of the page of the self-check, as its form says."""
    found = re.search(rf'action="{CHECK}([a-z]+)/"', page)
    assert found is not None, "no page of the self-check"
    return found[1]


def press(client: Client, page: str, go: str = "next", **answers: Any) -> str:
    """Presses a button of a page of the self-check with these answers; the page that follows."""
    told = {"sealed": sealed_in(page), "go": go, **answers}
    answer = client.post(f"{CHECK}{leads_to(page)}/", told)
    assert answer.status_code == 200
    return answer.content.decode()


def walk(client: Client, told: Told | None = None, until: str = "end") -> str:
    """From the start to a page, with these answers by step; help is read and passed."""
    page = client.get(CHECK).content.decode()
    while leads_to(page) != until:
        page = press(client, page, **(told or {}).get(leads_to(page), {}))
    return page


def shown_on_the_way(client: Client, told: Told | None = None) -> dict[str, str]:
    """Each page of a whole walk, by its name."""
    page = client.get(CHECK).content.decode()
    found = {"start": page}
    told = {"thoughts": {"phq9_9": "1"}, **(told or {})}
    while leads_to(page) != "end":
        page = press(client, page, **told.get(leads_to(page), {}))
        found[leads_to(page)] = page
    return found


def phq9(points: int, last: int) -> dict[str, dict[str, str]]:
    """Answers to the PHQ-9: these points on each of the first eight items, and on the ninth."""
    return {
        "mood": {f"phq9_{item}": str(points) for item in range(1, 5)},
        "energy": {f"phq9_{item}": str(points) for item in range(5, 9)},
        "thoughts": {"phq9_9": str(last)},
    }
