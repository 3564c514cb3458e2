"""What a page says of a therapy: who may have it, how it runs, and what studies saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from euthymia.knowledge.criteria import Criterion, Kind
from euthymia.knowledge.evidence import Evidence, Remark, Status

Merit = Literal["benefit", "speed", "durability", "side_effects", "burden", "driving", "cost"]
"""What a patient may weigh one option against another by."""

PlanKind = Literal["stimulation", "infusion", "spray"]
"""How a plan is made out in numbers."""

Side = Literal["left", "right", "both"]


class Rate(Struct, frozen=True, forbid_unknown_fields=True):
    """Percent of an arm that reached an outcome, with its 95 % interval where one is known."""

    pct: float
    interval_95: tuple[float, float] | None = None


class Control(Struct, frozen=True, forbid_unknown_fields=True):
    """The comparator of the same study. Percent."""

    arm: str
    n: int | None = None
    response_pct: float | None = None
    remission_pct: float | None = None


class Arm(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One arm of one study.

    Attributes:
        option: The option of which it tells, such as tms.
        protocols: The protocols that it stands for.
        use: A `prior` may seed an outlook; `context` is only shown beside it.
        n: People in the arm.
        blinded: Whether patients were blinded; None: not known. Arms of both kinds are never
            mixed unmarked.
        scale: By which response and remission were told.
        effect: A contrast or a direction in words, where no rates are known.
        bias: Why its rates may be too good.
    """

    id: str
    option: str
    therapy: str
    study: str
    status: Status
    evidence: tuple[Evidence, ...]
    use: Literal["prior", "context"] = "context"
    protocols: tuple[str, ...] = ()
    n: int | None = None
    response: Rate | None = None
    remission: Rate | None = None
    control: Control | None = None
    blinded: bool | None = None
    scale: str | None = None
    weeks: str | None = None
    effect: str | None = None
    bias: str | None = None
    note: str | None = None


class SideEffect(Struct, frozen=True, forbid_unknown_fields=True):
    """One harm and how often it was seen. Percent of people, unless `rate` tells it in words."""

    name: str
    status: Status
    evidence: tuple[Evidence, ...]
    pct: float | None = None
    control_pct: float | None = None
    rate: str | None = None
    serious: bool = False


class Standing(Struct, frozen=True, forbid_unknown_fields=True):
    """How a therapy stands by one merit: 0 worst to 4 best, in the judgement of this software."""

    level: int
    says: str
    status: Status
    evidence: tuple[Evidence, ...] = ()


class Action(Struct, frozen=True, forbid_unknown_fields=True):
    """What a domain has to do with a therapy. Explained, never a score."""

    domain: str
    says: str
    status: Status
    evidence: tuple[Evidence, ...]
    grade: str | None = None


class Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A run of equal trains.

    Attributes:
        train_s: Length of a train, seconds; of theta bursts the two-second block.
        iti_s: Pause between trains, seconds.
        freq_hz: Pulses a second within the train; None for bursts.
    """

    side: Side
    pulses_per_train: int
    train_s: float
    iti_s: float
    n_trains: int
    freq_hz: float | None = None
    burst_hz: float | None = None
    bursts_per_s: float | None = None
    pulses_per_burst: int | None = None


class Clearance(Struct, frozen=True, forbid_unknown_fields=True):
    """A device that may be used so, by its regulator."""

    says: str
    status: Status
    evidence: tuple[Evidence, ...]


class Protocol(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One way to stimulate.

    Attributes:
        option: The option it belongs to.
        intensity_pct_mt: Percent of the resting motor threshold.
        parts: Its runs of trains, in order; a session has two where both sides are treated.
        sessions: Sessions of the whole course, taper included; None: no course is known.
        taper_sessions: How many of them come after the daily phase.
        interval_min: Minutes from the end of one session to the next of the day.
        labelled: Whether the labelling of some device permits it for depression.
        depth_adjusted: Whether the threshold is corrected for depth (of the cortex).
        scalp_target: Whether the coil is placed by a rule on the scalp.
        coil: figure_8 or h1.
    """

    id: str
    option: str
    name: str
    target: str
    intensity_pct_mt: float
    parts: tuple[Part, ...]
    status: Status
    evidence: tuple[Evidence, ...]
    sessions: int | None = None
    taper_sessions: int = 0
    taper: str | None = None
    sessions_per_day: int = 1
    days_per_week: int | None = None
    interval_min: float | None = None
    labelled: bool = False
    clearances: tuple[Clearance, ...] = ()
    depth_adjusted: bool = False
    scalp_target: bool = True
    coil: Literal["figure_8", "h1"] = "figure_8"
    notes: tuple[Remark, ...] = ()

    @property
    def pulses_per_session(self) -> int:
        """Pulses of all its trains."""
        return sum(part.n_trains * part.pulses_per_train for part in self.parts)


class Therapy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One therapy as an option for a patient.

    Attributes:
        about: What it is and how it is thought to work.
        judged_apart: Whether label and expert guidance give verdicts of their own.
        screen: Facts asked before it; while one is unanswered its safety stays undetermined.
        criteria: Whom it is for, whom it would hurt, and what needs care, by id.
        as_for: The therapy whose criteria hold for this one too, besides its own.
        grades: Grades that differ from there; `leaves_out`: criteria that do not hold here.
        no_knowledge: Why its safety cannot be judged from its page; None: it can.
        plan: How its plan is made out in numbers; None: no plan is made.
        arm: The arm whose rates are expected where no protocol names another.
        onset, durability, schedule: How soon, how long, and how often.
        standings: How it stands by each merit.
        acts_on: What the four domains have to do with it.
    """

    id: str
    name: str
    about: Remark
    judged_apart: bool = False
    screen: tuple[str, ...] = ()
    criteria: Mapping[str, Criterion] = {}
    as_for: str | None = None
    grades: Mapping[str, Kind] = {}
    leaves_out: tuple[str, ...] = ()
    no_knowledge: Remark | None = None
    plan: PlanKind | None = None
    arm: str | None = None
    onset: Remark | None = None
    durability: tuple[Remark, ...] = ()
    schedule: tuple[Remark, ...] = ()
    side_effects: tuple[SideEffect, ...] = ()
    standings: Mapping[Merit, Standing] = {}
    acts_on: tuple[Action, ...] = ()
    remarks: tuple[Remark, ...] = ()
