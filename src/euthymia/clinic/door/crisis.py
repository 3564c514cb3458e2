"""Whom to call in danger: the first thing on every page of the door, from the knowledge."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from euthymia.clinic.door.content import Page, help_first
from euthymia.clinic.people.models import Clinic
from euthymia.knowledge.evidence import CONFIRMED
from euthymia.library import shipped

ELSEWHERE = "default"
TEXT = re.compile(r"\b(text|mensaje de texto)\b(?=(?: al)? (\d[\d -]*\d))")
NUMBER = re.compile(r"(?<![\w:-])\d[\d -]{0,14}\d(?![\w-])")
SITE = re.compile(r"\b[a-z0-9]+\.(?:org|com)\b")


@dataclass(frozen=True)
class Help:
    """A crisis line and the emergency number, ready to be touched on a telephone."""

    line: SafeString
    emergency: SafeString
    is_own: bool
    """Whether it is the country's own line, read in a public source."""

    @property
    def page(self) -> Page:
        return help_first()

    @property
    def steps(self) -> list[SafeString]:
        """What to do now, one thing after the other, with these numbers in it."""
        numbers = {"emergency": self.emergency, "line": self.line}
        said = [_(one.says) for part in self.page.part for one in part.says]
        return [mark_safe(conditional_escape(one) % numbers) for one in said]  # noqa: S308 - escaped


def crisis_help(country: str) -> Help:
    """The help of a country (ISO 3166), else where lines of all countries are listed."""
    lines = shipped().crisis_lines
    own = lines.get(country.upper())
    line = own or lines[ELSEWHERE]
    return Help(
        reachable(_(line.says)),
        reachable(_(line.emergency)),
        is_own=own is not None and own.status in CONFIRMED,
    )


def help_for_all() -> Help:
    """The help where no clinic is known: that of the country, where all clinics share one."""
    countries = set(Clinic.objects.values_list("country", flat=True))
    return crisis_help(countries.pop() if len(countries) == 1 else "")


def may_open(clinic: Clinic) -> bool:
    """Whether the public may come in: the clinic wants it, and its own crisis line is known."""
    return clinic.open_to_public and (settings.DEMO or crisis_help(clinic.country).is_own)


def reachable(words: str) -> SafeString:
    """Words in which each number can be called or texted, and each site opened, by a touch."""
    found = TEXT.sub(_write, str(conditional_escape(words)))
    found = NUMBER.sub(_call, found)
    return mark_safe(SITE.sub(_visit, found))  # noqa: S308 - escaped above, then only our own links


def _write(word: re.Match[str]) -> str:
    return format_html('<a href="sms:{}">{}</a>', _digits(word[2]), word[1])


def _call(number: re.Match[str]) -> str:
    return format_html('<a href="tel:{}">{}</a>', _digits(number[0]), number[0])


def _visit(site: re.Match[str]) -> str:
    return format_html('<a href="https://{}" rel="noreferrer">{}</a>', site[0], site[0])


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)
