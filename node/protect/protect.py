"""The protection stage: a cube of true values becomes one that may be published, or is refused.

Docs: `docs/explanation/disclosure-control.md` says what is promised and what is not.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from node.errors import ReleaseRefused, TableInvalid
from node.feasible.audit import audit_result, exposed_cells, informative
from node.feasible.certify import Certificate
from node.feasible.margins import Margins, margins
from node.model.cube import BoolArray, Cube, FloatArray, ProtectedCube, TextArray
from node.model.structure import (
    CONF_FREE,
    CONF_SECONDARY,
    STATUS_MISSING,
    STATUS_NORMAL,
    STATUS_SUPPRESSED,
    DataStructure,
)
from node.protect.linked_state import LinkedState, keep_hidden
from node.protect.primary import Primary, primary_suppression
from node.protect.room import Table
from node.protect.rules import hidden_width
from node.protect.secondary import withstand
from node.protect.vintages import NOTHING_EARLIER, Comparison, Earlier, carried_over
from node.protect.widths import certified, suppress_for_width

SECONDS = 300.0
"""How long the protection of one release may take; what is then undecided counts as failed."""


def protect(
    cube: Cube, *, linked: LinkedState | None = None, earlier: Earlier = NOTHING_EARLIER, seconds: float = SECONDS
) -> ProtectedCube:
    """Suppress what the profile's rules and the margins demand; what leaves has withstood the audit.

    Of every sensitive cell it is shown that its interval is as wide as its rule asks. `linked`: what linked tables
    demand of this one; `earlier`: what readers hold already; `seconds`: what all this may take; what is then
    undecided counts as failed.

    Raises: ReleaseRefused naming the cells that a reader could still compute or narrow too far, that an earlier
    vintage gives away, or that were not decided in time; TableInvalid when the cube's margins do not add up, or a
    value or a number of contributors cannot be; ProfileError when a rule cannot be applied to this dataflow.
    """
    equations = informative(cube.structure.axes, margins(cube.structure.axes), cube.missing)
    _check(cube, equations)
    primary = keep_hidden(primary_suppression(cube), linked)
    vintage = Comparison.of(cube, earlier.vintage)
    _refuse_published(cube, vintage.beyond_help(cube, primary))
    guarded = vintage.guarded & ~vintage.slight & ~primary.sensitive
    primary = vintage.protected(cube, primary)
    known = vintage.known if linked is None else vintage.known | linked.known
    table = replace(_table(cube, equations, primary, known, carried_over(cube, earlier.last)), guarded=guarded.ravel())
    found = _suppress(cube, table, primary, time.monotonic() + seconds)
    value, status, confidentiality = _published(cube, primary, found.hidden)
    _refuse(cube, found, seconds)
    required = float(hidden_width(cube).max(initial=0.0))
    return ProtectedCube(
        profile=cube.profile,
        structure=cube.structure,
        period=cube.period,
        value=value,
        status=status,
        confidentiality=confidentiality,
        audit=audit_result(found.exposed, status, confidentiality, found.certificate, required),
        coverage=cube.coverage,
        empty=cube.empty,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A pattern and what the audit says of it; arrays of the cube's shape."""

    hidden: BoolArray
    exposed: BoolArray
    certificate: Certificate


def _refuse(cube: Cube, found: _Found, seconds: float) -> None:
    name = f"{cube.profile.dataflow} {cube.period}"
    if found.exposed.any():
        raise ReleaseRefused(
            f"{name}: {int(found.exposed.sum())} suppressed cells can be computed from what would be published, "
            "and nothing is left to hide",
            places=_keys(cube.structure, found.exposed),
        )
    if found.certificate.narrow.any():
        raise ReleaseRefused(
            f"{name}: {int(found.certificate.narrow.sum())} hidden cells can be narrowed further than the rules allow, "
            "and nothing is left to hide",
            places=_keys(cube.structure, found.certificate.narrow),
        )
    if found.certificate.undecided.any():
        raise ReleaseRefused(
            f"{name}: the intervals of {int(found.certificate.undecided.sum())} hidden cells were not decided "
            f"within {seconds:.0f} seconds, which counts as failed; release fewer dimensions or levels at once",
            places=_keys(cube.structure, found.certificate.undecided),
        )


def _refuse_published(cube: Cube, cells: BoolArray) -> None:
    if cells.any():
        raise ReleaseRefused(
            f"{cube.profile.dataflow} {cube.period}: {int(cells.sum())} cells cannot be protected any more, since the "
            "vintage that this one would replace publishes them; keep that vintage, or correct the source",
            places=_keys(cube.structure, cells),
        )


def _check(cube: Cube, equations: Margins) -> None:
    """A table that does not add up cannot be audited: its equations would not be the reader's."""
    name = f"{cube.profile.dataflow} {cube.period}"
    if (bad := ~(cube.value >= 0)).any():
        raise TableInvalid(f"{name}: values are negative or not numbers", places=_keys(cube.structure, bad))
    if (bad := (cube.value > 0) & (cube.contributors <= 0)).any():
        raise TableInvalid(f"{name}: cells have a value and no contributor", places=_keys(cube.structure, bad))
    if (bad := _overfull(cube, equations)).any():
        raise TableInvalid(f"{name}: parts have more contributors than their total", places=_keys(cube.structure, bad))
    wrong = equations.residuals(cube.value.ravel()) != 0
    if wrong.any():
        totals = np.zeros(equations.size, np.bool_)
        totals[equations.cells[wrong[equations.rows] & (equations.signs > 0)]] = True
        places = _keys(cube.structure, totals.reshape(cube.value.shape))
        raise TableInvalid(f"{name}: totals are not the sum of their parts", places=places)


def _overfull(cube: Cube, equations: Margins) -> BoolArray:
    """Cells with more contributors than a total that they are part of."""
    count = cube.contributors.ravel()
    totals = np.zeros(equations.count, np.int64)
    is_total = equations.signs > 0
    totals[equations.rows[is_total]] = count[equations.cells[is_total]]
    found = np.zeros(equations.size, np.bool_)
    found[equations.cells[count[equations.cells] > totals[equations.rows]]] = True
    return found.reshape(cube.value.shape)


def _table(cube: Cube, equations: Margins, primary: Primary, known: BoolArray, preferred: BoolArray) -> Table:
    """The cube as suppression needs it. `known`: cells whose number readers hold already."""
    return Table(
        equations=equations,
        value=cube.value.ravel(),
        coverable=(((cube.contributors > 0) & ~known) | primary.sensitive).ravel(),
        lower=_lower(cube, primary.sensitive).ravel(),
        share=cube.largest.ravel(),
        sensitive=primary.sensitive.ravel(),
        width=primary.width.ravel(),
        upper=primary.upper.ravel(),
        cover=hidden_width(cube).ravel(),
        alone=(cube.contributors == 1).ravel(),
        preferred=preferred.ravel(),
        guarded=np.zeros(cube.value.size, np.bool_),
    )


def _suppress(cube: Cube, table: Table, primary: Primary, deadline: float) -> _Found:
    """The pattern of hidden cells, and what the audit of the table as published says of it."""
    shape, axes = cube.structure.shape, cube.structure.axes

    def audit(hidden: BoolArray) -> BoolArray:
        cells = hidden.reshape(shape)
        value, status, _ = _published(cube, primary, cells)
        return exposed_cells(axes, value, status, _lower(cube, cells)).ravel()

    pattern = suppress_for_width(table, axes, deadline)
    if pattern.undecided.any():
        undecided = Certificate(np.zeros(shape, np.bool_), pattern.undecided.reshape(shape))
        return _Found(pattern.hidden.reshape(shape), np.zeros(shape, np.bool_), undecided)

    def widths(cells: BoolArray) -> Certificate:
        return certified(_with_lower(cube, table, cells), pattern, cells, deadline)

    hidden, exposed, certificate = withstand(table, pattern.hidden, audit, widths)
    kept = Certificate(certificate.narrow.reshape(shape), certificate.undecided.reshape(shape))
    return _Found(hidden.reshape(shape), exposed.reshape(shape), kept)


def _with_lower(cube: Cube, table: Table, hidden: BoolArray) -> Table:
    """The table with the lower bound that this pattern gives readers."""
    return replace(table, lower=_lower(cube, hidden.reshape(cube.structure.shape)).ravel())


def _lower(cube: Cube, hidden: BoolArray) -> FloatArray:
    """What a reader who sees the zeros knows a hidden cell to be at least; of the cube's shape.

    That is 1, except in a table (a slice of the axes that are not additive) where a rounded zero is hidden.
    """
    additive = tuple(place for place, axis in enumerate(cube.structure.axes) if axis.additive)
    zeros = (hidden & (cube.value < 1)).any(axis=additive, keepdims=True)
    return np.broadcast_to(np.where(zeros, 0.0, 1.0), cube.value.shape)


def _published(cube: Cube, primary: Primary, hidden: BoolArray) -> tuple[FloatArray, TextArray, TextArray]:
    """OBS_VALUE and OBS_STATUS of every cell as readers see them, and the status of its rule, which they do not."""
    value = np.where(hidden | cube.missing, np.nan, cube.value)
    status = np.where(hidden, STATUS_SUPPRESSED, np.where(cube.missing, STATUS_MISSING, STATUS_NORMAL))
    secondary = hidden & ~primary.sensitive
    confidentiality = np.where(secondary, CONF_SECONDARY, np.where(hidden, primary.confidentiality, CONF_FREE))
    return value, status.astype(np.dtype("U2")), confidentiality.astype(np.dtype("U2"))


def _keys(structure: DataStructure, cells: BoolArray) -> tuple[str, ...]:
    """The keys of the marked cells, codes joined by dots in the order of the dimensions; never a value."""
    ids = [axis.codelist.ids for axis in structure.axes]
    places = np.argwhere(cells)
    return tuple(".".join(codes[at] for codes, at in zip(ids, place, strict=True)) for place in places.tolist())
