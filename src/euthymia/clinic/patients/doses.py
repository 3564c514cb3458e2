"""What the page of a drug says of the dose that was typed: a note beside it, never a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from euthymia.clinic.patients.parts import Part
from euthymia.exchange.drug_names import drug_id
from euthymia.knowledge.drugs import Drug
from euthymia.knowledge.evidence import Evidence
from euthymia.library import shipped

A_DAY = "mg/d"
"""The unit in which a chart tells doses; a page in another unit is not held against them."""


@dataclass(frozen=True)
class Least:
    """A least dose that counts as a fair trial, whose word that is, and how sure it is."""

    whose: str
    value: float
    unit: str
    status: str
    evidence: tuple[Evidence, ...]
    reached: bool | None


@dataclass(frozen=True)
class DoseNote:
    """The drug as the pages know it, and the dose held against each least dose."""

    drug: Drug
    least: tuple[Least, ...]


def dose_note(name: str, dose: float | None) -> DoseNote | None:
    """None where no page knows the drug."""
    page = shipped().drugs.get(drug_id(name, shipped()))
    if page is None:
        return None
    least = tuple(
        Least(
            whose=whose.replace("_", " "),
            value=figure.value,
            unit=page.unit,
            status=figure.status,
            evidence=figure.evidence,
            reached=None if dose is None else dose >= figure.value,
        )
        for whose, figure in page.minimum.items()
    )
    return DoseNote(page, least)


DOSES = {Part.TRIALS: "dose_mg", Part.MEDICATIONS: "dose_mg_per_day"}
"""Where a part tells how much a day."""


def above_usual(part: str, told: Any) -> DoseNote | None:
    """The page of a drug whose highest usual dose an entry is above; None where it is not."""
    dose = told.get(DOSES[Part(part)]) if part in DOSES else None
    note = None if dose is None else dose_note(told["drug"], dose)
    if dose is None or note is None or note.drug.maximum is None or note.drug.unit != A_DAY:
        return None
    return note if dose > note.drug.maximum.value else None
