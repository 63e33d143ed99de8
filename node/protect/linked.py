"""Protection of linked tables: what is hidden in one is hidden in all, and the attack sees all of them at once.

Each cube is protected as if alone, told which of its cells the others hide and which their readers hold already.
Then the tables as published are attacked together. Whatever that finds is covered by the cheapest cells next to it,
in any cube that can still be changed, and so on until nothing is found. Source: de Wolf & Hundepool, Three ways to
deal with a set of linked SBS tables using tau-ARGUS, PSD 2010 (tables in turn until stable); the joint attack in the
end is this node's own demand.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from node.errors import ReleaseRefused, TableContradicts
from node.feasible.certify import TOLERANCE
from node.feasible.inference import Inference, infer
from node.feasible.linked import LinkedTables, PublishedTable, joint_keys, link
from node.model.codelist import Code, Codelist
from node.model.cube import BoolArray, Cube, IntArray, ProtectedCube
from node.model.profile import INDICATOR
from node.model.structure import CONF_FREE, CONF_SECONDARY, STATUS_SUPPRESSED, Dimension
from node.protect.linked_state import LinkedState
from node.protect.primary import primary_suppression
from node.protect.rules import hidden_width

SECONDS = 300.0
"""How long the joint attacks on one set of tables may take together."""

ROUNDS = 200
"""More rounds than tables need in practice; what is not safe then is refused."""

ProtectOne = Callable[[Cube, LinkedState], ProtectedCube]
"""The protection of a single cube, as `node.protect.protect.protect` with its other settings bound."""


@dataclass(frozen=True, slots=True, eq=False)
class LinkedCube:
    """A cube that is released with others, or later. `axes`: those of its structure with codes that mean the same in
    all of the linked tables: an indicator is named as the first cube names the same count.
    """

    cube: Cube
    axes: tuple[Dimension, ...]

    @classmethod
    def of(cls, cube: Cube) -> LinkedCube:
        """A cube whose codes mean the same as they are."""
        return cls(cube, cube.structure.axes)


def linked_cube(cube: Cube, indicators: Mapping[str, str]) -> LinkedCube:
    """A cube with its indicators named as another names the same counts (`indicators`: own code to that name)."""
    place = cube.structure.position[INDICATOR]
    axis = cube.structure.axes[place]
    named = (indicators.get(code.id, f"{cube.profile.dataflow}:{code.id}") for code in axis.codelist.codes)
    codelist = Codelist(axis.codelist.id, tuple(Code(name, name) for name in named))
    axes = (*cube.structure.axes[:place], replace(axis, codelist=codelist), *cube.structure.axes[place + 1 :])
    return LinkedCube(cube, axes)


def protect_together(
    linked: Sequence[LinkedCube],
    published: Sequence[PublishedTable],
    protect_one: ProtectOne,
    *,
    certified: bool = True,
) -> tuple[ProtectedCube, ...]:
    """Protect linked cubes together, beside linked tables that are `published` already and cannot be changed.

    `certified`: every sensitive cell keeps its width also against a reader of all tables; without it only exact
    values are ruled out. A published table that gives another number for a count of a cube is of other records than
    the cube: what it hides stays hidden, and it is not part of the joint attack, since its equations are not the
    cube's.

    Raises: ReleaseRefused naming the cells that all tables together give away, or that were not decided in time;
    what `protect_one` raises.
    """
    cubes = [entry.cube for entry in linked]
    if len(cubes) + len(published) == 1:
        return (protect_one(cubes[0], LinkedState.free(cubes[0].value.shape)),)
    shared = _Shared.of(linked, published)
    states = [shared.demanded(cube, place, ()) for place, cube in enumerate(cubes)]
    deadline = time.monotonic() + SECONDS
    for _ in range(ROUNDS):
        released = _until_stable(cubes, states, shared, protect_one)
        tables = [_as_published(done, entry, certified) for done, entry in zip(released, linked, strict=True)]
        joint = link([*tables, *shared.current])
        failing = _failing(joint, cubes, certified=certified, seconds=deadline - time.monotonic())
        if not failing.any():
            return tuple(released)
        chosen = _nearest(joint, failing, _coverable(joint, cubes, states))
        if not chosen.any():
            break
        states = [_with_kept(state, chosen[at]) for state, at in zip(states, joint.places, strict=False)]
    raise ReleaseRefused(
        f"{_names(joint)}: {int(failing.sum())} suppressed cells can be worked out from these tables together, "
        "or narrowed further than their rule allows, and nothing is left to hide",
        places=joint.names(failing),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    """Which cells of cubes and published tables are the same count: `keys`, one array per cube, then per table.

    `current`: the published tables that are of the same records as the cubes.
    """

    keys: tuple[IntArray, ...]
    published: tuple[PublishedTable, ...]
    current: tuple[PublishedTable, ...]

    @classmethod
    def of(cls, linked: Sequence[LinkedCube], published: Sequence[PublishedTable]) -> _Shared:
        keys = tuple(joint_keys([*(entry.axes for entry in linked), *(table.axes for table in published)]))
        ours, theirs = keys[: len(linked)], keys[len(linked) :]
        current = tuple(
            table
            for table, own in zip(published, theirs, strict=True)
            if not any(_differ(entry.cube, mine, table, own) for entry, mine in zip(linked, ours, strict=True))
        )
        return cls(keys, tuple(published), current)

    def demanded(self, cube: Cube, place: int, released: Sequence[ProtectedCube]) -> LinkedState:
        """What the published tables, and the other cubes as `released`, demand of the cube at `place`."""
        mine, before = self.keys[place], len(self.keys) - len(self.published)
        others = [pair for number, pair in enumerate(zip(released, self.keys, strict=False)) if number != place]
        hidden = [keys[done.status.ravel() == STATUS_SUPPRESSED] for done, keys in others]
        numbers = [np.zeros(0, np.int64)]
        for table, keys in zip(self.published, self.keys[before:], strict=True):
            hidden.append(keys[table.hidden.ravel()])
            numbers.append(keys[~np.isnan(table.value.ravel())])
        kept = np.isin(mine, np.concatenate([np.zeros(0, np.int64), *hidden])).reshape(cube.value.shape)
        known = np.isin(mine, np.concatenate(numbers)).reshape(cube.value.shape)
        return _with_kept(LinkedState(LinkedState.free(cube.value.shape).kept, known), kept & (cube.contributors > 0))


def _differ(cube: Cube, mine: IntArray, table: PublishedTable, own: IntArray) -> bool:
    """Whether a published table gives another number for a count of the cube."""
    _, here, there = np.intersect1d(mine, own, return_indices=True)
    said, held = table.value.ravel()[there], cube.value.ravel()[here]
    return bool((~np.isnan(said) & ~cube.missing.ravel()[here] & (said != held)).any())


def _with_kept(state: LinkedState, cells: BoolArray) -> LinkedState:
    """Also keep `cells` hidden (any shape of the cube's size)."""
    added = cells.reshape(state.kept.shape) & (state.kept == CONF_FREE)
    return LinkedState(np.where(added, CONF_SECONDARY, state.kept), state.known)


def _until_stable(
    cubes: Sequence[Cube], states: list[LinkedState], shared: _Shared, protect_one: ProtectOne
) -> list[ProtectedCube]:
    """Protect each cube until none hides what another publishes. Adds to `states` what that took."""
    released = [protect_one(cube, state) for cube, state in zip(cubes, states, strict=True)]
    while True:
        again = False
        for place, cube in enumerate(cubes):
            wanted = shared.demanded(cube, place, released).kept != CONF_FREE
            if (wanted & (released[place].status != STATUS_SUPPRESSED)).any():
                states[place] = _with_kept(states[place], wanted)
                released[place] = protect_one(cube, states[place])
                again = True
        if not again:
            return released


def _as_published(done: ProtectedCube, entry: LinkedCube, certified: bool) -> PublishedTable:
    """A protected cube as its readers hold it, with what its own rules ask; no cover may be told from a small count."""
    hidden = done.status == STATUS_SUPPRESSED
    primary, cover = primary_suppression(entry.cube), hidden_width(entry.cube)
    width = np.maximum(primary.width, cover) if certified else np.zeros(hidden.shape)
    ceiling = np.where(primary.sensitive | (cover <= 0), np.inf, cover + 1.0)
    name = f"{entry.cube.profile.dataflow} {entry.cube.period}"
    return PublishedTable(name, entry.axes, done.value, hidden, hidden.copy(), width, ceiling)


def _failing(joint: LinkedTables, cubes: Sequence[Cube], *, certified: bool, seconds: float) -> BoolArray:
    """The joint cells that a reader of all tables can compute or narrow too far. Raises: ReleaseRefused."""
    try:
        found = _attack(joint, 1.0, seconds)
    except TableContradicts:
        found = _attack(joint, 0.0, seconds)  # a survey's table hides a rounded zero
    failing = found.exact | found.narrow
    for cube, at in zip(cubes, joint.places, strict=False) if certified else ():
        reached = found.high[at] - cube.value.ravel() >= primary_suppression(cube).upper.ravel() - TOLERANCE
        failing[at[~reached & joint.hidden[at]]] = True
    if certified and (open_cells := found.undecided & ~failing).any():
        raise ReleaseRefused(
            f"{_names(joint)}: {int(open_cells.sum())} cells were not decided within {SECONDS:.0f} seconds, "
            "which counts as failed; release fewer dimensions or levels at once",
            places=joint.names(open_cells),
        )
    return failing


def _names(joint: LinkedTables) -> str:
    return " and ".join(table.name for table in joint.tables)


def _attack(joint: LinkedTables, lower: float, seconds: float) -> Inference:
    shape = joint.value.shape
    return infer(joint, np.full(shape, lower), np.full(shape, np.inf), seconds=max(seconds, 0.0))


def _coverable(joint: LinkedTables, cubes: Sequence[Cube], states: Sequence[LinkedState]) -> BoolArray:
    """Joint cells that are published, hold somebody, and that readers do not have from a published table."""
    inside, barred = np.zeros(len(joint.value), np.bool_), np.zeros(len(joint.value), np.bool_)
    for cube, state, at in zip(cubes, states, joint.places, strict=False):
        inside[at[(cube.contributors > 0).ravel()]] = True
        barred[at[state.known.ravel()]] = True
    return inside & ~barred & ~joint.hidden


def _nearest(joint: LinkedTables, failing: BoolArray, coverable: BoolArray) -> BoolArray:
    """The cheapest coverable cell of each equation of the failing cells; where there is none, of those next to them."""
    equations, reach = joint.equations, failing
    cost = np.where(coverable, joint.value, np.inf)[equations.cells]
    while True:
        around = np.bincount(equations.rows, reach[equations.cells], equations.count) > 0
        least = np.minimum.reduceat(cost, equations.starts) if equations.count else np.zeros(0)
        best = around[equations.rows] & np.isfinite(cost) & (cost == least[equations.rows])
        chosen = np.zeros(equations.size, np.bool_)
        rows, first = np.unique(equations.rows[best], return_index=True)
        chosen[equations.cells[best][first]] = True
        wider = reach.copy()
        wider[equations.cells[around[equations.rows] & joint.hidden[equations.cells]]] = True
        if len(rows) or np.array_equal(wider, reach):
            return chosen
        reach = wider
