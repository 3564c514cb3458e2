"""An entry of a chart in words. What was not said is shown as not said, never as no."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from euthymia.clinic.patients.body import as_read
from euthymia.clinic.patients.danger import item_in_words
from euthymia.clinic.patients.forms.lists import diagnoses, test_names
from euthymia.clinic.patients.forms.words import Said, label_of, said, word_of
from euthymia.clinic.patients.models import Entry
from euthymia.clinic.patients.parts import SINGLE, Part
from euthymia.clinic.patients.shapes import Line, lines_of
from euthymia.engine.scores import read_score
from euthymia.library import shipped
from euthymia.record.entries import Rating


@dataclass(frozen=True)
class Fact:
    """One field of an entry in words; `silent` where nothing was said."""

    label: Said
    value: Said
    silent: bool = False


def facts_of(part: str, told: Any, *, but: Iterable[str] = ()) -> list[Fact]:
    """What an entry says. A part told once shows what it does not say, too."""
    lines = [line for line in lines_of(part) if line.name not in ("id", *but)]
    facts = [_fact(line, line.of(told)) for line in lines]
    if part == Part.BODY:
        facts.append(Fact(_("As it was read"), as_read(told)))
    return facts if part in SINGLE else [fact for fact in facts if not fact.silent]


def _fact(line: Line, value: Any) -> Fact:
    if value is None or value == []:
        return Fact(label_of(line), _("not recorded"), silent=True)
    return Fact(label_of(line), said(line, value))


@dataclass(frozen=True)
class Headline:
    """An entry in one line: what it is, when it was, and whatever else stands in it."""

    what: str
    when: str
    more: Sequence[Fact]


def headline(entry: Entry) -> Headline:
    """The entry in one line."""
    told, part = entry.told, entry.part
    what, but = HEADS.get(part, _first_words)(told)
    when = _span(told) if isinstance(told, dict) else ""
    more = facts_of(part, told, but=(*but, *DATES))
    return Headline(what, when, [*_about_suicide(part, told), *more])


def _about_suicide(part: str, told: Any) -> list[Fact]:
    """The answer to the suicide item of a scale, in words: a number among nine is overlooked."""
    item = item_in_words(told) if part == Part.SCALES else None
    return [Fact(*item)] if item else []


DATES = ("date", "start", "end", "onset", "resolved", "since")
Head = tuple[str, tuple[str, ...]]


def _first_words(told: Any) -> Head:
    name = next(iter(told), "") if isinstance(told, dict) else ""
    return (str(word_of(told[name])), (name,)) if name else ("", ())


def _diagnosis(told: Any) -> Head:
    known = _known_as(told["icd10cm"])
    read_as = _(" (read as: %(illness)s)") % {"illness": known} if known else ""
    return f"{told['icd10cm']}{read_as}", ("icd10cm",)


def _known_as(code: str) -> str:
    """What the pages call an illness by its code, or by the code above it."""
    known = dict(diagnoses())
    above = (code[:length].rstrip(".") for length in range(len(code), 2, -1))
    return next((known[one] for one in above if one in known), "")


def _trial(told: Any) -> Head:
    dose = f" {told['dose_mg']:g} mg" if "dose_mg" in told else ""
    days = ""
    if "days_at_dose" in told:
        days = _(", %(days)s days") % {"days": f"{told['days_at_dose']:g}"}
    return f"{told['drug']}{dose}{days}", ("drug", "dose_mg", "days_at_dose")


def _medicine(told: Any) -> Head:
    dose = f" {told['dose_mg_per_day']:g} mg" if "dose_mg_per_day" in told else ""
    return f"{told['drug']}{dose}", ("drug", "dose_mg_per_day")


def _lab(told: Any) -> Head:
    unit = told.get("unit", "")
    value = f"{told['value']:g}" if isinstance(told["value"], (int, float)) else told["value"]
    name = told.get("name") or test_names().get(told["loinc"], _("Test"))
    shown = f"{name} (LOINC {told['loinc']}): {value} {unit}"
    return shown.strip(), ("loinc", "value", "unit", "name")


def _scale(told: Any) -> Head:
    total, band = score_of(told)
    shown = _("total %(total)s") % {"total": f"{total:g}"} if total is not None else _("no total")
    return f"{word_of(told['instrument'])}: {shown}{f', {band}' if band else ''}", (
        "instrument",
        "total",
    )


def score_of(told: Any) -> tuple[float | None, str | None]:
    """Total and band of a scale as the engine reads it; None where it cannot be read."""
    page = shipped().instruments.get(told.get("instrument", ""))
    if page is None:
        return None, None
    score = read_score(Rating(page.id, told.get("total"), tuple(told.get("items", ()))), page)
    return score.total, score.band


def _vitals(told: Any) -> Head:
    if "systolic_mmhg" in told and "diastolic_mmhg" in told:
        pressure = f"{told['systolic_mmhg']:g}/{told['diastolic_mmhg']:g} mmHg"
        return pressure, ("systolic_mmhg", "diastolic_mmhg")
    return _("Vital signs"), ()


def _implant(told: Any) -> Head:
    return told.get("text") or _("SNOMED CT %(code)s") % {"code": told["snomed"]}, ("text",)


def _override(told: Any) -> Head:
    return told["finding"], ("finding",)


HEADS: dict[str, Callable[[Any], Head]] = {
    Part.DIAGNOSES: _diagnosis,
    Part.TRIALS: _trial,
    Part.MEDICATIONS: _medicine,
    Part.LABS: _lab,
    Part.SCALES: _scale,
    Part.VITALS: _vitals,
    Part.IMPLANTS: _implant,
    Part.OVERRIDES: _override,
}


def _span(told: dict[str, Any]) -> str:
    """Its day, or from when to when; a stretch without an end says so by a dash."""
    start = told.get("start") or told.get("onset") or told.get("since") or told.get("date")
    end = told.get("end") or told.get("resolved")
    if start and end:
        return _("%(start)s to %(end)s") % {"start": start, "end": end}
    if end:
        return _("until %(end)s") % {"end": end}
    open_ = start and not told.get("date")
    return _("since %(start)s") % {"start": start} if open_ else start or ""
