"""Two people at the same thing: the second is told, and nothing of either is lost."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from euthymia.clinic.people.numbers import number_in


class MovedOnError(Exception):
    """Someone else was quicker.

    Attributes:
        standing: The row as it stands now.
        mine: What it was to become, or what was written to it; None where that is a form's to show.
    """

    def __init__(self, standing: Any, mine: Any = None) -> None:
        super().__init__()
        self.standing, self.mine = standing, mine


NEWEST = 999_999_999
"""No row was ever changed as often as this."""
NEVER = -1
"""The version of no row: whoever sends none, or has tampered with it, is shown how it stands."""


def version_of(request: HttpRequest) -> int:
    """The version that an editor saw, as its form sent it back; `NEVER` where it is no number."""
    told = number_in(request.POST.get("version"))
    return NEVER if told is None or told > NEWEST else told
