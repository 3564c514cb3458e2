"""What a form that cannot be read is told: the place, the fault and the mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any, get_args, get_type_hints

from msgspec import UNSET, UnsetType

from euthymia.exchange import intake_form as form
from euthymia.exchange.bedside import impossible
from euthymia.exchange.countries import country_fault
from euthymia.exchange.drug_names import drug_id
from euthymia.exchange.faults import nearest, split_place
from euthymia.exchange.intake_mends import mended
from euthymia.knowledge import Knowledge

DAYS_PER_YEAR, MONTHS_PER_YEAR, CM_PER_M = 365.25, 12, 100
Fault = tuple[str, str]
"""The place in the form, and what is wrong there with its mend."""

ANY_KEY = "[...]"
"""How the decoder writes "under some key", which it does not name."""

NEAR_ENOUGH = 0.92
"""How alike two names must be to be taken for a slip: sertralin is, dexmethylphenidate is not."""

LIFETIME_DAYS = 130 * 366
"""Longer than anyone lived."""
DATED = ("diagnoses", "trials", "nondrug_trials", "labs", "vitals", "scales", "medications")
DAYS = ("onset", "resolved", "start", "end", "date", "since")
"""Parts with days, and how their fields are called."""

HALF_TOLD: tuple[tuple[str, str, Callable[[Any], bool], str], ...] = (
    (
        "scales",
        "total",
        lambda scale: scale.total is UNSET and scale.items is UNSET,
        "missing; give the total, or the items",
    ),
    (
        "labs",
        "unit",
        lambda lab: not isinstance(lab.value, str) and lab.unit is UNSET,
        "missing; a number needs its UCUM unit",
    ),
    (
        "implants",
        "text",
        lambda implant: implant.snomed is UNSET and implant.text is UNSET,
        "missing; give a SNOMED CT code, or words",
    ),
)
"""Entries of which one of two fields must be there: part, field to name, what it lacks, fault."""


def explained(message: str) -> str:
    """As in `trials[0].dosage_mg: unknown field; did you mean dose_mg?`."""
    fault, place = split_place(message)
    if " - at `key` in " in message:
        return _unknown_key(fault, place)
    unknown = re.search(r"unknown field `(.*)`", fault)
    missing = re.search(r"missing required field `(.*)`", fault)
    if unknown:
        field = unknown.group(1)
        return f"{_under(place, field)}: unknown field{nearest(field, _fields_at(place))}"
    if missing:
        return f"{_under(place, missing.group(1))}: missing; this field is required"
    if "null" in fault:
        return f"{place or 'form'}: null is not a value of this form; leave the field out"
    if "date" in fault:
        return f"{place}: not a date of the calendar; write YYYY-MM-DD"
    return f"{place.removesuffix(ANY_KEY) or 'form'}: {_word_fault(fault, place)}"


def _unknown_key(fault: str, place: str) -> str:
    """A question the screen does not have; its questions are the fields of that part."""
    wrong = re.search(r"Invalid enum value '(.*)'$", fault)
    key = wrong.group(1) if wrong else ""
    questions = get_args(get_args(_walk(place))[0])
    return f"{_under(place, key)}: unknown field{nearest(key, questions)}"


def _under(place: str, field: str) -> str:
    return f"{place}.{field}" if place else field


def _word_fault(fault: str, place: str) -> str:
    """A wrong word is told which words the field takes; the word itself is not repeated."""
    wrong = re.search(r"Invalid enum value '?(.*?)'?$", fault)
    if not wrong:
        steps = re.findall(r"[A-Za-z]\w*", place)
        return mended(fault, steps[-1] if steps else "")
    words = [str(word) for word in _words_at(place)]
    return f"unknown word{nearest(wrong.group(1), words)} (one of {', '.join(words)})"


def _walk(place: str) -> Any:
    """The type of the form at a path such as trials[0].scale_change."""
    kind: Any = form.IntakeForm
    for step in re.findall(r"\w+", re.sub(r"\[\d*\.*\]", "", place)):
        hints = (
            get_type_hints(kind) if isinstance(kind, type) and issubclass(kind, form.Form) else {}
        )
        kind = _bare(hints.get(step, str))
    return kind


def _bare(hint: Any) -> Any:
    """The type without UNSET and without the list around it."""
    options = [option for option in get_args(hint) if option is not UnsetType]
    if UnsetType in get_args(hint):
        hint = options[0]
    inner = get_args(hint)
    return inner[0] if inner and inner[-1] is Ellipsis else hint


def _fields_at(place: str) -> tuple[str, ...]:
    kind = _walk(place)
    return getattr(kind, "__struct_fields__", ())


def _words_at(place: str) -> tuple[Any, ...]:
    """The words a field takes; for the answers of a screen, those of an answer."""
    words = get_args(_walk(place))
    if place.endswith(ANY_KEY):
        return get_args(words[-1])
    return get_args(words[0]) if words and get_args(words[0]) else words


def contradictions(told: form.IntakeForm, knowledge: Knowledge) -> Iterator[Fault]:
    """What no field forbids by itself: parts that contradict or miss each other."""
    yield from _patient_faults(told, knowledge)
    yield from _body_faults(told, knowledge)
    yield from _episode_faults(told)
    yield from _seizure_faults(told, knowledge)
    yield from _answer_faults(told, knowledge)
    trials = form.entries(told.trials)
    ids = [trial.id for trial in trials]
    for number, trial in enumerate(trials):
        yield from _trial_faults(f"trials[{number}]", trial, ids, knowledge)
    yield from _date_faults(told)
    yield from _lifetime_faults(told)
    yield from _medicine_faults(told, knowledge)
    yield from _half_told(told)
    yield from _override_faults(told, knowledge)
    for number, reading in enumerate(form.entries(told.vitals)):
        for field, fault in impossible(reading, knowledge):
            yield f"vitals[{number}].{field}", fault
    complete = form.entries(told.complete)
    if len(complete) != len(set(complete)):
        yield "complete", "a section is named twice; name each once"


def _override_faults(told: form.IntakeForm, knowledge: Knowledge) -> Iterator[Fault]:
    """An override of a finding that does not exist would be taken in silence for nothing."""
    known = {name for one in knowledge.therapies.values() for name in one.criteria}
    for number, word in enumerate(form.entries(told.overrides)):
        name = re.split(r"[/.]", word.finding.strip("/"))[-1]
        if name not in known:
            mend = nearest(name, known) or "; give the id of a finding of an option"
            yield f"overrides[{number}].finding", f"no finding has this id{mend}"


def _half_told(told: form.IntakeForm) -> Iterator[Fault]:
    for part, field, lacks, fault in HALF_TOLD:
        for number, entry in enumerate(form.entries(getattr(told, part))):
            if lacks(entry):
                yield f"{part}[{number}].{field}", fault


def _lifetime_faults(told: form.IntakeForm) -> Iterator[Fault]:
    """Days and lengths that no life holds: a slip of the year, or of the unit."""
    first = told.as_of - timedelta(days=LIFETIME_DAYS)
    for place, day in _days_told(told):
        if day < first:
            yield place, "more than a lifetime ago; correct the year"
    for number, trial in enumerate(form.entries(told.trials)):
        if trial.days_at_dose is not UNSET and trial.days_at_dose > LIFETIME_DAYS:
            yield f"trials[{number}].days_at_dose", "longer than a lifetime; give days, not hours"


def _days_told(told: form.IntakeForm) -> Iterator[tuple[str, date]]:
    """Every day that the form tells, by its place."""
    for part in DATED:
        for number, entry in enumerate(form.entries(getattr(told, part))):
            for field in (name for name in DAYS if getattr(entry, name, UNSET) is not UNSET):
                yield f"{part}[{number}].{field}", getattr(entry, field)


def _date_faults(told: form.IntakeForm) -> Iterator[Fault]:
    for number, diagnosis in enumerate(form.entries(told.diagnoses)):
        onset, resolved = diagnosis.onset, diagnosis.resolved
        if onset is not UNSET and resolved is not UNSET and resolved < onset:
            yield f"diagnoses[{number}].resolved", "before onset; correct one of the two dates"
    for number, trial in enumerate(form.entries(told.trials)):
        ended = trial.end is not UNSET and trial.end < told.as_of
        if ended and trial.stop_reason == "ongoing":
            fault = "ongoing, but it ended before as_of; say why it was stopped, or leave out end"
            yield f"trials[{number}].stop_reason", fault


def _patient_faults(told: form.IntakeForm, knowledge: Knowledge) -> Iterator[Fault]:
    patient = form.PatientPart() if told.patient is UNSET else told.patient
    born, age = patient.birth_date, patient.age_years
    if born is not UNSET and born > told.as_of:
        yield "patient.birth_date", "after as_of; correct one of the two dates"
    elif born is not UNSET and age is not UNSET:
        exact = (told.as_of - born).days / DAYS_PER_YEAR
        if abs(exact - age) > knowledge.number("age_may_differ_years"):
            yield "patient.age_years", "does not fit birth_date; correct one, or leave it out"
    fault = None if patient.country is UNSET else country_fault(patient.country, knowledge)
    if fault is not None:
        yield "patient.country", fault


def _body_faults(told: form.IntakeForm, knowledge: Knowledge) -> Iterator[Fault]:
    if told.body is UNSET:
        return
    height, weight, index = told.body.height_cm, told.body.weight_kg, told.body.bmi_kg_per_m2
    least, most = (knowledge.number(f"height_at_{end}_cm") for end in ("least", "most"))
    if height is not UNSET and not least <= height <= most:
        yield (
            "body.height_cm",
            f"a height lies between {least:g} and {most:g}; write centimetres, 165 for 1.65 m",
        )
    low, high = (knowledge.number(f"mass_index_{end}_kg_per_m2") for end in ("least", "most"))
    if index is not UNSET and not low <= index <= high:
        yield "body.bmi_kg_per_m2", f"an index lies between {low:g} and {high:g}; check it"
    if height is not UNSET and weight is not UNSET and height >= least:
        derived = weight / (height / CM_PER_M) ** 2
        if not low <= derived <= high:
            yield (
                "body.weight_kg",
                f"gives an index of {derived:.0f} kg/m2; check the weight (kg) and the height (cm)",
            )


def _episode_faults(told: form.IntakeForm) -> Iterator[Fault]:
    """Nobody fell ill, or has been ill, for longer than their life."""
    if told.episode is UNSET or told.patient is UNSET or told.patient.age_years is UNSET:
        return
    age, episode = told.patient.age_years, told.episode
    if episode.first_onset_age_years is not UNSET and episode.first_onset_age_years > age:
        yield "episode.first_onset_age_years", "above age_years; correct one of the two"
    if episode.months is not UNSET and episode.months > (age + 1) * MONTHS_PER_YEAR:
        yield "episode.months", "longer than the life told by age_years; correct one of the two"


def _seizure_faults(told: form.IntakeForm, knowledge: Knowledge) -> Iterator[Fault]:
    """Nobody had a seizure at an age they have not reached, or one seizure at two ages."""
    age, slack = _age_today(told), knowledge.number("age_may_differ_years")
    for number, one in enumerate(form.entries(told.seizures)):
        for field, fault in () if age is None else _untimely(one, age, slack):
            yield f"seizures[{number}].{field}", fault


def _untimely(one: form.SeizurePart, age: float, slack: float) -> Iterator[Fault]:
    then, ago = one.age_years, one.months_ago
    reckoned = UNSET if ago is UNSET else age - ago / MONTHS_PER_YEAR
    if then is not UNSET and then > age + slack:
        yield "age_years", "above the age of the patient; correct one of the two"
    elif then is not UNSET and reckoned is not UNSET and abs(then - reckoned) > slack:
        yield "age_years", "does not fit months_ago; correct one, or leave it out"


def _age_today(told: form.IntakeForm) -> float | None:
    """As told, or by the day of birth."""
    patient = form.PatientPart() if told.patient is UNSET else told.patient
    if patient.birth_date is not UNSET:
        return (told.as_of - patient.birth_date).days / DAYS_PER_YEAR
    return None if patient.age_years is UNSET else patient.age_years


def _answer_faults(told: form.IntakeForm, knowledge: Knowledge) -> Iterator[Fault]:
    """An answer that the item does not have is a slip, and must not pass for a danger sign."""
    for number, scale in enumerate(form.entries(told.scales)):
        page = knowledge.instruments.get(scale.instrument)
        highest = page.item_high if page else ()
        for item, answer in enumerate(form.entries(scale.items)):
            limit = highest[0] if len(highest) == 1 else _at(highest, item)
            if limit is not None and answer is not None and answer > limit:
                place = f"scales[{number}].items[{item}]"
                yield place, f"above {limit}, the highest answer of this item; correct it"


def _at(limits: tuple[int, ...], item: int) -> int | None:
    return limits[item] if item < len(limits) else None


def _trial_faults(
    place: str, trial: form.TrialPart, ids: list[str], knowledge: Knowledge
) -> Iterator[Fault]:
    if ids.count(trial.id) > 1:
        yield f"{place}.id", "used twice; give each trial an id of its own"
    for field in ("augments", "added_to"):
        other = getattr(trial, field)
        if other is not UNSET and (other not in ids or other == trial.id):
            others = [one for one in ids if one != trial.id]
            near = "; name another trial" if other == trial.id else nearest(other, others)
            yield f"{place}.{field}", f"names no other trial of this form{near}"
    if trial.start is not UNSET and trial.end is not UNSET and trial.end < trial.start:
        yield f"{place}.end", "before start; correct one of the two dates"
    misspelt = _misspelt(trial.drug, list(knowledge.drugs), knowledge)
    if misspelt:
        yield f"{place}.drug", f"no page knows this ingredient; did you mean {misspelt}?"


def _misspelt(drug: str, names: Collection[str], knowledge: Knowledge) -> str | None:
    """The known agent that was probably meant; an unknown agent far from all stays as it is."""
    word = drug_id(drug, knowledge)
    if word in names:
        return None
    near = get_close_matches(word, names, n=1, cutoff=NEAR_ENOUGH)
    return near[0] if near else None


def _medicine_faults(told: form.IntakeForm, knowledge: Knowledge) -> Iterator[Fault]:
    """A medicine that a page looks for must not hide behind a slip of the pen."""
    names = knowledge.medicines_read
    for number, medication in enumerate(form.entries(told.medications)):
        meant = _misspelt(medication.drug, names, knowledge)
        if meant:
            yield f"medications[{number}].drug", f"no page knows this name; did you mean {meant}?"
