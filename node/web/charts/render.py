"""Charts as SVG for pages and as PNG for files and documents, both without network and with the charts' own font.

One chart is rendered at a time: vl-convert keeps one JavaScript engine for the process and holds Python's lock while it
works. The engine is started by the first chart.
"""

from __future__ import annotations

import json
import re
from functools import cache
from types import ModuleType
from typing import Any

from node.errors import NodeError
from node.web.charts.fonts import font_directory
from node.web.charts.inline import inline
from node.web.charts.sheet import ChartSpec

SARA_AM = re.compile("([\u0e48-\u0e4b]?)\u0e33")
VERSION = re.compile(r"/vega-lite/v(\d+\.\d+)\.")
MEASURED_FONT = "sans-serif"
MOST_SCALE = 4.0
"""A larger PNG serves no report and costs much memory: its pixels grow with the square."""


def svg(chart: ChartSpec, ident: str) -> str:
    """The chart as an SVG element that may stand in a page. `ident`: unique in the page.

    Raises: NodeError where the chart cannot be drawn, or `ident` is no identifier.
    """
    document, texts = _with_stand_ins(chart.document)
    try:
        raw = _engine().vegalite_to_svg(document, vl_version=_grammar(chart.document), allowed_base_urls=[])
    except ValueError as problem:
        raise NodeError(f"the chart “{chart.headline}” cannot be drawn: {problem}") from problem
    return inline(raw, texts, ident, chart.headline, chart.alternative)


def png(chart: ChartSpec, scale: float = 2.0) -> bytes:
    """The chart as a PNG file. `scale`: pixels of the file for each pixel of the chart, at most MOST_SCALE.

    Raises: NodeError where the chart cannot be drawn, or `scale` is out of bounds.
    """
    if not 0 < scale <= MOST_SCALE:
        raise NodeError(f"a chart cannot be scaled by {scale}; give a number above 0 and up to {MOST_SCALE:g}")
    return bytes(_engine().svg_to_png(decompose_sara_am(svg(chart, "chart")), scale=scale))


def decompose_sara_am(text: str) -> str:
    """Thai sara am as nikhahit, tone mark and sara aa: after a whole one the rasteriser sets the next letter over it.

    Source: Unicode 16, U+0E33 (compatibility decomposition U+0E4D U+0E32); a tone mark stands above the nikhahit.
    """
    return SARA_AM.sub("\u0e4d\\1\u0e32", text)


def _with_stand_ins(document: str) -> tuple[str, tuple[str, ...]]:
    """The specification with the index of each line of text in its place, and the lines.

    The renderer measures every text letter by letter, which takes most of its time, and no place in a chart of ours
    follows from what it finds.
    """
    lines = list[str]()

    def stand_in(text: str) -> str:
        lines.append(text)
        return str(len(lines) - 1)

    spec: dict[str, Any] = json.loads(document)
    for rows in spec["datasets"].values():
        if rows and "text" in rows[0]:
            for row in rows:
                row["text"] = "\n".join(stand_in(line) for line in row["text"].split("\n"))
    for part in ("text", "subtitle"):
        spec["title"][part] = [stand_in(line) for line in spec["title"][part]]
    spec["config"]["font"] = MEASURED_FONT
    return json.dumps(spec, separators=(",", ":")), tuple(lines)


@cache
def _engine() -> ModuleType:
    """The renderer with the charts' font; not before the first chart, as it takes 90 MiB."""
    import vl_convert  # noqa: PLC0415  # a worker that draws no chart does without it

    vl_convert.register_font_directory(str(font_directory()))
    return vl_convert


def _grammar(document: str) -> str:
    """The version of Vega-Lite that Altair wrote, as vl-convert numbers it: `6.1`."""
    found = VERSION.search(document)
    if found is None:
        raise NodeError("a chart's specification does not say which Vega-Lite it is written in; build it with Sheet")
    return found[1]
