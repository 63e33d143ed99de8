"""Heads of narrow columns that stay horizontal and whole: wrapped where they fit, else in a staircase.

In a staircase each head has lines of its own and a leader down to its column. Those of the left half end at their
column and run to the left, over the labels of the rows; those of the right half begin at it and run to the right. The
outer stand lowest, so that no leader crosses a head.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from node.web.charts.marks import Row
from node.web.charts.metrics import line_height, width_of, wrap
from node.web.charts.palette import FRAME, INK
from node.web.charts.sheet import SMALL, Sheet
from node.web.charts.signs import GAP, signs_after, signs_at, signs_width

LEADER_GAP, FOOT = 3.0, 5.0
MOST_WRAPPED = 5
ONE_SIDED = 14
"""Up to as many columns all heads run to the left; more would make the staircase too high."""


@dataclass(frozen=True, slots=True)
class Heads:
    """Heads over columns, as lines. `signs`: of each. `wrapped`: each stands over its own column, else they are a
    staircase, whose first `split` run to the left. `height`: pixels above the columns."""

    lines: tuple[tuple[str, ...], ...]
    signs: tuple[str, ...]
    wrapped: bool
    split: int
    height: float


@dataclass(frozen=True, slots=True)
class Step:
    """One head of a staircase. `base`: its foot in pixels above the columns; `to_the_left`: which way it runs; `signs`:
    behind its last line."""

    lines: tuple[str, ...]
    signs: str
    base: float
    to_the_left: bool


def plan_heads(
    labels: Sequence[str],
    column: float,
    *,
    before: float = math.inf,
    after: float = math.inf,
    signs: Sequence[str] = (),
) -> Heads:
    """Heads for columns `column` pixels wide, with `before` and `after` pixels beside the first and the last. `signs`:
    of each head, none by default."""
    count, signs = len(labels), tuple(signs) or ("",) * len(labels)
    lines = tuple(wrap(label, column - 4, SMALL) for label in labels)
    words = [word for label in labels for word in label.replace("\u00ad", " ").split()]
    if max(map(len, lines)) <= MOST_WRAPPED and all(width_of(word, SMALL) <= column - 4 for word in words):
        most = max(len(of) + bool(sign) for of, sign in zip(lines, signs, strict=True))
        return Heads(lines, signs, True, count, most * line_height(SMALL) + FOOT)
    split = count if count <= ONE_SIDED else (count + 1) // 2
    rooms = [
        (before + (index + 0.5) * column if index < split else after + (count - index - 0.5) * column) - LEADER_GAP
        for index in range(count)
    ]
    lines = tuple(
        wrap(label, room - signs_width(of, SMALL), SMALL) for label, room, of in zip(labels, rooms, signs, strict=True)
    )
    high = max(sum(map(len, lines[:split])), sum(map(len, lines[split:])))
    return Heads(lines, signs, False, split, high * line_height(SMALL) + FOOT)


def room_needed(labels: Sequence[str], column: float, signs: Sequence[str] = ()) -> tuple[float, float]:
    """Pixels beside the first and the last column that a staircase needs for every head to be one line."""
    heads = plan_heads(labels, column, signs=signs)
    if heads.wrapped:
        return 0.0, 0.0
    wide = [
        width_of(" ".join(lines), SMALL) + signs_width(of, SMALL) + LEADER_GAP
        for lines, of in zip(heads.lines, heads.signs, strict=True)
    ]
    count = len(wide)
    left = [wide[index] - (index + 0.5) * column for index in range(heads.split)]
    right = [wide[index] - (count - index - 0.5) * column for index in range(heads.split, count)]
    return max(0.0, *left), max(0.0, 0.0, *right)


def staircase(heads: Heads) -> tuple[Step, ...]:
    """The heads in the order of their columns."""
    high = line_height(SMALL)
    bases = [FOOT + sum(map(len, heads.lines[:index])) * high for index in range(heads.split)]
    bases += [FOOT + sum(map(len, heads.lines[index + 1 :])) * high for index in range(heads.split, len(heads.lines))]
    return tuple(
        Step(lines, signs, base, index < heads.split)
        for index, (lines, signs, base) in enumerate(zip(heads.lines, heads.signs, bases, strict=True))
    )


def draw_heads(sheet: Sheet, heads: Heads, middles: Sequence[float], bottom: float) -> None:
    """`middles`: of the columns in pixels; `bottom`: where the columns begin."""
    if heads.wrapped:
        _draw_wrapped(sheet, heads, middles, bottom - FOOT)
        return
    high = line_height(SMALL)
    left, right, leaders, signs = list[Row](), list[Row](), list[Row](), list[Row]()
    for step, middle in zip(staircase(heads), middles, strict=True):
        y = bottom - step.base - (len(step.lines) - 0.5) * high
        beside = signs_width(step.signs, SMALL)
        x = middle - LEADER_GAP - beside if step.to_the_left else middle + LEADER_GAP
        (left if step.to_the_left else right).append({"x": x, "y": y, "text": "\n".join(step.lines), "fill": INK})
        if step.to_the_left:
            signs += signs_at(step.signs, x, y + (len(step.lines) - 1) * high, SMALL)
        else:
            signs += signs_after(step.lines, x, y, SMALL, step.signs)
        leaders.append({"x": middle, "x2": middle, "y": y - SMALL * 0.4, "y2": bottom - 2, "stroke": FRAME})
    sheet.rules(leaders, line=0.7)
    sheet.texts(left, size=SMALL, align="right")
    sheet.texts(right, size=SMALL)
    sheet.shapes(signs)


def _draw_wrapped(sheet: Sheet, heads: Heads, middles: Sequence[float], foot: float) -> None:
    """Signs stand over their heads."""
    high = line_height(SMALL)
    texts, signs = list[Row](), list[Row]()
    for lines, of, middle in zip(heads.lines, heads.signs, middles, strict=True):
        first = foot - (len(lines) - 0.5) * high
        texts.append({"x": middle, "y": first, "text": "\n".join(lines), "fill": INK})
        signs += signs_at(of, middle - (signs_width(of, SMALL) + GAP) / 2, first - high, SMALL)
    sheet.texts(texts, size=SMALL, align="center")
    sheet.shapes(signs)
