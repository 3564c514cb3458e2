"""The clock of one patient's history, and what one trial is made of: drug, supplies, scores."""

from __future__ import annotations

from math import log

from euthymia.knowledge import Knowledge
from euthymia.simulate.chance import Chance
from euthymia.simulate.people import Person
from euthymia.simulate.scores import HIGHEST, Trajectory, visits
from euthymia.simulate.trials import Course, Fill, Kind
from euthymia.simulate.world import Agent, World

EARLY_LINES = 2
WEEK = 7
FOREVER = 100_000
"""Days of a trial that is still going on."""


class Story:
    """One patient's history while it is told: the clock, the severity, what was tried."""

    def __init__(self, person: Person, world: World, knowledge: Knowledge, chance: Chance) -> None:
        self.person, self.world, self.chance = person, world, chance
        self.minimum = label_minimum(knowledge)
        self.today = world.of_set.as_of.toordinal()
        self.onset = self.today - round(person.months * knowledge.number("month_days"))
        self.day = self.onset
        self.severity = person.baseline
        self.courses: list[Course] = []
        self.scores: dict[int, int] = {}
        self.used: set[str] = set()
        self.over = False
        self.held_until, self.held_above = 0, 0
        self.remits = False
        self.well_from: int | None = None

    def name(self) -> str:
        return f"c{len(self.courses) + 1}"

    def held(self, day: int, total: int) -> int:
        """While the drug before is still tapered, its outcome stays what it was."""
        return max(total, self.held_above) if day <= self.held_until else total

    def long_ago(self) -> bool:
        """Whether a response begun now would have lasted longer than they do in such patients."""
        return self.today - self.day > self.world.course.response_lasts_days

    def baseline(self) -> int:
        """The score on the first day of a trial: what the last one left, never mild."""
        if self.day not in self.scores:
            drift = self.chance.normal(self.severity, self.world.scores.within_sd)
            self.scores[self.day] = min(
                max(round(drift), self.world.scores.lowest_baseline), HIGHEST
            )
        return self.scores[self.day]


def label_minimum(knowledge: Knowledge) -> dict[str, float]:
    """The least daily dose the label's rule accepts, by drug."""
    profile = knowledge.rules["fda_ema"].dose_profile
    return {
        name: figure.value
        for name, drug in knowledge.drugs.items()
        if (figure := drug.minimum.get(profile) or drug.minimum.get("atrq"))
    }


def next_agent(story: Story) -> Agent:
    """A drug not tried before in this episode; which ones are likely depends on the line."""
    early = len(story.used) < EARLY_LINES
    free = [one for one in story.world.drugs.agent if one.id not in story.used]
    agent = story.chance.weighted(free, [one.early if early else one.late for one in free])
    story.used.add(agent.id)
    return agent


def measure(story: Story, course: Course, shape: Trajectory, last: int) -> None:
    """The scores of a trial up to its last visit."""
    for day in visits(story.world.scores, course.start, last):
        total = shape.total(day - course.start)
        story.scores[day] = story.held(day, total)
    if last > course.start:
        story.severity = story.scores[last]
    if last < course.end:
        story.scores[last] = max(story.scores[last], story.world.scores.lowest_baseline)


def fills(story: Story, agent: Agent, kind: Kind, days: int) -> tuple[Fill, ...]:
    """The supplies of a trial from the clock on, with titration, delays and gaps, up to today."""
    rates, chance = story.world.course, story.chance
    steps, least = _steps(story, agent, kind), story.minimum.get(agent.id, 0)
    made: list[Fill] = []
    day, left = story.day, days
    while left > 0 and day <= story.today:
        rising = len(made) < len(steps) - 1
        supply = (
            chance.between(rates.titration_days) if rising else chance.one_of(rates.supplies_days)
        )
        if kind == "not_taken" and not rising:
            supply = min(rates.supplies_days)
        fill = Fill(day, min(supply, left), steps[min(len(made), len(steps) - 1)])
        made.append(fill)
        left -= fill.days if kind != "fair" or fill.dose >= least else 0
        day = fill.end + 1 + (_pause(story, kind) if left > 0 else 0)
    if days >= FOREVER and kind != "not_taken" and made[-1].end < story.today:
        made.append(Fill(made[-1].end + 1, min(rates.supplies_days), made[-1].dose))
    return tuple(made)


def _steps(story: Story, agent: Agent, kind: Kind) -> tuple[float, ...]:
    """The doses in turn, up to one that is enough; of an underdosed trial the low one alone."""
    if kind == "low_dose":
        return (agent.low,)
    minimum = story.minimum.get(agent.id, 0)
    enough = [number for number, dose in enumerate(agent.steps) if dose >= minimum]
    return agent.steps[: 1 + story.chance.one_of(enough or [0])]


def _pause(story: Story, kind: Kind) -> int:
    rates, chance = story.world.course, story.chance
    if kind == "not_taken":
        return chance.between(rates.missed_days)
    return chance.between(rates.late_days) if chance.befalls(rates.late_share) else 0


def planned_days(story: Story, kind: Kind, *, lost: bool) -> int:
    """Days of supply a trial is planned for; of a fair one those at a dose that is enough."""
    rates, chance = story.world.course, story.chance
    if kind == "too_short":
        return chance.between(rates.short_days)
    if kind == "not_tolerated":
        return chance.between(rates.intolerance_days)
    stretch = max(1.0, story.person.months / rates.stretch_months)
    extra = -rates.extra_days_mean * stretch * log(1 - chance.share())
    after = chance.between(rates.lost_after_days) if lost else 0
    return int(chance.between(rates.fair_days) + extra + after)
