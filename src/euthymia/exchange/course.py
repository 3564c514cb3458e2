"""Writes the course of the scales: as JSON, and as lines of plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from euthymia.engine.course_findings import CourseFinding, DayScore, StateFinding, Treatment
from euthymia.exchange.words import short_name
from euthymia.knowledge.evidence import CONFIRMED, Evidence
from euthymia.terms import Verdict

Json = dict[str, Any]
YES, MAY_BE, OPEN, NO = "  yes  ", "  (?)  ", "    ?  ", "   no  "
"""What stands before a line of the report: the verdict; (?) is a warning nobody can settle yet."""


def course_of(found: Iterable[CourseFinding]) -> Json:
    """The part `scales.course` of the document, by instrument."""
    return {one.instrument.id: _course(one) for one in found}


def course_citations(found: Iterable[CourseFinding]) -> Iterator[tuple[Evidence, str]]:
    """Every source a state leans on, with the status of what it says."""
    for one in found:
        for state in one.states.values():
            yield from ((item, state.status) for item in state.evidence)


def _course(found: CourseFinding) -> Json:
    return {
        "since": {
            "basis": found.basis,
            "treatments": [_treatment(one) for one in found.treatments],
            "score": found.start and _day(found.start),
        },
        "newest": found.newest and _day(found.newest),
        "improvement_pct": found.improvement_pct,
        "reliable_from_points": found.reliable_from_points,
        "states": {name: _state(state) for name, state in found.states.items()},
        "next_score": found.next_score.isoformat() if found.next_score else None,
        "undated": found.undated,
    }


def _treatment(treatment: Treatment) -> Json:
    return {
        "name": treatment.name,
        "start": treatment.start.isoformat(),
        "end": treatment.end.isoformat() if treatment.end else None,
        "sessions": treatment.sessions,
    }


def _day(score: DayScore) -> Json:
    return {"date": score.day.isoformat(), "total": score.total}


def _state(state: StateFinding) -> Json:
    """Words are withheld where a state is not met, so that nobody reads them as said."""
    says = {"says": state.says} if state.verdict is not Verdict.NOT_MET else {}
    return {
        "verdict": state.verdict.word,
        "alert": state.alert,
        **says,
        "because": state.because,
        "rests_on": [_day(one) for one in state.rests_on],
        "sources": [item.id for item in state.evidence],
        "status": state.status,
    }


# ------------------------------------------------------------------ plain text


def course_entries(found: Sequence[CourseFinding]) -> Iterator[tuple[str, str]]:
    """Each line as its mark and its words: of every scale the warnings first."""
    for one in found:
        yield "  ", f"{short_name(one.instrument)}: {span_words(one)}"
        states = sorted(one.states.values(), key=lambda state: not state.alert)
        yield from (_line(state) for state in states if speaks(state))
        yield from _rest(one)


def speaks(state: StateFinding) -> bool:
    """Whether it has a line of its own: it is met, or it is a warning."""
    return state.alert or state.verdict is Verdict.MET


def _line(state: StateFinding) -> tuple[str, str]:
    mark = YES if state.verdict is Verdict.MET else MAY_BE
    names = ", ".join(item.id for item in state.evidence)
    status = "" if state.status in CONFIRMED else f"; {state.status}"
    title = title_words(state)
    return mark, f"{title} ({state.because}). {state.says} [{names}{status}]"


def title_words(state: StateFinding) -> str:
    """The title; of a warning that nobody can settle yet, that it is only possible."""
    if state.alert and state.verdict is not Verdict.MET:
        return f"Possible: {state.page.title[0].lower()}{state.page.title[1:]}"
    return state.page.title


def _rest(found: CourseFinding) -> Iterator[tuple[str, str]]:
    """What is open with its reason, and what is not so, each on one line."""
    quiet = [state for state in found.states.values() if not speaks(state)]
    unknown = [
        f"{one.page.title.lower()} ({one.because})"
        for one in quiet
        if one.verdict is Verdict.UNKNOWN
    ]
    no = [one.page.title.lower() for one in quiet if one.verdict is Verdict.NOT_MET]
    if unknown:
        yield OPEN, f"not known: {'; '.join(unknown)}"
    if no:
        yield NO, f"not so: {'; '.join(no)}"


def span_words(found: CourseFinding) -> str:
    """From which score to which, and what the change is taken from."""
    newest = f"{_total(found.newest)}, {_since(found)}" if found.newest else _since(found)
    words = f"{_total(found.start)} to {newest}" if found.start else newest
    undated = f"; {found.undated} without a day left out" if found.undated else ""
    return f"{words}{undated}"


def _total(score: DayScore | None) -> str:
    if score is None:
        return "no score"
    total = "scores that differ" if score.total is None else f"{score.total:g}"
    return f"{total} ({score.day})"


def _since(found: CourseFinding) -> str:
    """`since TMS began (2026-01-05)`, or that it is taken from the first score."""
    if not found.treatments:
        return "from the first score: no current treatment with a first day is known"
    names = " and ".join(treatment_words(one) for one in found.treatments)
    began = f"{names} began ({found.treatments[0].start})"
    if found.start is None:
        return f"no score since {began}"
    if found.basis == "first_score":
        return f"from the first score after {began}: none stands for its start"
    return f"since {began}"


def treatment_words(treatment: Treatment) -> str:
    """Its name as the page gives it, else the drug's id in words."""
    return treatment.page.name if treatment.page else treatment.name.replace("_", " ")
