"""Coding as the pipeline does it, in DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.coding.coder import code_records, written_codes
from node.coding.correspondence import CorrespondenceLibrary
from node.errors import ConfigurationError, MappingError, RecordsInvalid, ReleaseRefused
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile
from node.model.records import CodeCount, CodedRecords, Scheme, UnitRecords
from tests.support.profiles import jobseekers, vacancies

PERIOD = TimePeriod("2026-10")
KBJI, KEMENDAGRI, DOSM = Scheme("KBJI", "2014"), Scheme("KEMENDAGRI", "2022"), Scheme("DOSM", "2020")
Row = tuple[str | None, str | None, str, int, int]
"""Occupation, place, contributor, records, posts."""

ROWS: tuple[Row, ...] = (
    ("2512.03", "12.75", "a", 2, 20),
    (" 2512 ", "1275", "a", 1, 5),
    ("2519", "15", "b", 3, 3),
    ("0115", "12", "b", 4, 4),
    ("25120", "12", "c", 5, 6),
    (None, "12", "c", 7, 8),
    ("2512", None, "c", 9, 9),
    ("2512", "32.16", "d", 11, 100),
    ("2512", "99.99", "d", 13, 13),
    ("7111", "07", "e", 17, 1),
)


@pytest.fixture
def engine() -> Iterator[ibis.BaseBackend]:
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


def unit_records(
    rows: tuple[Row, ...] = ROWS,
    profile: ExchangeProfile | None = None,
    source: str = "sisnaker",
    occupation: Scheme = KBJI,
    place: Scheme = KEMENDAGRI,
) -> UnitRecords:
    names = ("occupation_written", "place_written", "contributor", "records", "JV_OPEN")
    types = (pa.string(), pa.string(), pa.string(), pa.int64(), pa.int64())
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    table = pa.table(dict(zip(names, arrays, strict=True)))
    table = table.append_column("JV_OPEN__n", table["records"]).append_column("JV_NEW", table["JV_OPEN"])
    table = table.append_column("JV_NEW__n", table["records"])
    expression = ibis.memtable(table)
    return UnitRecords(source, occupation, place, profile or vacancies(), PERIOD, expression)


def code(
    engine: ibis.BaseBackend,
    library: CorrespondenceLibrary,
    *records: UnitRecords,
    observed: frozenset[str] | None = None,
    authority: str = "IMTGT_ID",
) -> CodedRecords:
    written = tuple(engine.to_pyarrow(written_codes(source)) for source in records)
    return code_records(records, written, library, records[0].profile.for_sender(authority), observed)


def cells(engine: ibis.BaseBackend, coded: CodedRecords) -> dict[tuple[str, str], tuple[int, int]]:
    keys = ["REF_AREA", "OCCUPATION"]
    grouped = coded.table.group_by(keys).aggregate(posts=coded.table.JV_OPEN.sum(), n=coded.table.JV_OPEN__n.sum())
    return {
        (row["REF_AREA"], row["OCCUPATION"]): (row["posts"], row["n"]) for row in engine.to_pyarrow(grouped).to_pylist()
    }


def test_written_codes_are_the_distinct_pairs_with_their_records(engine: ibis.BaseBackend) -> None:
    rows: tuple[Row, ...] = (
        ("25", "12", "a", 1, 1),
        ("25", "12", "b", 2, 1),
        (None, "12", "b", 4, 1),
        ("", "12", "c", 8, 1),
    )
    found = engine.to_pyarrow(written_codes(unit_records(rows))).to_pylist()
    assert {(row["occupation_written"], row["place_written"]): row["records"] for row in found} == {
        ("25", "12"): 3,
        ("", "12"): 12,
    }


def test_records_are_coded_and_nothing_in_scope_is_lost(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    coded = code(engine, library, unit_records())
    assert cells(engine, coded) == {
        ("ID-SU", "OC25"): (25, 3),
        ("ID-JA", "OC25"): (3, 3),
        ("ID-SU", "_X"): (18, 16),
    }
    assert coded.table.columns == (
        "REF_AREA", "OCCUPATION", "contributor", "JV_OPEN", "JV_OPEN__n", "JV_NEW", "JV_NEW__n"
    )  # fmt: skip
    assert coded.profile.dataflow == "VACANCIES"
    assert coded.period == PERIOD


def test_coverage_counts_every_record_once(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    (coverage,) = code(engine, library, unit_records()).coverage
    assert coverage.records == sum(row[3] for row in ROWS)
    assert coverage.records == coverage.in_scope + coverage.out_of_scope + coverage.place_unmapped
    assert coverage.by_level == (16, 0, 3, 0, 3)
    assert coverage.out_of_scope == 11 + 17
    assert coverage.place_unmapped == 9 + 13
    assert coverage.unmapped == (CodeCount("", 7), CodeCount("25120", 5), CodeCount("0115", 4))
    assert coverage.unmapped_places == (CodeCount("99.99", 13), CodeCount("", 9))
    assert coverage.mapping_digests == (("KBJI 2014", "KBJI-2014"), ("KEMENDAGRI 2022", "KEMENDAGRI-2022"))


def test_sources_are_put_together(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    first = unit_records((("2512", "12", "a", 1, 10),))
    second = unit_records((("2411", "12.75", "a", 1, 10), ("2351", "15", "b", 2, 1)), source="estate",
                          occupation=Scheme("MASCO", "2020"))  # fmt: skip
    coded = code(engine, library, first, second)
    assert cells(engine, coded) == {("ID-SU", "OC25"): (10, 1), ("ID-SU", "OC2_X"): (10, 1), ("ID-JA", "OC2_X"): (1, 2)}
    assert [coverage.source for coverage in coded.coverage] == ["sisnaker", "estate"]
    assert coded.mapping_digests.keys() == {"KBJI 2014", "MASCO 2020", "KEMENDAGRI 2022"}


def test_sources_may_differ_in_types(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    """One has the same contributor in every row, which is never null; the other's sums are not whole."""
    first = unit_records((("2512", "12", "a", 1, 10),))
    second = unit_records((("2512", "12", "b", 1, 10),), source="again")
    constant = first.table.mutate(contributor=ibis.literal("a", type="!string"))
    halves = second.table.mutate(JV_OPEN=second.table.JV_OPEN / 4)
    coded = code(engine, library, replace(first, table=constant), replace(second, table=halves))
    assert cells(engine, coded) == {("ID-SU", "OC25"): (12.5, 2)}


def test_equal_rows_of_two_sources_both_count(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    rows: tuple[Row, ...] = (("2512", "12", "a", 1, 10),)
    coded = code(engine, library, unit_records(rows), unit_records(rows, source="again"))
    assert cells(engine, coded) == {("ID-SU", "OC25"): (20, 2)}


def test_other_axes_are_kept_and_a_contributor_is_not_invented(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    table = pa.table({"occupation_written": ["25"], "place_written": ["12"], "SEX": ["F"], "records": [4],
                      "JS_REGISTERED": [4], "JS_REGISTERED__n": [4], "JS_NEW": [1], "JS_NEW__n": [1]})  # fmt: skip
    records = UnitRecords("s", KBJI, KEMENDAGRI, jobseekers(), PERIOD, ibis.memtable(table))
    coded = code(engine, library, records)
    assert engine.to_pyarrow(coded.table).to_pylist() == [
        {"REF_AREA": "ID-SU", "OCCUPATION": "OC25", "SEX": "F", "JS_REGISTERED": 4, "JS_REGISTERED__n": 4, "JS_NEW": 1,
         "JS_NEW__n": 1}
    ]  # fmt: skip


def test_a_period_without_records_is_coded_to_nothing(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    coded = code(engine, library, unit_records(()))
    assert cells(engine, coded) == {}
    assert coded.coverage[0].records == 0
    assert coded.coverage[0].coded_share == 1.0


def test_a_code_that_appears_after_counting_is_kept_as_not_known(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    records = unit_records((("2512", "12", "a", 1, 10), ("7111", "12", "b", 1, 5)))
    counted = engine.to_pyarrow(written_codes(records)).to_pylist()
    earlier = pa.Table.from_pylist([row for row in counted if row["occupation_written"] == "2512"])
    coded = code_records((records,), (earlier,), library, records.profile.for_sender("IMTGT_ID"), None)
    assert cells(engine, coded) == {("ID-SU", "OC25"): (10, 1), ("ID-SU", "_X"): (5, 1)}


def test_all_areas_are_observed_unless_sources_name_theirs(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    assert code(engine, library, unit_records()).observed_areas == {"ID-SU", "ID-JA"}


def test_records_of_an_area_that_is_not_observed_are_out_of_scope(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    coded = code(engine, library, unit_records(), observed=frozenset({"ID-SU"}))
    assert coded.observed_areas == {"ID-SU"}
    assert {area for area, _ in cells(engine, coded)} == {"ID-SU"}
    assert coded.coverage[0].out_of_scope == 11 + 17 + 3


@pytest.mark.parametrize("area", ["ID-XX", "IMTGT_ID", "MY-07"])
def test_an_observed_area_must_be_one_of_the_senders(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary, area: str
) -> None:
    with pytest.raises(ConfigurationError, match=area):
        code(engine, library, unit_records(), observed=frozenset({"ID-SU", area}))


def test_another_countrys_area_never_enters_the_senders_records(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    coded = code(engine, library, unit_records())
    assert "MY-07" not in {area for area, _ in cells(engine, coded)}
    records = unit_records((("7111", "7_1", "a", 1, 1),), source="my", place=DOSM)
    assert cells(engine, code(engine, library, records, authority="IMTGT_MY")) == {("MY-07", "OC71"): (1, 1)}


def test_an_unknown_scheme_is_named(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    with pytest.raises(MappingError, match="unknown occupation scheme “KBJI 2013”"):
        code(engine, library, unit_records(occupation=Scheme("KBJI", "2013")))


def test_too_little_coverage_is_refused_with_what_to_map_first(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    profile = replace(vacancies(), coverage_minimum=0.5)
    with pytest.raises(ReleaseRefused) as refused:
        code(engine, library, unit_records(profile=profile))
    assert "27.3% of 22 records" in str(refused.value)
    assert "50%" in str(refused.value)
    assert refused.value.places == ("(none): 7 records", "25120: 5 records", "0115: 4 records")


def test_coverage_is_judged_over_all_sources(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    profile = replace(vacancies(), coverage_minimum=0.5)
    good = unit_records((("2512", "12", "a", 60, 60),), profile)
    poor = unit_records((("9999", "12", "a", 40, 40),), profile, source="poor")
    assert [coverage.coded_share for coverage in code(engine, library, good, poor).coverage] == [1.0, 0.0]


def test_exactly_the_minimum_is_enough(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    profile = replace(vacancies(), coverage_minimum=0.5)
    records = unit_records((("2512", "12", "a", 5, 5), ("9999", "12", "a", 5, 5)), profile)
    assert code(engine, library, records).coverage[0].coded_share == 0.5


def test_codes_of_another_scheme_are_said_to_look_like_it(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    profile = replace(vacancies(), coverage_minimum=0.5)
    with pytest.raises(ReleaseRefused, match=r"looks like MASCO 2020, not KBJI 2014 .*\(source sisnaker\)"):
        code(engine, library, unit_records((("2351", "12", "a", 5, 5),), profile))


def test_places_of_another_scheme_stop_the_release(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    with pytest.raises(RecordsInvalid, match=r"source sisnaker: none of its 5 .* looks like DOSM 2020") as refused:
        code(engine, library, unit_records((("2512", "7_1", "a", 5, 5),)))
    assert refused.value.places == ("7_1: 5 records",)


def test_places_of_another_scheme_stop_the_release_beside_a_good_source(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    wrong = unit_records((("2512", "7_1", "a", 5, 5),), source="wrong")
    with pytest.raises(RecordsInvalid, match="source wrong"):
        code(engine, library, unit_records(), wrong)


def test_unknown_places_that_no_scheme_knows_do_not_stop_the_other_sources(
    engine: ibis.BaseBackend, library: CorrespondenceLibrary
) -> None:
    good = unit_records((("2512", "12", "a", 1, 1),))
    lost = unit_records((("2512", None, "a", 5, 5),), source="lost")
    coded = code(engine, library, good, lost)
    assert cells(engine, coded) == {("ID-SU", "OC25"): (1, 1)}
    assert [coverage.place_unmapped for coverage in coded.coverage] == [0, 5]
    with pytest.raises(RecordsInvalid, match="source lost: none of its 5 records"):
        code(engine, library, lost)


def test_a_text_in_the_place_of_a_code_is_not_shown(engine: ibis.BaseBackend, library: CorrespondenceLibrary) -> None:
    with pytest.raises(RecordsInvalid) as refused:
        code(engine, library, unit_records((("2512", "Jalan Merdeka 17, Binjai", "a", 5, 5),)))
    assert "Merdeka" not in str(refused.value)


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["2512", "2512.03", "25", "2519", "0115", "9999", "", None]),
            st.sampled_from(["12", "12.75", "15", "32.16", "99.99", "", None]),
            st.sampled_from(["a", "b"]),
            st.integers(1, 9),
            st.integers(0, 99),
        ),
        max_size=12,
    )
)
def test_what_is_coded_and_what_is_left_out_add_up(library: CorrespondenceLibrary, rows: list[Row]) -> None:
    """The twin in plain Python: every in-scope record is in the coded table once, all others are counted."""
    inside = [row for row in rows if row[1] in ("12", "12.75", "15")]
    known = [row for row in rows if row[1] in ("12", "12.75", "15", "32.16")]
    rows = [*rows, ("2512", "12", "c", 1, 1)]
    engine = ibis.duckdb.connect()
    coded = code(engine, library, unit_records(tuple(rows)))
    found = cells(engine, coded)
    engine.disconnect()
    (coverage,) = coded.coverage
    assert sum(posts for posts, _ in found.values()) == sum(row[4] for row in inside) + 1
    assert sum(n for _, n in found.values()) == coverage.in_scope == sum(row[3] for row in inside) + 1
    assert coverage.out_of_scope == sum(row[3] for row in known) - sum(row[3] for row in inside)
    assert coverage.records == sum(row[3] for row in rows)
    assert coverage.by_level[0] == sum(code.records for code in coverage.unmapped)
