"""Paired bars: for each occupation several counts side by side, each in a panel of its own on one common scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from node.errors import NodeError
from node.web.charts.axes import Axis, axis_from_zero
from node.web.charts.cells import draw_key
from node.web.charts.fonts import SEMIBOLD
from node.web.charts.intervals import ARROW_RIGHT, Extent, finite_ends
from node.web.charts.marks import Row
from node.web.charts.metrics import line_height, width_of, wrap
from node.web.charts.palette import GRID, INK, LOOKS, MUTED, NAVY, FigureState
from node.web.charts.rows import Bands, draw_rows, plan_rows
from node.web.charts.sheet import SMALL, ChartSpec, ChartText, Sheet
from node.web.charts.signs import signs_after, signs_width

HIGH, BAR = 18.0, 12.0
PANEL_GAP = 18.0
FIGURE_GAP = 5.0
INKS = (NAVY, "#8a4b08", "#47617a")
"""One for each panel; each panel has its head, so colour carries nothing alone."""


@dataclass(frozen=True, slots=True)
class PairedFigure:
    """`figure`: the count or interval as written, or the word for its gap; `signs`: behind it, of what it lacks."""

    extent: Extent
    figure: str
    state: FigureState
    signs: str = ""


@dataclass(frozen=True, slots=True)
class PairedRow:
    """`figures`: one for each panel; `signs`: behind the label, of how its feed stands."""

    label: str
    figures: tuple[PairedFigure, ...]
    href: str = ""
    title: str = ""
    signs: str = ""


@dataclass(frozen=True, slots=True)
class PairedBars:
    """`panels`: their heads; all count in one unit, and so share one scale.

    Raises: NodeError where a row has another number of figures than there are panels, or there is no row.
    """

    text: ChartText
    panels: tuple[str, ...]
    rows: tuple[PairedRow, ...]
    key: tuple[tuple[FigureState, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.rows or not 1 <= len(self.panels) <= len(INKS):
            raise NodeError(f"paired bars need a row, and one to {len(INKS)} panels")
        if any(len(row.figures) != len(self.panels) for row in self.rows):
            raise NodeError(f"each row of paired bars needs {len(self.panels)} figures, one for each panel")

    def spec(self, width: int) -> ChartSpec:
        sheet = Sheet(width)
        head = draw_key(sheet, self.key, 0.0)
        panel = (sheet.width if sheet.stacked else sheet.width * 0.6) / len(self.panels) - PANEL_GAP
        heads = [wrap(name, panel, SMALL, SEMIBOLD) for name in self.panels]
        top = head + max(map(len, heads)) * line_height(SMALL) + 8
        labels, signs = [row.label for row in self.rows], [row.signs for row in self.rows]
        rows = plan_rows(sheet, labels, top, high=HIGH, signs=signs)
        draw_rows(sheet, rows)
        values = finite_ends(figure.extent for row in self.rows for figure in row.figures)
        beside = max(_width(figure) for row in self.rows for figure in row.figures) + FIGURE_GAP
        pitch = (rows.right - rows.left + PANEL_GAP) / len(self.panels)
        for index, lines in enumerate(heads):
            left = rows.left + index * pitch
            foot = top - 6 - line_height(SMALL) / 2
            first = foot - (len(lines) - 1) * line_height(SMALL)
            text: Row = {"x": left, "y": first, "text": "\n".join(lines), "fill": INKS[index]}
            sheet.texts([text], size=SMALL, weight=SEMIBOLD)
            axis = axis_from_zero(values, left, left + pitch - PANEL_GAP - beside)
            _panel(sheet, [row.figures[index] for row in self.rows], axis, rows, INKS[index])
        for row, band in zip(self.rows, rows.bands, strict=True):
            sheet.link(0, band.top, sheet.width, band.bottom, row.href, row.title)
        return sheet.finish(self.text, rows.end + 2)


def _panel(sheet: Sheet, figures: Sequence[PairedFigure], axis: Axis, rows: Bands, ink: str) -> None:
    """Bars from 0 for known counts; open boxes with a dashed border over what hidden ones can be."""
    base: list[Row] = [{"x": 0, "x2": 0, "y": y, "y2": y2, "stroke": GRID} for y, y2 in rows.free]
    sheet.rules(base, across=axis, line=1)
    bars, spans, arrows, texts, signs = (list[Row]() for _ in range(5))
    for figure, band in zip(figures, rows.bands, strict=True):
        edge: Row = {"y": band.middle - BAR / 2, "y2": band.middle + BAR / 2, "stroke": ink}
        end = 0.0
        if figure.extent.interval is not None:
            low, high = figure.extent.interval
            end = axis.held(high)
            spans.append({**edge, "x": low, "x2": end, "fill": LOOKS[FigureState.HIDDEN].fill})
            if high > axis.high:
                arrows.append(
                    {"x": end, "y": band.middle, "shape": ARROW_RIGHT, "area": 60, "fill": ink, "stroke": ink}
                )
        elif figure.extent.point is not None:
            end = figure.extent.point
            bars.append({**edge, "x": 0, "x2": end, "fill": ink})
        known = figure.state not in (FigureState.HIDDEN, FigureState.MISSING, FigureState.NOT_REPORTED)
        texts.append({"x": end, "y": band.middle, "text": figure.figure, "fill": INK if known else MUTED})
        signs += signs_after([figure.figure], axis.place(end) + FIGURE_GAP, band.middle, SMALL, figure.signs)
    sheet.rectangles(bars, across=axis, line=0)
    sheet.rectangles(spans, across=axis, dash=(4, 3))
    sheet.shapes(arrows, across=axis)
    sheet.texts(texts, across=axis, size=SMALL, shift=(FIGURE_GAP, 0))
    sheet.shapes(signs)


def _width(figure: PairedFigure) -> float:
    return width_of(figure.figure, SMALL) + signs_width(figure.signs, SMALL)
