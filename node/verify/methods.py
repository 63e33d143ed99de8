"""Whether a release keeps what its profile says of perturbation and of groups that are always confidential."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from node.model.codelist import NO_PARENT
from node.model.cube import BoolArray
from node.model.perturbation import CellKey, Perturbation
from node.model.profile import ExchangeProfile
from node.model.structure import MEASURE, OBS_STATUS, DataStructure
from node.verify.findings import at_rows


def check_perturbed(
    values: NDArray[np.int64],
    suppressed: BoolArray,
    positions: dict[str, NDArray[np.int64]],
    structure: DataStructure,
    method: Perturbation,
) -> tuple[str, ...]:
    """Findings about rows that no release of a perturbing profile has. All but `structure`: per row.

    Nothing is suppressed; cell keys never give 1 to js; and rounding leaves no leaf cell from 1 to under the base.
    """
    findings = at_rows(f"{OBS_STATUS} is Q, and the profile perturbs instead of suppressing", suppressed)
    if isinstance(method, CellKey):
        return findings + at_rows(
            f"{MEASURE} is from 1 to {method.js}, which the method never publishes",
            (values > 0) & (values <= method.js),
        )
    leaf = np.ones(len(values), np.bool_)
    for axis in structure.axes:
        if axis.additive:
            parents = axis.codelist.parents
            inner = np.isin(np.arange(len(parents)), parents[parents != NO_PARENT])
            leaf &= ~inner[positions[axis.id]]
    return findings + at_rows(
        f"{MEASURE} of a leaf cell is from 1 to {method.base - 1}, which the method never publishes",
        leaf & (values > 0) & (values < method.base),
    )


def check_confidential(
    values: NDArray[np.int64],
    positions: dict[str, NDArray[np.int64]],
    profile: ExchangeProfile,
    structure: DataStructure,
) -> tuple[str, ...]:
    """Findings about figures of groups that the profile keeps confidential. `values`: 0 where hidden; per row."""
    findings: tuple[str, ...] = ()
    for group in profile.protection.confidential:
        codelist = structure.axis(group.dimension).codelist
        inside = np.array([bool(set(codelist.lineage(code)) & set(group.codes)) for code in codelist.ids], np.bool_)
        given = inside[positions[group.dimension]] & (values > 0)
        findings += at_rows(f"{MEASURE} is given for {group.dimension} {', '.join(group.codes)}, always hidden", given)
    return findings
