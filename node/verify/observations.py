"""The rows of a checked target as the table that a store takes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from node.model.profile import AREA, INDICATOR, OCCUPATION, SEX
from node.model.structure import CONF_STATUS, MEASURE, OBS_STATUS, DataStructure
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
    places = dict(zip(structure.position, np.unravel_index(cell_of_row, structure.shape), strict=True))
    ranks: dict[str, IntArray] = {}
    codes: dict[str, list[str]] = {}
    for name in STORED_DIMENSIONS:
        ids = structure.axis(name).codelist.ids if name in structure.position else (NOT_APPLICABLE,)
        order = sorted(range(len(ids)), key=ids.__getitem__)
        codes[name] = [ids[position] for position in order]
        ranks[name] = np.argsort(order)[places.get(name, np.zeros(parsed.rows, np.int64))]
    key = np.ravel_multi_index(tuple(ranks.values()), tuple(len(codes[name]) for name in ranks))
    rows = np.argsort(key, kind="stable")
    columns = {
        name: pa.DictionaryArray.from_arrays(pa.array(rank[rows].astype(np.int32)), pa.array(codes[name], pa.string()))
        for name, rank in ranks.items()
    }
    columns[MEASURE] = pa.array(parsed.value[rows].astype(np.float64), pa.float64(), mask=parsed.hidden[rows])
    for name in (OBS_STATUS, CONF_STATUS):
        texts = pa.array(parsed.columns[name].codes, pa.string())
        columns[name] = pa.DictionaryArray.from_arrays(pa.array(parsed.columns[name].positions[rows]), texts)
    order_of_columns = (AREA, OCCUPATION, SEX, INDICATOR, MEASURE, OBS_STATUS, CONF_STATUS)
    return pa.table([columns[name] for name in order_of_columns], names=list(order_of_columns))
