"""Countries by their two letters, and letters that are known to mean another one or none."""

from __future__ import annotations

from typing import Literal

from euthymia.knowledge import Knowledge

SLIP = "country_slip_"
"""How the entries begin that say which country was meant."""
NOBODY = "country_of_nobody"


def meant_country(letters: str, knowledge: Knowledge) -> str | None:
    """The country as ISO 3166 writes it: GB for UK; None where the letters are no country's."""
    word = letters.lower()
    if NOBODY in knowledge.words and word in knowledge.words[NOBODY].words:
        return None
    slips = (one for one in knowledge.words.values() if one.id.startswith(SLIP))
    return next((one.means for one in slips if word in one.words), letters)


def country_fault(letters: str, knowledge: Knowledge) -> str | None:
    """Why two letters are not taken for a country, with the mend; None where they are."""
    meant = meant_country(letters, knowledge)
    if meant == letters:
        return None
    if meant is None:
        return "no country of ISO 3166; write the patient's, such as GB, or leave it out"
    return f"not a country code of ISO 3166; did you mean {meant}?"


EUROPEAN_LABEL = frozenset((
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
    "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
))  # fmt: skip
"""Countries in which a central European authorisation holds: the European Economic Area."""


def region_of(country: str) -> Literal["US", "EU"]:
    """Whose label applies in a country; that of the United States where we know no nearer one."""
    return "EU" if country in EUROPEAN_LABEL else "US"
