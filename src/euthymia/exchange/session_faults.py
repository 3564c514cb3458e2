"""What a session form that cannot be read is told: the place, the fault and the mend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, get_args, get_type_hints

from msgspec import UNSET, UnsetType

from euthymia.exchange import session_form as form
from euthymia.exchange.bedside import impossible
from euthymia.exchange.faults import nearest, split_place
from euthymia.exchange.intake_mends import mended
from euthymia.knowledge import Knowledge
from euthymia.knowledge.sessions import SessionTherapy

Fault = tuple[str, str]
"""The place in the form, and what is wrong there with its mend."""

ONLY_FOR: dict[str, tuple[str, ...]] = {
    "gate": ("tms",),
    "delivered": ("tms",),
    "previous_sessions_today": ("tms",),
    "order.protocol": ("tms",),
    "order.motor_threshold_pct_mso": ("tms",),
    "order.motor_threshold_date": ("tms",),
    "order.intensity_pct_mt": ("tms",),
    "order.dose_mg": ("ketamine_iv", "esketamine"),
    "order.minutes": ("ketamine_iv",),
    "leaving": ("ketamine_iv", "esketamine"),
}
"""Fields that would be passed over in another therapy, and so are refused there."""

WORDS_ONLY_FOR: dict[str, tuple[str, ...]] = {
    "pump_start": ("ketamine_iv",),
    "pump_stop": ("ketamine_iv",),
    "rate_change": ("ketamine_iv",),
    "iv infiltration": ("ketamine_iv",),
    "rethreshold": ("tms",),
    "missed_session": ("tms",),
    "dose_withheld": ("ketamine_iv", "esketamine"),
    "seen": ("ketamine_iv", "esketamine"),
    "oxygen_off": ("ketamine_iv", "esketamine"),
}
"""Events and symptoms of which no rule of another therapy knows, and so are refused there."""

NEEDED = {
    ("rate_change", "rate_mg_per_min"): "a change of rate needs the new rate",
    ("dose_withheld", "by"): "name who withheld the dose",
    ("seen", "by"): "name who has seen it",
    ("seen", "of"): "name the finding that was seen",
}
"""Fields without which a line of the log says nothing, and why."""

ONLY_OF = {
    "rate_mg_per_min": ("rate_change", "log the rate as an event of its own"),
    "of": ("seen", "log what was seen as an event of its own"),
}
"""Fields that a line of another kind would pass over."""


def explained(message: str) -> str:
    """A decoder's message, as `observations[1].systolic_kpa: unknown field; did you mean ...?`."""
    fault, place = split_place(message)
    unknown = re.search(r"unknown field `(.*)`", fault)
    missing = re.search(r"missing required field `(.*)`", fault)
    if unknown:
        field = unknown.group(1)
        return f"{_under(place, field)}: unknown field{_meant(field, place)}"
    if missing:
        return f"{_under(place, missing.group(1))}: missing; this field is required"
    if "null" in fault:
        return f"{place or 'form'}: null is not a value of this form; leave the field out"
    if "date" in fault:
        return f"{place}: not a date of the calendar; write YYYY-MM-DD"
    return f"{place or 'form'}: {_word_fault(fault, place)}"


def _under(place: str, field: str) -> str:
    return f"{place}.{field}" if place else field


def _meant(field: str, place: str) -> str:
    """The nearest field; of a reading in another unit, the one that carries the unit we read."""
    fields: tuple[str, ...] = getattr(_walk(place), "__struct_fields__", ())
    stem = field.lower().partition("_")[0]
    same = [one for one in fields if one.partition("_")[0] == stem]
    if len(same) == 1:
        return f"; did you mean {same[0]}?"
    return nearest(field, fields)


def _word_fault(fault: str, place: str) -> str:
    """A wrong word is told which words the field takes; the word itself is not repeated."""
    wrong = re.search(r"Invalid enum value '?(.*?)'?$", fault)
    if not wrong:
        steps = re.findall(r"[A-Za-z]\w*", place)
        return mended(fault, steps[-1] if steps else "")
    words = [str(word) for word in get_args(_walk(place))]
    return f"unknown word{_meant_word(wrong.group(1), words)} (one of {', '.join(words)})"


def _meant_word(wrong: str, words: Sequence[str]) -> str:
    """The word that begins so, if one does: ketamine is meant for ketamine_iv, never the spray."""
    begun = [word for word in words if wrong and word.startswith(wrong.lower())]
    return f"; did you mean {begun[0]}?" if len(begun) == 1 else nearest(wrong, words)


def _walk(place: str) -> Any:
    """The type of the form at a path such as observations[0].symptoms."""
    kind: Any = form.SessionForm
    for step in re.findall(r"\w+", re.sub(r"\[[\d.]*\]", "", place)):
        is_part = isinstance(kind, type) and issubclass(kind, form.Part)
        kind = _bare(get_type_hints(kind).get(step, str)) if is_part else str
    return kind


def _bare(hint: Any) -> Any:
    """The type without UNSET and without the list around it."""
    if UnsetType in get_args(hint):
        hint = next(option for option in get_args(hint) if option is not UnsetType)
    inner = get_args(hint)
    return inner[0] if inner and inner[-1] is Ellipsis else hint


def contradictions(told: form.SessionForm, knowledge: Knowledge) -> Iterator[Fault]:
    """What no field forbids by itself: parts that contradict or miss each other."""
    yield from _misplaced(told)
    yield from _clock_faults(told)
    yield from _minute_faults(told, knowledge)
    yield from _event_faults(told, knowledge)
    yield from _date_faults(told)
    for number, one in enumerate(_entries(told.observations)):
        for field, fault in impossible(one, knowledge):
            yield f"observations[{number}].{field}", fault


def _misplaced(told: form.SessionForm) -> Iterator[Fault]:
    for place, therapies in ONLY_FOR.items():
        if told.therapy not in therapies and _is_told(told, place):
            yield place, _belongs(therapies, told.therapy)
    for number, event in enumerate(_entries(told.events)):
        yield from _foreign(f"events[{number}].kind", event.kind, told.therapy)
    for number, one in enumerate(_entries(told.observations)):
        for symptom in _entries(one.symptoms):
            yield from _foreign(f"observations[{number}].symptoms", symptom, told.therapy)


def _foreign(place: str, word: str, therapy: SessionTherapy) -> Iterator[Fault]:
    """A word that another kind of session knows, and this one would pass over."""
    therapies = WORDS_ONLY_FOR.get(word, (therapy,))
    if therapy not in therapies:
        yield place, f"{word} {_belongs(therapies, therapy)}"


def _belongs(therapies: Sequence[str], therapy: SessionTherapy) -> str:
    return f"belongs to {' or '.join(therapies)}, not to {therapy}; take it out, or correct therapy"


def _is_told(told: form.SessionForm, place: str) -> bool:
    part: object = told
    for step in place.split("."):
        part = getattr(part, step, UNSET)
    return part is not UNSET


def _clock_faults(told: form.SessionForm) -> Iterator[Fault]:
    """Observations rise strictly; lines of the log may share a minute, and never fall."""
    seen = [one.minute for one in _entries(told.observations)]
    for number in range(1, len(seen)):
        if seen[number] <= seen[number - 1]:
            fault = "does not rise above the minute before it; correct the clock, or the order"
            yield f"observations[{number}].minute", fault
    logged = [one.minute for one in _entries(told.events)]
    for number in range(1, len(logged)):
        if logged[number] < logged[number - 1]:
            fault = "falls below the minute before it; correct the clock, or the order"
            yield f"events[{number}].minute", fault


def _minute_faults(told: form.SessionForm, knowledge: Knowledge) -> Iterator[Fault]:
    """Minutes that are no part of one session."""
    least = knowledge.number("session_minute_earliest")
    most = knowledge.number("session_minute_latest")
    for part in ("observations", "events"):
        for number, one in enumerate(_entries(getattr(told, part))):
            if not least <= one.minute <= most:
                fault = f"{one.minute:g} cannot be ({least:g} to {most:g}); correct the clock"
                yield f"{part}[{number}].minute", fault


def _event_faults(told: form.SessionForm, knowledge: Knowledge) -> Iterator[Fault]:
    for number, event in enumerate(_entries(told.events)):
        for field, fault in (*_wanting(event), *_passed_over(event)):
            yield f"events[{number}].{field}", fault
        if event.kind == "seen":
            yield from _unseen(f"events[{number}].of", event.of, told.therapy, knowledge)


def _wanting(event: form.EventPart) -> Iterator[Fault]:
    for (kind, field), why in NEEDED.items():
        if event.kind == kind and not _says(event, field):
            yield field, f"missing; {why}"


def _passed_over(event: form.EventPart) -> Iterator[Fault]:
    for field, (kind, mend) in ONLY_OF.items():
        if event.kind != kind and getattr(event, field) is not UNSET:
            yield field, f"belongs to {kind}, not to {event.kind}; {mend}"


def _says(event: form.EventPart, field: str) -> bool:
    value = getattr(event, field)
    return value is not UNSET and bool(str(value).strip())


def _unseen(
    place: str, told: str | UnsetType, therapy: SessionTherapy, knowledge: Knowledge
) -> Iterator[Fault]:
    """A finding that nobody need have seen, so that the line would be passed over."""
    rules = (one for one in knowledge.session_rules.values() if therapy in one.therapies)
    words = sorted(rule.id for rule in rules if rule.seen_as)
    if told is not UNSET and told not in words:
        yield place, f"no finding to be seen{nearest(told, words)} (one of {', '.join(words)})"


def _date_faults(told: form.SessionForm) -> Iterator[Fault]:
    order = form.OrderPart() if told.order is UNSET else told.order
    measured = order.motor_threshold_date
    if measured is not UNSET and told.date is not UNSET and measured > told.date:
        yield "order.motor_threshold_date", "after date; correct one of the two"


def _entries(entries: Sequence[Any] | UnsetType) -> Sequence[Any]:
    return () if entries is UNSET else entries
