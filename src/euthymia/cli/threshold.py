"""The command that leads through finding a motor threshold, pulse by pulse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

import typer
from msgspec import Struct
from msgspec.structs import replace

from euthymia.exchange.faults import SourceError
from euthymia.knowledge import Knowledge
from euthymia.knowledge.targeting import CountConstants, PestConstants, ThresholdNote
from euthymia.library import shipped
from euthymia.models.threshold import Trial, count, estimate, next_intensity

Method = Literal["ml-pest", "5-of-10"]
Watched = Literal["emg", "eye"]
ANSWERS = {"0": False, "1": True}
SAID = {"y": True, "n": False}
PAGES: Mapping[Method, str] = {"ml-pest": "ml_pest", "5-of-10": "five_of_ten"}
WATCHED: Mapping[Watched, str] = {"emg": "EMG", "eye": "by eye"}


class Result(Struct, frozen=True):
    """A threshold, % of maximum output, with what is known of its error, in words."""

    threshold: int
    interval: str
    wide: bool = False


class Hunt(Struct, frozen=True):
    """Threshold hunting with its answers."""

    rule: PestConstants
    answers: tuple[bool, ...] = ()

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Each answer with the intensity that was due."""
        trials: tuple[Trial, ...] = ()
        for answer in self.answers:
            trials += (Trial(next_intensity(trials, self.rule), answer),)
        return trials

    @property
    def due(self) -> int | None:
        """The next intensity; None at the end."""
        done = len(self.answers) >= self.rule.pulses
        return None if done else next_intensity(self.trials, self.rule)

    @property
    def result(self) -> Result | None:
        """None where all answers are alike, so that nothing was found."""
        found = estimate(self.trials, self.rule)
        if found.only is not None:
            return None
        told = f"{found.low} to {found.high} % (95 %, profile likelihood)"
        return Result(found.threshold, told, found.width > self.rule.wide)


class Count(Struct, frozen=True):
    """Counting at each intensity with its answers."""

    rule: CountConstants
    answers: tuple[bool, ...] = ()

    @property
    def due(self) -> int | None:
        """The next intensity; None at the end."""
        return count(self.answers, self.rule).intensity

    @property
    def result(self) -> Result | None:
        """None where even full output failed, or where nothing failed."""
        level = count(self.answers, self.rule)
        if level.threshold is None or level.failed is None:
            return None
        told = f"none by counting; {level.failed} % failed, {level.passed} % passed"
        return Result(level.threshold, told)


Search = Hunt | Count


def threshold(
    method: Annotated[Method, typer.Option(help="How it is found.")] = "ml-pest",
    answers: Annotated[
        str | None,
        typer.Option(help="The answers so far, 1 a twitch and 0 none, such as 0110."),
    ] = None,
    start: Annotated[
        int | None, typer.Option(min=1, max=100, help="First intensity, % of output.")
    ] = None,
    watched: Annotated[
        Watched | None, typer.Option(help="Whether the muscle is watched by EMG or by eye.")
    ] = None,
) -> None:
    """Find a motor threshold: says each intensity, asks for the answer, ends with the threshold."""
    search = _search(method, start, shipped())
    if answers is None:
        print("answer y (the muscle answered), n (it did not), or u (take the last one back)")
        search = _asked(search)
    else:
        search = _given(search, answers)
    print("\n".join(_told(search, method, watched, shipped())))


def _search(method: Method, start: int | None, knowledge: Knowledge) -> Search:
    """The method by its page, from the intensity asked for."""
    page = knowledge.threshold_methods[PAGES[method]]
    rule = page.hunting or page.counting
    if rule is None:
        raise SourceError(f"--method: the page of '{method}' holds no constants; add them")
    begun = replace(rule, start=start or rule.start)
    return Hunt(begun) if isinstance(begun, PestConstants) else Count(begun)


def _asked(search: Search) -> Search:
    """Asks until the end; the end of the input is a call that went wrong."""
    while (due := search.due) is not None:
        said = _typed(search, due)
        if said == "u":
            search = replace(search, answers=search.answers[:-1])
        elif said in SAID:
            search = replace(search, answers=(*search.answers, SAID[said]))
        else:
            print("not understood; answer y, n or u")
    return search


def _typed(search: Search, due: int) -> str:
    """One answer. Raises SourceError where the input ends before the search does."""
    try:
        return str(typer.prompt(f"pulse {len(search.answers) + 1}: {due} %")).strip().lower()
    except (typer.Abort, EOFError):
        so_far = "".join(str(int(one)) for one in search.answers)
        raise SourceError(
            f"the answers ended at pulse {len(search.answers) + 1}; go on with --answers {so_far}"
        ) from None


def _given(search: Search, answers: str) -> Search:
    """The answers of the call. Raises SourceError for a sign that is none, or one too many."""
    for place, sign in enumerate(answers, start=1):
        if sign not in ANSWERS:
            raise SourceError(f"--answers: sign {place} is no answer; write 1 or 0")
        if search.due is None:
            raise SourceError(
                f"--answers: the sequence ends after {place - 1}; leave out what follows"
            )
        search = replace(search, answers=(*search.answers, ANSWERS[sign]))
    return search


def _told(
    search: Search, method: Method, watched: Watched | None, knowledge: Knowledge
) -> Iterator[str]:
    """Where it stands, or the threshold with what is written down and warned of."""
    notes = knowledge.threshold_notes
    if search.due is not None:
        yield f"not finished after {len(search.answers)} pulses; no threshold yet"
        yield f"next intensity: {search.due} % of maximum output"
        return
    result = search.result
    if result is None:
        yield f"threshold: not found. {notes['not_found'].says}"
        return
    yield from _result(result, knowledge)
    yield from _record(search, knowledge.threshold_methods[PAGES[method]].name, watched, notes)
    yield f"note: {notes['visual_vs_emg'].says}"
    yield f"note: {notes['waveform_and_coil'].says}"


def _result(result: Result, knowledge: Knowledge) -> Iterator[str]:
    yield f"threshold: {result.threshold} % of maximum output"
    yield f"interval: {result.interval}"
    if result.wide:
        yield f"warning: {knowledge.threshold_notes['wide'].says}"


def _record(
    search: Search, name: str, watched: Watched | None, notes: Mapping[str, ThresholdNote]
) -> Iterator[str]:
    """What is written down: filled where it is known, else left to the operator."""
    known = {"method": f"{name}, {search.rule.status}", "pulses": str(len(search.answers))}
    if watched is not None:
        known["EMG or by eye"] = WATCHED[watched]
    yield notes["record"].says
    for field in notes["record"].fields:
        yield f"  {field}: {known.get(field, '(write down)')}"
