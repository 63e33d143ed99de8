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

_SIGNS = {STATUS_SUPPRESSED: SUPPRESSED, STATUS_MISSING: MISSING}


def measured(cube: MergedCube, key: SeriesKey) -> Measured:
    """What a cube says of a series: NOT_REPORTED where it says nothing."""
    observation = cube.observations.get(key)
    if observation is None:
        return Measured(None, NOT_REPORTED)
    if observation.value is None:
        return Measured(None, _SIGNS.get(observation.status, MISSING))
    return Measured(observation.value, PROVISIONAL if observation.status == STATUS_PROVISIONAL else NORMAL)


def known_code(codes: Codelist, code: str, what: str) -> str:
    """The code itself. Raises: NotPublished where the codelist has none such."""
    if code not in codes:
        raise NotPublished(f"“{code}” is no {what} of {codes.id} {codes.version}")
    return code
