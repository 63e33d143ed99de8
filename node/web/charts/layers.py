"""The few kinds of layer of which all charts are made, as Altair writes them, on rows that are given later.

Altair copies and checks its parts again and again, which takes longer than drawing; a layer without its rows is the
same for many charts, so each is made once. Only `Sheet` imports this module, and not before the first chart: Altair
takes 40 MiB and a quarter of a second.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt
from altair.utils.schemapi import UndefinedType

from node.web.charts.axes import Axis
from node.web.charts.fonts import Weight
from node.web.charts.marks import Align

Layer = dict[str, Any]
"""A Vega-Lite layer. Shared: never changed."""

SCHEMA = alt.SCHEMA_URL
ROWS = "rows"
KEPT_LAYERS = 256
THAI_LEADING = 1.45
"""Line height of headlines in their size: less, and marks below a Thai line meet those above the next."""


@lru_cache(maxsize=KEPT_LAYERS)
def rectangle_layer(
    across: Axis | None, down: Axis | None, dash: tuple[int, ...], line: float, *, links: bool
) -> Layer:
    mark = _rows().mark_rect(strokeWidth=line, aria=links, strokeDash=_dashed(dash))
    drawn = mark.encode(*_box(across, down), *_paint("fill", "stroke"))
    if links:
        drawn = drawn.encode(alt.Href("href", type="nominal"), alt.Description("title", type="nominal"))
    return _layer(drawn)


@lru_cache(maxsize=KEPT_LAYERS)
def rule_layer(across: Axis | None, down: Axis | None, dash: tuple[int, ...], line: float) -> Layer:
    mark = _rows().mark_rule(strokeWidth=line, aria=False, strokeDash=_dashed(dash))
    return _layer(mark.encode(*_box(across, down), *_paint("stroke")))


@lru_cache(maxsize=KEPT_LAYERS)
def line_layer(across: Axis | None, down: Axis | None, line: float) -> Layer:
    mark = _rows().mark_line(strokeWidth=line, strokeJoin="round", aria=False)
    run, order = alt.Detail("run", type="nominal"), alt.Order("order", type="quantitative")
    return _layer(mark.encode(*_place(across, down), *_paint("stroke"), run, order))


@lru_cache(maxsize=KEPT_LAYERS)
def shape_layer(across: Axis | None, down: Axis | None, line: float) -> Layer:
    mark = _rows().mark_point(opacity=1, strokeWidth=line, aria=False)
    shape = alt.Shape("shape", type="nominal", scale=None, legend=None)
    area = alt.Size("area", type="quantitative", scale=None, legend=None)
    return _layer(mark.encode(*_place(across, down), shape, area, *_paint("fill", "stroke")))


@lru_cache(maxsize=KEPT_LAYERS)
def text_layer(
    across: Axis | None,
    down: Axis | None,
    size: float,
    weight: Weight,
    align: Align,
    shift: tuple[float, float],
    line_height: float,
) -> Layer:
    mark = _rows().mark_text(
        align=align,
        baseline="middle",
        fontSize=size,
        fontWeight=weight,
        lineBreak="\n",
        lineHeight=line_height,
        dx=shift[0],
        dy=shift[1],
        aria=False,
    )
    return _layer(mark.encode(*_place(across, down), *_paint("fill"), alt.Text("text", type="nominal")))


def heading(
    headline: tuple[str, ...], subtitle: tuple[str, ...], *, sizes: tuple[float, float], inks: tuple[str, str]
) -> Layer:
    """Both above the drawing, from its left edge, in lines; sizes in pixels."""
    title = alt.TitleParams(
        text=list(headline),
        subtitle=list(subtitle),
        anchor="start",
        frame="group",
        offset=14,
        fontSize=sizes[0],
        fontWeight=600,
        lineHeight=sizes[0] * THAI_LEADING,
        color=inks[0],
        subtitleFontSize=sizes[1],
        subtitleFontWeight=400,
        subtitleColor=inks[1],
        subtitleLineHeight=sizes[1] * THAI_LEADING,
        subtitlePadding=6,
    )
    written: Layer = title.to_dict(validate=False)
    return written


def _rows() -> alt.Chart:
    return alt.Chart(alt.NamedData(name=ROWS))


def _layer(chart: alt.Chart) -> Layer:
    """The layer alone, unchecked here: the tests check whole charts against the schema."""
    whole: Layer = chart.to_dict(validate=False)
    return {part: whole[part] for part in ("mark", "encoding")}


def _place(across: Axis | None, down: Axis | None) -> tuple[alt.X, alt.Y]:
    return (
        alt.X("x", type="quantitative", scale=_scale(across), axis=None),
        alt.Y("y", type="quantitative", scale=_scale(down), axis=None),
    )


def _box(across: Axis | None, down: Axis | None) -> tuple[alt.X, alt.Y, alt.X2, alt.Y2]:
    return (*_place(across, down), alt.X2("x2"), alt.Y2("y2"))


def _paint(*channels: str) -> list[alt.Fill | alt.Stroke]:
    kinds: dict[str, type[alt.Fill] | type[alt.Stroke]] = {"fill": alt.Fill, "stroke": alt.Stroke}
    return [kinds[channel](channel, type="nominal", scale=None, legend=None) for channel in channels]


def _dashed(dash: tuple[int, ...]) -> list[float] | UndefinedType:
    return [float(part) for part in dash] if dash else alt.Undefined


def _scale(axis: Axis | None) -> alt.Scale | None:
    """None takes values for pixels."""
    if axis is None:
        return None
    return alt.Scale(
        type="log" if axis.logarithmic else "linear",
        domain=[axis.low, axis.high],
        range=[axis.start, axis.end],
        nice=False,
        zero=False,
        clamp=True,
    )
