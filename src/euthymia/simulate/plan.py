"""What a record holds of the truth, and what it withholds: drawn once, followed by every shape."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from euthymia.record import Section
from euthymia.simulate.chance import Chance
from euthymia.simulate.people import Person
from euthymia.simulate.trials import Course, History
from euthymia.simulate.world import Carrier, MimicRate, World

Trail = Literal["supplies", "orders", "statement"]
"""How a course lies in a FHIR record: supplies with their orders, orders alone, or as told."""


class CoursePlan(Struct, frozen=True, kw_only=True):
    """What is told of one course.

    Attributes:
        trail, dose: In FHIR: how it lies there, and whether a dose can be read.
        reason, purpose: Why it stopped and what it was for, in every shape.
        days, dates, taken, improvement, level: In the form: days at the dose, first and last day,
            adherence, the fall of the score, and a serum level.
    """

    listed: bool
    trail: Trail
    dose: bool
    reason: bool
    purpose: bool
    days: bool
    dates: bool
    taken: bool
    improvement: bool
    level: bool


class Planted(Struct, frozen=True):
    """A mimic the patient has, and what in the record holds it; None: nothing does."""

    mimic: MimicRate
    carrier: Carrier | None


class Plan(Struct, frozen=True, kw_only=True):
    """What the record of one patient holds.

    Attributes:
        complete: Sections in which silence means no.
        courses: By the id of the course.
        score_days: The days whose PHQ-9 the record holds.
        asked: What the interview asked, by field of the intake context, scale or measure.
        coded: Indicators that are there and have a diagnosis code in the FHIR record.
    """

    complete: tuple[Section, ...]
    courses: dict[str, CoursePlan]
    score_days: frozenset[int]
    well_documented: bool
    mimics: tuple[Planted, ...]
    asked: frozenset[str]
    coded: frozenset[str]
    genes: dict[str, str]
    no_depression_code: bool

    def in_form(self, indicator: str) -> bool:
        """Whether the intake form tells an indicator."""
        return ASKED_BY[indicator] in self.asked

    def in_fhir(self, indicator: str) -> bool:
        """Whether the FHIR record tells an indicator, by a measure or by a code."""
        measured = ASKED_BY[indicator] in IN_FHIR and self.in_form(indicator)
        return measured or indicator in self.coded


class Case(Struct, frozen=True):
    """One patient with all that a writer needs: who it is, what was tried, what is told."""

    name: str
    person: Person
    history: History
    plan: Plan


ASKED = (
    "gad7", "shaps", "isi", "ace", "pcl5", "osss3", "criticism", "executive", "employment",
    "housing", "episodes", "onset_age", "months",
)  # fmt: skip
"""What an interview asks about. Each is asked, or not, by itself."""

ASKED_BY = {
    "nt_anxious_features": "gad7",
    "nt_anhedonia": "shaps",
    "np_episode_chronicity": "months",
    "np_number_episodes": "episodes",
    "np_age_onset": "onset_age",
    "np_executive_cognition": "executive",
    "np_insomnia": "isi",
    "in_hscrp": "crp",
    "in_bmi": "bmi",
    "in_il6_tnf": "il6",
    "ps_childhood_trauma": "ace",
    "ps_unemployment": "employment",
    "ps_housing": "housing",
    "ps_social_support": "osss3",
    "ps_ptsd": "pcl5",
    "ps_conflict_criticism": "criticism",
}
"""What tells each indicator."""

IN_FHIR = frozenset({"gad7", "crp", "bmi", "il6", "employment", "housing"})
"""What has a code of its own, so that a FHIR record can hold it."""


def plan_of(person: Person, history: History, world: World, chance: Chance) -> Plan:
    """Draw what the record of one patient holds."""
    rates = world.record
    mimics = tuple(_mimics(person, world, chance))
    no_depression = any(one.mimic.id == "no_mdd" and one.carrier for one in mimics)
    complete = _complete(world, chance, diagnoses=no_depression)
    documented = chance.befalls(rates.well_documented)
    scored = chance.befalls(rates.scored)
    whole = "trials" in complete
    return Plan(
        complete=complete,
        courses={
            one.id: _course(one, world, chance, whole=whole, scored=scored)
            for one in history.courses
        },
        score_days=_score_days(history, world, chance, scored=scored, documented=documented),
        well_documented=documented and scored,
        mimics=mimics,
        asked=frozenset(_asked(person, world, chance)),
        coded=frozenset(_coded(person, world, chance)),
        genes=_genes(world, chance),
        no_depression_code=no_depression,
    )


def _complete(world: World, chance: Chance, *, diagnoses: bool) -> tuple[Section, ...]:
    rates = world.record
    drawn: list[tuple[Section, bool]] = [
        ("diagnoses", chance.befalls(rates.whole_diagnoses) or diagnoses),
        ("trials", chance.befalls(rates.whole_trials)),
        ("medications", chance.befalls(rates.whole_medications)),
    ]
    return tuple(name for name, whole in drawn if whole)


def _course(
    course: Course, world: World, chance: Chance, *, whole: bool, scored: bool
) -> CoursePlan:
    rates = world.record
    lost = course.stop == "lack_of_efficacy" and course.kind != "augmentation" and course.planned
    dates = chance.befalls(rates.dates_told)
    return CoursePlan(
        listed=whole or not chance.befalls(rates.left_out),
        trail=_trail(course, world, chance),
        dose=not chance.befalls(rates.dose_untold),
        reason=chance.befalls(rates.reason_told) and (scored or not lost),
        purpose=course.kind in ("sleep", "pain") or chance.befalls(rates.indication_told),
        days=chance.befalls(rates.days_told),
        dates=dates,
        taken=chance.befalls(rates.adherence_told),
        improvement=chance.befalls(rates.improvement_told),
        level=course.drug in world.drugs.levels and chance.befalls(world.drugs.level_share),
    )


def _trail(course: Course, world: World, chance: Chance) -> Trail:
    """A single statement can only tell of one dose, and not that two drugs were begun together."""
    rates = world.record
    by_supply = chance.befalls(rates.by_supply)
    by_statement = chance.befalls(rates.by_statement)
    if by_supply:
        return "supplies"
    one_dose = len({fill.dose for fill in course.fills}) == 1 and course.pair is None
    return "statement" if by_statement and one_dose else "orders"


def _score_days(
    history: History, world: World, chance: Chance, *, scored: bool, documented: bool
) -> frozenset[int]:
    """Visits in between are missed at random; the first, the best and the last of a trial never."""
    newest = history.scores[-1][0]
    if not scored:
        return frozenset({newest} if history.remitted else ())
    always = {newest} | {day for one in history.courses for day in _telling_days(one, history)}
    earlier = history.well_from or 0
    return frozenset(
        day
        for day, _ in history.scores
        if (documented or day >= earlier + EARLIER_UNTIL or history.well_from is None)
        and (
            day in always or chance.befalls(world.record.visit_kept) or _is_remission(day, history)
        )
    )


EARLIER_UNTIL = 150
"""Days after the earlier episode to which its scores, kept or left out together, reach."""


def _is_remission(day: int, history: History) -> bool:
    return history.well_from is not None and 0 <= day - history.well_from < EARLIER_UNTIL


def _telling_days(course: Course, history: History) -> set[int]:
    during = course.during(history.scores)
    if not during or course.kind in ("sleep", "pain"):
        return {course.start}
    best = min(during, key=lambda score: score[1])
    before = [day for day, _ in during if course.before_added is not None]
    return {course.start, best[0], during[-1][0], *before}


def _mimics(person: Person, world: World, chance: Chance) -> list[Planted]:
    found = []
    for one in world.mimics.mimic:
        has = chance.befalls(one.share) and person.age >= one.from_age
        missed = world.mimics.missed_excluders if one.excludes else world.mimics.missed
        if has:
            carried = not chance.befalls(missed)
            found.append(Planted(one, chance.one_of(one.carried_by) if carried else None))
    return found


def _asked(person: Person, world: World, chance: Chance) -> list[str]:
    """What was asked or measured. CRP is measured more often in the obese: not at random."""
    rates = world.record
    asked = [name for name in ASKED if chance.befalls(rates.asked)]
    obese = person.bmi >= world.cuts.bmi_from
    crp = chance.befalls(rates.crp_obese if obese else rates.crp_lean)
    il6 = chance.befalls(rates.il6_tested)
    body = chance.befalls(rates.body_measured)
    tsh = chance.befalls(rates.tsh_tested)
    measured = {"crp": crp, "il6": il6, "bmi": body, "tsh": tsh}
    return [*asked, *(name for name, done in measured.items() if done)]


def _coded(person: Person, world: World, chance: Chance) -> list[str]:
    """Indicators that are there, and that somebody coded."""
    there = [name for name in world.codes.indicator if person.indicators[name] == 1]
    return [name for name in there if chance.befalls(world.record.coded)]


def _genes(world: World, chance: Chance) -> dict[str, str]:
    """Metaboliser phenotypes of those who were tested."""
    genes = world.genes
    if not chance.befalls(genes.tested):
        return {}
    return {
        name: chance.weighted(tuple(shares), tuple(shares.values()))
        for name, shares in (("CYP2C19", genes.CYP2C19), ("CYP2D6", genes.CYP2D6))
    }
