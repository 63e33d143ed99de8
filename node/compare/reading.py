"""Reading merged observations: which codes a table needs, in which order they stand, and that they exist."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from node.errors import NotPublished
from node.model.codelist import Codelist
from node.model.structure import RESIDUAL

NOT_KNOWN, ARMED_FORCES = "_X", "OC0"


def upwards(codes: Codelist, wanted: Iterable[str]) -> tuple[str, ...]:
    """The codes and all that they are parts of, each once: what must be read to tell a zero from a gap.

    Raises: NotPublished where the codelist has no such code.
    """
    known = (known_code(codes, code, "occupation") for code in wanted)
    return tuple(dict.fromkeys(above for code in known for above in codes.lineage(code)))


def tree_order(codes: Codelist, root: str) -> tuple[str, ...]:
    """A code and all below it, each followed by its own parts, whatever the codelist's order."""
    return (root, *(inner for child in codes.children(root) for inner in tree_order(codes, child)))


def occupation_parts(occupations: Codelist, whole: str) -> tuple[str, ...]:
    """The groups just below another in ISCO-08's own order, which puts the armed forces last, and after them what
    is known no further than the whole.

    Source: ILO, ISCO-08 volume 1 (2012), structure: major groups 1 to 9, then 0.
    """
    return tuple(sorted(occupations.children(whole), key=lambda code: (code.endswith(RESIDUAL), code == ARMED_FORCES)))


@lru_cache(maxsize=64)
def groups_at(occupations: Codelist, level: int) -> tuple[str, ...]:
    """The groups of so many digits, in ISCO-08's order; without what is known no further than a wider group."""
    codes = tree_order_of_occupations(occupations, occupations.roots[0])
    return tuple(code for code in codes if level_of(occupations, code) == level and not code.endswith(RESIDUAL))


@lru_cache(maxsize=4096)
def tree_order_of_occupations(occupations: Codelist, whole: str) -> tuple[str, ...]:
    """As `tree_order`, in ISCO-08's order."""
    parts = occupation_parts(occupations, whole)
    return (whole, *(inner for part in parts for inner in tree_order_of_occupations(occupations, part)))


def level_of(codes: Codelist, code: str) -> int:
    """Steps from the root: the digits of an occupation group; of an area 0 the sub-region, 1 a country, 2 an area."""
    return int(codes.depths[codes.index[code]])


def known_code(codes: Codelist, code: str, what: Literal["area", "occupation"]) -> str:
    """The code itself. Raises: NotPublished where the codelist has none such."""
    if code in codes:
        return code
    codelist = f"{codes.id} {codes.version}"
    if what == "area":
        raise NotPublished.to_reader(
            "“%(code)s” is no area of this exchange (%(codelist)s)", code=code, codelist=codelist
        )
    raise NotPublished.to_reader(
        "“%(code)s” is no occupation of this exchange (%(codelist)s)", code=code, codelist=codelist
    )
