"""The local governments that send their data: three inside the IMT-GT areas, five not, in both district schemes."""

from __future__ import annotations

import pytest

from node.coding.correspondence import CorrespondenceLibrary, Kind
from node.coding.place import Scope, decide_place
from node.model.codelist import Codelist
from node.model.records import Scheme

KEMENDAGRI, BPS, ESTATE = Scheme("KEMENDAGRI", "2022"), Scheme("BPS", "2018"), Scheme("ESTATE", "2026")


@pytest.mark.parametrize(
    ("name", "codes", "area"),
    [
        ("Kota Binjai", ("12.75", "1276"), "ID-SU"),
        ("Kabupaten Asahan", ("12.09", "1208"), "ID-SU"),
        ("Kabupaten Sijunjung", ("13.03", "1304"), "ID-SB"),
        ("Kabupaten Bekasi", ("32.16", "3216"), Scope.OUT),
        ("Kota Bandung", ("32.73", "3273"), Scope.OUT),
        ("Kabupaten Subang", ("32.13", "3213"), Scope.OUT),
        ("Kabupaten Batang", ("33.25", "3325"), Scope.OUT),
        ("Kabupaten Halmahera Selatan", ("82.04", "8204"), Scope.OUT),
    ],
)
def test_a_local_government_counts_where_it_lies(
    library: CorrespondenceLibrary, areas: Codelist, name: str, codes: tuple[str, str], area: str | Scope
) -> None:
    leaves = frozenset(areas.leaves)
    for scheme, code in zip((KEMENDAGRI, BPS), codes, strict=True):
        table = library.table(Kind.PLACE, scheme)
        assert table.find(code)[0].title == name
        assert decide_place(code, table, leaves) == area
        assert decide_place(code.replace(".", ""), table, leaves) == area


def test_the_same_digits_name_another_district_in_the_other_scheme(library: CorrespondenceLibrary) -> None:
    kemendagri, bps = library.table(Kind.PLACE, KEMENDAGRI), library.table(Kind.PLACE, BPS)
    assert kemendagri.find("1275")[0].title == "Kota Binjai"
    assert bps.find("1275")[0].title == "Kota Medan"


@pytest.mark.parametrize(
    ("scheme", "written", "area"),
    [
        (KEMENDAGRI, "12.75.01.1001", "ID-SU"),
        (KEMENDAGRI, "12.99", Scope.UNMAPPED),
        (KEMENDAGRI, "12.7", Scope.UNMAPPED),
        (KEMENDAGRI, "91", Scope.OUT),
        (BPS, "1276010", "ID-SU"),
        (BPS, "", Scope.UNMAPPED),
        (Scheme("DOSM", "2020"), "7_1", "MY-07"),
        (Scheme("DOSM", "2020"), "1_1", Scope.OUT),
        (Scheme("DOSM", "2020"), "11", Scope.OUT),
        (Scheme("DOSM", "2020"), "10.0", "MY-10"),
        (Scheme("DOPA", "2022"), "9001", "TH-90"),
        (Scheme("DOPA", "2022"), "80", "TH-80"),
        (Scheme("DOPA", "2022"), "1001", Scope.OUT),
        (Scheme("ISO3166-2", "2024"), "id_su", "ID-SU"),
        (Scheme("ISO3166-2", "2024"), "ID-JB", Scope.OUT),
        (Scheme("ISO3166-2", "2024"), "SG-01", Scope.UNMAPPED),
        (ESTATE, "BATAMINDO", "ID-KR"),
        (ESTATE, "Sei Mangkei", "ID-SU"),
        (ESTATE, "kulim hi tech park", "MY-02"),
        (ESTATE, "Batu Kawan", "MY-07"),
        (ESTATE, "southern-industrial-estate", "TH-90"),
        (ESTATE, "Jababeka", Scope.OUT),
        (ESTATE, "Batamindo 2", Scope.UNMAPPED),
    ],
)
def test_hand_checked_places(
    library: CorrespondenceLibrary, areas: Codelist, scheme: Scheme, written: str, area: str | Scope
) -> None:
    assert decide_place(written, library.table(Kind.PLACE, scheme), frozenset(areas.leaves)) == area
