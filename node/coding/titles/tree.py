"""ISCO-08 as the tree that chances add up in: unit groups in order, and each group as a run of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from node.coding.correspondence import OCCUPATION_PREFIX
from node.errors import TitleModelInvalid

LEVELS = (1, 2, 3, 4)
"""Of ISCO-08: major, sub-major, minor and unit groups."""


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """The groups above `units`, which are in ascending order, so that every group is a run of them.

    `groups`: per level, the codes in order; `starts`: per level, where each group's run begins; `owner`: per level,
    shape (units,), the group of each unit.
    Raises: TitleModelInvalid where there are no units, one is no unit group, or they are not in order.
    """

    units: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...] = field(init=False, repr=False)
    starts: tuple[NDArray[np.int64], ...] = field(init=False, repr=False)
    owner: tuple[NDArray[np.int64], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        length = len(OCCUPATION_PREFIX) + LEVELS[-1]
        wrong = [unit for unit in self.units if len(unit) != length or not unit.startswith(OCCUPATION_PREFIX)]
        if wrong or not self.units or list(self.units) != sorted(set(self.units)):
            raise TitleModelInvalid(f"the groups of a title model are unit groups in order, each once, not {wrong[:3]}")
        codes, starts, owners = [], [], []
        for level in LEVELS:
            above = np.array([unit[: len(OCCUPATION_PREFIX) + level] for unit in self.units])
            names, first, owner = np.unique(above, return_index=True, return_inverse=True)
            codes.append(tuple(names.tolist()))
            starts.append(first)
            owners.append(owner)
        for name, value in (("groups", tuple(codes)), ("starts", tuple(starts)), ("owner", tuple(owners))):
            object.__setattr__(self, name, value)

    def sums(self, values: NDArray[np.floating], level: int) -> NDArray[np.floating]:
        """Shape (rows, units) to (rows, groups of `level`): each group the sum of its units."""
        return np.add.reduceat(values, self.starts[level - 1], axis=1)

    def share(self, codes: Sequence[str]) -> NDArray[np.float32]:
        """Shape (units,), adding to 1: divided equally over `codes`, and within each over its units; 0 for none known.

        Nothing says how a code that is split, or known no further, is spread; an equal part takes no side.
        """
        shares = np.zeros(len(self.units), np.float32)
        below = [[at for at, unit in enumerate(self.units) if unit.startswith(code)] for code in codes]
        known = [units for units in below if units]
        for units in known:
            shares[units] += 1 / len(known) / len(units)
        return shares
