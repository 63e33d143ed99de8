"""The protection stage: a cube of true values becomes one that may be published, or is refused.

Docs: `docs/explanation/disclosure-control.md` says what is promised and what is not.
"""

from __future__ import annotations

import numpy as np

from node.errors import ReleaseRefused, TableInvalid
from node.feasible.audit import audit_result, exposed_cells, informative
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
from node.protect.secondary import secondary_suppression


def protect(cube: Cube) -> ProtectedCube:
    """Suppress what the profile's rules and the margins demand; what leaves has withstood the audit.

    Raises: ReleaseRefused naming the cells that a reader could still compute; TableInvalid when the cube's
    margins do not add up or a value is negative; ProfileError when a rule cannot be applied to this dataflow.
    """
    equations = informative(cube.structure.axes, margins(cube.structure.axes), cube.missing)
    _check(cube, equations)
    primary = primary_suppression(cube)
    hidden, exposed = _suppress(cube, equations, primary)
    value, status, confidentiality = _published(cube, primary, hidden)
    if exposed.any():
        raise ReleaseRefused(
            f"{cube.profile.dataflow} {cube.period}: {int(exposed.sum())} suppressed cells can be computed from "
            "what would be published, and nothing is left to hide",
            places=_keys(cube.structure, exposed),
        )
    return ProtectedCube(
        profile=cube.profile,
        structure=cube.structure,
        period=cube.period,
        value=value,
        status=status,
        confidentiality=confidentiality,
        audit=audit_result(exposed, status, confidentiality),
        coverage=cube.coverage,
        empty=cube.empty,
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


def _suppress(cube: Cube, equations: Margins, primary: Primary) -> tuple[BoolArray, BoolArray]:
    """Hidden cells, and those of them that the audit of the table as published can compute."""
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
        cells = hidden.reshape(cube.structure.shape)
        value, status, _ = _published(cube, primary, cells)
        return exposed_cells(cube.structure.axes, value, status, _lower(cube, cells)).ravel()

    hidden, exposed = secondary_suppression(table, audit)
    return hidden.reshape(cube.structure.shape), exposed.reshape(cube.structure.shape)


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
