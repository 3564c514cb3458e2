"""The findings whose milder grade a physician may take: label and guidance differ on them."""

from __future__ import annotations

from collections.abc import Iterator

from euthymia.clinic.assessments.again import judged_again
from euthymia.clinic.assessments.models import Assessment
from euthymia.engine.assessment import Assessment as Judged
from euthymia.exchange.faults import SourceError
from euthymia.exchange.option_words import kind_words
from euthymia.terms import Verdict


def overridable(assessment: Assessment) -> list[tuple[str, str]]:
    """Each as its name in a chart, and in words with both of its grades.

    None where the reader of today no longer takes the chart of then: assess again first.
    """
    try:
        judged, _record = judged_again(assessment)
    except SourceError:
        return []
    return list(_apart(judged))


def _apart(judged: Judged) -> Iterator[tuple[str, str]]:
    for option in judged.options:
        for graded in option.findings:
            apart = len(set(graded.kinds.values())) > 1 and option.therapy.judged_apart
            if apart and graded.finding.verdict is Verdict.MET:
                criterion = graded.finding.criterion
                grades = ", ".join(f"{who} {kind_words(one)}" for who, one in graded.kinds.items())
                title = f"{option.therapy.name}: {criterion.title} ({grades})"
                yield f"{option.therapy.id}/{criterion.id}", title
