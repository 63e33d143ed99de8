"""The tile map: every area a square of the same size, roughly where it lies, so that small areas are seen too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from node.errors import NodeError
from node.web.charts.cells import Box, draw_boxes, draw_key
from node.web.charts.fonts import SEMIBOLD
from node.web.charts.marks import Row
from node.web.charts.metrics import line_height, width_of, wrap
from node.web.charts.palette import INK, NAVY, FigureState
from node.web.charts.sheet import BODY, ChartSpec, ChartText, Sheet
from node.web.charts.signs import GAP as SIGN_GAP
from node.web.charts.signs import signs_after, signs_at, signs_width

LARGEST_PITCH = 84.0
"""Pixels from tile to tile where there is room for more."""
GAP = 6.0
NAMES = ((13.0, 2), (12.0, 2), (12.0, 3), (11.0, 3))
"""Sizes in pixels, each with the most lines, in order of preference."""
LEAST_SIZE, LEAST_SIZE_OF_BRIEF = 11.0, 12.0
"""Pixels of the smallest text: narrow charts are shown smaller than they are drawn on the smallest phones. A figure or
word that would have to be smaller is left out; its mark and the table beside the chart say the same."""
ABOVE_MARK = 0.735
"""Of a tile's side, where the mark of its state begins."""
LEAST_TILE_FOR_NAMES = 56.0
"""Pixels of a tile's side below which its `brief` is written in place of its name."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One area. `column`, `row`: its place in the grid, from 0; `name`: short, in the reader's language; `brief`: of at
    most four letters, for narrow charts; `figure`: as written, or the word for its gap; `group`: its country;
    `href`: a path of this site, or empty; `title`: the name of the link; `signs`: beside its name, of how its feed
    stands; `letter`: of its figure, written in its place where a small tile has no room for it."""

    column: int
    row: int
    name: str
    brief: str
    figure: str
    state: FigureState
    group: str
    href: str = ""
    title: str = ""
    signs: str = ""
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Country:
    """`group`: as in its tiles; `column`, `row`: the grid place from whose left edge its name is written; `signs`:
    behind its name."""

    group: str
    name: str
    column: float
    row: float
    signs: str = ""


@dataclass(frozen=True, slots=True)
class TileMap:
    """`key`: the states that occur, each with its meaning.

    Raises: NodeError where two tiles share a place or a place is negative.
    """

    text: ChartText
    tiles: tuple[Tile, ...]
    countries: tuple[Country, ...]
    key: tuple[tuple[FigureState, str], ...]

    def __post_init__(self) -> None:
        places = [(tile.column, tile.row) for tile in self.tiles]
        if not places:
            raise NodeError("a tile map needs a tile; leave the chart out where there is no area")
        if len(set(places)) < len(places) or min(min(place) for place in places) < 0:
            raise NodeError("two tiles share a place, or a place is negative; give each area a place of its own")

    def spec(self, width: int) -> ChartSpec:
        """Source of the form: tile grid maps as statistical offices use them (equal weight to every area)."""
        sheet = Sheet(width)
        columns = max(tile.column for tile in self.tiles) + 1
        pitch = min(LARGEST_PITCH, sheet.width / columns)
        left = max(0.0, (sheet.width - columns * pitch) / 2)
        top = draw_key(sheet, self.key, 0.0) + 6
        draw_boxes(sheet, [_box(tile, left, top, pitch) for tile in self.tiles])
        sheet.rules(_outlines(self.tiles, left, top, pitch), line=1.6)
        _write(sheet, self.tiles, left, top, pitch)
        _name(sheet, self.countries, left, top, pitch)
        return sheet.finish(self.text, top + (max(tile.row for tile in self.tiles) + 1) * pitch + 2)


def _name(sheet: Sheet, countries: Sequence[Country], left: float, top: float, pitch: float) -> None:
    names, signs = list[Row](), list[Row]()
    for country in countries:
        x, y = left + country.column * pitch + GAP, top + (country.row + 0.5) * pitch
        names.append({"x": x, "y": y, "text": country.name, "fill": NAVY})
        signs += signs_after([country.name], x, y, BODY + 2, country.signs, SEMIBOLD)
    sheet.texts(names, size=BODY + 2, weight=SEMIBOLD)
    sheet.shapes(signs)


def _box(tile: Tile, left: float, top: float, pitch: float) -> Box:
    x, y = left + tile.column * pitch + GAP / 2, top + tile.row * pitch + GAP / 2
    side = pitch - GAP
    small = side < LEAST_TILE_FOR_NAMES
    area = (side * (0.22 if small else 0.17)) ** 2
    mark = (x + side * 0.84, y + side * 0.2) if small else (x + side * 0.16, y + side * 0.82)
    return Box(x, y, x + side, y + side, tile.state, area, *mark, tile.href, tile.title)


def _write(sheet: Sheet, tiles: Sequence[Tile], left: float, top: float, pitch: float) -> None:
    """Names at the top of each tile, figures at its foot, beside the mark. Signs stand below the name, in a small tile
    before the figure."""
    side = pitch - GAP
    brief = side < LEAST_TILE_FOR_NAMES
    edge = 2.0 if brief else 5.0
    figures, names, signs = list[Row](), dict[float, list[Row]](), list[Row]()
    for tile in tiles:
        x, y = left + tile.column * pitch + GAP / 2, top + tile.row * pitch + GAP / 2
        size, lines = _fitted(tile, side, side - edge - 2, brief=brief)
        foot, first = y + side * (0.76 if brief else 0.82), y + 3 + line_height(size) / 2
        name: Row = {"x": x + edge, "y": first, "text": "\n".join(lines), "fill": INK}
        names.setdefault(size, []).append(name)
        below = foot if brief else first + len(lines) * line_height(size)
        signs += signs_at(tile.signs, x + edge - SIGN_GAP, below, size)
        figures.append({"x": x + side - edge, "y": foot, "text": tile.figure, "fill": INK})
    for size, rows in names.items():
        sheet.texts(rows, size=size)
    sheet.shapes(signs)
    room = side - 2 * edge - (0.0 if brief else side * 0.24)
    least, most = (LEAST_SIZE_OF_BRIEF, LEAST_SIZE_OF_BRIEF) if brief else (LEAST_SIZE, 15.0)
    by_size = dict[float, list[Row]]()
    for row, tile in zip(figures, tiles, strict=True):
        free = room - (signs_width(tile.signs, least) if brief else 0.0)
        for text in (tile.figure, tile.letter):
            wide = width_of(text, 1, SEMIBOLD)
            if wide * least <= free:
                by_size.setdefault(min(most, int(free / wide) if wide else most), []).append({**row, "text": text})
                break
    for size, rows in by_size.items():
        sheet.texts(rows, size=size, weight=SEMIBOLD, align="right")


def _fitted(tile: Tile, side: float, room: float, *, brief: bool) -> tuple[float, tuple[str, ...]]:
    """The first size at which no word of the name is broken and its lines are few enough, with one for signs above the
    mark, else the last."""
    if brief:
        return LEAST_SIZE_OF_BRIEF, wrap(tile.brief, room, LEAST_SIZE_OF_BRIEF)
    for size, most in NAMES:
        lines = wrap(tile.name, room, size)
        if len(lines) > most or any(width_of(word, size) > room for word in tile.name.split()):
            continue
        if not tile.signs or 3 + (len(lines) + 1) * line_height(size) <= side * ABOVE_MARK:
            break
    return size, lines


def _outlines(tiles: Sequence[Tile], left: float, top: float, pitch: float) -> list[Row]:
    """The border of each country: those edges of its tiles beyond which none of its tiles lies."""
    places = {(tile.column, tile.row): tile.group for tile in tiles}
    rows = list[Row]()
    for (column, row), group in places.items():
        x, y = left + column * pitch, top + row * pitch
        edges = {
            (column, row - 1): (x, y, x + pitch, y),
            (column, row + 1): (x, y + pitch, x + pitch, y + pitch),
            (column - 1, row): (x, y, x, y + pitch),
            (column + 1, row): (x + pitch, y, x + pitch, y + pitch),
        }
        for beyond, (x1, y1, x2, y2) in edges.items():
            if places.get(beyond) != group:
                rows.append({"x": x1, "y": y1, "x2": x2, "y2": y2, "stroke": NAVY})
    return rows
