"""One number of a target: its row, or the zero above it from which it follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from node.model.structure import CONF_STATUS, OBS_STATUS, DataStructure
from node.verify.findings import FIRST_ROW
from node.verify.parse import Parsed, parse, unpack, unpacked_limit


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a target. `number`: as an editor counts, the header being 1; `text`: as it is in the file; `value`: None
    where the number is suppressed or missing.
    """

    number: int
    text: str
    value: float | None
    status: str
    confidentiality: str


@dataclass(frozen=True, slots=True)
class Found:
    """Where a number is. `row`: its own; where there is none, `above`: the codes and the row of a margin of 0, of which
    it is a part. Neither: the target says nothing of it. `empty`: the target has no rows at all.
    """

    row: Row | None
    above: tuple[str, Row] | None = None
    empty: bool = False


def find_row(data: bytes, structure: DataStructure, codes: Mapping[str, str]) -> Found:
    """The row of a cell. `codes`: one for each axis.

    Raises: Refused (of this room) where the bytes are not a target of this structure.
    """
    text = unpack(data, unpacked_limit(structure))
    parsed, lines = parse(text, structure), text.decode().splitlines()
    if not parsed.rows:
        return Found(None, empty=True)
    row = _row(parsed, lines, codes)
    if row is not None:
        return Found(row)
    for above in _above(structure, codes):
        margin = _row(parsed, lines, above)
        if margin is not None and margin.value == 0:
            return Found(None, (".".join(above[axis.id] for axis in structure.axes), margin))
    return Found(None)


def _row(parsed: Parsed, lines: list[str], codes: Mapping[str, str]) -> Row | None:
    matching = np.ones(parsed.rows, np.bool_)
    for axis, code in codes.items():
        matching &= parsed.columns[axis].positions_in({code: 0}) == 0
    places = np.flatnonzero(matching).tolist()
    if len(places) != 1:
        return None  # none: conformance refuses a target that has a key twice
    (place,) = places

    def attribute(name: str) -> str:
        column = parsed.columns[name]
        return column.codes[int(column.positions[place])]

    value = None if parsed.hidden[place] else float(parsed.value[place])
    return Row(place + FIRST_ROW, lines[place + 1], value, attribute(OBS_STATUS), attribute(CONF_STATUS))


def _above(structure: DataStructure, codes: Mapping[str, str]) -> list[dict[str, str]]:
    """The cell's ancestors along the additive axes, the nearest first."""
    found = [dict(codes)]
    for axis in structure.axes:
        if axis.additive:
            found = [{**cell, axis.id: up} for cell in found for up in axis.codelist.lineage(codes[axis.id])]
    return found[1:]
