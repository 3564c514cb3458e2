"""The cards of a chart as HTML: what stands over its entries, the entries, what files add."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from euthymia.clinic.patients.addresses import page_address
from euthymia.clinic.patients.brought import InFiles
from euthymia.clinic.patients.chart import Card
from euthymia.clinic.patients.entry_html import NOTHING, entry_html


def card_links(cards: Iterable[Card]) -> SafeString:
    """A line for each card in the contents of the page: its name, and how much stands in it."""
    lines = ((one.anchor, one.part.label, _how_much(one)) for one in cards)
    return format_html_join("", '<li><a href="#{}">{}</a>{}</li>', lines)


def _how_much(card: Card) -> SafeString:
    if not card.entries:
        return NOTHING
    if not card.single:
        return format_html(' <span class="quiet">{}</span>', len(card.entries))
    return format_html(
        ' <span class="quiet"><span aria-hidden="true">&#10003;</span>'
        '<span class="visually-hidden">{}</span></span>',
        _("recorded"),
    )


def card_head(card: Card, patient: int) -> SafeString:
    """The name of the part, whether it is whole, and where to add to it."""
    return format_html(
        '<div class="card-head"><h3 id="{}-h">{}</h3>\n{}\n{}</div>',
        card.anchor,
        card.part.label,
        _wholeness(card),
        _add(card, patient),
    )


def _wholeness(card: Card) -> SafeString:
    if card.whole:
        return format_html('<span class="tag good">{}</span>', _("asked about every one"))
    if card.whole is False and card.entries:
        return format_html('<span class="tag open">{}</span>', _("there may be more"))
    return NOTHING


def _add(card: Card, patient: int) -> SafeString:
    """What is told once is added only while it is not there."""
    if not card.writable or (card.single and card.entries):
        return NOTHING
    return format_html(
        '<a class="add" href="{}">{}<span class="visually-hidden">: {}</span></a>',
        page_address("entry_new", patient, card.part.value),
        _("Record") if card.single else _("Add"),
        card.part.label,
    )


def card_entries(card: Card, files: InFiles, patient: int) -> SafeString:
    """Every entry, or what it means that there is none; then what stands in files."""
    brought = files.parts.get(card.part.value, {})
    told = ((entry_html(shown, card, patient),) for shown in card.entries)
    entries = format_html_join("", "\n{}\n", told) if card.entries else _silence(card, brought)
    return format_html("{}\n{}", entries, _brought(brought, patient))


def _silence(card: Card, brought: Mapping[str, int]) -> SafeString:
    if brought:
        return NOTHING
    if card.whole:
        return format_html("<p>{}</p>\n", _("None: every one was asked about."))
    says = _("Not recorded. This does not mean none.")
    return format_html('<p class="silent">{}</p>\n', says)


def _brought(brought: Mapping[str, int], patient: int) -> SafeString:
    at = page_address("files", patient)
    named = (
        (
            _("%(n)s more in a file that was brought:") % {"n": count},
            format_html('<a href="{}">{}</a>', at, name) if at else name,
        )
        for name, count in brought.items()
    )
    return format_html_join("", '<p class="quiet">{} {}</p>', named)
