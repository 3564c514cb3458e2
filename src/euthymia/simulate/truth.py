"""What is true of a patient by the label, and whether a record holds enough to settle it.

Judged from the planted courses and from what was withheld, by the numbers of the knowledge pages;
the engine is never asked, so that the two can be held against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from euthymia.knowledge import Knowledge
from euthymia.simulate.plan import CoursePlan, Plan
from euthymia.simulate.trials import Course, History

LABEL = "fda_ema"
DAYS_PER_WEEK = 7
BESIDE = ("sleep", "pain")
Trd = Literal["yes", "no", "excluded"]


class Label(Struct, frozen=True):
    """The numbers of the label's rule: doses by drug, days, shares, percents."""

    minimum: Mapping[str, float]
    days: Mapping[str, float]
    counted: frozenset[str]
    pdc: float
    failed_below: float
    response_from: float
    needed: int
    window: float

    @classmethod
    def of(cls, knowledge: Knowledge) -> Label:
        """The label's numbers as the pages give them."""
        rule = knowledge.rules[LABEL]
        drugs = knowledge.drugs
        profile = rule.dose_profile
        minima = {
            name: drug.minimum.get(profile) or drug.minimum.get("atrq")
            for name, drug in drugs.items()
        }
        return cls(
            minimum={name: figure.value for name, figure in minima.items() if figure},
            days={
                name: DAYS_PER_WEEK * (drug.weeks.value if drug.weeks.own else rule.weeks.value)
                for name, drug in drugs.items()
            },
            counted=frozenset(
                name
                for name, drug in drugs.items()
                if drug.role == "antidepressant" and drug.counts
            ),
            pdc=rule.pdc_at_least.value,
            failed_below=rule.failed_below_pct.value,
            response_from=knowledge.number("response_from_pct"),
            needed=int(rule.failures_needed.value) if rule.failures_needed else 0,
            window=knowledge.number("outcome_window_days"),
        )


class CourseTruth(Struct, frozen=True, kw_only=True):
    """One course by the label.

    Attributes:
        dose: The highest daily dose; of a patch mg in 24 hours.
        days: Days taken at or above the label's minimum; of an underdosed course all days.
        why_not: Codes of what keeps it from being a failed adequate trial.
        nonresponse: What the planted model drew; None where the draw was not by it, or the day of
            the assessment came before six weeks.
    """

    id: str
    drug: str
    kind: str
    episode: str
    start: int
    end: int
    dose: float
    days: int
    pdc: float
    improvement_pct: float | None
    adequate: bool
    failed: bool
    why_not: tuple[str, ...]
    nonresponse: bool | None


class Truth(Struct, frozen=True, kw_only=True):
    """All that was planted in one patient."""

    trd: Trd
    failures: int
    courses: tuple[CourseTruth, ...]
    suffices_fhir: bool
    suffices_form: bool
    mimics: tuple[str, ...]
    mimics_recorded: tuple[str, ...]
    augmented_response: bool


def truth_of(history: History, plan: Plan, label: Label) -> Truth:
    """The truth of one patient, and whether each shape of the record settles it."""
    courses = tuple(judged(one, history, label) for one in history.courses)
    failures = _failures(
        (one, truth.failed) for one, truth in zip(history.courses, courses, strict=True)
    )
    excluding = [one for one in plan.mimics if one.mimic.excludes]
    excluded = bool(excluding) or history.remitted
    seen = history.remitted or any(one.carrier for one in excluding)
    told = [
        Told(course, found, plan.courses[course.id], history, plan, label)
        for course, found in zip(history.courses, courses, strict=True)
    ]
    remission = ("remission_now",) if history.remitted else ()
    return Truth(
        trd="excluded" if excluded else "yes" if failures >= label.needed else "no",
        failures=failures,
        courses=courses,
        suffices_fhir=seen if excluded else _suffices(told, [one.fhir() for one in told], plan),
        suffices_form=seen if excluded else _suffices(told, [one.form() for one in told], plan),
        mimics=(*(one.mimic.id for one in plan.mimics), *remission),
        mimics_recorded=(*(one.mimic.id for one in plan.mimics if one.carrier), *remission),
        augmented_response=any(_helped_by_addition(one, history, label) for one in history.courses),
    )


def judged(course: Course, history: History, label: Label) -> CourseTruth:
    """One course by the label's own numbers."""
    codes = tuple(_shortfalls(course, label))
    falls = [course.improvement(total) for total in _totals(course, history)]
    responded = bool(falls) and max(falls) >= label.response_from
    failed = not codes and not responded and bool(falls)
    return CourseTruth(
        id=course.id,
        drug=course.drug,
        kind=course.kind,
        episode=course.episode,
        start=course.start,
        end=course.end,
        dose=course.highest,
        days=days_that_count(course, label),
        pdc=round(course.pdc, 4),
        improvement_pct=round(falls[-1], 1) if falls else None,
        adequate=not codes,
        failed=failed,
        why_not=(*codes, "response_achieved") if responded else codes,
        nonresponse=None if course.planned is None or codes else not course.planned,
    )


def _totals(course: Course, history: History) -> list[int]:
    """The totals by which a course is judged: of a base those before something was added."""
    if course.kind in BESIDE:
        return []
    during = [total for _, total in course.during(history.scores)]
    if course.before_added is None:
        return during
    return (
        during[: during.index(course.before_added) + 1] if course.before_added in during else during
    )


def days_that_count(course: Course, label: Label) -> int:
    """Days at or above the minimum; where no dose reached it, all of them."""
    return course.days_from(label.minimum[course.drug]) or course.covered


def _shortfalls(course: Course, label: Label) -> Iterable[str]:
    """The codes of the adequacy page that hold, in the order in which the engine gives them."""
    short = {
        "not_counted_agent": course.drug not in label.counted,
        "wrong_indication": course.kind in BESIDE,
        "other_episode": course.episode == "earlier",
        "dose_below_min": course.highest < label.minimum[course.drug],
        "too_short": days_that_count(course, label) < label.days[course.drug],
        "nonadherent": course.pdc < label.pdc,
    }
    return (code for code, holds in short.items() if holds)


def _failures(
    judged_courses: Iterable[tuple[Course, bool | None]], least: bool | None = True
) -> int:
    """How many count: a pair once. With `least` None those that may have failed count too."""
    return len(
        {
            course.pair or course.drug
            for course, failed in judged_courses
            if failed is True or (least is None and failed is None)
        }
    )


def _helped_by_addition(course: Course, history: History, label: Label) -> bool:
    """Whether a base responded only after something was added to it."""
    if course.before_added is None:
        return False
    best = max(course.improvement(total) for _, total in course.during(history.scores))
    return best >= label.response_from


def _all(parts: Iterable[bool | None]) -> bool | None:
    """Kleene's and: false where a part is, open where one is, else true."""
    known = list(parts)
    if False in known:
        return False
    return None if None in known else True


class Told(Struct, frozen=True):
    """One course as a record tells it. Each answer: true, false, or None where it stays open."""

    course: Course
    found: CourseTruth
    plan: CoursePlan
    history: History
    of_patient: Plan
    label: Label

    @property
    def beside(self) -> bool:
        """Given for sleep or pain, or no antidepressant by itself: no trial, whatever else."""
        return not {"wrong_indication", "not_counted_agent"}.isdisjoint(self.found.why_not)

    def fhir(self) -> bool | None:
        """Whether it failed, as far as the FHIR record tells."""
        if self.beside:
            return False
        stated = self.plan.trail == "statement"
        refilled = not stated and len(self.course.fills) > 1
        return _all(
            (
                self._episode(),
                self._is_fine("dose_below_min", known=self.plan.dose),
                self._whole_days() if stated or not self.plan.dose else self._is_fine("too_short"),
                self._is_fine("nonadherent", known=refilled),
                None if stated and self.course.ongoing else self._scored(),
            )
        )

    def form(self) -> bool | None:
        """Whether it failed, as far as the intake form tells."""
        if self.beside or self.course.episode == "earlier":
            return False
        dosed = self.plan.dose or self._level_shows()
        days = self._is_fine("too_short") if self.plan.days else None
        return _all(
            (
                self._is_fine("dose_below_min", known=dosed),
                self._whole_days() if days is None and self.plan.dates else days,
                self._is_fine("nonadherent", known=self.plan.taken),
                self._stated_outcome(),
            )
        )

    def _is_fine(self, code: str, *, known: bool = True) -> bool | None:
        return code not in self.found.why_not if known else None

    def _episode(self) -> bool | None:
        """Without scores in remission nobody can tell that it was another episode."""
        if self.course.episode == "current":
            return True
        return False if self.of_patient.well_documented else None

    def _whole_days(self) -> bool | None:
        """Where days at the dose are not known: too short only if all of it was."""
        whole = self.course.end - self.course.start + 1
        return False if whole < self.label.days[self.course.drug] else None

    def _scored(self) -> bool | None:
        """Whether it fell short, by scores near its start and near its end, else by the reason."""
        course, label, days = self.course, self.label, self.of_patient.score_days
        kept = [score for score in self.history.scores if score[0] in days]
        first = any(course.start - label.window <= day <= course.start for day, _ in kept)
        during = course.during(kept) if first else []
        late = min(course.end - label.window, course.start + label.days[course.drug])
        if during and (during[-1][0] >= late or self._responded(during)):
            return "response_achieved" not in self.found.why_not
        return True if self._given_up() else None

    def _responded(self, during: Iterable[tuple[int, int]]) -> bool:
        falls = (self.course.improvement(total) for _, total in during)
        return any(fall >= self.label.response_from for fall in falls)

    def _given_up(self) -> bool:
        return self.plan.reason and self.course.stop == "lack_of_efficacy"

    def _level_shows(self) -> bool:
        """Whether a serum level shows that enough was taken, whatever the dose."""
        return self.plan.level and {"dose_below_min", "nonadherent"}.isdisjoint(self.found.why_not)

    def _stated_outcome(self) -> bool | None:
        """By the fall as told, the peak of a gain that was lost, or the reason it stopped."""
        responded = "response_achieved" in self.found.why_not
        if self.plan.improvement and self.found.improvement_pct is not None:
            return not responded
        if responded:
            lost = (self.found.improvement_pct or 0) < self.label.response_from
            return False if self.plan.reason and lost else None
        return True if self._given_up() else None


def _suffices(told: list[Told], failed: list[bool | None], plan: Plan) -> bool:
    """Whether the label's answer follows from the courses that are listed."""
    listed = [
        (one.course, answer) for one, answer in zip(told, failed, strict=True) if one.plan.listed
    ]
    needed = told[0].label.needed if told else 0
    if _failures(listed) >= needed:
        return True
    return "trials" in plan.complete and _failures(listed, None) < needed
