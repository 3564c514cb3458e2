"""Sets an assessment as one self-contained page: no script, no network, two sheets of paper."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import jinja2

from euthymia.engine.findings import Assessment
from euthymia.exchange.page import page
from euthymia.knowledge import Knowledge
from euthymia.record.entries import Event


def html_report(assessment: Assessment, knowledge: Knowledge, events: Sequence[Event] = ()) -> str:
    """The page as text, everything escaped but the picture, which escapes its own words.

    Args:
        assessment: What the engine said.
        knowledge: The pages it was said by; codes and rule sets are shown in their words.
        events: Further events of the record for the timeline, such as admissions.
    """
    shown = page(assessment, knowledge, events)
    return _template().render(page=shown, body=shown.body)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("euthymia", "cli"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")
