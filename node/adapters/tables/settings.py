"""What whoever audits a table says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from node.model.profile import ExchangeProfile

USUAL_MARKS = ("x", "X", "*", "c", "C", ":c", ": c", "s", "S", "NaN", "nan")
"""How plain tables write a suppressed cell, where nobody says how."""


@dataclass(frozen=True, slots=True)
class TableSettings:
    """How to read a table. All by dimension (a column's name) or by the text in a cell.

    `hierarchies`: CSV files of parts and wholes; `lengths`: code lengths by level; `totals`: the code for all;
    `separate`: dimensions over which nothing is summed; `same`: a dimension, a code there, and the code it is to be
    read as, where two tables name the same count differently; `ignored`: columns that are no dimensions; `value`,
    `status`: the columns of the number and, where marks have a column of their own, of the mark; `hidden`: marks of
    suppressed cells; `primary`: those that say the cell is sensitive itself; `structures`: SDMX-JSON structure
    messages; `profile`: the exchange profile the table keeps, `profiles`: those by which it may be recognised;
    `threshold`: a cell with fewer contributors is sensitive; `absent_is_zero`: a detail without a row is 0.
    """

    hierarchies: dict[str, Path] = field(default_factory=dict)
    lengths: dict[str, tuple[int, ...]] = field(default_factory=dict)
    totals: dict[str, str] = field(default_factory=dict)
    separate: frozenset[str] = frozenset()
    same: tuple[tuple[str, str, str], ...] = ()
    ignored: frozenset[str] = frozenset()
    value: str = "value"
    status: str | None = None
    hidden: tuple[str, ...] = USUAL_MARKS
    primary: tuple[str, ...] = ()
    structures: tuple[Path, ...] = ()
    profile: ExchangeProfile | None = None
    profiles: tuple[ExchangeProfile, ...] = ()
    threshold: int | None = None
    absent_is_zero: bool = True

    @property
    def dimensions(self) -> frozenset[str]:
        """All dimensions that something is said of."""
        return frozenset({*self.hierarchies, *self.lengths, *self.totals, *self.separate})
