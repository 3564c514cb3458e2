"""The answer on suicide within a scale: whether it was given, however many others are open."""

from __future__ import annotations

from collections.abc import Sequence

from euthymia.library import shipped


def tells_of_suicide_item(instrument: str, items: Sequence[int | None]) -> bool:
    """Whether the item of a form that asks about suicide was answered, however many are open."""
    item = shipped().instruments[instrument].safety
    if item is None or item.number is None:
        return item is not None and any(one is not None for one in items)
    return len(items) >= item.number and items[item.number - 1] is not None
