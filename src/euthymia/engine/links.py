"""What the indicators found in a patient say of therapies: mostly nothing that may decide."""

from __future__ import annotations

from collections.abc import Mapping

from euthymia.engine.findings import Linked, Measured
from euthymia.knowledge import Knowledge
from euthymia.knowledge.causes import Link


def links(measured: Mapping[str, Measured], knowledge: Knowledge) -> tuple[Linked, ...]:
    """Every link of every indicator that is present: nulls and contradictions beside the rest."""
    least = knowledge.number("link_present_from")
    present = {name for name, one in measured.items() if one.x is not None and one.x >= least}
    return tuple(
        Linked(link, tilt_at_most(link, knowledge))
        for link in knowledge.links.values()
        if link.indicator in present
    )


def tilt_at_most(link: Link, knowledge: Knowledge) -> float:
    """Log-odds that a link may move a comparison by, either way: nothing unless it may steer."""
    return knowledge.number("link_tilt_at_most") if link.steer == "yes_weak" else 0.0
