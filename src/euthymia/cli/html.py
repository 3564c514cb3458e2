"""Sets an assessment as one self-contained page: no script, no network, two sheets of paper."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial

import jinja2

from euthymia.engine.findings import Assessment, Finding
from euthymia.exchange import asked
from euthymia.exchange.citations import cited, statuses
from euthymia.exchange.rule_table import rule_rows
from euthymia.exchange.timeline import NARROW, WIDE, headline, timeline
from euthymia.exchange.timeline.history import history
from euthymia.knowledge import Knowledge
from euthymia.knowledge.evidence import CONFIRMED, Evidence
from euthymia.terms import Verdict

WORD = {Verdict.MET: "yes", Verdict.NOT_MET: "no", Verdict.UNKNOWN: "not known"}
INVENTED = ("synthetic", "demo")


def html_report(assessment: Assessment, knowledge: Knowledge) -> str:
    """The page as text, everything escaped but the picture, which escapes its own words."""
    found = assessment.resistance
    return _template().render(
        assessment=assessment,
        found=found,
        headline=headline(assessment),
        wide=timeline(assessment, knowledge, WIDE),
        narrow=timeline(assessment, knowledge, NARROW),
        undated=history(assessment, knowledge).undated,
        grounds=[one.criterion.title for one in assessment.mimics if _decides(one, assessment)],
        rows=rule_rows(found),
        mimics={verdict.word: _of(assessment.mimics, verdict) for verdict in Verdict},
        evidence=_sources(assessment, knowledge),
        standing=statuses(assessment),
        codes=knowledge.codes,
        invented=(assessment.patient or "").startswith(INVENTED),
        asked=asked,
        fact=partial(asked.fact_words, knowledge=knowledge),
    )


def _sources(assessment: Assessment, knowledge: Knowledge) -> list[Evidence]:
    """Every source the page names, that of the reasons a trial did not count too."""
    codes = {
        code
        for one in assessment.resistance.trials
        for judged in one.rules.values()
        for code in judged.codes
    }
    found = {item.id: item for item in cited(assessment)}
    found |= {item.id: item for code in codes for item in knowledge.codes[code].evidence}
    return [found[key] for key in sorted(found)]


def _decides(mimic: Finding, assessment: Assessment) -> bool:
    return mimic.criterion.id in assessment.resistance.decided_by


def _of(mimics: Sequence[Finding], verdict: Verdict) -> list[Finding]:
    return [finding for finding in mimics if finding.verdict is verdict]


def _marked(status: str) -> str:
    """The sign of a statement that nobody confirmed; nothing for one read in a source."""
    return "" if status in CONFIRMED else f"† {status}"


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("euthymia", "cli"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["word"] = WORD.__getitem__
    environment.filters["marked"] = _marked
    environment.filters["plain"] = lambda name: str(name).replace("_", " ")
    return environment.get_template("report.html.j2")
