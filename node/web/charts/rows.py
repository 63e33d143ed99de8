"""Rows of labels beside, or on a phone above, what is drawn for each; labels are horizontal and whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from node.web.charts.cells import centred
from node.web.charts.marks import Row
from node.web.charts.metrics import line_height, width_of
from node.web.charts.palette import GRID, INK
from node.web.charts.sheet import BODY, Sheet
from node.web.charts.signs import signs_after, signs_width, wrap_signed

LABEL_SHARE, GAP, ROOM = 0.42, 14.0, 9.0
"""Of the width, the most that labels take; pixels beside a label, and around what a row holds."""


@dataclass(frozen=True, slots=True)
class Band:
    """One row in pixels: its edges, the middle of what is drawn in it, its label, the label's first line, and the signs
    behind the label."""

    top: float
    bottom: float
    middle: float
    label: str
    label_y: float
    figure: str
    figure_y: float
    signs: str


@dataclass(frozen=True, slots=True)
class Bands:
    """All rows. `left`, `right`: between these lies what is drawn; `end`: where the last row ends; `free`: from where
    to where no label stands, so that lines and grounds may run there."""

    bands: tuple[Band, ...]
    left: float
    right: float
    end: float
    free: tuple[tuple[float, float], ...]


def plan_rows(
    sheet: Sheet,
    labels: Sequence[str],
    top: float,
    *,
    high: float,
    figures: Sequence[str] = (),
    signs: Sequence[str] = (),
) -> Bands:
    """Where rows stand from `top` down. `high`: pixels for what is drawn in each; `signs`: behind each label.

    `figures`: at the right end; on a phone on the label's line, so that the whole width is left to the drawing.
    """
    signs = signs or [""] * len(labels)
    beside = max((width_of(figure, BODY) for figure in figures), default=0.0) + (GAP if figures else 0.0)
    widest = max(width_of(label, BODY) + signs_width(of, BODY) for label, of in zip(labels, signs, strict=True)) + 0.5
    room = sheet.width - beside if sheet.stacked else min(widest, sheet.width * LABEL_SHARE)
    bands = list[Band]()
    for label, figure, of in zip(labels, figures or [""] * len(labels), signs, strict=True):
        lines = wrap_signed(label, room, BODY, of)
        text = len(lines) * line_height(BODY)
        inside = text + high if sheet.stacked else max(text, high)
        bottom = top + inside + ROOM
        text_middle = top + ROOM / 2 + (text if sheet.stacked else inside) / 2
        middle = bottom - ROOM / 2 - high / 2 if sheet.stacked else text_middle
        first = centred(len(lines), text_middle, BODY)
        figure_y = first if sheet.stacked else middle
        bands.append(Band(top, bottom, middle, "\n".join(lines), first, figure, figure_y, of))
        top = bottom
    if sheet.stacked:
        free = tuple((band.middle - high / 2 - 1, band.bottom) for band in bands)
        return Bands(tuple(bands), 0.0, sheet.width, top, free)
    return Bands(tuple(bands), room + GAP, sheet.width - beside, top, ((bands[0].top, top),))


def draw_rows(sheet: Sheet, rows: Bands) -> None:
    """Labels with their signs, figures and a thin line below each row."""
    lines: list[Row] = [
        {"x": 0, "x2": sheet.width, "y": band.bottom, "y2": band.bottom, "stroke": GRID} for band in rows.bands
    ]
    sheet.rules(lines, line=0.6)
    sheet.texts([{"x": 0, "y": band.label_y, "text": band.label, "fill": INK} for band in rows.bands])
    sheet.shapes(
        [sign for band in rows.bands for sign in signs_after(band.label.split("\n"), 0, band.label_y, BODY, band.signs)]
    )
    figures: list[Row] = [
        {"x": sheet.width, "y": band.figure_y, "text": band.figure, "fill": INK} for band in rows.bands if band.figure
    ]
    sheet.texts(figures, align="right")
