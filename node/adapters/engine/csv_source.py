"""CSV files, plain or gzip: every value as text, strictly, and only the columns that are asked for."""

from __future__ import annotations

import csv
import glob
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from node.adapters.engine.mapping import require_columns
from node.errors import SourceUnreadable

HEADER_CHARACTERS = 1_000_000
_OTHER_DELIMITERS = ",;\t|"


def open_csv(connection: Backend, path: Path, delimiter: str, wanted: tuple[str, ...], what: str) -> ir.Table:
    """The wanted columns of a CSV file, as text; null where a cell is empty.

    Raises: SourceUnreadable when the file is empty or not UTF-8, or a column is missing or there twice.
    """
    header = _header(path, delimiter, what)
    if len(header) == 1 and wanted:
        _refuse_other_delimiter(header[0], delimiter, what)
    require_columns(wanted, header, what)
    if twice := [column for column in wanted if header.count(column) > 1]:
        raise SourceUnreadable(f"{what} has the column “{twice[0]}” twice; name each column once")
    # The engine compares names without regard to case, a header does not: columns get names by position.
    names = {f"c{position}": column for position, column in enumerate(header)}
    table = connection.read_csv(
        glob.escape(str(path)),
        columns=dict.fromkeys(names, "VARCHAR"),
        header=True,
        delim=delimiter,
        quote='"',
        escape='"',
        strict_mode=True,
    )
    return table.select(**{column: table[name] for name, column in names.items() if column in wanted})


def _header(path: Path, delimiter: str, what: str) -> tuple[str, ...]:
    with _text(path, what) as stream:
        start = stream.read(HEADER_CHARACTERS)
    if not start:
        raise SourceUnreadable(f"{what} is empty: it does not even have a header line")
    if "\0" in start[:4096]:
        raise SourceUnreadable(f"{what} is not UTF-8 text (it looks like UTF-16); export it again as UTF-8")
    try:
        header = next(csv.reader(start.splitlines(keepends=True), delimiter=delimiter, strict=True), [])
    except csv.Error:
        raise SourceUnreadable(f"{what} has no readable header line: a quote in it does not end") from None
    if any("\udc80" <= character <= "\udcff" for column in header for character in column):
        raise SourceUnreadable(f"{what} is not UTF-8 text at line 1 of the file; export it again as UTF-8")
    return tuple(column.strip() for column in header)


@contextmanager
def _text(path: Path, what: str) -> Iterator[IO[str]]:
    """The file as text; bytes that are not UTF-8 stand as surrogates, since columns that are not read may have them."""
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rb") as raw, TextIOWrapper(raw, "utf-8-sig", "surrogateescape", newline="") as stream:
            yield stream
    except (EOFError, gzip.BadGzipFile):
        raise SourceUnreadable(
            f"{what} is not a whole gzip file: it was cut short or is not gzip at all; copy it again"
        ) from None
    except OSError as problem:
        raise SourceUnreadable(f"{what} cannot be opened: {problem.strerror}") from None


def _refuse_other_delimiter(header: str, delimiter: str, what: str) -> None:
    others = [other for other in _OTHER_DELIMITERS if other != delimiter and other in header]
    if others:
        shown = "a tab" if others[0] == "\t" else f"“{others[0]}”"
        raise SourceUnreadable(
            f"{what} seems to separate columns by {shown}, not “{delimiter}”; set the source's delimiter in node.toml"
        )
