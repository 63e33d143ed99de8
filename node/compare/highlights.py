"""What a comparison says first: where it is tightest, and what countries share."""

from __future__ import annotations

from node.compare.reading import NOT_KNOWN
from node.model.comparison import NOT_APPLICABLE, ComparisonMatrix, ComparisonRow, MatrixRow, Signal


def countries(matrix: ComparisonMatrix) -> tuple[MatrixRow, ...]:
    """The rows of the countries."""
    return tuple(row for row in matrix.rows if row.level == 1)


def groups(row: MatrixRow) -> tuple[ComparisonRow, ...]:
    """A row's major groups: without all occupations together, and without those not known."""
    return tuple(cell for cell in row.cells if cell.level > 0 and cell.code != NOT_KNOWN)


def tightest(row: MatrixRow, most: int) -> tuple[ComparisonRow, ...]:
    """Up to `most` major groups of an area that signal a shortage, the highest relative tightness first."""
    short = [cell for cell in groups(row) if cell.signal is Signal.SHORTAGE]
    return tuple(sorted(short, key=lambda cell: (-(cell.relative.value or 0.0), cell.code))[:most])


def untold(row: MatrixRow) -> int:
    """How many of an area's major groups might signal anything, for all that their figures tell: hidden, missing,
    not reported. A group without job seekers is not among them: there is nothing to tell."""
    return sum(cell.signal is Signal.UNDETERMINED and cell.relative.sign != NOT_APPLICABLE for cell in groups(row))


def shared(matrix: ComparisonMatrix, sign: Signal = Signal.SHORTAGE) -> tuple[ComparisonRow, ...]:
    """The major groups that give the same signal in every country; none where a country has no data."""
    rows = countries(matrix)
    if not rows or matrix.absent:
        return ()
    by_group = zip(*(groups(row) for row in rows), strict=True)
    return tuple(cells[0] for cells in by_group if all(cell.signal is sign for cell in cells))
