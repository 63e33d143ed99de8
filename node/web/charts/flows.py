"""Flows: the largest of them as bars, each called by where it comes from and where it leads to."""

from __future__ import annotations

import math
from dataclasses import dataclass

from node.errors import NodeError
from node.web.charts.axes import axis_from_zero
from node.web.charts.marks import Row
from node.web.charts.palette import NAVY
from node.web.charts.rows import draw_rows, plan_rows
from node.web.charts.sheet import ChartSpec, ChartText, Sheet

HIGH = 16.0


@dataclass(frozen=True, slots=True)
class FlowBar:
    """`label`: `North Sumatra → Penang`; `size`: in the unit of `figure`, which is written beside it; `signs`: behind
    the label, of how the feeds of its areas stand.

    Raises: NodeError where the size is negative or not finite.
    """

    label: str
    size: float
    figure: str
    href: str = ""
    title: str = ""
    signs: str = ""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.size) and self.size >= 0):
            raise NodeError(f"a flow of {self.size} cannot be drawn; give a finite size from 0 up")


@dataclass(frozen=True, slots=True)
class Flows:
    """`rows`: largest first. Raises: NodeError where there is none."""

    text: ChartText
    rows: tuple[FlowBar, ...]

    def __post_init__(self) -> None:
        if not self.rows:
            raise NodeError("a chart of flows needs one; leave the chart out where nothing flows")

    def spec(self, width: int) -> ChartSpec:
        """Bars from 0, without scale: the figures stand beside them."""
        sheet = Sheet(width)
        high = HIGH - 4 if sheet.stacked else HIGH
        labels, figures = [row.label for row in self.rows], [row.figure for row in self.rows]
        rows = plan_rows(sheet, labels, 0.0, high=high, figures=figures, signs=[row.signs for row in self.rows])
        draw_rows(sheet, rows)
        axis = axis_from_zero((row.size for row in self.rows), rows.left, rows.right)
        bars = list[Row]()
        for row, band in zip(self.rows, rows.bands, strict=True):
            edge: Row = {"y": band.middle - high / 2, "y2": band.middle + high / 2, "fill": NAVY, "stroke": NAVY}
            bars.append({"x": 0, "x2": row.size, **edge})
            sheet.link(0, band.top, sheet.width, band.bottom, row.href, row.title)
        sheet.rectangles(bars, across=axis, line=0)
        return sheet.finish(self.text, rows.end + 2)
