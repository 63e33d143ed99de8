from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from node.feasible import exact
from node.feasible.exact import determined
from node.feasible.margins import Margins, margins
from node.model.structure import Dimension
from tests.support.cubes import flat, tree
from tests.support.rational import rational_determined

CASES = Path(__file__).resolve().parents[3] / ".." / "shared" / "cases"


def system(size: int, *rows: dict[int, int]) -> Margins:
    """Equations given row by row, cell to sign."""
    entries = [(number, cell, sign) for number, row in enumerate(rows) for cell, sign in row.items()]
    numbers, cells, signs = (np.array(column, np.int64) for column in zip(*entries, strict=True))
    return Margins(numbers, cells, signs.astype(np.int8), len(rows), size, np.ones(len(rows), np.bool_))


def test_one_unknown_in_an_equation_is_known_and_two_are_not() -> None:
    equations = margins((flat("A", "T", ("1", "2", "3")),))
    assert determined(equations, np.array([False, True, False, False])).tolist() == [False, True, False, False]
    assert not determined(equations, np.array([False, True, True, False])).any()


def test_one_unknown_leads_to_the_next() -> None:
    equations = margins((tree("A", (("T", None), ("1", "T"), ("2", "T"), ("11", "1"), ("12", "1"))),))
    hidden = np.array([False, True, False, True, False])
    assert np.array_equal(determined(equations, hidden), hidden)


def test_differences_of_sums_are_found_where_no_equation_has_one_unknown() -> None:
    """a+b, b+c and a+c are published: each is half of what the three sums give."""
    equations = system(3, {0: 1, 1: 1}, {1: 1, 2: 1}, {0: 1, 2: 1})
    assert determined(equations, np.ones(3, np.bool_)).all()


def test_a_cell_known_from_sums_that_leave_others_open() -> None:
    """a+b+c less b+c is a; b and c stay open."""
    equations = system(3, {0: 1, 1: 1, 2: 1}, {1: 1, 2: 1})
    assert determined(equations, np.ones(3, np.bool_)).tolist() == [True, False, False]


def test_factors_other_than_one_are_exact() -> None:
    """Elimination leaves 3x + 3y = 0 here, which must not be taken for x = y = 0."""
    equations = system(2, {0: 3, 1: 3})
    assert not determined(equations, np.ones(2, np.bool_)).any()
    equations = system(3, {0: 1, 1: 2, 2: 3}, {0: 1, 1: 5, 2: 3})
    assert determined(equations, np.ones(3, np.bool_)).tolist() == [False, True, False]


def test_nothing_unknown_and_no_equations() -> None:
    equations = margins((flat("A", "T", ("1",)),))
    assert not determined(equations, np.zeros(2, np.bool_)).any()
    alone = margins((Dimension("I", flat("I", "T", ("1",)).codelist, additive=False),))
    assert not determined(alone, np.ones(2, np.bool_)).any()


@pytest.mark.parametrize("worthwhile", [1, 1000])
@pytest.mark.parametrize("seed", range(20))
def test_agrees_with_rational_elimination_on_crossed_hierarchies(
    seed: int, worthwhile: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether equations are set aside in rounds or eliminated one by one."""
    monkeypatch.setattr(exact, "_WORTHWHILE", worthwhile)
    source = np.random.default_rng(seed)
    axes = (
        flat("A", "T", ("1", "2", "3")),
        tree("B", (("T", None), ("1", "T"), ("2", "T"), ("11", "1"), ("12", "1"), ("21", "2"))),
        flat("C", "T", ("F", "M")),
    )
    equations = margins(axes)
    unknown = source.random(equations.size) < source.choice([0.2, 0.35, 0.5])
    assert np.array_equal(determined(equations, unknown), rational_determined(equations, unknown))


@pytest.mark.shared
def test_attacks_of_the_literature() -> None:
    """Small tables with every cell's interval by enumeration; at lower bound 0 exact means one value."""
    path = CASES / "attacks.json"
    if not path.exists():
        pytest.skip(f"{path.name} does not lie beside the checkout")
    for name, case in json.loads(path.read_text(encoding="utf-8")).items():
        if case["lb"] == 0:
            rows = [dict.fromkeys(cells, 1) for cells, _ in case["constraints"]]
            found = determined(system(len(case["cells"]), *rows), np.ones(len(case["cells"]), np.bool_))
            assert found.tolist() == [low == high for low, high in case["expected"]], name
