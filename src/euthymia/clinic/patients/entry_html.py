"""The entries of a chart as HTML. In Python, since a chart has dozens of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from euthymia.clinic.patients.addresses import page_address
from euthymia.clinic.patients.chart import Card, Shown
from euthymia.clinic.patients.doses import DoseNote
from euthymia.clinic.patients.forms.words import WORDS
from euthymia.clinic.patients.models import Entry
from euthymia.clinic.patients.shown import Fact, Headline

NOTHING = SafeString()
SILENT = SafeString(' class="silent"')
WORDS_OF_A_SCREEN = (WORDS["yes"], WORDS["unsure"], WORDS["no"])


def entry_html(shown: Shown, card: Card, patient: int) -> SafeString:
    """One entry: what it says, who wrote it and when, and what may be done with it."""
    return format_html(
        '<div class="entry" id="entry-{}">\n{}\n{}\n{}\n'
        '<div class="entry-foot">{}\n{}</div>\n</div>',
        shown.entry.pk,
        _head(shown.head),
        _answers(shown.facts) if card.screen else pairs(shown.facts),
        _above(shown.above),
        who(shown.entry),
        _links(shown, card, patient),
    )


def _head(head: Headline | None) -> SafeString:
    if head is None:
        return NOTHING
    when = format_html(' <span class="nowrap">{}</span>', head.when) if head.when else ""
    return format_html('<p class="head"><strong>{}</strong>{}</p>', head.what, when)


def pairs(facts: Sequence[Fact]) -> SafeString:
    """Fields with their words."""
    if not facts:
        return NOTHING
    told = ((str(one.label), SILENT if one.silent else "", str(one.value)) for one in facts)
    inner = format_html_join("", "<div><dt>{}</dt><dd{}>{}</dd></div>", told)
    return format_html('<dl class="pairs">{}</dl>', inner)


def _answers(facts: Sequence[Fact]) -> SafeString:
    """A screen: how many answers of each kind, those that must not be missed, then every one."""
    counts = format_html_join(
        ", ", '<span class="nowrap">{} {}</span>', ((n, word.lower()) for word, n in tally(facts))
    )
    raised = format_html_join(
        "",
        '<li><span class="tag care">{}</span> {}</li>',
        ((one.value, one.label) for one in flagged(facts)),
    )
    return format_html(
        '<p>{}</p>\n<ul class="plain-list">{}</ul>\n<details><summary>{}</summary>{}</details>\n',
        counts,
        raised,
        _("Every question with its answer"),
        pairs(facts),
    )


def flagged(facts: Iterable[Fact]) -> list[Fact]:
    """Of the answers to a screen, those that are not a plain no: what a reader must not miss."""
    no = str(WORDS["no"])
    return [fact for fact in facts if not fact.silent and str(fact.value) != no]


def tally(facts: Iterable[Fact]) -> list[tuple[str, int]]:
    """How many questions of a screen were answered how; those not asked are counted, too."""
    answers = [_("not asked") if fact.silent else str(fact.value) for fact in facts]
    words = [*map(str, WORDS_OF_A_SCREEN), _("not asked")]
    return [(word, answers.count(word)) for word in words if word in answers]


def _above(note: DoseNote | None) -> SafeString:
    if note is None or note.drug.maximum is None:
        return NOTHING
    most = note.drug.maximum
    says = _(
        "The page of this medicine gives %(value)s %(unit)s as the highest usual dose (%(status)s)."
        " Is this dose right?"
    )
    told = {"value": floatformat(most.value), "unit": note.drug.unit, "status": most.status}
    return format_html('<p class="note warning">{}</p>', says % told)


def who(entry: Entry) -> SafeString:
    """Where an entry came from, by whom and when."""
    at = timezone.localtime(entry.at)
    return format_html(
        '<p class="quiet small">{}{} · <time datetime="{}">{}</time>{}</p>\n',
        entry.whence,
        f" · {entry.by.name}" if entry.by else "",
        at.isoformat(),
        f"{at:%Y-%m-%d %H:%M}",
        _part_2() if entry.substance_use else "",
    )


def _part_2() -> SafeString:
    return format_html(' <span class="tag care">{}</span>', _("42 CFR Part 2"))


def _links(shown: Shown, card: Card, patient: int) -> SafeString:
    change = [("entry_edit", _("Edit")), ("entry_strike", _("Strike out"))] if card.writable else []
    which = f"{card.part.label} {shown.head.what if shown.head else ''}"
    links = format_html_join(
        " ",
        '<a href="{}">{}<span class="visually-hidden"> {}</span></a>',
        (
            (page_address(name, patient, shown.entry.pk), word, which)
            for name, word in [*change, ("entry_history", _("History"))]
        ),
    )
    return format_html('<p class="entry-links">{}{}</p>', "" if change else " ", links)
