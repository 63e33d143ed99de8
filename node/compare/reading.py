"""Reading merged observations: a published number or the sign of its gap, and codes that must exist."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

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
from node.model.profile import AREA, OCCUPATION, SEX, ExchangeProfile
from node.model.structure import STATUS_MISSING, STATUS_PROVISIONAL, STATUS_SUPPRESSED

NOT_KNOWN, ARMED_FORCES = "_X", "OC0"
_SIGNS = {STATUS_SUPPRESSED: SUPPRESSED, STATUS_MISSING: MISSING}


def measured(cube: MergedCube, key: SeriesKey, profile: ExchangeProfile) -> Measured:
    """What a cube says of a series: a zero that is not listed, below a listed one; NOT_REPORTED where nothing.

    `profile`: whose codelists say what is part of what. The cube must hold what `lineages` names.
    """
    observation = cube.observations.get(key)
    if observation is None:
        return Measured(0.0) if _below_zero(cube, key, profile) else Measured(None, NOT_REPORTED)
    if observation.value is None:
        return Measured(None, _SIGNS.get(observation.status, MISSING))
    return Measured(observation.value, PROVISIONAL if observation.status == STATUS_PROVISIONAL else NORMAL)


def lineages(profile: ExchangeProfile, occupations: Iterable[str]) -> tuple[str, ...]:
    """The occupations and all that they are parts of, each once: what must be read to tell a zero from a gap.

    Raises: NotPublished where the profile has no such occupation.
    """
    codes = profile.structure.axis(OCCUPATION).codelist
    known = (known_code(codes, occupation, "occupation") for occupation in occupations)
    return tuple(dict.fromkeys(code for occupation in known for code in codes.lineage(occupation)))


def _below_zero(cube: MergedCube, key: SeriesKey, profile: ExchangeProfile) -> bool:
    """Whether a cell that something is a part of is published as 0. Source: `node.model.cube.listed_cells`."""
    area, occupation, sex, indicator = key
    above = product(
        _lineage(profile, AREA, area), _lineage(profile, OCCUPATION, occupation), _lineage(profile, SEX, sex)
    )
    found = (cube.observations.get((*places, indicator)) for places in above)
    return any(observation is not None and observation.value == 0 for observation in found)


def _lineage(profile: ExchangeProfile, dimension: str, code: str) -> tuple[str, ...]:
    if dimension not in profile.structure.position:
        return (code,)
    codes = profile.structure.axis(dimension).codelist
    return codes.lineage(code) if code in codes else (code,)


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
