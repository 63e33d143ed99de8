"""A view's tables as CSV, JSON and XLSX: what stands on its page, for programs and spreadsheets."""

from __future__ import annotations

from werkzeug.exceptions import BadRequest

from node.compare.listing import Record, fields, records, to_csv, to_json
from node.comparing.standing import states_of_areas
from node.model.release import Json, Vintage
from node.model.table import Coded, Kind, Table
from node.web.language import writing
from node.web.language.catalogues import gettext
from node.web.takeaway.sources import Source, SourceHeadings, source_of
from node.web.takeaway.words import SheetWords
from node.web.takeaway.workbook import About, Sheet, workbook
from node.web.workspace.desk import Desk
from node.web.workspace.heads import heads, table_title
from node.web.workspace.notes import feed_words, is_synthetic, methods, synthetic_words
from node.web.workspace.shown import Shown
from node.web.workspace.words import GAP_WORDS, SIGNAL_WORDS, WORDS


def csv_of(desk: Desk, shown: Shown) -> str:
    """One of the view's tables; the first without a name. Raises: BadRequest where there is none such."""
    table = _asked(desk, shown)
    return to_csv(_records(desk, shown, table), fields(table))


def json_of(desk: Desk, shown: Shown) -> Json:
    """All tables of the view, and what has to be known of them."""
    thresholds = desk.reading.thresholds
    return {
        "period": str(shown.view.period),
        "as_of": desk.query.as_of.isoformat() if desk.query.as_of else None,
        "synthetic": is_synthetic(desk, shown),
        "heading": shown.heading,
        "notes": [*methods(desk, shown)],
        "thresholds": {
            "version": thresholds.version,
            "shortage": thresholds.shortage,
            "surplus": thresholds.surplus,
        },
        "tables": {table.id: to_json(_records(desk, shown, table)) for table in shown.view.tables},
        "sources": [_source(vintage) for vintage in shown.view.vintages],
    }


def xlsx_of(desk: Desk, shown: Shown, address: str) -> bytes:
    """All tables of the view as sheets, and one of sources and methods."""
    sheets = [Sheet(table_title(table), table, heads(desk, table)) for table in shown.view.tables]
    thresholds = desk.reading.thresholds
    lines = [
        (gettext("View"), shown.heading),
        (gettext("Period"), writing.month(shown.view.period)),
        (gettext("Address"), address),
        (gettext("Made"), writing.moment(desk.services.clock())),
        (gettext("Node"), desk.services.name),
        (gettext("Thresholds, version"), thresholds.version),
        (gettext("Short from"), writing.number(thresholds.shortage, 2)),
        (gettext("Surplus down from"), writing.number(thresholds.surplus, 2)),
        *((gettext("State"), words) for words in feed_words(desk)),
        *((gettext("How to read it"), note) for note in methods(desk, shown)),
    ]
    about = About(
        title=shown.heading,
        subject=shown.message,
        author=desk.services.name,
        sheet=gettext("Sources and methods"),
        lines=tuple(lines),
        headings=source_headings(),
        sources=sources_of(desk, shown),
        banner=synthetic_words() if is_synthetic(desk, shown) else "",
    )
    return workbook(sheets, about, sheet_words(desk), created=desk.services.clock())


def svg_file(drawing: str) -> bytes:
    """A chart as a file of its own: without the links over it, which lead nowhere from a reader's disk."""
    picture, links, _ = drawing.partition('<g class="chart-links"')
    return (f"{picture}</svg>" if links else drawing).encode()


def sheet_words(desk: Desk) -> SheetWords:
    """The words of a workbook in the reader's language."""
    return SheetWords(
        code=gettext("Code"),
        at_least=gettext("At least"),
        at_most=gettext("At most"),
        sign=gettext("Note"),
        partial=gettext("partial, without {areas}"),
        signs={"P": gettext("provisional"), **{sign: str(word) for sign, word in GAP_WORDS.items()}},
        signals={signal: str(word) for signal, word in SIGNAL_WORDS.items()},
        name=lambda kind, coded: _name(desk, kind, coded),
        word=lambda _, text: str(WORDS[text]) if text in WORDS else text,
    )


def source_headings() -> SourceHeadings:
    return SourceHeadings(
        sender=gettext("From"),
        dataflow=gettext("Dataflow"),
        period=gettext("Period"),
        revision=gettext("Revision"),
        published=gettext("Published"),
        path=gettext("File"),
        sha256=gettext("SHA-256"),
    )


def sources_of(desk: Desk, shown: Shown) -> tuple[Source, ...]:
    """The releases behind a view, in the reader's language."""
    return tuple(
        source_of(
            vintage,
            sender=vintage.sender,
            dataflow=desk.dataflow_text(vintage.key.dataflow),
            period=writing.month(vintage.key.period),
            published=writing.moment(vintage.custom.published),
        )
        for vintage in shown.view.vintages
    )


def _records(desk: Desk, shown: Shown, table: Table) -> list[Record]:
    return records_of(desk, shown, table, frozen=desk.query.as_of is not None)


def _name(desk: Desk, kind: Kind, coded: Coded) -> str:
    return desk.naming.area_text(coded.code) if kind is Kind.AREA else desk.naming.occupation_text(coded.code)


def _asked(desk: Desk, shown: Shown) -> Table:
    for table in shown.view.tables:
        if desk.query.table in ("", table.id):
            return table
    there = ", ".join(table.id for table in shown.view.tables)
    raise BadRequest(f"“{desk.query.table}” is no table of this view; it has {there}")


def records_of(desk: Desk, shown: Shown, table: Table, *, frozen: bool) -> list[Record]:
    """The records of a table. `frozen`: as figures were known at one time, without how feeds stand now, so that the
    same address gives the same bytes for ever."""
    states = {} if frozen else states_of_areas(desk.standings, desk.naming.areas)
    return records(table, shown.view.period, synthetic=is_synthetic(desk, shown), states=states)


def _source(vintage: Vintage) -> Json:
    return {
        "sender": vintage.sender,
        "dataflow": vintage.key.dataflow,
        "period": str(vintage.key.period),
        "revision": vintage.custom.revision,
        "published": vintage.custom.published.isoformat(),
        "accepted": vintage.accepted_at.isoformat(),
        "target": vintage.target.path,
        "sha256": vintage.target.sha256,
        "snapshot_version": vintage.snapshot_version,
        "rows": vintage.custom.rows,
        "synthetic": vintage.custom.synthetic,
        "flags": list(vintage.flags),
    }
