import json
from dataclasses import replace

from node.model.profile import DominanceRule, PPercentRule, ThresholdRule
from node.model.records import CodeCount, Coverage
from node.release.report import rounding_base
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
    cells = report["protection"]["cells"]
    assert cells["primary"] == int((cube.confidentiality == "A").sum()) > 0
    assert cells["secondary"] == int((cube.confidentiality == "D").sum()) > 0
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


def test_record_counts_are_rounded():
    (source,) = report_of(draft(protected_cube(vacancies(), coverage=(coverage(),))))["coverage"]
    assert (source["records"], source["out_of_scope"], source["place_unmapped"]) == (1230, 100, 10)
    assert source["by_level"] == [50, 0, 30, 40, 1000]


def test_rare_unmapped_codes_and_titles_are_only_counted():
    unmapped = (
        CodeCount("2512.99", 40),
        CodeCount("Bupati of a small regency", 30),
        CodeCount("999", 1),
        CodeCount("", 8),
        CodeCount("welder", 20),
    )
    release = draft(protected_cube(vacancies(), coverage=(coverage(unmapped=unmapped, unmapped_places=unmapped),)))
    (source,) = report_of(release)["coverage"]
    expected = {"codes": [{"code": "2512.99", "records": 40}], "other_records": 60}
    assert source["unmapped"] == source["unmapped_places"] == expected
    text = release.files[release.key.report_path]
    assert b"Bupati" not in text
    assert b"999" not in text


def test_the_base_is_the_largest_threshold_and_at_least_ten():
    assert rounding_base(()) == 10
    assert rounding_base((ThresholdRule(3, "contributors", (), "x"), ThresholdRule(25, "value", (), "x"))) == 25


def test_an_empty_period_counts_nothing():
    report = report_of(draft(empty_cube(vacancies())))
    assert report["rows"] == 0
    assert set(report["protection"]["cells"].values()) == {0}


def test_bytes_do_not_depend_on_the_order_of_sources():
    one, two = coverage(), coverage(source="estates")
    reports = [draft(protected_cube(vacancies(), coverage=pair)) for pair in ((one, two), (two, one))]
    assert reports[0].files == reports[1].files
