"""What may be expected of an option: an arm of a study, moved by the patient."""

from __future__ import annotations

from euthymia.engine.findings import Causes, Outlook
from euthymia.knowledge import Knowledge
from euthymia.knowledge.therapies import Arm, Rate, Therapy
from euthymia.models.prognosis import Expected, Shift, expect

PER_CENT = 100


def outlook(
    therapy: Therapy, protocol: str | None, causes: Causes, knowledge: Knowledge
) -> Outlook | None:
    """None where no arm stands for the option, or none for the protocol in mind."""
    arm = _arm(therapy, protocol, knowledge)
    if arm is None:
        return None
    transfer = knowledge.number("outlook_transfer")
    return Outlook(
        arm,
        transfer,
        _expected(arm.response, causes, transfer, knowledge),
        _expected(arm.remission, causes, transfer, knowledge),
    )


def _arm(therapy: Therapy, protocol: str | None, knowledge: Knowledge) -> Arm | None:
    """Of a therapy with protocols the arm of the one in mind; of any other the page's own."""
    if therapy.plan != "stimulation":
        return knowledge.arms.get(therapy.arm or "")
    fitting = (
        one for one in knowledge.arms.values() if protocol in one.protocols and one.use == "prior"
    )
    return next(fitting, None)


def swept(
    arm: Arm, causes: Causes, knowledge: Knowledge
) -> tuple[tuple[float, Expected | None], ...]:
    """Response if nothing of the features carried over to this therapy, half of them, or all."""
    return tuple(
        (transfer, _expected(arm.response, causes, transfer, knowledge))
        for transfer in (0.0, knowledge.number("outlook_transfer"), 1.0)
    )


def _expected(
    rate: Rate | None, causes: Causes, transfer: float, knowledge: Knowledge
) -> Expected | None:
    """None where the arm has no such rate, or no interval from which doubt could be told."""
    if rate is None or rate.interval_95 is None:
        return None
    low, high = rate.interval_95
    return expect(
        rate.pct / PER_CENT,
        (low / PER_CENT, high / PER_CENT),
        _shifts(causes),
        transfer=transfer,
        correlation=knowledge.number("outlook_domain_overlap"),
    )


def _shifts(causes: Causes) -> list[Shift]:
    """The domains of which at least one indicator was measured."""
    return [
        (finding.score.pooled.shift, finding.score.pooled.shift_sd)
        for finding in causes.domains
        if any(one.x is not None for one in finding.indicators)
    ]
