"""What sources really write, against the shipped tables: each is counted and shown, and none stops the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from node.adapters.profile_files import load_profile
from node.coding.coder import code_records, written_codes
from node.coding.correspondence import CorrespondenceLibrary, Kind
from node.errors import MappingError, RecordsInvalid, ReleaseRefused
from node.model.period import TimePeriod
from node.model.records import CodeCount, CodedRecords, Scheme, UnitRecords

PROFILE = Path(__file__).resolve().parents[3] / "exchange_profiles" / "VACANCIES.yaml"
KBJI, KEMENDAGRI = Scheme("KBJI", "2014"), Scheme("KEMENDAGRI", "2022")
GOOD = (
    "2512",
    " 2512 ",
    "2512.03",
    "2512-03",
    "25.12",
    "2 5 1 2",
    "2512.0",
    "２５１２",
    "25/12",
    "251203",
    "2512\u00a0",
)
BAD = (
    "110",  # 0110 without its zero
    "25120",
    "2512.3",
    "9999",
    "5412",  # ISCO-08's police, which KBJI does not have
    "tukang kayu",
    "<b>2512</b>",
    "💻 2512",
    "2512," * 2000,
    "-",
    "",
)


@pytest.fixture
def engine() -> Iterator[ibis.BaseBackend]:
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


def code(
    engine: ibis.BaseBackend,
    library: CorrespondenceLibrary,
    occupations: tuple[str, ...],
    places: tuple[str, ...],
    occupation: Scheme = KBJI,
    place: Scheme = KEMENDAGRI,
    minimum: float = 0.0,
) -> CodedRecords:
    """One record for each occupation and place."""
    profile = replace(load_profile(PROFILE), coverage_minimum=minimum)
    ones = [1] * len(occupations)
    table = pa.table(
        {
            "occupation_written": pa.array(occupations, pa.string()),
            "place_written": pa.array(places, pa.string()),
            "contributor": pa.array(["e"] * len(ones), pa.string()),
            **dict.fromkeys(("records", "JV_OPEN", "JV_OPEN__n", "JV_NEW", "JV_NEW__n"), ones),
        }
    )
    records = UnitRecords("s", occupation, place, profile, TimePeriod("2026-10"), ibis.memtable(table))
    written = engine.to_pyarrow(written_codes(records))
    return code_records((records,), (written,), library, profile.for_sender("IMTGT_ID"), None)


def posts(engine: ibis.BaseBackend, coded: CodedRecords) -> dict[tuple[str, str], int]:
    grouped = coded.table.group_by("REF_AREA", "OCCUPATION").aggregate(posts=coded.table.JV_OPEN.sum())
    rows = engine.to_pyarrow(grouped).to_pylist()
    return {(row["REF_AREA"], row["OCCUPATION"]): row["posts"] for row in rows}


def test_bad_occupation_codes_are_shown_and_do_not_stop_the_good(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    written = GOOD + BAD
    coded = code(engine, library, written, ("12.75",) * len(written))
    assert posts(engine, coded) == {("ID-SU", "OC2512"): len(GOOD), ("ID-SU", "_X"): len(BAD)}
    (coverage,) = coded.coverage
    assert coverage.by_level == (len(BAD), 0, 0, 0, len(GOOD))
    assert set(coverage.unmapped) == {CodeCount(bad, 1) for bad in BAD}


def test_bad_place_codes_are_shown_and_do_not_stop_the_good(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    good = ("12.75", "1275", " 12-75 ", "12 75", "12.75.01.1001", "12", "1２.75")
    bad = ("12.99", "2.75", "12.7", "12,75", "Kota Binjai", "<i>12.75</i>", "9" * 10_000, "")
    coded = code(engine, library, ("2512",) * 15, good + bad)
    assert posts(engine, coded) == {("ID-SU", "OC2512"): len(good)}
    (coverage,) = coded.coverage
    assert (coverage.records, coverage.in_scope, coverage.place_unmapped) == (15, len(good), len(bad))
    assert set(coverage.unmapped_places) == {CodeCount(place, 1) for place in bad}


def test_lower_case_is_read(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    places = ("id-su", "Id_Su", " ID SU ", "id.su")
    coded = code(engine, library, ("2512",) * 4, places, place=Scheme("ISO3166-2", "2024"))
    assert posts(engine, coded) == {("ID-SU", "OC2512"): 4}


@pytest.mark.parametrize(
    ("occupation", "place", "says"),
    [
        (
            Scheme("KBJI", "2013"),
            KEMENDAGRI,
            "unknown occupation scheme “KBJI 2013”; known: ISCO 08, ISCO 88, KBJI 2002",
        ),
        (Scheme("TSCO", "2001"), KEMENDAGRI, "unknown occupation scheme “TSCO 2001”"),
        (KBJI, Scheme("KEMENDAGRI", "1999"), "unknown place scheme “KEMENDAGRI 1999”; known: BPS 2018"),
        (KEMENDAGRI, KEMENDAGRI, "unknown occupation scheme “KEMENDAGRI 2022”"),
    ],
)
def test_an_unknown_scheme_or_edition_is_named_with_those_there_are(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary, occupation: Scheme, place: Scheme, says: str
) -> None:
    with pytest.raises(MappingError, match=says):
        code(engine, library, ("2512",), ("12.75",), occupation, place)


def test_districts_of_the_other_scheme_are_said_to_look_like_it(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    """Kota Dumai is 14.72 for Kemendagri and 1473 for BPS, and neither scheme has the other's."""
    assert posts(engine, code(engine, library, ("2512",), ("14.72",))) == {("ID-RI", "OC2512"): 1}
    with pytest.raises(RecordsInvalid, match="this looks like BPS 2018, not KEMENDAGRI 2022"):
        code(engine, library, ("2512",), ("1473",))
    with pytest.raises(RecordsInvalid, match="this looks like KEMENDAGRI 2022, not BPS 2018"):
        code(engine, library, ("2512",), ("1472",), place=Scheme("BPS", "2018"))


def test_an_older_edition_is_said_to_look_like_it(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    codes = ("2316", "2911", "2922", "3911", "3921", "3951")
    with pytest.raises(ReleaseRefused, match="this looks like KBJI 2002, not KBJI 2014"):
        code(engine, library, codes, ("12.75",) * len(codes), minimum=0.5)
    coded = code(engine, library, codes, ("12.75",) * len(codes), Scheme("KBJI", "2002"), minimum=0.5)
    assert coded.coverage[0].coded_share > 0.5


def test_a_scheme_that_is_wrong_for_some_codes_only_is_said_to_be(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    """Most BPS districts are also Kemendagri codes, of other districts; a few are not, and tell."""
    table = library.table(Kind.PLACE, Scheme("BPS", "2018"))
    districts = tuple(code for code in table.index if len(code) == 4)
    (coverage,) = code(engine, library, ("2512",) * len(districts), districts).coverage
    assert 0 < coverage.place_unmapped < coverage.records / 10
    (hint,) = coverage.hints
    assert "place codes: this looks like BPS 2018, not KEMENDAGRI 2022" in hint
    right = code(engine, library, ("2512",) * len(districts), districts, place=Scheme("BPS", "2018"))
    assert right.coverage[0].hints == ()


def test_lost_zeros_are_said_to_be_lost(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    written = ("113", "9999", "2512", "2512")
    (coverage,) = code(engine, library, written, ("12.75",) * 4).coverage
    assert any("the codes of 1 records with a zero in front" in hint for hint in coverage.hints)
    assert {entry.written for entry in coverage.unmapped} == {"113", "9999"}


def test_more_soldiers_than_there_can_be_are_doubted(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    """Survey files write 0 for the armed forces and for no occupation."""
    for written, doubted in ((("0", "0", "2", "2", "2"), True), (("0",) + ("2",) * 9, False)):
        (coverage,) = code(engine, library, written, ("12.75",) * len(written)).coverage
        assert any("armed forces" in hint for hint in coverage.hints) == doubted


def test_an_estate_counts_where_it_lies_beside_district_codes(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    places = ("Batamindo", "KABIL", "Jababeka", "Taman Industri Baru")
    coded = code(engine, library, ("2512",) * 4, places, place=Scheme("ESTATE", "2026"))
    assert posts(engine, coded) == {("ID-KR", "OC2512"): 2}
    assert (coded.coverage[0].out_of_scope, coded.coverage[0].place_unmapped) == (1, 1)


@pytest.mark.parametrize(
    ("place", "inside", "outside"),
    [
        (KEMENDAGRI, ("12.75", "12.09", "13.03"), ("32.16", "32.73", "32.13", "33.25", "82.04")),
        (Scheme("BPS", "2018"), ("1276", "1208", "1304"), ("3216", "3273", "3213", "3325", "8204")),
    ],
    ids=str,
)
def test_local_governments_outside_count_at_home_and_enter_no_feed(
    engine: ibis.BaseBackend,
    library: CorrespondenceLibrary,
    place: Scheme,
    inside: tuple[str, ...],
    outside: tuple[str, ...],
) -> None:
    """Binjai, Asahan and Sijunjung; Bekasi, Bandung, Subang, Batang and Halmahera Selatan."""
    coded = code(engine, library, ("2512",) * 8, inside + outside, place=place)
    assert posts(engine, coded) == {("ID-SU", "OC2512"): 2, ("ID-SB", "OC2512"): 1}
    (coverage,) = coded.coverage
    assert (coverage.records, coverage.out_of_scope, coverage.place_unmapped) == (8, 5, 0)
