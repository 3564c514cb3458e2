"""What may be expected of the protocol in mind: an arm of a study, moved by the patient."""

from __future__ import annotations

from euthymia.engine.findings import Causes, Outlook
from euthymia.knowledge import Knowledge
from euthymia.knowledge.therapies import Arm, Rate
from euthymia.models.prognosis import Expected, Shift, expect

PER_CENT = 100


def outlook(protocol: str | None, causes: Causes, knowledge: Knowledge) -> Outlook | None:
    """None where no protocol is in mind, or no arm stands for it."""
    arm = next((one for one in knowledge.arms.values() if protocol in one.protocols), None)
    if arm is None:
        return None
    transfer = knowledge.number("outlook_transfer")
    return Outlook(
        arm,
        transfer,
        _expected(arm.response, causes, transfer, knowledge),
        _expected(arm.remission, causes, transfer, knowledge),
    )


def swept(arm: Arm, causes: Causes, knowledge: Knowledge) -> tuple[tuple[float, Expected], ...]:
    """Response if nothing of the features carried over to this therapy, half of them, or all."""
    return tuple(
        (transfer, _expected(arm.response, causes, transfer, knowledge))
        for transfer in (0.0, knowledge.number("outlook_transfer"), 1.0)
    )


def _expected(rate: Rate, causes: Causes, transfer: float, knowledge: Knowledge) -> Expected:
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
