"""A number that came as text, in a form or an address: whole, and one that a row may have."""

from __future__ import annotations

MOST_DIGITS = 18
LARGEST = 10**MOST_DIGITS - 1
"""The database holds no number with a digit more."""


def number_in(told: str | None) -> int | None:
    """The number that a text is, 0 to `LARGEST`; None where it is none, or beyond that."""
    if told and told.isascii() and told.isdigit() and len(told) <= MOST_DIGITS:
        return int(told)
    return None
