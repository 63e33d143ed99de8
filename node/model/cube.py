"""Cubes: dense tables of one dataflow and period, before and after protection."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from node.errors import NodeError
from node.model.codelist import NO_PARENT
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile
from node.model.records import Coverage
from node.model.structure import CONF_CONFIDENTIAL, CONF_FREE, CONF_MILITARY, STATUS_SUPPRESSED, DataStructure

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
TextArray = NDArray[np.str_]


def _freeze(shape: tuple[int, ...], **arrays: NDArray[np.generic]) -> None:
    for name, array in arrays.items():
        if array.shape != shape:
            raise NodeError(f"cube: {name} has shape {array.shape}, the structure says {shape}")
        array.setflags(write=False)


def listed_cells(structure: DataStructure, zero: BoolArray) -> BoolArray:
    """Which cells a release lists: all but the zeros below a zero, which follow from it. Shape: the structure's.

    `zero`: the cells published as 0. Counts are never negative, so where a margin is 0 its parts are; a reader
    fills them in without doubt. A suppressed or missing cell is always listed.
    """
    follows = np.zeros(structure.shape, np.bool_)
    for place, axis in enumerate(structure.axes):
        if axis.additive:
            parents = axis.codelist.parents
            above = np.moveaxis(zero, place, 0)[parents]
            above[parents == NO_PARENT] = False
            follows |= np.moveaxis(above, 0, place)
    return ~(zero & follows)


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """True values of all cells, margins included. Never leaves the node, is never logged or printed.

    All arrays have the shape of `structure.axes` (one position a code). `value`: whole numbers, in the
    profile's unit; `contributors`: how many persons, employers or centres stand behind the cell (unweighted);
    `largest`, `second`: the two largest single contributions, 0 where there are fewer, or where each
    contributor is one record; `missing`: no source observes the cell, its other numbers are 0; `key`: the sum of the
    records' keys modulo `perturbation.KEY_MODULUS`, None where the profile does not perturb.
    """

    profile: ExchangeProfile
    structure: DataStructure
    period: TimePeriod
    value: FloatArray = field(repr=False)
    contributors: IntArray = field(repr=False)
    largest: FloatArray = field(repr=False)
    second: FloatArray = field(repr=False)
    missing: BoolArray = field(repr=False)
    coverage: tuple[Coverage, ...]
    key: IntArray | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _freeze(
            self.structure.shape,
            value=self.value,
            contributors=self.contributors,
            largest=self.largest,
            second=self.second,
            missing=self.missing,
            **({} if self.key is None else {"key": self.key}),
        )

    @property
    def empty(self) -> bool:
        """Whether the period has no records at all (a release without rows, not one of zeros)."""
        return not self.contributors.any()


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What an attack on a protected table found, in numbers that may be published.

    `suppressed`, `primary`: cells hidden, and those of them hidden for their own sake; `exposed`: suppressed
    cells that a reader can compute (0 in anything that was released); `method`: how it was decided.
    `certified`: primary cells whose interval was shown to be as wide as their rule asks; `narrow`, `undecided`:
    those where it is not, or where time did not suffice (0 in anything that was released); `required_width`: the
    widest interval that a threshold asks for, 0 where widths were not certified or none is asked for.
    """

    cells: int
    suppressed: int
    primary: int
    exposed: int
    method: str
    certified: int = 0
    narrow: int = 0
    undecided: int = 0
    required_width: float = 0.0

    @property
    def passed(self) -> bool:
        return self.exposed == self.narrow == self.undecided == 0


@dataclass(frozen=True, slots=True, eq=False)
class ProtectedCube:
    """What may be published of a cube: suppressed and missing cells carry no value.

    `value`: NaN exactly where suppressed or missing; `status`: OBS_STATUS; `confidentiality`: the CONF_STATUS of the
    rule that each cell breaks, which stays in the node, since it bounds the value; what is published is `marks`.
    Raises: NodeError when the audit did not pass or a hidden cell still carries its value.
    """

    profile: ExchangeProfile
    structure: DataStructure
    period: TimePeriod
    value: FloatArray
    status: TextArray
    confidentiality: TextArray
    audit: AuditResult
    coverage: tuple[Coverage, ...]
    empty: bool

    def __post_init__(self) -> None:
        _freeze(self.structure.shape, value=self.value, status=self.status, confidentiality=self.confidentiality)
        if not self.audit.passed:
            raise NodeError("a protected cube was built from a failed audit")
        if not np.isnan(self.value[self.status == STATUS_SUPPRESSED]).all():
            raise NodeError("a protected cube carries the value of a suppressed cell")
        if ((self.status == STATUS_SUPPRESSED) != (self.confidentiality != CONF_FREE)).any():
            raise NodeError("a protected cube's OBS_STATUS and CONF_STATUS disagree")

    @property
    def marks(self) -> TextArray:
        """CONF_STATUS as published: C for every hidden cell, whether small or a cover, and X in a group of military
        secrecy, which the profile names and in which everything is hidden. No mark depends on a value.
        """
        told = np.isin(self.confidentiality, (CONF_FREE, CONF_MILITARY))
        return np.where(told, self.confidentiality, CONF_CONFIDENTIAL)

    @property
    def listed(self) -> BoolArray:
        """The cells that a release lists; none where the period has no records."""
        if self.empty:
            return np.zeros(self.structure.shape, np.bool_)
        return listed_cells(self.structure, self.value == 0)
