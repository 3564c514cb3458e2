"""Draws the options side by side: how each stands by each matter, in dots, in the order advised."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from euthymia.clinic.assessments.drawing import ACCENT, INK, Json, drawn
from euthymia.exchange.page.choice import ChoiceBox, ChoiceRow

ROW, COLUMN, NARROW, LABELS = 24, 108, 200, 430
"""Heights and widths in pixels; LABELS is the longest a name may become before it is cut."""


def choice_chart(choice: ChoiceBox) -> Json:
    """The chart as `wide` and `narrow` SVG text, empty where nothing is judged by any matter."""
    rows = list(_dots(choice))
    told = "Dots filled of four, four the best by that matter, in the judgement of this software."
    if not rows:
        return {"wide": "", "narrow": "", "told": told}
    return {
        "wide": drawn(_wide(choice, rows)),
        "narrow": drawn(_narrow(choice, rows)),
        "told": told,
    }


def _dots(choice: ChoiceBox) -> Iterator[Json]:
    """One row for each dot of each option and matter."""
    for group in choice.groups:
        for row in group.rows:
            for cell in row.cells:
                level, _, most = cell.level.partition(" of ")
                for dot in range(1, int(most or 0) + 1):
                    yield {
                        "group": group.heading,
                        "option": _name(row),
                        "dot": dot,
                        "matter": cell.merit.capitalize(),
                        "full": dot <= int(level),
                    }


def _name(row: ChoiceRow) -> str:
    return f"{row.name}: {row.word}"


def _wide(choice: ChoiceBox, rows: list[Json]) -> Any:
    """A line for each option, a column for each matter, under the headings of the groups."""
    alt = _altair()
    names = [_name(row) for group in choice.groups for row in group.rows]
    matters = alt.Axis(
        orient="top", labelAngle=0, domain=False, ticks=False, labelFontWeight="bold"
    )
    options = alt.Axis(labelLimit=LABELS, domain=False, ticks=False, grid=True)
    shape = _marks(rows).encode(
        x=alt.X("matter:N", sort=list(choice.merits), title=None, axis=matters),
        xOffset=alt.XOffset("dot:O"),
        y=alt.Y("option:N", sort=names, title=None, axis=options),
    )
    sized = shape.properties(width=COLUMN * len(choice.merits), height=alt.Step(ROW))
    return _under(sized, "group", [group.heading for group in choice.groups])


def _narrow(choice: ChoiceBox, rows: list[Json]) -> Any:
    """A block for each option, a line for each matter: taller, with type of the same size."""
    alt = _altair()
    names = [_name(row) for group in choice.groups for row in group.rows]
    matters = alt.Axis(labelLimit=LABELS, domain=False, ticks=False, grid=True)
    shape = _marks(rows).encode(
        x=alt.X("dot:O", title=None, axis=None),
        y=alt.Y("matter:N", sort=list(choice.merits), title=None, axis=matters),
    )
    return _under(shape.properties(width=NARROW, height=alt.Step(18)), "option", names)


def _marks(rows: list[Json]) -> Any:
    """Full and hollow dots, told apart without colour."""
    alt = _altair()
    dots = alt.Chart(alt.Data(values=rows)).mark_point(
        size=44, color=ACCENT, filled=True, stroke=ACCENT, opacity=1
    )
    full = alt.condition("datum.full", alt.value(1), alt.value(0))
    return dots.encode(fillOpacity=full)


def _under(shape: Any, by: str, headings: list[str]) -> Any:
    alt = _altair()
    heading = alt.Header(
        title=None,
        orient="top",
        labelAnchor="start",
        labelFontSize=13,
        labelFontWeight="bold",
        labelColor=INK,
        labelLimit=LABELS,
    )
    row = alt.Row(f"{by}:N", sort=headings, header=heading)
    return shape.facet(row=row, spacing=8).resolve_scale(y="independent", x="shared")


def _altair() -> Any:
    """Loaded only to draw: it takes seconds."""
    return import_module("altair")
