import json
from dataclasses import replace

import numpy as np
import pytest

from node.model.profile import DominanceRule, PPercentRule, ThresholdRule
from node.model.records import CodeCount, Coverage
from node.model.report import REPORT_FIELDS
from tests.support.made_releases import draft, empty_cube, protected_cube
from tests.support.profiles import vacancies


def report_of(release):
    return json.loads(release.files[release.key.report_path])


def coverage(**changes):
    base = Coverage("sisnaker", 1234, 101, 7, (52, 0, 30, 40, 998), (), (), (("occupation/KBJI-2014", "a" * 64),))
    return replace(base, **changes)


def test_says_how_the_release_came_about():
    cube = protected_cube(vacancies(), seed=0, hide=0.06, unobserved=("ID-JA",))
    release = draft(cube)
    report = report_of(release)
    assert (report["dataflow"], report["period"], report["revision"]) == ("VACANCIES", "2026-10", 1)
    assert report["synthetic"] is True
    assert report["profile"] == {"version": "1.0.0", "digest": "0" * 64}
    assert report["audit"]["passed"] is True
    assert report["audit"]["suppressed"] == cube.audit.suppressed
    assert report["audit"]["certified"] is True
    found = (cube.audit.narrow, cube.audit.undecided, cube.audit.required_width)
    assert tuple(report["audit"][name] for name in ("narrow", "undecided", "required_width")) == found
    cells = report["protection"]["cells"]
    assert cells["suppressed"] == int((cube.status == "Q").sum()) > 0
    assert cells["missing"] == int((cube.status == "M").sum()) > 0
    assert sum(cells.values()) == report["rows"] == cube.value.size


def test_rules_stand_with_their_parameters():
    rules = (
        ThresholdRule(3, "contributors", ("JV_NEW",), "a"),
        DominanceRule(1, 85.0, (), "b"),
        PPercentRule(10.0, (), "c"),
    )
    assert report_of(draft(protected_cube(vacancies(*rules))))["protection"]["rules"] == [
        {"rule": "threshold", "minimum": 3, "counted": "contributors", "indicators": ["JV_NEW"], "why": "a"},
        {"rule": "dominance", "n": 1, "k": 85.0, "indicators": [], "why": "b"},
        {"rule": "p-percent", "p": 10.0, "indicators": [], "why": "c"},
    ]


def coded(by_level, *rules, **hide):
    return report_of(draft(with_hidden(vacancies(*rules), coverage(by_level=by_level), **hide)))["coverage"]


def with_hidden(profile, *sources, code=None, area="IMTGT_ID"):
    """A cube whose only hidden cells are those of one occupation in one area."""
    cube = protected_cube(profile, hide=0.0, coverage=sources)
    if code is None:
        return cube
    areas, occupations = (cube.structure.axis(name).codelist.index for name in ("REF_AREA", "OCCUPATION"))
    value, status, confidentiality = (array.copy() for array in (cube.value, cube.status, cube.confidentiality))
    value[areas[area], occupations[code]] = np.nan
    status[areas[area], occupations[code]], confidentiality[areas[area], occupations[code]] = "Q", "O"
    return replace(cube, value=value, status=status, confidentiality=confidentiality)


def test_shares_are_of_all_sources_together_and_cut_to_whole_percent():
    one = coverage(by_level=(110, 0, 300, 400, 1000))
    two = coverage(source="estates", by_level=(0, 0, 0, 0, 2190))
    report = report_of(draft(protected_cube(vacancies(), hide=0.0, coverage=(one, two))))
    assert report["coverage"] == {
        "percent_coded": {"1": 97, "2": 97, "3": 89, "4": 79},
        "withheld": None,
        "duplicates": "not looked for",
    }
    assert report["mappings"] == {"occupation/KBJI-2014": "a" * 64}


@pytest.mark.parametrize(
    ("by_level", "percent"),
    [
        ((0, 0, 0, 0, 2000), "99 or more"),
        ((1, 0, 0, 0, 1999), "99 or more"),
        ((20, 0, 0, 0, 1980), "99 or more"),
        ((21, 0, 0, 0, 1979), 98),
        ((1981, 0, 0, 0, 19), "under 1"),
        ((2000, 0, 0, 0, 0), "under 1"),
    ],
)
def test_neither_all_nor_none_is_told_apart_from_nearly(by_level, percent):
    assert coded(by_level)["percent_coded"] == dict.fromkeys("1234", percent)


def test_an_employer_that_stands_behind_an_unmapped_code_is_not_given_away():
    """The data hide how many posts are of no known occupation: 137 of the 137 are one employer's."""
    source = coverage(
        source="mill-register",
        records=4321,
        by_level=(137, 0, 0, 0, 1063),
        unmapped=(CodeCount("8171.55", 137),),
        unmapped_places=(CodeCount("12.99", 1733),),
    )
    release = draft(with_hidden(vacancies(), source, code="_X"))
    text = release.files[release.key.report_path].decode()
    assert report_of(release)["coverage"] == {
        "percent_coded": None,
        "withheld": "a hidden part is too large",
        "duplicates": "not looked for",
    }
    for secret in ("137", "8171.55", "12.99", "1733", "1200", "1063", "4321", "mill-register", "88"):
        assert secret not in text.replace("0" * 64, "").replace("a" * 64, "")


def test_records_of_other_areas_never_appear():
    """What lies in Bekasi is out of scope: whether there is any, and how much, is nobody's business here."""
    inside = coverage(by_level=(0, 0, 0, 0, 2000), out_of_scope=0)
    bekasi = coverage(source="bekasi", records=8_765, out_of_scope=8_765, by_level=(0,) * 5)
    bekasi = replace(bekasi, unmapped_places=(CodeCount("32.16", 8_765),))
    without, beside = (draft(protected_cube(vacancies(), coverage=pair)) for pair in ((inside,), (inside, bekasi)))
    assert without.files == beside.files


def test_how_many_advertisements_were_set_aside_stays_at_home():
    """One employer may stand behind all of them, and they may lie outside the areas."""
    some, more = (replace(coverage(by_level=(0, 0, 0, 0, 2000)), duplicates=number) for number in (0, 7_654))
    without, beside = (draft(protected_cube(vacancies(), coverage=(source,))) for source in (some, more))
    assert without.files == beside.files
    assert report_of(without)["coverage"]["duplicates"] == "set aside"


def test_a_release_of_few_records_tells_no_shares():
    few = {"percent_coded": None, "withheld": "too few records", "duplicates": "not looked for"}
    assert coded((9, 0, 0, 0, 990)) == few
    assert coded((10, 0, 0, 0, 990))["withheld"] is None
    assert coded((10, 0, 0, 0, 2000), ThresholdRule(25, "value", (), "x")) == few
    assert coded((10, 0, 0, 0, 2490), ThresholdRule(25, "value", (), "x"))["withheld"] is None
    assert report_of(draft(empty_cube(vacancies())))["coverage"] == few


@pytest.mark.parametrize(("code", "level"), [("_X", 0), ("OC2_X", 1)])
def test_a_level_with_a_hidden_cell_may_be_a_small_part_only(code, level):
    def shares(records):
        return (*(records if at == level else 0 for at in range(4)), 2000 - records)

    assert coded(shares(100), code=code)["withheld"] is None
    assert coded(shares(101), code=code)["withheld"] == "a hidden part is too large"
    assert coded(shares(101), code="OC22")["withheld"] is None
    assert coded(shares(101), code=code, area="ID-JA")["withheld"] is None


def test_where_the_total_is_missing_hidden_areas_count():
    source = coverage(by_level=(200, 0, 0, 0, 1800))
    cube = protected_cube(vacancies(), hide=0.0, unobserved=("ID-JA",), coverage=(source,))
    assert report_of(draft(cube))["coverage"]["withheld"] is None
    area, occupation = (
        cube.structure.axis(name).codelist.index[code] for name, code in (("REF_AREA", "ID-SU"), ("OCCUPATION", "_X"))
    )
    value, status, confidentiality = (array.copy() for array in (cube.value, cube.status, cube.confidentiality))
    value[area, occupation], status[area, occupation], confidentiality[area, occupation] = np.nan, "Q", "A"
    hidden = replace(cube, value=value, status=status, confidentiality=confidentiality)
    assert report_of(draft(hidden))["coverage"]["withheld"] == "a hidden part is too large"


def test_a_report_has_exactly_the_declared_fields():
    report = report_of(draft(protected_cube(vacancies(), coverage=(coverage(),))))
    for part, fields in REPORT_FIELDS.items():
        # How figures were altered stands in reports of those that were, see test_methods of `verify`.
        assert set(report[part] if part else report) == fields - {"perturbation"}


def test_an_empty_period_counts_nothing():
    report = report_of(draft(empty_cube(vacancies())))
    assert report["rows"] == 0
    assert set(report["protection"]["cells"].values()) == {0}


def test_bytes_do_not_depend_on_the_order_of_sources():
    one, two = coverage(), coverage(source="estates")
    reports = [draft(protected_cube(vacancies(), coverage=pair)) for pair in ((one, two), (two, one))]
    assert reports[0].files == reports[1].files
