"""Time series: known months joined, hidden ones as the interval they leave open, missing ones left open.

A second series has a panel of its own below, with its own scale: never two scales in one panel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from node.errors import NodeError
from node.web.charts.axes import ENGLISH, Axis, Numerals, axis_from_zero
from node.web.charts.cells import draw_key
from node.web.charts.fonts import SEMIBOLD
from node.web.charts.intervals import ARROW_UP, CIRCLE, Extent, Reference, finite_ends
from node.web.charts.marks import Row
from node.web.charts.metrics import line_height, width_of, wrap
from node.web.charts.palette import (
    FRAME,
    GRID,
    INK,
    LOOKS,
    MUTED,
    NAVY,
    NEUTRAL,
    NO_MARK,
    SHORTAGE_PALE,
    SURPLUS_PALE,
    WHITE,
    FigureState,
)
from node.web.charts.sheet import BODY, SMALL, ChartSpec, ChartText, Sheet
from node.web.charts.signs import draw_over

PANEL, PANEL_GAP, FOOT = 210.0, 18.0, 26.0
TICK_GAP = 8.0
POINT, SIGNALLED, AT_FOOT = 34.0, 110.0, 50.0
"""Areas of marks in square pixels: of a figure, of one that signals, and of what a figure's place does not show."""
SIGNALS = (FigureState.SHORTAGE, FigureState.SURPLUS)


@dataclass(frozen=True, slots=True)
class Moment:
    """One month of one series. `state`: of its figure; `figure`: as written; `href`: a path of this site, or empty;
    `signs`: over it, such as the letter of provisional figures and the sign of partial ones."""

    extent: Extent
    figure: str
    state: FigureState
    href: str = ""
    title: str = ""
    signs: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """`name`: with its unit, written above its panel; empty where the subtitle says it. `moments`: one for a month."""

    name: str
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """`months`: written along the foot, earliest first, as many as each of the one or two series has moments;
    `reference`: what the figures of all series are held against, with the grounds of shortage and surplus.

    Raises: NodeError where numbers of months and moments differ.
    """

    text: ChartText
    months: tuple[str, ...]
    series: tuple[Series, ...]
    key: tuple[tuple[FigureState, str], ...] = ()
    numerals: Numerals = ENGLISH
    reference: Reference | None = None

    def __post_init__(self) -> None:
        if not self.months or not 1 <= len(self.series) <= 2:
            raise NodeError("a time series needs a month, and one or two series")
        if any(len(series.moments) != len(self.months) for series in self.series):
            raise NodeError(f"each series needs {len(self.months)} moments, one for each month")

    def spec(self, width: int) -> ChartSpec:
        sheet = Sheet(width)
        top = draw_key(sheet, self.key, 0.0)
        axes = [self._axis(series) for series in self.series]
        ticks = [axis.written(self.numerals) for axis in axes]
        left = max(width_of(text, SMALL) for written in ticks for _, text in written) + TICK_GAP
        across = _months_axis(self.months, left, sheet.width)
        for series, axis, written in zip(self.series, axes, ticks, strict=True):
            top += _name(sheet, series.name, top)
            down = Axis(axis.low, axis.high, top + PANEL, top)
            if self.reference is not None:
                _shade(sheet, self.reference, down, left)
            _grid(sheet, written, down, left)
            _draw(sheet, series.moments, across, down)
            top += PANEL + PANEL_GAP
        foot = top - PANEL_GAP
        _write_months(sheet, self.months, across, foot)
        return sheet.finish(self.text, foot + FOOT)

    def _axis(self, series: Series) -> Axis:
        """With the grounds of both signals on it where there is a reference."""
        ends = list(finite_ends(moment.extent for moment in series.moments))
        if self.reference is not None:
            ends.append(self.reference.high * 1.1)
        return axis_from_zero(ends, PANEL, 0.0)


def _shade(sheet: Sheet, reference: Reference, down: Axis, left: float) -> None:
    """The grounds on which figures signal, and the level between."""
    sides = ((down.low, reference.low, SURPLUS_PALE), (reference.high, down.high, SHORTAGE_PALE))
    grounds: list[Row] = [
        {"x": left, "x2": sheet.width, "y": down.held(low), "y2": down.held(high), "fill": fill, "stroke": fill}
        for low, high, fill in sides
    ]
    sheet.rectangles(grounds, down=down, line=0)
    level: Row = {"x": left, "x2": sheet.width, "y": reference.value, "y2": reference.value, "stroke": NAVY}
    sheet.rules([level], down=down, line=1, dash=(5, 4))


def _months_axis(months: Sequence[str], start: float, end: float) -> Axis:
    """From half a month before the first to half a month after the last, whose label must not be cut off."""
    pitch = (end - start) / len(months)
    beyond = max(0.0, (width_of(months[-1], SMALL) - pitch) / 2)
    return Axis(-0.5, len(months) - 0.5, start, end - beyond)


def _name(sheet: Sheet, name: str, top: float) -> float:
    """The name of a panel above it. Returns the height taken."""
    if not name:
        return 8.0
    lines = wrap(name, sheet.width, BODY, SEMIBOLD)
    sheet.texts([{"x": 0, "y": top + 9, "text": "\n".join(lines), "fill": INK}], weight=SEMIBOLD)
    return len(lines) * line_height(BODY) + 12


def _grid(sheet: Sheet, ticks: Sequence[tuple[float, str]], down: Axis, left: float) -> None:
    lines: list[Row] = [
        {"x": left, "x2": sheet.width, "y": value, "y2": value, "stroke": FRAME if value == 0 else GRID}
        for value, _ in ticks
    ]
    sheet.rules(lines, down=down, line=0.8)
    texts: list[Row] = [{"x": left - TICK_GAP, "y": value, "text": text, "fill": MUTED} for value, text in ticks]
    sheet.texts(texts, down=down, size=SMALL, align="right")


def _draw(sheet: Sheet, moments: Sequence[Moment], across: Axis, down: Axis) -> None:
    _draw_intervals(sheet, moments, across, down)
    sheet.lines(list(_runs(moments)), across=across, down=down)
    points: list[Row] = [
        {"x": at, "y": moment.extent.point, **_point(moment.state)}
        for at, moment in enumerate(moments)
        if moment.extent.point is not None
    ]
    sheet.shapes(points, across=across, down=down, line=1)
    draw_over(
        sheet,
        [
            (moment.signs, across.place(at), down.place(top))
            for at, moment in enumerate(moments)
            if moment.signs and (top := _top(moment.extent)) is not None
        ],
    )
    foot = down.low + (down.high - down.low) * 0.045
    signs: list[Row] = []
    for at, moment in enumerate(moments):
        look, seen = LOOKS[moment.state], moment.extent.point is not None and moment.state in SIGNALS
        if look.mark != NO_MARK and not seen:
            mark: Row = {"shape": look.mark, "area": AT_FOOT, "fill": look.ink, "stroke": look.ink}
            signs.append({"x": at, "y": foot, **mark})
    sheet.shapes(signs, across=across, down=down)
    for at, moment in enumerate(moments):
        x, x2 = (across.start + (at + side) / len(moments) * (across.end - across.start) for side in (0, 1))
        sheet.link(x, down.end, x2, down.start, moment.href, moment.title)


def _point(state: FigureState) -> Row:
    """Triangles for the two signals, as in the key; a dot for the rest."""
    if state in SIGNALS:
        look = LOOKS[state]
        return {"shape": look.mark, "area": SIGNALLED, "fill": look.fill, "stroke": look.ink}
    return {"shape": CIRCLE, "area": POINT, "fill": NAVY, "stroke": WHITE}


def _top(extent: Extent) -> float | None:
    """The highest place of what is drawn of a figure."""
    return extent.interval[1] if extent.interval is not None else extent.point


def _draw_intervals(sheet: Sheet, moments: Sequence[Moment], across: Axis, down: Axis) -> None:
    """A pale box as wide as a month's place, an upright through it, and an arrow where it has no upper end."""
    boxes, uprights, arrows = list[Row](), list[Row](), list[Row]()
    for at, moment in enumerate(moments):
        if moment.extent.interval is None:
            continue
        low, high = moment.extent.interval
        span: Row = {"y": low, "y2": down.held(high)}
        boxes.append({"x": at - 0.36, "x2": at + 0.36, **span, "fill": NEUTRAL, "stroke": FRAME})
        uprights.append({"x": at, "x2": at, **span, "stroke": MUTED})
        if high > down.high:
            arrows.append({"x": at, "y": down.high, "shape": ARROW_UP, "area": 60, "fill": MUTED, "stroke": MUTED})
    sheet.rectangles(boxes, across=across, down=down, dash=LOOKS[FigureState.HIDDEN].dash)
    sheet.rules(uprights, across=across, down=down, line=1.4)
    sheet.shapes(arrows, across=across, down=down)


def _runs(moments: Sequence[Moment]) -> Iterator[Row]:
    """Known months; those without a gap between them are joined."""
    run = 0
    for at, moment in enumerate(moments):
        if moment.extent.point is None:
            run += 1
        else:
            yield {"x": at, "y": moment.extent.point, "run": run, "order": at, "stroke": NAVY}


def _write_months(sheet: Sheet, months: Sequence[str], across: Axis, foot: float) -> None:
    """As many months as fit, at equal steps and the last one always; and a tick for each that is written."""
    pitch = (across.end - across.start) / len(months)
    widest = max(width_of(month, SMALL) for month in months) + 14
    step = max(1, -int(-widest // pitch))
    shown = range((len(months) - 1) % step, len(months), step)
    ticks: list[Row] = [{"x": at, "x2": at, "y": foot, "y2": foot + 5, "stroke": FRAME} for at in shown]
    sheet.rules(ticks, across=across)
    texts: list[Row] = [{"x": at, "y": foot + 15, "text": months[at], "fill": MUTED} for at in shown]
    sheet.texts(texts, across=across, size=SMALL, align="center")
