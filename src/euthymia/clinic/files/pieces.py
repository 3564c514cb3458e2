"""The resources of brought files, one by one as received: whose each is, which are bad."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from euthymia.clinic.files.soundness import unsound
from euthymia.clinic.files.unpacking import Source
from euthymia.exchange.faults import SourceError
from euthymia.exchange.fhir.bundles import Empty, Found, Unread, resources
from euthymia.exchange.fhir.resources import NOTHING, Bundle, Entry, Head, Medication, Patient
from euthymia.exchange.fhir.shelf import NOBODY, Shelf

_BUNDLE = msgspec.json.Decoder(Bundle)
_HEAD = msgspec.json.Decoder(Head)
_LIST = msgspec.json.Decoder(tuple[Raw, ...])
MOST_PIECES = 100_000


@dataclass(frozen=True)
class Piece:
    """One resource: which file and place, its bytes as received, and what the reader made of it."""

    file: str
    place: str
    raw: bytes
    full_url: str | None
    told: Found | Unread | Empty | None

    @property
    def is_patient(self) -> bool:
        return isinstance(self.told, Found) and isinstance(self.told.resource, Patient)


@dataclass(frozen=True)
class Bad:
    """One line or entry that cannot be read: one sentence with file, place, fault and mend."""

    says: str


def pieces_of(sources: Iterable[Source]) -> Iterator[Piece | Bad]:
    """Every resource of the files, nested Bundles opened, and every one that cannot be read.

    Raises:
        SourceError: A file is no JSON, or more than `MOST_PIECES` resources are there.
    """
    count = 0
    for file, content in sources:
        for place, raw in _values(file, content):
            fault = unsound(raw)
            if fault is not None:
                yield Bad(f"{file}: {f'{place}: ' if place else ''}{fault}")
                continue
            for piece in _opened(file, place, raw, None):
                count += 1
                _require_few(file, count)
                yield piece


def _require_few(file: str, count: int) -> None:
    if count > MOST_PIECES:
        raise SourceError(f"{file}: more than {MOST_PIECES} entries; split it by patient")


def _values(file: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """The JSON values of a file, each with its place: a line, an entry of a list, or the whole."""
    text = content.removeprefix(b"\xef\xbb\xbf").strip()
    if text.startswith(b"["):
        yield from _listed(file, text)
    elif _is_ndjson(text):
        for number, line in enumerate(content.split(b"\n"), start=1):
            if line.strip():
                yield f"line {number}", line.removeprefix(b"\xef\xbb\xbf").strip()
    else:
        yield "", text


def _listed(file: str, text: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        values = _LIST.decode(text)
    except (msgspec.DecodeError, RecursionError):
        list(resources(file, text))  # says where it breaks, and why
        raise SourceError(f"{file}: not JSON; write the source as UTF-8 JSON") from None
    yield from ((f"entry[{number}]", bytes(raw)) for number, raw in enumerate(values))


def _is_ndjson(text: bytes) -> bool:
    """Whether each line is a value of its own, though some may be broken."""
    lines = [line.strip() for line in text.split(b"\n", 3) if line.strip()][:3]
    whole = [line.startswith(b"{") and line.endswith(b"}") for line in lines]
    return len(lines) > 1 and 2 * sum(whole) >= len(lines) and not _is_one_value(text)


def _is_one_value(text: bytes) -> bool:
    try:
        msgspec.json.decode(text, type=Raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return False
    return True


def _opened(file: str, place: str, raw: bytes, full_url: str | None) -> Iterator[Piece | Bad]:
    """What lies at a place; of a Bundle, what lies in it, however deep."""
    waiting = [(place, raw, full_url)]
    while waiting:
        at, text, url = waiting.pop()
        bundle = _bundle(text)
        if bundle is None:
            yield _piece(file, at, text, url)
            continue
        inner = f"{at}." if at else ""
        entries = [(f"{inner}entry[{n}]", one) for n, one in enumerate(bundle.entry)]
        waiting.extend(_filled(reversed(entries)))
        empty = [where for where, one in entries if one.resource is NOTHING]
        yield from (_nothing(file, where) for where in empty)


def _nothing(file: str, place: str) -> Piece:
    return Piece(file, place, b"", None, Empty(place, "has no resource"))


def _filled(entries: Iterable[tuple[str, Entry]]) -> Iterator[tuple[str, bytes, str | None]]:
    for where, one in entries:
        if one.resource is not NOTHING:
            yield where, bytes(one.resource), one.full_url


def _bundle(text: bytes) -> Bundle | None:
    """The Bundle, where it says that it is one: a text without a type is none."""
    try:
        return _BUNDLE.decode(text) if _HEAD.decode(text).resource_type == "Bundle" else None
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None


def _piece(file: str, place: str, raw: bytes, full_url: str | None) -> Piece | Bad:
    try:
        told = next(resources(file, raw), None)
    except SourceError as fault:
        return Bad(_placed(str(fault), file, place))
    if isinstance(told, Found):
        told = replace(told, place=place or "resource", full_url=full_url)
    return Piece(file, place, raw, full_url, told)


def _placed(fault: str, file: str, place: str) -> str:
    """The sentence with the place in the file, which the reader of one entry did not know."""
    if not place:
        return fault
    return f"{file}: {place}: {fault.removeprefix(f'{file}: ').removeprefix('line 1, ')}"


class Owners:
    """Whose each piece is, as references within the whole set tell."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._shelf = Shelf(piece.told for piece in pieces if piece.told is not None)
        self.ids = tuple(self._shelf.ids) or (NOBODY,)

    def of(self, piece: Piece) -> str:
        """The id of the patient a piece is about; empty where it names nobody."""
        told = piece.told
        if isinstance(told, Found):
            return self._shelf.owner(told)
        if isinstance(told, Unread) and told.owner:
            return told.owner.rsplit("/", 1)[-1]
        return NOBODY

    def pieces_for(self, patient: str, pieces: Iterable[Piece]) -> list[Piece]:
        """The pieces about a patient, and the medicines that they may point to."""
        return [piece for piece in pieces if self._belongs(piece, patient)]

    def _belongs(self, piece: Piece, patient: str) -> bool:
        if isinstance(piece.told, Found) and isinstance(piece.told.resource, Medication):
            return True
        return self.of(piece) == patient or (len(self.ids) == 1 and bool(piece.raw))


def as_bundle(pieces: Iterable[Piece]) -> bytes:
    """A Bundle of these pieces; each resource stands in it byte for byte as received."""
    entries = [_entry(piece) for piece in pieces if piece.raw]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return msgspec.json.encode(bundle)


def _entry(piece: Piece) -> dict[str, str | Raw]:
    named: dict[str, str | Raw] = {"fullUrl": piece.full_url} if piece.full_url else {}
    return {**named, "resource": Raw(piece.raw)}
