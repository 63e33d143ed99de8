"""The rows of a checked target as the table that a store takes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from node.model.profile import AREA, INDICATOR, OCCUPATION, SEX
from node.model.structure import MEASURE, DataStructure
from node.verify.columns import CONF_STATUS, OBS_STATUS
from node.verify.parse import Parsed

STORED_DIMENSIONS = (OCCUPATION, AREA, INDICATOR, SEX)
"""The dimensions of a stored observation, in the order by which observations are sorted (text order of codes)."""

NOT_APPLICABLE = "_Z"
"""The code of a dimension that a dataflow does not have. Source: SDMX Guidelines for Codelists, generic codes."""

IntArray = NDArray[np.int64]


def observations(parsed: Parsed, cell_of_row: IntArray, structure: DataStructure) -> pa.Table:
    """The observations as `VerifiedTarget.observations` has them, sorted by STORED_DIMENSIONS.

    `cell_of_row`: shape (rows,), each row's position in the dense cube; empty where the target has no rows.
    """
    ids = {axis.id: axis.codelist.ids for axis in structure.axes}
    orders = {name: sorted(range(len(codes)), key=codes.__getitem__) for name, codes in ids.items()}
    rows = _sorted_rows(cell_of_row, structure, orders) if parsed.rows else np.zeros(0, np.int64)
    shape = tuple(len(orders.get(name, (0,))) for name in STORED_DIMENSIONS)
    columns: dict[str, pa.Array] = {}
    for place, name in enumerate(STORED_DIMENSIONS):
        codes = [ids[name][i] for i in orders[name]] if name in orders else [NOT_APPLICABLE]
        along = np.arange(len(codes), dtype=np.int32).reshape([-1 if i == place else 1 for i in range(len(shape))])
        indices = np.broadcast_to(along, shape).ravel()[: parsed.rows]
        columns[name] = pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), pa.array(codes, pa.string()))
    hidden = parsed.hidden[rows]
    columns[MEASURE] = pa.array(parsed.value[rows].astype(np.float64), pa.float64(), mask=hidden)
    for name in (OBS_STATUS, CONF_STATUS):
        texts = pa.array(parsed.columns[name].codes, pa.string())
        columns[name] = pa.DictionaryArray.from_arrays(pa.array(parsed.columns[name].positions[rows]), texts)
    order = (AREA, OCCUPATION, SEX, INDICATOR, MEASURE, OBS_STATUS, CONF_STATUS)
    return pa.table([columns[name] for name in order], names=list(order))


def _sorted_rows(cell_of_row: IntArray, structure: DataStructure, orders: dict[str, list[int]]) -> IntArray:
    """The rows in the order of STORED_DIMENSIONS: the cube is dense, so it is enough to put its axes in order."""
    row_of_cell = np.empty(cell_of_row.size, np.int64)
    row_of_cell[cell_of_row] = np.arange(cell_of_row.size)
    axes = [name for name in STORED_DIMENSIONS if name in orders]
    cube = row_of_cell.reshape(structure.shape).transpose([structure.position[name] for name in axes])
    return cube[np.ix_(*(orders[name] for name in axes))].ravel()
