"""A workbook holds what its tables say: numbers as numbers, gaps as gaps, and every text as text."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import openpyxl
import pytest

from node.errors import NodeError, OperatorError
from node.model.comparison import (
    MISSING,
    NOT_APPLICABLE,
    NOT_REPORTED,
    PROVISIONAL,
    SUPPRESSED,
    Measured,
    Signal,
)
from node.model.interval import Interval
from node.model.period import TimePeriod
from node.model.table import Cell, Coded, Column, Kind, Table
from node.web.takeaway.sources import source_of
from node.web.takeaway.workbook import About, Sheet, sheet_names, workbook
from node.web.takeaway.worksheet import MAX_ROWS
from tests.support.web_world import vintage
from tests.unit.web.takeaway.made import AT, HEADINGS, SOURCES, words

ABOUT = About(
    title="Where professionals are short",
    subject="Vacancies, October 2026",
    author="Node of Indonesia",
    sheet="Sources and methods",
    lines=(("Address", "https://lmis.example/"), ("Thresholds", "1.5 and 0.67, version 1")),
    headings=HEADINGS,
    sources=SOURCES,
    banner="Synthetic",
)


def table(*kinds: tuple[Kind, int], rows: tuple[tuple[Cell, ...], ...]) -> Table:
    return Table("t", tuple(Column(f"C{n}", kind, places) for n, (kind, places) in enumerate(kinds)), rows)


def sheet(made: Table, title: str = "Areas") -> Sheet:
    return Sheet(title, made, tuple(f"H{n}" for n in range(len(made.columns))))


def opened(*sheets: Sheet, about: About = ABOUT) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook(sheets, about, words(), created=AT)))


def rows_of(made: Table) -> list[tuple[object, ...]]:
    return list(opened(sheet(made)).worksheets[0].iter_rows(min_row=2, values_only=True))


@pytest.mark.parametrize(
    ("figure", "cells"),
    [
        (Measured(12.0), (12, 12, 12, None)),
        (Measured(0.0), (0, 0, 0, None)),
        (Measured(26.912345), (26.9123, 26.9123, 26.9123, None)),
        (Measured(10.0, PROVISIONAL), (10, 10, 10, "provisional")),
        (Measured(10.0, interval=Interval(8.0, 12.0)), (10, 8, 12, None)),
        (Measured(None, SUPPRESSED, (), Interval(3.0, 12.0)), (None, 3, 12, "hidden")),
        (Measured(None, SUPPRESSED), (None, None, None, "hidden")),
        (Measured(None, SUPPRESSED, (), Interval(1.5, math.inf)), (None, 1.5, "∞", "hidden")),
        (Measured(None, SUPPRESSED, (), Interval(math.inf, math.inf)), (None, "∞", "∞", "hidden")),
        (Measured(math.inf), ("∞", "∞", "∞", None)),
        (Measured(None, MISSING), (None, None, None, "missing")),
        (Measured(None, NOT_REPORTED), (None, None, None, "no data")),
        (Measured(None, NOT_APPLICABLE), (None, None, None, "not applicable")),
        (
            Measured(7.0, PROVISIONAL, ("IMTGT_MY", "IMTGT_TH")),
            (7, 7, 7, "provisional; partial, without Malaysia (IMT-GT), IMTGT_TH"),
        ),
        (None, (None, None, None, "not applicable")),
    ],
)
def test_a_figure_is_its_value_its_bounds_and_its_sign(figure: Measured | None, cells: tuple[object, ...]) -> None:
    assert rows_of(table((Kind.FIGURE, 1), rows=((figure,),))) == [cells]


def test_other_cells() -> None:
    made = table(
        (Kind.AREA, 0),
        (Kind.OCCUPATION, 0),
        (Kind.SIGNAL, 0),
        (Kind.RANGE, 0),
        (Kind.COUNT, 0),
        (Kind.PERIOD, 0),
        (Kind.WORD, 0),
        (Kind.TEXT, 0),
        rows=(
            (
                Coded("ID-SU", "North Sumatra"),
                Coded("0110", "Officers"),
                Signal.SHORTAGE,
                (1, 4),
                31,
                TimePeriod("2026-10"),
                "rising",
                "as written",
            ),
            (None, None, None, None, None, TimePeriod("2026-Q3"), "flat", None),
        ),
    )
    assert rows_of(made) == [
        (
            *("ID-SU", "Sumatera Utara", "0110", "Officers", "signal: shortage", 1, 4, 31),
            *("2026-10", "C6/rising", "as written"),
        ),
        (*[None] * 8, "2026-Q3", "C6/flat", None),
    ]


def test_headings_name_what_stands_under_them() -> None:
    made = table((Kind.AREA, 0), (Kind.FIGURE, 1), (Kind.RANGE, 0), (Kind.TEXT, 0), rows=())
    headings = [cell.value for cell in opened(sheet(made)).worksheets[0][1]]
    assert headings == [
        *("H0: code", "H0", "H1", "H1: at least", "H1: at most", "H1: sign"),
        *("H2: at least", "H2: at most", "H3"),
    ]


@pytest.mark.parametrize(
    "text", ["=1+1", "+66", "-1", "@SUM(A1)", "0012", "1e5", "2026-10-01", "https://x.example/", " "]
)
def test_what_looks_like_something_else_stays_text(text: str) -> None:
    made = table((Kind.TEXT, 0), (Kind.AREA, 0), rows=((text, Coded(text, text)),))
    page = opened(sheet(made)).worksheets[0]
    for cell in page[2]:
        assert (cell.value, cell.data_type) == (text, "s")
        assert cell.hyperlink is None


def test_numbers_are_shown_with_their_decimals() -> None:
    made = table((Kind.FIGURE, 2), (Kind.COUNT, 0), rows=((Measured(1234.5), 9),))
    page = opened(sheet(made)).worksheets[0]
    assert [cell.number_format for cell in page[2]] == ["#,##0.00"] * 3 + ["General", "#,##0"]
    assert [cell.data_type for cell in page[2]] == ["n", "n", "n", "n", "n"]


def test_a_sheet_reads_and_prints_well() -> None:
    made = table((Kind.TEXT, 0), (Kind.TEXT, 0), rows=(("a", "a long name of a place, as places have"), ("b", "c")))
    page = opened(sheet(made)).worksheets[0]
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:B3"
    assert page.print_title_rows == "$1:$1"
    assert page.page_setup.orientation == "landscape"
    assert page.page_setup.fitToWidth in (None, 1), "one page across, which is what it is where nothing is said"
    assert page.page_setup.fitToHeight == 0, "as many down as it takes"
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.oddHeader.left.text == "Areas – Synthetic"
    widths = [page.column_dimensions[letter].width for letter in "AB"]
    assert widths[0] < 15
    assert 38 < widths[1] < 60


def test_the_last_sheet_says_where_the_figures_come_from() -> None:
    book = opened(sheet(table((Kind.TEXT, 0), rows=())), sheet(table((Kind.TEXT, 0), rows=()), "Trend"))
    assert book.sheetnames == ["Areas", "Trend", "Sources and methods"]
    said = [tuple(row) for row in book.worksheets[-1].iter_rows(values_only=True)]
    assert said[0][:2] == ("Address", "https://lmis.example/")
    assert said[1][:2] == ("Thresholds", "1.5 and 0.67, version 1")
    assert said[3] == HEADINGS.cells
    assert said[4:] == [source.cells for source in SOURCES]


def test_the_properties() -> None:
    properties = opened(sheet(table((Kind.TEXT, 0), rows=()))).properties
    assert (properties.title, properties.subject, properties.creator) == (ABOUT.title, ABOUT.subject, ABOUT.author)
    assert properties.created == datetime(2026, 11, 22, 5, 12)  # noqa: DTZ001 (openpyxl reads UTC without saying so)


def test_the_same_input_makes_the_same_bytes() -> None:
    made = sheet(table((Kind.FIGURE, 1), (Kind.TEXT, 0), rows=((Measured(3.5), "x"),) * 50))
    first = workbook([made], ABOUT, words(), created=AT)
    assert workbook([made], ABOUT, words(), created=AT.astimezone(timezone(timedelta(hours=7)))) == first
    assert workbook([made], ABOUT, words(), created=AT + timedelta(days=1)) != first


def test_a_table_longer_than_a_worksheet_is_refused() -> None:
    row: tuple[Cell, ...] = ("x",)
    long = sheet(table((Kind.TEXT, 0), rows=(row,) * MAX_ROWS))
    with pytest.raises(OperatorError, match=r"“Areas” has 1,048,576 rows .* holds 1,048,575 .* take the table as CSV"):
        workbook([long], ABOUT, words(), created=AT)


def test_a_table_wider_than_a_worksheet_is_refused() -> None:
    wide = sheet(table(*[(Kind.FIGURE, 0)] * 4097, rows=()))
    with pytest.raises(OperatorError, match="16,388 columns"):
        workbook([wide], ABOUT, words(), created=AT)


def test_a_text_longer_than_a_cell_is_refused() -> None:
    assert rows_of(table((Kind.TEXT, 0), rows=(("x" * 32_767,),))) == [("x" * 32_767,)]
    with pytest.raises(OperatorError, match="row 2: a text of 16,384 characters"):
        rows_of(table((Kind.TEXT, 0), rows=(("\U0001f600" * 16_384,),)))


def test_a_cell_of_another_kind_is_refused() -> None:
    with pytest.raises(NodeError, match="column C0: a cell of the kind “count” is no str"):
        rows_of(table((Kind.COUNT, 0), rows=(("many",),)))
    with pytest.raises(NodeError, match="column C0: a cell of the kind “text” is no Measured"):
        rows_of(table((Kind.TEXT, 0), rows=((Measured(1.0),),)))


def test_headings_must_fit_the_table() -> None:
    with pytest.raises(NodeError, match="has 1 columns and 2 headings"):
        opened(Sheet("Areas", table((Kind.TEXT, 0), rows=()), ("a", "b")))


def test_a_workbook_without_a_table_is_refused() -> None:
    with pytest.raises(NodeError, match="give at least one"):
        workbook([], ABOUT, words(), created=AT)


def test_every_sign_and_signal_has_a_word() -> None:
    with pytest.raises(NodeError, match="no word is given for Q, surplus"):
        replace(
            words(),
            signs={sign: word for sign, word in words().signs.items() if sign != SUPPRESSED},
            signals={**words().signals, Signal.SURPLUS: ""},
        )
    with pytest.raises(NodeError, match=r"must hold \{areas\}"):
        replace(words(), partial="partial")


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["Areas"], ("Areas",)),
        (["V/U: [all]?"], ("V U all",)),
        (["a" * 40, "a" * 40, "A" * 35], ("a" * 31, "a" * 27 + " (2)", "A" * 27 + " (3)")),
        (["History", "'x'", "?"], ("History (2)", "x", "-")),
        (["ตำแหน่งงานว่าง"], ("ตำแหน่งงานว่าง",)),
    ],
)
def test_names_of_sheets_are_such_as_a_workbook_accepts(titles: list[str], names: tuple[str, ...]) -> None:
    assert sheet_names(titles) == names


def test_odd_titles_make_a_workbook_that_opens() -> None:
    made = table((Kind.TEXT, 0), rows=(("x",),))
    about = replace(ABOUT, sheet="a/b", banner="R&D " * 100)
    book = opened(sheet(made, "History"), sheet(made, "a:b"), about=about)
    assert book.sheetnames == ["History (2)", "a b", "a b (2)"]


def test_a_source_is_made_of_a_release() -> None:
    release = vintage("ID", "VACANCIES", "2026-10", revision=4)
    made = source_of(release, sender="Indonesia", dataflow="Lowongan", period="Oktober 2026", published="15 November")
    assert made.cells == (
        *("Indonesia", "Lowongan", "Oktober 2026", 4, "15 November"),
        *("VACANCIES/2026-10.csv.gz", "ab" * 32),
    )


def test_a_list_of_sources_needs_its_headings() -> None:
    with pytest.raises(NodeError, match="heading of the list of sources is empty"):
        replace(HEADINGS, path="")


def test_time_is_kept_in_utc() -> None:
    made = sheet(table((Kind.TEXT, 0), rows=()))
    book = openpyxl.load_workbook(
        io.BytesIO(workbook([made], ABOUT, words(), created=datetime(2026, 1, 1, tzinfo=UTC)))
    )
    assert book.properties.created.isoformat() == "2026-01-01T00:00:00"
