"""Boxes whose ground, border, hatching and mark say how a figure stands; and the key that explains them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from node.web.charts.marks import Row
from node.web.charts.metrics import line_height, width_of
from node.web.charts.palette import INK, LOOKS, NO_MARK, FigureState
from node.web.charts.sheet import SMALL, Sheet, linked

HATCH_APART = 6.0
"""Pixels from line to line, along the border."""
SWATCH, SWATCH_GAP, KEY_GAP = 16.0, 6.0, 22.0


@dataclass(frozen=True, slots=True)
class Box:
    """Corners in pixels. `mark`: area of the state's mark in square pixels, at `mark_x`, `mark_y`; 0 for none.

    `href`, `title`: as in `sheet.linked`.
    """

    x: float
    y: float
    x2: float
    y2: float
    state: FigureState
    mark: float = 0.0
    mark_x: float = 0.0
    mark_y: float = 0.0
    href: str = ""
    title: str = ""


def draw_boxes(sheet: Sheet, boxes: Sequence[Box]) -> None:
    """Grounds first, hatching over them, marks on top."""

    def kind(box: Box) -> tuple[tuple[int, ...], bool]:
        return LOOKS[box.state].dash, box.href != ""

    for (dash, _), same in groupby(sorted(boxes, key=kind), key=kind):
        sheet.rectangles([_ground(box) for box in same], dash=dash)
    sheet.shapes([_hatching(box) for box in boxes if LOOKS[box.state].hatched], line=1)
    sheet.shapes([_mark(box) for box in boxes if box.mark and LOOKS[box.state].mark != NO_MARK])


def draw_key(sheet: Sheet, key: Sequence[tuple[FigureState, str]], top: float) -> float:
    """Swatches with their meaning from the left edge on, in as many lines as needed. Returns where they end."""
    boxes, texts = [], list[Row]()
    x, height = 0.0, SWATCH + 8
    for state, meaning in key:
        wide = SWATCH + SWATCH_GAP + width_of(meaning, SMALL)
        if x and x + wide > sheet.width:
            x, top = 0.0, top + height
        middle = top + SWATCH / 2
        boxes.append(Box(x, top, x + SWATCH, top + SWATCH, state, 60.0, x + SWATCH / 2, middle))
        texts.append({"x": x + SWATCH + SWATCH_GAP, "y": middle, "text": meaning, "fill": INK})
        x += wide + KEY_GAP
    draw_boxes(sheet, boxes)
    sheet.texts(texts, size=SMALL)
    return top + height if boxes else top


def centred(lines: int, middle: float, size: float) -> float:
    """Where the middle of the first of several lines stands, so that all of them stand around `middle`."""
    return middle - (lines - 1) * line_height(size) / 2


def _ground(box: Box) -> Row:
    look = LOOKS[box.state]
    row: Row = {"x": box.x, "y": box.y, "x2": box.x2, "y2": box.y2, "fill": look.fill, "stroke": look.border}
    for link in linked(box.href, box.title):
        row |= link
    return row


def _mark(box: Box) -> Row:
    look = LOOKS[box.state]
    ink = look.ink
    return {"x": box.mark_x, "y": box.mark_y, "shape": look.mark, "area": box.mark, "fill": ink, "stroke": ink}


def _hatching(box: Box) -> Row:
    """One path of diagonals, in pixels from the box's centre: an area of 4 draws a shape at its own size."""
    wide, high = box.x2 - box.x, box.y2 - box.y
    path = ""
    for step in range(1, int((wide + high) / HATCH_APART) + 1):
        along = step * HATCH_APART
        x, y = max(0.0, along - high) - wide / 2, min(along, high) - high / 2
        x2, y2 = min(along, wide) - wide / 2, max(0.0, along - wide) - high / 2
        path += f"M{x:.1f},{y:.1f}L{x2:.1f},{y2:.1f}"
    middle: Row = {"x": (box.x + box.x2) / 2, "y": (box.y + box.y2) / 2, "area": 4}
    return {**middle, "shape": path, "fill": "none", "stroke": LOOKS[box.state].border}
