"""May this patient have a therapy? Each criterion judged and graded, and one word for the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from euthymia.engine.findings import Causes, Fact, Graded, Outlook
from euthymia.engine.grading import TRACKS, grade, path_of, weighed, weighed_at_last
from euthymia.engine.outlook import outlook
from euthymia.engine.plans import Plan
from euthymia.engine.suitability import Suitability, Weighed, suitability
from euthymia.engine.tried import Before
from euthymia.knowledge import Knowledge
from euthymia.knowledge.criteria import Track
from euthymia.knowledge.therapies import Arm, Therapy
from euthymia.record import Record
from euthymia.record.orders import Override
from euthymia.terms import Verdict

OF_SAFETY = ("contraindication", "precaution")


class Option(Struct, frozen=True, kw_only=True):
    """A therapy weighed for this patient.

    Attributes:
        suitability: Whether it is called for and could be given.
        final: Whether it could be given, by contraindications and precautions alone; the stricter
            of `tracks`, unless a named physician overrode a finding.
        tracks: The same by label and by guideline, where they are judged apart.
        unanswered: Questions of its screen that nobody answered.
        plan: Its course in numbers, where the inputs are known and it could be given.
        outlook: What may be expected of it; None where no arm stands for it.
        arms: All that studies saw of it.
    """

    therapy: Therapy
    findings: tuple[Graded, ...]
    suitability: Suitability
    final: Suitability
    tracks: Mapping[Track, Suitability]
    unanswered: tuple[Fact, ...] = ()
    plan: Plan | None = None
    outlook: Outlook | None = None
    arms: tuple[Arm, ...] = ()


def options(facts: Mapping[str, Fact], before: Before, causes: Causes) -> tuple[Option, ...]:
    """Every therapy of the pages, in their order."""
    return tuple(
        _with_course(weigh(therapy, facts, before.record, before.knowledge), before, causes)
        for therapy in before.knowledge.therapies.values()
    )


def weigh(
    therapy: Therapy, facts: Mapping[str, Fact], record: Record, knowledge: Knowledge
) -> Option:
    """One therapy: nothing is suitable while a contraindication is met or unknown."""
    words = [one for one in record.overrides if _about(one, therapy)]
    found = tuple(grade(criterion, facts, words) for criterion in therapy.criteria.values())
    unanswered = tuple(_unanswered(therapy, facts, knowledge))
    gaps = set(_gaps(therapy, unanswered))
    last = gaps | {one for graded in found for one in weighed_at_last(graded)}
    return Option(
        therapy=therapy,
        findings=found,
        suitability=suitability(last),
        final=suitability(_of_safety(last)),
        tracks=_tracks(found, gaps) if therapy.judged_apart else {},
        unanswered=unanswered,
    )


def _about(word: Override, therapy: Therapy) -> bool:
    """Whether an override may touch a therapy: judged apart, and no other one is named."""
    *option, _ = path_of(word)
    return therapy.judged_apart and (not option or therapy.id in option)


def _with_course(option: Option, before: Before, causes: Causes) -> Option:
    """What the course would be, unless it must not be given; and what may be expected of it."""
    plan = before.plans[option.therapy.id]
    forbidden = option.final is Suitability.CONTRAINDICATED
    protocol = before.record.orders.tms.protocol
    return replace(
        option,
        plan=None if forbidden else plan,
        outlook=outlook(option.therapy, protocol, causes, before.knowledge),
        arms=before.knowledge.arms_of(option.therapy.id),
    )


def _tracks(found: Sequence[Graded], gaps: set[Weighed]) -> dict[Track, Suitability]:
    return {
        track: suitability(
            _of_safety(gaps | {one for graded in found for one in weighed(graded, track)})
        )
        for track in TRACKS
    }


def _of_safety(found: set[Weighed]) -> set[Weighed]:
    return {one for one in found if one[0] in OF_SAFETY}


def _unanswered(
    therapy: Therapy, facts: Mapping[str, Fact], knowledge: Knowledge
) -> Iterator[Fact]:
    """Questions of the screen without an answer, but for those needless for this patient."""
    for name in therapy.screen:
        moot = knowledge.facts[name].moot_when
        if facts[name].value is None and not (moot and facts[moot].value is True):
            yield facts[name]


def _gaps(therapy: Therapy, unanswered: Sequence[Fact]) -> Iterator[Weighed]:
    """What leaves safety open besides the findings: a blank of the screen, or of the page."""
    judged = any(one.kind in OF_SAFETY for one in therapy.criteria.values())
    if unanswered or therapy.no_knowledge is not None or not judged:
        yield "contraindication", Verdict.UNKNOWN
