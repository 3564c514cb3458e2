"""Devices of the patient, as the screens of therapies look for them."""

from __future__ import annotations

from collections.abc import Iterator

from euthymia.exchange.fhir.chart import Chart
from euthymia.exchange.fhir.codes import codes_in, words_of
from euthymia.exchange.fhir.resources import Device
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
        code = next(codes_in(device.kind, "snomed"), None)
        chart.used(one)
        yield Implant(
            code=None if code is None else Code("snomed", code),
            text=" ".join(dict.fromkeys(named)) or None,
            resource=one.label,
        )
