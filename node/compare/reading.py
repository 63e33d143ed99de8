"""Reading merged observations: a published number or the sign of its gap, and codes that must exist."""

from __future__ import annotations

from node.errors import NotPublished
from node.model.codelist import Codelist
from node.model.comparison import (
    MISSING,
    NORMAL,
    NOT_REPORTED,
    PROVISIONAL,
    SUPPRESSED,
    Measured,
    MergedCube,
    SeriesKey,
)
from node.model.structure import STATUS_MISSING, STATUS_PROVISIONAL, STATUS_SUPPRESSED

NOT_KNOWN, ARMED_FORCES = "_X", "OC0"
_SIGNS = {STATUS_SUPPRESSED: SUPPRESSED, STATUS_MISSING: MISSING}


def measured(cube: MergedCube, key: SeriesKey) -> Measured:
    """What a cube says of a series: NOT_REPORTED where it says nothing."""
    observation = cube.observations.get(key)
    if observation is None:
        return Measured(None, NOT_REPORTED)
    if observation.value is None:
        return Measured(None, _SIGNS.get(observation.status, MISSING))
    return Measured(observation.value, PROVISIONAL if observation.status == STATUS_PROVISIONAL else NORMAL)


def tree_order(codes: Codelist, root: str) -> tuple[str, ...]:
    """A code and all below it, each followed by its own parts, whatever the codelist's order."""
    return (root, *(inner for child in codes.children(root) for inner in tree_order(codes, child)))


def occupation_parts(occupations: Codelist, whole: str) -> tuple[str, ...]:
    """The groups just below another in ISCO-08's own order, which puts the armed forces last, and after them what
    is not known.

    Source: ILO, ISCO-08 volume 1 (2012), structure: major groups 1 to 9, then 0.
    """
    return tuple(sorted(occupations.children(whole), key=lambda code: (code == NOT_KNOWN, code == ARMED_FORCES)))


def known_code(codes: Codelist, code: str, what: str) -> str:
    """The code itself. Raises: NotPublished where the codelist has none such."""
    if code not in codes:
        raise NotPublished(f"“{code}” is no {what} of this exchange ({codes.id} {codes.version})")
    return code
