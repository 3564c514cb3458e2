"""From a chart's spec to SVG text that any page may hold: no script, no style, nothing fetched."""

from __future__ import annotations

import re
from typing import Any

Json = dict[str, Any]
INK, QUIET, LINE, PAPER, ACCENT = "#17212b", "#4a5763", "#c9d2da", "#ffffff", "#0b5563"
FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
"""One family in width, so that text measured here fits where it is read."""
NEEDLESS = re.compile(r' (?:class|role|aria-[a-z]+|pointer-events|version)="[^"]*"')
EMPTY = re.compile(r'<path [^>]*d="(?:M0,0h0v0h0Z)?"[^>]*/>')
"""What the writer of the SVG adds, and no reader of a picture uses: two fifths of its size."""
CONFIG: Json = {
    "aria": False,  # the picture is one image with words of its own
    "background": PAPER,
    "font": FONT,
    "padding": {"left": 8, "top": 5, "right": 12, "bottom": 5},
    "view": {"stroke": LINE},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": LINE,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
}


def drawn(chart: Any, width: int | None = None, height: int | None = None) -> str:
    """The chart as one SVG element. Text may reach beyond `width` and `height` of the plot."""
    import vl_convert  # noqa: PLC0415 - loaded only to draw

    sized = chart if width is None else chart.properties(width=width, height=height)
    spec = sized.configure(**CONFIG).to_dict()
    svg: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return NEEDLESS.sub("", EMPTY.sub("", svg))
