"""Words of the assessment's templates: how a statement stands, its facts, where it opens."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from euthymia.exchange.page.statement import Statement
from euthymia.knowledge.evidence import CONFIRMED

register = template.Library()
Json = Mapping[str, Any]


@register.filter
def mark(statement: Json | None) -> SafeString:
    """How a statement came to us: `† recalled, grade B`; nothing where it was read in a source."""
    if not statement:
        return SafeString("")
    status, grade = statement["status"], statement.get("grade")
    told = [] if status in CONFIRMED else [f"† {status.replace('_', ' ')}"]
    told += [_("grade %(grade)s") % {"grade": grade.replace("_", " ")}] if grade else []
    if not told:
        return SafeString("")
    return format_html('<small class="status">{}</small>', ", ".join(told))


@register.filter
def facts(lines: Iterable[Json]) -> str:
    """`TSH: 6.2 m[IU]/L on 2026-06-15 (Observation/7); ...`."""
    return "; ".join(_fact(one) for one in lines)


def _fact(line: Json) -> str:
    seen = _(" on %(day)s") % {"day": line["seen"]} if line["seen"] else ""
    return f"{line['told']}{seen}{' (' + line['resource'] + ')' if line['resource'] else ''}"


@register.simple_tag
def why(title: str, *place: object) -> SafeString:
    """What opens a statement to its facts and sources: a detail that fetches them when opened.

    Without script it holds a link to the same as a page. `place`: where in the page it stands.
    """
    address = f"statement/{'.'.join(str(part) for part in place)}/"
    return format_html(
        '<details class="opens" hx-get="{}" hx-trigger="toggle once" hx-target="find div">'
        '<summary>{}<span class="visually-hidden">: {}</span></summary>'
        '<div><a href="{}">{}</a></div></details>',
        address,
        _("Why"),
        title,
        address,
        _("Facts and sources"),
    )


@register.simple_tag
def more(words: str, *place: object) -> SafeString:
    """The same for what is long: `words` stand on it."""
    address = f"statement/{'.'.join(str(part) for part in place)}/"
    return format_html(
        '<details class="opens" hx-get="{}" hx-trigger="toggle once" hx-target="find div">'
        '<summary>{}</summary><div><a href="{}">{}</a></div></details>',
        address,
        words,
        address,
        _("Open"),
    )


@register.simple_tag
def drawing(wide: str, narrow: str, told: str) -> SafeString:
    """A picture, drawn twice. As an image of its own it brings its styles and obeys no script."""
    if not wide:
        return SafeString("")
    return format_html(
        '<picture><source media="(min-width: 52rem), print" srcset="{}">'
        '<img class="drawing" src="{}" alt="{}"></picture>',
        _data(wide),
        _data(narrow or wide),
        told,
    )


def _data(svg: str) -> SafeString:
    """Letters, digits and signs of base64 alone: nothing in it needs to be escaped again."""
    return SafeString(f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}")


@register.simple_tag
def cites(statement: Json) -> SafeString:
    """The sources of a statement, each with what of it we lean on."""
    return format_html_join("", "<li>{}</li>", ((_source(one),) for one in statement["evidence"]))


@register.simple_tag
def sources_of(part: object) -> SafeString:
    """Every source that a part of the page leans on, once, in the order of reading."""
    found = {item["id"]: item for item in _evidence(part)}
    return format_html_join("", "<li>{}</li>", ((_source(one),) for one in found.values()))


def _evidence(part: object) -> Iterator[Json]:
    if isinstance(part, dict):
        yield from part.get("evidence", ())
        yield from (one for inner in part.values() for one in _evidence(inner))
    elif isinstance(part, list):
        yield from (one for inner in part for one in _evidence(inner))


def _source(item: Json) -> SafeString:
    year = f", {item['year']}" if item["year"] else ""
    url = item["url"] or ""
    if url.startswith(("https://", "http://")):
        return format_html(
            '<a href="{}" rel="noreferrer">{}</a>{}. <span class="quiet">{}</span>',
            url,
            item["title"],
            year,
            item["supports"],
        )
    return format_html('{}{}. <span class="quiet">{}</span>', item["title"], year, item["supports"])


@register.simple_tag
def paper_drawing(wide: str, told: str) -> SafeString:
    """The wide picture alone, for paper."""
    return format_html('<img class="drawing" src="{}" alt="{}">', _data(wide), told)


@register.filter
def told(statement: Statement) -> str:
    """How a statement that was just made came to us; nothing where it was read in a source."""
    return "" if statement.confirmed else f"† {statement.status.replace('_', ' ')}"
