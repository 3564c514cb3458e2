"""Devices of the patient, as the screens of therapies look for them."""

from __future__ import annotations

from collections.abc import Iterator

from euthymia.exchange.fhir.chart import Chart
from euthymia.exchange.fhir.codes import codes_in, words_of
from euthymia.exchange.fhir.resources import Device
from euthymia.knowledge import Knowledge
from euthymia.record.entries import Implant
from euthymia.terms import Code

STILL_THERE = {
    "inactive": "is not active, and may still be in the body: it counts as there",
    "unknown": "its status is unknown: it counts as there",
}
"""A device switched off is not a device taken out; nobody's safety may hang on that word."""


def read_devices(chart: Chart) -> Iterator[Implant]:
    """Every device, by its SNOMED CT code and by its words."""
    for one, device in chart.each(Device):
        doubt = STILL_THERE.get(device.status or "")
        if doubt:
            chart.ledger.doubt(one, doubt)
        named = [*words_of(device.kind), *(name.name.lower() for name in device.device_name)]
        text = " ".join(dict.fromkeys(named)) or None
        chart.used(one)
        for code in _codes(device, chart.guide.knowledge) or (None,):
            yield Implant(code=code, text=text, resource=one.label)


def _codes(device: Device, knowledge: Knowledge) -> tuple[Code, ...]:
    """Each code that a page knows, since a device may be coded twice; else the first of all."""
    codes = tuple(Code("snomed", code) for code in codes_in(device.kind, "snomed"))
    pages = [one for one in knowledge.facts.values() if one.section == "implants"]
    known = (code for code in codes if any(code in page.codes for page in pages))
    return tuple(dict.fromkeys(known)) or codes[:1]
