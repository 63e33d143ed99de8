"""What linked tables demand of a cube: cells to hide with them, and cells that cannot be hidden any more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from node.model.cube import BoolArray, TextArray
from node.model.structure import CONF_FREE
from node.protect.primary import Primary

COVER_WIDTH = 1.0
"""How wide the interval of a cell must stay that a linked table hides only to cover others: not one number."""


@dataclass(frozen=True, slots=True, eq=False)
class LinkedState:
    """Arrays of the cube's shape. `kept`: CONF_STATUS of the cells that must be hidden whatever the cube's own rules
    say, F elsewhere; `known`: cells whose number readers hold from a linked table, which cover nothing.
    """

    kept: TextArray
    known: BoolArray

    @classmethod
    def free(cls, shape: tuple[int, ...]) -> LinkedState:
        """Nothing is demanded."""
        return cls(np.full(shape, CONF_FREE, np.dtype("U2")), np.zeros(shape, np.bool_))


def keep_hidden(primary: Primary, linked: LinkedState | None) -> Primary:
    """The sensitive cells of a cube, and those that linked tables hide as if they were."""
    if linked is None:
        return primary
    added = (linked.kept != CONF_FREE) & ~primary.sensitive
    return Primary(
        np.where(added, linked.kept, primary.confidentiality),
        np.where(added, COVER_WIDTH, primary.width),
        primary.upper,
    )
