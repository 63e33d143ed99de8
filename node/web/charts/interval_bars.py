"""Interval bars: ranked rows with a point for what is known and a line over all that a hidden figure can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from node.errors import NodeError
from node.web.charts.axes import ENGLISH, Axis, Numerals, axis_from_zero, logarithmic_axis
from node.web.charts.cells import draw_key
from node.web.charts.fonts import SEMIBOLD
from node.web.charts.intervals import ARROW_LEFT, ARROW_RIGHT, CIRCLE, Extent, Reference, finite_ends
from node.web.charts.marks import Align, Row
from node.web.charts.metrics import line_height, wrap
from node.web.charts.palette import (
    GRID,
    INK,
    LOOKS,
    MUTED,
    NAVY,
    SHORTAGE_INK,
    SHORTAGE_PALE,
    SURPLUS_INK,
    SURPLUS_PALE,
    FigureState,
)
from node.web.charts.rows import Bands, draw_rows, plan_rows
from node.web.charts.sheet import SMALL, ChartSpec, ChartText, Sheet

HIGH, LINE, CAP, POINT, ARROW = 18.0, 3.0, 4.5, 95.0, 90.0
"""Height of what a row holds, thickness of an interval, half its end caps (pixels), areas of marks (square pixels)."""
INSET = 9.0
"""Pixels kept free at either end of the scale, so that marks there stay whole."""
TICK_ROOM = 20.0


@dataclass(frozen=True, slots=True)
class IntervalBar:
    """One row. `figure`: the value or interval as written, or the word for its gap; `href`: a path of this site;
    `signs`: behind the label, of how its feed stands."""

    label: str
    extent: Extent
    figure: str
    state: FigureState
    href: str = ""
    title: str = ""
    signs: str = ""


@dataclass(frozen=True, slots=True)
class IntervalBars:
    """`rows`: in the order of their ranks. With a `reference` the scale is logarithmic, so that half and double lie
    equally far from it; without, it begins at 0.

    Raises: NodeError where there is no row.
    """

    text: ChartText
    rows: tuple[IntervalBar, ...]
    key: tuple[tuple[FigureState, str], ...] = ()
    reference: Reference | None = None
    numerals: Numerals = ENGLISH

    def __post_init__(self) -> None:
        if not self.rows:
            raise NodeError("interval bars need a row; leave the chart out where there is none")

    def spec(self, width: int) -> ChartSpec:
        sheet = Sheet(width)
        head = draw_key(sheet, self.key, 0.0)
        names = 0.0 if self.reference is None else line_height(SMALL) * (3 if sheet.stacked else 2) + 6
        labels, figures = [row.label for row in self.rows], [row.figure for row in self.rows]
        signs = [row.signs for row in self.rows]
        rows = plan_rows(sheet, labels, head + names + TICK_ROOM, high=HIGH, figures=figures, signs=signs)
        axis = self._axis(rows.left + INSET, rows.right - INSET)
        if self.reference is not None:
            _shade(sheet, self.reference, axis, rows)
        _grid(sheet, axis.written(self.numerals, 4 if sheet.stacked else 7), axis, rows)
        draw_rows(sheet, rows)
        if self.reference is not None:
            _name(sheet, self.reference, axis, rows, head)
        _draw(sheet, self.rows, axis, rows, self.reference)
        for row, band in zip(self.rows, rows.bands, strict=True):
            sheet.link(0, band.top, sheet.width, band.bottom, row.href, row.title)
        return sheet.finish(self.text, rows.end + 4)

    def _axis(self, start: float, end: float) -> Axis:
        values = finite_ends(row.extent for row in self.rows)
        if self.reference is None:
            return axis_from_zero(values, start, end)
        return logarithmic_axis(values, start, end, around=self.reference.value)


def _shade(sheet: Sheet, reference: Reference, axis: Axis, rows: Bands) -> None:
    low: Row = {"x": axis.low, "x2": axis.held(reference.low), "fill": SURPLUS_PALE, "stroke": SURPLUS_PALE}
    high: Row = {"x": axis.held(reference.high), "x2": axis.high, "fill": SHORTAGE_PALE, "stroke": SHORTAGE_PALE}
    grounds: list[Row] = [{**side, "y": y, "y2": y2} for side in (low, high) for y, y2 in rows.free]
    sheet.rectangles(grounds, across=axis, line=0)


def _name(sheet: Sheet, reference: Reference, axis: Axis, rows: Bands, top: float) -> None:
    """The names of both grounds from their outer edges, and below these the name of the line between them."""
    line: Row = {"x": reference.value, "x2": reference.value, "stroke": NAVY}
    sheet.rules([{**line, "y": y, "y2": y2} for y, y2 in rows.free], across=axis, line=1.4)
    room = (rows.right - rows.left) * 0.48
    sides: tuple[tuple[str, float, str, Align], ...] = (
        (reference.low_name, rows.left, SURPLUS_INK, "left"),
        (reference.high_name, rows.right, SHORTAGE_INK, "right"),
    )
    for name, x, ink, align in sides:
        text: Row = {"x": x, "y": top + line_height(SMALL) / 2, "text": "\n".join(wrap(name, room, SMALL)), "fill": ink}
        sheet.texts([text], size=SMALL, align=align)
    middle = rows.left + axis.share(reference.value) * (rows.right - rows.left)
    y = rows.bands[0].top - TICK_ROOM - line_height(SMALL) / 2
    named: Row = {"x": middle, "y": y, "text": reference.name, "fill": NAVY}
    sheet.texts([named], size=SMALL, align="center", weight=SEMIBOLD)


def _grid(sheet: Sheet, ticks: Sequence[tuple[float, str]], axis: Axis, rows: Bands) -> None:
    lines: list[Row] = [
        {"x": value, "x2": value, "y": y, "y2": y2, "stroke": GRID} for value, _ in ticks for y, y2 in rows.free
    ]
    sheet.rules(lines, across=axis, line=0.8)
    y = rows.bands[0].top - TICK_ROOM / 2
    texts: list[Row] = [{"x": value, "y": y, "text": text, "fill": MUTED} for value, text in ticks]
    sheet.texts(texts, across=axis, size=SMALL, align="center")


def _draw(sheet: Sheet, rows: Sequence[IntervalBar], axis: Axis, bands: Bands, reference: Reference | None) -> None:
    stems, spans, caps, arrows, points = (list[Row]() for _ in range(5))
    start = axis.low if reference is None else reference.value
    for row, band in zip(rows, bands.bands, strict=True):
        look = LOOKS[row.state]
        y: Row = {"y": band.middle, "y2": band.middle, "stroke": look.ink}
        if row.extent.interval is not None:
            low, high = row.extent.interval
            spans.append({**y, "x": axis.held(low), "x2": axis.held(high)})
            for value, arrow in ((low, ARROW_LEFT), (high, ARROW_RIGHT)):
                if axis.low <= value <= axis.high:
                    upright: Row = {"x": value, "x2": value, "y": band.middle - CAP, "y2": band.middle + CAP}
                    caps.append({**upright, "stroke": look.ink})
                else:
                    end: Row = {"x": axis.held(value), "y": band.middle, "shape": arrow, "area": ARROW}
                    arrows.append({**end, "fill": look.ink, "stroke": look.ink})
        if row.extent.point is not None:
            value = axis.held(row.extent.point)
            if row.extent.interval is None:
                stems.append({**y, "x": start, "x2": value})
            shape = _point(row, axis)
            points.append(
                {"x": value, "y": band.middle, "shape": shape, "area": POINT, "fill": look.fill, "stroke": INK}
            )
    sheet.rules(stems, across=axis, line=1.6)
    sheet.rules(spans, across=axis, line=LINE)
    sheet.rules(caps, across=axis, line=1.6)
    sheet.shapes(arrows, across=axis)
    sheet.shapes(points, across=axis, line=1.3)


def _point(row: IntervalBar, axis: Axis) -> str:
    """Triangles for the two signals, a circle for the rest, an arrow where the value lies beyond the scale."""
    value = row.extent.point
    if value is not None and not axis.low <= value <= axis.high:
        return ARROW_LEFT if value < axis.low else ARROW_RIGHT
    return LOOKS[row.state].mark if row.state in (FigureState.SHORTAGE, FigureState.SURPLUS) else CIRCLE
