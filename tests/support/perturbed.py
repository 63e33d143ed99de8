"""Cubes of persons with record keys, under a profile that perturbs, for tests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from node.model.cube import Cube, IntArray
from node.model.period import TimePeriod
from node.model.perturbation import KEY_MODULUS, CellKey, Perturbation, Rounding
from node.model.profile import AREA, RECORD, ExchangeProfile, FieldKind, Protection, RecordField
from node.model.structure import DataStructure
from node.protect.perturbation.rounding import added_up, leaf_cells
from tests.support.profiles import jobseekers

CELL_KEY = CellKey(5, 3.0, 2, 0.5, 5, "a reason for a test")
ROUNDING = Rounding(5, "a reason for a test")


def perturbing(method: Perturbation = CELL_KEY) -> ExchangeProfile:
    """Job seekers by area, occupation and sex, whose figures are perturbed."""
    profile = jobseekers()
    others = tuple(field for field in profile.fields if field.name != RECORD)
    fields = (RecordField(RECORD, FieldKind.KEY, required=True), *others)
    return replace(profile, fields=fields, protection=Protection(RECORD, (), (), method))


def leaf_counts(structure: DataStructure, seed: int = 1, zero: float = 0.3, mean: float = 2.0) -> IntArray:
    """Counts of leaf cells, skewed, many of them small; margins 0."""
    random = np.random.default_rng(seed)
    counts = np.floor(random.lognormal(np.log(mean), 1.2, structure.shape)).astype(np.int64)
    counts[(random.random(structure.shape) < zero) | ~leaf_cells(structure)] = 0
    return counts


def person_cube(profile: ExchangeProfile, counts: IntArray, seed: int = 1, authority: str = "IMTGT_ID") -> Cube:
    """The cube of so many persons in each leaf cell, each with a random record key."""
    structure = profile.for_sender(authority)
    cells = np.repeat(np.arange(counts.size), counts.ravel())
    keys = np.zeros(counts.size, np.int64)
    np.add.at(keys, cells, np.random.default_rng(seed).integers(0, KEY_MODULUS, len(cells)))
    value, key = added_up(counts.copy(), structure), added_up((keys % KEY_MODULUS).reshape(counts.shape), structure)
    none = np.zeros(structure.shape)
    return Cube(
        profile, structure, TimePeriod("2026-10"), value.astype(np.float64), value, none, none.copy(),
        np.zeros(structure.shape, np.bool_), (), key % KEY_MODULUS,
    )  # fmt: skip


def some_persons(method: Perturbation = CELL_KEY, seed: int = 1) -> Cube:
    profile = perturbing(method)
    return person_cube(profile, leaf_counts(profile.for_sender("IMTGT_ID"), seed), seed)


def unobserved(cube: Cube, area: str) -> Cube:
    """The same cube where nobody observes an area, nor, therefore, what it is part of."""
    axis = cube.structure.axis(AREA).codelist
    missing = np.zeros(cube.structure.shape, np.bool_)
    for code in axis.lineage(area):
        np.moveaxis(missing, cube.structure.position[AREA], 0)[axis.index[code]] = True
    changed = {name: np.where(missing, 0, getattr(cube, name)) for name in ("value", "contributors", "key")}
    return replace(cube, missing=missing, **changed)
