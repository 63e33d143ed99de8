"""Cubes counted from a handful of contributions, margins and all, the slow and plain way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from node.model.codelist import Code, Codelist
from node.model.cube import Cube
from node.model.period import TimePeriod
from node.model.profile import INDICATOR, ExchangeProfile
from node.model.structure import Dimension

Contribution = tuple[tuple[str, ...], str, float]
"""The codes of a leaf cell (in the order of the axes, INDICATOR too if there is one), who, and how much."""


def tree(name: str, codes: Iterable[tuple[str, str | None]]) -> Dimension:
    """An additive dimension from (code, parent) pairs, parents first."""
    return Dimension(name, Codelist(f"CL_{name}", tuple(Code(code, code, parent) for code, parent in codes)))


def flat(name: str, total: str, parts: Iterable[str]) -> Dimension:
    """An additive dimension of a total and its parts."""
    return tree(name, ((total, None), *((part, total) for part in parts)))


def with_axes(profile: ExchangeProfile, axes: Sequence[Dimension]) -> ExchangeProfile:
    """The profile with other axes before its INDICATOR, cut to its first indicator."""
    first = profile.indicators[:1]
    codes = tuple(Code(indicator.id, indicator.name) for indicator in first)
    indicator = Dimension(INDICATOR, Codelist("CL_INDICATOR", codes), additive=False)
    return replace(profile, structure=replace(profile.structure, axes=(*axes, indicator)), indicators=first)


def counted(profile: ExchangeProfile, contributions: Iterable[Contribution], missing: Iterable[str] = ()) -> Cube:
    """The cube of some contributions; codes of INDICATOR may be left out where the profile has one only.

    `missing`: codes of the first axis that no source observes.
    """
    structure = profile.structure
    cells: dict[tuple[int, ...], dict[str, float]] = {}
    for codes, who, amount in contributions:
        full = codes if len(codes) == len(structure.axes) else (*codes, profile.indicators[0].id)
        paths = [
            [axis.codelist.index[up] for up in axis.codelist.lineage(code)]
            for axis, code in zip(structure.axes, full, strict=True)
        ]
        for cell in product(*paths):
            held = cells.setdefault(cell, {})
            held[who] = held.get(who, 0.0) + amount
    value, largest, second = (np.zeros(structure.shape) for _ in range(3))
    contributors = np.zeros(structure.shape, np.int64)
    for cell, held in cells.items():
        amounts = sorted(held.values(), reverse=True)
        value[cell], contributors[cell] = sum(amounts), len(amounts)
        largest[cell], second[cell] = amounts[0], amounts[1] if len(amounts) > 1 else 0.0
    unobserved = np.zeros(structure.shape, np.bool_)
    for code in missing:
        place = structure.axes[0].codelist.index[code]
        unobserved[place] = True
        for numbers in (value, contributors, largest, second):
            numbers[place] = 0
    return Cube(profile, structure, TimePeriod("2026-10"), value, contributors, largest, second, unobserved, ())


def persons(profile: ExchangeProfile, counts: dict[tuple[str, ...], int], missing: Iterable[str] = ()) -> Cube:
    """A cube of persons, each counting one, from the counts of its leaf cells."""
    people = ((codes, f"{'.'.join(codes)}-{number}", 1.0) for codes, count in counts.items() for number in range(count))
    return counted(profile, people, missing)


def at(cube_axes: Sequence[Dimension], *codes: str) -> tuple[int, ...]:
    """The position of a cell by its codes; axes left out at the end are at their first code."""
    given = [axis.codelist.index[code] for axis, code in zip(cube_axes, codes, strict=False)]
    return (*given, *([0] * (len(cube_axes) - len(given))))
