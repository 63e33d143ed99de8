"""The protection stage: a cube of true values becomes one that may be published, or is refused.

Docs: `docs/explanation/disclosure-control.md` says what is promised and what is not.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from node.errors import ReleaseRefused, TableInvalid
from node.feasible.audit import audit_result, exposed_cells, informative
from node.feasible.certify import Certificate, Held, Need, Witnesses, certify
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
from node.protect.primary import Primary, primary_suppression
from node.protect.room import Table
from node.protect.secondary import secondary_suppression, withstand
from node.protect.widths import need_of, slack_of, suppress_for_width

SECONDS = 300.0
"""How long the linear programmes of one release may take together; what is then undecided counts as failed."""


def protect(cube: Cube, *, certified: bool = True) -> ProtectedCube:
    """Suppress what the profile's rules and the margins demand; what leaves has withstood the audit.

    `certified`: show of every sensitive cell that its interval is as wide as its rule asks. Without it (data of
    nobody, as in a demonstration) single margins leave room, and only exact disclosure is ruled out; that is
    quicker.

    Raises: ReleaseRefused naming the cells that a reader could still compute or narrow too far; TableInvalid when
    the cube's margins do not add up or a value is negative; ProfileError when a rule cannot be applied to this
    dataflow.
    """
    equations = informative(cube.structure.axes, margins(cube.structure.axes), cube.missing)
    _check(cube, equations)
    primary = primary_suppression(cube)
    found = _suppress(cube, equations, primary, certified=certified)
    value, status, confidentiality = _published(cube, primary, found.hidden)
    _refuse(cube, found)
    return ProtectedCube(
        profile=cube.profile,
        structure=cube.structure,
        period=cube.period,
        value=value,
        status=status,
        confidentiality=confidentiality,
        audit=audit_result(found.exposed, status, confidentiality, found.certificate, found.need),
        coverage=cube.coverage,
        empty=cube.empty,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A pattern and what the audit says of it; arrays of the cube's shape. No certificate: widths were not asked."""

    hidden: BoolArray
    exposed: BoolArray
    need: Need
    certificate: Certificate | None


def _refuse(cube: Cube, found: _Found) -> None:
    name = f"{cube.profile.dataflow} {cube.period}"
    if found.exposed.any():
        raise ReleaseRefused(
            f"{name}: {int(found.exposed.sum())} suppressed cells can be computed from what would be published, "
            "and nothing is left to hide",
            places=_keys(cube.structure, found.exposed),
        )
    if found.certificate is None:
        return
    if found.certificate.narrow.any():
        raise ReleaseRefused(
            f"{name}: {int(found.certificate.narrow.sum())} sensitive cells can be narrowed further than their rule "
            "allows, and nothing is left to hide",
            places=_keys(cube.structure, found.certificate.narrow),
        )
    if found.certificate.undecided.any():
        raise ReleaseRefused(
            f"{name}: the intervals of {int(found.certificate.undecided.sum())} sensitive cells were not decided "
            f"within {SECONDS:.0f} seconds, which counts as failed; release fewer dimensions or levels at once",
            places=_keys(cube.structure, found.certificate.undecided),
        )


def _check(cube: Cube, equations: Margins) -> None:
    """A table that does not add up cannot be audited: its equations would not be the reader's."""
    name = f"{cube.profile.dataflow} {cube.period}"
    if (bad := ~(cube.value >= 0)).any():
        raise TableInvalid(f"{name}: values are negative or not numbers", places=_keys(cube.structure, bad))
    if (bad := (cube.value > 0) & (cube.contributors <= 0)).any():
        raise TableInvalid(f"{name}: cells have a value and no contributor", places=_keys(cube.structure, bad))
    wrong = equations.residuals(cube.value.ravel()) != 0
    if wrong.any():
        totals = np.zeros(equations.size, np.bool_)
        totals[equations.cells[wrong[equations.rows] & (equations.signs > 0)]] = True
        places = _keys(cube.structure, totals.reshape(cube.value.shape))
        raise TableInvalid(f"{name}: totals are not the sum of their parts", places=places)


def _suppress(cube: Cube, equations: Margins, primary: Primary, *, certified: bool) -> _Found:
    """The pattern of hidden cells, and what the audit of the table as published says of it."""
    shape, axes = cube.structure.shape, cube.structure.axes
    table = Table(
        equations=equations,
        value=cube.value.ravel(),
        coverable=(cube.contributors > 0).ravel(),
        lower=_lower(cube, primary.sensitive).ravel(),
        sensitive=primary.sensitive.ravel(),
        width=primary.width.ravel(),
        upper=primary.upper.ravel(),
        alone=(cube.contributors == 1).ravel(),
    )

    def audit(hidden: BoolArray) -> BoolArray:
        cells = hidden.reshape(shape)
        value, status, _ = _published(cube, primary, cells)
        return exposed_cells(axes, value, status, _lower(cube, cells)).ravel()

    need = need_of(table)
    if not certified:
        hidden, exposed = secondary_suppression(table, audit)
        return _Found(hidden.reshape(shape), exposed.reshape(shape), need, None)
    deadline = time.monotonic() + SECONDS
    pattern = suppress_for_width(table, axes)

    def widths(cells: BoolArray) -> Certificate:
        held, need = _held(cube, table, cells)
        found = certify(held, table.sensitive, need, pattern.witnesses, seconds=deadline - time.monotonic())
        return _against_insiders(held, need, pattern.doubts, found, deadline)

    hidden, exposed, certificate = withstand(table, pattern.hidden, audit, widths)
    _, need = _held(cube, table, hidden)
    kept = Certificate(certificate.narrow.reshape(shape), certificate.undecided.reshape(shape))
    return _Found(hidden.reshape(shape), exposed.reshape(shape), need, kept)


def _held(cube: Cube, table: Table, hidden: BoolArray) -> tuple[Held, Need]:
    """A pattern's table, with the lower bound that this pattern gives readers, and what its cells need."""
    lower = _lower(cube, hidden.reshape(cube.structure.shape)).ravel()
    table = replace(table, lower=lower)
    slack = slack_of(table)
    return Held(table.equations, table.value, hidden | np.isinf(slack), slack), need_of(table)


def _against_insiders(
    held: Held, need: Need, doubts: Iterable[tuple[int, tuple[int, ...]]], certificate: Certificate, deadline: float
) -> Certificate:
    """Decide doubtful cells for a reader who knows some cells, by linear programme; adds to a certificate."""
    narrow, undecided = certificate.narrow.copy(), certificate.undecided.copy()
    wide = Need(np.zeros_like(need.up), np.zeros_like(need.down), need.width)
    for cell, known in doubts:
        movable, asked = held.movable.copy(), np.zeros_like(narrow)
        movable[list(known)], asked[cell] = False, True
        seconds = deadline - time.monotonic()
        found = certify(replace(held, movable=movable), asked, wide, Witnesses.none(), seconds=seconds)
        narrow |= found.narrow
        undecided |= found.undecided
    return Certificate(narrow, undecided & ~narrow)


def _lower(cube: Cube, hidden: BoolArray) -> FloatArray:
    """What a reader who sees the zeros knows a hidden cell to be at least; of the cube's shape.

    That is 1, except in a table (a slice of the axes that are not additive) where a rounded zero is hidden.
    """
    additive = tuple(place for place, axis in enumerate(cube.structure.axes) if axis.additive)
    zeros = (hidden & (cube.value < 1)).any(axis=additive, keepdims=True)
    return np.broadcast_to(np.where(zeros, 0.0, 1.0), cube.value.shape)


def _published(cube: Cube, primary: Primary, hidden: BoolArray) -> tuple[FloatArray, TextArray, TextArray]:
    """What readers get to see: OBS_VALUE, OBS_STATUS and CONF_STATUS of every cell."""
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
