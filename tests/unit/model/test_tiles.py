"""Where areas stand on the tile map, and those that nobody has given a place."""

from __future__ import annotations

import pytest

from node.errors import MappingError
from node.model.tiles import TileGrid, TilePlace

GRID = TileGrid((TilePlace("ID-AC", 0, 5, "AC"), TilePlace("MY-07", 4, 6, "PNG"), TilePlace("IMTGT_ID", 0, 8, "")))


def test_known_areas_stand_where_they_are_said_to() -> None:
    assert GRID.placed(("MY-07", "ID-AC")) == (GRID.index["MY-07"], GRID.index["ID-AC"])


def test_areas_without_a_place_stand_below_the_map_in_their_order() -> None:
    """Two rows below the lowest, as many in a row as the map is wide: a fourth partner needs no tile to be seen."""
    strangers = tuple(f"SG-{number:02d}" for number in range(7))
    known, *placed = GRID.placed(("ID-AC", *strangers))
    assert known == GRID.index["ID-AC"]
    assert [(one.column, one.row) for one in placed] == [(0, 10), (1, 10), (2, 10), (3, 10), (4, 10), (0, 11), (1, 11)]
    assert [one.brief for one in placed[:2]] == ["G-00", "G-01"]


def test_no_two_areas_share_a_place_whoever_is_asked_for() -> None:
    placed = GRID.placed(("ID-AC", "SG-01", "MY-07", "SG-02"))
    assert len({(one.column, one.row) for one in placed}) == 4


def test_an_empty_map_places_everybody() -> None:
    placed = TileGrid(()).placed(("A", "B"))
    assert [(one.area, one.column) for one in placed] == [("A", 0), ("B", 1)]


@pytest.mark.parametrize(("column", "row"), [(-1, 0), (0, -1)])
def test_a_place_lies_on_the_map(column: int, row: int) -> None:
    with pytest.raises(MappingError, match=f"{column}, {row}"):
        TilePlace("ID-AC", column, row, "AC")


def test_a_brief_fits_its_tile() -> None:
    with pytest.raises(MappingError, match=r"ID-AC.*longer than 4"):
        TilePlace("ID-AC", 0, 0, "ACEHX")


@pytest.mark.parametrize("other", [TilePlace("ID-AC", 1, 1, "AC"), TilePlace("ID-SU", 0, 0, "SU")])
def test_one_place_an_area_and_one_area_a_place(other: TilePlace) -> None:
    with pytest.raises(MappingError, match="twice"):
        TileGrid((TilePlace("ID-AC", 0, 0, "AC"), other))
