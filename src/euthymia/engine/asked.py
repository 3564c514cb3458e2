"""Reads facts that were asked, measured or ordered for a therapy, and the devices of the body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from euthymia.engine.findings import Fact
from euthymia.engine.seen import Seen
from euthymia.knowledge.conditions import FactSource
from euthymia.record.entries import Implant, Seizure, Told
from euthymia.terms import Quantity, Verdict, verdict

UNRECOGNISED = "unrecognised"
SECOND_CLAUSE = re.compile(r"[,;:()+&?\n–—]|\.\s|\s-\s|/(?!\d)|(?<!\d)/")  # noqa: RUF001
LONGEST_DENIAL = 5
"""Words of a text that does no more than deny a device; a longer one may tell of another."""
REPLIES: Mapping[str, bool | None] = {"yes": True, "no": False, "unsure": None}


def nothing_added(source: FactSource) -> Fact:
    """Nothing is recorded: unknown, but where another question settles it, nothing to add."""
    value = False if source.only_adds else None
    return Fact(source.name, value, ask=source.ask, silent=source.only_adds)


def screening(source: FactSource, seen: Seen) -> Fact:
    """An answer of a screen. What was not asked, or nobody is sure of, is unknown."""
    told = seen.record.screening.get(source.key or "")
    if told is None:
        return nothing_added(source)
    return Fact(source.name, _reply(source, told), told.seen, source.ask, told.resource)


def _reply(source: FactSource, told: Told) -> bool | Quantity | None:
    match told.value:
        case bool():
            return told.value
        case str():
            unsure = told.value == "unsure" and source.unsure_is_yes
            return True if unsure else REPLIES.get(told.value)
        case _:
            return Quantity(told.value, source.unit or "1")


def vitals(source: FactSource, seen: Seen) -> Fact:
    """The newest measure; of several of one day the graver end, as the page has it."""
    measured = [
        (one.taken or seen.record.as_of, value, one.resource)
        for one in seen.record.vitals
        if (value := getattr(one, source.key or "")) is not None
        and _fresh(one.taken, source, seen.record.as_of)
    ]
    if not measured:
        return nothing_added(source)
    sign = -1 if source.lowest_counts else 1
    taken, value, resource = max(measured, key=lambda one: (one[0], sign * one[1]))
    return Fact(source.name, Quantity(value, source.unit or "1"), taken, source.ask, resource)


def _fresh(taken: date | None, source: FactSource, today: date) -> bool:
    old = taken is not None and (today - taken).days > (source.within_days or 0)
    return source.within_days is None or not old


def implants(source: FactSource, seen: Seen) -> Fact:
    """Whether such a device is there, or a measure of it."""
    if source.key == UNRECOGNISED:
        return _unrecognised(source, seen)
    if source.denies:
        return _first(source, [one for one in seen.record.implants if _gone(one, source)], seen)
    if source.key is not None and not (source.words or source.codes):
        return _nearest(source, seen)
    found = [one for one in _present(seen) if _is_such(one, source)]
    return _first(source, found, seen) if source.key is None else _measure_of(found, source)


def _first(source: FactSource, found: list[Implant], seen: Seen) -> Fact:
    if found:
        one = found[0]
        return Fact(source.name, True, one.seen, source.ask, one.resource, what=one.name)
    if "implants" in seen.record.complete:
        return Fact(source.name, False, ask=source.ask)
    return nothing_added(source)


def _present(seen: Seen) -> list[Implant]:
    """What is in the body: not what is told to be gone, nor an entry that there is nothing."""
    pages = [one for one in seen.knowledge.facts.values() if one.denies]
    return [
        one
        for one in seen.record.implants
        if not any(_gone(one, page) or _nothing(one, page) for page in pages)
    ]


def _nothing(implant: Implant, page: FactSource) -> bool:
    """Whether all that is said is that nothing is there."""
    said = implant.code is None and bool(implant.words.strip())
    return said and not re.search(r"\w", _searched(page, implant))


def _gone(implant: Implant, page: FactSource) -> bool:
    """Whether a short and plain text denies the device at its start or its end.

    A second clause, or a word that limits the denial, may name what is still there.
    """
    plain = implant.code is None and not SECOND_CLAUSE.search(implant.words)
    short = len(implant.words.split()) <= LONGEST_DENIAL
    if not (plain and short) or _says(page.not_beside, implant.words):
        return False
    return _denies(page.words, implant) and not _nothing(implant, page)


def _denies(words: tuple[str, ...], implant: Implant) -> bool:
    said = (implant.text or "").lower().strip()
    last = re.sub(r"(?: (?:in|on))?[\s\d./-]*$", "", said)
    return any(
        found.start() == 0 or found.end() == len(last) for found in _any_word(words).finditer(said)
    )


def _unrecognised(source: FactSource, seen: Seen) -> Fact:
    """Whether something is in the body of which no page knows what it is."""
    known = [one for one in seen.knowledge.facts.values() if one.section == "implants"]
    known = [one for one in known if not one.denies]
    for one in _present(seen):
        if not (_is_far(one, source) or any(_is_such(one, page) for page in known)):
            return Fact(source.name, True, one.seen, source.ask, one.resource, what=one.name)
    return nothing_added(source)


def _is_far(implant: Implant, source: FactSource) -> bool:
    """Whether it lies too far off to matter; leads may run nearer than the device does."""
    far, beyond = implant.distance_to_coil_cm, source.beyond_cm
    return far is not None and beyond is not None and far > beyond and _lies(source, implant)


def _is_such(implant: Implant, source: FactSource) -> bool:
    coded = implant.code is not None and any(code.covers(implant.code) for code in source.codes)
    return coded or (_says(source.words, _searched(source, implant)) and _lies(source, implant))


def _says(words: tuple[str, ...], said: str) -> bool:
    return bool(words and _any_word(words).search(said))


def _searched(source: FactSource, implant: Implant) -> str:
    """What is said of it, without the phrases that mislead: a femoral head is not in the head."""
    return _any_word(source.aside).sub(" ", implant.words) if source.aside else implant.words


def _lies(source: FactSource, implant: Implant) -> bool:
    """Whether the same device, and not another of the list, is where the page looks for it."""
    said = _searched(source, implant)
    there = not source.beside or _says(source.beside, said)
    return there and not _says(source.not_beside, said)


@lru_cache
def _any_word(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words: bb is not found in bobbin."""
    return re.compile(rf"\b(?:{'|'.join(re.escape(word.lower()) for word in words)})\b")


def _nearest(source: FactSource, seen: Seen) -> Fact:
    """The least distance that was measured, of whatever device; what was not can add nothing."""
    measured = [
        one.distance_to_coil_cm
        for one in _present(seen)
        if one.distance_to_coil_cm is not None and _lies(source, one)
    ]
    if not measured:
        return nothing_added(source)
    return Fact(source.name, Quantity(min(measured), source.unit or "1"), ask=source.ask)


def _measure_of(found: list[Implant], source: FactSource) -> Fact:
    """The least of what is known; of several, one that nobody measured leaves it open."""
    if not found:
        return nothing_added(source)
    measures = [getattr(one, source.key or "") for one in found]
    if None in measures:
        return Fact(source.name, None, ask=source.ask)
    least = min(measures)
    value = least if isinstance(least, bool) else Quantity(least, source.unit or "1")
    return Fact(source.name, value, ask=source.ask)


def seizures(source: FactSource, seen: Seen) -> Fact:
    """Whether such a seizure is listed; one of unknown date may have been within the time."""
    met = [_fits(one, source) for one in seen.record.seizures if one.kind in source.kinds]
    if not met:
        return nothing_added(source)
    found = max(met)
    value = None if found is Verdict.UNKNOWN else found is Verdict.MET
    return Fact(source.name, value, ask=source.ask)


def _fits(seizure: Seizure, source: FactSource) -> Verdict:
    recent = kind = Verdict.MET
    if source.within_months is not None:
        ago = seizure.months_ago
        recent = verdict(None if ago is None else ago <= source.within_months)
    if source.is_complex:
        kind = verdict(_is_complex(seizure, source))
    elif source.child_below_years is not None:
        kind = verdict((seizure.age_years or 0) >= source.child_below_years)
    return recent & kind


def _is_complex(seizure: Seizure, source: FactSource) -> bool | None:
    """As told; untold it is presumed simple in a small child, and open at another age."""
    age, child = seizure.age_years, source.child_below_years
    if seizure.complex is None and age is not None and child is not None and age < child:
        return False
    return seizure.complex


def allergies(source: FactSource, seen: Seen) -> Fact:
    """Whether an intolerance to one of the drugs is recorded."""
    for one in seen.record.intolerances:
        if one.drug in source.drugs:
            return Fact(source.name, True, one.seen, source.ask, one.resource, what=one.drug)
    return nothing_added(source)


def order(source: FactSource, seen: Seen) -> Fact:
    """What is ordered or in mind, such as the protocol or the stimulator."""
    option, _, field = (source.key or "").partition(".")
    told = getattr(getattr(seen.record.orders, option), field)
    return Fact(source.name, _ordered(source, told), ask=source.ask)


def _ordered(source: FactSource, told: str | float | bool | None) -> bool | Quantity | None:
    match told:
        case None | bool():
            return told
        case str() if source.words:
            return bool(_any_word(source.words).search(told.lower()))
        case str():
            return told == source.equals
        case _:
            return Quantity(told, source.unit or "1")


def complete(source: FactSource, seen: Seen) -> Fact:
    """Whether a list is declared whole and holds enough; where it is not, nobody knows.

    An empty list of devices does not tell which device the patient spoke of; nor does one that
    holds nothing of the kind.
    """
    entries = getattr(seen.record, source.key or "", ())
    if source.key == "implants":
        entries = _present(seen)
    if source.words:
        entries = [one for one in entries if _is_such(one, source)]
    whole = source.key in seen.record.complete and len(entries) >= source.count
    return Fact(source.name, True if whole else None, ask=source.ask)
