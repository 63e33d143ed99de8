"""Which cells of two tables are one count, and what one table says of the other's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from node.errors import TableContradicts, TableInvalid
from node.feasible.inference import infer
from node.feasible.linked import LinkedTables, PublishedTable, joint_keys, link
from node.model.codelist import Code, Codelist
from node.model.structure import Dimension
from tests.support.cubes import flat

AREAS, SEXES = flat("AREA", "T", ("A", "B")), flat("SEX", "_T", ("F", "M"))
INDICATOR = Dimension("INDICATOR", Codelist("I", (Code("NEW", ""), Code("OLD", ""))), additive=False)
X = np.nan


def table(
    name: str, axes: Sequence[Dimension], values: object, *, width: float = 3.0, ceiling: float = np.inf
) -> PublishedTable:
    """A table whose cells without a number are suppressed and sensitive."""
    value = np.array(values, np.float64)
    hidden = np.isnan(value)
    return PublishedTable(
        name, tuple(axes), value, hidden, hidden, np.where(hidden, width, 0.0), np.full(value.shape, ceiling)
    )


def found(joint: LinkedTables, least: float = 1.0) -> dict[str, tuple[float, float]]:
    """Every hidden cell's interval by its name."""
    size = len(joint.value)
    inference = infer(joint, np.full(size, least), np.full(size, np.inf), seconds=10)
    return {
        joint.name(cell): (inference.low[cell], inference.high[cell]) for cell in np.flatnonzero(joint.hidden).tolist()
    }


def test_a_table_without_a_dimension_is_about_its_total() -> None:
    by_area, by_sex = joint_keys([(AREAS,), (AREAS, SEXES)])
    assert by_area.tolist() == by_sex.reshape(3, 3)[:, 0].tolist()
    assert len(np.union1d(by_area, by_sex)) == 9


def test_a_table_without_an_indicator_shares_nothing_with_one_that_has_it() -> None:
    plain, by_indicator = joint_keys([(AREAS,), (AREAS, INDICATOR)])
    assert not np.intersect1d(plain, by_indicator).size


def test_tables_that_disagree_on_a_total_are_refused() -> None:
    with pytest.raises(TableInvalid, match="do not agree on its total: All, _T"):
        joint_keys([(AREAS,), (AREAS, SEXES), (AREAS, flat("SEX", "All", ("F",)))])


def test_tables_with_another_number_for_one_count_are_refused_with_its_place() -> None:
    with pytest.raises(TableInvalid, match=r"different numbers .*one: A"):
        link([table("one", (AREAS,), [9, 4, 5]), table("two", (AREAS, SEXES), [[9, 4, 5], [5, 2, 3], [4, 2, 2]])])


def test_what_one_table_hides_and_another_publishes_is_read_there() -> None:
    joint = link([table("one", (AREAS,), [9, X, X]), table("two", (flat("AREA", "A", ()), SEXES), [[4, X, X]])])
    assert found(joint) == {"one: A": (4, 4), "one: B": (5, 5), "two: A.F": (1, 3), "two: A.M": (1, 3)}
    assert joint.dimensions(joint.places[1][1]) == ("AREA", "SEX")


def test_a_hierarchy_may_be_finer_in_one_table_than_in_the_other() -> None:
    """The parts of A are published in the second table only, and sum to what the first one hides."""
    parts = flat("AREA", "A", ("A1", "A2"))
    second = PublishedTable(
        "two", (parts,), np.array([X, 2.0, 6.0]), *(np.zeros(3, np.bool_),) * 2, np.zeros(3), np.zeros(3)
    )
    assert found(link([table("one", (AREAS,), [20, X, X]), second])) == {"one: A": (8, 8), "one: B": (12, 12)}


def test_bounds_of_whole_numbers_are_rounded_inwards_and_of_others_not() -> None:
    """A cube of which all two-way sums are known has intervals whose ends are halves only by accident: here 1 to 3."""
    assert found(link([table("t", (AREAS,), [4, X, X])])) == {"A": (1, 3), "B": (1, 3)}
    assert found(link([table("t", (AREAS,), [4.5, X, X])])) == {"A": (1, 3.5), "B": (1, 3.5)}


def test_what_lies_above_the_ceiling_is_not_sensitive() -> None:
    """Of a table that does not say which cells are sensitive, one known to be 8 or more is none at threshold 5."""
    joint = link([table("t", (AREAS,), [20, X, X], ceiling=4.0)])
    size = len(joint.value)
    least, most = np.array([0, 8.0, 1.0]), np.array([0, 9.0, np.inf])
    inference = infer(joint, least, most, seconds=10)
    assert (inference.low.tolist()[1:], inference.high.tolist()[1:]) == ([8, 11], [9, 12])
    assert not inference.narrow.any()
    assert infer(link([table("t", (AREAS,), [20, X, X])]), least, most, seconds=10).narrow.sum() == 2
    assert size == 3


def test_margins_that_do_not_add_up_are_refused_and_so_is_what_nothing_fits() -> None:
    none = np.zeros(3)
    with pytest.raises(TableInvalid, match=r"1 totals are not the sum of their parts.*\(T\)"):
        infer(link([table("t", (AREAS,), [9, 4, 6])]), none, none + np.inf, seconds=1)
    with pytest.raises(TableContradicts):
        infer(link([table("t", (AREAS,), [9, 8.5, X])]), none + 1, none + np.inf, seconds=1)
