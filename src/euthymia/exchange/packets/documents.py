"""The documents that a packet must hold, each with what of it is in hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from euthymia.exchange.packets.held import Case, looks_for
from euthymia.exchange.packets.view import Document, Gap, Held, State
from euthymia.exchange.page.statement import said
from euthymia.knowledge.evidence import Remark

BY_HAND = "Enclose it by hand: the software does not look for it."


def document_boxes(case: Case) -> tuple[Document, ...]:
    """Those of the option, then those of the payer, in the order of their pages."""
    packet = case.knowledge.packets.get(case.option.therapy.id)
    common = packet.documents if packet else ()
    return tuple(_document(one, case) for one in (*common, *case.payer.documents))


def _document(remark: Remark, case: Case) -> Document:
    looks = looks_for(remark.says)
    held = [look(case) for look in looks]
    lines = tuple(line for one in held for line in one.lines)
    lacks = tuple(dict.fromkeys(lack for one in held for lack in one.lacks))
    state = _state(lines, lacks) if looks else "by hand"
    return Document(said(remark), state, Held(lines, lacks))


def _state(lines: tuple[str, ...], lacks: tuple[str, ...]) -> State:
    if not lines:
        return "missing"
    return "in part" if lacks else "in hand"


def document_gaps(documents: Iterable[Document]) -> Iterator[Gap]:
    """Every document that is not wholly in hand."""
    for one in documents:
        name = one.statement.says.rstrip(".")
        if one.state == "by hand":
            yield Gap("document", f"{name}: not looked for", BY_HAND)
        elif one.state != "in hand":
            lacks = "; ".join(lack.rstrip(".?") for lack in one.held.lacks)
            yield Gap("document", f"{name}: {one.state}", f"Lacks: {lacks}.")
