"""Colours, and how a figure that may be hidden or missing is drawn so that it is known without colour.

The tokens are those of the pages' style sheet. Text keeps 4.5:1 on its ground and marks 3:1 (WCAG 2.2, 1.4.3 and
1.4.11); orange and blue are told apart by readers with any of the common colour deficiencies.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

WHITE, INK, MUTED, NAVY = "#ffffff", "#14212d", "#4b5966", "#12344d"
GRID, FRAME, NEUTRAL = "#d5dce3", "#74828f", "#e7ecf1"
SHORTAGE, SHORTAGE_INK = "#f8c08a", "#7a3200"
SURPLUS, SURPLUS_INK = "#b5d3ee", "#0b4472"
SHORTAGE_PALE, SURPLUS_PALE = "#fdf1e4", "#edf4fb"
"""Grounds behind figures at either side of a threshold."""
WARN, WARN_LINE = "#fff4d6", "#b98300"
"""Ground and edge of notes, as of the pages' own."""


class FigureState(Enum):
    """What a figure says, or why there is none; each is drawn in a way of its own."""

    SHORTAGE = "shortage"
    SURPLUS = "surplus"
    BALANCED = "balanced"
    UNDETERMINED = "undetermined"
    HIDDEN = "hidden"
    MISSING = "missing"
    NOT_REPORTED = "not reported"
    NOT_APPLICABLE = "not applicable"


TRIANGLE_UP = "M-1,0.8L1,0.8L0,-0.95Z"
TRIANGLE_DOWN = "M-1,-0.8L1,-0.8L0,0.95Z"
BAR = "M-0.8,-0.22H0.8V0.22H-0.8Z"
DOT = "M-0.35,0A0.35,0.35,0,1,0,0.35,0A0.35,0.35,0,1,0,-0.35,0Z"
LOZENGE = "M0,-0.8L0.8,0L0,0.8L-0.8,0ZM0,-0.4L-0.4,0L0,0.4L0.4,0Z"
CROSS = (
    "M-0.8,-0.55L-0.55,-0.8L0,-0.25L0.55,-0.8L0.8,-0.55L0.25,0L0.8,0.55L0.55,0.8L0,0.25L-0.55,0.8L-0.8,0.55L-0.25,0Z"
)
NO_MARK = "M0,0Z"
"""Shapes in a square from -1 to 1, as Vega takes them."""


@dataclass(frozen=True, slots=True)
class Look:
    """How one state is drawn: ground, mark (a shape), ink of text and mark, border (`dash` in pixels) and hatching."""

    fill: str
    ink: str
    mark: str
    border: str
    dash: tuple[int, ...] = ()
    hatched: bool = False

    @property
    def without_colour(self) -> tuple[str, tuple[int, ...], bool]:
        """What is left of it in grey."""
        return self.mark, self.dash, self.hatched


LOOKS = {
    FigureState.SHORTAGE: Look(SHORTAGE, SHORTAGE_INK, TRIANGLE_UP, SHORTAGE_INK),
    FigureState.SURPLUS: Look(SURPLUS, SURPLUS_INK, TRIANGLE_DOWN, SURPLUS_INK),
    FigureState.BALANCED: Look(NEUTRAL, MUTED, NO_MARK, FRAME),
    FigureState.UNDETERMINED: Look(WHITE, MUTED, LOZENGE, FRAME),
    FigureState.HIDDEN: Look(WHITE, MUTED, BAR, MUTED, dash=(4, 3)),
    FigureState.MISSING: Look(WHITE, MUTED, CROSS, FRAME, dash=(1, 2)),
    FigureState.NOT_REPORTED: Look(WHITE, MUTED, NO_MARK, GRID, hatched=True),
    FigureState.NOT_APPLICABLE: Look(WHITE, MUTED, DOT, WHITE),
}


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 to 1. Source: WCAG 2.2, definition of relative luminance."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21. Source: WCAG 2.2, definition of contrast ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
