"""A table's file as columns of text: CSV, perhaps gzipped, of any delimiter that is in use."""

from __future__ import annotations

import csv
import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from node.errors import TableInvalid
from node.model.cube import BoolArray, IntArray

MAX_BYTES = 1_000_000_000
"""Unpacked size of a table; the largest that this node audits in reasonable time is a twentieth of it."""

DELIMITERS = ",;\t"
_GZIP_MARK = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of text: `positions` (shape (rows,)) index `texts`, its distinct values."""

    texts: tuple[str, ...]
    positions: IntArray

    def where(self, chosen: tuple[bool, ...]) -> BoolArray:
        """Which rows have one of the chosen texts; `chosen`: one flag per text. Shape (rows,)."""
        return np.asarray(np.array(chosen, np.bool_)[self.positions] if chosen else np.zeros(0, np.bool_), np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """The rows of a file. `columns` in the file's order; labels (`FREQ: Frequency`, `M: Monthly`) are cut off."""

    name: str
    rows: int
    columns: dict[str, Column]


def read_sheet(path: Path) -> Sheet:
    """The file's columns, by name. Raises: TableInvalid naming file and row where it is no table of text."""
    body = _unpacked(path)
    header, _, rest = body.partition(b"\n")
    delimiter = max(DELIMITERS, key=lambda mark: header.count(mark.encode()))
    try:
        names = next(csv.reader([header.decode().rstrip("\r")], delimiter=delimiter), [])
        table = _csv(rest, delimiter, names) if rest.strip() else None
    except pa.ArrowInvalid as problem:
        raise TableInvalid(f"{path.name} is not a table of {delimiter!r}-separated text: {problem}") from None
    cut = [_unlabelled(name) for name in names]
    if repeated := sorted({name for name in cut if cut.count(name) > 1}):
        raise TableInvalid(f"{path.name}: columns are there twice: {', '.join(repeated)}")
    if table is None:
        raise TableInvalid(f"{path.name} has no rows")
    labelled = {short for name, short in zip(names, cut, strict=True) if name != short}
    columns = {short: _column(table.column(place), labelled=short in labelled) for place, short in enumerate(cut)}
    return Sheet(path.name, table.num_rows, columns)


def _unpacked(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        if data.startswith(_GZIP_MARK):
            with gzip.open(path) as file:
                data = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as problem:
        raise TableInvalid(f"{path.name} cannot be read: {problem}") from None
    if len(data) > MAX_BYTES:
        raise TableInvalid(f"{path.name} is larger than {MAX_BYTES:,} bytes; audit a part of it")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as problem:
        row = data.count(b"\n", 0, problem.start) + 1
        raise TableInvalid(f"{path.name} is not UTF-8 (row {row}); save it as UTF-8") from None
    return data.removeprefix(_BOM)


def _csv(body: bytes, delimiter: str, names: list[str]) -> pa.Table:
    """`body` as a table of text."""
    return pacsv.read_csv(
        pa.BufferReader(body),
        read_options=pacsv.ReadOptions(column_names=names, block_size=1 << 23),
        parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )


def _unlabelled(text: str) -> str:
    """A code or identifier without its label. Source: SDMX-CSV 2.0, section 2, labels `both`: `id: name`."""
    return text.partition(": ")[0].strip()


def _column(column: pa.ChunkedArray, *, labelled: bool) -> Column:
    encoded = column.combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    encoded = encoded.dictionary_encode()
    positions = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    texts = [text.strip() for text in encoded.dictionary.to_pylist()]
    if labelled:
        texts = [_unlabelled(text) for text in texts]
    distinct = list(dict.fromkeys(texts))
    if len(distinct) < len(texts):
        index = {text: number for number, text in enumerate(distinct)}
        positions = np.array([index[text] for text in texts], np.int64)[positions]
    return Column(tuple(distinct), positions)
