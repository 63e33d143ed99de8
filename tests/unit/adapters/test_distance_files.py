"""The distance table's files: read as written, and refused with file, row and column where they are wrong."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from node.adapters.codelist_files import load_codelist
from node.adapters.distance_files import load_distances
from node.errors import MappingError
from node.model.codelist import Codelist

CHECKOUT = Path(__file__).resolve().parents[3]
FILES = ("seats.csv", "crossings.csv", "distance.yaml")


@pytest.fixture(scope="module")
def areas() -> Codelist:
    return load_codelist(CHECKOUT / "exchange_profiles" / "codelists" / "CL_AREA.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CHECKOUT / "mappings" / "distance", tmp_path / "distance"))


def test_what_is_read(folder: Path, areas: Codelist) -> None:
    table = load_distances(folder, areas)
    assert {seat.country for seat in table.seats} == {"IMTGT_ID", "IMTGT_MY", "IMTGT_TH"}
    medan = next(seat for seat in table.seats if seat.area == "ID-SU")
    assert (medan.name, medan.country, medan.latitude, medan.longitude) == ("Medan", "IMTGT_ID", 3.59, 98.67)
    assert table.about.author == "IMT-GT exchange"
    content = b"".join((folder / name).read_bytes() for name in FILES)
    assert table.about.digest == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("name", "before", "after", "says"),
    [
        ("seats.csv", "ID-SU,Medan,3.59", "ID-SU,Medan,3.59N", "seats.csv, row 11, column latitude: “3.59N”"),
        ("seats.csv", "ID-SU,Medan,3.59", "ID-SU,Medan,nan", "row 11, column latitude: “nan”"),
        ("seats.csv", "ID-SU,Medan,3.59", "ID-SU,Medan,93.59", "row 11: the seat of ID-SU lies at 93.59"),
        ("seats.csv", "ID-SU,Medan,", "ID-SU,,", "row 11, column seat: empty"),
        ("seats.csv", "ID-SU,Medan,", "ID-JK,Jakarta,", "row 11, column area: “ID-JK” is no area"),
        ("seats.csv", "ID-SU,Medan,", "IMTGT_ID,Medan,", "row 11, column area: “IMTGT_ID” is no area.*without parts"),
        ("seats.csv", "ID-SU,Medan,3.59,98.67,\n", "", "have no seat.*ID-SU"),
        ("seats.csv", "ID-SU,Medan,", "ID-SS,Medan,", "ID-SU"),
        ("seats.csv", "latitude,longitude", "longitude,lat", "unknown columns: 'lat'"),
        (
            "crossings.csv",
            "TH-95,land",
            "TH-95,rail",
            "crossings.csv, row 5, column kind: “rail”; expected one of land",
        ),
        ("crossings.csv", "MY-08,TH-95", "MY-08,TH-99", "row 5, column other: “TH-99”"),
        ("crossings.csv", "MY-08,TH-95", "MY-08,MY-02", "lies within one country"),
        ("crossings.csv", "Pengkalan Hulu and Betong", "", "row 5, column way: empty"),
        ("crossings.csv", "MY-08,TH-95", "TH-90,MY-02", "TH-90 to MY-02 by land is there twice"),
        ("distance.yaml", "    km: 600", "    km: far", "distance.yaml: wrong keys.*borders"),
        ("distance.yaml", "    km: 600", "    km: -600", "distance.yaml: wrong keys.*borders"),
        ("distance.yaml", "    km: 600", "    km: .inf", "distance.yaml: wrong keys.*borders"),
        ("distance.yaml", "    km: 600", "    miles: 600", "distance.yaml: wrong keys.*borders"),
        ("distance.yaml", "  sea:", "  river:", "distance.yaml: wrong keys.*borders"),
        ("distance.yaml", "  level: 3", "  level: 0", "distance.yaml: wrong keys.*near_occupations"),
        ("distance.yaml", 'date: "2026-11-22"', 'date: "2026"', "distance.yaml: wrong keys.*date"),
        ("distance.yaml", "author: IMT-GT exchange", "author: ''", "distance.yaml: wrong keys.*author"),
        ("distance.yaml", "author:", "title: again\nauthor:", "“title” is there twice"),
        ("distance.yaml", "author: IMT-GT exchange\n", "", "distance.yaml: wrong keys.*author"),
    ],
)
def test_a_file_that_is_wrong(folder: Path, areas: Codelist, name: str, before: str, after: str, says: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{before!r} is {text.count(before)} times in {name}"
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(MappingError, match=says):
        load_distances(folder, areas)


def test_a_seat_that_is_there_twice(folder: Path, areas: Codelist) -> None:
    with (folder / "seats.csv").open("a", encoding="utf-8") as file:
        file.write("ID-SU,Binjai,3.60,98.49,\n")
    with pytest.raises(MappingError, match=r"one seat.*ID-SU"):
        load_distances(folder, areas)


def test_a_file_that_cannot_be_read(folder: Path, areas: Codelist) -> None:
    (folder / "crossings.csv").write_bytes(b"one,other,kind,way,note\n\xff")
    with pytest.raises(MappingError, match=r"crossings\.csv is not UTF-8 at byte 24"):
        load_distances(folder, areas)
    (folder / "crossings.csv").unlink()
    with pytest.raises(MappingError, match=r"crossings\.csv cannot be read"):
        load_distances(folder, areas)


def test_an_area_without_a_country(folder: Path) -> None:
    alone = Codelist(
        "CL_AREA", load_codelist(CHECKOUT / "exchange_profiles/codelists/CL_AREA.csv").subtree("ID-SU").codes
    )
    (folder / "seats.csv").write_text("area,seat,latitude,longitude,note\nID-SU,Medan,3.59,98.67,\n", encoding="utf-8")
    with pytest.raises(MappingError, match="row 2, column area: CL_AREA puts ID-SU into no country"):
        load_distances(folder, alone)
