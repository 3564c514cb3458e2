"""Benefits and harms side by side: one hundred people each, of the same size, beside staying put.

Every figure is one of the knowledge. Where a study had no sham or placebo, nobody can say how
people fare who stay as they are, and no picture is drawn of it.
"""

from __future__ import annotations

from functools import cache

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from msgspec import Struct

from euthymia.clinic.door.content import FOLDER, ContentError, Statement, read
from euthymia.exchange.page.icons import icon_array
from euthymia.knowledge.evidence import CONFIRMED, Evidence
from euthymia.knowledge.therapies import Arm, SideEffect
from euthymia.library import shipped


class Figure(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which arm and which harm of the knowledge a picture shows.

    `id`: the therapy. `comparator`: sham or placebo, as the study had it; empty where it had none.
    """

    id: str
    title: str
    arm: str
    harm: str
    benefit: str
    harmed: str
    note: str
    comparator: str = ""


class Figures(Struct, frozen=True, forbid_unknown_fields=True):
    better: Statement  # what it means here to feel much better
    figure: tuple[Figure, ...]


class Hundred(Struct, frozen=True):
    """One hundred people: how many, a picture of them, and the same in words."""

    count: int
    picture: SafeString
    told: str


class Row(Struct, frozen=True):
    """One outcome: with the treatment, and staying as one is (None: nobody knows)."""

    outcome: str
    treated: Hundred
    stayed: Hundred | None
    confirmed: bool
    sources: tuple[Evidence, ...]


class Compared(Struct, frozen=True):
    figure: Figure
    rows: tuple[Row, ...]


@cache
def figures() -> tuple[Figure, ...]:
    return _page().figure


def much_better() -> Statement:
    return _page().better


@cache
def _page() -> Figures:
    return read(FOLDER / "figures.toml", Figures)


def compared() -> list[Compared]:
    """Each therapy's benefit and harm, drawn in the visitor's language."""
    return [Compared(one, (_benefit(one), _harm(one))) for one in figures()]


def _benefit(figure: Figure) -> Row:
    arm = shipped().arms[figure.arm]
    control = arm.control.response_pct if arm.control and figure.comparator else None
    return _row(figure.benefit, _rate(arm), control, arm)


def _harm(figure: Figure) -> Row:
    effects = shipped().therapies[figure.id].side_effects
    effect = next(one for one in effects if one.name == figure.harm)
    if effect.pct is None:
        raise ContentError(f"figures.toml: {figure.id}: this harm has no percentage; name another")
    control = effect.control_pct if figure.comparator else None
    return _row(figure.harmed, effect.pct, control, effect)


def _rate(arm: Arm) -> float:
    if arm.response is None:
        raise ContentError(f"figures.toml: {arm.id}: this arm tells no response; name another")
    return arm.response.pct


def _row(outcome: str, pct: float, control: float | None, said: Arm | SideEffect) -> Row:
    stayed = None if control is None else _hundred(control, outcome)
    return Row(_(outcome), _hundred(pct, outcome), stayed, said.status in CONFIRMED, said.evidence)


def _hundred(pct: float, outcome: str) -> Hundred:
    count = round(pct)
    told = _("%(count)s in 100 people %(outcome)s") % {"count": count, "outcome": _(outcome)}
    return Hundred(count, mark_safe(icon_array(count, told)), told)  # noqa: S308 - escaped there
