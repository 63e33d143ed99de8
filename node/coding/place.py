"""Which area of the exchange a written place lies in."""

from __future__ import annotations

from enum import Enum

from node.coding.correspondence import OUT, CorrespondenceTable
from node.coding.gazetteer import Gazetteer


class Scope(Enum):
    """What is known of a place that is not one of the release's areas."""

    OUT = "known, and outside the areas of the release"
    UNMAPPED = "not known to the scheme"


def decide_place(written: str, table: CorrespondenceTable | Gazetteer, areas: frozenset[str]) -> str | Scope:
    """The area among `areas` that a written place lies in, or why there is none."""
    rows = table.find(written)
    if not rows:
        return Scope.UNMAPPED
    target = rows[0].target
    return target if target != OUT and target in areas else Scope.OUT
