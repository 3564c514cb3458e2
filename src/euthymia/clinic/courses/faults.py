"""What cannot be done in a room, and why."""

from __future__ import annotations

from collections.abc import Sequence


class CourseError(Exception):
    """Something that cannot be done with a course or a session; `why` says so to a person."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotClosableError(CourseError):
    """A session that cannot be closed yet; `wants` lists what is open."""

    def __init__(self, why: str, wants: Sequence[str]) -> None:
        super().__init__(why)
        self.wants = tuple(wants)
