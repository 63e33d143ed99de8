"""Which code of CL_OCCUPATION a written occupation is, and where that stands on a dataflow's own axis."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from node.coding.correspondence import OCCUPATION_PREFIX, Correspondence, CorrespondenceTable
from node.errors import MappingError
from node.model.codelist import Codelist
from node.model.profile import SplitPolicy
from node.model.structure import RESIDUAL

TOTAL, UNKNOWN = "_T", RESIDUAL
"""Of CL_OCCUPATION: all occupations; occupation not known."""


@dataclass(frozen=True, slots=True)
class OccupationDecision:
    """What the records of one written code are.

    `codes`: the groups of CL_OCCUPATION they go to, empty where the mapping gives none; several where records are
    divided. `leaves`: where they go on the axis, each with its share of every record; the shares add to 1.
    `level`: ISCO-08 level that all of `codes` reach, 0 where there are none.
    """

    codes: tuple[str, ...]
    leaves: tuple[tuple[str, float], ...]
    level: int


NOT_CODED = OccupationDecision((), ((UNKNOWN, 1.0),), 0)


def common_ancestor(codes: Iterable[str]) -> str | None:
    """The deepest group that holds all of `codes`; None where they lie in several major groups.

    A code of CL_OCCUPATION is `OC` and one digit a level, so that the group is the digits they share.
    Source: SDMX CL_OCCUPATION; ILO, ISCO-08 volume 1 (2012), 2.
    """
    digits = [code.removeprefix(OCCUPATION_PREFIX) for code in codes]
    shared = ""
    for level in zip(*digits, strict=False):
        if len(set(level)) > 1:
            break
        shared += level[0]
    return f"{OCCUPATION_PREFIX}{shared}" if shared else None


def leaf_on_axis(code: str, axis: Codelist) -> str:
    """The leaf of `axis` that records of the group `code` count in.

    A group deeper than the axis is cut to the axis; a group that the axis divides further becomes its residual.
    Raises: MappingError where `axis` does not have the group, or the residual that it then needs.
    """
    at = code
    while at not in axis:
        at = at[:-1]
        if at == OCCUPATION_PREFIX or not at:
            raise MappingError(f"codelist {axis.id} has no code {code} nor any group that holds it")
    if not axis.children(at):
        return at
    if (residual := f"{at}{RESIDUAL}") not in axis:
        raise MappingError(f"codelist {axis.id} divides {at} and has no residual {residual}")
    return residual


def decide_occupation(
    written: str, table: CorrespondenceTable, axis: Codelist, splits: SplitPolicy = SplitPolicy.COMMON_ANCESTOR
) -> OccupationDecision:
    """The decision on one written code. What the table does not map is `_X`, never a guess.

    A record goes to the groups that the table names, never to one below them: what is known to two digits stays
    at two digits under every policy.
    Raises: MappingError where `axis` has no place for the code.
    """
    shares = _shares(table.find(written), splits)
    if not shares:
        return NOT_CODED
    leaves: defaultdict[str, float] = defaultdict(float)
    for code, share in shares:
        leaves[leaf_on_axis(code, axis)] += share
    level = min(len(code) for code, _ in shares) - len(OCCUPATION_PREFIX)
    return OccupationDecision(tuple(code for code, _ in shares), tuple(leaves.items()), level)


def has_groups(written: str, table: CorrespondenceTable, splits: SplitPolicy = SplitPolicy.COMMON_ANCESTOR) -> bool:
    """Whether the table gives the written code an occupation, on whatever axis."""
    return bool(_shares(table.find(written), splits))


def _shares(rows: tuple[Correspondence, ...], splits: SplitPolicy) -> tuple[tuple[str, float], ...]:
    """The groups that a code's records go to, with their shares, which add to 1; nothing where there are none.

    Without weights there is no proportion and no largest, and targets that share the largest weight are as good
    as one another: what is then true of every record is their common ancestor.
    """
    weighted = [(row.target, row.weight) for row in rows if row.weight is not None]
    targets = [row.target for row in rows]
    if weighted and splits is SplitPolicy.PROPORTIONAL:
        total = sum(weight for _, weight in weighted)
        return tuple((target, weight / total) for target, weight in weighted)
    if weighted and splits is SplitPolicy.LARGEST:
        largest = max(weight for _, weight in weighted)
        targets = [target for target, weight in weighted if math.isclose(weight, largest)]
    ancestor = common_ancestor(targets)
    return ((ancestor, 1.0),) if ancestor is not None else ()
