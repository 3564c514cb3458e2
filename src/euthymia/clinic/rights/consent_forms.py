"""The words that patients agree to: one page a form, each with its version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

CONSENTS = "consents"
FOLDER = Path(__file__).parent / CONSENTS
Asked = Literal["recipient", "purpose"]


class Point(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing the patient should know, with the standing of what it says."""

    says: str
    status: Literal["verified", "recalled"]
    source: str


class Guards(Struct, frozen=True, forbid_unknown_fields=True):
    """What leaves the clinic only with this consent: by diagnosis, answer, scale, medicine.

    `note`: why it is drawn so, for whoever adopts it.
    """

    diagnoses: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()
    medicines: tuple[str, ...] = ()
    note: str = ""


class ConsentForm(Struct, frozen=True, forbid_unknown_fields=True):
    """A form of consent.

    Attributes:
        review: Who has confirmed the words; until then a medical director adopts them.
        asks: What is written in beside the name.
        expires: Whether it ends on a day.
        screen: The part of the chart whose safety questions must be settled first.
    """

    id: str
    version: str
    name: str
    review: str
    point: tuple[Point, ...]
    asks: tuple[Asked, ...] = ()
    expires: bool = False
    guards: Guards = Guards()
    screen: str = ""

    @property
    def page(self) -> str:
        """The name under which a medical director adopts these words."""
        return f"{CONSENTS}/{self.id}"

    @property
    def digest(self) -> str:
        """SHA-256 of all it says: changed words ask for a new signature."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()


@cache
def consent_forms() -> Mapping[str, ConsentForm]:
    """Every form, by its id."""
    pages = sorted(FOLDER.glob("*.toml"))
    read = [msgspec.toml.decode(page.read_bytes(), type=ConsentForm) for page in pages]
    return {form.id: form for form in read}
