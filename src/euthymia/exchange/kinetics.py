"""The level of a drug that published models expect during a planned infusion, as a band.

For display and teaching: it chooses no dose, judges none, and nothing in the engine reads it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from euthymia.knowledge import Knowledge
from euthymia.knowledge.evidence import Evidence, Remark, Status, weakest
from euthymia.knowledge.kinetics import (
    AtWeight,
    KineticModel,
    NasalModel,
    Observed,
    ShownBand,
)
from euthymia.models.infusion import (
    Flows,
    Program,
    Rates,
    above_zero,
    concentrations,
    steady,
)
from euthymia.models.nasal import Uptake

MINUTES_PER_HOUR = 60
DIGITS_SHOWN = 2


class PlannedInfusion(Struct, frozen=True, kw_only=True):
    """What the pump is to give, all by the clock that starts with it.

    Attributes:
        dose_mg, minutes: The dose at one rate over so many minutes of pumping, above 0.
        weight_kg: Above 0.
        pauses: (minute, how long): the rest is given afterwards. In order, none within another.
        stopped_at_min: Nothing is given from then on.
    """

    dose_mg: float
    minutes: float
    weight_kg: float
    pauses: tuple[tuple[float, float], ...] = ()
    stopped_at_min: float | None = None

    def program(self) -> Program:
        """The stretches of the pump. Raises ValueError: a number out of bounds, named."""
        given, free_from = steady(self.dose_mg, self.minutes), 0.0
        for at_min, minutes in self.pauses:
            if at_min < free_from:
                raise ValueError("a pause begins before the last one has ended; put them in order")
            given, free_from = given.paused(at_min, minutes), at_min + minutes
        return given if self.stopped_at_min is None else given.stopped(self.stopped_at_min)


class ExposureBand(Struct, frozen=True, kw_only=True):
    """Lowest and highest concentration that the models give at each time, in ng/mL.

    Attributes:
        label: Stands before every text and on every picture of it.
        times_min: Rising from 0; every minute at which the pump changes is among them.
        highest_ng_per_ml: Between which the peaks of the models lie.
        running_min: From when to when the pump runs.
        models: Titles of those in the band. `left_out`: ids of those that are not, with the reason.
        assumptions: What was assumed to bring the models together.
        warnings: What the pages say of the models in the band.
        status: Never better than its weakest input.
    """

    title: str
    label: str
    times_min: tuple[float, ...]
    low_ng_per_ml: tuple[float, ...]
    high_ng_per_ml: tuple[float, ...]
    highest_ng_per_ml: tuple[float, float]
    running_min: tuple[tuple[float, float], ...]
    delivered_mg: float
    models: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    says: tuple[Remark, ...]
    may_not: tuple[Remark, ...]
    observed: tuple[Observed, ...]
    status: Status
    evidence: tuple[Evidence, ...]


def exposure_band(
    infusion: PlannedInfusion, knowledge: Knowledge, shown: str = "ketamine_iv"
) -> ExposureBand | None:
    """The band of one infusion; None where fewer than two models can be had: no band of one curve.

    Args:
        infusion: As planned, or as the pump ran so far.
        knowledge: Its pages name the models, the assumptions and the words.
        shown: Id of the band on the pages.

    Raises:
        ValueError: A number of the infusion is out of bounds; it is named.
        KeyError: No page defines this band.
    """
    page = knowledge.shown_bands[shown]
    above_zero(weight_kg=infusion.weight_kg)
    program, used = infusion.program(), tuple(_used(page, knowledge.kinetics))
    if len(used) <= 1:
        return None
    times = _times(page, program)
    curves = [_curve(model, page, infusion.weight_kg, program, times) for model in used]
    peaks = [max(curve) for curve in curves]
    return ExposureBand(
        title=page.title,
        label=page.label,
        times_min=times,
        low_ng_per_ml=tuple(map(min, zip(*curves, strict=True))),
        high_ng_per_ml=tuple(map(max, zip(*curves, strict=True))),
        highest_ng_per_ml=(min(peaks), max(peaks)),
        running_min=tuple((one.start_min, one.end_min) for one in program.stretches),
        delivered_mg=program.delivered_mg,
        models=tuple(model.title for model in used),
        left_out=tuple(_left_out(page, knowledge.kinetics)),
        assumptions=tuple(_assumptions(page, used)),
        warnings=tuple(warning for model in used for warning in model.warnings),
        says=page.says,
        may_not=page.may_not,
        observed=page.observed,
        status=weakest(tuple(_statuses(page, used))),
        evidence=tuple(dict.fromkeys(source for model in used for source in model.evidence)),
    )


def rates_of(model: KineticModel, weight_kg: float) -> Rates:
    """The micro-constants of a published model at one weight, by the growth that its page gives.

    Raises ValueError: the weight is not a finite number above 0.
    """
    above_zero(weight_kg=weight_kg)
    given = model.numbers
    if isinstance(given, AtWeight):
        return _grown(given, weight_kg).rates()
    return Rates(
        given.central_l_per_kg * weight_kg,
        given.elimination_per_min,
        given.out_per_min,
        given.back_per_min,
    )


def uptake_of(model: NasalModel) -> Uptake:
    """The typical person of a published nasal model, per minute."""
    return Uptake(
        central_l=model.central_l,
        other_l=model.other_l,
        flow_l_per_min=tuple(flow / MINUTES_PER_HOUR for flow in model.flow_l_per_h),
        liver_l=model.liver_l,
        liver_flow_l_per_min=model.liver_flow_l_per_h / MINUTES_PER_HOUR,
        liver_loss_per_min=math.fsum(model.liver_loss_per_h) / MINUTES_PER_HOUR,
        first_share=model.nasal_share,
        later_share=model.nasal_share * model.later_nasal_factor,
        nasal_per_min=model.nasal_per_h / MINUTES_PER_HOUR,
        swallowed_min=model.swallowed_h * MINUTES_PER_HOUR,
        swallowed_per_min=model.swallowed_per_h / MINUTES_PER_HOUR,
        gut_share=model.gut_share,
    )


def _grown(given: AtWeight, weight_kg: float) -> Flows:
    def grown(value: float, exponent: float) -> float:
        return float(value * (weight_kg / given.weight_kg) ** exponent)

    return Flows(
        grown(given.central_l, given.central_exponent),
        grown(given.clearance_l_per_h, given.clearance_exponent) / MINUTES_PER_HOUR,
        tuple(grown(volume, given.other_exponent) for volume in given.other_l),
        tuple(grown(flow, given.flow_exponent) / MINUTES_PER_HOUR for flow in given.flow_l_per_h),
    )


def _curve(
    model: KineticModel, page: ShownBand, weight_kg: float, program: Program, times: Sequence[float]
) -> tuple[float, ...]:
    """Of the drug in the pump: a model of S sees the S in the dose, and stands for the whole."""
    levels = concentrations(rates_of(model, weight_kg), program, times)
    if model.drug == page.drug or page.s_share is None or page.per_s is None:
        return levels
    factor = page.s_share.value * page.per_s.value
    return tuple(factor * level for level in levels)


def _used(page: ShownBand, models: Mapping[str, KineticModel]) -> Iterator[KineticModel]:
    return (models[name] for name in page.models if _reason(name, page, models) is None)


def _left_out(page: ShownBand, models: Mapping[str, KineticModel]) -> Iterator[tuple[str, str]]:
    for name in page.models:
        reason = _reason(name, page, models)
        if reason is not None:
            yield name, reason


def _reason(name: str, page: ShownBand, models: Mapping[str, KineticModel]) -> str | None:
    """Why a model is not in the band; None where it is. Only a marked assumption doubles S."""
    if name not in models:
        return "no page defines it"
    if models[name].drug == page.drug:
        return None
    if page.drug != "racemate" or page.s_share is None or page.per_s is None:
        return "it is of another form of the drug"
    if page.per_s.status != "assumption":
        return "the factor between the forms is not marked as an assumption"
    return None


def _assumptions(page: ShownBand, used: Sequence[KineticModel]) -> Iterator[str]:
    figures = (page.s_share, page.per_s) if _mixed(page, used) else ()
    return (figure.note for figure in figures if figure is not None and figure.note)


def _statuses(page: ShownBand, used: Sequence[KineticModel]) -> Iterator[Status]:
    yield page.status
    yield from (model.status for model in used)
    if _mixed(page, used):
        yield from (one.status for one in (page.s_share, page.per_s) if one is not None)


def _mixed(page: ShownBand, used: Sequence[KineticModel]) -> bool:
    return any(model.drug != page.drug for model in used)


def _times(page: ShownBand, program: Program) -> tuple[float, ...]:
    """Evenly over the time that the page asks, or until the pump has ended if that is later."""
    last = max(page.shown_min.value, program.end_min)
    step = page.step_min.value
    even = (step * place for place in range(math.ceil(last / step)))
    edges = (edge for one in program.stretches for edge in (one.start_min, one.end_min))
    return tuple(sorted({0.0, last, *even, *edges}))


def at_the_end(band: ExposureBand) -> tuple[float, float, float]:
    """The minute at which the pump ends for good, with the band then; 0 where nothing was given."""
    minute = max((end for _, end in band.running_min), default=0.0)
    place = band.times_min.index(minute)
    return minute, band.low_ng_per_ml[place], band.high_ng_per_ml[place]


def told(band: ExposureBand) -> tuple[str, ...]:
    """The band in sentences, the label first: for a screen reader, and for paper."""
    minute, low, high = at_the_end(band)
    last = (band.low_ng_per_ml[-1], band.high_ng_per_ml[-1])
    return (
        f"{band.label}.",
        f"In {len(band.models)} published models the peak is {between(*band.highest_ng_per_ml)}.",
        f"When the pump ends, at {minute:.3g} minutes and {band.delivered_mg:.3g} mg: "
        f"{between(low, high)}.",
        f"At {band.times_min[-1]:.3g} minutes: {between(*last)}.",
        *(f"Assumed: {assumption}" for assumption in band.assumptions),
        *(remark.says for remark in (*band.says, *band.may_not)),
    )


def between(low: float, high: float) -> str:
    """Both ends to two digits, the low one down and the high one up: never narrower than it is."""
    ends = (_rounded(low, math.floor), _rounded(high, math.ceil))
    return f"about {ends[0]:g} to {ends[1]:g} ng/mL"


def _rounded(value: float, way: Callable[[float], int]) -> float:
    if value == 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(value)) + 1 - DIGITS_SHOWN)
    return float(way(round(value / unit, 9)) * unit)
