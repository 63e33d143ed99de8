"""Notes of a chart: what has to be known before any of its figures, between its subtitle and its drawing.

They are drawn upwards from the drawing's upper edge: the renderer puts the subtitle above all that is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from node.web.charts.marks import Row, Surface
from node.web.charts.metrics import width_of, wrap
from node.web.charts.palette import INK, WARN, WARN_LINE
from node.web.charts.signs import GAP, SHAPES, signs_at, signs_width

SIZE, EDGE, INSET, APART = 12.0, 4.0, 12.0, 4.0
"""Pixels: size of text, width of the ground's left edge, from its outside to what is written, and between two notes."""
LEADING = 1.45
"""Line height in the text's size: what marks above and below Thai lines need where these follow one another."""
ABOVE, BELOW, BESIDE = 6.0, 14.0, 22.0
"""Pixels inside the ground above and below the notes, from it to the drawing, and between two brief notes."""


@dataclass(frozen=True, slots=True)
class Note:
    """`text`: in the reader's language; `sign`: stands in the chart beside what the note is of: one of those that
    `signs` draws, or letters; `brief`: what is left of the text where the rest is said beside the chart."""

    text: str
    sign: str
    brief: str = ""

    @property
    def spoken(self) -> str:
        """For those who do not see the chart: letters are said, drawn signs are what the text says."""
        return self.text if self.sign in SHAPES else f"{self.sign}: {self.text}"


def draw_notes(sheet: Surface, notes: Sequence[Note]) -> None:
    """Each on lines of its own behind its sign, on a ground like that of the pages' notices."""
    if not notes:
        return
    left = INSET + max(_width(note.sign) for note in notes) + GAP
    wrapped = [wrap(note.text, sheet.width - left - INSET, SIZE) for note in notes]
    high = SIZE * LEADING
    inside = sum(map(len, wrapped)) * high + (len(notes) - 1) * APART + 2 * ABOVE
    top = -BELOW - inside
    ground: Row = {"x": 0, "x2": sheet.width, "y": top, "y2": -BELOW, "fill": WARN, "stroke": WARN}
    edge: Row = {**ground, "x2": EDGE, "fill": WARN_LINE, "stroke": WARN_LINE}
    sheet.rectangles([ground, edge], line=0)
    places = list[tuple[float, float]]()
    y = top + ABOVE + high / 2
    for lines in wrapped:
        places.append((INSET, y))
        y += len(lines) * high + APART
    _write(sheet, notes, wrapped, places, left - INSET)


def draw_brief_notes(sheet: Surface, notes: Sequence[Note]) -> None:
    """As a key to their signs: side by side where they fit."""
    if not notes:
        return
    sign = max(_width(note.sign) for note in notes) + GAP
    wrapped = [wrap(note.brief or note.text, sheet.width - sign, SIZE) for note in notes]
    high = SIZE * LEADING
    places = list[tuple[float, float]]()
    x = y = 0.0
    below = 1
    for lines in wrapped:
        wide = sign + max(width_of(line, SIZE) for line in lines)
        if x and x + wide > sheet.width:
            x, y, below = 0.0, y + below * high, 1
        places.append((x, y))
        x, below = x + wide + BESIDE, max(below, len(lines))
    first = -BELOW / 2 - (y + below * high) + high / 2
    _write(sheet, notes, wrapped, [(x, first + y) for x, y in places], sign)


def _write(
    sheet: Surface,
    notes: Sequence[Note],
    wrapped: Sequence[Sequence[str]],
    places: Sequence[tuple[float, float]],
    sign: float,
) -> None:
    """Notes as lines. `places`: left edge and middle of each one's first line; `sign`: pixels kept for its sign."""
    texts: list[Row] = []
    signs: list[Row] = []
    for note, lines, (x, y) in zip(notes, wrapped, places, strict=True):
        if note.sign in SHAPES:
            signs += signs_at(note.sign, x - GAP, y, SIZE)
        else:
            texts.append({"x": x, "y": y, "text": note.sign, "fill": INK})
        texts += [
            {"x": x + sign, "y": y + place * SIZE * LEADING, "text": line, "fill": INK}
            for place, line in enumerate(lines)
        ]
    sheet.texts(texts, size=SIZE)
    sheet.shapes(signs)


def _width(sign: str) -> float:
    return signs_width(sign, SIZE) - GAP if sign in SHAPES else width_of(sign, SIZE)
