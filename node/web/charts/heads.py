"""Heads of narrow columns that stay horizontal and whole: wrapped where they fit, else in a staircase.

In a staircase each head has lines of its own and a leader down to its column. Those of the left half end at their
column and run to the left, over the labels of the rows; those of the right half begin at it and run to the right. The
outer stand lowest, so that no leader crosses a head.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from node.web.charts.metrics import width_of, wrap
from node.web.charts.palette import FRAME, INK
from node.web.charts.sheet import SMALL, Row, Sheet, line_height

LEADER_GAP, FOOT = 3.0, 5.0
MOST_WRAPPED = 5
ONE_SIDED = 14
"""Up to as many columns all heads run to the left; more would make the staircase too high."""


@dataclass(frozen=True, slots=True)
class Heads:
    """Heads over columns, as lines. `wrapped`: each stands over its own column, else they are a staircase, whose first
    `split` run to the left. `height`: pixels above the columns."""

    lines: tuple[tuple[str, ...], ...]
    wrapped: bool
    split: int
    height: float


@dataclass(frozen=True, slots=True)
class Step:
    """One head of a staircase. `base`: its foot in pixels above the columns; `to_the_left`: which way it runs."""

    lines: tuple[str, ...]
    base: float
    to_the_left: bool


def plan_heads(labels: Sequence[str], column: float, *, before: float = math.inf, after: float = math.inf) -> Heads:
    """Heads for columns `column` pixels wide, with `before` and `after` pixels beside the first and the last."""
    count = len(labels)
    lines = tuple(wrap(label, column - 4, SMALL) for label in labels)
    words = [word for label in labels for word in label.replace("\u00ad", " ").split()]
    if max(map(len, lines)) <= MOST_WRAPPED and all(width_of(word, SMALL) <= column - 4 for word in words):
        return Heads(lines, True, count, max(map(len, lines)) * line_height(SMALL) + FOOT)
    split = count if count <= ONE_SIDED else (count + 1) // 2
    rooms = [
        (before + (index + 0.5) * column if index < split else after + (count - index - 0.5) * column) - LEADER_GAP
        for index in range(count)
    ]
    lines = tuple(wrap(label, room, SMALL) for label, room in zip(labels, rooms, strict=True))
    high = max(sum(map(len, lines[:split])), sum(map(len, lines[split:])))
    return Heads(lines, False, split, high * line_height(SMALL) + FOOT)


def room_needed(labels: Sequence[str], column: float) -> tuple[float, float]:
    """Pixels beside the first and the last column that a staircase needs for every head to be one line."""
    heads = plan_heads(labels, column)
    if heads.wrapped:
        return 0.0, 0.0
    wide = [width_of(" ".join(lines), SMALL) + LEADER_GAP for lines in heads.lines]
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
        Step(lines, base, index < heads.split)
        for index, (lines, base) in enumerate(zip(heads.lines, bases, strict=True))
    )


def draw_heads(sheet: Sheet, heads: Heads, middles: Sequence[float], bottom: float) -> None:
    """`middles`: of the columns in pixels; `bottom`: where the columns begin."""
    high = line_height(SMALL)
    if heads.wrapped:
        foot = bottom - FOOT - high / 2
        rows: list[Row] = [
            {"x": middle, "y": foot - (len(lines) - 1) * high, "text": "\n".join(lines), "fill": INK}
            for lines, middle in zip(heads.lines, middles, strict=True)
        ]
        sheet.texts(rows, size=SMALL, align="center")
        return
    left, right, leaders = list[Row](), list[Row](), list[Row]()
    for step, middle in zip(staircase(heads), middles, strict=True):
        y = bottom - step.base - (len(step.lines) - 0.5) * high
        x = middle - LEADER_GAP if step.to_the_left else middle + LEADER_GAP
        (left if step.to_the_left else right).append({"x": x, "y": y, "text": "\n".join(step.lines), "fill": INK})
        leaders.append({"x": middle, "x2": middle, "y": y - SMALL * 0.4, "y2": bottom - 2, "stroke": FRAME})
    sheet.rules(leaders, line=0.7)
    sheet.texts(left, size=SMALL, align="right")
    sheet.texts(right, size=SMALL)
