"""The heat map: areas by occupations, a mark and a colour for each signal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise

from node.errors import NodeError
from node.web.charts.cells import Box, centred, draw_boxes, draw_key
from node.web.charts.fonts import SEMIBOLD
from node.web.charts.heads import draw_heads, plan_heads, room_needed
from node.web.charts.marks import Row
from node.web.charts.metrics import line_height, width_of, wrap
from node.web.charts.palette import INK, NAVY, FigureState
from node.web.charts.sheet import SMALL, ChartSpec, ChartText, Sheet
from node.web.charts.signs import signs_after, signs_width, wrap_signed

MOST_COLUMNS = 14
"""More occupations than these stand on rows, and areas on columns."""
ROW, CELL, LABEL_SHARE, GROUP_GAP = 22.0, 18.0, 0.36, 8.0
LEAST_FOR_FIGURES, MARK_ROOM = 46.0, 26.0
"""Pixels of a column from which on figures are written in the cells, if all of them fit beside their marks."""
LABEL_GAP = 8.0
HEAD_SHARE = 0.4
"""Of the width, the most that is kept free beside the columns so that their heads are one line."""
WIDEST = 26.0
"""Pixels of a column without figures, beyond which cells would look like bars."""
LETTER, LETTER_SHIFT = 11.0, 3.0
"""Pixels: size of a letter in such a column, and how far the mark gives way to it."""


@dataclass(frozen=True, slots=True, repr=False)
class HeatCell:
    """One area and occupation. `figure`: as written; `href`: a path of this site, or empty; `title`: its name;
    `letter`: of its figure, written in its place where a cell has no room for it."""

    state: FigureState
    figure: str = ""
    href: str = ""
    title: str = ""
    letter: str = ""

    def __repr__(self) -> str:
        # A thousand of these make up the key of a kept chart: the one that dataclasses write takes twice as long.
        return f"HeatCell({self.state.name}, {self.figure!r}, {self.href!r}, {self.title!r}, {self.letter!r})"


@dataclass(frozen=True, slots=True)
class HeatArea:
    """`signs`: behind its name and its country's, of how their feed stands."""

    country: str
    name: str
    signs: str = ""


@dataclass(frozen=True, slots=True)
class HeatMap:
    """`areas`: those of a country together; `cells`: for each area those of all `occupations`.

    Raises: NodeError where the cells do not fill the table.
    """

    text: ChartText
    areas: tuple[HeatArea, ...]
    occupations: tuple[str, ...]
    cells: tuple[tuple[HeatCell, ...], ...]
    key: tuple[tuple[FigureState, str], ...]

    def __post_init__(self) -> None:
        if not self.areas or not self.occupations:
            raise NodeError("a heat map needs an area and an occupation; leave the chart out where there is none")
        if len(self.cells) != len(self.areas) or any(len(row) != len(self.occupations) for row in self.cells):
            raise NodeError(
                f"a heat map of {len(self.areas)} areas and {len(self.occupations)} occupations needs a cell for each"
            )

    def spec(self, width: int) -> ChartSpec:
        """Areas on rows while the occupations' columns are wide enough for that; else the other way round."""
        sheet = Sheet(width)
        top = draw_key(sheet, self.key, 0.0) + 4
        if len(self.occupations) <= MOST_COLUMNS:
            end = _areas_on_rows(sheet, self, top)
        elif not sheet.stacked:
            end = _areas_on_columns(sheet, self, range(len(self.areas)), top)
        else:
            end = top
            for _, members in groupby(range(len(self.areas)), key=lambda index: self.areas[index].country):
                end = _areas_on_columns(sheet, self, list(members), end) + 26
        return sheet.finish(self.text, end)


def _areas_on_rows(sheet: Sheet, chart: HeatMap, top: float) -> float:
    count = len(chart.occupations)
    label = _label_width([area.name for area in chart.areas], sheet, [area.signs for area in chart.areas])
    before, _ = room_needed(chart.occupations, (sheet.width - label) / count)
    label = max(label, min(before, sheet.width * HEAD_SHARE))
    column = (sheet.width - label) / count
    heads = plan_heads(chart.occupations, column, before=label, after=0.0)
    middles = [label + (index + 0.5) * column for index in range(count)]
    y = top + heads.height
    draw_heads(sheet, heads, middles, y)
    boxes, labels, countries, signs = list[Box](), list[Row](), list[Row](), list[Row]()
    widest = max(width_of(cell.figure, SMALL) for row in chart.cells for cell in row)
    figures = column >= max(LEAST_FOR_FIGURES, widest + MARK_ROOM)
    written = list[Row]()
    for country, members in groupby(range(len(chart.areas)), key=lambda index: chart.areas[index].country):
        of = list(members)
        countries.append({"x": 0, "y": y + ROW / 2, "text": country, "fill": NAVY})
        signs += signs_after([country], 0, y + ROW / 2, SMALL, chart.areas[of[0]].signs, SEMIBOLD)
        y += ROW
        for area in of:
            lines = wrap_signed(chart.areas[area].name, label - LABEL_GAP, SMALL, chart.areas[area].signs)
            high = max(ROW, len(lines) * line_height(SMALL) + 4)
            first = centred(len(lines), y + high / 2, SMALL)
            labels.append({"x": 0, "y": first, "text": "\n".join(lines), "fill": INK})
            signs += signs_after(lines, 0, first, SMALL, chart.areas[area].signs)
            for occupation, cell in enumerate(chart.cells[area]):
                left = label + occupation * column
                boxes.append(_box(cell, left, y, column, high, figures=figures))
                if figures and cell.figure:
                    written.append({"x": left + column - 6, "y": y + high / 2, "text": cell.figure, "fill": INK})
            y += high
        y += GROUP_GAP
    _draw(sheet, boxes, labels, countries)
    sheet.texts(written, size=SMALL, align="right")
    sheet.shapes(signs)
    if not figures:
        _letter(sheet, boxes, [cell for row in chart.cells for cell in row])
    return y


def _areas_on_columns(sheet: Sheet, chart: HeatMap, members: Sequence[int], top: float) -> float:
    """Occupations on rows for the areas at `members`; below STACKED_BELOW each label stands above its row."""
    stacked = sheet.stacked
    names = [chart.areas[index].name for index in members]
    groups = [chart.areas[index].country for index in members]
    signs = [chart.areas[index].signs for index in members]
    label = 0.0 if stacked else _label_width(chart.occupations, sheet)
    before, after = room_needed(names, min(_column(sheet, label, 0.0, groups), WIDEST), signs)
    label = max(label, min(before, sheet.width * HEAD_SHARE))
    after = min(after, sheet.width * HEAD_SHARE)
    column = min(_column(sheet, label, after, groups), WIDEST)
    heads = plan_heads(names, column, before=label, after=after, signs=signs)
    lefts = [label + place * column + gap * GROUP_GAP for place, gap in enumerate(_gaps(groups))]
    y = top + heads.height
    draw_heads(sheet, heads, [left + column / 2 for left in lefts], y)
    boxes, labels = list[Box](), list[Row]()
    for occupation, name in enumerate(chart.occupations):
        lines = wrap(name, sheet.width if stacked else label - LABEL_GAP, SMALL)
        text = len(lines) * line_height(SMALL) + 3
        high = text + CELL if stacked else max(CELL, text)
        middle = y + text / 2 if stacked else y + high / 2
        labels.append({"x": 0, "y": centred(len(lines), middle, SMALL), "text": "\n".join(lines), "fill": INK})
        cell_top = y + text if stacked else y + (high - CELL) / 2
        boxes += [
            _box(chart.cells[area][occupation], left, cell_top, column, CELL, figures=False)
            for left, area in zip(lefts, members, strict=True)
        ]
        y += high + (2 if stacked else 0)
    feet, y = _feet(sheet, [chart.areas[index] for index in members], lefts, column, y)
    _draw(sheet, boxes, labels, feet)
    _letter(sheet, boxes, [chart.cells[area][place] for place in range(len(chart.occupations)) for area in members])
    return y


def _label_width(labels: Sequence[str], sheet: Sheet, signs: Sequence[str] = ()) -> float:
    signs = signs or [""] * len(labels)
    widest = max(width_of(label, SMALL) + signs_width(of, SMALL) for label, of in zip(labels, signs, strict=True))
    return min(widest, sheet.width * LABEL_SHARE) + LABEL_GAP


def _gaps(groups: Sequence[str]) -> list[int]:
    """How many changes of country lie before each column."""
    changes = [0, *(int(one != other) for one, other in pairwise(groups))]
    return list(accumulate(changes))


def _column(sheet: Sheet, label: float, beyond: float, groups: Sequence[str]) -> float:
    return (sheet.width - label - beyond - _gaps(groups)[-1] * GROUP_GAP) / len(groups)


def _feet(
    sheet: Sheet, areas: Sequence[HeatArea], lefts: Sequence[float], column: float, y: float
) -> tuple[list[Row], float]:
    """Countries' names, with their signs, under their columns, each with a line over its width; and where they end. A
    name that would run into the one before stands below it."""
    names, lines, marks = list[Row](), list[Row](), list[Row]()
    ends: list[float] = []
    for country, places in groupby(range(len(areas)), key=lambda place: areas[place].country):
        of = list(places)
        x, x2 = lefts[of[0]], lefts[of[-1]] + column
        lines.append({"x": x, "x2": x2, "y": y + 5, "y2": y + 5, "stroke": NAVY})
        lane = next((place for place, end in enumerate(ends) if end <= x), len(ends))
        signs, middle = areas[of[0]].signs, y + 15 + lane * line_height(SMALL)
        ends[lane : lane + 1] = [x + width_of(country, SMALL, SEMIBOLD) + signs_width(signs, SMALL) + GROUP_GAP]
        names.append({"x": x, "y": middle, "text": country, "fill": NAVY})
        marks += signs_after([country], x, middle, SMALL, signs, SEMIBOLD)
    sheet.rules(lines, line=1.6)
    sheet.shapes(marks)
    return names, y + 9 + len(ends) * line_height(SMALL)


def _box(cell: HeatCell, left: float, top: float, wide: float, high: float, *, figures: bool) -> Box:
    side = min(wide, high, 22.0) - 2
    area = (side * 0.5) ** 2
    at = left + 11 if figures else left + wide / 2 - (LETTER_SHIFT if cell.letter else 0.0)
    right, bottom = left + wide - 1, top + high - 1
    return Box(left + 1, top + 1, right, bottom, cell.state, area, at, top + high / 2, cell.href, cell.title)


def _letter(sheet: Sheet, boxes: Sequence[Box], cells: Sequence[HeatCell]) -> None:
    """The letters of cells that have no room for a figure, at their right edge."""
    letters: list[Row] = [
        {"x": box.x2 - 1, "y": box.mark_y + 2, "text": cell.letter, "fill": INK}
        for box, cell in zip(boxes, cells, strict=True)
        if cell.letter
    ]
    sheet.texts(letters, size=LETTER, align="right")


def _draw(sheet: Sheet, boxes: list[Box], labels: list[Row], countries: list[Row]) -> None:
    draw_boxes(sheet, boxes)
    sheet.texts(labels, size=SMALL)
    sheet.texts(countries, size=SMALL, weight=SEMIBOLD)
