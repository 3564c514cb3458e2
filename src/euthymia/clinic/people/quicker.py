"""Two people at the same thing: the second is told, and nothing of either is lost."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


class MovedOnError(Exception):
    """Someone else was quicker.

    Attributes:
        standing: The row as it stands now.
        mine: What it was to become, or what was written to it; None where that is a form's to show.
    """

    def __init__(self, standing: Any, mine: Any = None) -> None:
        super().__init__()
        self.standing, self.mine = standing, mine


MOST_DIGITS = 9
NEVER = -1
"""The version of no row: whoever sends none, or has tampered with it, is shown how it stands."""


def version_of(request: HttpRequest) -> int:
    """The version that an editor saw, as its form sent it back; `NEVER` where it is no number."""
    told = request.POST.get("version", "")
    is_number = told.isascii() and told.isdigit() and len(told) <= MOST_DIGITS
    return int(told) if is_number else NEVER
