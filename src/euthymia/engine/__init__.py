"""The one pure judgement: a record in, an assessment out."""

from __future__ import annotations

from euthymia.engine.answers import answered_facts
from euthymia.engine.assessment import Assessment
from euthymia.engine.causes import causes
from euthymia.engine.choice import choice
from euthymia.engine.course import course
from euthymia.engine.courses import trials_of
from euthymia.engine.derived import Judgement, derive_facts
from euthymia.engine.doubts import doubts
from euthymia.engine.exposure import with_exposure
from euthymia.engine.facts import read_facts, without_contradictions
from euthymia.engine.findings import Quality
from euthymia.engine.judge import judge
from euthymia.engine.known import known_by_then
from euthymia.engine.next_steps import to_ask, to_measure
from euthymia.engine.options import options
from euthymia.engine.plans import plans
from euthymia.engine.questions import (
    asks_of_causes,
    asks_of_judgement,
    asks_of_options,
    questions,
)
from euthymia.engine.resistance import resistance
from euthymia.engine.safety import watch
from euthymia.engine.scores import changes, read_scores
from euthymia.engine.seen import look_at
from euthymia.engine.trials import judge_trials
from euthymia.engine.tried import Before
from euthymia.knowledge import Knowledge
from euthymia.record import Record


def assess(record: Record, knowledge: Knowledge) -> Assessment:
    """Judge `record` by `knowledge`. Reads no clock, file, network or setting."""
    record = known_by_then(record)
    scores = read_scores(record, knowledge)
    courses = trials_of(record, scores, knowledge)
    trials = with_exposure(judge_trials(courses, record, knowledge), record, knowledge)
    seen = look_at(record, scores, courses, knowledge)
    told = read_facts(seen) | derive_facts(Judgement(trials, scores, record, knowledge))
    facts = without_contradictions(told, knowledge)
    mimics = tuple(judge(mimic, facts) for mimic in knowledge.mimics.values())
    safety = watch(scores, record, knowledge)
    found = resistance(trials, mimics, scores, record, knowledge)
    contributors = causes(facts, found.exposure, knowledge)
    before = Before(record, found, safety, scores, plans(record, knowledge), knowledge)
    facts |= answered_facts(before)
    offered = options(facts, before, contributors)
    measures = to_measure(contributors.domains, knowledge)
    asks = asks_of_judgement(found, mimics, safety, record, knowledge)
    every = (*asks, *asks_of_options(offered, before), *asks_of_causes(measures))
    asked = questions(every, knowledge)
    return Assessment(
        patient=record.patient.id,
        as_of=record.as_of,
        knowledge=knowledge.version,
        safety=safety,
        quality=Quality(record.reading, doubts(trials, scores, told, record, knowledge)),
        scores=scores,
        changes=changes(scores, knowledge),
        resistance=found,
        mimics=mimics,
        causes=contributors,
        options=offered,
        choice=choice(offered, record.preferences),
        questions=asked,
        next=(*to_ask(asked), *measures),
        facts=facts,
        events=record.events,
        course=course(scores, record, knowledge, courses),
    )
