"""The Beveridge curve: how many look for work against how many posts are vacant, month by month.

Source: the form is Beveridge, Full Employment in a Free Society (1944); movement along the curve speaks of the cycle,
movement of the curve itself of how well posts and seekers meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from node.errors import NodeError
from node.web.charts.axes import ENGLISH, Axis, Numerals, axis_around
from node.web.charts.cells import draw_key
from node.web.charts.fonts import SEMIBOLD
from node.web.charts.intervals import CIRCLE, Extent, finite_ends
from node.web.charts.marks import Align, Row
from node.web.charts.metrics import line_height, width_of, wrap
from node.web.charts.palette import FRAME, GRID, INK, LOOKS, MUTED, NAVY, NEUTRAL, WHITE, FigureState
from node.web.charts.sheet import SMALL, ChartSpec, ChartText, Sheet
from node.web.charts.signs import draw_over

HIGHEST, RATIO = 460.0, 0.6
TICK_GAP, FOOT = 8.0, 20.0


@dataclass(frozen=True, slots=True)
class BeveridgePoint:
    """One month. `seekers`, `vacancies`: in the units that the axes are named by; `month`: as written; `signs`: over
    its point, as in `time_series.Moment`."""

    month: str
    seekers: Extent
    vacancies: Extent
    href: str = ""
    title: str = ""
    signs: str = ""


@dataclass(frozen=True, slots=True)
class Beveridge:
    """`points`: in the order of time; `across`, `down`: the names of the axes with their units.

    Raises: NodeError where there is no point.
    """

    text: ChartText
    points: tuple[BeveridgePoint, ...]
    across: str
    down: str
    key: tuple[tuple[FigureState, str], ...] = ()
    numerals: Numerals = ENGLISH

    def __post_init__(self) -> None:
        if not self.points:
            raise NodeError("a Beveridge curve needs a point; leave the chart out where there is none")

    def spec(self, width: int) -> ChartSpec:
        """Scales span what the months span, not from 0: what is read is movement, not distance from the corner."""
        sheet = Sheet(width)
        top = draw_key(sheet, self.key, 0.0)
        lines = wrap(self.down, sheet.width, SMALL, SEMIBOLD)
        sheet.texts([{"x": 0, "y": top + 8, "text": "\n".join(lines), "fill": INK}], size=SMALL, weight=SEMIBOLD)
        top += len(lines) * line_height(SMALL) + 14
        high = min(HIGHEST, sheet.width * (0.85 if sheet.stacked else RATIO))
        down = axis_around(finite_ends(point.vacancies for point in self.points), top + high, top)
        seekers = finite_ends(point.seekers for point in self.points)
        ticks = down.written(self.numerals)
        left = max(width_of(text, SMALL) for _, text in ticks) + TICK_GAP
        across = axis_around(seekers, left, sheet.width - 16)
        _grid(sheet, across, down, self.numerals)
        _draw(sheet, self.points, across, down)
        foot = top + high + FOOT
        name = wrap(self.across, sheet.width - left, SMALL, SEMIBOLD)
        sheet.texts(
            [{"x": sheet.width, "y": foot + 12, "text": "\n".join(name), "fill": INK}],
            size=SMALL,
            weight=SEMIBOLD,
            align="right",
        )
        return sheet.finish(self.text, foot + len(name) * line_height(SMALL) + 10)


@dataclass(frozen=True, slots=True)
class _Place:
    """A month of which both figures are known."""

    point: BeveridgePoint
    x: float
    y: float


def _grid(sheet: Sheet, across: Axis, down: Axis, numerals: Numerals) -> None:
    rows, columns = down.written(numerals), across.written(numerals)
    level: list[Row] = [
        {"x": across.start, "x2": across.end, "y": value, "y2": value, "stroke": FRAME if value == down.low else GRID}
        for value, _ in rows
    ]
    upright: list[Row] = [
        {"x": value, "x2": value, "y": down.end, "y2": down.start, "stroke": FRAME if value == across.low else GRID}
        for value, _ in columns
    ]
    sheet.rules(level, down=down, line=0.8)
    sheet.rules(upright, across=across, line=0.8)
    beside: list[Row] = [
        {"x": across.start - TICK_GAP, "y": value, "text": text, "fill": MUTED} for value, text in rows
    ]
    below: list[Row] = [{"x": value, "y": down.start + 12, "text": text, "fill": MUTED} for value, text in columns]
    sheet.texts(beside, down=down, size=SMALL, align="right")
    sheet.texts(below, across=across, size=SMALL, align="center")


def _draw(sheet: Sheet, points: Sequence[BeveridgePoint], across: Axis, down: Axis) -> None:
    placed, path, boxes = list[_Place](), list[Row](), list[Row]()
    run = 0
    for at, point in enumerate(points):
        x, y = point.seekers.point, point.vacancies.point
        if x is None or y is None:
            run += 1
            boxes += _boxes(point, across, down)
            continue
        placed.append(_Place(point, x, y))
        path.append({"x": x, "y": y, "run": run, "order": at, "stroke": NAVY})
    areas = [row for row in boxes if row["x"] != row["x2"] and row["y"] != row["y2"]]
    sheet.rectangles(areas, across=across, down=down, dash=LOOKS[FigureState.HIDDEN].dash)
    sheet.rules([row for row in boxes if row not in areas], across=across, down=down, line=2, dash=(4, 3))
    sheet.lines(path, across=across, down=down, line=1.4)
    dots = list[Row]()
    for index, place in enumerate(placed):
        last = index == len(placed) - 1
        dot: Row = {"x": place.x, "y": place.y, "shape": CIRCLE, "area": 90 if last else 40}
        dots.append({**dot, "fill": WHITE if index == 0 and not last else NAVY, "stroke": NAVY})
    sheet.shapes(dots, across=across, down=down, line=1.6)
    _label_ends(sheet, placed, across, down)
    over = [(place.point.signs, across.place(place.x), down.place(place.y)) for place in placed if place.point.signs]
    draw_over(sheet, over)
    for place in placed:
        x, y = across.place(place.x), down.place(place.y)
        sheet.link(x - 7, y - 7, x + 7, y + 7, place.point.href, place.point.title)


def _label_ends(sheet: Sheet, placed: Sequence[_Place], across: Axis, down: Axis) -> None:
    """The first and the last known month, written away from where most of the others lie."""
    ends = [placed[0], placed[-1]] if len(placed) > 1 else placed
    for end in ends:
        others = [place for place in placed if place is not end] or placed
        left = end.x < sum(place.x for place in others) / len(others)
        above = end.y >= sum(place.y for place in others) / len(others)
        side: Align = "right" if left else "left"
        room = across.share(end.x) * (across.end - across.start)
        needed = width_of(end.point.month, SMALL, SEMIBOLD) + 10
        if left and room < needed:
            side = "left"
        if not left and across.end - across.start - room + 16 < needed:
            side = "right"
        label: Row = {"x": end.x, "y": end.y, "text": end.point.month, "fill": INK}
        shift = (-9.0 if side == "right" else 9.0, -10.0 if above else 10.0)
        sheet.texts([label], across=across, down=down, size=SMALL, weight=SEMIBOLD, align=side, shift=shift)


def _boxes(point: BeveridgePoint, across: Axis, down: Axis) -> list[Row]:
    """All places where a hidden month can lie: one box, or none where one of its figures is not there at all."""
    ends = list[tuple[float, float]]()
    for extent, axis in ((point.seekers, across), (point.vacancies, down)):
        low, high = extent.interval or (extent.point, extent.point)
        if low is None or high is None:
            return []
        ends.append((axis.held(low), axis.held(high)))
    (x, x2), (y, y2) = ends
    return [{"x": x, "x2": x2, "y": y, "y2": y2, "fill": NEUTRAL, "stroke": MUTED}]
