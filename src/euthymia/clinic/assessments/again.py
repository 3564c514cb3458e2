"""Past advice run again: the chart as it stood then, judged by the knowledge of today."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

import euthymia
from euthymia.clinic.assessments.changes import Changed, changes
from euthymia.clinic.assessments.chart import chart_kept
from euthymia.clinic.assessments.models import Assessment
from euthymia.engine.assessment import Assessment as Judged
from euthymia.exchange.document import to_json
from euthymia.exchange.page import page
from euthymia.record import Record


@dataclass(frozen=True)
class Again:
    """What came of it. `same`: byte for byte; else `changed` in words, and the `parts` that did."""

    same: bool
    changed: tuple[Changed, ...] = ()
    parts: tuple[str, ...] = ()


def run_again(assessment: Assessment) -> Again:
    """Judges the snapshot with the pages of today and holds both documents together.

    Raises:
        SourceError: The reader of today no longer takes the chart of then; the line says why.
    """
    judged, _ = judged_again(assessment)
    kept = assessment.kept
    if to_json(judged) == msgspec.json.encode(kept.document):
        return Again(same=True)
    then, now = kept.document, msgspec.json.decode(to_json(judged))
    differ = tuple(name for name in {**then, **now} if then.get(name) != now.get(name))
    shown = msgspec.to_builtins(page(judged, euthymia.shipped()))
    return Again(same=False, changed=changes(kept.page, shown), parts=differ)


def judged_again(assessment: Assessment) -> tuple[Judged, Record]:
    """The snapshot as it is judged today, and the record it tells. Raises SourceError."""
    knowledge = euthymia.shipped()
    record = chart_kept(assessment).record(knowledge)
    return euthymia.assess(record, knowledge), record


__all__ = ["Again", "judged_again", "run_again"]
