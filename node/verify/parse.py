"""From a target's bytes to columns: unpacked within a bound, UTF-8, exactly the declared columns."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from node.model.structure import HIDDEN_VALUE, MEASURE, DataStructure
from node.verify.findings import Refused, at_rows, naming

LONGEST_VALUE = 20
"""Characters of the longest OBS_VALUE: a 64-bit whole number with its sign."""

_GZIP = 31  # zlib's wbits for a gzip wrapper of any window size
_LONGEST_CONSTANT = 200
_POWERS = 10 ** np.arange(1, 19, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class CodeColumn:
    """A column of codes: `positions` (shape rows) index `codes`, the distinct texts of the column."""

    codes: tuple[str, ...]
    positions: NDArray[np.int32]

    def positions_in(self, index: dict[str, int]) -> NDArray[np.int64]:
        """Per row the position of its code in `index`, -1 where it is not there."""
        return np.array([index.get(code, -1) for code in self.codes], np.int64)[self.positions]


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """The rows of a target: one CodeColumn a column, OBS_VALUE apart (`value`: whole, 0 where `hidden`)."""

    rows: int
    columns: dict[str, CodeColumn]
    value: NDArray[np.int64]
    hidden: NDArray[np.bool_]


def unpacked_limit(structure: DataStructure) -> int:
    """Bytes that a target of this structure can at most unpack to: every cell once, as long as a row can be."""
    longest = {axis.id: max(map(len, axis.codelist.ids)) for axis in structure.axes}
    longest |= {attribute.id: max(map(len, attribute.codelist.ids)) for attribute in structure.attributes}
    row = sum(longest.values()) + LONGEST_VALUE + _LONGEST_CONSTANT + 3 * len(structure.columns)
    return len(",".join(structure.columns)) + 2 + row * int(np.prod(structure.shape))


def unpack(data: bytes, limit: int) -> bytes:
    """The text of a gzip file. Never holds more than `limit` bytes of it.

    Raises: Refused when it is not one whole gzip member, or unpacks to more.
    """
    unpacker = zlib.decompressobj(_GZIP)
    try:
        text = unpacker.decompress(data, limit + 1)
    except zlib.error as problem:
        raise Refused(f"the target is not a gzip file: {problem}") from None
    if len(text) > limit:
        raise Refused(f"the target unpacks to more than {limit:,} bytes, the most that its structure can fill")
    if data[3]:
        # Name, comment and extra field are read by nobody who checks the rows, and may carry anything.
        raise Refused("the target's gzip header has more in it than it needs: a file name, a comment or an extra field")
    if not unpacker.eof:
        raise Refused("the target's gzip file ends too early")
    if unpacker.unused_data:
        raise Refused("the target's gzip file has bytes after its end")
    return text


def parse(text: bytes, structure: DataStructure) -> Parsed:
    """The columns of SDMX-CSV text.

    Raises: Refused when it is not UTF-8, a column is missing, additional or out of order, a row is
    longer or shorter than the header, OBS_VALUE is neither a whole number nor NaN, or anything is written otherwise
    than in the one way the exchange has for it: quotes, blanks, leading zeros and the like may carry something, too.
    """
    _check_encoding(text)
    header, _, body = text.partition(b"\n")
    _check_header(header.rstrip(b"\r").decode(), structure.columns)
    if not body:
        empty = np.zeros(0, np.int32)
        columns = {name: CodeColumn((), empty) for name in structure.columns if name != MEASURE}
        return Parsed(0, columns, empty.astype(np.int64), empty.astype(np.bool_))
    try:
        table = _read(body, structure.columns, pa.int64())
    except pa.ArrowInvalid as problem:
        raise Refused("the target cannot be read", _why(body, structure.columns, problem)) from None
    value = table.column(MEASURE).combine_chunks()
    parsed = Parsed(
        rows=table.num_rows,
        columns={name: _code_column(table.column(name)) for name in structure.columns if name != MEASURE},
        value=value.fill_null(0).to_numpy(zero_copy_only=False),
        hidden=value.is_null().to_numpy(zero_copy_only=False),
    )
    if len(body) != _length(parsed, structure) or b"0x" in body or b"0X" in body:
        raise Refused("the target is not written as agreed", _otherwise(body, parsed, structure))
    return parsed


def _length(parsed: Parsed, structure: DataStructure) -> int:
    """Bytes of the rows where each code and number is written in its one way, a comma or a line's end after each."""
    total = parsed.rows * len(structure.columns)
    for column in parsed.columns.values():
        lengths = np.array([len(code.encode()) for code in column.codes], np.int64)
        total += int(np.bincount(column.positions, minlength=len(lengths)) @ lengths)
    seen = parsed.value[~parsed.hidden]
    digits = np.searchsorted(_POWERS, np.abs(seen), side="right") + 1 + (seen < 0)
    return total + int(digits.sum()) + len(HIDDEN_VALUE) * int(parsed.hidden.sum())


def _otherwise(body: bytes, parsed: Parsed, structure: DataStructure) -> tuple[str, ...]:
    """Which rows are written otherwise than they have to be. No part of them is repeated in the answer."""
    measure = np.where(parsed.hidden, HIDDEN_VALUE, parsed.value.astype(str)).tolist()
    fields = [
        measure
        if name == MEASURE
        else [parsed.columns[name].codes[at] for at in parsed.columns[name].positions.tolist()]
        for name in structure.columns
    ]
    expected = [",".join(row) for row in zip(*fields, strict=True)]
    lines = body.decode().split("\n")
    if lines.pop():
        return ("the last row does not end with a line's end",)
    if len(lines) != len(expected):
        return ("a field holds a line's end",)
    wrong = np.array([line != row for line, row in zip(lines, expected, strict=True)], np.bool_)
    return at_rows("a field has quotes, blanks, leading zeros, a line's end of its own or the like", wrong)


def _check_encoding(text: bytes) -> None:
    if text.isascii():
        return
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as problem:
        row = text.count(b"\n", 0, problem.start) + 1
        raise Refused("the target is not UTF-8", (f"byte {problem.start}, row {row}",)) from None


def _check_header(header: str, expected: tuple[str, ...]) -> None:
    found = tuple(header.split(","))
    if found == expected:
        return
    findings = naming("columns missing", [name for name in expected if name not in found])
    findings += naming("columns that the profile does not declare", [name for name in found if name not in expected])
    if not findings:
        findings = (f"columns repeated or out of order: expected {', '.join(expected)}",)
    raise Refused("the target does not have exactly the declared columns", findings)


def _read(body: bytes, columns: tuple[str, ...], measure: pa.DataType) -> pa.Table:
    text = pa.dictionary(pa.int32(), pa.string())
    types = {name: measure if name == MEASURE else text for name in columns}
    return pacsv.read_csv(
        pa.BufferReader(body),
        read_options=pacsv.ReadOptions(column_names=list(columns), block_size=1 << 23),
        parse_options=pacsv.ParseOptions(ignore_empty_lines=False),
        convert_options=pacsv.ConvertOptions(column_types=types, null_values=[HIDDEN_VALUE], strings_can_be_null=False),
    )


def _why(body: bytes, columns: tuple[str, ...], problem: pa.ArrowInvalid) -> tuple[str, ...]:
    """Where a text does not parse. Reads it again slowly; no part of the rows is repeated in the answer."""
    wrong: list[int] = []

    def note(row: pacsv.InvalidRow) -> str:
        wrong.append(-1 if row.number is None else row.number - 1)
        return "skip"

    try:
        table = pacsv.read_csv(
            pa.BufferReader(body),
            read_options=pacsv.ReadOptions(column_names=list(columns), use_threads=False),
            parse_options=pacsv.ParseOptions(ignore_empty_lines=False, invalid_row_handler=note),
            convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string())),
        )
    except pa.ArrowInvalid:
        return (f"not comma-separated text of {len(columns)} columns",)
    if wrong:
        return at_rows(f"not exactly {len(columns)} columns", np.array(wrong, np.int64))
    values = table.column(MEASURE).to_pylist()
    mask = np.array([value != HIDDEN_VALUE and not _whole(value) for value in values], np.bool_)
    return at_rows(f"{MEASURE} is neither a whole number nor {HIDDEN_VALUE}", mask) or (str(type(problem).__name__),)


def _whole(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < LONGEST_VALUE - 1


def _code_column(column: pa.ChunkedArray) -> CodeColumn:
    encoded = column.unify_dictionaries().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    return CodeColumn(tuple(encoded.dictionary.to_pylist()), encoded.indices.to_numpy(zero_copy_only=False))
