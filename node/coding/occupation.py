"""Which code of CL_OCCUPATION a written occupation is, and where that stands on a dataflow's own axis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from node.coding.correspondence import OCCUPATION_PREFIX, CorrespondenceTable
from node.errors import MappingError
from node.model.codelist import Codelist

TOTAL, UNKNOWN, RESIDUAL = "_T", "_X", "_X"
"""Of CL_OCCUPATION: all occupations; occupation not known; the suffix of what is known no further than its parent."""


@dataclass(frozen=True, slots=True)
class OccupationDecision:
    """`code`: the group of CL_OCCUPATION that the mapping gives, None where it gives none; `leaf`: where the
    records go on the axis; `level`: ISCO-08 level of `code`, 0 where there is none.
    """

    code: str | None
    leaf: str
    level: int


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


def decide_occupation(written: str, table: CorrespondenceTable, axis: Codelist) -> OccupationDecision:
    """The decision on one written code. What the table does not map is `_X`, never a guess.

    A code that is spread over several targets goes to their common ancestor, which is true of every record,
    where any one target would be a guess.
    Raises: MappingError where `axis` has no place for the code.
    """
    code = common_ancestor(row.target for row in table.find(written))
    if code is None:
        return OccupationDecision(None, UNKNOWN, 0)
    return OccupationDecision(code, leaf_on_axis(code, axis), len(code) - len(OCCUPATION_PREFIX))
