"""The protection stage of a profile that perturbs: every figure is published, none of small groups as it is.

Docs: `docs/explanation/disclosure-control.md` says what is promised and what is not.
"""

from __future__ import annotations

import numpy as np

from node.errors import NodeError, ReleaseRefused, TableInvalid
from node.feasible.audit import informative
from node.feasible.margins import Margins, margins
from node.model.cube import AuditResult, BoolArray, Cube, FloatArray, IntArray, ProtectedCube
from node.model.perturbation import KEY_MODULUS, CellKey, Perturbation
from node.model.structure import CONF_FREE, STATUS_MISSING, STATUS_NORMAL, DataStructure
from node.protect.perturbation.audit import METHOD, pinned
from node.protect.perturbation.ptable import perturbation_table
from node.protect.perturbation.rounding import leaf_cells, rounded

SECONDS = 120.0
"""How long the audit's linear programmes may take; what is then undecided counts as failed."""


def perturb(cube: Cube) -> ProtectedCube:
    """Publish every cell with the noise of its profile's method; what leaves has withstood the audit.

    Raises: ReleaseRefused naming the cells whose small count a reader could compute; TableInvalid where counts are
    not whole, are negative, do not add up, or have no cell keys; NodeError where the profile does not perturb.
    """
    method = cube.profile.protection.perturbation
    if method is None:
        raise NodeError(f"{cube.profile.dataflow}: its profile protects by suppression")
    equations = informative(cube.structure.axes, margins(cube.structure.axes), cube.missing)
    count, key = _counts(cube, equations)
    published = perturbed(count, key, cube.structure, method)
    return ProtectedCube(
        profile=cube.profile,
        structure=cube.structure,
        period=cube.period,
        value=np.where(cube.missing, np.nan, published),
        status=np.where(cube.missing, STATUS_MISSING, STATUS_NORMAL).astype(np.dtype("U2")),
        confidentiality=np.full(cube.structure.shape, CONF_FREE, np.dtype("U2")),
        audit=_audit(cube, equations, count, published, method),
        coverage=cube.coverage,
        empty=cube.empty,
    )


def perturbed(count: IntArray, key: IntArray, structure: DataStructure, method: Perturbation) -> IntArray:
    """What is published of true counts with their cell keys; arrays of the structure's shape."""
    if isinstance(method, CellKey):
        return perturbation_table(method).publish(count, key / KEY_MODULUS)
    return rounded(count, key, structure, method)


def bounds(published: IntArray, structure: DataStructure, method: Perturbation) -> tuple[FloatArray, FloatArray]:
    """What each figure by itself says its true count is at least and at most; of the structure's shape.

    With cell keys a figure above 0 has somebody behind it, since 0 stays 0. Rounded leaf cells of the base hold
    from 1 up to it, larger ones what they say; a margin is the sum of its leaf cells and says nothing besides.
    """
    if isinstance(method, CellKey):
        low = np.maximum(published - method.noise, published > 0).astype(np.float64)
        return low, (published + method.noise).astype(np.float64)
    leaf = leaf_cells(structure)
    low = np.where(leaf & (published > method.base), published, np.where(leaf & (published > 0), 1, 0))
    high = np.where(leaf, np.maximum(published, method.base - (published == 0)), np.inf)
    return low.astype(np.float64), high.astype(np.float64)


def _audit(cube: Cube, equations: Margins, count: IntArray, published: IntArray, method: Perturbation) -> AuditResult:
    """Raises: ReleaseRefused."""
    low, high = bounds(published, cube.structure, method)
    known = np.where(cube.missing, 0.0, low), np.where(cube.missing, np.inf, high)
    small = (count > 0) & (count < method.minimum) & ~cube.missing
    found, undecided = pinned(cube.structure, equations, count, known, small, seconds=SECONDS)
    name = f"{cube.profile.dataflow} {cube.period}"
    if found.any():
        raise ReleaseRefused(
            f"{name}: {int(found.sum())} counts under {method.minimum} follow from what would be published, although "
            "it is perturbed; a profile with more noise or fewer levels would hide them",
            places=keys_of(cube.structure, found),
        )
    if undecided.any():
        raise ReleaseRefused(
            f"{name}: whether {int(undecided.sum())} counts under {method.minimum} can be computed was not decided "
            f"within {SECONDS:.0f} seconds, which counts as failed; release fewer dimensions or levels at once",
            places=keys_of(cube.structure, undecided),
        )
    return AuditResult(cells=count.size, suppressed=0, primary=0, exposed=0, method=METHOD, required_width=1.0)


def _counts(cube: Cube, equations: Margins) -> tuple[IntArray, IntArray]:
    """The cube's true counts and cell keys. Raises: TableInvalid where they are not those of persons."""
    name = f"{cube.profile.dataflow} {cube.period}"
    if cube.key is None:
        raise TableInvalid(f"{name}: cells have no cell keys, which its profile's perturbation needs")
    bad = ~((cube.value >= 0) & (cube.value == np.floor(cube.value)) & (cube.value == cube.contributors))
    if bad.any():
        raise TableInvalid(f"{name}: values are not numbers of persons", places=keys_of(cube.structure, bad))
    off = equations.residuals(cube.value.ravel()) != 0
    if off.any():
        raise TableInvalid(f"{name}: {int(off.sum())} totals are not the sum of their parts")
    return cube.value.astype(np.int64), cube.key


def keys_of(structure: DataStructure, cells: BoolArray) -> tuple[str, ...]:
    """The keys of the marked cells, codes joined by dots in the order of the dimensions; never a value."""
    ids = [axis.codelist.ids for axis in structure.axes]
    return tuple(".".join(codes[at] for codes, at in zip(ids, place, strict=True)) for place in np.argwhere(cells))
