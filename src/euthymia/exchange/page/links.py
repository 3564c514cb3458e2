"""What the indicators found say of therapies: nulls and contradictions beside the rest."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from euthymia.engine.findings import Linked
from euthymia.exchange.cause_words import tilt_words
from euthymia.exchange.page.statement import Statement
from euthymia.knowledge import Knowledge
from euthymia.knowledge.causes import Finds, Link

FOUND: dict[Finds, str] = {
    "worse": "worse with it",
    "better": "better with it",
    "null": "no difference",
    "mixed": "mixed",
    "other": "another question",
}


class LinkLine(Struct, frozen=True):
    """One link. `weight`: how little it may count."""

    therapy: str
    found: str
    statement: Statement
    weight: str


class LinkGroup(Struct, frozen=True):
    """All links of one indicator that is present."""

    indicator: str
    lines: tuple[LinkLine, ...]


class TherapyLinks(Struct, frozen=True):
    """Every link that touches this patient, with a summary of how little they may weigh."""

    summary: str
    groups: tuple[LinkGroup, ...]


def therapy_links(links: Sequence[Linked], knowledge: Knowledge) -> TherapyLinks:
    indicators = dict.fromkeys(one.link.indicator for one in links)
    return TherapyLinks(
        _summary(links, knowledge),
        tuple(_group(name, links, knowledge) for name in indicators),
    )


def _group(name: str, links: Sequence[Linked], knowledge: Knowledge) -> LinkGroup:
    lines = (_line(one) for one in links if one.link.indicator == name)
    return LinkGroup(knowledge.indicators[name].title, tuple(lines))


def _summary(links: Sequence[Linked], knowledge: Knowledge) -> str:
    steering = sum(one.tilt_at_most > 0 for one in links)
    most = knowledge.number("link_tilt_at_most")
    some = f"{steering} may tilt a comparison, by at most {most:.2f} log-odds; the rest are"
    findings = "1 study finding" if len(links) == 1 else f"{len(links)} study findings"
    return f"{findings}: {some if steering else 'all are'} shown only"


def _line(linked: Linked) -> LinkLine:
    link = linked.link
    told = Statement(_told(link), link.status, link.evidence, grade=link.grade.replace("_", " "))
    return LinkLine(link.therapy, f"{FOUND[link.finds]} ({link.kind})", told, tilt_words(linked))


def _told(link: Link) -> str:
    details = [link.effect or "", f"{link.n} people" if link.n else ""]
    inner = "; ".join(part for part in details if part)
    note = f" {link.note}" if link.note else ""
    says = f"{link.says.rstrip('.')} ({inner})." if inner else link.says
    return f"{says}{note}"
