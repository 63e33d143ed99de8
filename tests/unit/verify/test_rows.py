"""One number of a target: its row, or the zero above it."""

import gzip

import pytest

from node.verify.findings import Refused
from node.verify.rows import find_row
from tests.support.made_releases import draft, empty_cube, protected_cube
from tests.support.profiles import vacancies

PROFILE = vacancies()
STRUCTURE = PROFILE.for_sender("IMTGT_ID")


def data_of(cube):
    release = draft(cube)
    return release.files[release.key.path]


def rows(data):
    lines = gzip.decompress(data).decode().splitlines()
    columns = lines[0].split(",")
    return [
        (number, line, dict(zip(columns, line.split(","), strict=True))) for number, line in enumerate(lines[1:], 2)
    ]


def codes(row):
    return {axis.id: row[axis.id] for axis in STRUCTURE.axes}


def test_every_row_is_found_as_it_is():
    data = data_of(protected_cube(PROFILE, hide=0.3))
    assert any(row["OBS_VALUE"] == "NaN" for _, _, row in rows(data))
    for number, line, row in rows(data):
        found = find_row(data, STRUCTURE, codes(row)).row
        assert found is not None
        assert (found.number, found.text) == (number, line)
        assert (found.status, found.confidentiality) == (row["OBS_STATUS"], row["CONF_STATUS"])
        assert ("NaN" if found.value is None else f"{found.value:.0f}") == row["OBS_VALUE"]


def test_a_zero_below_a_zero_is_led_to_the_margin_above_it():
    cube = protected_cube(PROFILE, hide=0.0)
    cube.value.setflags(write=True)
    cube.value[:] = 0
    data = data_of(cube)
    (number, _, top), *_ = rows(data)
    leaf = {**codes(top), "REF_AREA": STRUCTURE.axis("REF_AREA").codelist.leaves[-1]}
    found = find_row(data, STRUCTURE, leaf)
    assert found.row is None
    assert found.above is not None
    margin, row = found.above
    assert (row.number, row.value) == (number, 0)
    assert margin.startswith("IMTGT_ID.")


def test_a_target_without_rows_says_nothing_of_anything():
    found = find_row(
        data_of(empty_cube(PROFILE)), STRUCTURE, {axis.id: axis.codelist.ids[0] for axis in STRUCTURE.axes}
    )
    assert (found.row, found.above, found.empty) == (None, None, True)


def test_what_is_no_target_is_refused():
    with pytest.raises(Refused):
        find_row(b"no gzip", STRUCTURE, {})
