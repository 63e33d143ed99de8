"""What marks are drawn from, and what they are drawn on, for those who draw some without laying out a chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

Row = dict[str, str | float]
"""What one mark is drawn from: names of encodings' fields, and values."""
Align = Literal["left", "center", "right"]


class Surface(Protocol):
    """Of `node.web.charts.sheet.Sheet` what signs and notes need. `width`: of the drawing in pixels."""

    width: int

    def rectangles(self, rows: Sequence[Row], *, line: float = ...) -> None: ...
    def shapes(self, rows: Sequence[Row]) -> None: ...
    def texts(self, rows: Sequence[Row], *, size: float = ...) -> None: ...
