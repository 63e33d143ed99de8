"""Whether each column holds what the profile allows, row by row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from node.model.cube import BoolArray, listed_cells
from node.model.profile import ExchangeProfile
from node.model.release import TargetCustom, TargetKey
from node.model.structure import (
    ACTION_FIRST,
    ACTION_REVISED,
    CONF_CONFIDENTIAL,
    CONF_FREE,
    CONF_MILITARY,
    CONF_STATUS,
    HIDDEN_VALUE,
    MEASURE,
    OBS_STATUS,
    STATUS_MISSING,
    STATUS_SUPPRESSED,
    DataStructure,
    Dimension,
)
from node.verify.findings import at_rows, naming
from node.verify.parse import CodeColumn, Parsed

LONGEST_NAMED = 24
"""Characters of a foreign code that a finding repeats."""


@dataclass(frozen=True, slots=True, eq=False)
class RowStates:
    """Per row: is it suppressed or missing (shape rows)."""

    suppressed: NDArray[np.bool_]
    missing: NDArray[np.bool_]

    @property
    def counts(self) -> dict[str, int]:
        """How many cells carry no value, by the reason."""
        return {"suppressed": int(self.suppressed.sum()), "missing": int(self.missing.sum())}


def check_constants(parsed: Parsed, key: TargetKey, custom: TargetCustom, profile: ExchangeProfile) -> tuple[str, ...]:
    """Findings about the columns that hold one text in all rows."""
    expected = {
        "STRUCTURE": "dataflow",
        "STRUCTURE_ID": f"{profile.structure.agency}:{profile.dataflow}({custom.profile_version})",
        "ACTION": ACTION_FIRST if custom.revision == 1 else ACTION_REVISED,
        "FREQ": key.period.frequency,
        "TIME_PERIOD": str(key.period),
    }
    findings: tuple[str, ...] = ()
    for name, text in expected.items():
        column = parsed.columns[name]
        if column.codes not in {(), (text,)}:
            findings += at_rows(f"{name} is not {text}", column.positions_in({text: 0}) < 0)
    return findings


def check_codes(
    parsed: Parsed, profile: ExchangeProfile, structure: DataStructure
) -> tuple[dict[str, NDArray[np.int64]], tuple[str, ...]]:
    """Per dimension the position of each row's code in the sender's codelist (-1: not in it), and findings."""
    positions: dict[str, NDArray[np.int64]] = {}
    findings: tuple[str, ...] = ()
    for axis in structure.axes:
        column = parsed.columns[axis.id]
        positions[axis.id] = column.positions_in(axis.codelist.index)
        if (positions[axis.id] < 0).any():
            findings += _foreign(axis, column, profile)
    return positions, findings


def _foreign(axis: Dimension, column: CodeColumn, profile: ExchangeProfile) -> tuple[str, ...]:
    """Findings about codes that no codelist has, and about areas for which the sender does not speak."""
    known = profile.structure.axis(axis.id).codelist
    unknown = sorted(code for code in column.codes if code not in known)
    outside = sorted(code for code in column.codes if code in known and code not in axis.codelist)
    findings = _with_rows(f"{axis.id} is not in the codelist {known.id}", unknown, column)
    return findings + _with_rows(f"{axis.id} is outside the sender's authority", outside, column)


def check_values(parsed: Parsed, profile: ExchangeProfile) -> tuple[RowStates, tuple[str, ...]]:
    """Findings about OBS_VALUE, OBS_STATUS and CONF_STATUS, and which rows carry no value."""
    findings: tuple[str, ...] = ()
    for attribute in profile.structure.attributes:
        column = parsed.columns[attribute.id]
        strange = sorted(code for code in column.codes if code not in attribute.codelist)
        findings += _with_rows(f"{attribute.id} is not in the codelist {attribute.codelist.id}", strange, column)
    suppressed = _is(parsed.columns[OBS_STATUS], STATUS_SUPPRESSED)
    missing = _is(parsed.columns[OBS_STATUS], STATUS_MISSING)
    free = _is(parsed.columns[CONF_STATUS], CONF_FREE)
    highest = profile.plausibility.highest_value
    findings += at_rows(f"{MEASURE} is negative", parsed.value < 0)
    findings += at_rows(f"{MEASURE} is above {highest:,}, the highest plausible value", parsed.value > highest)
    findings += at_rows(
        f"{MEASURE} is {HIDDEN_VALUE}, {OBS_STATUS} neither Q nor M", parsed.hidden & ~(suppressed | missing)
    )
    findings += at_rows(f"{MEASURE} is given, {OBS_STATUS} is Q or M", ~parsed.hidden & (suppressed | missing))
    findings += at_rows(f"{OBS_STATUS} is Q, {CONF_STATUS} is F", suppressed & free)
    findings += at_rows(f"{OBS_STATUS} is not Q, {CONF_STATUS} is not F", ~suppressed & ~free)
    neutral = _is(parsed.columns[CONF_STATUS], CONF_CONFIDENTIAL) | _is(parsed.columns[CONF_STATUS], CONF_MILITARY)
    findings += at_rows(f"{CONF_STATUS} of a hidden cell bounds its value; expected C or X", ~neutral & ~free)
    return RowStates(suppressed, missing), findings


def check_keys(
    positions: dict[str, NDArray[np.int64]], values: NDArray[np.int64], hidden: BoolArray, structure: DataStructure
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Per row the position of its cell in the dense cube, and findings about keys that are there twice, that are
    not there, and that need not be. `values`, `hidden`: per row.

    A cell without a row is 0, which is clear only below another 0. Source: `node.model.cube.listed_cells`.
    """
    index = np.ravel_multi_index(tuple(positions[axis.id] for axis in structure.axes), structure.shape)
    times = np.bincount(index, minlength=int(np.prod(structure.shape)))
    findings: tuple[str, ...] = ()
    if (times > 1).any():
        order = np.argsort(index, kind="stable")
        again = np.sort(order[1:][np.diff(index[order]) == 0])
        findings += at_rows("keys that an earlier row has", again)
    zero = np.ones(structure.shape, np.bool_)
    zero.reshape(-1)[index] = (values == 0) & ~hidden
    listed = listed_cells(structure, zero).ravel()
    absent, needless = np.flatnonzero(listed & (times == 0)), np.flatnonzero(~listed & (times > 0))
    findings += naming("keys without a row, and not below a 0", _keys(structure, absent[:10]), absent.size)
    findings += naming("a row for a 0 below a 0, which is not listed", _keys(structure, needless[:10]), needless.size)
    return index, findings


def _keys(structure: DataStructure, cells: NDArray[np.int64]) -> list[str]:
    places = np.unravel_index(cells, structure.shape)
    return [
        ".".join(axis.codelist.codes[place].id for axis, place in zip(structure.axes, cell, strict=True))
        for cell in zip(*(place.tolist() for place in places), strict=True)
    ]


def _is(column: CodeColumn, code: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = column.positions_in({code: 0}) == 0
    return found


def _with_rows(what: str, codes: list[str], column: CodeColumn) -> tuple[str, ...]:
    """A finding that names the codes and the rows that have them. Codes are cut short: they may be anything."""
    if not codes:
        return ()
    (named,) = naming(what, [code[:LONGEST_NAMED] for code in codes])
    return at_rows(named, column.positions_in(dict.fromkeys(codes, 0)) == 0)
