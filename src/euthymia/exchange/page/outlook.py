"""What may be expected of the protocol in mind: prognosis, which ranks nothing."""

from __future__ import annotations

from msgspec import Struct

from euthymia.engine.findings import Assessment, Outlook
from euthymia.engine.outlook import swept
from euthymia.exchange.page.statement import Statement, said
from euthymia.knowledge import Knowledge
from euthymia.models.prognosis import Expected

TRANSFER = "outlook_transfer"
CARRIED = {0.0: "nothing", 0.5: "half", 1.0: "everything"}


class Chances(Struct, frozen=True):
    """An outcome after this patient's features, and in the arm as it was."""

    outcome: str
    after: str
    before: str


class OutlookBox(Struct, frozen=True, kw_only=True):
    """One arm of one study, moved by the patient.

    `swept`: response if nothing, a part, or everything of the features carried over.
    """

    therapy: str
    arm: Statement
    note: str
    chances: tuple[Chances, ...]
    swept: tuple[tuple[str, str], ...]
    transfer: Statement


def outlook_box(assessment: Assessment, knowledge: Knowledge) -> OutlookBox | None:
    outlook = assessment.outlook
    if outlook is None:
        return None
    arm = outlook.arm
    return OutlookBox(
        therapy=arm.therapy,
        arm=Statement(_study(outlook), arm.status, arm.evidence),
        note=arm.note or "",
        chances=(_chances("Response", outlook.response), _chances("Remission", outlook.remission)),
        swept=tuple(
            (_carried(part), _after(expected) if part else _before(expected))
            for part, expected in swept(arm, assessment.causes, knowledge)
        ),
        transfer=said(knowledge.parameters[TRANSFER]),
    )


def _study(outlook: Outlook) -> str:
    arm = outlook.arm
    weeks = f" over {arm.weeks} weeks" if arm.weeks else ""
    masked = "patients were blinded" if arm.blinded else "patients were not blinded"
    return f"{arm.study}, {arm.n} people, by the {arm.scale}{weeks}; {masked}."


def _chances(outcome: str, expected: Expected) -> Chances:
    return Chances(outcome, _after(expected), _before(expected))


def _before(expected: Expected) -> str:
    low, high = expected.base_interval_95
    return f"{expected.base_probability:.2f} ({low:.2f} to {high:.2f})"


def _after(expected: Expected) -> str:
    low, high = expected.interval_95
    return f"{expected.probability:.2f} ({low:.2f} to {high:.2f})"


def _carried(part: float) -> str:
    return CARRIED.get(part, f"{part:g}")
