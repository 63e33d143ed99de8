"""Records without a usable code are coded by their titles, and no title shows anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import ibis
import pyarrow as pa
import pytest

from node.coding.coder import code_records, settled_codes, written_codes
from node.coding.correspondence import CorrespondenceLibrary
from node.coding.decisions import Matter
from node.coding.titling import NO_TITLES, TitleCoding
from node.config import CodedColumn, SourceConfig
from node.errors import ReleaseRefused
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile, SplitPolicy
from node.model.records import CodedRecords, Scheme, UnitRecords
from tests.support.profiles import OCCUPATIONS, vacancies
from tests.support.reviewing import decision, in_force, shipped_library
from tests.support.title_coder import KnownTitles

KBJI, KEMENDAGRI = Scheme("KBJI", "2014"), Scheme("KEMENDAGRI", "2022")
SECRET = "Bos Budi Santoso mencari nurse"
Row = tuple[str | None, str | None, str | None, int]
ROWS: tuple[Row, ...] = (
    ("2512", "12.75", None, 2),
    (None, "12.75", "Software Developer", 3),
    ("9999", "12.75", "nurse", 4),
    ("2519", "12.75", "nurse", 1),  # spread over 251 and 252, so known to be 25: its title is not asked
    ("9999", "12.75", SECRET, 5),
    ("", "12.75", None, 6),
    ("", "32.16", "software developer", 7),  # out of scope
    ("", "77.77", "software developer", 8),  # of an unknown place
)


@pytest.fixture
def engine() -> Iterator[ibis.BaseBackend]:
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


def unit_records(rows: tuple[Row, ...] = ROWS, profile: ExchangeProfile | None = None) -> UnitRecords:
    occupations, places, titles, numbers = (list(column) for column in zip(*rows, strict=True))
    table = pa.table(
        {
            "occupation_written": pa.array(occupations, pa.string()),
            "place_written": pa.array(places, pa.string()),
            "title_written": pa.array(titles, pa.string()),
            "contributor": pa.array(["e"] * len(rows)),
            **dict.fromkeys(("records", "JV_OPEN", "JV_OPEN__n", "JV_NEW", "JV_NEW__n"), pa.array(numbers)),
        }
    )
    return UnitRecords("portal", KBJI, KEMENDAGRI, profile or vacancies(), TimePeriod("2026-10"), ibis.memtable(table))


def code(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary, titles: TitleCoding, records: UnitRecords | None = None
) -> CodedRecords:
    records = records or unit_records()
    written = engine.to_pyarrow(written_codes(records))
    return code_records((records,), (written,), library, records.profile.for_sender("IMTGT_ID"), None, titles)


def posts(engine: ibis.BaseBackend, coded: CodedRecords) -> dict[str, int]:
    grouped = coded.table.group_by("OCCUPATION").aggregate(posts=coded.table.JV_OPEN.sum())
    return {row["OCCUPATION"]: row["posts"] for row in engine.to_pyarrow(grouped).to_pylist()}


def test_titles_code_what_codes_do_not(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    coded = code(engine, library, TitleCoding(KnownTitles(), 0.7))
    assert posts(engine, coded) == {"OC25": 2 + 3 + 1, "OC22": 4, "_X": 5 + 6}
    (coverage,) = coded.coverage
    assert coverage.by_level == (11, 0, 5, 0, 5)
    assert coverage.by_title == (5, 0, 4, 0, 3)
    assert (coverage.out_of_scope, coverage.place_unmapped) == (7, 8)
    assert {entry.written: entry.records for entry in coverage.unmapped} == {"": 6, "9999": 5}


def test_what_reviewers_decided_is_counted_beside_what_titles_and_tables_did(engine: ibis.BaseBackend) -> None:
    shipped = shipped_library()
    decided = in_force(
        decision("9999", "OC2512"), decision("developer software", "OC22", matter=Matter.TITLE, scheme=None)
    )
    records = unit_records()
    written = engine.to_pyarrow(written_codes(records))
    structure = records.profile.for_sender("IMTGT_ID")
    titles = TitleCoding(KnownTitles(), 0.7)
    coded = code_records((records,), (written,), shipped, structure, None, titles, decided)
    (coverage,) = coded.coverage
    assert sum(coverage.by_decision) == 4 + 5 + 3
    assert coverage.by_decision[4] == 4 + 5
    assert coverage.by_title == (0, 0, 3, 0, 0)
    without = code_records((records,), (written,), shipped, structure, None, titles)
    assert without.coverage[0].by_decision == ()


def test_below_the_threshold_a_title_stays_unmapped(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    coded = code(engine, library, TitleCoding(KnownTitles(), 0.85))
    assert posts(engine, coded) == {"OC25": 6, "_X": 4 + 5 + 6}


def test_each_title_that_decides_something_is_asked_once(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    model = KnownTitles()
    code(engine, library, TitleCoding(model, 0.7))
    assert model.asked == [3]


def test_the_model_stands_in_the_mapping_digests(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    coded = code(engine, library, TitleCoding(KnownTitles(), 0.7))
    assert coded.mapping_digests["titles 7"] == "d" * 64
    without = replace(unit_records(), table=unit_records().table.drop("title_written"))
    assert "titles 7" not in code(engine, library, TitleCoding(KnownTitles(), 0.7), without).mapping_digests


def test_without_a_model_titled_records_are_not_coded_and_it_is_said(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    """Not an error: what has codes can be released, and the profile's minimum refuses what is too little."""
    coded = code(engine, library, NO_TITLES)
    assert posts(engine, coded) == {"OC25": 3, "_X": 18}
    (coverage,) = coded.coverage
    assert coverage.by_title == (12, 0, 0, 0, 0)
    assert any("12 records have a job title" in hint and "lmis-node titles train" in hint for hint in coverage.hints)
    strict = unit_records(profile=replace(vacancies(), coverage_minimum=0.5))
    with pytest.raises(ReleaseRefused, match="no title model: `lmis-node titles train`"):
        code(engine, library, NO_TITLES, strict)


def test_no_title_shows_in_anything_that_coding_says(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    records = unit_records(profile=replace(vacancies(), coverage_minimum=0.99))
    with pytest.raises(ReleaseRefused) as refused:
        code(engine, library, TitleCoding(KnownTitles(), 0.7), records)
    coded = code(engine, library, TitleCoding(KnownTitles(), 0.7))
    for said in (str(refused.value), repr(refused.value), repr(coded), repr(coded.coverage), repr(records)):
        assert "Budi" not in said
        assert "nurse" not in said


@pytest.mark.parametrize(
    "title",
    [
        "<b>Software</b> <script>alert(1)</script>",
        "💻💻💻",
        "software developer " * 600,
        "  ",
        "'; DROP TABLE x; --",
        "\x1f",
    ],
    ids=["html", "emoji", "10,000 characters", "blank", "quotes", "control"],
)
def test_a_strange_title_stops_nothing(engine: ibis.BaseBackend, library: CorrespondenceLibrary, title: str) -> None:
    rows: tuple[Row, ...] = (("", "12.75", title, 2), ("", "12.75", "nurse", 3))
    coded = code(engine, library, TitleCoding(KnownTitles(), 0.7), unit_records(rows))
    assert posts(engine, coded) == {"_X": 2, "OC22": 3}


def source() -> SourceConfig:
    column = CodedColumn("KBJI", "2014", "kbji", None)
    return SourceConfig("s", "VACANCIES", "csv", "x", None, None, ",", (), column, column, (), (), "title")


def test_a_code_is_settled_where_the_table_gives_a_group(library: CorrespondenceLibrary) -> None:
    settled = settled_codes(library, source(), SplitPolicy.COMMON_ANCESTOR)
    assert settled(["2512", "2519", "0115", "9999", "", " 2512.03 "]) == {"2512", "2519", " 2512.03 "}


def test_a_title_goes_to_the_leaf_of_its_group() -> None:
    found = TitleCoding(KnownTitles(), 0.4).decide(["bricklayer", "nurse", "?"], OCCUPATIONS)
    assert {title: decision.leaves for title, decision in found.items()} == {
        "bricklayer": (("OC71", 1.0),),
        "nurse": (("OC22", 1.0),),
        "?": (("_X", 1.0),),
    }
