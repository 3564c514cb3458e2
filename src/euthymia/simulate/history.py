"""What was tried in the current and the earlier episode, one drug after the other."""

from __future__ import annotations

from math import exp

from msgspec.structs import replace

from euthymia.knowledge import Knowledge
from euthymia.record.entries import StopReason
from euthymia.simulate.beside import earlier_episode, low_doses, other_treatments
from euthymia.simulate.chance import Chance
from euthymia.simulate.people import Person
from euthymia.simulate.scores import REMISSION, Trajectory
from euthymia.simulate.story import FOREVER, WEEK, Story, fills, measure, next_agent, planned_days
from euthymia.simulate.trials import UNFAIR, Course, History, Kind
from euthymia.simulate.world import Agent, World


def tell(person: Person, world: World, knowledge: Knowledge, chance: Chance) -> History:
    """The whole history of one patient up to the day of the assessment."""
    story = Story(person, world, knowledge, chance)
    rates = world.course
    if person.episodes > 1 and chance.befalls(rates.earlier_share):
        earlier_episode(story)
    story.day = min(story.onset + chance.between(rates.delay_days), story.today - WEEK)
    story.severity = person.baseline
    story.used.clear()
    while not story.over and len(story.courses) < rates.at_most and story.day <= story.today - WEEK:
        _try_one(story)
    low_doses(story)
    _last_visit(story)
    newest = max(story.scores)
    return History(
        onset=story.onset,
        courses=tuple(sorted(story.courses, key=lambda one: (one.start, one.id))),
        scores=tuple(sorted(story.scores.items())),
        nondrug=tuple(other_treatments(story)),
        well_from=story.well_from,
        remitted=story.scores[newest] <= REMISSION,
    )


def _try_one(story: Story) -> None:
    """One trial of the current episode, with what was added to it; sets the clock to the next."""
    chance, rates = story.chance, story.world.course
    kind = _kind(story)
    agent = next_agent(story)
    if kind == "low_dose" and not agent.low:
        kind = "fair"
    responds = _responds(story, kind)
    baseline = story.baseline()
    lost = responds and (story.long_ago() or chance.befalls(rates.lost_share))
    days = FOREVER if responds and not lost else planned_days(story, kind, lost=lost)
    course = Course(
        id=story.name(),
        drug=agent.id,
        kind=kind,
        fills=fills(story, agent, kind, days),
        today=story.today,
        baseline=baseline,
        planned=responds if kind == "fair" else None,
    )
    second = _paired(story, course, days) if kind == "fair" and not responds else None
    _run(story, course, responds=responds, lost=lost, second=second)


def _run(
    story: Story, course: Course, *, responds: bool, lost: bool, second: Course | None
) -> None:
    """The scores of a trial, its end, and what came after."""
    rates, chance = story.world.course, story.chance
    story.remits = responds and not lost and chance.befalls(rates.remits_share)
    shape = Trajectory(
        story.world.scores, chance, course.baseline, responds=responds, remits=story.remits
    )
    added = (
        not responds
        and course.kind == "fair"
        and not course.ongoing
        and second is None
        and chance.befalls(rates.augmented_share)
    )
    crossed = not (responds or added or second or course.ongoing) and chance.befalls(
        rates.crossed_share
    )
    back = chance.between(rates.crossed_days) if crossed else 0
    last = course.end - back if course.end - back > course.start + WEEK else course.end
    measure(story, course, shape, last)
    if lost and not course.ongoing:
        _lose(story, course)
    if second is not None:
        course = replace(course, pair=course.id)
    course = replace(course, stop=_why(course, lost=lost))
    story.courses.append(course)
    if second is not None:
        story.courses.append(replace(second, stop=course.stop))
    if added:
        course = _augment(story, course)
        last = course.end
    story.over = course.ongoing or (responds and not lost)
    next_day = course.end + chance.between(rates.gap_days)
    story.day = last if last < course.end else next_day
    story.held_until, story.held_above = course.end, course.baseline // 2 + 1


def _lose(story: Story, course: Course) -> None:
    """The gain is lost on the same drug: the last score is near the first again."""
    again = max(round(story.world.scores.relapse_share * course.baseline), course.baseline // 2 + 1)
    before = [day for day in story.scores if course.start < day < course.end]
    if before:
        peak = max(before)
        story.scores[peak] = min(max(story.scores[peak], REMISSION + 1), course.baseline // 2)
        story.scores[course.end] = story.severity = again


def _why(course: Course, *, lost: bool) -> StopReason | None:
    if course.ongoing:
        return None
    return "lack_of_efficacy" if lost else UNFAIR.get(course.kind, "lack_of_efficacy")


def _kind(story: Story) -> Kind:
    rates = story.world.course
    kinds: tuple[Kind, ...] = ("fair", "low_dose", "too_short", "not_taken", "not_tolerated")
    return story.chance.weighted(kinds, [getattr(rates, kind) for kind in kinds])


def _responds(story: Story, kind: Kind) -> bool:
    """By the planted model where the trial is a fair chance, else by a lesser one."""
    if kind == "fair":
        return not story.chance.befalls(1 / (1 + exp(-story.person.predictor)))
    long_enough = kind in ("low_dose", "not_taken")
    return long_enough and story.chance.befalls(story.world.course.responds_if_unfair)


def _paired(story: Story, course: Course, days: int) -> Course | None:
    """A second antidepressant started on the same day."""
    if not story.chance.befalls(story.world.course.combined_share):
        return None
    agent = next_agent(story)
    return replace(
        course,
        id=f"{course.id}b",
        drug=agent.id,
        fills=fills(story, agent, "fair", days),
        pair=course.id,
    )


def _augment(story: Story, base: Course) -> Course:
    """An augmenter beside a drug that failed: the base goes on, and may now respond."""
    rates, chance = story.world.course, story.chance
    story.day = base.end
    helps = chance.befalls(rates.responds_augmented) and not story.long_ago()
    begun, before = base.end, story.scores[base.end]
    days = FOREVER if helps else chance.between(rates.augmented_days)
    story.day = begun + 1
    more = fills(story, _same_dose(base), "fair", days)
    whole = replace(base, fills=(*base.fills, *more), before_added=before)
    agents = story.world.drugs.augmenter
    agent = chance.weighted(agents, [one.early for one in agents])
    story.day = begun
    added = Course(
        id=story.name(),
        drug=agent.id,
        kind="augmentation",
        fills=fills(story, agent, "augmentation", days),
        today=story.today,
        baseline=before,
        base=base.id,
    )
    shape = Trajectory(story.world.scores, chance, before, responds=helps, remits=False)
    measure(story, added, shape, min(whole.end, added.end))
    if not helps:
        _keep_above(story, begun, base.baseline // 2 + 1)
    whole = replace(whole, stop=None if whole.ongoing else "lack_of_efficacy")
    story.courses[-1] = whole
    story.courses.append(replace(added, stop=None if added.ongoing else "lack_of_efficacy"))
    return whole


def _keep_above(story: Story, since: int, least: int) -> None:
    """A base that failed does not come to respond by the score of what was added."""
    for day, total in story.scores.items():
        if day > since:
            story.scores[day] = max(total, least)
    story.severity = max(story.severity, least)


def _same_dose(base: Course) -> Agent:
    return Agent(base.drug, 1, 1, (base.fills[-1].dose,), 0)


def _last_visit(story: Story) -> None:
    """Everybody was seen within the last weeks; an ongoing trial has a score there."""
    day = story.today - story.chance.between(story.world.scores.last_visit_days)
    newest = max(story.scores)
    if newest < day:
        least = story.world.scores.lowest_baseline
        story.scores[day] = story.scores[newest] if story.over else max(story.severity, least)
