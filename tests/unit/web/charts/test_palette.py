"""Contrast by the formulae of WCAG 2.2, and states that are known without colour."""

from __future__ import annotations

from itertools import combinations

import pytest

from node.web.charts.paired_bars import INKS
from node.web.charts.palette import (
    FRAME,
    INK,
    LOOKS,
    MUTED,
    NAVY,
    SHORTAGE_INK,
    SHORTAGE_PALE,
    SURPLUS_INK,
    SURPLUS_PALE,
    WHITE,
    FigureState,
    contrast,
    luminance,
)

GAPS = (FigureState.HIDDEN, FigureState.MISSING, FigureState.NOT_REPORTED)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.478),
        ("#0000ff", "#ffffff", 8.592),
    ],
)
def test_contrast_as_wcag_defines_it(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.001)
    assert contrast(one, other) == contrast(other, one)


@pytest.mark.parametrize("state", FigureState)
def test_text_and_marks_are_read_on_the_ground_of_every_state(state: FigureState) -> None:
    look = LOOKS[state]
    assert contrast(INK, look.fill) >= 4.5
    assert contrast(look.ink, look.fill) >= 4.5


@pytest.mark.parametrize("ink", [INK, MUTED, NAVY, SHORTAGE_INK, SURPLUS_INK, *INKS])
def test_text_is_read_on_white_and_on_the_pale_grounds(ink: str) -> None:
    assert all(contrast(ink, ground) >= 4.5 for ground in (WHITE, SHORTAGE_PALE, SURPLUS_PALE))


def test_borders_of_known_and_hidden_states_are_seen() -> None:
    known = (FigureState.SHORTAGE, FigureState.SURPLUS, FigureState.BALANCED, FigureState.HIDDEN, FigureState.MISSING)
    assert all(contrast(LOOKS[state].border, WHITE) >= 3 for state in known)
    assert contrast(FRAME, WHITE) >= 3


def test_no_two_states_look_alike_without_colour() -> None:
    for one, other in combinations(FigureState, 2):
        assert LOOKS[one].without_colour != LOOKS[other].without_colour, (one, other)
    assert len({LOOKS[state].without_colour for state in GAPS}) == 3


def test_the_two_signals_differ_in_blue_and_red_and_not_in_lightness_alone() -> None:
    """Orange and blue stay apart for the common colour deficiencies; marks tell them apart in grey."""
    short, surplus = LOOKS[FigureState.SHORTAGE], LOOKS[FigureState.SURPLUS]
    assert int(short.fill[1:3], 16) - int(short.fill[5:7], 16) > 80
    assert int(surplus.fill[5:7], 16) - int(surplus.fill[1:3], 16) > 40
    assert abs(luminance(short.fill) - luminance(surplus.fill)) < 0.1
    assert short.mark != surplus.mark
