"""How a broken rule is told: column, what was expected, and which rows or cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from node.errors import MAX_PLACES

FIRST_ROW = 2
"""The row number of the first observation: the header is row 1, as a text editor counts."""


def at_rows(what: str, rows: NDArray[np.bool_] | NDArray[np.int64]) -> tuple[str, ...]:
    """One finding that names the first rows of `rows` (a mask, or positions from 0); none where there are none."""
    positions = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
    if not positions.size:
        return ()
    named = ", ".join(str(position + FIRST_ROW) for position in positions[:MAX_PLACES].tolist())
    return (f"{what}: row{'s' if positions.size > 1 else ''} {named}{_more(positions.size)}",)


def naming(what: str, things: Sequence[str], total: int | None = None) -> tuple[str, ...]:
    """One finding that names the first of `things` (of `total`, where only the first were listed)."""
    if not things:
        return ()
    return (f"{what}: {', '.join(things[:MAX_PLACES])}{_more(len(things) if total is None else total)}",)


def _more(total: int) -> str:
    return f" and {total - MAX_PLACES} more" if total > MAX_PLACES else ""


class Refused(Exception):
    """A target breaks a rule. `findings` say where; the callers of this room see a verdict or an error instead."""

    def __init__(self, reason: str, findings: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.findings = findings
