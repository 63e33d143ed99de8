"""The heat map: areas by occupations, a mark and a colour for each signal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise

from node.errors import NodeError
from node.web.charts.cells import Box, centred, draw_boxes, draw_key
from node.web.charts.fonts import SEMIBOLD
from node.web.charts.heads import draw_heads, plan_heads, room_needed
from node.web.charts.metrics import width_of, wrap
from node.web.charts.palette import INK, NAVY, FigureState
from node.web.charts.sheet import SMALL, ChartSpec, ChartText, Row, Sheet, line_height

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


@dataclass(frozen=True, slots=True, repr=False)
class HeatCell:
    """One area and occupation. `figure`: as written; `href`: a path of this site, or empty; `title`: its name."""

    state: FigureState
    figure: str = ""
    href: str = ""
    title: str = ""

    def __repr__(self) -> str:
        # A thousand of these make up the key of a kept chart: the one that dataclasses write takes twice as long.
        return f"HeatCell({self.state.name}, {self.figure!r}, {self.href!r}, {self.title!r})"


@dataclass(frozen=True, slots=True)
class HeatMap:
    """`areas`: country and name of each, countries together; `cells`: for each area those of all `occupations`.

    Raises: NodeError where the cells do not fill the table.
    """

    text: ChartText
    areas: tuple[tuple[str, str], ...]
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
            for _, members in groupby(range(len(self.areas)), key=lambda index: self.areas[index][0]):
                end = _areas_on_columns(sheet, self, list(members), end) + 26
        return sheet.finish(self.text, end)


def _areas_on_rows(sheet: Sheet, chart: HeatMap, top: float) -> float:
    names = [name for _, name in chart.areas]
    count = len(chart.occupations)
    label = _label_width(names, sheet)
    before, _ = room_needed(chart.occupations, (sheet.width - label) / count)
    label = max(label, min(before, sheet.width * HEAD_SHARE))
    column = (sheet.width - label) / count
    heads = plan_heads(chart.occupations, column, before=label, after=0.0)
    middles = [label + (index + 0.5) * column for index in range(count)]
    y = top + heads.height
    draw_heads(sheet, heads, middles, y)
    boxes, labels, countries = list[Box](), list[Row](), list[Row]()
    widest = max(width_of(cell.figure, SMALL) for row in chart.cells for cell in row)
    figures = column >= max(LEAST_FOR_FIGURES, widest + MARK_ROOM)
    written = list[Row]()
    for country, members in groupby(range(len(chart.areas)), key=lambda index: chart.areas[index][0]):
        countries.append({"x": 0, "y": y + ROW / 2, "text": country, "fill": NAVY})
        y += ROW
        for area in members:
            lines = wrap(names[area], label - LABEL_GAP, SMALL)
            high = max(ROW, len(lines) * line_height(SMALL) + 4)
            labels.append(
                {"x": 0, "y": centred(len(lines), y + high / 2, SMALL), "text": "\n".join(lines), "fill": INK}
            )
            for occupation, cell in enumerate(chart.cells[area]):
                left = label + occupation * column
                boxes.append(_box(cell, left, y, column, high, figures=figures))
                if figures and cell.figure:
                    written.append({"x": left + column - 6, "y": y + high / 2, "text": cell.figure, "fill": INK})
            y += high
        y += GROUP_GAP
    _draw(sheet, boxes, labels, countries)
    sheet.texts(written, size=SMALL, align="right")
    return y


def _areas_on_columns(sheet: Sheet, chart: HeatMap, members: Sequence[int], top: float) -> float:
    """Occupations on rows for the areas at `members`; below STACKED_BELOW each label stands above its row."""
    stacked = sheet.stacked
    names = [chart.areas[index][1] for index in members]
    groups = [chart.areas[index][0] for index in members]
    label = 0.0 if stacked else _label_width(chart.occupations, sheet)
    before, after = room_needed(names, min(_column(sheet, label, 0.0, groups), WIDEST))
    label = max(label, min(before, sheet.width * HEAD_SHARE))
    after = min(after, sheet.width * HEAD_SHARE)
    column = min(_column(sheet, label, after, groups), WIDEST)
    heads = plan_heads(names, column, before=label, after=after)
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
    _draw(sheet, boxes, labels, _feet(sheet, groups, lefts, column, y))
    return y + 24


def _label_width(labels: Sequence[str], sheet: Sheet) -> float:
    return min(max(width_of(label, SMALL) for label in labels), sheet.width * LABEL_SHARE) + LABEL_GAP


def _gaps(groups: Sequence[str]) -> list[int]:
    """How many changes of country lie before each column."""
    changes = [0, *(int(one != other) for one, other in pairwise(groups))]
    return list(accumulate(changes))


def _column(sheet: Sheet, label: float, beyond: float, groups: Sequence[str]) -> float:
    return (sheet.width - label - beyond - _gaps(groups)[-1] * GROUP_GAP) / len(groups)


def _feet(sheet: Sheet, groups: Sequence[str], lefts: Sequence[float], column: float, y: float) -> list[Row]:
    """Countries' names under their columns, each with a line over its width."""
    names, lines = list[Row](), list[Row]()
    for country, places in groupby(range(len(groups)), key=lambda place: groups[place]):
        of = list(places)
        x, x2 = lefts[of[0]], lefts[of[-1]] + column
        lines.append({"x": x, "x2": x2, "y": y + 5, "y2": y + 5, "stroke": NAVY})
        names.append({"x": x, "y": y + 15, "text": country, "fill": NAVY})
    sheet.rules(lines, line=1.6)
    return names


def _box(cell: HeatCell, left: float, top: float, wide: float, high: float, *, figures: bool) -> Box:
    side = min(wide, high, 22.0) - 2
    area = (side * 0.5) ** 2
    at = left + 11 if figures else left + wide / 2
    right, bottom = left + wide - 1, top + high - 1
    return Box(left + 1, top + 1, right, bottom, cell.state, area, at, top + high / 2, cell.href, cell.title)


def _draw(sheet: Sheet, boxes: list[Box], labels: list[Row], countries: list[Row]) -> None:
    draw_boxes(sheet, boxes)
    sheet.texts(labels, size=SMALL)
    sheet.texts(countries, size=SMALL, weight=SEMIBOLD)
