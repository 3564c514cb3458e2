"""What would be read of brought files, before anything is taken in: whose, how much, what not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from euthymia.clinic.files.persons import Person, person_of
from euthymia.clinic.files.pieces import Bad, Owners, Piece, as_bundle, pieces_of
from euthymia.clinic.files.unpacking import Source
from euthymia.exchange.faults import SourceError
from euthymia.exchange.fhir import NONE, read_fhir
from euthymia.knowledge import Knowledge
from euthymia.record import Record


@dataclass(frozen=True)
class Paper:
    """One file as it would be kept in a chart: its name, its bytes."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Brought:
    """An upload as read: the files, their resources, the bad ones, and the people in them."""

    sources: tuple[Source, ...]
    pieces: tuple[Piece, ...]
    bad: tuple[Bad, ...]
    people: tuple[Person, ...]

    @property
    def good(self) -> int:
        return sum(1 for piece in self.pieces if piece.raw)

    def person(self, identity: str) -> Person | None:
        return next((one for one in self.people if one.id == identity), None)

    def papers_of(self, person: Person) -> list[Paper]:
        """The files as this person's chart keeps them.

        Whole and byte for byte, where they are about this person alone and nothing in them is bad;
        else of each file a Bundle of this person's entries, each byte for byte: the chart of one
        never holds what is another's.
        """
        if len(self.people) == 1 and not self.bad:
            telling = {piece.file for piece in self.pieces if piece.raw}
            return [Paper(name, content) for name, content in self.sources if name in telling]
        return [Paper(name, as_bundle(own)) for name, own in self._by_file(person)]

    def _by_file(self, person: Person) -> Iterable[tuple[str, list[Piece]]]:
        owners = Owners(self.pieces)
        own = owners.pieces_for(person.id, self.pieces)
        for name, _ in self.sources:
            of_file = [piece for piece in own if piece.file == name and piece.raw]
            if of_file:
                yield name, of_file


def read_brought(sources: Sequence[Source], knowledge: Knowledge, today: date) -> Brought:
    """Reads an upload, putting the bad lines aside, each with its place, fault and mend.

    Raises:
        SourceError: Nothing in it can be read at all.
    """
    found = list(pieces_of(sources))
    bad = [one for one in found if isinstance(one, Bad)]
    pieces = [one for one in found if isinstance(one, Piece)]
    records = _records(sources, pieces, knowledge, today, whole=not bad)
    if records is None:
        pieces, more = _sieved(pieces, knowledge, today)
        bad += more
        records = _read(_bundles(sources, pieces), knowledge, today)
    people = tuple(person_of(record, pieces) for record in records)
    return Brought(tuple(sources), tuple(pieces), tuple(bad), people)


def _records(
    sources: Sequence[Source],
    pieces: Sequence[Piece],
    knowledge: Knowledge,
    today: date,
    *,
    whole: bool,
) -> tuple[Record, ...] | None:
    """The records, or None where an entry that was decoded cannot be read after all."""
    try:
        return _read(sources if whole else _bundles(sources, pieces), knowledge, today)
    except SourceError:
        return None


def _read(sources: Sequence[Source], knowledge: Knowledge, today: date) -> tuple[Record, ...]:
    return read_fhir(sources, knowledge, as_of=today, terminology=NONE) if sources else ()


def _bundles(sources: Sequence[Source], pieces: Sequence[Piece]) -> list[Source]:
    by_file = {name: [one for one in pieces if one.file == name] for name, _ in sources}
    return [(name, as_bundle(of_file)) for name, of_file in by_file.items() if of_file]


def _sieved(
    pieces: Iterable[Piece], knowledge: Knowledge, today: date
) -> tuple[list[Piece], list[Bad]]:
    """The pieces that can be read each by itself, and why the others cannot."""
    good: list[Piece] = []
    bad: list[Bad] = []
    for piece in pieces:
        try:
            _read([(piece.file, as_bundle([piece]))], knowledge, today)
            good.append(piece)
        except SourceError as fault:
            told = str(fault).removeprefix(f"{piece.file}: ")
            bad.append(Bad(f"{piece.file}: {piece.place or 'resource'}: {told}"))
    return good, bad
