"""What was given: the pump of an infusion, or the devices of a spray."""

from __future__ import annotations

from math import inf
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from euthymia.knowledge.sessions import SessionTherapy
from euthymia.record.sessions import SessionOrder

Rest = Literal["by_hand", "pause", "stop", "withheld"]
StateWord = Literal["not_started", "running", "paused", "stopped", "completed"]
A_MOMENT = 1e-9
"""Minutes so close are the same: sums of fractions are not exact."""
PLACES = 9
"""Decimals after which a computed percentage is the same."""


class Pump(Struct, frozen=True, kw_only=True):
    """How far the order has run.

    Attributes:
        dose_mg: The order, mg. None: not told.
        rate: Share of the order given a minute. None: not known.
        ordered_rate: The same, as ordered.
        share: Of the order given so far, 0 to 1. None: not known.
        at_once: A spray: given whole at minute 0, from which its minutes count.
        rest: Why it does not run; None: it runs, or will.
        started: The minute of its start; `ended` that of its end, by completion or stop.
        presumed: Whether the start is taken from the clock of the form, which counts from it, and
            no line of the log has borne it out: the first that does corrects it.
        ran_until: The last minute at which it ran, or may have run. None: it never did.
        in_one_piece: Whether it ran without a break.
        unbidden: Started though it was to rest: it may well run, until a hand stops it.
        off: Whether a hand turned it off last. None: nobody knows.
        rests_since: The minute from which it rests by a rule, unless a later line of the log tells
            that it ran on. None: no rule has it rest, or a hand turned it off.
        ran_on: Minutes that it ran on by the log after a rule had it rest.
    """

    dose_mg: float | None = None
    rate: float | None = None
    ordered_rate: float | None = None
    share: float | None = 0.0
    at_once: bool = False
    rest: Rest | None = None
    started: float | None = None
    ended: float | None = None
    presumed: bool = False
    ran_until: float | None = None
    in_one_piece: bool = True
    unbidden: bool = False
    off: bool | None = False
    rests_since: float | None = None
    ran_on: float = 0.0

    @property
    def state(self) -> StateWord:
        """The word for it."""
        if self.rest is not None:
            return "paused" if self.paused else "stopped"
        if self.ended is not None:
            return "completed"
        return "not_started" if self.started is None else "running"

    @property
    def paused(self) -> bool:
        """Whether it rests, and could run again today."""
        return self.rest in ("by_hand", "pause")

    @property
    def over(self) -> bool | None:
        """Whether nothing more is given today. None: nobody knows."""
        if self.unbidden or self.runs_on:
            return None
        if self.ended is not None:
            return True
        known = self.off is not None if self.paused else self.share is not None
        return False if known else None

    @property
    def runs_on(self) -> bool:
        """Whether it ran on after a rule had it rest, and no line tells that it stopped."""
        return self.rests_since is not None and self.ran_on > 0 and self.rate != 0

    @property
    def nothing_given(self) -> bool:
        """Whether a named person said so, and no start came after."""
        return self.rest == "withheld" and self.started is None

    @property
    def surely_ran(self) -> bool:
        """An infusion of which the log, or a rule that broke it off, shows that it ran."""
        shown = not self.presumed or self.rest is not None
        return self.ran_until is not None and not self.at_once and shown

    @property
    def rate_of_order_pct(self) -> float | None:
        """The rate it is set to, percent of that ordered. None: one of them is not known."""
        if self.rate is None or self.ordered_rate is None:
            return None
        return round(100 * self.rate / self.ordered_rate, PLACES)

    @property
    def delivered_mg(self) -> float | None:
        """Given so far, mg: never more than the order. None: not known."""
        if self.dose_mg is None or self.share is None:
            return None
        return self.dose_mg * self.share

    @property
    def wasted_mg(self) -> float | None:
        """What is left of the order once nothing more is given, mg."""
        if self.ended is None or self.delivered_mg is None or self.dose_mg is None:
            return None
        return self.dose_mg - self.delivered_mg


def pump_for(therapy: SessionTherapy, order: SessionOrder) -> Pump:
    """The pump as ordered, before it starts."""
    if therapy == "esketamine":
        return Pump(dose_mg=order.dose_mg, share=None, at_once=True)
    rate = None if order.minutes is None else 1 / order.minutes
    return Pump(dose_mg=order.dose_mg, rate=rate, ordered_rate=rate)


def run(pump: Pump, since: float, until: float) -> Pump:
    """The pump at minute `until`, when nothing was done to it after minute `since`."""
    if pump.at_once:
        return sprayed(pump) if until > 0 else pump
    if pump.unbidden:
        return replace(pump, ran_until=until)
    if pump.started is None and pump.rest is None and until >= 0:
        pump = replace(pump, started=0.0, presumed=True)
    if pump.started is None or pump.rest is not None or pump.ended is not None:
        return pump
    return _given(pump, max(since, pump.started), until)


def sprayed(pump: Pump) -> Pump:
    """The spray after its last device, which the clock of the form puts at minute 0."""
    if pump.rest == "withheld":
        return pump
    rest = "stop" if pump.rest == "stop" else None
    return replace(pump, rest=rest, started=0.0, ended=0.0, share=1.0, ran_until=0.0)


def _given(pump: Pump, since: float, until: float) -> Pump:
    """More of the order; at its end the pump has completed, wherever in between that was."""
    if until <= since:
        return pump
    if pump.rate is None or pump.share is None:
        return replace(pump, share=None, ran_until=until)
    needed = (1 - pump.share) / pump.rate if pump.rate > 0 else inf
    if until - since >= needed - A_MOMENT:
        return replace(pump, share=1.0, ended=since + needed, ran_until=since + needed)
    last = until if pump.rate > 0 else pump.ran_until
    return replace(pump, share=pump.share + pump.rate * (until - since), ran_until=last)


def paused(pump: Pump, minute: float | None = None) -> Pump:
    """The pump at rest by a rule; what has ended stays as it is."""
    return pump if pump.ended is not None else replace(_told_to_rest(pump, minute), rest="pause")


def _told_to_rest(pump: Pump, minute: float | None) -> Pump:
    """From when a pump that ran rests by a rule, which the log may yet belie."""
    ran = pump.rest is None and pump.ran_until is not None and not pump.at_once
    return replace(pump, rests_since=minute) if ran else pump


def run_on(pump: Pump, minute: float) -> Pump:
    """The pump that rests by a rule, and of which the log tells that it ran on until this minute.

    What it gave is counted, and a stop ends the infusion only then; where nothing is left of the
    order, a pause has nothing more to hold.
    """
    since = pump.rests_since
    if since is None:
        return pump
    on = _given(pump, since, minute)
    last = max(since, on.ran_until or since)
    on = replace(on, rests_since=minute, ran_on=on.ran_on + last - since)
    if on.share == 1:
        return replace(on, rests_since=None, rest=None if pump.paused else pump.rest)
    return on if pump.ended is None else replace(on, ended=max(last, pump.ended))


def turned_off(pump: Pump, minute: float) -> Pump:
    """The pump stopped by hand, which softens no rule; of one that never began, nobody knows."""
    ran = replace(run_on(pump, minute), rests_since=None)
    off = replace(ran, unbidden=False, off=True if ran.ran_until is not None else None)
    going_on = ran.ended is None and ran.rest is None
    return replace(off, rest="by_hand", presumed=False) if going_on else off


def perhaps_on(pump: Pump) -> Pump:
    """The pump after an order to go on that was refused: a hand may have obeyed it."""
    return replace(pump, off=None) if pump.off else pump


def withheld(pump: Pump, minute: float) -> Pump:
    """The pump of which a named person says that nothing was given today."""
    none = replace(pump, share=0.0, started=None, ran_until=None, presumed=False)
    return replace(none, rest="withheld", ended=minute)


def stopped(pump: Pump, minute: float) -> Pump:
    """The pump stopped for the day; what was completed before stays completed."""
    if pump.ended is not None:
        return pump
    return replace(_told_to_rest(pump, minute), rest="stop", ended=minute)


def started(pump: Pump, minute: float) -> Pump:
    """The pump running again, or for the first time."""
    first = minute if pump.started is None or pump.share == 0 else pump.started
    again = pump.rest is not None and pump.ran_until is not None
    on = replace(pump, rest=None, rests_since=None, unbidden=False, off=False, presumed=False)
    return replace(on, started=first, in_one_piece=pump.in_one_piece and not again)


def ordered_on(pump: Pump, minute: float) -> Pump:
    """The pump that may run; before minute 0 it waits for its start, from which minutes count."""
    waits = minute < 0 and pump.started is None
    return replace(pump, rest=None) if waits else started(pump, minute)


def begun_unbidden(pump: Pump, minute: float) -> Pump:
    """The pump started though it was to rest: how much it gives, nobody knows."""
    first = minute if pump.started is None else pump.started
    on = replace(pump, unbidden=True, off=False, presumed=False, in_one_piece=False)
    return replace(on, started=first, share=None, ran_until=minute, rests_since=None)


def begun_at(pump: Pump, minute: float) -> Pump:
    """The pump whose start, presumed so far, the log now tells: nothing was given before it."""
    return replace(pump, share=0.0, started=minute, ended=None, presumed=False, ran_until=minute)


def at_rate(pump: Pump, mg_per_min: float) -> Pump:
    """The pump at another rate; without a dose, no share of it can be told."""
    return replace(pump, rate=None if pump.dose_mg is None else mg_per_min / pump.dose_mg)
