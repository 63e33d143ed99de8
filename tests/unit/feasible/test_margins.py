from __future__ import annotations

import numpy as np

from node.feasible.margins import margins
from node.model.codelist import Code, Codelist
from node.model.structure import Dimension
from tests.support.cubes import flat, tree

AREA = flat("REF_AREA", "T", ("A", "B"))
OCCUPATION = tree("OCCUPATION", (("_T", None), ("1", "_T"), ("2", "_T"), ("11", "1"), ("12", "1")))
INDICATOR = Dimension("INDICATOR", Codelist("CL_I", (Code("X", "X"), Code("Y", "Y"))), additive=False)


def equations(axes: tuple[Dimension, ...]) -> set[tuple[str, frozenset[str]]]:
    """Each equation as its total and its parts, written with codes."""
    system = margins(axes)
    keys = [
        ".".join(axis.codelist.ids[at] for axis, at in zip(axes, place, strict=True))
        for place in np.ndindex(*(len(axis.codelist) for axis in axes))
    ]
    found = set()
    for row in range(system.count):
        mine = system.rows == row
        total = [keys[cell] for cell in system.cells[mine & (system.signs > 0)]]
        assert len(total) == 1
        found.add((total[0], frozenset(keys[cell] for cell in system.cells[mine & (system.signs < 0)])))
    assert len(found) == system.count
    return found


def test_equations_of_one_hierarchy() -> None:
    assert equations((OCCUPATION,)) == {("_T", frozenset({"1", "2"})), ("1", frozenset({"11", "12"}))}


def test_equations_run_along_every_additive_axis_and_no_other() -> None:
    found = equations((AREA, INDICATOR))
    assert found == {("T.X", frozenset({"A.X", "B.X"})), ("T.Y", frozenset({"A.Y", "B.Y"}))}


def test_two_hierarchies_cross() -> None:
    found = equations((AREA, OCCUPATION))
    assert len(found) == 5 + 3 * 2
    assert ("T.11", frozenset({"A.11", "B.11"})) in found
    assert ("B.1", frozenset({"B.11", "B.12"})) in found


def test_a_table_without_hierarchies_has_no_equations() -> None:
    system = margins((INDICATOR,))
    assert (system.count, system.size, system.starts.tolist()) == (0, 2, [])


def test_the_basis_has_one_equation_for_each_cell_that_is_a_sum_and_all_follow_from_it() -> None:
    axes = (AREA, OCCUPATION, flat("SEX", "_T", ("F", "M")))
    system = margins(axes)
    dense = np.zeros((system.count, system.size))
    dense[system.rows, system.cells] = system.signs
    leaves = 2 * 3 * 2
    assert system.basis.sum() == system.size - leaves
    assert np.linalg.matrix_rank(dense[system.basis]) == np.linalg.matrix_rank(dense) == system.size - leaves


def test_residuals_show_where_a_table_does_not_add_up() -> None:
    system = margins((OCCUPATION,))
    assert system.residuals(np.array([9.0, 5.0, 4.0, 2.0, 3.0])).tolist() == [0.0, 0.0]
    assert np.count_nonzero(system.residuals(np.array([9.0, 6.0, 4.0, 2.0, 3.0]))) == 2


def test_within_drops_other_cells_and_emptied_equations() -> None:
    system = margins((OCCUPATION,)).within(np.array([False, False, False, True, True]))
    assert (system.count, system.cells.tolist(), system.rows.tolist()) == (1, [3, 4], [0, 0])
    assert not system.totals(np.ones(5, np.bool_)).any()
