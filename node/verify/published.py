"""A data target of this node's own feed as a table that its readers hold."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from node.errors import ReleaseRefused
from node.feasible.linked import PublishedTable
from node.model.codelist import Code, Codelist
from node.model.cube import FloatArray
from node.model.profile import INDICATOR, ExchangeProfile, ThresholdRule
from node.model.structure import (
    OBS_STATUS,
    STATUS_SUPPRESSED,
    DataStructure,
    Dimension,
)
from node.verify.findings import Refused
from node.verify.parse import parse, unpack, unpacked_limit


def published_table(
    data: bytes, profile: ExchangeProfile, structure: DataStructure, name: str, indicators: Mapping[str, str]
) -> PublishedTable:
    """A target's bytes as a table of the `indicators` (its own code to the code it is to have), in the sender's
    `structure`. A cell without a row is 0; any hidden cell may be sensitive, as far as readers can tell. Source:
    `node.model.cube.listed_cells`.

    Raises: ReleaseRefused where the bytes are not as the profile says now.
    """
    try:
        parsed = parse(unpack(data, unpacked_limit(structure)), structure)
    except Refused as problem:
        raise ReleaseRefused(
            f"the published {name} does not fit its profile any more ({problem}); release it anew"
        ) from None
    value, hidden = np.zeros(structure.shape), np.zeros(structure.shape, np.bool_)
    if parsed.rows:
        at = tuple(parsed.columns[axis.id].positions_in(axis.codelist.index) for axis in structure.axes)
        if any((positions < 0).any() for positions in at):
            raise ReleaseRefused(f"the published {name} has codes that its profile does not have; release it anew")
        value[at] = np.where(parsed.hidden, np.nan, parsed.value)
        hidden[at] = parsed.columns[OBS_STATUS].positions_in({STATUS_SUPPRESSED: 0}) == 0
    asked = _widths(profile, structure)
    width, ceiling = np.where(hidden, asked, 0.0), np.where(hidden & (asked > 0), asked + 1.0, np.inf)
    place = structure.position[INDICATOR]
    codes = structure.axes[place].codelist.ids
    kept = [codes.index(own) for own in indicators]
    axis = Dimension(
        INDICATOR, Codelist(INDICATOR, tuple(Code(code, code) for code in indicators.values())), additive=False
    )
    axes = tuple(axis if at == place else other for at, other in enumerate(structure.axes))
    value, hidden = value.take(kept, place), hidden.take(kept, place)
    width, ceiling = width.take(kept, place), ceiling.take(kept, place)
    return PublishedTable(name, axes, value, hidden, hidden.copy(), width, ceiling)


def _widths(profile: ExchangeProfile, structure: DataStructure) -> FloatArray:
    """What the thresholds ask of any hidden cell that may be small; broadcasts to the structure's shape."""
    along = [1] * len(structure.axes)
    along[structure.position[INDICATOR]] = -1
    width = np.zeros(len(structure.axis(INDICATOR).codelist))
    for rule in profile.protection.rules:
        if isinstance(rule, ThresholdRule):
            for number, code in enumerate(structure.axis(INDICATOR).codelist.ids):
                if not rule.indicators or code in rule.indicators:
                    width[number] = max(width[number], rule.minimum - 2.0, 1.0)
    return width.reshape(along)
