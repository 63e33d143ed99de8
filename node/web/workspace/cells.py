"""Cells of tables as text and as HTML. Whatever comes from data is escaped here, once."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeGuard

from markupsafe import Markup, escape

from node.model.comparison import NOT_APPLICABLE, PROVISIONAL, Measured, Signal
from node.model.interval import Interval
from node.model.names import Name
from node.model.period import TimePeriod
from node.model.standing import PeerStanding
from node.model.table import Cell, Coded, Column, Kind
from node.web.language import writing
from node.web.language.catalogues import gettext
from node.web.workspace.names import Naming
from node.web.workspace.words import (
    GAP_CLASSES,
    GAP_WORDS,
    SIGNAL_MARKS,
    SIGNAL_WORDS,
    STATE_MARKS,
    STATE_WORDS,
    WORDS,
)

ARITHMETIC = 1e-9
"""Share of a figure by which ways to work it out differ in floating point, and more."""


def figure_text(figure: Measured, decimals: int) -> str:
    """`1,234`; `3–12` or `≥ 3` of a hidden figure; or the word for the gap. Marks follow: `30 (provisional)`."""
    if figure.value is not None:
        text = writing.number(figure.value, decimals)
    elif tells_something(figure.interval):
        text = writing.interval(figure.interval, decimals)
    else:
        text = str(GAP_WORDS[figure.sign])
    marks = []
    if is_altered(figure) and figure.interval is not None:
        marks.append(writing.interval(figure.interval, decimals))
    if figure.sign == PROVISIONAL:
        marks.append(gettext("provisional"))
    if figure.lacking:
        marks.append(gettext("partial"))
    return f"{text} ({', '.join(marks)})" if marks else text


def tells_something(interval: Interval | None) -> TypeGuard[Interval]:
    """Whether an interval says more than that a figure is not below 0."""
    return interval is not None and not (interval.low == 0 and math.isinf(interval.high))


def is_altered(figure: Measured) -> bool:
    """Whether the sender altered the figure by noise, so that the truth lies around it. Bounds that differ by no more
    than arithmetic leaves are none."""
    span = figure.interval
    return figure.value is not None and span is not None and not math.isclose(span.low, span.high, rel_tol=ARITHMETIC)


def range_text(pair: tuple[int, int]) -> str:
    low, high = (writing.number(value) for value in pair)
    return low if low == high else f"{low}–{high}"


def signal_text(signal: Signal) -> str:
    return f"{SIGNAL_MARKS[signal]}\N{NO-BREAK SPACE}{SIGNAL_WORDS[signal]}"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes cells. `troubled`: country to its feed's standing where that is not fresh; `country_of`: of each area."""

    naming: Naming
    troubled: Mapping[str, PeerStanding]
    country_of: Mapping[str, str]

    def text(self, column: Column, cell: Cell) -> str:
        """A cell as plain text, as in a PDF or a spreadsheet's words; empty for nothing."""
        match cell:
            case Coded():
                text = self.name(column, cell).text
            case Measured():
                text = figure_text(cell, column.decimals)
            case Signal():
                text = signal_text(cell)
            case TimePeriod():
                text = writing.month(cell)
            case tuple():
                text = range_text(cell)
            case int():
                text = writing.number(cell)
            case str():
                text = str(WORDS[cell]) if column.kind is Kind.WORD else cell
            case None:
                empty = column.kind not in (Kind.FIGURE, Kind.SIGNAL, Kind.RANGE, Kind.COUNT)
                text = "" if empty else str(GAP_WORDS[NOT_APPLICABLE])
        return text

    def html(self, column: Column, cell: Cell, href: str = "") -> Markup:
        """A cell's content; a link where `href` is given."""
        if isinstance(cell, Coded):
            written, flag = linked(named(self.name(column, cell)), href), self.feed_flag(column, cell)
            return written + flag if flag else written
        if isinstance(cell, Measured):
            written = linked(figure(cell, column.decimals), href)
            return written + self._lacking(cell) if cell.lacking else written
        if isinstance(cell, Signal):
            return signal(cell)
        return linked(_escaped(self.text(column, cell)), href)

    def name(self, column: Column, cell: Coded) -> Name:
        return self.naming.area(cell.code) if column.kind is Kind.AREA else self.naming.occupation(cell.code)

    def standing(self, column: Column, cell: Coded) -> PeerStanding | None:
        """How the feed stands that an area's figures come from, where it is not fresh."""
        return self.troubled.get(self.country_of.get(cell.code, "")) if column.kind is Kind.AREA else None

    def feed_flag(self, column: Column, cell: Coded) -> Markup:
        """A mark beside an area whose feed is not fresh."""
        standing = self.standing(column, cell)
        if standing is None:
            return Markup()
        mark, word = STATE_MARKS[standing.state], str(STATE_WORDS[standing.state])
        return markup(' <span class="flag"><span aria-hidden="true">', mark, "</span> ", word, "</span>")

    def _lacking(self, cell: Measured) -> Markup:
        names = writing.join([self.naming.area_text(code) for code in cell.lacking])
        without = gettext("without %(countries)s", countries=names)
        return markup(' <span class="flag">', gettext("partial"), '<span class="unseen">, ', without, "</span></span>")


def markup(*parts: str) -> Markup:
    """HTML and texts by turns, HTML first; the texts are escaped. A page has a thousand cells, and Markup.format takes
    several times as long."""
    safe = "".join([_escaped(part) if at % 2 else part for at, part in enumerate(parts)])
    return Markup(safe)  # noqa: S704  # what is not the caller's own HTML has just been escaped


@lru_cache(maxsize=4096)
def _escaped_text(text: str) -> Markup:
    return escape(text)


def _escaped(part: str) -> Markup:
    """Pages write the same few words, numbers and addresses again and again."""
    return part if isinstance(part, Markup) else _escaped_text(part)


def figure(cell: Measured, decimals: int) -> Markup:
    """A figure; what the hidden one lies in; or the word that stands in its place."""
    if cell.value is None:
        if not tells_something(cell.interval):
            return markup('<span class="gap gap-', GAP_CLASSES[cell.sign], '">', str(GAP_WORDS[cell.sign]), "</span>")
        begin, inside = '<span class="gap gap-', writing.interval(cell.interval, decimals)
        unseen = '<span class="unseen"> ', str(GAP_WORDS[cell.sign]), "</span></span>"
        return markup(begin, GAP_CLASSES[cell.sign], '">', inside, *unseen)
    text = _escaped(writing.number(cell.value, decimals))
    if is_altered(cell) and cell.interval is not None:
        text += markup(' <span class="flag">(', writing.interval(cell.interval, decimals), ")</span>")
    if cell.sign == PROVISIONAL:
        text += markup('<span class="flag"> p<span class="unseen">, ', gettext("provisional"), "</span></span>")
    return text


def signal(cell: Signal) -> Markup:
    """The mark of a signal and its word."""
    return markup('<span class="mark" aria-hidden="true">', SIGNAL_MARKS[cell], "</span> ", str(SIGNAL_WORDS[cell]))


def named(name: Name) -> Markup:
    """A name, in English and marked so where the language has no title."""
    if name.official:
        return _escaped(name.text)
    return markup('<span lang="en" class="english">', name.text, "</span>")


def marked(naming: Naming, sentence: str) -> Markup:
    """A sentence with the English titles in it marked that stand in for missing ones."""
    found = sorted((title for title in naming.stand_ins() if title in sentence), key=len, reverse=True)
    if not found:
        return _escaped(sentence)
    parts = re.split(f"({'|'.join(map(re.escape, found))})", sentence)
    return Markup().join(named(Name(part, official=at % 2 == 0)) for at, part in enumerate(parts))


def linked(content: Markup, href: str) -> Markup:
    return markup('<a href="', href, '">', content, "</a>") if href else content
