"""What a verified target's suppressed cells can be, reckoned once, when it is merged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from node.errors import TableContradicts
from node.feasible.gaps import gaps
from node.model.cube import BoolArray, FloatArray, IntArray
from node.model.profile import AREA, INDICATOR, OCCUPATION, ExchangeProfile, FieldKind, Timing
from node.model.release import MergePlan, VerifiedTarget
from node.model.structure import (
    MEASURE,
    OBS_HIGH,
    OBS_LOW,
    OBS_STATUS,
    STATUS_MISSING,
    STATUS_SUPPRESSED,
    DataStructure,
)

CONTRADICTION = "what it publishes contradicts itself: no counts from 0 up fit around its suppressed cells"
"""The flag of a target of whose gaps nothing can be said."""

FIRST_LEVELS = 2
"""Steps below all occupations whose intervals linear programmes seek: major and sub-major groups, which comparisons
open with. Deeper they take minutes for each month of job seekers and narrow one interval in fifty."""

SECONDS = 10.0
"""Time for the linear programmes of one target. The largest of a year's feeds of three countries takes a fiftieth of
it, so that two nodes find the same bounds unless one is very busy; bounds found in less time hold as well, and are at
most wider."""


def with_gaps(plan: MergePlan, authority: str) -> MergePlan:
    """The plan with the columns OBS_LOW and OBS_HIGH in each new target's observations.

    `authority`: the REF_AREA code whose areas the sender speaks for. A target that contradicts itself is flagged.
    """
    return replace(plan, new=tuple(_with_gaps(target, authority) for target in plan.new))


def _with_gaps(target: VerifiedTarget, authority: str) -> VerifiedTarget:
    table, structure = target.observations, target.profile.for_sender(authority)
    status = _texts(table, OBS_STATUS)
    low, high = np.full(table.num_rows, np.nan), np.full(table.num_rows, np.nan)
    vintage = target.vintage
    if (status == STATUS_SUPPRESSED).any():
        cell = _cells(table, structure)
        try:
            low, high = (bound.ravel()[cell] for bound in _gaps(table, target.profile, structure, cell, status))
        except TableContradicts:
            vintage = replace(vintage, flags=(*vintage.flags, CONTRADICTION))
    for name, bound in ((OBS_LOW, low), (OBS_HIGH, high)):
        table = table.append_column(name, pa.array(bound, pa.float64(), mask=np.isnan(bound)))
    return replace(target, vintage=vintage, observations=table)


def _gaps(
    table: pa.Table, profile: ExchangeProfile, structure: DataStructure, cell: IntArray, status: NDArray[np.object_]
) -> tuple[FloatArray, FloatArray]:
    """Bounds of all cells of the dense table. A cell without a row is 0. Source: `node.model.cube.listed_cells`."""
    value = np.zeros(structure.shape)
    hidden, missing = np.zeros(structure.shape, np.bool_), np.zeros(structure.shape, np.bool_)
    value.reshape(-1)[cell] = pc.fill_null(table.column(MEASURE), 0.0).to_numpy()
    hidden.reshape(-1)[cell] = status == STATUS_SUPPRESSED
    missing.reshape(-1)[cell] = status == STATUS_MISSING
    weights = {field.name for field in profile.fields if field.kind is FieldKind.WEIGHT}
    return gaps(
        structure.axes,
        value,
        hidden,
        missing,
        _first(profile, structure),
        whole=not any(indicator.measure in weights for indicator in profile.indicators),
        seconds=SECONDS,
    )


def _first(profile: ExchangeProfile, structure: DataStructure) -> BoolArray:
    """The cells that comparisons read first: stocks, where there are any, in all areas by the upper occupations, and
    the total of any other dimension.
    """
    stocks = {indicator.id for indicator in profile.indicators if indicator.timing is Timing.STOCK}
    first = np.ones(structure.shape, np.bool_)
    for place, axis in enumerate(structure.axes):
        codes = np.ones(len(axis.codelist), np.bool_)
        if axis.id == INDICATOR:
            codes = np.array([not stocks or code in stocks for code in axis.codelist.ids], np.bool_)
        elif axis.id != AREA:
            codes = axis.codelist.depths <= (FIRST_LEVELS if axis.id == OCCUPATION else 0)
        first &= np.expand_dims(codes, tuple(other for other in range(len(structure.axes)) if other != place))
    return first


def _cells(table: pa.Table, structure: DataStructure) -> IntArray:
    """Each row's place in the dense table, in C order."""
    places = []
    for axis in structure.axes:
        column = table.column(axis.id).combine_chunks()
        at = np.array([axis.codelist.index[code] for code in column.dictionary.to_pylist()], np.int64)
        places.append(at[column.indices.to_numpy()])
    cells: IntArray = np.ravel_multi_index(tuple(places), structure.shape).astype(np.int64)
    return cells


def _texts(table: pa.Table, name: str) -> NDArray[np.object_]:
    column = table.column(name).combine_chunks()
    texts: NDArray[np.object_] = np.array(column.dictionary.to_pylist(), object)[column.indices.to_numpy()]
    return texts
