"""One worksheet of a workbook: how its cells are put and how it prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.errors import OperatorError
from node.web.takeaway.cells import INFINITE, Plain

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet as XlsxSheet

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
MAX_CELL_CHARACTERS = 32_767  # of UTF-16
MAX_HEADER_CHARACTERS = 255
"""Limits of a worksheet. Source: Microsoft, Excel specifications and limits."""

EVERY_CELL = f"A1:XFD{MAX_ROWS}"
A4 = 9
INK, BAND = "#12344D", "#EEF2F6"


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A worksheet being written. Its rows are put in order, each whole before the next."""

    name: str
    inner: XlsxSheet
    book: Workbook
    heading: Format
    wrapped: Format
    infinite: Format

    def number_format(self, decimals: int) -> Format:
        """Thousands apart, and so many decimals."""
        return self.book.add_format({"num_format": "#,##0" + (f".{'0' * decimals}" if decimals else "")})

    def put(self, row: int, column: int, cell: Plain, form: Format | None) -> None:
        """A cell as what it is: a text stays text, whatever it looks like; nothing stays nothing.

        Raises: OperatorError where a text is longer than a cell can be.
        """
        if isinstance(cell, str):
            if 2 * len(cell) > MAX_CELL_CHARACTERS and len(cell.encode("utf-16-le")) > 2 * MAX_CELL_CHARACTERS:
                raise OperatorError(
                    f"“{self.name}”, row {row + 1}: a text of {len(cell):,} characters, and a cell holds "
                    f"{MAX_CELL_CHARACTERS:,}: take the table as CSV"
                )
            if cell:
                self.inner.write_string(row, column, cell, self.infinite if cell == INFINITE else form)
        elif cell is not None:
            self.inner.write_number(row, column, cell, form)


def add_worksheet(book: Workbook, name: str, *, header: tuple[str, ...], footer: str) -> Worksheet:
    """An empty worksheet that prints on A4, across, as wide as one page, with its header and page numbers."""
    inner = book.add_worksheet(name)
    inner.set_landscape()
    inner.set_paper(A4)
    inner.fit_to_pages(1, 0)
    inner.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
    inner.set_header(_printed(" – ".join(filter(None, header))))
    inner.set_footer(f"{_printed(footer)}&R&P / &N")
    # Codes such as 0110 are meant to be text, and need no warning that they are.
    inner.ignore_errors({"number_stored_as_text": EVERY_CELL})
    return Worksheet(
        name,
        inner,
        book,
        heading=book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "font_color": INK, "bg_color": BAND}
        ),
        wrapped=book.add_format({"text_wrap": True, "valign": "top", "align": "left"}),
        infinite=book.add_format({"align": "right"}),
    )


def _printed(text: str) -> str:
    """A text for the left of a printed header or footer, where `&` begins a code and is doubled to mean itself.

    Source: ECMA-376-1:2016, 18.3.1.46 (oddHeader).
    """
    doubled = text.replace("&", "&&")
    while len(doubled) > MAX_HEADER_CHARACTERS - 20:
        text = text[:-1]
        doubled = text.replace("&", "&&")
    return f"&L{doubled}"
