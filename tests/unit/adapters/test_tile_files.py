"""The tile map's file: the shipped one has all areas, and a wrong one is refused with its row."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from node.adapters.codelist_files import load_codelist
from node.adapters.tile_files import load_tiles
from node.errors import MappingError
from node.model.codelist import Codelist

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def areas() -> Codelist:
    return load_codelist(CHECKOUT / "exchange_profiles" / "codelists" / "CL_AREA.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CHECKOUT / "mappings" / "tiles", tmp_path / "tiles"))


def test_every_area_and_country_has_a_place(folder: Path, areas: Codelist) -> None:
    grid = load_tiles(folder, areas)
    assert set(grid.index) == {*areas.leaves, *areas.children(areas.roots[0])}
    assert len(areas.leaves) == 32
    assert (grid.index["ID-AC"].column, grid.index["ID-AC"].row, grid.index["ID-AC"].brief) == (0, 5, "AC")


def test_a_country_has_its_name_in_place_of_a_brief_and_every_area_a_brief_of_its_own(
    folder: Path, areas: Codelist
) -> None:
    grid = load_tiles(folder, areas)
    briefs = [grid.index[area].brief for area in areas.leaves]
    assert all(briefs)
    assert len(set(briefs)) == len(briefs)
    assert {grid.index[country].brief for country in areas.children(areas.roots[0])} == {""}


def test_neighbours_stand_near_one_another(folder: Path, areas: Codelist) -> None:
    """From north to south as on a map: Thailand, Malaysia, Sumatra's south."""
    rows = {area: place.row for area, place in load_tiles(folder, areas).index.items()}
    assert rows["TH-90"] < rows["MY-08"] < rows["MY-04"]
    assert rows["ID-AC"] < rows["ID-SU"] < rows["ID-LA"]


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("ID-AC,0,5,AC", "ID-XX,0,5,AC", r"tiles\.csv, row 5, column area: CL_AREA has no “ID-XX”"),
        ("ID-AC,0,5,AC", "ID-AC,left,5,AC", r"tiles\.csv, row 5: column and row are whole numbers"),
        ("ID-AC,0,5,AC", "ID-AC,0,-5,AC", r"tiles\.csv, row 5: column and row are whole numbers"),
        ("ID-AC,0,5,AC", "ID-AC,0,٥,AC", r"tiles\.csv, row 5: column and row are whole numbers"),
        ("ID-AC,0,5,AC", "ID-AC,0,5,ACEHX", r"tiles\.csv, row 5: the brief of ID-AC"),
        ("ID-AC,0,5,AC", "ID-AC,1,6,AC", "two areas at one place"),
        ("ID-AC,0,5,AC", "ID-SU,0,5,AC", "an area twice"),
        ("area,column,row,brief", "area,column,row", "columns are missing: brief"),
        ("area,column,row,brief", "area,column,row,brief,colour", "unknown columns: 'colour'"),
        ("ID-AC,0,5,AC", "ID-AC,0,5", "3 values for 4 columns"),
    ],
)
def test_a_file_that_is_wrong(folder: Path, areas: Codelist, before: str, after: str, says: str) -> None:
    path = folder / "tiles.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(MappingError, match=says):
        load_tiles(folder, areas)


def test_a_file_that_is_not_there(tmp_path: Path, areas: Codelist) -> None:
    with pytest.raises(MappingError, match=r"tiles\.csv cannot be read"):
        load_tiles(tmp_path, areas)
