"""What earlier releases demand of a table: readers keep them, and compare.

A reader who holds two vintages of one period subtracts them, and takes a number of one for the number of the other
where nothing seems to have changed. So a cell that one vintage hides stays hidden in the next; a cell that would
change by less than the threshold is hidden, since that difference is itself a small count; and a number that readers
hold already covers nothing. Source: Hundepool et al., Statistical Disclosure Control (2012), 4.3, for disclosure by
differencing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from node.feasible.linked import PublishedTable
from node.model.cube import BoolArray, Cube
from node.model.structure import CONF_SECONDARY
from node.protect.primary import Primary
from node.protect.rules import threshold_of


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """What readers hold already, on the axes of the cube: the `vintage` of the same period that this one replaces, and
    the release of the period before (`last`).
    """

    vintage: PublishedTable | None = None
    last: PublishedTable | None = None


NOTHING_EARLIER = Earlier()


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """A cube beside the vintage before; arrays of its shape. `known`: cells whose number readers hold from it;
    `slight`: cells that changed by less than the threshold; `kept`: cells that it hides, and somebody is in;
    `guarded`: those of them that may be sensitive, as far as it says, and must not become one number now.
    """

    known: BoolArray
    slight: BoolArray
    kept: BoolArray
    guarded: BoolArray

    @classmethod
    def of(cls, cube: Cube, vintage: PublishedTable | None) -> Comparison:
        if vintage is None:
            none = np.zeros(cube.value.shape, np.bool_)
            return cls(none, none, none, none)
        said = ~np.isnan(vintage.value) & ~cube.missing
        change = np.abs(cube.value - np.where(said, vintage.value, cube.value))
        slight = (change > 0) & (change < threshold_of(cube))
        kept = vintage.hidden & (cube.contributors > 0)
        # Where every number is as it was, readers are told nothing that they do not hold.
        appeared = np.isnan(vintage.value) & ~cube.missing & ~kept  # was missing, or was hidden and is empty now
        told = bool((change > 0).any() or appeared.any())
        return cls(said & (change == 0), slight, kept, kept & vintage.sensitive & told)

    def beyond_help(self, cube: Cube, primary: Primary) -> BoolArray:
        """Cells that nothing can protect any more: sensitive now, and published before with the same number; or
        changed slightly to nobody, and an empty cell is never hidden.
        """
        return (self.known & primary.sensitive) | (self.slight & (cube.contributors <= 0))

    def protected(self, cube: Cube, primary: Primary) -> Primary:
        """The sensitive cells, and those that the vintage before makes so: slight changes, and what it hides."""
        asked = (self.slight | self.kept) & (cube.contributors > 0)
        width = np.where(self.slight, np.maximum(threshold_of(cube) - 2.0, 1.0), np.where(self.guarded, 1.0, 0.0))
        return Primary(
            np.where(asked & ~primary.sensitive, CONF_SECONDARY, primary.confidentiality),
            np.where(asked, np.maximum(primary.width, width), primary.width),
            primary.upper,
        )


def carried_over(cube: Cube, last: PublishedTable | None) -> BoolArray:
    """The cells hidden in the period before: hiding them again tells least to who carries numbers over."""
    return np.zeros(cube.value.shape, np.bool_) if last is None else last.hidden & (cube.contributors > 0)
