"""Signs beside labels and figures, such as those of how a feed stands, drawn as the typeface has no letters for them.

Each is a dark badge with the page's sign cut out of it, so that it is not taken for the mark of a figure's state.
"""

from __future__ import annotations

from collections.abc import Sequence

from node.errors import NodeError
from node.web.charts.fonts import REGULAR, Weight
from node.web.charts.marks import Row, Surface
from node.web.charts.metrics import line_height, width_of, wrap
from node.web.charts.palette import INK

DISC = "M-1,0A1,1,0,1,1,1,0A1,1,0,1,1,-1,0Z"
SHAPES = {
    "◷": f"{DISC}M-0.13,0.13L0.64,0.13L0.64,-0.13L0.13,-0.13L0.13,-0.7L-0.13,-0.7Z",
    "⚠": "M0,-0.95L1.1,0.9L-1.1,0.9ZM-0.14,-0.35L-0.14,0.25L0.14,0.25L0.14,-0.35Z"
    "M-0.14,0.42L-0.14,0.68L0.14,0.68L0.14,0.42Z",
    "✕": f"{DISC}M-0.19,0L-0.56,0.37L-0.37,0.56L0,0.19L0.37,0.56L0.56,0.37L0.19,0L0.56,-0.37L0.37,-0.56L0,-0.19"
    "L-0.37,-0.56L-0.56,-0.37Z",
    "–": f"{DISC}M-0.6,-0.14L-0.6,0.14L0.6,0.14L0.6,-0.14Z",
    "◐": f"{DISC}M0,0.78A0.78,0.78,0,0,0,0,-0.78Z",
}
"""In a square from -1 to 1, as Vega takes them. What is cut out runs against the badge's edge (SVG 1.1, nonzero)."""
SIZE, GAP = 0.86, 4.0
"""Of the text's size, how wide a sign is; pixels before each."""
LETTERS, OVER = 12.0, 12.0
"""Pixels: size of letters over points, and from a point up to their middle."""


def signs_width(signs: str, size: float) -> float:
    """Pixels that signs take behind a text of this size.

    Raises: NodeError for a sign that cannot be drawn.
    """
    unknown = [sign for sign in signs if sign not in SHAPES]
    if unknown:
        raise NodeError(f"charts cannot draw the sign “{unknown[0]}”; they have {' '.join(SHAPES)}")
    return len(signs) * (GAP + SIZE * size)


def wrap_signed(text: str, width: float, size: float, signs: str, weight: Weight = REGULAR) -> tuple[str, ...]:
    """The lines of a text of which the last leaves room for signs."""
    lines = wrap(text, width, size, weight)
    beside = signs_width(signs, size)
    if not signs or width_of(lines[-1], size, weight) + beside <= width:
        return lines
    return wrap(text, width - beside, size, weight)


def signs_at(signs: str, x: float, y: float, size: float) -> list[Row]:
    """Rows for `Sheet.shapes`: signs from `x` to the right, around the line whose middle is `y`."""
    signs_width(signs, size)
    wide = SIZE * size
    return [
        {
            "x": x + GAP + place * (GAP + wide) + wide / 2,
            "y": y,
            "shape": SHAPES[sign],
            "area": wide**2,
            "fill": INK,
            "stroke": INK,
        }
        for place, sign in enumerate(signs)
    ]


def draw_over(sheet: Surface, places: Sequence[tuple[str, float, float]]) -> None:
    """Signs, letters among them, above points: signs, and the point's place in pixels."""
    texts: list[Row] = []
    shapes: list[Row] = []
    for signs, x, y in places:
        letters = "".join(sign for sign in signs if sign not in SHAPES)
        drawn = "".join(sign for sign in signs if sign in SHAPES)
        left = x - (width_of(letters, LETTERS) + signs_width(drawn, LETTERS)) / 2
        if letters:
            texts.append({"x": left, "y": y - OVER, "text": letters, "fill": INK})
        shapes += signs_at(drawn, left + width_of(letters, LETTERS) - (0 if letters else GAP / 2), y - OVER, LETTERS)
    sheet.texts(texts, size=LETTERS)
    sheet.shapes(shapes)


def signs_after(
    lines: Sequence[str], x: float, y: float, size: float, signs: str, weight: Weight = REGULAR
) -> list[Row]:
    """Rows for `Sheet.shapes`: signs behind the last line of a label whose first has its left end and middle there."""
    foot = y + (len(lines) - 1) * line_height(size)
    return signs_at(signs, x + width_of(lines[-1], size, weight), foot, size) if signs else []
