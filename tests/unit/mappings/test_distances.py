"""The shipped distance table: complete, sound, and with reasons that its own numbers bear out."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from node.adapters.distance_files import load_distances
from node.adapters.mapping_files import load_mappings
from node.coding.correspondence import Kind
from node.model.codelist import Codelist
from node.model.distance import CrossingKind, DistanceTable, great_circle_km
from tests.unit.mappings.conftest import CHECKOUT, Reference


@pytest.fixture(scope="module")
def table(areas: Codelist) -> DistanceTable:
    return load_distances(CHECKOUT / "mappings" / "distance", areas)


@pytest.mark.shared
def test_the_seats_are_those_of_the_reference_table(table: DistanceTable, reference: Reference) -> None:
    rows = {row["iso3166_2"]: f"IMTGT_{row['country']}" for row in reference("imtgt_regions.csv")}
    assert {seat.area: seat.country for seat in table.seats} == rows
    assert len(table.seats) == 32


def test_seats_lie_where_the_sub_region_lies(table: DistanceTable) -> None:
    box = {"IMTGT_ID": (-6, 6, 95, 107), "IMTGT_MY": (2, 7, 100, 103), "IMTGT_TH": (6.3, 11, 98, 102)}
    for seat in table.seats:
        south, north, west, east = box[seat.country]
        assert south <= seat.latitude <= north, seat
        assert west <= seat.longitude <= east, seat
    assert len({(seat.latitude, seat.longitude) for seat in table.seats}) == 32


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [("ID-SU", "MY-07", 273), ("ID-SU", "ID-AC", 431), ("TH-82", "TH-83", 65), ("MY-10", "MY-08", 176)],
)
def test_known_distances(table: DistanceTable, one: str, other: str, km: float) -> None:
    """Medan, George Town, Banda Aceh, Phang Nga, Phuket, Shah Alam and Ipoh, as the crow flies."""
    straight = great_circle_km(table.seats)[table.index[one], table.index[other]]
    assert straight == pytest.approx(km, rel=0.02)


def test_it_is_a_metric_and_never_shorter_than_the_crow_flies(table: DistanceTable) -> None:
    km = table.km
    assert km.shape == (32, 32)
    assert (km == km.T).all()
    assert (np.diag(km) == 0).all()
    assert (km + np.eye(32) > 0).all()
    assert (km[:, None, :] <= km[:, :, None] + km[None, :, :] + 1e-9).all()
    assert (km >= great_circle_km(table.seats) - 1e-9).all()


def test_abroad_a_border_is_in_every_way(table: DistanceTable) -> None:
    for one, other in itertools.combinations(table.seats, 2):
        straight = great_circle_km((one, other))[0, 1]
        if one.country == other.country:
            assert table.between(one.area, other.area) == pytest.approx(straight)
        else:
            assert table.between(one.area, other.area) >= straight + table.borders[CrossingKind.LAND].km - 1e-9


def test_borders_are_land_and_sea_where_the_map_has_them(table: DistanceTable) -> None:
    """Land touches land between Malaysia and Thailand alone, at four states and four provinces."""
    land = [crossing for crossing in table.crossings if crossing.kind is CrossingKind.LAND]
    pairs = {frozenset(table.country(area) for area in (crossing.one, crossing.other)) for crossing in land}
    assert pairs == {frozenset(("IMTGT_MY", "IMTGT_TH"))}
    areas = {area for crossing in land for area in (crossing.one, crossing.other)}
    assert areas == {"MY-02", "MY-03", "MY-08", "MY-09", "TH-90", "TH-91", "TH-95", "TH-96"}
    sea = [crossing for crossing in table.crossings if crossing.kind is CrossingKind.SEA]
    assert {area for crossing in sea for area in (crossing.one, crossing.other)} <= {
        *("MY-02", "MY-04", "MY-09", "MY-10", "TH-91", "ID-RI", "ID-SU")
    }


def test_the_reasons_are_borne_out_by_the_numbers(table: DistanceTable) -> None:
    land, sea = table.borders[CrossingKind.LAND], table.borders[CrossingKind.SEA]
    straight = great_circle_km(table.seats)
    pairs = itertools.combinations(range(32), 2)
    home = [straight[a, b] for a, b in pairs if table.seats[a].country == table.seats[b].country]
    median = float(np.median(home))
    assert f"{median:.0f} km at the median" in land.why
    assert land.km == round(median, -2)
    assert "Twice" in sea.why
    assert sea.km == 2 * land.km
    assert "two thirds" in table.near.why
    assert table.near.km == land.km * 2 / 3
    assert "three digits" in table.near.why
    assert table.near.level == 3


def test_correspondence_tables_load_beside_it() -> None:
    library = load_mappings(CHECKOUT / "mappings")
    assert {table.kind for table in library.tables} == {Kind.OCCUPATION, Kind.PLACE}
    assert not any(table.scheme.name in ("seats", "crossings") for table in library.tables)


def test_the_reference_page_gives_the_tables_own_numbers(table: DistanceTable) -> None:
    page = " ".join((CHECKOUT / "docs/reference/mappings.md").read_text(encoding="utf-8").split())
    straight = great_circle_km(table.seats)
    for one, other, text in (
        ("MY-02", "TH-90", "From Alor Setar to Songkhla, {straight:,.0f} km apart, lie {way:,.0f}"),
        ("ID-SU", "MY-07", "from Medan to Pulau Pinang, {straight:,.0f} km apart, {way:,.0f}"),
    ):
        said = text.format(straight=straight[table.index[one], table.index[other]], way=table.between(one, other))
        assert said in page
