from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.errors import TableContradicts
from node.feasible.gaps import gaps
from node.feasible.inference import Inference, infer
from node.feasible.linked import PublishedTable, link
from node.model.cube import BoolArray, Cube, FloatArray, ProtectedCube
from node.model.structure import Dimension
from node.protect.protect import protect
from tests.support.cubes import flat, persons, tree, with_axes
from tests.support.profiles import jobseekers

ENOUGH = 60.0
ROW = (flat("AREA", "T", ("1", "2", "3")),)
TABLE = (*ROW, flat("SEX", "T", ("F", "M", "U")))
Cell = tuple[int, ...]


def mask(shape: tuple[int, ...], cells: Iterable[Cell]) -> BoolArray:
    found = np.zeros(shape, np.bool_)
    for cell in cells:
        found[cell] = True
    return found


def bounds(
    axes: tuple[Dimension, ...],
    value: list[float] | list[list[float]],
    hidden: list[Cell],
    missing: tuple[Cell, ...] = (),
    *,
    first: BoolArray | bool = True,
    whole: bool = True,
    seconds: float = ENOUGH,
) -> list[tuple[float, float]]:
    """The bounds of hidden cells, in the order given; a solver has `ENOUGH` time for all that are `first`."""
    table = np.array(value, np.float64)
    gap, lost = mask(table.shape, hidden), mask(table.shape, missing)
    table[gap | lost] = np.nan
    found = gaps(
        axes,
        table,
        gap,
        lost,
        np.broadcast_to(np.asarray(first, np.bool_), table.shape),
        whole=whole,
        seconds=seconds,
    )
    for bound in found:
        assert np.array_equal(np.isnan(bound), ~gap)
    low, high = found
    return [(float(low[cell]), float(high[cell])) for cell in hidden]


def test_two_gaps_share_what_is_left_of_their_total() -> None:
    assert bounds(ROW, [20, 4, 6, 10], [(1,), (2,)]) == [(0, 10), (0, 10)]


def test_a_total_that_is_hidden_too_has_no_most() -> None:
    assert bounds(ROW, [20, 4, 6, 10], [(0,), (2,)]) == [(14, np.inf), (0, np.inf)]


def test_what_is_missing_may_be_anything() -> None:
    assert bounds(ROW, [20, 4, 6, 10], [(1,)], ((0,), (2,))) == [(0, np.inf)]


def test_beside_what_is_missing_in_part_the_rest_still_bounds() -> None:
    """Nobody observes sex F in area 1. Of sex M, areas 2 and 3 share 5; of areas 2 and 3, F and M share 8 and 4."""
    value = [[26, 9, 8, 9], [9, 2, 3, 4], [12, 5, 3, 4], [5, 2, 2, 1]]
    hidden = [(2, 1), (2, 2), (3, 1), (3, 2)]
    assert bounds(TABLE, value, hidden, ((0, 0), (0, 1), (1, 0), (1, 1))) == [(3, 7), (1, 5), (0, 4), (0, 4)]


def test_of_a_table_without_gaps_nothing_is_said() -> None:
    assert bounds(TABLE, [[9, 2, 3, 4], [9, 2, 3, 4], [0, 0, 0, 0], [0, 0, 0, 0]], []) == []


def test_a_zero_is_written_without_a_sign() -> None:
    (low, _), _ = bounds(ROW, [20, 4, 6, 10], [(1,), (2,)])
    assert not np.signbit(low)


CROSSED = [[36, 13, 15, 8], [16, 7, 6, 3], [13, 3, 7, 3], [7, 3, 2, 2]]
CROSSED_GAPS = [(0, 1), (0, 3), (1, 0), (1, 2), (1, 3), (2, 0), (2, 2), (3, 1), (3, 3)]
"""Column 2 leaves 13 to areas 1 and 2 together; their totals are 29 of 36, of which 7 + 3 + 3 are published and 13
are those. What remains, 3, is cell (1, 3): five equations together, none of which says so alone."""


def test_all_equations_together_say_more_than_one_at_a_time() -> None:
    place = CROSSED_GAPS.index((1, 3))
    assert bounds(TABLE, CROSSED, CROSSED_GAPS)[place] == (3, 3)


@pytest.mark.parametrize("options", [{"first": False}, {"seconds": 0.0}])
def test_what_is_not_solved_keeps_bounds_that_hold(options: dict[str, float]) -> None:
    solved, propagated = bounds(TABLE, CROSSED, CROSSED_GAPS), bounds(TABLE, CROSSED, CROSSED_GAPS, **options)  # type: ignore[arg-type]  # a test's options
    assert propagated[CROSSED_GAPS.index((1, 3))] == (0, 8)
    assert all(wide[0] <= low <= high <= wide[1] for wide, (low, high) in zip(propagated, solved, strict=True))


def test_programmes_leave_equations_with_other_cells_aside() -> None:
    """Without area 3, the areas' total has a part that is not among the first, and says nothing there."""
    first = np.ones((4, 4), np.bool_)
    first[3] = False
    assert bounds(TABLE, CROSSED, CROSSED_GAPS, first=first)[CROSSED_GAPS.index((1, 3))] == (0, 8)


HALVES = tuple(flat(name, "T", ("1", "2")) for name in ("A", "B", "C"))


def halves() -> tuple[list[list[list[float]]], list[Cell]]:
    """Three gaps of which each two are published together as 1: each is one half, which no count can be."""
    value = np.zeros((3, 3, 3))
    value[1, 1, 2] = value[1, 2, 1] = value[2, 1, 1] = 0.5
    for place in range(3):
        along = np.moveaxis(value, place, 0)
        along[0] = along[1:].sum(axis=0)
    gap = [cell for cell in np.ndindex(3, 3, 3) if value[cell] == 0.5]
    return value.tolist(), gap


def test_estimates_need_not_be_whole_and_counts_must() -> None:
    value, gap = halves()
    assert all(np.allclose(pair, 0.5, atol=1e-5) for pair in bounds(HALVES, value, gap, whole=False))
    with pytest.raises(TableContradicts, match="nothing fits what is published"):
        bounds(HALVES, value, gap)


def test_a_total_below_its_published_parts_is_refused_by_name() -> None:
    with pytest.raises(TableContradicts, match=r"nothing fits what is published \(1; 2\)"):
        bounds(ROW, [9, 4, 6, 10], [(1,), (2,)])


@st.composite
def releases(draw: st.DrawFn) -> tuple[Cube, ProtectedCube]:
    """A small cube of persons and what protection publishes of it."""
    areas = flat("REF_AREA", "T", [str(number) for number in range(draw(st.integers(2, 4)))])
    occupations = tree("OCCUPATION", (("_T", None), ("A", "_T"), ("B", "_T"), ("A1", "A"), ("A2", "A"), ("B1", "B")))
    axes = (areas, occupations, flat("SEX", "T", ("F", "M")))[: draw(st.integers(2, 3))]
    count = st.sampled_from((0, 0, 1, 2, 3, 4, 6, 9, 30))
    leaves = np.ndindex(*(len(axis.codelist.leaves) for axis in axes))
    counts = {
        tuple(axis.codelist.leaves[at] for axis, at in zip(axes, leaf, strict=True)): draw(count) for leaf in leaves
    }
    missing = draw(st.sampled_from(((), ("T", "0"))))
    kept = {codes: 0 if codes[0] in missing else number for codes, number in counts.items()}
    cube = persons(with_axes(jobseekers(), axes), kept, missing)
    return cube, protect(cube)


def reckoned(release: ProtectedCube, first: bool) -> tuple[FloatArray, FloatArray]:
    hidden, missing = release.status == "Q", release.status == "M"
    chosen = np.full(release.value.shape, first)
    return gaps(release.structure.axes, release.value, hidden, missing, chosen, whole=True, seconds=ENOUGH)


def attacked(release: ProtectedCube) -> Inference:
    """What the attack that audits tables of any origin finds."""
    hidden, shape = release.status == "Q", release.value.shape
    none = np.zeros(shape)
    table = PublishedTable("made", release.structure.axes, release.value, hidden, hidden, none, none)
    linked = link([table])
    return infer(linked, np.zeros(len(linked.value)), np.full(len(linked.value), np.inf), seconds=ENOUGH)


@settings(max_examples=60, deadline=None)
@given(released=releases(), first=st.booleans())
def test_bounds_of_what_was_protected_hold_the_truth(released: tuple[Cube, ProtectedCube], first: bool) -> None:
    cube, release = released
    hidden = release.status == "Q"
    low, high = reckoned(release, first)
    assert ((low <= cube.value) & (cube.value <= high))[hidden].all()
    assert np.isnan(low[~hidden]).all()


@settings(max_examples=60, deadline=None)
@given(released=releases())
def test_bounds_are_those_that_an_audit_finds(released: tuple[Cube, ProtectedCube]) -> None:
    _, release = released
    hidden = (release.status == "Q").ravel()
    low, high = (bound.ravel()[hidden] for bound in reckoned(release, first=True))
    if hidden.any():
        found = attacked(release)
        assert not found.undecided.any()
        assert np.array_equal(low, found.low[hidden])
        assert np.array_equal(high, found.high[hidden])
