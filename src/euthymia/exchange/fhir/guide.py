"""What the pages and the user's terminology know, indexed for reading FHIR."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from euthymia.exchange.doses import Dose
from euthymia.exchange.fhir.drugs import Pharmacy
from euthymia.exchange.fhir.terminology import FIELDS, OwnAnswer, Terminology
from euthymia.exchange.sigs import Phrasebook
from euthymia.exchange.spellings import convert_as_spelt, spellings_of
from euthymia.knowledge import Knowledge
from euthymia.knowledge.answers import Answer, LeftOut, Slip, Tally
from euthymia.knowledge.instruments import Instrument
from euthymia.terms import Code

Ordered = tuple[Dose, float | None, tuple[str, ...]]
"""What an order says: the dose, the days of one supply, and what could not be read."""

BODY = {
    "39156-5": ("bmi_kg_per_m2", "kg/m2"),
    "29463-7": ("weight_kg", "kg"),
    "8302-2": ("height_cm", "cm"),
}
"""LOINC of body measures: the field of a record, and its unit."""


Entry = TypeVar("Entry", Answer, LeftOut, Slip, Tally)


class Guide:
    """Indexes over one Knowledge and one Terminology.

    Attributes:
        orders: What orders said that were read before, since most records repeat a few.
        labs: Units in which the pages compare a LOINC; None where they compare a word.
        vitals: Bedside measures by their LOINC: the field of a record, and its unit.
        totals, panels, items: Instruments by the LOINC of their total, panel or item.
        kinds: How treatments that are not drugs are named, by kind.
        answers, tallies, slips, left_out: Entries of the pages by the LOINC they speak of.
        limits: The greatest value that can be, by LOINC and unit of a lab.
        own_answers, own_totals: What the user's own codes mean, by `system:code`.
    """

    def __init__(self, knowledge: Knowledge, terminology: Terminology) -> None:
        self.knowledge = knowledge
        self.terminology = terminology
        self.pharmacy = Pharmacy(knowledge, terminology)
        self.phrases = Phrasebook(knowledge)
        self.orders: dict[tuple[object, ...], Ordered] = {}
        self.labs = _labs(knowledge)
        forms = knowledge.instruments.values()
        self.vitals = {
            code.value: (fact.key or "", fact.unit or "1")
            for fact in knowledge.facts.values()
            if fact.section == "vitals"
            for code in _loinc(fact.codes)
        }
        self.totals = {code.value: form for form in forms for code in _loinc(form.codes)}
        self.panels = {code.value: form for form in forms for code in _loinc(form.panel_codes)}
        self.items = _items(forms)
        self.form_names = {form.id: _name_pattern(form.id) for form in forms}
        self.form_total = (
            knowledge.words["form_total"].words if "form_total" in knowledge.words else ()
        )
        self.kinds = _kinds(knowledge)
        self._dose_units = _dose_units(knowledge)
        self.spellings = spellings_of(knowledge)
        self.who_categories = _who_categories(knowledge)
        self.answers = _by_code(knowledge.answers.values())
        self.tallies = _by_code(knowledge.tallies.values())
        self.slips = _by_code(knowledge.slips.values())
        self.left_out = _by_code(knowledge.left_out.values())
        self.limits = _limits(knowledge)
        own = terminology.answers
        self.own_answers = {key: one for key, one in own.items() if one.field in FIELDS}
        self.own_totals = _own_totals(own, knowledge)

    def dose_unit(self, name: str) -> str | None:
        """The UCUM unit behind the unit of a dose or supply: mg, ug, g, mL, {piece}, d, wk, h."""
        if name in self._dose_units:
            return self._dose_units[name]
        return self._dose_units.get(name.strip("{}[]").lower().replace("(s)", ""))

    def in_unit(self, value: float, unit: str, wanted: str) -> float:
        """A measured value in the unit wanted; common spellings of units are understood.

        Raises:
            UnitError: An unknown unit, or one that measures something else.
        """
        return convert_as_spelt(value, unit, wanted, self.spellings)


def guide_of(knowledge: Knowledge, terminology: Terminology) -> Guide:
    """The guide to these pages, made once and kept while others are not asked for."""
    key = (id(knowledge), id(terminology))
    if key not in _MADE:
        if len(_MADE) >= _KEPT:
            _MADE.clear()
        _MADE[key] = Guide(knowledge, terminology)
    return _MADE[key]


_KEPT = 4
_MADE: dict[tuple[int, int], Guide] = {}
"""Each guide holds its pages, so that no other object can come to have their id."""


def _loinc(codes: Iterable[Code]) -> Iterable[Code]:
    return (code for code in codes if code.system == "loinc")


def _by_code(entries: Iterable[Entry]) -> dict[str, Sequence[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        for code in _loinc(entry.codes):
            found.setdefault(code.value, []).append(entry)
    return {code: tuple(named) for code, named in found.items()}


def _limits(knowledge: Knowledge) -> dict[tuple[str, str], float]:
    """The greatest value that a page still takes for one that can be."""
    return {
        (code.value, fact.unit): fact.refused_above
        for fact in knowledge.facts.values()
        if fact.section == "labs" and fact.unit and fact.refused_above is not None
        for code in _loinc(fact.codes)
    }


def _own_totals(own: Mapping[str, OwnAnswer], knowledge: Knowledge) -> dict[str, Instrument]:
    forms = knowledge.instruments
    return {key: forms[one.field] for key, one in own.items() if one.field in forms}


def _labs(knowledge: Knowledge) -> dict[str, tuple[str | None, ...]]:
    found: dict[str, tuple[str | None, ...]] = {}
    for fact in knowledge.facts.values():
        if fact.section == "labs":
            for code in _loinc(fact.codes):
                found[code.value] = tuple(dict.fromkeys((*found.get(code.value, ()), fact.unit)))
    return found


def _items(forms: Iterable[Instrument]) -> dict[str, tuple[tuple[Instrument, int], ...]]:
    found: dict[str, tuple[tuple[Instrument, int], ...]] = {}
    for form in forms:
        for number, code in enumerate(form.item_codes):
            found[code.value] = (*found.get(code.value, ()), (form, number))
    return found


def _name_pattern(form: str) -> re.Pattern[str]:
    """The id of a form however it is spelled: phq9 as PHQ-9 or phq_9, never within PHQ-9M."""
    parts = re.findall(r"[a-z]+|\d+", form)
    return re.compile(rf"(?<![a-z0-9]){'[-_ .]?'.join(parts)}(?![-_ .]?m\b)(?![a-z0-9])")


def _kinds(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    return {
        entry.id.removeprefix("kind_"): entry.words
        for entry in knowledge.words.values()
        if entry.id.startswith("kind_")
    }


def _dose_units(knowledge: Knowledge) -> dict[str, str]:
    """How doses, supplies and durations write their units: UCUM by word."""
    return {
        word: entry.means
        for entry in knowledge.words.values()
        if entry.id.startswith("unit_")
        for word in entry.words
    }


def _who_categories(knowledge: Knowledge) -> Mapping[str, str]:
    """ICD-10-CM category by the category of the WHO's ICD-10 that means the same."""
    same = knowledge.words["who_icd10_same_categories"].words
    other = {
        word: entry.means
        for entry in knowledge.words.values()
        if entry.id.startswith("who_icd10_as_")
        for word in entry.words
    }
    pairs = {**{word: word for word in same}, **other}
    return {word.upper(): category.upper() for word, category in pairs.items()}
