"""Reads facts that were asked, measured or ordered for a therapy, and the devices of the body."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from euthymia.engine.findings import Fact
from euthymia.engine.seen import Seen
from euthymia.knowledge.conditions import FactSource
from euthymia.record import Record
from euthymia.record.entries import Diagnosis, Implant, Seizure, Told
from euthymia.terms import Quantity, Verdict, verdict

UNRECOGNISED = "unrecognised"
LAST_DATE = re.compile(r"(?: (?:in|on))?[\s\d./-]*$")
"""The day that may end a denial, as in `removed in 12/2019`."""
BETWEEN_PARTS = re.compile(r"[;,+&\n]|\band\b")
"""What stands between the parts of a text, as in `no VNS, no DBS`."""
NUMBER = re.compile(r"\b\d+\b")
LEFT_TO_SAY = re.compile(r"[\w?]")
"""A word, or the doubt of a question mark."""
DAYS_PER_YEAR, MONTHS_PER_YEAR = 365.25, 12
REPLIES: Mapping[str, bool | None] = {"yes": True, "no": False, "unsure": None}


def nothing_added(source: FactSource) -> Fact:
    """Nothing is recorded: unknown, but where another question settles it, nothing to add."""
    value = False if source.only_adds else None
    return Fact(source.name, value, ask=source.ask, silent=source.only_adds)


def named(names: Iterable[str | None]) -> tuple[str, ...]:
    """Each name once, in its order, without those that nobody told."""
    return tuple(dict.fromkeys(name for name in names if name))


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
    if source.denials:
        gone = [one for one in seen.record.implants if _gone(one, source, seen)]
        return _first(source, gone, seen)
    if source.key is not None and not (source.words or source.codes):
        return _nearest(source, seen)
    found = [one for one in _present(seen) if _is_such(one, source)]
    return _first(source, found, seen) if source.key is None else _measure_of(found, source)


def _first(source: FactSource, found: list[Implant], seen: Seen) -> Fact:
    if found:
        one, what = found[0], named(each.name for each in found)
        return Fact(source.name, True, one.seen, source.ask, one.resource, what=what)
    if "implants" in seen.record.complete:
        return Fact(source.name, False, ask=source.ask)
    return nothing_added(source)


def _present(seen: Seen) -> list[Implant]:
    """What is in the body: not what is told to be gone, nor an entry that there is nothing."""
    return [
        one
        for one in seen.record.implants
        if not any(_gone(one, page, seen) or _nothing(one, page) for page in seen.knowledge.denials)
    ]


def _only_worded(implant: Implant) -> bool:
    """Whether it has no code, no distance and no card: whatever has one is there."""
    measured = (implant.code, implant.distance_to_coil_cm, implant.mr_conditional_card)
    return all(one is None for one in measured)


def _nothing(implant: Implant, page: FactSource) -> bool:
    """Whether all that is said is that nothing is there."""
    return _only_worded(implant) and _says_only(page.aside, (), implant.words)


def _gone(implant: Implant, page: FactSource, seen: Seen) -> bool:
    """Whether each part of what is said is that one device is not there, or no more.

    The page has a closed set of phrases for it: any other text may tell what is still there.
    """
    if not _only_worded(implant) or _nothing(implant, page):
        return False
    denied = _denial(page.denials, page.words, _device_words(seen))
    parts = (LAST_DATE.sub("", " ".join(part.split())) for part in _parts(implant))
    return all(denied.fullmatch(part) or _says_only(page.aside, (), part) for part in parts)


def _parts(implant: Implant) -> list[str]:
    return [part for part in BETWEEN_PARTS.split(implant.words) if part.strip()]


def _device_words(seen: Seen) -> tuple[str, ...]:
    """Every name by which some page knows a device."""
    pages = seen.knowledge.facts_by_section["implants"].values()
    return tuple(word for one in pages if not one.denials for word in one.words)


@lru_cache
def _denial(
    phrases: tuple[str, ...], more: tuple[str, ...], devices: tuple[str, ...]
) -> re.Pattern[str]:
    """The phrases with a place for one device: `insulin pump` is one, `pacemaker VNS` two."""
    beside = _one_of(more)
    device = rf"(?:{beside} ){{0,3}}(?:{_one_of(devices)}|{beside})(?: {beside}){{0,2}}"
    shapes = (device.join(map(re.escape, phrase.lower().split("{}"))) for phrase in phrases)
    return re.compile("|".join(shapes))


def _unrecognised(source: FactSource, seen: Seen) -> Fact:
    """Whether something is in the body of which no page knows what it is."""
    pages = tuple(seen.knowledge.facts_by_section["implants"].values())
    found = [
        one for one in _present(seen) if not (_is_far(one, source) or _is_understood(one, pages))
    ]
    if not found:
        return nothing_added(source)
    one, what = found[0], named(each.name for each in found)
    return Fact(source.name, True, one.seen, source.ask, one.resource, what=what)


def _is_understood(implant: Implant, pages: tuple[FactSource, ...]) -> bool:
    """Whether a page knows it and, but for what pages know, nothing is said.

    A stent that is known must not vouch for the next word, which may be another device.
    """
    known = [page for page in pages if not page.denials and _is_such(implant, page)]
    if any(page.alone or _is_coded(implant, page) for page in known):
        return True
    said = NUMBER.sub(" ", implant.words)
    return bool(known) and _says_only(_understood_words(pages), (), said)


def _understood_words(pages: Iterable[FactSource]) -> tuple[str, ...]:
    """Every device, place and plain word of the pages, and the phrases that nothing is there."""
    return tuple(
        word
        for page in pages
        for word in (
            *page.aside,
            *(() if page.denials else page.words),
            *page.beside,
            *(() if page.key == UNRECOGNISED else page.not_beside),
        )
    )


def _is_far(implant: Implant, source: FactSource) -> bool:
    """Whether it lies too far off to matter; leads may run nearer than the device does."""
    far, beyond = implant.distance_to_coil_cm, source.beyond_cm
    return far is not None and beyond is not None and far > beyond and _lies(source, implant)


def _is_coded(implant: Implant, source: FactSource) -> bool:
    return implant.code is not None and any(code.covers(implant.code) for code in source.codes)


def _is_such(implant: Implant, source: FactSource) -> bool:
    coded = _is_coded(implant, source)
    if source.alone:
        return coded or _says_only(source.words, source.aside, implant.words)
    return coded or (_says(source.words, _searched(source, implant)) and _lies(source, implant))


def _says(words: tuple[str, ...], said: str) -> bool:
    return bool(words and _any_word(words).search(said))


def _says_only(words: tuple[str, ...], aside: tuple[str, ...], said: str) -> bool:
    """Whether one of the words is said and, but for what is aside, nothing else."""
    rest = _any_word((*words, *aside)).sub(" ", said)
    return _says(words, said) and not LEFT_TO_SAY.search(rest)


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
    return re.compile(rf"\b{_one_of(words)}\b")


def _one_of(words: tuple[str, ...]) -> str:
    """Any of the words; of two that begin alike the longer one is tried first."""
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(word.lower()) for word in longest_first)})"


def _nearest(source: FactSource, seen: Seen) -> Fact:
    """The least distance that was measured, of whatever device; what was not can add nothing."""
    measured = [
        one.distance_to_coil_cm
        for one in _present(seen)
        if one.distance_to_coil_cm is not None and not _is_set_aside(one, seen)
    ]
    if not measured:
        return nothing_added(source)
    return Fact(source.name, Quantity(min(measured), source.unit or "1"), ask=source.ask)


def _is_set_aside(implant: Implant, seen: Seen) -> bool:
    """Whether all that is told of it is that it is worn, or of the teeth."""
    pages = seen.knowledge.facts_by_section["implants"].values()
    return implant.code is None and any(_is_such(implant, one) for one in pages if one.alone)


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
    record = seen.record
    met = [_fits(one, source, record) for one in record.seizures if one.kind in source.kinds]
    met += [
        _coded_later(one, source, record)
        for one in record.diagnoses
        if any(code.covers(one.code) for code in source.codes)
    ]
    if not met:
        return nothing_added(source)
    found = max(met)
    value = None if found is Verdict.UNKNOWN else found is Verdict.MET
    return Fact(source.name, value, ask=source.ask)


def _coded_later(diagnosis: Diagnosis, source: FactSource, record: Record) -> Verdict:
    """Whether a coded seizure came after childhood; without a day nothing tells that it did."""
    visit = diagnosis.recorded if diagnosis.source == "encounter" else None
    day = diagnosis.onset or visit
    if day is None:
        return Verdict.NOT_MET
    age = _age_then(record, (record.as_of - day).days / DAYS_PER_YEAR)
    return verdict(None if age is None else age >= (source.child_below_years or 0))


def _age_then(record: Record, years_ago: float) -> float | None:
    born, age = record.patient.birth_date, record.patient.age_years
    if age is None and born is not None:
        age = (record.as_of - born).days / DAYS_PER_YEAR
    return None if age is None else age - years_ago


def _age_at(seizure: Seizure, record: Record) -> float | None:
    """As told, or from the months since and the age today."""
    if seizure.age_years is not None or seizure.months_ago is None:
        return seizure.age_years
    return _age_then(record, seizure.months_ago / MONTHS_PER_YEAR)


def _fits(seizure: Seizure, source: FactSource, record: Record) -> Verdict:
    recent = kind = Verdict.MET
    if source.within_months is not None:
        ago = seizure.months_ago
        recent = verdict(None if ago is None else ago <= source.within_months)
    if source.is_complex:
        kind = verdict(_is_complex(seizure, source, record))
    elif source.child_below_years is not None:
        kind = verdict((_age_at(seizure, record) or 0) >= source.child_below_years)
    return recent & kind


def _is_complex(seizure: Seizure, source: FactSource, record: Record) -> bool | None:
    """As told; untold it is presumed simple in a small child, and open at another age."""
    age, child = _age_at(seizure, record), source.child_below_years
    if seizure.complex is None and age is not None and child is not None and age < child:
        return False
    return seizure.complex


def allergies(source: FactSource, seen: Seen) -> Fact:
    """Whether an intolerance to one of the drugs is recorded."""
    for one in seen.record.intolerances:
        if one.drug in source.drugs:
            return Fact(source.name, True, one.seen, source.ask, one.resource, what=(one.drug,))
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
