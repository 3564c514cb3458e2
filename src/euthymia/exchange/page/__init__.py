"""What the page of one assessment shows, in the order of reading. The door only sets it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from euthymia.engine.assessment import Assessment
from euthymia.exchange.page.answer import AnswerBox, answer_box
from euthymia.exchange.page.causes import CausesBox, causes_box
from euthymia.exchange.page.course import CourseRow, course_rows
from euthymia.exchange.page.measures import MeasureBox, measure_box
from euthymia.exchange.page.mimics import Mimics, mimics
from euthymia.exchange.page.next_steps import NextLine, next_lines
from euthymia.exchange.page.options import OptionsBox, options_box
from euthymia.exchange.page.picture import Picture, picture
from euthymia.exchange.page.quality import QualityBox, quality_box
from euthymia.exchange.page.questions import QuestionLine, question_lines
from euthymia.exchange.page.rulesets import RuleSets, rule_sets
from euthymia.exchange.page.safety import SafetyBox, safety_box
from euthymia.exchange.page.scales import ScaleRow, scale_rows
from euthymia.exchange.page.sources import Source, leaned_on, sources
from euthymia.exchange.page.statement import statements
from euthymia.exchange.page.trials import TrialRow, trial_rows
from euthymia.exchange.words import is_invented
from euthymia.knowledge import Knowledge


class Body(Struct, frozen=True, kw_only=True):
    """The parts of the page, in the order of reading."""

    safety: SafetyBox
    answer: AnswerBox
    picture: Picture
    trials: tuple[TrialRow, ...]
    rule_sets: RuleSets
    mimics: Mimics
    causes: CausesBox
    options: OptionsBox
    scales: tuple[ScaleRow, ...]
    course: tuple[CourseRow, ...]
    measures: MeasureBox
    next: tuple[NextLine, ...]
    questions: tuple[QuestionLine, ...]
    quality: QualityBox


class Page(Struct, frozen=True, kw_only=True):
    """The whole page. `more_sources` are cited only where the page is folded.

    `numbers`: the number of each source by its id.
    """

    patient: str
    synthetic: bool
    as_of: str
    release: str
    confirmed: str
    body: Body
    sources: tuple[Source, ...]
    more_sources: tuple[Source, ...]
    numbers: Mapping[str, int]


def page(assessment: Assessment, knowledge: Knowledge) -> Page:
    """The page of an assessment."""
    body = Body(
        safety=safety_box(assessment, knowledge),
        answer=answer_box(assessment, knowledge),
        picture=picture(assessment, knowledge),
        trials=trial_rows(assessment, knowledge),
        rule_sets=rule_sets(assessment),
        mimics=mimics(assessment, knowledge),
        causes=causes_box(assessment, knowledge),
        options=options_box(assessment, knowledge),
        scales=scale_rows(assessment),
        course=course_rows(assessment.course),
        measures=measure_box(assessment, knowledge),
        next=next_lines(assessment, knowledge),
        questions=question_lines(assessment, knowledge),
        quality=quality_box(assessment),
    )
    told = (*statements(body, folded=True), *leaned_on(assessment))
    cited = sources(statements(body), told)
    return Page(
        patient=assessment.patient or "not named",
        synthetic=is_invented(assessment.patient),
        as_of=assessment.as_of.isoformat(),
        release=assessment.knowledge,
        confirmed=_confirmed(knowledge),
        body=body,
        sources=tuple(source for source in cited if not source.folded),
        more_sources=tuple(source for source in cited if source.folded),
        numbers={source.evidence.id: source.number for source in cited},
    )


def _confirmed(knowledge: Knowledge) -> str:
    """How many pages of the knowledge a clinician has signed."""
    pages = len(knowledge.reviews)
    signed = sum(review.confirmed_by is not None for review in knowledge.reviews.values())
    return f"{signed or 'none'} of {pages} pages of this knowledge confirmed by a clinician yet"
