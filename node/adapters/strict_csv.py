"""Small CSV tables of the project's own, read strictly: exact columns, no ragged row, no stray space."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from node.errors import MappingError


def read_strict_csv(
    path: Path, columns: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each row's line number and its values in the order of `columns` then `optional` ("" where a column is absent).

    Raises: MappingError naming file, row and column, where the file cannot be read, is not UTF-8, has an
    unknown, missing or repeated column, a row of another length, or a value with spaces around it.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as problem:
        raise MappingError(f"{path} cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError as problem:
        raise MappingError(f"{path.name} is not UTF-8 at byte {problem.start}; save it as UTF-8") from None
    return parse_strict_csv(text, path.name, columns, optional)


def parse_strict_csv(
    text: str, where: str, columns: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """As `read_strict_csv`, for text already read; `where` names it in messages."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        _check_header(header, where, columns, optional)
        positions = [header.index(name) if name in header else None for name in (*columns, *optional)]
        for row in reader:
            _check_row(row, header, where, reader.line_num)
            yield reader.line_num, tuple("" if place is None else row[place] for place in positions)
    except csv.Error as problem:
        raise MappingError(f"{where}, row {reader.line_num}: not valid CSV: {problem}") from None


def _check_header(header: list[str], where: str, columns: tuple[str, ...], optional: tuple[str, ...]) -> None:
    expected = f"expected {', '.join(columns)}" + (f" and perhaps {', '.join(optional)}" if optional else "")
    if repeated := sorted({name for name in header if header.count(name) > 1}):
        raise MappingError(f"{where}, row 1: columns are there twice: {', '.join(repeated)}; {expected}")
    if unknown := [name for name in header if name not in (*columns, *optional)]:
        raise MappingError(f"{where}, row 1: unknown columns: {', '.join(map(repr, unknown))}; {expected}")
    if missing := [name for name in columns if name not in header]:
        raise MappingError(f"{where}, row 1: columns are missing: {', '.join(missing)}; {expected}")


def _check_row(row: list[str], header: list[str], where: str, line: int) -> None:
    if len(row) != len(header):
        raise MappingError(f"{where}, row {line}: {len(row)} values for {len(header)} columns")
    for name, value in zip(header, row, strict=True):
        if value != value.strip():
            raise MappingError(f"{where}, row {line}, column {name}: spaces around the value")
