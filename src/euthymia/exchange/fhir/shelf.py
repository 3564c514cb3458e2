"""All resources of a record set: each read once, references followed, sorted by patient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from euthymia.exchange.fhir.bundles import Empty, Found, Unread
from euthymia.exchange.fhir.resources import (
    Medication,
    Ours,
    Patient,
    Reference,
)

_CONTAINED: msgspec.json.Decoder[Ours] = msgspec.json.Decoder(Ours)
NOBODY = ""
"""The owner of an entry that names no patient."""


class Shelf:
    """The resources of one record set.

    Attributes:
        patients: Patient resources by id.
        ids: Every patient who has a resource or an entry, in order.
        entries: Clinical entries by patient, in an order that does not depend on the source.
        unread: How many resources of types we do not read, by patient and type.
        duplicates: How many entries were met again, by patient.
        empty: Entries of Bundles that hold no resource; nobody knows whose they are.
    """

    def __init__(self, resources: Iterable[Found | Unread | Empty]) -> None:
        everything = list(resources)
        self.empty = [one for one in everything if isinstance(one, Empty)]
        self._by_url = {
            one.full_url: one for one in everything if isinstance(one, Found) and one.full_url
        }
        self.duplicates: Counter[str] = Counter()
        found = self._once(one for one in everything if isinstance(one, Found))
        self._by_label = {one.label: one for one in found if one.resource.id}
        self.patients = {
            self._identity(one): one for one in found if isinstance(one.resource, Patient)
        }
        self.entries: dict[str, list[Found]] = {}
        for one in sorted(found, key=_order):
            if not isinstance(one.resource, Patient | Medication):
                self.entries.setdefault(self.owner(one), []).append(one)
        self.ids = sorted({*self.patients, *self.entries} - {NOBODY})
        self.unread: dict[str, Counter[str]] = {}
        for other in everything:
            if isinstance(other, Unread) and other.owner:
                owner = self._patient_of(other.owner)
                self.unread.setdefault(owner, Counter())[other.kind] += 1

    def _once(self, found: Iterable[Found]) -> list[Found]:
        """Each entry once: of several versions the newest, whatever order they came in."""
        kept: dict[str, Found] = {}
        nameless: list[Found] = []
        for one in found:
            if not one.resource.id:
                nameless.append(one)
            elif one.label in kept:
                self.duplicates[self.owner(one)] += 1
                kept[one.label] = max(kept[one.label], one, key=_version)
            else:
                kept[one.label] = one
        return [*kept.values(), *nameless]

    def owner(self, one: Found) -> str:
        """The id of the patient an entry is about."""
        if isinstance(one.resource, Patient):
            return self._identity(one)
        about = _subject(one.resource)
        return self._patient_of(about.reference) if about and about.reference else NOBODY

    def _patient_of(self, reference: str) -> str:
        target = self._by_url.get(reference)
        if target is not None:
            return self._identity(target) if target.kind == "Patient" else NOBODY
        kind, identity = _kind_and_id(reference)
        return identity if kind in ("Patient", "") else NOBODY

    def _identity(self, one: Found) -> str:
        if one.resource.id:
            return one.resource.id
        return _kind_and_id(one.full_url)[1] if one.full_url else NOBODY

    def behind(self, reference: Reference | None, within: Found) -> Ours | None:
        """The resource a reference means; None where the record set does not hold it."""
        text = reference.reference if reference else None
        if not text:
            return None
        if text.startswith("#"):
            return _contained(text[1:], within)
        target = self.found(reference)
        return target.resource if target else None

    def found(self, reference: Reference | None) -> Found | None:
        """The entry of the record set that a reference means."""
        text = reference.reference if reference else None
        if not text:
            return None
        by_url = self._by_url.get(text)
        label = by_url.label if by_url else "/".join(_kind_and_id(text))
        return self._by_label.get(label, by_url)


def _contained(identity: str, within: Found) -> Ours | None:
    for raw in within.resource.contained:
        try:
            resource = _CONTAINED.decode(raw)
        except msgspec.DecodeError:
            continue
        if resource.id == identity:
            return resource
    return None


def _kind_and_id(reference: str) -> tuple[str, str]:
    """Type and id behind Patient/1, http://server/Patient/1/_history/2 or urn:uuid:1."""
    kind, slash, identity = reference.partition("/")
    if slash and "/" not in identity:
        return kind, identity
    path = reference.split("/_history/", maxsplit=1)[0].rstrip("/").split("/")
    if len(path) > 1:
        return path[-2], path[-1]
    return "", path[0].rsplit(":", 1)[-1]


def _subject(resource: Ours) -> Reference | None:
    subject: Reference | None = getattr(resource, "subject", None) or getattr(
        resource, "patient", None
    )
    return subject


def _order(one: Found) -> tuple[str, str, bytes]:
    """The same order for the same entries, wherever they lay."""
    nameless = b"" if one.resource.id else msgspec.json.encode(one.resource)
    return one.kind, one.resource.id or "", nameless


def _version(one: Found) -> tuple[str, int, str, bytes]:
    """The newest version last: by its time, its number, and at last by its content."""
    meta = one.resource.meta
    version = (meta.version_id or "" if meta else "") or ""
    number = int(version) if version.isascii() and version.isdigit() else -1
    updated = (meta.last_updated or "") if meta else ""
    return updated, number, version, msgspec.json.encode(one.resource)
