"""The tables with known answers that lie beside the checkout."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from node.model.codelist import Code, Codelist
from node.model.cube import Cube
from node.model.profile import PPercentRule, ThresholdRule
from node.model.structure import Dimension
from node.protect.primary import primary_suppression
from node.protect.protect import protect
from tests.support.cubes import counted, flat, with_axes
from tests.support.profiles import jobseekers, vacancies

CASES = Path(__file__).resolve().parents[2] / ".." / "shared" / "cases"
P_10 = PPercentRule(10.0, (), "test")
THREE = ThresholdRule(3, "contributors", (), "test")

pytestmark = pytest.mark.shared


def rows(name: str) -> list[dict[str, str]]:
    path = CASES / name
    if not path.exists():
        pytest.skip(f"{name} does not lie beside the checkout")
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def axes_of(table: list[dict[str, str]]) -> tuple[Dimension, ...]:
    codes = sorted(
        {row["isco"][:digits] for row in table for digits in (1, 2, 3, 4)}, key=lambda code: (len(code), code)
    )
    occupation = Codelist("ISCO", (Code("_T", ""), *(Code(code, "", code[:-1] or "_T") for code in codes)))
    return flat("REF_AREA", "_T", sorted({row["region"] for row in table})), Dimension("OCCUPATION", occupation)


def posts() -> Cube:
    table = rows("V1.csv")
    given = (((row["region"], row["isco"]), row["employer"], float(row["n"])) for row in table)
    return counted(with_axes(vacancies(THREE, P_10), axes_of(table)), given)


def test_t1_is_protected_with_every_small_count_hidden() -> None:
    """17,953 cells, 5,116 of them counts of 1 to 4; the bound on secondary cells guards against a worse pattern."""
    table = rows("T1.csv")
    counts = (((row["region"], row["isco"]), "all", float(row["n"])) for row in table if row["n"] != "0")
    cube = counted(with_axes(jobseekers(), axes_of(table)), counts)
    nothing = np.zeros(cube.value.shape)
    persons = replace(cube, contributors=cube.value.astype(np.int64), largest=nothing, second=nothing.copy())
    release = protect(persons)
    hidden = release.status == "Q"
    assert (release.audit.primary, release.audit.exposed) == (5116, 0)
    assert (release.audit.certified, release.audit.narrow, release.audit.undecided) == (5116, 0, 0)
    assert release.audit.required_width == 3
    assert release.audit.suppressed - release.audit.primary <= 2100
    assert cube.value[release.confidentiality == "D"].sum() <= 0.0184 * cube.value.sum()
    assert np.isnan(release.value[hidden]).all()
    assert (release.value[~hidden] != 0).sum() == 17_953 - hidden.sum()


def test_v1_has_the_known_sensitive_cells_and_is_protected() -> None:
    """Fewer than three employers: 4,593 cells; with p% at p = 10: 4,789 by either rule."""
    cube = posts()
    sensitive = primary_suppression(cube)
    assert (cube.value > 0).sum() == 11_620
    assert (sensitive.confidentiality == "A").sum() == 4593
    assert sensitive.sensitive.sum() == 4789
    release = protect(cube)
    assert release.audit.passed
    assert np.isnan(release.value[sensitive.sensitive]).all()
