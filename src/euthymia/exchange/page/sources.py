"""Every source that a statement of the page leans on, numbered in the order of reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.exchange.citations import cited, statuses
from euthymia.exchange.page.statement import Statement
from euthymia.knowledge.evidence import STRONGEST_FIRST, Evidence

LINKED = ("https://", "http://")


class Source(Struct, frozen=True):
    """One source. `statuses`: how the statements that cite it here came to us.

    `folded`: only statements that the page folds away cite it.
    """

    number: int
    evidence: Evidence
    link: str
    statuses: tuple[str, ...]
    folded: bool


def leaned_on(assessment: Assessment) -> Iterator[Statement]:
    """What the judgement leans on besides what the page says aloud, such as other minimum doses."""
    standing = statuses(assessment)
    for item in cited(assessment):
        yield from (Statement("", status, (item,)) for status in sorted(standing[item.id]))


def sources(shown: Iterable[Statement], all_: Iterable[Statement]) -> tuple[Source, ...]:
    """Those of the statements in sight first, then those cited only where the page is folded."""
    in_sight = _statuses(shown)
    statuses = _statuses(all_)
    order = [*in_sight, *(item for item in statuses if item not in in_sight)]
    return tuple(
        Source(
            number=number,
            evidence=item,
            link=_link(item),
            statuses=tuple(sorted(statuses[item], key=_strength)),
            folded=item not in in_sight,
        )
        for number, item in enumerate(order, start=1)
    )


def _statuses(told: Iterable[Statement]) -> dict[Evidence, set[str]]:
    """Each source in the order of reading, with the statuses it is cited with."""
    found: dict[Evidence, set[str]] = {}
    for statement in told:
        for item in statement.evidence:
            found.setdefault(item, set()).add(statement.status)
    return found


def _link(item: Evidence) -> str:
    """Only addresses of the web become links."""
    return item.url if item.url and item.url.startswith(LINKED) else ""


def _strength(status: str) -> tuple[int, str]:
    order = [str(one) for one in STRONGEST_FIRST]
    return (order.index(status) if status in order else len(order)), status
