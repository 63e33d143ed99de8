"""The briefing of a country, an area or an occupation: what its page says, on two to four pages of paper."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from node.compare.grid import Grid
from node.compare.listing import fields, to_csv
from node.compare.tables import PERIODS_RELEASED, PERIODS_SHORT
from node.model.comparison import Measured, Signal
from node.model.table import Cell, Coded, Column, Kind, Table
from node.web.aside import Runner, here
from node.web.charts.cache import RenderCache
from node.web.charts.sheet import WIDE, with_notes_beside
from node.web.language import writing
from node.web.language.catalogues import gettext
from node.web.language.current import language
from node.web.takeaway.briefing import briefing
from node.web.takeaway.document import Briefing, BriefingLabels, Chart, KeyFigure, Section, TextTable, Verification
from node.web.workspace.cells import figure_text, signal_text
from node.web.workspace.desk import Desk
from node.web.workspace.heads import head, table_title
from node.web.workspace.notes import feed_words, is_synthetic, methods, synthetic_words
from node.web.workspace.shown import Shown
from node.web.workspace.take import records_of, source_headings, sources_of
from node.web.workspace.words import CHARTS, HEADS, STATE_WORDS

MOST_ROWS = (36, 24, 12)
"""Rows of the table: all areas with the sub-region and its countries where four pages hold them, else fewer."""
MOST_SOURCES = 8
COLUMNS = (
    "REF_AREA",
    "OCCUPATION",
    "VACANCIES",
    "JOBSEEKERS",
    "RELATIVE_TO_COUNTRY",
    "SIGNAL",
    "RANK",
    "PERIODS_SHORT",
)


def briefing_of(desk: Desk, shown: Shown, charts: RenderCache, site: str, run: Runner = here) -> bytes:
    """A PDF. `site`: scheme and host of the node's pages, for the addresses printed in it."""
    return run(briefing, *(_document(desk, shown, charts, site, most) for most in MOST_ROWS))


def _document(desk: Desk, shown: Shown, charts: RenderCache, site: str, most: int) -> Briefing:
    """`most`: rows of the table."""
    table, links, vintages = shown.view.tables[0], shown.links, shown.view.vintages
    if vintages:
        links = links.at(max(vintage.accepted_at for vintage in vintages))
    csv = site + links.to(f"{shown.path}.csv", table=table.id, lang="en", **shown.query)
    made = writing.moment(desk.services.clock())
    here = site + links.to(shown.path, **shown.query)
    return Briefing(
        language=language().value,
        title=shown.message,
        subtitle=f"{shown.heading}, {writing.month(shown.view.period)}",
        leads=(_certainty(table),),
        figures=_key_figures(desk, shown),
        sections=(*_sections(desk, shown, table, charts, most), _reading(desk, shown)),
        sources=sources_of(desk, shown)[:MOST_SOURCES],
        verification=_verification(desk, shown, table, csv),
        labels=_labels(),
        author=desk.services.name,
        footer=gettext("%(name)s · made %(time)s · %(address)s", name=desk.services.name, time=made, address=here),
        generated=desk.services.clock(),
        synthetic=synthetic_words() if is_synthetic(desk, shown) else "",
    )


def digest(table_bytes: bytes) -> str:
    """SHA-256 in groups that can be read out: the code that a reader compares."""
    return " ".join(_grouped(hashlib.sha256(table_bytes).hexdigest(), 8))


def _grouped(text: str, length: int) -> list[str]:
    return [text[at : at + length] for at in range(0, len(text), length)]


def _certainty(table: Table) -> str:
    """How sure the signals of a table are."""
    signals = [cell for cell in table.column("SIGNAL") if isinstance(cell, Signal)]
    open_ = signals.count(Signal.UNDETERMINED)
    return gettext(
        "Of %(rows)s signals in the table below, %(known)s are certain whatever the hidden figures are; %(open)s "
        "cannot be told.",
        rows=writing.number(len(signals)),
        known=writing.number(len(signals) - open_),
        open=writing.number(open_),
    )


def _key_figures(desk: Desk, shown: Shown) -> tuple[KeyFigure, ...]:
    """Of the area and occupation that the view is of."""
    now = shown.moment.tightness
    place = now.place(shown.area, shown.occupation)
    wanted: Sequence[tuple[str, Grid, int]] = (
        ("VACANCIES", now.vacancies, 0),
        ("JOBSEEKERS", now.jobseekers, 0),
        ("VACANCIES_PER_100_JOBSEEKERS", now.tight, 1),
        ("RELATIVE_TO_COUNTRY", now.relative, 2),
    )
    found = []
    for name, grid, decimals in wanted:
        cell = grid.at(*place)
        if cell.sign != "_Z":
            found.append(KeyFigure(str(HEADS[name]), *_told(cell, decimals)))
    signal = now.signal_at(*place)
    if signal is not None:
        found.append(KeyFigure(str(HEADS["SIGNAL"]), signal_text(signal)))
    return tuple(found)


def _told(cell: Measured, decimals: int) -> tuple[str, str]:
    """A figure and what has to be said beside it."""
    text, _, note = figure_text(cell, decimals).partition(" (")
    return text, note.removesuffix(")")


def _sections(desk: Desk, shown: Shown, table: Table, charts: RenderCache, most: int) -> tuple[Section, ...]:
    drawn: list[Section] = []
    for name, make in shown.charts.items():
        chart = with_notes_beside(make())
        spec = chart.spec(WIDE)
        drawn.append(
            Section(
                str(CHARTS[name]),
                paragraphs=() if drawn else feed_words(desk),
                chart=Chart(charts.png(chart, WIDE), spec.alternative),
            )
        )
    return (*drawn, Section(table_title(table), table=_text_table(desk, table, most)))


def _text_table(desk: Desk, table: Table, most: int) -> TextTable:
    kept = [(place, column) for place, column in enumerate(table.columns) if column.id in COLUMNS]
    rows = tuple(
        tuple(_cell_text(desk, column, row[place]) + _of(table, column, row) for place, column in kept)
        for row in table.rows[:most]
    )
    numeric = tuple(column.kind in (Kind.FIGURE, Kind.RANGE) for _, column in kept)
    left = len(table.rows) - len(rows)
    more = gettext("%(num)s more rows are in the data.", num=writing.number(left)) if left else ""
    return TextTable(tuple(head(desk, column) for _, column in kept), numeric, rows, more)


def _cell_text(desk: Desk, column: Column, cell: Cell) -> str:
    text = desk.writer.text(column, cell)
    if not isinstance(cell, Coded):
        return text
    standing = desk.writer.standing(column, cell)
    flag = f" ({STATE_WORDS[standing.state]})" if standing else ""
    return "\u2003" * cell.level + text + flag


def _of(table: Table, column: Column, row: Sequence[Cell]) -> str:
    """Behind the months that were short, how many were released: there is no room for one more column."""
    if column != PERIODS_SHORT or row[table.columns.index(column)] is None:
        return ""
    released = row[table.columns.index(PERIODS_RELEASED)]
    return f" / {writing.number(released)}" if isinstance(released, int) else ""


def _reading(desk: Desk, shown: Shown) -> Section:
    return Section(gettext("How to read these figures"), paragraphs=methods(desk, shown))


def _verification(desk: Desk, shown: Shown, table: Table, address: str) -> tuple[Verification, ...]:
    """The table's own digest, which whoever fetches the same data can compute, and the senders' roots."""
    code = digest(to_csv(records_of(desk, shown, table, frozen=True), fields(table)).encode())
    how = gettext("the SHA-256 of the file at %(address)s, by any program", address=address)
    roots = [
        Verification(
            gettext("Root of %(sender)s", sender=standing.peer.id),
            " ".join(_grouped(standing.peer.fingerprint, 8)),
            gettext("compare with the sender by telephone"),
        )
        for standing in desk.standings
    ]
    return (Verification(gettext("Table: %(name)s", name=table_title(table)), code, how), *roots)


def _labels() -> BriefingLabels:
    return BriefingLabels(
        sources=gettext("Sources"),
        verification=gettext("Check these figures"),
        page=gettext("Page {page} of {pages}"),
        headings=source_headings(),
    )
