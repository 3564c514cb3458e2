"""Puts a packet together from what was found, gaps first."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from euthymia.engine.assessment import Assessment
from euthymia.engine.coverage import coverage
from euthymia.engine.options import Option
from euthymia.engine.suitability import Suitability
from euthymia.exchange.faults import SourceError
from euthymia.exchange.option_words import GIVEN, SUITS
from euthymia.exchange.packets.criteria import counted, criterion_gaps, criterion_lines
from euthymia.exchange.packets.documents import document_boxes, document_gaps
from euthymia.exchange.packets.held import Case, diagnosis_lines, score_lines, sessions_planned
from euthymia.exchange.packets.trials import trial_line
from euthymia.exchange.packets.view import (
    MARK,
    Counted,
    Gap,
    PacketView,
    PolicyBox,
    SignatureLine,
    TherapyBox,
)
from euthymia.exchange.page.plans import plan_box
from euthymia.exchange.page.sources import sources
from euthymia.exchange.page.statement import Statement, said, statements
from euthymia.exchange.words import is_invented
from euthymia.knowledge import Knowledge
from euthymia.knowledge.evidence import Figure
from euthymia.knowledge.payers import BillingCode, Payer
from euthymia.record import Record
from euthymia.terms import Verdict

UNTOLD = "not stated in what was read"
SIGNED_BY = ("Ordering psychiatrist", "Who filled in the screen for contraindications")
UNSIGNED = Gap("signature", "Not signed", "The psychiatrist who orders it checks and signs.")


def case_of(assessment: Assessment, record: Record, payer: Payer, knowledge: Knowledge) -> Case:
    """What a packet is filled from. Raises SourceError where no page holds the payer's therapy."""
    option = next((one for one in assessment.options if one.therapy.id == payer.option), None)
    if option is None:
        raise SourceError(f"payer '{payer.id}': no therapy is called '{payer.option}'; correct it")
    return Case(assessment, record, payer, option, knowledge)


def packet(
    assessment: Assessment, record: Record, payer: Payer, knowledge: Knowledge
) -> PacketView:
    """The request to one payer as a draft.

    Args:
        assessment: What the engine said of `record`.
        record: The record itself, for diagnoses, courses that are no drugs, and orders.
        payer: The policy whose criteria are held against the findings.
        knowledge: The pages it was judged by.

    Returns:
        The packet; what is not known is a gap and is never written as yes.

    Raises:
        SourceError: No page holds the therapy that the payer speaks of.
    """
    view = _unsourced(case_of(assessment, record, payer, knowledge))
    told = tuple(statements(view))
    return replace(view, sources=sources(told, told))


def _unsourced(case: Case) -> PacketView:
    """The packet before its sources are gathered."""
    assessment, payer, knowledge = case.assessment, case.payer, case.knowledge
    covered = coverage(assessment, payer)
    lines, documents = criterion_lines(covered, knowledge), document_boxes(case)
    common = knowledge.packets.get(payer.option)
    return PacketView(
        mark=MARK,
        patient=assessment.patient or "not named",
        synthetic=is_invented(assessment.patient),
        as_of=assessment.as_of.isoformat(),
        release=assessment.knowledge,
        gaps=(
            *_danger_gaps(assessment),
            *_safety_gaps(case.option),
            *criterion_gaps(covered, lines),
            *document_gaps(documents),
            UNSIGNED,
        ),
        therapy=_therapy(case.option, knowledge),
        policy=_policy(payer),
        counted=counted(covered),
        criteria=lines,
        documents=documents,
        diagnoses=diagnosis_lines(case),
        scores=score_lines(case),
        trials=tuple(trial_line(one, knowledge) for one in assessment.resistance.trials),
        billing=tuple(said(one, _code(one)) for one in common.billing) if common else (),
        usual=tuple(said(one) for one in common.remarks) if common else (),
        signatures=tuple(SignatureLine(who) for who in SIGNED_BY),
    )


def _code(one: BillingCode) -> str:
    """`HCPCS G2082`; where its owner licenses the code, that the biller's software holds it."""
    return f"{one.system.upper()} {one.code or '(code from your billing software)'}"


def _danger_gaps(assessment: Assessment) -> Iterator[Gap]:
    """Signs of danger come before any paperwork."""
    for danger in assessment.safety.findings:
        if danger.verdict is Verdict.MET:
            yield Gap("safety", danger.title, danger.says)


def _safety_gaps(option: Option) -> Iterator[Gap]:
    """A therapy that must not be given, or of which that is open, is said before all else."""
    name = option.therapy.name
    if option.final is Suitability.CONTRAINDICATED:
        yield Gap("safety", f"{name}: must not be given by what was found", "Do not ask for it.")
    elif option.final is Suitability.UNDETERMINED:
        mend = "Settle the open questions of its screen first."
        yield Gap("safety", f"{name}: whether it may be given is open", mend)
    elif option.suitability is not option.final:
        yield Gap("safety", f"{name}: {SUITS[option.suitability]}", "Check the indication first.")


def _therapy(option: Option, knowledge: Knowledge) -> TherapyBox:
    return TherapyBox(
        id=option.therapy.id,
        name=option.therapy.name,
        suitability=SUITS[option.suitability],
        safety=GIVEN[option.final],
        plan=plan_box(option, knowledge),
        sessions=sessions_planned(option) or "not known",
    )


def _policy(payer: Payer) -> PolicyBox:
    return PolicyBox(
        id=payer.id,
        name=payer.name,
        statement=Statement(payer.name, payer.status, payer.evidence),
        basis=payer.basis or UNTOLD,
        effective=payer.effective or UNTOLD,
        jurisdiction=payer.jurisdiction,
        readable=bool(payer.criteria),
        terms=tuple(_terms(payer)),
        beside=tuple(said(one) for one in payer.remarks),
    )


def _terms(payer: Payer) -> Iterator[Statement]:
    """For how much and how long a consent would hold."""
    figures = {
        "Sessions without a further request": payer.sessions,
        "Months of the first approval": payer.approval_months,
        "Months of a later approval": payer.reauth_months,
    }
    for title, figure in figures.items():
        if figure is not None:
            yield _figure(title, figure)
    if payer.retreatment is not None:
        yield said(payer.retreatment, "A further course")


def _figure(title: str, figure: Figure) -> Statement:
    return Statement(f"{figure.value:g}", figure.status, figure.evidence, title)


def payers_counted(
    assessment: Assessment, knowledge: Knowledge
) -> tuple[tuple[Payer, Counted], ...]:
    """Every payer in the order of the pages, with how its criteria stand."""
    payers = knowledge.payers.values()
    return tuple((one, counted(coverage(assessment, one))) for one in payers)


def packet_json(view: PacketView) -> bytes:
    """The packet as one JSON object, its fields in the order of reading."""
    return msgspec.json.format(msgspec.json.encode(view), indent=1) + b"\n"
