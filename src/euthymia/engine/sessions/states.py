"""Where a session stands after each moment, and the moments of which it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import asdict, replace

from euthymia.engine.findings import Finding
from euthymia.engine.sessions.pump import Pump
from euthymia.knowledge.sessions import MILDEST_FIRST, Decision, SessionRule
from euthymia.record.sessions import Logged, Observation


class Decided(Struct, frozen=True):
    """What is to be done at one minute, and the rules behind it."""

    minute: float
    decision: Decision
    findings: tuple[Finding, ...]


class Moment(Struct, frozen=True):
    """All that happened at one minute: readings first, then the lines of the log."""

    minute: float
    observation: Observation | None = None
    log: tuple[Logged, ...] = ()


class State(Struct, frozen=True, kw_only=True):
    """A session up to some minute.

    Attributes:
        baseline: Of each reading the last at or before minute 0, if it is not too old; `last` the
            newest observation, and `newest` of each reading the newest, whenever it was taken.
        taken: The minutes at which each field was read, but for what is too old.
        pausing: The rules that paused the pump, or hold it before it starts.
        calm: The minutes of the readings in a row, since the pause, that were calm.
        remembered: What later observations must know was met, and the minute at which it last was.
        fastest_pct: The highest rate in force since the observation before, percent of the order's.
        resumed: Whether the pump was ordered on since the observation before.
        refused: What of the log was refused; `unsaid` of it no decision has shown yet.
        against_hold: The minute at which something was last given against a hold. None: never.
    """

    pump: Pump
    minute: float | None = None
    baseline: Observation | None = None
    last: Observation | None = None
    newest: Observation | None = None
    taken: Mapping[str, Sequence[float]] = {}
    pausing: tuple[str, ...] = ()
    calm: tuple[float, ...] = ()
    remembered: Mapping[str, float] = {}
    fastest_pct: float | None = None
    resumed: bool = False
    refused: tuple[Finding, ...] = ()
    unsaid: tuple[Finding, ...] = ()
    against_hold: float | None = None
    log: tuple[Logged, ...] = ()
    decisions: tuple[Decided, ...] = ()


def gravest(decisions: Iterable[Decision | None]) -> Decision:
    """The gravest of some decisions; to continue where there is none."""
    known = (one for one in decisions if one is not None)
    return max(known, key=MILDEST_FIRST.index, default="continue")


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What calls for the gravest first, what only informs after it; else as the pages have them."""
    return tuple(sorted(findings, key=_gravity, reverse=True))


def _gravity(finding: Finding) -> tuple[int, bool]:
    rule = finding.criterion
    decision = rule.decision if isinstance(rule, SessionRule) else None
    grade = -1 if decision is None else MILDEST_FIRST.index(decision)
    return grade, rule.kind != "information"


def moments(observations: Iterable[Observation], log: Iterable[Logged]) -> tuple[Moment, ...]:
    """Observations and log by the minute, however they came in."""
    found: dict[float, Moment] = {}
    for observation in observations:
        here = found.get(observation.minute, Moment(observation.minute))
        found[here.minute] = replace(here, observation=together(here.observation, observation))
    for line in log:
        here = found.get(line.minute, Moment(line.minute))
        found[here.minute] = replace(here, log=(*here.log, line))
    return tuple(found[minute] for minute in sorted(found))


def together(first: Observation | None, second: Observation) -> Observation:
    """Two observations as one, of the second's minute; of a field read twice, the later counts."""
    if first is None:
        return second
    told = {field: value for field, value in asdict(second).items() if value is not None}
    return replace(first, **told)
