"""A published table from its file: rows laid out over the hierarchies of its dimensions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from node.adapters.tables.cells import RowCells, plain_cells, rows_named, sdmx_cells
from node.adapters.tables.hierarchies import (
    Structure,
    from_file,
    from_lengths,
    from_structure_message,
    from_total,
    total_of,
)
from node.adapters.tables.settings import TableSettings
from node.adapters.tables.text import Column, Sheet, read_sheet
from node.errors import TableInvalid
from node.feasible.linked import PublishedTable
from node.model.codelist import NO_PARENT, Code, Codelist
from node.model.cube import BoolArray, FloatArray, IntArray
from node.model.profile import INDICATOR, RECORD, ExchangeProfile, ThresholdRule
from node.model.structure import MEASURE, Dimension

MOST_CELLS = 20_000_000
"""Cells of one table, unpublished ones included, that an audit holds in memory."""

NOT_DIMENSIONS = ("DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "SERIES_KEY", "OBS_KEY")
"""Columns before OBS_VALUE that are no dimensions. Source: SDMX-CSV 1.0 and 2.0, section 2."""

SEPARATE = ("FREQ", "TIME_PERIOD", INDICATOR)
"""Dimensions over which nothing is summed."""

_DATAFLOW = re.compile(r"[^:]*:([A-Za-z0-9_@$-]+)\(")


def read_table(path: Path, settings: TableSettings) -> PublishedTable:
    """The table in a file, as its readers hold it.

    Raises: TableInvalid naming file, column, row or code: what is no table, a code outside its hierarchy, a key that
    is there twice, a negative value, a hierarchy with a gap or a cycle.
    """
    sheet = _renamed(read_sheet(path), settings)
    sdmx = MEASURE in sheet.columns
    cells = sdmx_cells(sheet) if sdmx else plain_cells(sheet, settings)
    profile, structure = _structure(sheet, settings)
    names = _dimensions(sheet, settings, structure.order, sdmx=sdmx)
    axes, positions = [], []
    for name in names:
        axis = _axis(name, sheet.columns[name], settings, structure.codelists)
        at = np.array([axis.codelist.index.get(text, -1) for text in sheet.columns[name].texts], np.int64)
        axes.append(axis)
        positions.append(at[sheet.columns[name].positions])
        if (positions[-1] < 0).any():
            codes = ", ".join(text[:24] for text in sheet.columns[name].texts if text not in axis.codelist)
            raise TableInvalid(
                f"{sheet.name}: {name} has codes that its hierarchy does not have: {codes[:200]}",
                places=rows_named(positions[-1] < 0),
            )
    return _laid_out(sheet, tuple(axes), positions, cells, _Rules(profile, settings))


def _renamed(sheet: Sheet, settings: TableSettings) -> Sheet:
    columns = dict(sheet.columns)
    for dimension, code, name in settings.same:
        if dimension in columns:
            column = columns[dimension]
            columns[dimension] = replace(column, texts=tuple(name if text == code else text for text in column.texts))
    return replace(sheet, columns=columns)


def _dataflow_of(sheet: Sheet) -> str | None:
    """The dataflow that a file says it is of. Source: SDMX-CSV 1.0 (DATAFLOW) and 2.0 (STRUCTURE_ID), section 2."""
    for name in ("STRUCTURE_ID", "DATAFLOW"):
        for text in sheet.columns[name].texts[:1] if name in sheet.columns else ():
            match = _DATAFLOW.match(text)
            return match[1] if match else text
    return None


def _structure(sheet: Sheet, settings: TableSettings) -> tuple[ExchangeProfile | None, Structure]:
    """The profile a table keeps, if any, and its dimensions: of a structure message, or else of that profile."""
    dataflow = _dataflow_of(sheet)
    messages = [from_structure_message(path) for path in settings.structures]
    fitting = [message for message in messages if dataflow in message.dataflows] or messages[:1]
    if fitting:
        return settings.profile, fitting[0]
    known = (profile for profile in settings.profiles if profile.dataflow == dataflow)
    profile = settings.profile if settings.profile is not None else next(known, None)
    if profile is None:
        return None, Structure((), {}, ())
    axes = {axis.id: axis.codelist for axis in profile.structure.axes if axis.additive}
    return profile, Structure((profile.dataflow,), axes, profile.structure.dimension_ids)


def _dimensions(sheet: Sheet, settings: TableSettings, order: tuple[str, ...], *, sdmx: bool) -> list[str]:
    """The columns that are dimensions."""
    columns = list(sheet.columns)
    if absent := sorted(settings.dimensions - set(columns)):
        raise TableInvalid(f"{sheet.name} has no column {', '.join(absent)}; it has {', '.join(columns)}")
    if sdmx and order:
        if lacking := [name for name in order if name not in columns]:
            raise TableInvalid(f"{sheet.name} lacks the dimensions {', '.join(lacking)} of its structure")
        return list(order)
    taken = {*NOT_DIMENSIONS} if sdmx else {settings.value, settings.status}
    before = columns[: columns.index(MEASURE)] if sdmx else columns
    names = [name for name in before if name not in taken and name not in settings.ignored]
    if not names:
        raise TableInvalid(f"{sheet.name} has no dimension: no column besides its number")
    return names


def _axis(name: str, column: Column, settings: TableSettings, known: dict[str, Codelist]) -> Dimension:
    """The axis of a dimension: the codes in the file, all they are parts of, and their siblings."""
    codes, total = column.texts, settings.totals.get(name)
    if name in settings.hierarchies:
        return Dimension(name, _cut(from_file(name, settings.hierarchies[name]), codes))
    if name in settings.lengths:
        return Dimension(name, _cut(from_lengths(name, settings.lengths[name], codes, total), codes))
    listed = known.get(name)
    if listed is not None and name not in settings.separate and name not in SEPARATE:
        return Dimension(name, _cut(listed, codes))
    # Codes without their total may be some of them only; nobody has said that they add up to anything.
    partial = total is None and total_of(codes, None) not in codes
    if name in settings.separate or name in SEPARATE or partial:
        return Dimension(name, Codelist(name, tuple(Code(code, code) for code in codes)), additive=False)
    return Dimension(name, from_total(name, codes, total))


def _cut(codelist: Codelist, seen: Iterable[str]) -> Codelist:
    """The part of a hierarchy that a table is about: below the deepest code that holds all it names, no deeper than
    the siblings of what it names."""
    here = [code for code in seen if code in codelist]
    top = codelist.common_ancestor(here)
    if not here or top is None:
        return codelist
    lined = {above for code in here for above in codelist.lineage(code)[1:]}
    kept = [code for code in codelist.subtree(top).codes if code.parent is None or code.parent in lined]
    return Codelist(codelist.id, tuple(kept))


class _Rules:
    """How wide the intervals of sensitive cells must stay, and what marks say of a value: by a threshold on the value,
    or by the profile's thresholds.
    """

    def __init__(self, profile: ExchangeProfile | None, settings: TableSettings) -> None:
        self.threshold = settings.threshold
        self.absent_is_zero = settings.absent_is_zero
        self._profile = None if settings.threshold else profile
        self._rules = () if self._profile is None else self._profile.protection.rules

    def apply(self, axes: tuple[Dimension, ...], small: BoolArray, marked: BoolArray) -> tuple[FloatArray, FloatArray]:
        """Width and ceiling of every cell; `small`: cells that a threshold made sensitive. See PublishedTable."""
        if self.threshold is not None:
            minimum = np.full(small.shape, float(self.threshold))
        else:
            minimum = np.zeros(small.shape)
            for rule in self._rules:
                if isinstance(rule, ThresholdRule):
                    minimum = np.maximum(minimum, np.where(_concerned(rule, axes), float(rule.minimum), 0.0))
        width = np.where(small & (minimum > 0), np.maximum(minimum - 2, 1.0), 0.0)
        return width, np.where(marked | (minimum <= 0), np.inf, minimum - 1)

    def told(self, axes: tuple[Dimension, ...], small: BoolArray, covers: BoolArray) -> tuple[FloatArray, FloatArray]:
        """What marks say a hidden cell is at least and most. A cover breaks no threshold, so it holds as many as each
        asks, for nobody contributes nothing; a small count ends below the threshold only where all thresholds
        there are on the value itself.
        """
        least, most = np.zeros(small.shape), np.zeros(small.shape)
        if self.threshold is not None:
            least[:], most[:] = self.threshold, self.threshold - 1.0
        for rule in self._rules:
            if isinstance(rule, ThresholdRule):
                concerned = np.broadcast_to(_concerned(rule, axes), small.shape)
                own = np.where(self._counts_itself(rule, axes), rule.minimum - 1.0, np.inf)
                np.maximum(least, np.where(concerned, rule.minimum, 0.0), out=least)
                np.maximum(most, np.where(concerned, own, 0.0), out=most)
        return np.where(covers, least, 0.0), np.where(small & (most > 0), most, np.inf)

    def _counts_itself(self, rule: ThresholdRule, axes: tuple[Dimension, ...]) -> BoolArray:
        """Where the value is what a rule counts: by the rule, or because each contributor is one record and the
        indicator counts records. Broadcasts to the table's shape.
        """
        own = rule.counted == "value"
        if self._profile is None or self._profile.protection.contributor != RECORD:
            return np.full([1] * len(axes), own, np.bool_)
        counts = {one.id for one in self._profile.indicators if one.measure is None}
        for place, axis in enumerate(axes):
            if axis.id == INDICATOR:
                along = [1] * len(axes)
                along[place] = -1
                return np.array([own or code in counts for code in axis.codelist.ids], np.bool_).reshape(along)
        return np.full([1] * len(axes), own or len(counts) == len(self._profile.indicators), np.bool_)


def _concerned(rule: ThresholdRule, axes: tuple[Dimension, ...]) -> BoolArray:
    """Which cells a rule is about; broadcasts to the table's shape."""
    for place, axis in enumerate(axes):
        if axis.id == INDICATOR and rule.indicators:
            along = [1] * len(axes)
            along[place] = -1
            return np.array([code in rule.indicators for code in axis.codelist.ids], np.bool_).reshape(along)
    return np.ones([1] * len(axes), np.bool_)


def _laid_out(
    sheet: Sheet, axes: tuple[Dimension, ...], positions: list[IntArray], cells: RowCells, rules: _Rules
) -> PublishedTable:
    shape = tuple(len(axis.codelist) for axis in axes)
    if (size := int(np.prod(shape, dtype=np.float64))) > MOST_CELLS:
        raise TableInvalid(
            f"{sheet.name} spans {size:,} cells, more than the {MOST_CELLS:,} that can be audited at once"
        )
    at = np.ravel_multi_index(tuple(positions), shape)
    _check_keys(sheet, at, int(size))
    value = np.full(shape, np.nan)
    hidden, sensitive, small = (np.zeros(shape, np.bool_) for _ in range(3))
    for array, given in (
        (value, cells.value),
        (hidden, cells.hidden),
        (sensitive, cells.sensitive),
        (small, cells.small),
    ):
        array.reshape(-1)[at] = given
    if rules.absent_is_zero:
        listed = np.zeros(shape, np.bool_)
        listed.reshape(-1)[at] = True
        value[~listed & _details(axes)] = 0.0
    width, ceiling = rules.apply(axes, small, np.full(shape, cells.marked))
    table = PublishedTable(sheet.name, axes, value, hidden, sensitive, width, ceiling)
    if not cells.marked:
        return table
    least, most = rules.told(axes, small, hidden & ~sensitive)
    return replace(table, least=least, most=most)


def _check_keys(sheet: Sheet, at: IntArray, size: int) -> None:
    if (np.bincount(at, minlength=size) > 1).any():
        order = np.argsort(at, kind="stable")
        again = np.zeros(len(at), np.bool_)
        again[order[1:][np.diff(at[order]) == 0]] = True
        raise TableInvalid(f"{sheet.name}: rows have the same codes as an earlier row", places=rows_named(again))


def _details(axes: tuple[Dimension, ...]) -> BoolArray:
    """The cells that are no total of others; broadcasts to the table's shape. A total without a row follows, or not,
    from its parts."""
    found = np.ones([1] * len(axes), np.bool_)
    for place, axis in enumerate(axes):
        if axis.additive:
            leaf = np.ones(len(axis.codelist), np.bool_)
            parents = axis.codelist.parents
            leaf[parents[parents != NO_PARENT]] = False
            along = [1] * len(axes)
            along[place] = -1
            found = found & leaf.reshape(along)
    return np.broadcast_to(found, tuple(len(axis.codelist) for axis in axes))
