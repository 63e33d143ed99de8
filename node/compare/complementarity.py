"""Who could help whom: surplus of job seekers assigned to short posts, across areas, at least cost.

As many posts are filled as can be, and of all ways to do so one of the cheapest is taken: kilometres and what counts
like them (`node.model.distance`), and a cost for the change to a near occupation. What a short post and a surplus
person are is said in `node.compare.balances`; both are certain, so that what is found could be filled whatever the
hidden cells are. That a person and a post meet by area and occupation says nothing of skills, wages, permits or wishes.

It is a transport problem, whose matrix is totally unimodular, so that whole amounts give whole flows.
Source: Hitchcock, The Distribution of a Product from Several Sources, Journal of Mathematics and Physics 20 (1941);
Hoffman, Kruskal, Integral Boundary Points of Convex Polyhedra (1956).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from node.compare.balances import Balance, Stocks, most_beyond
from node.compare.indicators import THRESHOLDS
from node.errors import NodeError
from node.feasible.programme import Compressed, corner_of_least
from node.model.codelist import Codelist
from node.model.comparison import SignalThresholds
from node.model.cube import FloatArray, IntArray
from node.model.distance import DistanceTable
from node.model.structure import RESIDUAL

WHOLE = 1e-6
"""How far a solver's flow may lie from the whole number that it is."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Short posts of one cell that persons of another could fill. `km`: what lies between the areas."""

    from_area: str
    from_occupation: str
    to_area: str
    to_occupation: str
    posts: int
    km: float


@dataclass(frozen=True, slots=True)
class Complementarity:
    """How many posts the sub-region could fill from within, and by whom.

    `short`, `surplus`: posts and persons over all cells; `across`: those of `filled` that cross a border; `flows`: the
    largest first; `cost`: kilometres and what counts like them, summed over posts.
    """

    short: int
    surplus: int
    filled: int
    across: int
    cost: float
    flows: tuple[Flow, ...]

    @property
    def unfilled(self) -> int:
        """Short posts for which the sub-region has nobody of the occupation or a near one."""
        return self.short - self.filled

    def largest(self, most: int) -> tuple[Flow, ...]:
        """Up to `most` flows."""
        return self.flows[:most]


def assign(cells: Iterable[Balance], distances: DistanceTable, occupations: Codelist) -> Complementarity:
    """Surplus to short posts: as many as can be, and among all such assignments one of least cost. The same cells give
    the same flows, in whatever order they come; where several assignments are cheapest, filled and cost are the same in
    all, and partners may be exchanged.

    Raises: MappingError for an area that the distance table lacks; NodeError for an occupation that the codelist lacks,
    for cells that overlap, and where the solver fails.
    """
    ordered = sorted(cells, key=lambda cell: (cell.occupation, cell.area))
    _check_codes(((cell.area, cell.occupation) for cell in ordered), occupations)
    moves = [
        move for cells in _families(ordered, occupations, distances) for move in _moves(cells, distances, occupations)
    ]
    flows = [
        Flow(one.area, one.occupation, other.area, other.occupation, posts, distances.between(one.area, other.area))
        for one, other, posts, _ in moves
    ]
    flows.sort(key=lambda flow: (-flow.posts, flow.to_area, flow.to_occupation, flow.from_area, flow.from_occupation))
    abroad = (flow.posts for flow in flows if distances.country(flow.from_area) != distances.country(flow.to_area))
    return Complementarity(
        short=sum(cell.short for cell in ordered),
        surplus=sum(cell.surplus for cell in ordered),
        filled=sum(flow.posts for flow in flows),
        across=sum(abroad),
        cost=math.fsum(posts * cost for *_, posts, cost in moves),
        flows=tuple(flows),
    )


def most_filled(
    cells: Mapping[tuple[str, str], Stocks],
    countries: Mapping[str, Stocks],
    distances: DistanceTable,
    occupations: Codelist,
    thresholds: SignalThresholds = THRESHOLDS,
    sought: Collection[str] | None = None,
) -> float:
    """Posts that could be filled from within were the hidden cells as they help most: no table that fits has more.

    Cells and countries as in `balances`; `sought`: the occupations whose posts count, all by default. Infinite where
    nothing bounds it. A cell that may be short and may have a surplus never fills its own posts: of a family no more
    are filled than all but that cell give and take together.
    Raises: MappingError for an area that the distance table lacks; NodeError for an unknown occupation, and for cells
    that overlap.
    """
    _check_codes(cells, occupations)
    families: dict[str, list[tuple[float, float]]] = {}
    for (area, occupation), cell in cells.items():
        country, name = countries.get(distances.country(area)), _family(occupation, occupations, distances)
        if country is not None and name is not None:
            short, surplus = most_beyond(cell, country, thresholds)
            wanted = sought is None or occupation in sought
            families.setdefault(name, []).append((short if wanted else 0.0, surplus))
    return sum(map(_most_between, families.values()))


def _most_between(most: Sequence[tuple[float, float]]) -> float:
    """The maximum flow between cells of (short, surplus) of which each may fill any but itself: its least cut."""
    short, surplus = (math.fsum(column) for column in zip(*most, strict=True))
    apart = max(range(len(most)), key=lambda place: sum(most[place]))
    others = math.fsum(amount for place, other in enumerate(most) if place != apart for amount in other)
    return min(short, surplus, others)


def change_km(one: str, other: str, occupations: Codelist, distances: DistanceTable) -> float | None:
    """What a change from one occupation to another counts: 0 for the same, the table's kilometres for a near one, None
    where it is neither.

    Near are those that a group of the table's ISCO level holds both. A residual (`OC251_X`) is its group, not further
    known: two persons in it need not have the same occupation, and are near where the group is narrow enough.
    """
    if one == other and not one.endswith(RESIDUAL):
        return 0.0
    level = distances.near.level
    shared = near_group(one, occupations, level)
    return distances.near.km if shared and shared == near_group(other, occupations, level) else None


@lru_cache(maxsize=4096)
def near_group(occupation: str, occupations: Codelist, level: int) -> str | None:
    """The group of ISCO `level` digits that holds an occupation; None where it is known less far."""
    lineage = occupations.lineage(occupation)[occupation.endswith(RESIDUAL) :]
    return lineage[-1 - level] if len(lineage) > level else None


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """Pairs of cells between which persons may move: places among the giving and the taking, and cost a person."""

    giving: IntArray
    taking: IntArray
    cost: FloatArray


def _families(
    cells: Sequence[Balance], occupations: Codelist, distances: DistanceTable
) -> tuple[tuple[Balance, ...], ...]:
    """Cells between any two of which a person may move. Each family is a problem of its own."""
    families: dict[str, list[Balance]] = {}
    for cell in cells:
        if name := _family(cell.occupation, occupations, distances):
            families.setdefault(name, []).append(cell)
    return tuple(tuple(families[name]) for name in sorted(families))


def _family(occupation: str, occupations: Codelist, distances: DistanceTable) -> str | None:
    """The near group, or the occupation itself where it is known less far; None for a residual there, whose persons
    need not have one occupation."""
    near = near_group(occupation, occupations, distances.near.level)
    return near or (None if occupation.endswith(RESIDUAL) else occupation)


def _moves(
    cells: Sequence[Balance], distances: DistanceTable, occupations: Codelist
) -> Iterator[tuple[Balance, Balance, int, float]]:
    """From which cell to which, how many, at what cost each."""
    giving, taking = [cell for cell in cells if cell.surplus], [cell for cell in cells if cell.short]
    ways = _ways(giving, taking, distances, occupations)
    posts = _transport(ways, [cell.surplus for cell in giving], [cell.short for cell in taking])
    for place in np.flatnonzero(posts).tolist():
        one, other = giving[ways.giving[place]], taking[ways.taking[place]]
        yield one, other, int(posts[place]), float(ways.cost[place])


def _ways(
    giving: Sequence[Balance], taking: Sequence[Balance], distances: DistanceTable, occupations: Codelist
) -> _Ways:
    """Of every cell that gives with every one that takes, those between which persons may move."""
    apart = _each_pair(giving, taking, lambda cell: cell.area, distances.between)
    change = _each_pair(
        giving, taking, lambda cell: cell.occupation, lambda one, other: change_km(one, other, occupations, distances)
    )
    cost = apart + change
    from_, to = np.nonzero(~np.isnan(cost))
    return _Ways(from_, to, cost[from_, to])


def _each_pair(
    giving: Sequence[Balance],
    taking: Sequence[Balance],
    code: Callable[[Balance], str],
    counts: Callable[[str, str], float | None],
) -> FloatArray:
    """What counts between the codes of the cells, NaN for None; shape (giving, taking). Of codes there are few."""
    rows, columns = (sorted(set(map(code, cells))) for cells in (giving, taking))
    table = np.array([[counts(one, other) for other in columns] for one in rows], np.float64)
    places = [[codes.index(code(cell)) for cell in cells] for codes, cells in ((rows, giving), (columns, taking))]
    return np.asarray(table.reshape(len(rows), len(columns))[np.ix_(*places)])


def _transport(ways: _Ways, supply: Sequence[int], demand: Sequence[int]) -> IntArray:
    """Persons on each way at least cost, so that the smaller of supply and demand is used up. Shape (ways,)."""
    count = len(ways.cost)
    if not count:
        return np.zeros(0, np.int64)
    most = np.array([*supply, *demand], np.float64)
    least = np.array(
        [
            *(supply if sum(supply) <= sum(demand) else [0] * len(supply)),
            *(demand if sum(demand) <= sum(supply) else [0] * len(demand)),
        ],
        np.float64,
    )
    ends = np.column_stack([ways.giving, len(supply) + ways.taking]).ravel()
    # A way is a column with two ones, in the rows of the cells at its ends.
    matrix = Compressed(np.arange(count + 1) * 2, ends, np.ones(2 * count), by_row=False)
    flow = corner_of_least(matrix, (np.zeros(count), np.full(count, np.inf)), (least, most), ways.cost)
    whole = np.rint(flow)
    moved = np.bincount(ends, np.repeat(whole, 2), len(most))
    if np.abs(flow - whole).max() > WHOLE or (moved > most).any() or (moved < least).any():
        raise NodeError("the transport problem has no whole solution where one was found")
    return whole.astype(np.int64)


def _check_codes(cells: Iterable[tuple[str, str]], occupations: Codelist) -> None:
    """Of areas and occupations: each there once, known, and none inside another."""
    listed = list(cells)
    if unknown := sorted({occupation for _, occupation in listed if occupation not in occupations}):
        raise NodeError(f"{occupations.id} has no such occupations", places=tuple(unknown))
    above_of = {occupation: occupations.lineage(occupation)[1:] for _, occupation in listed}
    there = set(listed)
    if len(there) < len(listed):
        raise NodeError("an area and occupation stand among the balances twice")
    inside = {
        f"{occupation} in {area}"
        for area, occupation in listed
        for above in above_of[occupation]
        if (area, above) in there
    }
    if inside:
        raise NodeError("balances overlap: a group stands beside its own parts", places=tuple(sorted(inside)))
