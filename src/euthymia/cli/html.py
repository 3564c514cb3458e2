"""Sets an assessment as one self-contained page: no script, no network, three sheets of paper."""

from __future__ import annotations

from functools import cache

import jinja2

from euthymia.engine.assessment import Assessment
from euthymia.exchange.page import page
from euthymia.knowledge import Knowledge


def html_report(assessment: Assessment, knowledge: Knowledge) -> str:
    """The page as text, everything escaped but the picture, which escapes its own words.

    Args:
        assessment: What the engine said.
        knowledge: The pages it was said by; codes and rule sets are shown in their words.
    """
    shown = page(assessment, knowledge)
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
