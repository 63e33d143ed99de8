import gzip
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from node.errors import ReleaseRefused
from node.model.period import TimePeriod
from node.model.records import Coverage
from node.release.draft import compress
from tests.support.made_releases import NOW, as_previous, draft, empty_cube, protected_cube
from tests.support.profiles import employment, jobseekers, vacancies

LATER = NOW + timedelta(days=30)


def text_of(release):
    return gzip.decompress(release.files[release.key.path]).decode()


def rows_of(release):
    header, *rows = text_of(release).splitlines()
    return [dict(zip(header.split(","), row.split(","), strict=True)) for row in rows]


def test_columns_are_those_of_the_structure_in_order():
    release = draft(protected_cube(jobseekers()))
    assert text_of(release).partition("\n")[0] == (
        "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,OCCUPATION,SEX,INDICATOR,TIME_PERIOD,OBS_VALUE,OBS_STATUS,CONF_STATUS"
    )


def test_every_cell_is_a_row_in_codelist_order_with_its_value_and_status():
    cube = protected_cube(vacancies(), seed=0, hide=0.06, unobserved=("ID-JA",))
    rows = rows_of(draft(cube))
    assert len(rows) == cube.value.size
    assert {row["OBS_STATUS"] for row in rows} == {"A", "Q", "M"}
    areas, occupations, indicators = (axis.codelist.ids for axis in cube.structure.axes)
    for cell, row in zip(np.ndindex(cube.value.shape), rows, strict=True):
        assert (row["REF_AREA"], row["OCCUPATION"], row["INDICATOR"]) == (
            areas[cell[0]],
            occupations[cell[1]],
            indicators[cell[2]],
        )
        assert row["OBS_VALUE"] == ("NaN" if np.isnan(cube.value[cell]) else str(int(cube.value[cell])))
        assert (row["OBS_STATUS"], row["CONF_STATUS"]) == (cube.status[cell], cube.marks[cell])


def test_constants_name_the_dataflow_version_and_period():
    release = draft(protected_cube(employment(), period=TimePeriod("2026-Q3")))
    assert release.key.path == "EMPLOYMENT/2026-Q3.csv.gz"
    for row in rows_of(release):
        assert (row["STRUCTURE"], row["STRUCTURE_ID"]) == ("dataflow", "IMTGT:EMPLOYMENT(1.0.0)")
        assert (row["ACTION"], row["FREQ"], row["TIME_PERIOD"]) == ("I", "Q", "2026-Q3")


def test_large_values_are_written_whole():
    cube = protected_cube(vacancies(), hide=0)
    value = np.full(cube.value.shape, 12_345_678_901.0)
    assert {row["OBS_VALUE"] for row in rows_of(draft(replace(cube, value=value)))} == {"12345678901"}


def test_a_value_that_is_not_whole_is_refused():
    cube = protected_cube(vacancies(), hide=0)
    value = cube.value.copy()
    value[0, 0, 0] = 1.5
    with pytest.raises(ReleaseRefused, match=r"VACANCIES 2026-10.*not whole"):
        draft(replace(cube, value=value))


def test_the_same_cube_gives_the_same_bytes_whatever_the_clock_says():
    cube = protected_cube(vacancies())
    assert draft(cube).files == draft(cube, now=LATER).files


def test_gzip_carries_neither_time_nor_name():
    data = compress(b"text" * 100)
    assert data[:10] == bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3])
    assert gzip.decompress(data) == b"text" * 100


def test_a_period_without_records_is_a_header_alone():
    release = draft(empty_cube(vacancies()))
    assert rows_of(release) == []
    assert release.custom.rows == 0


def test_custom_says_what_a_reader_must_know():
    digests = (("occupation/KBJI-2014", "a" * 64), ("place/BPS-2020", "b" * 64))
    coverage = Coverage("sisnaker", 10, 0, 0, (0, 0, 0, 0, 10), (), (), digests[::-1])
    custom = draft(protected_cube(vacancies(), coverage=(coverage,))).custom
    assert (custom.dataflow, custom.period, custom.revision, custom.rows) == ("VACANCIES", "2026-10", 1, 60)
    assert (custom.profile_version, custom.profile_digest, custom.synthetic) == ("1.0.0", "0" * 64, True)
    assert custom.mapping_digests == digests
    assert custom.published == datetime(2026, 11, 15, 9, 30, tzinfo=UTC)


def test_a_release_again_without_change_is_the_previous_one():
    cube = protected_cube(vacancies())
    first = draft(cube)
    assert draft(cube, as_previous(first), now=LATER) == first


def test_a_change_is_the_next_revision_and_replaces():
    first = draft(protected_cube(vacancies(), seed=1))
    second = draft(protected_cube(vacancies(), seed=2), as_previous(first), now=LATER)
    assert (second.custom.revision, second.custom.published) == (2, LATER)
    assert {row["ACTION"] for row in rows_of(second)} == {"R"}
    assert draft(protected_cube(vacancies(), seed=2), as_previous(second), now=LATER + timedelta(1)) == second


def test_going_back_to_earlier_numbers_is_a_new_revision():
    first = draft(protected_cube(vacancies(), seed=1))
    second = draft(protected_cube(vacancies(), seed=2), as_previous(first))
    third = draft(protected_cube(vacancies(), seed=1), as_previous(second))
    assert third.custom.revision == 3
    assert re.sub(",R,", ",I,", text_of(third)) == text_of(first)


def test_equal_numbers_from_another_mapping_are_a_new_revision():
    old = Coverage("s", 10, 0, 0, (0, 0, 0, 0, 10), (), (), (("m", "a" * 64),))
    first = draft(protected_cube(vacancies(), coverage=(old,)))
    again = draft(
        protected_cube(vacancies(), coverage=(replace(old, mapping_digests=(("m", "b" * 64),)),)), as_previous(first)
    )
    assert again.custom.revision == 2
