"""The languages of the public pages: which of them a clinic's medical director read and signed.

A signature stands under the words that were read. Once they change, the language waits again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from euthymia.clinic.door.models import Reviewed
from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic

HOUSE = settings.LANGUAGE_CODE
OTHERS = {code: str(name) for code, name in settings.LANGUAGES if code != HOUSE}
"""The languages that a director reads and signs: all but that of the house."""


@dataclass(frozen=True)
class Signable:
    """A language, the signature under it, if any, and whether its words are still those signed."""

    code: str
    name: str
    reviewed: Reviewed | None
    holds: bool


@cache
def words_of(language: str) -> str:
    """The SHA-256 of every word that the house says in a language, in hex."""
    (folder,) = settings.LOCALE_PATHS
    words = Path(folder, language, "LC_MESSAGES", "django.mo").read_bytes()
    return hashlib.sha256(words).hexdigest()


def signed_by(clinic: Clinic) -> frozenset[str]:
    """The languages whose words of today were signed."""
    found = clinic.reviewed_languages.values_list("language", "words")
    return frozenset(code for code, words in found if code in OTHERS and words == words_of(code))


def shown_by(clinic: Clinic) -> tuple[str, ...]:
    """English, and what was signed; a demonstration shows all."""
    return languages_shown(signed_by(clinic))


def languages_shown(signed: frozenset[str] = frozenset()) -> tuple[str, ...]:
    others = (code for code in OTHERS if code in signed or settings.DEMO)
    return (HOUSE, *others)


def is_reviewed(clinic: Clinic, language: str) -> bool:
    """Whether a doctor of the clinic has read the pages in this language."""
    return language == HOUSE or language in signed_by(clinic)


def languages_to_sign(clinic: Clinic) -> list[Signable]:
    found = {one.language: one for one in clinic.reviewed_languages.select_related("by")}
    holding = signed_by(clinic)
    return [Signable(code, name, found.get(code), code in holding) for code, name in OTHERS.items()]


def sign(language: str, *, by: Access) -> None:
    """Puts the director's name under the words of today."""
    under = {"words": words_of(language), "by": by.user, "at": timezone.now()}
    Reviewed.objects.update_or_create(clinic=by.clinic, language=language, defaults=under)


def take_back(language: str, *, by: Access) -> None:
    for signed in Reviewed.objects.filter(clinic=by.clinic, language=language):
        signed.delete()
