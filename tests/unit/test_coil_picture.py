"""The drawings of a coil's field: readable without colour, told in words, warned of."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from euthymia import shipped
from euthymia.exchange.coil_picture import (
    WIDTH,
    OverCortex,
    OverDepth,
    cortex_picture,
    cortex_words,
    depth_picture,
    depth_words,
    together,
)
from euthymia.exchange.timeline.drawing import width_of

WARNING = shipped().sphere_heads["standard"].warning
SVG = "{http://www.w3.org/2000/svg}"

DEPTH = OverDepth((5, 15, 29, 40), (2.54, 1.55, 0.775, 0.45), 15, 14)
CORTEX = OverCortex(((20, 44, None), (57, 100, 57), (None, 44, 20)), 10, 1.55)


def read(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own drawing


def texts(root: ElementTree.Element) -> list[str]:
    return [one.text or "" for one in root.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    "drawing", [depth_picture(DEPTH, WARNING), cortex_picture(CORTEX, WARNING)]
)
def test_each_drawing_carries_the_warning_in_sight_and_in_its_words(drawing):
    root = read(drawing)

    assert "not this patient" in WARNING
    assert "not for dosing" in WARNING
    assert WARNING in " ".join(texts(root))
    assert (root.findtext(f"{SVG}desc") or "").endswith(WARNING)


def test_each_drawing_is_told_in_words():
    assert "half" in depth_words(DEPTH)
    assert "1.55 V/m" in depth_words(DEPTH)
    assert "0.45 V/m" in depth_words(DEPTH)
    assert "3 of 7 cells of 10 mm" in cortex_words(CORTEX)
    assert depth_words(DEPTH) in (read(depth_picture(DEPTH, "")).findtext(f"{SVG}desc") or "")
    assert cortex_words(CORTEX) in (read(cortex_picture(CORTEX, "")).findtext(f"{SVG}desc") or "")


def test_every_cell_says_its_number_and_those_at_half_have_an_outline():
    root = read(cortex_picture(CORTEX, WARNING))
    cells = [one for one in root.iter(f"{SVG}rect") if "cell" in one.get("class", "")]
    numbers = [
        one.text for one in root.iter(f"{SVG}text") if one.get("class", "").startswith("number")
    ]

    assert numbers == ["20", "44", "57", "100", "57", "44", "20"]
    assert len(cells) == len(numbers)
    assert [
        number
        for cell, number in zip(cells, numbers, strict=True)
        if "edge" in cell.get("class", "")
    ] == ["57", "100", "57"]


@pytest.mark.parametrize(
    "drawing", [depth_picture(DEPTH, WARNING), cortex_picture(CORTEX, WARNING)]
)
def test_no_words_leave_the_sheet(drawing):
    root = read(drawing)
    height = float(root.get("height", "0"))
    lines = [one for one in root.iter(f"{SVG}text") if "small" in one.get("class", "")]
    for one in lines:
        x, wide = float(one.get("x", "0")), width_of(one.text or "", 12.5)
        start = {"end": x - wide, "middle": x - wide / 2}.get(one.get("text-anchor", ""), x)
        assert start >= -2
        assert start + wide <= WIDTH
        assert 0 < float(one.get("y", "0")) <= height - 4


def test_both_fit_one_document_with_names_of_their_own():
    root = read(together(DEPTH, CORTEX, WARNING))
    names = [one.get("id") for one in root.iter() if one.get("id")]

    assert len(names) == len(set(names)) == 4
    assert float(root.get("width", "0")) <= 360


def test_a_depth_beyond_those_given_is_refused():
    with pytest.raises(ValueError, match="between the first and last"):
        DEPTH.at(41)


def test_words_of_a_page_are_escaped():
    assert "<b>" not in depth_picture(DEPTH, "<b>not for dosing</b>")
