"""An audit of published tables: read, joined where they share cells, attacked."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from node.errors import TableContradicts
from node.feasible.inference import Inference, infer
from node.feasible.linked import LinkedTables, PublishedTable, link
from node.model.cube import FloatArray

METHOD = (
    "linear consequences by exact elimination over all margins; feasible intervals of all suppressed cells by linear "
    "programme"
)


class AuditVerdict(Enum):
    """How an audit ends. What could not be decided is not safe."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, eq=False)
class TableAudit:
    """The outcome of an attack. `lower_bound`: what hidden cells were taken to be at least; `given_up`: a bound of 1
    was tried before, and no table fits it; `by_marks`: whether what the marks of hidden cells say was used;
    `seconds`: how long the attack took.
    """

    linked: LinkedTables
    inference: Inference
    lower_bound: float
    given_up: bool
    by_marks: bool
    seconds: float

    @property
    def verdict(self) -> AuditVerdict:
        found = self.inference
        if found.exact.any() or found.narrow.any():
            return AuditVerdict.UNSAFE
        return AuditVerdict.UNDECIDED if found.undecided.any() else AuditVerdict.SAFE


def audit_tables(
    tables: Sequence[PublishedTable], *, lower_bound: int | None, by_marks: bool, seconds: float
) -> TableAudit:
    """Attack tables together. `lower_bound`: what readers know a hidden cell to be at least; None takes 1, as whoever
    sees the zeros does, and 0 where no table fits 1. `by_marks`: the reader also uses what marks say, as that a cell
    marked small is below its threshold and one marked secondary is not; given up where nothing fits that. `seconds`
    bound the linear programmes.

    Raises: TableInvalid where totals are not the sum of their parts, or no table fits.
    """
    begun = time.monotonic()
    linked = link(tables)
    told = by_marks and bool(((linked.least > 0) | np.isfinite(linked.most))[linked.hidden].any())
    bounds = (1.0, 0.0) if lower_bound is None else (float(lower_bound),)
    tries = [(marks, bound) for marks in ((True, False) if told else (False,)) for bound in bounds]
    for marks, bound in tries:
        try:
            least, most = _known(linked, bound, by_marks=marks)
            found = infer(linked, least, most, seconds=seconds)
        except TableContradicts:
            if (marks, bound) == tries[-1]:
                raise
        else:
            given_up = lower_bound is None and bound == 0
            return TableAudit(linked, found, bound, given_up, marks, time.monotonic() - begun)
    raise AssertionError("unreachable: the last bound either returns or raises")


def _known(linked: LinkedTables, lower_bound: float, *, by_marks: bool) -> tuple[FloatArray, FloatArray]:
    least, most = np.full(linked.value.shape, lower_bound), np.full(linked.value.shape, np.inf)
    return (np.maximum(least, linked.least), linked.most) if by_marks else (least, most)
