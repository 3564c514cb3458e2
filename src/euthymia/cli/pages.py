"""Shows the knowledge: whether the pages hold together, what they name, one entry whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec

from euthymia.exchange.faults import SourceError, nearest
from euthymia.knowledge import Knowledge
from euthymia.knowledge.conditions import AllOf, AnyOf, Comparison, Condition, Hint, Is, Not
from euthymia.knowledge.evidence import CONFIRMED, Evidence
from euthymia.knowledge.payers import Payer
from euthymia.knowledge.therapies import Therapy
from euthymia.library import FOLDER, RELEASE, read
from euthymia.library.reader import NAMED
from euthymia.terms import Code, Quantity

KINDS = (*(kind for kind, _ in NAMED.values()), "conditions", "facts", "evidence")


def checked(folder: Path | None) -> str:
    """A line that counts the pages and entries. Raises KnowledgeError where they do not hold."""
    knowledge = read(folder or FOLDER, RELEASE)
    counts = ", ".join(f"{len(_entries(kind, knowledge))} {kind}" for kind in KINDS)
    unsigned = sum(review.confirmed_by is None for review in knowledge.reviews.values())
    return (
        f"{len(knowledge.reviews)} pages hold together: {counts}, "
        f"{len(knowledge.genes)} gene rows, {len(knowledge.products)} products.\n"
        f"{unsigned} pages are not yet confirmed by a clinician.\n"
    )


def listed(kind: str | None, knowledge: Knowledge) -> str:
    """Every entry's id and name, by kind. Raises SourceError on an unknown kind."""
    if kind is not None and kind not in KINDS:
        known = nearest(kind, KINDS) or f"; one of {', '.join(KINDS)}"
        raise SourceError(f"knowledge list: unknown kind '{kind}'{known}")
    kinds = KINDS if kind is None else (kind,)
    return "\n\n".join("\n".join(_list(one, knowledge)) for one in kinds) + "\n"


def _list(kind: str, knowledge: Knowledge) -> Iterator[str]:
    yield kind
    for key, entry in _entries(kind, knowledge).items():
        yield f"  {key:<40} {_name(entry)}"


def _entries(kind: str, knowledge: Knowledge) -> Mapping[str, Any]:
    entries: Mapping[str, Any] = getattr(knowledge, kind)
    return entries


def _name(entry: Any) -> str:
    for field in ("name", "title", "says", "ask", "means", "called"):
        text = getattr(entry, field, None)
        if text:
            return str(text)
    return ""


def explained(name: str, knowledge: Knowledge) -> str:
    """Everything the knowledge says under one id, whatever kinds carry it."""
    shelves = {kind: _entries(kind, knowledge) for kind in KINDS} | _criteria(knowledge)
    name = next((key for one in shelves.values() for key in one if key == name), name.lower())
    found = [(kind, entries[name]) for kind, entries in shelves.items() if name in entries]
    if not found:
        known = [key for entries in shelves.values() for key in entries]
        raise SourceError(
            f"no finding, code, rule set, drug or source is called '{name}'"
            f"{nearest(name, known) or '; see euthymia knowledge list'}"
        )
    return "\n".join(line for kind, entry in found for line in _entry(kind, name, entry))


def _criteria(knowledge: Knowledge) -> dict[str, Mapping[str, Any]]:
    """The criteria of every therapy and payer, by whose they are."""
    owners: tuple[Therapy | Payer, ...] = (
        *knowledge.therapies.values(),
        *knowledge.payers.values(),
    )
    return {f"criterion of {owner.id}": owner.criteria for owner in owners}


def _entry(kind: str, name: str, entry: Any) -> Iterator[str]:
    yield f"{name} ({kind})"
    yield from _fields(entry, "  ")
    yield ""


def _fields(entry: Any, indent: str) -> Iterator[str]:
    for field in entry.__struct_fields__:
        value = getattr(entry, field)
        if field != "id" and value not in (None, (), {}, ""):
            yield from _field(field, value, indent)


def _field(field: str, value: Any, indent: str) -> Iterator[str]:
    label = f"{indent}{field.replace('_', ' ')}: "
    match value:
        case tuple() if all(isinstance(item, Evidence) for item in value):
            yield from _sources(field, value, indent)
        case tuple() | frozenset():
            yield from _items(label, value, indent)
        case dict():
            yield label.rstrip()
            for key, item in value.items():
                yield from _field(str(key), item, indent + "  ")
        case msgspec.Struct() if not isinstance(value, (Quantity, *get_args(Condition))):
            yield label.rstrip() + _inline_status(value)
            yield from _fields(value, indent + "  ")
        case _:
            yield f"{label}{_words(value)}"


def _words(value: Any) -> str:
    """A condition as a reader says it, `tsh above 4.5 m[IU]/L or hypothyroidism`."""
    match value:
        case Is() | Hint() | Comparison():
            return _test(value)
        case Not(part):
            return f"not ({_words(part)})"
        case AllOf(parts):
            return " and ".join(f"({_words(part)})" for part in parts)
        case AnyOf(parts):
            return " or ".join(map(_words, parts))
        case _:
            return str(value)


def _test(test: Is | Hint | Comparison) -> str:
    fact = test.fact.replace("_", " ")
    match test:
        case Is():
            return f"{'' if test.expected else 'not '}{fact}"
        case Hint():
            return f"{fact} does not rule it out"
        case Comparison():
            return f"{fact} {test.relation.replace('_', ' ')} {test.bound}"


def _inline_status(value: Any) -> str:
    """A number or sentence that nobody confirmed is marked where it stands."""
    status = getattr(value, "status", None)
    return "" if status is None or status in CONFIRMED else f" ({status}: to be confirmed)"


def _items(label: str, items: Iterable[Any], indent: str) -> Iterator[str]:
    plain = [str(item) for item in items if not isinstance(item, msgspec.Struct)]
    if plain:
        yield f"{label}{', '.join(sorted(plain) if isinstance(items, frozenset) else plain)}"
        return
    yield label.rstrip()
    for item in items:
        if isinstance(item, (Code, Quantity)) or not _says_something(item):
            yield f"{indent}  {_inline(item)}"
        else:
            first, *rest = _fields(item, indent + "    ")
            yield f"{indent}  - {first.strip()}"
            yield from rest


def _says_something(item: Any) -> bool:
    """Whether it holds a sentence, sources or parts of its own, and so needs lines of its own."""
    return any(hasattr(item, field) for field in ("says", "evidence", "levels"))


def _inline(item: Any) -> str:
    """`name minimal, low 0, high 4` for a part that has no words of its own."""
    if isinstance(item, (Code, Quantity, tuple, *get_args(Condition))):
        return str(item)
    told = ((field, getattr(item, field)) for field in item.__struct_fields__)
    return ", ".join(f"{field.replace('_', ' ')} {value}" for field, value in told if value != ())


def _sources(field: str, evidence: tuple[Evidence, ...], indent: str) -> Iterator[str]:
    yield f"{indent}{field.replace('_', ' ')}:"
    for item in evidence:
        year = f" ({item.year})" if item.year else ""
        yield f"{indent}  [{item.id}] {item.title}{year}{' ' + item.url if item.url else ''}"
