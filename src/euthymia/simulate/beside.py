"""What lies beside the current trials: an earlier episode, low doses, other treatments."""

from __future__ import annotations

from msgspec.structs import replace

from euthymia.simulate.scores import REMISSION, Trajectory
from euthymia.simulate.story import WEEK, Story, fills, measure, next_agent
from euthymia.simulate.trials import Course, Kind, NondrugCourse
from euthymia.simulate.world import Agent

YOUNGEST = 17.0
DAYS_PER_YEAR = 365.25


def low_doses(story: Story) -> None:
    """A low dose of an antidepressant for sleep or pain, which is no trial for depression."""
    drugs, rates = story.world.drugs, story.world.course
    for kind, agent, share in (
        ("sleep", drugs.sleep, rates.sleep_share),
        ("pain", drugs.pain, rates.pain_share),
    ):
        if story.chance.befalls(share) and agent.id not in story.used:
            story.day = story.chance.between((story.onset, story.today - WEEK))
            _give_beside(story, agent, "sleep" if kind == "sleep" else "pain")


def _give_beside(story: Story, agent: Agent, kind: Kind) -> None:
    low = replace(agent, low=agent.steps[0])
    course = Course(
        id=story.name(),
        drug=agent.id,
        kind=kind,
        fills=fills(story, low, "low_dose", story.chance.between(story.world.course.beside_days)),
        today=story.today,
        baseline=story.severity,
    )
    story.courses.append(replace(course, stop=None if course.ongoing else "other"))


def earlier_episode(story: Story) -> None:
    """Trials that failed, one that helped, and a long time of being well."""
    rates, chance = story.world.course, story.chance
    failed = chance.between(rates.earlier_failed)
    end = story.onset - chance.between(rates.well_days)
    lengths = [chance.between(rates.fair_days) + WEEK * 4 for _ in range(failed)]
    begun = end - sum(lengths) - rates.earlier_response_days
    years_ago = (story.today - begun) / DAYS_PER_YEAR
    if story.person.age - years_ago < YOUNGEST:
        return
    story.day = begun
    for days in lengths:
        _earlier(story, days, responds=False)
    last = _earlier(story, end - story.day, responds=True)
    story.well_from = last.end + 1
    for after in story.world.scores.remission_days:
        story.scores[last.end + after] = chance.between((0, REMISSION))


def _earlier(story: Story, days: int, *, responds: bool) -> Course:
    agent = next_agent(story)
    baseline = story.baseline()
    course = Course(
        id=story.name(),
        drug=agent.id,
        kind="fair",
        fills=fills(story, agent, "fair", max(days, WEEK)),
        today=story.today,
        baseline=baseline,
        episode="earlier",
        stop="other" if responds else "lack_of_efficacy",
    )
    shape = Trajectory(
        story.world.scores, story.chance, baseline, responds=responds, remits=responds
    )
    measure(story, course, shape, course.end)
    story.courses.append(course)
    story.day = course.end + 1
    return course


def other_treatments(story: Story) -> list[NondrugCourse]:
    """Psychotherapy weekly, ECT twice or three times a week, in the current episode."""
    rates, chance = story.world.course, story.chance
    made: list[NondrugCourse] = []
    room = story.today - story.onset
    if chance.befalls(rates.psychotherapy_share):
        number = chance.between(rates.psychotherapy_sessions)
        begun = story.onset + chance.between((0, room))
        days = tuple(begun + WEEK * n for n in range(number) if begun + WEEK * n <= story.today)
        made.append(NondrugCourse(kind="psychotherapy", days=days))
    if chance.befalls(rates.ect_share):
        number = chance.between(rates.ect_sessions)
        begun = story.onset + chance.between((0, room))
        days = tuple(begun + 3 * n for n in range(number) if begun + 3 * n <= story.today)
        placement = chance.one_of(("bilateral", "right_unilateral"))
        made.append(NondrugCourse(kind="ect", days=days, placement=placement))
    return made
