"""The figures of a clinic as a file that may leave it: without what only a few people have."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from euthymia.clinic.outcomes.figures import Counts, Figures, Row
from euthymia.clinic.outcomes.rates import Rate
from euthymia.clinic.outcomes.small import FEW, LEAST, may_leave, shown, together

HEAD = ("part", "what", "scale", "outcome", "count", "of", "not_assessable", "percent", "low_95",
        "high_95")  # fmt: skip
Cells = Sequence[str]


def summary(figures: Figures) -> str:
    """Comma-separated values with a head line; `<5` where fewer than five people stand behind."""
    told = io.StringIO()
    writer = csv.writer(told, lineterminator="\r\n")
    writer.writerow(HEAD)
    writer.writerows(_cells(figures))
    return told.getvalue()


def _cells(figures: Figures) -> Iterator[Cells]:
    for one in figures.mix:
        yield from _counts(one)
    for row in figures.courses:
        yield from _outcomes("ended courses", row)
    for row in figures.scales:
        yield from _outcomes("by scale", row)
    for followed in figures.followed:
        yield _share("follow-up", followed.what, followed.scale, "on time", followed.on_time)
    yield from _waits(figures)


def _counts(counts: Counts) -> Iterator[Cells]:
    told = together([count for _word, count in counts.rows])
    for (word, _count), count in zip(counts.rows, told, strict=True):
        yield ("case mix", f"{counts.title}: {word}", "", "", count)


def _outcomes(part: str, row: Row) -> Iterator[Cells]:
    """How many stand in a row is told unless it would give away a part that is withheld."""
    for name, rate in row.outcomes:
        yield _share(part, row.what, row.scale, name.replace("_", " "), rate)


def _share(part: str, what: str, scale: str, outcome: str, rate: Rate) -> Cells:
    interval, pct = rate.interval_pct, rate.pct
    if interval is None or pct is None or not may_leave(rate):
        return (part, what, scale, outcome, FEW)
    low, high = interval
    told = (str(rate.reached), str(rate.of), str(rate.unknown))
    return (part, what, scale, outcome, *told, f"{pct:.1f}", f"{low:.1f}", f"{high:.1f}")


def _waits(figures: Figures) -> Iterator[Cells]:
    waits = figures.waits
    yield ("waiting", "had a first session", "", "", shown(len(waits.days)))
    yield ("waiting", "still waits", "", "", shown(waits.waiting))
    if len(waits.days) >= LEAST:
        for name, days in zip(("lower quartile", "median", "upper quartile"), waits.quartiles,
                              strict=True):  # fmt: skip
            yield ("waiting", "days to the first session", "", name, f"{days:.0f}")
