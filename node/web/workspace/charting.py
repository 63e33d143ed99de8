"""From cells of tables to what charts draw: states, written figures, links, and the key of what occurs."""

from __future__ import annotations

import math
from collections.abc import Iterable

from node.model.comparison import (
    MISSING,
    NOT_APPLICABLE,
    NOT_REPORTED,
    PROVISIONAL,
    SUPPRESSED,
    Measured,
    Signal,
    SignalThresholds,
)
from node.web.charts.axes import Numerals
from node.web.charts.intervals import Extent, Reference
from node.web.charts.palette import FigureState
from node.web.language import writing
from node.web.language.catalogues import gettext
from node.web.workspace.cells import is_altered, tells_something
from node.web.workspace.words import GAP_WORDS, SIGNAL_WORDS

PROVISIONAL_LETTER, PARTIAL_SIGN = "p", "◐"
"""What charts mark figures with, and say in their notes: the pages' own letter, and for their word a sign."""

_OF_SIGNAL = {
    Signal.SHORTAGE: FigureState.SHORTAGE,
    Signal.SURPLUS: FigureState.SURPLUS,
    Signal.BALANCED: FigureState.BALANCED,
    Signal.UNDETERMINED: FigureState.UNDETERMINED,
}
_OF_GAP = {
    SUPPRESSED: FigureState.HIDDEN,
    MISSING: FigureState.MISSING,
    NOT_REPORTED: FigureState.NOT_REPORTED,
    NOT_APPLICABLE: FigureState.NOT_APPLICABLE,
}
_SIGNAL_OF = {state: signal for signal, state in _OF_SIGNAL.items()}
_GAP_OF = {state: sign for sign, state in _OF_GAP.items()}


def state_of(relative: Measured, signal: Signal | None) -> FigureState:
    """What a cell is drawn as: its signal; where hidden figures leave that open, hidden; or its gap."""
    if signal is None:
        return _OF_GAP.get(relative.sign, FigureState.NOT_APPLICABLE)
    if signal is Signal.UNDETERMINED and relative.sign == SUPPRESSED and not tells_something(relative.interval):
        return FigureState.HIDDEN
    return _OF_SIGNAL[signal]


def short_figure(figure: Measured, decimals: int) -> str:
    """A figure for a small place; the word for its gap. Of the marks it has the letter of provisional ones."""
    if figure.value is not None:
        text = writing.number(figure.value, decimals)
        return f"{text}\N{NO-BREAK SPACE}{PROVISIONAL_LETTER}" if figure.sign == PROVISIONAL else text
    return (
        writing.interval(figure.interval, decimals) if tells_something(figure.interval) else str(GAP_WORDS[figure.sign])
    )


def figure_signs(figure: Measured) -> str:
    """What stands over a figure that is drawn without being written: that it is provisional, that it is partial."""
    return letter_of(figure) + partial_sign(figure)


def letter_of(figure: Measured) -> str:
    return PROVISIONAL_LETTER if figure.sign == PROVISIONAL else ""


def partial_sign(figure: Measured) -> str:
    return PARTIAL_SIGN if figure.lacking else ""


def extent_of(figure: Measured) -> Extent:
    """What of a figure can be drawn: nothing of one that is infinite for certain."""
    span = figure.interval
    if span is None or math.isinf(span.low):
        return Extent()
    if figure.value is None:
        return Extent(None, span.low, span.high)
    return Extent(figure.value, span.low, span.high) if is_altered(figure) else Extent(figure.value)


def gap_state(figure: Measured) -> FigureState:
    """A figure that carries no signal: known, hidden, or its gap."""
    return _OF_GAP.get(figure.sign, FigureState.BALANCED)


def numerals() -> Numerals:
    """How numbers along axes are written in the reader's language."""
    written = writing.number(1234.5, 1)
    return Numerals(written[1], written[-2])


def reference(thresholds: SignalThresholds) -> Reference:
    """The country's own level, and what lies beyond the thresholds."""
    return Reference(
        1.0,
        gettext("the country’s own level"),
        thresholds.surplus,
        str(SIGNAL_WORDS[Signal.SURPLUS]),
        thresholds.shortage,
        str(SIGNAL_WORDS[Signal.SHORTAGE]),
    )


def key_of(states: Iterable[FigureState], thresholds: SignalThresholds) -> tuple[tuple[FigureState, str], ...]:
    """The states that occur, in their order, each with its meaning."""
    there = set(states)
    return tuple((state, _meaning(state, thresholds)) for state in FigureState if state in there)


def _meaning(state: FigureState, thresholds: SignalThresholds) -> str:
    if state is FigureState.SHORTAGE:
        return gettext("short: %(times)s times or more", times=writing.number(thresholds.shortage, 1))
    if state is FigureState.SURPLUS:
        return gettext("surplus: %(times)s times or less", times=writing.number(thresholds.surplus, 2))
    if state in _SIGNAL_OF:
        return str(SIGNAL_WORDS[_SIGNAL_OF[state]])
    return str(GAP_WORDS[_GAP_OF[state]])
