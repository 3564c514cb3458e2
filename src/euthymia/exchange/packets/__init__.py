"""A request for a payer's consent, filled from the findings, with its gaps listed first."""

from __future__ import annotations

from euthymia.exchange.packets.fhir import fhir_packet
from euthymia.exchange.packets.text import packet_text, payer_list
from euthymia.exchange.packets.view import PacketView
from euthymia.exchange.packets.whole import packet, packet_json, payers_counted

__all__ = [
    "PacketView",
    "fhir_packet",
    "packet",
    "packet_json",
    "packet_text",
    "payer_list",
    "payers_counted",
]
