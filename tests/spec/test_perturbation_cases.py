"""Perturbation against what the field's own tools publish, and looked up by hand."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from node.protect.perturbation.ptable import perturbation_table
from tests.support.perturbed import CELL_KEY

CASES = Path(__file__).resolve().parents[2] / ".." / "shared" / "cases"


def rows(name: str) -> list[dict[str, str]]:
    path = CASES / name
    if not path.exists():
        pytest.skip(f"{name} does not lie beside the checkout")
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "pstay"),
    [("cellkey_ptable_D5_V3_js2.csv", None), ("cellkey_ptable_D5_V3_js2_pstay0.5.csv", 0.5)],
)
def test_perturbation_tables_agree_with_those_of_the_r_package_ptable(name: str, pstay: float | None) -> None:
    """D = 5, V = 3, js = 2: every probability within 2e-7, and no row or target more or less."""
    table = perturbation_table(replace(CELL_KEY, pstay=pstay))
    published = {(int(row["i"]), int(row["j"])): row for row in rows(name)}
    assert set(published) == {(i, int(j)) for i, targets in enumerate(table.targets) for j in targets}
    for (i, j), row in published.items():
        place = table.targets[i].tolist().index(j)
        assert table.probabilities(i)[place] == pytest.approx(float(row["p"]), abs=2e-7)
        assert table.upper[i][place] == pytest.approx(float(row["p_int_ub"]), abs=2e-7)


@pytest.mark.shared
def test_a_table_of_4580_persons_is_what_the_r_package_cellkey_publishes() -> None:
    """21 cells by sex and age with margins. Record keys have five decimals, so they are added as whole numbers."""
    counts: Counter[tuple[str, str]] = Counter()
    keys: Counter[tuple[str, str]] = Counter()
    for person in rows("cellkey_microdata.csv"):
        for cell in (
            (person["sex"], person["age"]),
            (person["sex"], "Total"),
            ("Total", person["age"]),
            ("Total",) * 2,
        ):
            counts[cell] += 1
            keys[cell] += round(float(person["rec_key"]) * 100_000)
    expected = rows("cellkey_expected_freqtab.csv")
    cells = [(row["sex"], row["age"]) for row in expected]
    table = perturbation_table(CELL_KEY)
    count = np.array([counts[cell] for cell in cells])
    found = table.publish(count, np.array([keys[cell] % 100_000 / 100_000 for cell in cells]))
    assert len(cells) == 21
    assert count.tolist() == [int(row["uwc"]) for row in expected]
    assert found.tolist() == [int(row["puwc"]) for row in expected]


@pytest.mark.parametrize(
    ("count", "key", "published"),
    [
        (0, 0.999, 0),
        (3, 0.19, 2),
        (3, 0.21, 3),
        (3, 0.79, 3),
        (3, 0.81, 4),
        (1, 0.1, 0),
        (10_000, 0.81, 10_001),
    ],
)
def test_cells_looked_up_by_hand(count: int, key: float, published: int) -> None:
    """In a table of D = 1 and pstay = 0.6 each row is a fifth down, three fifths as it is, a fifth up."""
    table = perturbation_table(replace(CELL_KEY, noise=1, js=0, variance=1.0, pstay=0.6, minimum=2))
    assert table.probabilities(min(count, table.last) or 1) == pytest.approx([0.2, 0.6, 0.2], abs=1e-9)
    assert table.publish(np.array([count]), np.array([key])).tolist() == [published]
