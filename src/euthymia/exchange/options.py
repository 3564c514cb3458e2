"""Writes the options of an assessment. Which may be given this release does not judge yet."""

from __future__ import annotations

from typing import Any

import msgspec

from euthymia.engine.findings import Outlook

Json = dict[str, Any]
OPTIONS = ("tms", "ketamine_iv", "esketamine")


def options_of(outlook: Outlook | None) -> Json:
    """The options with the outlook of the one in mind; without a protocol the part is absent.

    No criterion of a therapy is judged yet, so whether one could be given stays undetermined.
    """
    if outlook is None:
        return {}
    in_mind = outlook.arm.option
    return {"options": {name: _option(outlook if name == in_mind else None) for name in OPTIONS}}


def _option(outlook: Outlook | None) -> Json:
    return {
        "suitability": "undetermined",
        "safety": {"final": "undetermined"},
        "findings": {},
        "plan": None,
        "outlook": None if outlook is None else _outlook(outlook),
    }


def _outlook(outlook: Outlook) -> Json:
    return {
        "response": msgspec.to_builtins(outlook.response),
        "remission": msgspec.to_builtins(outlook.remission),
        "source": outlook.arm.id,
        "transfer": outlook.transfer,
    }
