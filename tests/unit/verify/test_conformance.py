import gzip
import json
import re
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from node.errors import ProfileError, ReleaseRefused
from node.model.cube import ProtectedCube
from node.model.period import TimePeriod
from node.model.structure import Dimension
from node.release.draft import compress
from node.verify.conformance import verify_draft, verify_feed
from tests.support.made_releases import NOW, draft, empty_cube, feed, protected_cube, with_file, with_text
from tests.support.profiles import OCCUPATIONS, employment, jobseekers, vacancies

PROFILE = vacancies()
PROFILES = {"VACANCIES": PROFILE}
CUBE = protected_cube(PROFILE, seed=59, hide=0.01)
RELEASE = draft(CUBE)
TEXT = gzip.decompress(RELEASE.files[RELEASE.key.path])
COLUMNS = PROFILE.structure.columns


def verdict(release, sender="ID", authority="IMTGT_ID", profiles=PROFILES):
    return verify_feed(feed([release], sender), profiles, authority)


def refusal(release, authority="IMTGT_ID", profiles=PROFILES):
    checked = verdict(release, authority=authority, profiles=profiles)
    assert checked.accepted == ()
    (entry,) = checked.quarantined
    return f"{entry.reason}: {'; '.join(entry.findings)}"


def edited(row, column, value):
    """The valid text with one field of one observation (from 0) changed."""
    lines = TEXT.decode().splitlines()
    fields = lines[row + 1].split(",")
    fields[COLUMNS.index(column)] = value
    lines[row + 1] = ",".join(fields)
    return with_text(RELEASE, ("\n".join(lines) + "\n").encode())


def row_where(column, value, start=0):
    for number, line in enumerate(TEXT.decode().splitlines()[1:]):
        if number >= start and line.split(",")[COLUMNS.index(column)] == value:
            return number
    raise AssertionError(f"no row has {column} {value}")


def test_a_valid_target_is_accepted_with_its_observations():
    (accepted,) = verdict(RELEASE).accepted
    rows = accepted.observations.to_pylist()
    assert len(rows) == CUBE.value.size
    assert accepted.vintage.accepted_at == NOW + timedelta(hours=1)
    assert accepted.vintage.custom == RELEASE.custom
    structure = CUBE.structure
    for row in rows:
        cell = tuple(axis.codelist.index[row[axis.id]] for axis in structure.axes)
        expected = None if np.isnan(CUBE.value[cell]) else CUBE.value[cell]
        assert (row["OBS_VALUE"], row["OBS_STATUS"], row["CONF_STATUS"], row["SEX"]) == (
            expected,
            CUBE.status[cell],
            CUBE.marks[cell],
            "_Z",
        )
    keys = [(row["OCCUPATION"], row["REF_AREA"], row["INDICATOR"], row["SEX"]) for row in rows]
    assert keys == sorted(set(keys))


def with_zeros() -> ProtectedCube:
    """CUBE with nothing in one area's professionals."""
    cube = protected_cube(PROFILE, seed=1, hide=0.0)
    value = cube.value.copy()
    areas, groups = (axis.codelist.index for axis in cube.structure.axes[:2])
    for group in ("OC22", "OC25", "OC2_X", "OC2"):
        gone = value[areas["ID-JA"], groups[group]].copy()
        for area in ("ID-JA", "IMTGT_ID"):
            value[areas[area], groups[group]] -= gone
            if group == "OC2":
                value[areas[area], groups["_T"]] -= gone
    return replace(cube, value=value)


def test_zeros_below_a_zero_have_no_row_and_any_other_has() -> None:
    cube = with_zeros()
    release = draft(cube)
    text = gzip.decompress(release.files[release.key.path])
    assert b"ID-JA,OC2,JV_OPEN" in text
    assert b"ID-JA,OC25,JV_OPEN" not in text
    (accepted,) = verdict(release).accepted
    assert accepted.observations.num_rows == release.custom.rows == cube.value.size - 6
    lines = text.splitlines(keepends=True)
    (zero,) = (line for line in lines if b"ID-JA,OC2,JV_OPEN" in line)
    needless = with_text(release, text + zero.replace(b"OC2,", b"OC25,"))
    needless = replace(needless, custom=replace(needless.custom, rows=needless.custom.rows + 1))
    assert "a row for a 0 below a 0, which is not listed: ID-JA.OC25.JV_OPEN" in refusal(needless)
    without = with_text(release, b"".join(line for line in lines if line != zero))
    without = replace(without, custom=replace(without.custom, rows=without.custom.rows - 1))
    assert "keys without a row, and not below a 0: ID-JA.OC2.JV_OPEN" in refusal(without)


@pytest.mark.parametrize("profile", [jobseekers(), employment()], ids=lambda profile: profile.dataflow)
def test_every_dataflow_passes(profile):
    period = TimePeriod("2026-10" if profile.frequency == "M" else "2026-Q3")
    release = draft(protected_cube(profile, "IMTGT_MY", period=period, seed=2, unobserved=("MY-08",)))
    checked = verdict(release, "MY", "IMTGT_MY", {profile.dataflow: profile})
    assert checked.quarantined == ()
    assert checked.accepted[0].observations.num_rows == release.custom.rows


def test_rows_in_any_order_give_the_same_observations():
    header, *rows = TEXT.decode().splitlines()
    shuffled = "\n".join([header, *np.random.default_rng(1).permutation(rows)]) + "\n"
    (one,), (other,) = verdict(RELEASE).accepted, verdict(with_text(RELEASE, shuffled.encode())).accepted
    assert one.observations.to_pylist() == other.observations.to_pylist()


def test_an_empty_period_is_accepted():
    (accepted,) = verdict(draft(empty_cube(PROFILE))).accepted
    assert accepted.observations.num_rows == 0


def test_a_revision_is_accepted_and_says_so_in_action():
    second = draft(protected_cube(PROFILE, seed=5), (feed([RELEASE]).targets[0], RELEASE.files[RELEASE.key.path]))
    assert verdict(second).accepted[0].vintage.custom.revision == 2
    pretended = replace(second, custom=replace(second.custom, revision=1))
    assert "ACTION is not I" in refusal(pretended)


@pytest.mark.parametrize(
    ("column", "value", "finding"),
    [
        ("STRUCTURE", "datastructure", "STRUCTURE is not dataflow: row 7"),
        ("STRUCTURE_ID", "IMTGT:JOBSEEKERS(1.0.0)", r"STRUCTURE_ID is not IMTGT:VACANCIES\(1.0.0\): row 7"),
        ("STRUCTURE_ID", "IMTGT:VACANCIES(2.0.0)", "STRUCTURE_ID is not"),
        ("ACTION", "D", "ACTION is not I: row 7"),
        ("FREQ", "Q", "FREQ is not M: row 7"),
        ("TIME_PERIOD", "2026-09", "TIME_PERIOD is not 2026-10: row 7"),
        ("REF_AREA", "MY-07", "REF_AREA is outside the sender's authority: MY-07: row 7"),
        ("REF_AREA", "IMTGT", "REF_AREA is outside the sender's authority: IMTGT: row 7"),
        ("REF_AREA", "XX-1", "REF_AREA is not in the codelist CL_AREA: XX-1: row 7"),
        ("OCCUPATION", "OC99", "OCCUPATION is not in the codelist CL_OCCUPATION: OC99: row 7"),
        ("OCCUPATION", "", "OCCUPATION is not in the codelist CL_OCCUPATION: : row 7"),
        ("INDICATOR", "JS_NEW", "INDICATOR is not in the codelist CL_INDICATOR_VACANCIES: JS_NEW: row 7"),
        ("OBS_VALUE", "-1", "OBS_VALUE is negative: row 7"),
        ("OBS_VALUE", "1000001", "OBS_VALUE is above 1,000,000, the highest plausible value: row 7"),
        ("OBS_VALUE", "12.5", "OBS_VALUE is neither a whole number nor NaN: row 7"),
        ("OBS_VALUE", "", "OBS_VALUE is neither a whole number nor NaN: row 7"),
        ("OBS_VALUE", "9" * 30, "OBS_VALUE is neither a whole number nor NaN: row 7"),
        ("OBS_VALUE", "NaN", "OBS_VALUE is NaN, OBS_STATUS neither Q nor M: row 7"),
        ("OBS_STATUS", "Z", "OBS_STATUS is not in the codelist CL_OBS_STATUS: Z: row 7"),
        ("OBS_STATUS", "Q", "OBS_VALUE is given, OBS_STATUS is Q or M: row 7"),
        ("OBS_STATUS", "", "OBS_STATUS is not in the codelist"),
        ("CONF_STATUS", "A", "OBS_STATUS is not Q, CONF_STATUS is not F: row 7"),
        ("CONF_STATUS", "Z", "CONF_STATUS is not in the codelist CL_CONF_STATUS: Z: row 7"),
    ],
)
def test_one_changed_field_is_named(column, value, finding):
    assert re.search(finding, refusal(edited(5, column, value)))


def test_a_suppressed_cell_needs_its_reason():
    row = row_where("OBS_STATUS", "Q")
    assert f"OBS_STATUS is Q, CONF_STATUS is F: row {row + 2}" in refusal(edited(row, "CONF_STATUS", "F"))


def test_a_changed_value_breaks_its_margins():
    row = row_where("OBS_STATUS", "A", start=20)
    value = int(TEXT.decode().splitlines()[row + 1].split(",")[COLUMNS.index("OBS_VALUE")])
    assert "the margin is not the sum of its parts" in refusal(edited(row, "OBS_VALUE", str(value + 1)))


def test_visible_parts_may_not_exceed_a_margin_with_hidden_parts():
    cube = protected_cube(PROFILE, seed=4, hide=0.0)
    value, status, conf = cube.value.copy(), cube.status.copy(), cube.confidentiality.copy()
    for cell in [(1, 2, 0), (1, 3, 0), (2, 2, 0), (2, 3, 0)]:
        value[cell], status[cell], conf[cell] = np.nan, "Q", "A"
    audit = replace(cube.audit, suppressed=4, primary=4, certified=4)
    hidden = replace(cube, value=value, status=status, confidentiality=conf, audit=audit)
    assert verdict(draft(hidden)).quarantined == ()
    value = value.copy()
    value[1, 1, 0] = 1
    assert "ID-SU.OC2.JV_OPEN" in refusal(draft(replace(hidden, value=value)))


def test_a_suppressed_cell_that_follows_from_a_sum_is_refused():
    cube = protected_cube(PROFILE, seed=4, hide=0.0)
    value, status, conf = cube.value.copy(), cube.status.copy(), cube.confidentiality.copy()
    value[1, 2, 0], status[1, 2, 0], conf[1, 2, 0] = np.nan, "Q", "A"
    audit = replace(cube.audit, suppressed=1, primary=1, certified=1)
    bare = replace(cube, value=value, status=status, confidentiality=conf, audit=audit)
    assert "a suppressed cell follows from a sum" in refusal(draft(bare))


def test_a_margin_above_a_missing_cell_is_refused():
    cube = protected_cube(PROFILE, seed=4, hide=0.0)
    value, status = cube.value.copy(), cube.status.copy()
    value[1], status[1] = np.nan, "M"
    told = refusal(draft(replace(cube, value=value, status=status)))
    assert "REF_AREA: a margin is given though a part of it is missing: IMTGT_ID._T.JV_OPEN" in told


def test_a_repeated_and_an_absent_key_are_named():
    lines = TEXT.splitlines(keepends=True)
    lines[3] = lines[2]
    told = refusal(with_text(RELEASE, b"".join(lines)))
    assert "keys that an earlier row has: row 4" in told
    assert "keys without a row, and not below a 0: IMTGT_ID.OC2.JV_OPEN" in told


def test_a_removed_row_is_seen():
    lines = TEXT.splitlines(keepends=True)
    told = refusal(with_text(RELEASE, b"".join(lines[:-1])))
    assert "59 rows, the signed metadata say 60" in told


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda text: text.replace(b",OBS_STATUS", b"", 1), "columns missing: OBS_STATUS"),
        (lambda text: text.replace(b"CONF_STATUS", b"CONF_STATUS,EMPLOYER", 1), "does not declare: EMPLOYER"),
        (lambda text: text.replace(b"OBS_STATUS,CONF_STATUS", b"CONF_STATUS,OBS_STATUS", 1), "out of order"),
        (lambda text: text.replace(b"CONF_STATUS", b"CONF_STATUS,CONF_STATUS", 1), "repeated or out of order"),
        (lambda text: b"\xef\xbb\xbf" + text, "columns missing: STRUCTURE"),
        (lambda text: b"", "columns missing"),
    ],
)
def test_columns_are_exactly_those_declared(change, finding):
    assert finding in refusal(with_text(RELEASE, change(TEXT)))


def test_an_additional_field_in_one_row_is_refused_and_not_repeated():
    text = TEXT.replace(b"A,F\n", b"A,F,PT Rahasia\n", 3).replace(b"A,F,PT Rahasia\n", b"A,F\n", 1)
    told = refusal(with_text(RELEASE, text))
    assert "not exactly 11 columns: rows 3, 4" in told
    assert "Rahasia" not in told


def test_blank_lines_and_stray_quotes_are_refused():
    assert "row 62" in refusal(with_text(RELEASE, TEXT + b"\n"))
    assert verdict(with_text(RELEASE, TEXT.replace(b"A,F\n", b'A,"F\n', 1))).accepted == ()


@pytest.mark.parametrize("form", [" {}", "{} ", "00{}", "0x{:X}", "\t{}", '"{}"'])
def test_a_number_is_written_in_one_way_only(form):
    row = row_where("OBS_STATUS", "A", start=20)
    value = int(TEXT.decode().splitlines()[row + 1].split(",")[COLUMNS.index("OBS_VALUE")])
    assert value > 9
    told = refusal(edited(row, "OBS_VALUE", form.format(value)))
    assert f"row {row + 2}" in told


def test_a_hexadecimal_number_as_long_as_the_plain_one_is_refused():
    release = with_text(RELEASE, re.sub(rb",\d+,A,F\n", b",0xFFFFFFFFF,A,F\n", TEXT, count=1))
    assert len(str(0xFFFFFFFFF)) == len("0xFFFFFFFFF")
    assert "not written as agreed" in refusal(release)


def test_quotes_and_other_ends_of_lines_are_refused():
    assert "quotes, blanks" in refusal(edited(5, "OBS_STATUS", '"A"'))
    assert "rows 2, 3" in refusal(with_text(RELEASE, TEXT.replace(b"\n", b"\r\n")))
    assert "does not end with" in refusal(with_text(RELEASE, TEXT[:-1]))


@pytest.mark.parametrize(("flag", "field"), [(16, b"Siti Aminah\0"), (8, b"/srv/siti.csv\0"), (4, b"\4\0Siti")])
def test_a_gzip_header_carries_nothing(flag, field):
    data = RELEASE.files[RELEASE.key.path]
    told = refusal(with_file(RELEASE, RELEASE.key.path, data[:3] + bytes([flag]) + data[4:10] + field + data[10:]))
    assert "gzip header has more in it" in told
    assert "iti" not in told


def test_text_that_is_not_utf8_is_refused():
    assert "not UTF-8: byte" in refusal(with_text(RELEASE, TEXT.replace(b"dataflow", b"dataflo\xff", 1)))


def test_long_lists_of_rows_end_with_their_number():
    told = refusal(with_text(RELEASE, TEXT.replace(b",M,", b",Q,")))
    assert "FREQ is not M: rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 50 more" in told


def test_a_decompression_bomb_is_refused_without_being_unpacked():
    bomb = compress(b"0" * 50_000_000)
    assert len(bomb) < 100_000
    assert "unpacks to more than" in refusal(with_file(RELEASE, RELEASE.key.path, bomb))


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda data: b"STRUCTURE,", "not a gzip file"),
        (lambda data: data[:-9], "ends too early"),
        (lambda data: data + data, "bytes after its end"),
        (lambda data: data[:-5] + bytes([data[-5] ^ 1]) + data[-4:], "not a gzip file"),
    ],
)
def test_broken_gzip_is_refused(change, finding):
    data = RELEASE.files[RELEASE.key.path]
    assert finding in refusal(with_file(RELEASE, RELEASE.key.path, change(data)))


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"dataflow": "JOBSEEKERS"}, "the metadata say JOBSEEKERS 2026-10"),
        ({"period": "2026-09"}, "the metadata say VACANCIES 2026-09"),
        ({"revision": 0}, "revision 0; the first is 1"),
        ({"profile_version": "2.0.0"}, "made with version 2.0.0 of the profile, this node holds 1.0.0"),
        ({"profile_version": "one"}, "made with version one"),
        ({"rows": 61}, "60 rows, the signed metadata say 61"),
        ({"synthetic": False}, "the report's synthetic is not that of the signed metadata"),
    ],
)
def test_signed_metadata_must_fit(changes, finding):
    assert finding in refusal(replace(RELEASE, custom=replace(RELEASE.custom, **changes)))


def test_a_minor_version_is_compatible():
    newer = replace(PROFILE, version="1.4.2")
    release = draft(protected_cube(newer, seed=1))
    assert verdict(release).quarantined == ()


def test_another_frequency_is_refused():
    release = draft(protected_cube(PROFILE, period=TimePeriod("2026-Q3"), seed=1))
    assert "2026-Q3 has the frequency Q, the profile says M" in refusal(release)


def test_an_unknown_dataflow_is_refused():
    assert "no exchange profile for VACANCIES" in refusal(RELEASE, profiles={})


def test_another_countrys_rows_are_outside_authority():
    told = refusal(RELEASE, authority="IMTGT_MY")
    assert "REF_AREA is outside the sender's authority: ID-JA, ID-SU, IMTGT_ID" in told


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda report: b"{", "not JSON"),
        (lambda report: b"[]", "not a JSON object"),
        (lambda report: b"[" * 100_000, "not JSON"),
        (lambda report: b" " * 6_000_000, "at most 5,000,000 are read"),
        (lambda report: report.replace(b'"passed": true', b'"passed": false'), "does not say that the audit passed"),
        (lambda report: report.replace(b'"exposed": 0', b'"exposed": 2'), "does not say that the audit passed"),
        (lambda report: report.replace(b'"missing": 0', b'"missing": 4'), "counts 4 missing cells, the data have 0"),
        (lambda report: report.replace(b'"suppressed"', b'"hidden"'), "counts None suppressed cells"),
        (lambda report: report.replace(b'"cells": {', b'"numbers": {'), "does not count the protected cells"),
        (lambda report: report.replace(b"2026-10", b"2026-11"), "the report's period"),
        (lambda report: report.replace(b'"revision": 1', b'"revision": true'), "the report's revision"),
    ],
)
def test_the_report_must_belong_to_the_data(change, finding):
    report = RELEASE.files[RELEASE.key.report_path]
    assert finding in refusal(with_file(RELEASE, RELEASE.key.report_path, change(report)))


def test_a_report_that_hides_suppression_is_refused():
    report = json.loads(RELEASE.files[RELEASE.key.report_path])
    assert report["protection"]["cells"]["suppressed"] > 0
    report["protection"]["cells"]["suppressed"] = 0
    told = refusal(with_file(RELEASE, RELEASE.key.report_path, json.dumps(report).encode()))
    assert "the report counts 0 suppressed cells, the data have" in told


@pytest.mark.parametrize(
    ("part", "finding"),
    [
        ({"sources": ["bekasi"]}, "the report has 1 undeclared fields"),
        ({"coverage": {"percent_coded": None, "withheld": None, "unmapped": [{"137": 137}]}}, "fields in coverage"),
        ({"coverage": [{"source": "bekasi", "records": 137}]}, "the report has no coverage"),
        ({"coverage": {"percent_coded": None, "withheld": "137 in bekasi"}}, "for no known reason"),
        ({"coverage": {"percent_coded": None, "withheld": None, "duplicates": 7_654}}, "says of duplicates"),
        ({"coverage": {"percent_coded": {"1": 97, "2": 90}, "withheld": None}}, "for the levels 1, 2, 3, 4"),
        ({"coverage": {"percent_coded": {"1": 97, "2": 97, "3": 90.137, "4": 0}, "withheld": None}}, "level: 3, 4"),
    ],
)
def test_a_report_that_tells_more_than_declared_is_refused(part, finding):
    report = json.loads(RELEASE.files[RELEASE.key.report_path]) | part
    told = refusal(with_file(RELEASE, RELEASE.key.report_path, json.dumps(report).encode()))
    assert finding in told
    assert "137" not in told
    assert "bekasi" not in told


def test_one_bad_target_leaves_the_others_alone():
    other = draft(protected_cube(PROFILE, period=TimePeriod("2026-09"), seed=9))
    checked = verify_feed(feed([edited(0, "FREQ", "Q"), other]), PROFILES, "IMTGT_ID")
    assert [target.vintage.key.path for target in checked.accepted] == ["VACANCIES/2026-09.csv.gz"]
    assert [entry.target.path for entry in checked.quarantined] == ["VACANCIES/2026-10.csv.gz"]


def test_a_draft_is_checked_the_same_way():
    verify_draft(RELEASE, PROFILE, "IMTGT_ID")
    with pytest.raises(ReleaseRefused, match=r"VACANCIES/2026-10.csv.gz .*not signed.*FREQ is not M: row 2"):
        verify_draft(edited(0, "FREQ", "Q"), PROFILE, "IMTGT_ID")


def test_a_profile_with_a_dimension_that_is_not_stored_is_this_nodes_fault():
    structure = replace(PROFILE.structure, axes=(*PROFILE.structure.axes, Dimension("AGE", OCCUPATIONS)))
    with pytest.raises(ProfileError, match="AGE"):
        verdict(RELEASE, profiles={"VACANCIES": replace(PROFILE, structure=structure)})
