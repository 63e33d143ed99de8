"""What marks of hidden cells tell, on a table small enough to write out: the hole, and the release that has it no more.

Job seekers by area and occupation, threshold 5. Small counts: A·1 = 1, and two more to give the table its shape.
"""

from __future__ import annotations

import csv
import gzip
import io

import numpy as np

from node.feasible.inference import infer
from node.feasible.linked import PublishedTable, link
from node.feasible.margins import margins
from node.model.cube import Cube, ProtectedCube
from node.protect.protect import protect
from node.release.draft import draft_release
from tests.support.cubes import flat, persons, with_axes
from tests.support.every_table import intervals_by_counting
from tests.support.made_releases import NOW
from tests.support.profiles import jobseekers

ROW = (flat("OCCUPATION", "_T", ("1", "2", "3")),)
AXES = (flat("REF_AREA", "T", ("A", "B", "C")), flat("OCCUPATION", "_T", ("1", "2", "3")))
COUNTS = {
    ("A", "1"): 1, ("A", "2"): 5, ("A", "3"): 40,
    ("B", "1"): 5, ("B", "2"): 6, ("B", "3"): 30,
    ("C", "1"): 20, ("C", "2"): 21, ("C", "3"): 22,
}  # fmt: skip


def released() -> tuple[Cube, ProtectedCube]:
    cube = persons(with_axes(jobseekers(), AXES), COUNTS)
    return cube, protect(cube)


def test_six_that_is_small_and_a_cover_is_one_and_five() -> None:
    """The hole, by hand: hidden 1 and 2 sum to 6. A small count of at most 4 and a cover of at least 5 are 1 and 5."""
    value = np.array([46.0, np.nan, np.nan, 40.0])
    hidden = np.isnan(value)
    pairs = [(small, 6 - small) for small in range(1, 6)]
    assert pairs == [(1, 5), (2, 4), (3, 3), (4, 2), (5, 1)]
    assert [pair for pair in pairs if pair[0] <= 4 and pair[1] >= 5] == [(1, 5)]
    nothing = np.zeros(4)
    table = link([PublishedTable("t", ROW, value, hidden, hidden, nothing, np.full(4, np.inf))])
    plain = infer(table, np.ones(4), np.full(4, np.inf), seconds=60)
    told = infer(table, np.array([1.0, 1, 5, 1]), np.array([np.inf, 4, np.inf, np.inf]), seconds=60)
    assert [(plain.low[cell], plain.high[cell]) for cell in (1, 2)] == [(1, 5), (1, 5)]
    assert [(told.low[cell], told.high[cell]) for cell in (1, 2)] == [(1, 1), (5, 5)]
    assert told.exact.tolist() == [False, True, True, False]


def test_a_small_total_of_four_parts_cannot_be_marked_whatever_is_hidden() -> None:
    """Why bounds in the search are no way out: 4 parts of a total of at most 4 are 1 each, with nothing published."""
    axes = (flat("OCCUPATION", "_T", ("1", "2", "3", "4")),)
    found = [parts for parts in np.ndindex(4, 4, 4, 4) if sum(parts) + 4 <= 4]
    assert [tuple(part + 1 for part in parts) for parts in found] == [(1, 1, 1, 1)]
    hidden = np.ones(5, np.bool_)
    table = link([PublishedTable("t", axes, np.full(5, np.nan), hidden, hidden, np.zeros(5), np.full(5, np.inf))])
    told = infer(table, np.ones(5), np.full(5, 4.0), seconds=60)
    assert told.exact.all()
    assert told.low.tolist() == [4, 1, 1, 1, 1]


def test_the_release_says_of_no_hidden_cell_what_it_is() -> None:
    cube, release = released()
    assert {"A", "D"} < set(release.confidentiality.ravel().tolist())
    draft = draft_release(release, None, synthetic=True, now=NOW)
    text = gzip.decompress(draft.files[draft.key.path]).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {(row["OBS_STATUS"], row["CONF_STATUS"]) for row in rows} == {("A", "F"), ("Q", "C")}
    report = draft.files[draft.key.report_path]
    assert b"primary" not in report
    assert b"secondary" not in report
    assert cube.profile.protection.rules


def test_whoever_knows_the_rules_cannot_tell_which_hidden_cell_is_small() -> None:
    """Of all tables of whole numbers that fit, every hidden cell is small in one, and 3 apart in two, covers too."""
    cube, release = released()
    value, hidden = release.value[..., 0].ravel(), (release.status[..., 0] == "Q").ravel()
    found = intervals_by_counting(margins(AXES), value, hidden, least=1, most=int(cube.value.max()))
    assert set(found) == set(np.flatnonzero(hidden).tolist())
    assert all(high - low >= 3 for low, high in found.values() if low <= 4)
    small = {cell for cell in found if 0 < cube.value[..., 0].ravel()[cell] < 5}
    assert small
    assert all(found[cell][1] >= 5 for cell in small)
