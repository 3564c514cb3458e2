"""A chart as a page shows it: its parts as cards, in the order in which a clinician thinks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from euthymia.clinic.patients.doses import DoseNote, above_usual
from euthymia.clinic.patients.filling import SCREENS
from euthymia.clinic.patients.forms.words import Said
from euthymia.clinic.patients.models import Entry, Patient
from euthymia.clinic.patients.parts import KEPT, SINGLE, Part
from euthymia.clinic.patients.shown import Fact, Headline, facts_of, headline
from euthymia.clinic.people.access import Access

THINKING: Sequence[tuple[str, Said, Sequence[Part]]] = (
    ("illness", _("The illness"), (Part.DIAGNOSES, Part.EPISODE, Part.SCALES)),
    (
        "treatment",
        _("Treatment so far"),
        (Part.TRIALS, Part.NONDRUG, Part.MEDICATIONS, Part.FAILED),
    ),
    (
        "safety",
        _("Safety before TMS and ketamine"),
        (
            Part.IMPLANTS,
            Part.SEIZURES,
            Part.TASS,
            Part.KETAMINE_SCREEN,
            Part.TODAY,
            Part.VITALS,
        ),
    ),
    ("contributors", _("What contributes"), (Part.CONTEXT, Part.LABS, Part.BODY, Part.GENES)),
    ("orders", _("Orders in mind"), (Part.TMS, Part.KETAMINE_IV, Part.ESKETAMINE)),
    ("choice", _("Choice"), (Part.PREFERENCES, Part.OVERRIDES, Part.COMPLETE)),
)


@dataclass(frozen=True)
class Shown:
    """One entry as its card shows it; `above`: the page whose highest usual dose it exceeds."""

    entry: Entry
    head: Headline | None
    facts: Sequence[Fact]
    above: DoseNote | None = None


@dataclass(frozen=True)
class Card:
    """One part of a chart.

    Attributes:
        whole: Whether someone asked about every one, so that silence means no; None where that
            is no question of this part.
        writable: Whether the visitor may add to it.
    """

    part: Part
    entries: Sequence[Shown]
    single: bool
    whole: bool | None
    writable: bool

    @property
    def anchor(self) -> str:
        return self.part.value.replace(".", "-")

    @property
    def screen(self) -> bool:
        """Whether it is a list of safety questions, of which a yes must not be missed."""
        return self.part in SCREENS


@dataclass(frozen=True)
class Section:
    """Cards that belong to one thought."""

    name: str
    heading: Said
    cards: Sequence[Card]


def written_in(patient: Patient) -> tuple[list[Entry], list[Entry]]:
    """What stands in a chart, and what was struck out of it, the last first: from one query."""
    entries = list(patient.entries.select_related("by", "sent_by"))
    gone = [(one.struck, one) for one in entries if one.struck is not None]
    gone.sort(key=lambda each: each[0], reverse=True)
    return [one for one in entries if one.struck is None], [one for _when, one in gone]


def struck_out(gone: Iterable[Entry]) -> list[Shown]:
    """What was struck out of a chart and said something: it can be brought back."""
    return [_shown(entry) for entry in gone if entry.told not in ({}, [])]


def sections(entries: Sequence[Entry], access: Access) -> list[Section]:
    by_part: dict[str, list[Entry]] = {}
    for entry in entries:
        by_part.setdefault(entry.part, []).append(entry)
    complete = (
        frozenset(by_part[Part.COMPLETE][0].told) if Part.COMPLETE in by_part else frozenset()
    )
    return [
        Section(name, heading, [_card(part, by_part, complete, access) for part in parts])
        for name, heading, parts in THINKING
    ]


def entries_in(sections: Iterable[Section], part: Part) -> list[Entry]:
    """The entries of one part, as the page shows them."""
    cards = (card for section in sections for card in section.cards if card.part == part)
    return [shown.entry for card in cards for shown in card.entries]


MAY_BE_WHOLE = frozenset(
    {Part.DIAGNOSES, Part.TRIALS, Part.NONDRUG, Part.MEDICATIONS, Part.LABS, Part.IMPLANTS}
)
"""Sections of which the contract lets a clinician say: these are all."""


def _card(
    part: Part, by_part: Mapping[str, Sequence[Entry]], complete: frozenset[str], access: Access
) -> Card:
    entries = sorted(by_part.get(part, ()), key=_newest_first, reverse=True)
    return Card(
        part=part,
        entries=[_shown(entry) for entry in entries],
        single=part in SINGLE,
        whole=part in complete if part in MAY_BE_WHOLE else None,
        writable=access.may(KEPT[part].written_by),
    )


def _shown(entry: Entry) -> Shown:
    if entry.part in SINGLE:
        return Shown(entry, None, facts_of(entry.part, entry.told))
    head = headline(entry)
    return Shown(entry, head, head.more, above_usual(entry.part, entry.told))


def _newest_first(entry: Entry) -> tuple[str, int]:
    """By its last day in life, then by when it was written; what has no day comes last."""
    told: Any = entry.told if isinstance(entry.told, dict) else {}
    days: Iterable[str] = (told.get(name, "") for name in ("date", "start", "onset", "since"))
    return max(days), entry.pk or 0
