"""Sets a packet, or the list of payers, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import fill

from euthymia.exchange.packets.view import Counted, Document, Gap, PacketView, TrialLine
from euthymia.exchange.page.statement import Statement
from euthymia.knowledge.evidence import CONFIRMED, Evidence
from euthymia.knowledge.payers import Payer

WIDTH = 100
NO_CRITERIA = "criteria not readable"


def packet_text(view: PacketView) -> str:
    """The whole packet, gaps first, for a terminal or a note."""
    return "\n".join(_lines(view)) + "\n"


def payer_list(counted: Sequence[tuple[Payer, Counted]]) -> str:
    """Every payer by its option, with how many of its criteria are met, not met and unknown."""
    lines = ["Payers whose policies were read; a count is no consent"]
    for option in dict.fromkeys(payer.option for payer, _ in counted):
        lines += ["", option]
        lines += [_payer(payer, one) for payer, one in counted if payer.option == option]
    return "\n".join([*lines, "", "Take one with --payer ID."]) + "\n"


def _payer(payer: Payer, one: Counted) -> str:
    return f"  {payer.id:<26} {counted_words(one):<36} {payer.name} [{payer.status}]"


def counted_words(one: Counted) -> str:
    """`3 met, 1 not met, 2 unknown`, or that the criteria were not readable."""
    if not one.total:
        return NO_CRITERIA
    return f"{one.met} met, {one.not_met} not met, {one.unknown} unknown"


def cite(evidence: Iterable[Evidence], status: str) -> str:
    """The ids of the sources; a status that nobody confirmed is said aloud."""
    names = ", ".join(item.id for item in evidence)
    told = names if status in CONFIRMED else f"{names}; {status}"
    return f"[{told}]" if told else ""


def _wrapped(text: str, mark: str = "  ") -> str:
    further = " " * (len(mark) + 2)
    return fill(text, WIDTH, initial_indent=mark, subsequent_indent=further, break_on_hyphens=False)


def _lines(view: PacketView) -> Iterator[str]:
    yield view.mark.upper()
    if view.synthetic:
        yield "SYNTHETIC: an invented patient, not a person"
    yield f"Request to {view.policy.name} for {view.therapy.name}"
    yield f"Patient {view.patient} on {view.as_of} (knowledge {view.release})"
    yield from _gaps(view.gaps)
    yield from _criteria(view)
    yield from _policy(view)
    yield from _therapy(view)
    yield from _documents(view.documents)
    yield from _record(view)
    yield from _billing(view)
    yield from _signatures(view)
    yield from _sources(view)


def _gaps(gaps: Sequence[Gap]) -> Iterator[str]:
    yield f"\nGaps: {len(gaps)} things would be asked back"
    for number, gap in enumerate(gaps, start=1):
        yield _wrapped(f"{number}. {gap.what}. {gap.mend}".rstrip())


def _criteria(view: PacketView) -> Iterator[str]:
    yield f"\nCriteria: {counted_words(view.counted)}"
    for one in view.criteria:
        statement = one.statement
        said = statement.says or f"{one.title}."
        yield _wrapped(
            f"{said} {cite(statement.evidence, statement.status)}", f"  {one.verdict:>7}  "
        )
        for fact in one.facts:
            yield _wrapped(f"{fact.told}{f' ({fact.seen})' if fact.seen else ''}", " " * 11)
        if one.note:
            yield _wrapped(f"Note: {one.note}", " " * 11)


def _policy(view: PacketView) -> Iterator[str]:
    policy = view.policy
    cited = cite(policy.statement.evidence, policy.statement.status)
    yield "\nPolicy, as it was read; ask for the text in force"
    yield _wrapped(f"{policy.name}; {policy.basis}; {policy.jurisdiction} {cited}")
    yield _wrapped(f"In force: {policy.effective}. Status: {policy.statement.status}.")
    yield from map(_said, (*policy.terms, *policy.beside))


def _said(one: Statement) -> str:
    title = f"{one.title}: " if one.title else ""
    return _wrapped(f"{title}{one.says} {cite(one.evidence, one.status)}")


def _therapy(view: PacketView) -> Iterator[str]:
    therapy = view.therapy
    yield f"\nTherapy: {therapy.name}"
    yield _wrapped(f"By the findings: {therapy.suitability}; by safety alone: {therapy.safety}.")
    yield _wrapped(f"Sessions: {therapy.sessions}.")
    for line in therapy.plan.lines:
        cited = " ".join(cite(one.evidence, one.status) for one in line.rests)
        yield _wrapped(f"{line.name}: {line.told} {cited}".rstrip())
    yield from (_wrapped(one) for one in (therapy.plan.none, therapy.plan.waits) if one)


def _documents(documents: Sequence[Document]) -> Iterator[str]:
    yield "\nDocuments the packet must hold"
    for one in documents:
        yield _wrapped(
            f"{one.statement.says} {cite(one.statement.evidence, one.statement.status)}",
            f"  {one.state:>8}  ",
        )
        yield from (_wrapped(line, " " * 12) for line in one.held.lines)
        yield from (_wrapped(f"lacks: {lack}", " " * 12) for lack in one.held.lacks)


def _record(view: PacketView) -> Iterator[str]:
    yield "\nDiagnoses this request rests on"
    yield from (f"  {one.code}, {one.since}" for one in view.diagnoses)
    yield "\nScores"
    yield from (_wrapped(f"{one.taken}: {one.scale} {one.total}") for one in view.scores)
    yield "\nTrials"
    for one in view.trials:
        yield from _trial(one)


def _trial(one: TrialLine) -> Iterator[str]:
    yield _wrapped(f"{one.drug} ({one.family}): highest dose {one.highest_dose}, {one.dates}")
    yield _wrapped(
        f"weeks at that dose {one.weeks_at_dose}; adherence {one.adherence}; change {one.change}; "
        f"stopped: {one.stopped}",
        "    ",
    )
    yield from (_wrapped(line, "    ") for line in one.adequate)


def _billing(view: PacketView) -> Iterator[str]:
    yield "\nCodes of the sessions"
    yield from map(_said, (*view.billing, *view.usual))


def _signatures(view: PacketView) -> Iterator[str]:
    yield "\nTo be signed by hand"
    yield from (f"  {one.who} ({one.blank}): ______________________" for one in view.signatures)


def _sources(view: PacketView) -> Iterator[str]:
    yield "\nSources"
    for one in view.sources:
        yield _wrapped(f"{one.evidence.id}: {one.evidence.title}")
