"""From bytes to resources: a Bundle of any type, one resource, a list of them, or NDJSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import get_args

import msgspec
from msgspec import Raw, Struct

from euthymia.exchange.faults import SourceError
from euthymia.exchange.fhir.dates import Day, day_of
from euthymia.exchange.fhir.faults import first_bytes_fault, place_of_byte, plain, shown
from euthymia.exchange.fhir.resources import NOTHING, Bundle, Entry, Head, Ours

MOST_BYTES = 16 * 1024 * 1024
"""The longest resource that is read; a Bundle may be longer."""
TOO_LONG = f"longer than {MOST_BYTES >> 20} MiB; take out what is attached to it"
NO_TYPE = "resourceType: not that of a FHIR resource; every resource must name its type"

_TYPE = re.compile(r"[A-Z][A-Za-z]{1,63}", re.ASCII)
_ANY: msgspec.json.Decoder[Ours | Bundle] = msgspec.json.Decoder(Ours | Bundle)
_HEAD = msgspec.json.Decoder(Head)


class _Keys(Struct):
    """The names of the fields of each entry."""

    entry: tuple[dict[str, Raw], ...] = ()


_KEYS = msgspec.json.Decoder(_Keys)
ENTRY_FIELDS = frozenset({"fullUrl", "link", "request", "response", "search"})
"""What else an entry may hold."""
_LIST = msgspec.json.Decoder(tuple[Raw, ...])


class ExportLog(Struct, frozen=True, rename="camel"):
    """A line of the log that bulk exports carry beside their files."""

    export_id: str
    event_id: str


_LOG = msgspec.json.Decoder(ExportLog)


class Found(Struct, frozen=True):
    """One resource of ours and where it lies. `label` is its type and id, as references name it."""

    file: str
    place: str
    label: str
    resource: Ours
    full_url: str | None = None

    @property
    def kind(self) -> str:
        return type(self.resource).__name__

    def fault(self, path: str, fault: str) -> SourceError:
        """The error to raise for something wrong in this resource."""
        where = self.label if self.resource.id else f"{self.place} ({self.kind})"
        return SourceError(f"{self.file}: {where}: {path}: {fault}")

    def day(self, path: str, text: str | None) -> Day | None:
        """The day behind a date of this resource. Raises SourceError where no such date exists."""
        if text is None:
            return None
        found = day_of(text)
        if found is None:
            raise self.fault(
                path, "no date of the calendar; write YYYY, YYYY-MM, YYYY-MM-DD or an instant"
            )
        return found


class Unread(Struct, frozen=True):
    """A resource of a type that is not read: its type, and whose it is."""

    kind: str
    owner: str | None


class Empty(Struct, frozen=True):
    """An entry of a Bundle that holds no resource: its place, and why that is."""

    place: str
    why: str


def label_of(kind: str, identity: str | None) -> str:
    return f"{kind}/{shown(identity)}" if identity else kind


def resources(file: str, content: bytes) -> Iterator[Found | Unread | Empty]:
    """Every resource of a source, nested Bundles opened.

    Raises:
        SourceError: What cannot be read, with its place and the mend.
    """
    text = _utf8(file, content)
    for place, raw in _values(file, text):
        yield from _opened(file, place, raw)


def _utf8(file: str, content: bytes) -> bytes:
    fault = first_bytes_fault(content)
    if fault:
        raise SourceError(f"{file}: {fault}")
    text = content.removeprefix(b"\xef\xbb\xbf")
    if not text.isascii():
        try:
            text.decode("utf-8")
        except UnicodeDecodeError as wrong:
            line = text.count(b"\n", 0, wrong.start) + 1
            raise SourceError(
                f"{file}: line {line}: byte {wrong.start} is not UTF-8; save the file as UTF-8"
            ) from None
    return text


def _values(file: str, text: bytes) -> Iterator[tuple[str, bytes | Raw]]:
    """The JSON values of a source, each with its place."""
    if text.lstrip()[:1] == b"[":
        try:
            listed = _LIST.decode(text)
        except (msgspec.DecodeError, RecursionError) as fault:
            raise SourceError(f"{file}: {place_of_byte(text, fault)}{plain(fault)}") from None
        yield from ((f"entry[{number}]", raw) for number, raw in enumerate(listed))
    elif _is_ndjson(text):
        for number, line in enumerate(text.split(b"\n"), start=1):
            if line.strip():
                yield f"line {number}", line
    else:
        yield "", text


def _is_ndjson(text: bytes) -> bool:
    """Whether the first line ends an object and the next line begins another."""
    line_end = text.find(b"\n", len(text) - len(text.lstrip()))
    last = text[:line_end].rstrip()[-1:] if line_end >= 0 else b""
    return last == b"}" and text[line_end : line_end + 1024].lstrip()[:1] == b"{"


def _opened(file: str, place: str, raw: bytes | Raw) -> Iterator[Found | Unread | Empty]:
    """The resource at a place; of a Bundle, every resource in it, however deep."""
    waiting: list[tuple[str, Entry]] = [(place, Entry(resource=Raw(raw)))]
    while waiting:
        at, entry = waiting.pop()
        resource = _decoded(file, at, entry.resource)
        if isinstance(resource, Bundle):
            inner = f"{at}." if at else ""
            entries = [(f"{inner}entry[{n}]", one) for n, one in enumerate(resource.entry)]
            waiting.extend(one for one in reversed(entries) if one[1].resource is not NOTHING)
            yield from _empty(entries, entry.resource)
        elif isinstance(resource, Unread):
            yield resource
        elif resource is not None:
            label = label_of(type(resource).__name__, resource.id)
            yield Found(file, at or "resource", label, resource, entry.full_url)


def _empty(entries: Iterable[tuple[str, Entry]], bundle: Raw) -> Iterator[Empty]:
    """The entries without a resource, with the name that was perhaps meant for it."""
    without = [(n, at) for n, (at, one) in enumerate(entries) if one.resource is NOTHING]
    if not without:
        return
    names = _KEYS.decode(bundle).entry
    for number, at in without:
        near = get_close_matches("resource", sorted(set(names[number]) - ENTRY_FIELDS), n=1)
        slip = f"; '{shown(near[0])}' is no field of it: did you mean resource?" if near else ""
        yield Empty(at, f"has no resource{slip}")


def _decoded(file: str, place: str, raw: Raw) -> Ours | Bundle | Unread | None:
    """The resource, or what is known of one of a type we do not read; None for an export log."""
    text = memoryview(raw)
    try:
        if len(text) <= MOST_BYTES or _HEAD.decode(text).resource_type == "Bundle":
            return _ANY.decode(text)
        fault = TOO_LONG
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        fault = _told(text, place, wrong)
    return _unread(file, place, text, fault)


def _unread(file: str, place: str, text: memoryview, fault: str) -> Unread | None:
    """A resource that could not be decoded: of another type, or wrong; the latter raises."""
    head = _head(text)
    kind = head.resource_type if head else None
    if kind and _TYPE.fullmatch(kind) and kind not in OURS:
        owner = (head.subject or head.patient) if head else None
        return Unread(kind, owner.reference if owner else None)
    if head and kind is None and _is_log(text):
        return None
    if head and not (kind and _TYPE.fullmatch(kind)):
        fault = NO_TYPE
    where = label_of(kind or "", head.id) if head and kind in OURS and head.id else place
    raise SourceError(f"{file}: {f'{where}: ' if where else ''}{fault}")


def _told(text: memoryview, place: str, fault: Exception) -> str:
    """The fault in plain words, with its line where the source is not cut into entries."""
    return f"{'' if place else place_of_byte(text, fault)}{plain(fault)}"


def _head(text: memoryview) -> Head | None:
    try:
        return _HEAD.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _is_log(text: memoryview) -> bool:
    try:
        return bool(_LOG.decode(text).export_id)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False


OURS = frozenset(one.__name__ for one in (*get_args(Ours), Bundle))


def all_resources(sources: Iterable[tuple[str, bytes]]) -> Iterator[Found | Unread | Empty]:
    """Every resource of a record set."""
    for file, content in sources:
        yield from resources(file, content)
