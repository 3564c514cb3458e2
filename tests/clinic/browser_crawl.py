"""From link to link: each page that a role can reach, and what is wrong with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.urls import resolve

from tests.clinic.browser_place import NARROWEST, PHONE, WIDE, grave_faults, require_quiet
from tests.clinic.matrix import needed_of, routes

NO_PAGES = {
    "letter_pdf",
    "payer_pdf",
    "attachment",
    "copy",
    "mfa_download_recovery_codes",
    "ledger_sheet",
    "outcomes_summary",
}
"""Routes that hand out a file."""
ALIKE = {"place", "payer"}
"""Parts of addresses whose pages are all of one kind."""
SAID = (200, 409)
"""A page, or a page that says why what it is asked for is not done."""
LINKS = "[...document.links].map(one => one.href)"
UNFOLD = "document.querySelectorAll('details:not([hx-get])').forEach(one => { one.open = true })"
FITS = "document.documentElement.scrollWidth <= innerWidth"
MOST_PAGES = 80
"""So many pages of one role are looked over: each kind of them once, and some of them again."""
STAFF, ANYONE = ("/clinic/", "/account/"), ("/",)
"""Where the pages lie that are looked over."""
CHANGING = re.compile(r'value="[^"]*"|\d+')
SPOIL = """(() => {
  const wide = document.createElement("input");
  wide.style.minWidth = "2000px";
  document.getElementById("main").append(wide);
})()"""
"""Spoils a page: a field without a name that is too wide for any telephone."""


def kind_of(address: str) -> tuple[str, ...]:
    """What page it is: its route and the words in its address, without numbers of rows."""
    found = resolve(urlsplit(address).path)
    told = [one for name, one in found.kwargs.items() if name not in ALIKE]
    return (found.view_name, *(one for one in told if isinstance(one, str)))


def crawl(page: Any, at: str, rooms: tuple[str, ...]) -> Iterator[str]:
    """Opens one page after the other, kinds of page not seen yet first; yields each address."""
    start, within = at + rooms[0], tuple(at + room for room in rooms)
    waiting, known, kinds = [start], {start}, Counter[tuple[str, ...]]()
    while waiting and kinds.total() < MOST_PAGES:
        address = min(waiting, key=lambda one: kinds[kind_of(one)])
        waiting.remove(address)
        kinds[kind_of(address)] += 1
        answer = page.goto(address)
        assert answer.status in SAID, f"{address}: a link leads to status {answer.status}"
        found = [link.partition("#")[0] for link in page.evaluate(LINKS)]
        new = [link for link in dict.fromkeys(found) if link.startswith(within)]
        waiting += [link for link in new if link not in known and _is_page(link)]
        known |= set(new)
        yield address


def _is_page(address: str) -> bool:
    return kind_of(address)[0] not in NO_PAGES


def faults_of(page: Any, seen: set[str]) -> list[str]:
    """What is wrong with an open page, wide and narrow. `seen`: parts looked over before."""
    found = []
    page.evaluate(UNFOLD)
    parts = {CHANGING.sub("", part.inner_html()) for part in page.locator("header, main").all()}
    for size in () if parts <= seen else (WIDE, PHONE):
        page.set_viewport_size(size)
        found += [f"{size['width']} px: {fault}" for fault in grave_faults(page)]
    seen |= parts
    page.set_viewport_size(NARROWEST)
    if not page.evaluate(FITS):
        found.append(f"scrolls sideways at {NARROWEST['width']} px")
    page.set_viewport_size(WIDE)
    return found


def require_sound(page: Any, at: str, rooms: tuple[str, ...], seen: set[str]) -> set[str]:
    """No fault behind any link and no complaint on the way; the names of the pages reached."""
    reached, faults = set(), []
    for address in crawl(page, at, rooms):
        reached.add(kind_of(address)[0])
        faults += [f"{address} {fault}" for fault in faults_of(page, seen)]
    assert not faults, "\n".join(faults)
    require_quiet(page)
    return reached


def behind_the_second_factor() -> list[str]:
    """Every address without a number in it that opens only with a second factor."""
    shut = ("public", "without_second_factor", None)
    plain = [one for one in routes() if not one.parts and one.pattern.startswith("clinic/")]
    return [f"/{one.pattern}" for one in plain if needed_of(one, "GET") not in shut]
