"""The signed custom field of a data target, and the rest of its signed description."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tuf.api.metadata import TargetFile

from node.adapters.trust.custom import MAX_NUMBER, published_target, to_json
from node.model.foreign import shown
from node.model.perturbation import Method, Perturbed
from node.model.release import PublishedTarget, Quarantined
from tests.support.signed_feeds import draft

PATH, REPORT = "VACANCIES/2031-01.csv.gz", "VACANCIES/2031-01.report.json"
HASHES, REPORT_HASHES = {"sha256": "c" * 64}, {"sha256": "d" * 64}
SIGNED = to_json(draft().custom)


def read(
    custom: object = SIGNED,
    path: str = PATH,
    hashes: dict[str, str] = HASHES,
    report_hashes: dict[str, str] = REPORT_HASHES,
) -> PublishedTarget | Quarantined:
    report = path.removesuffix(".csv.gz") + ".report.json"
    files = {
        path: TargetFile(5, hashes, path, {"custom": custom}),
        report: TargetFile(2, report_hashes, report),
    }
    return published_target(files, path)


def refused(*args: Any, **kwargs: Any) -> Quarantined:
    found = read(*args, **kwargs)
    assert isinstance(found, Quarantined)
    return found


def test_what_is_signed_is_what_is_read() -> None:
    custom = draft().custom
    assert SIGNED == {
        "dataflow": "VACANCIES", "period": "2031-01", "revision": 1, "published": "2031-02-15T00:00:00Z",
        "profile": {"version": "1.0.0", "digest": "a" * 64}, "mappings": {"KBJI:2014": "b" * 64},
        "rows": 1, "synthetic": True,
    }  # fmt: skip
    target = read()
    assert isinstance(target, PublishedTarget)
    assert (target.custom, target.key) == (custom, draft().key)
    assert (target.target.path, target.target.length, target.target.sha256) == (PATH, 5, "c" * 64)
    assert target.report_sha256 == "d" * 64


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("revision", 0, "revision"), ("revision", "1", "revision"), ("revision", True, "revision"),
        ("revision", 2**31, "revision"), ("revision", 10**30, "revision"), ("rows", 2**31, "rows"),
        ("rows", -1, "rows"), ("rows", 1.5, "rows"), ("published", "yesterday", "published"),
        ("published", "2031-02-15T00:00:00", "published"), ("synthetic", "yes", "synthetic"),
        ("synthetic", 1.5, "synthetic"), ("profile", {"version": "1.0.0"}, "digest"),
        ("profile", {"version": "1.0.0\u202e", "digest": "a" * 64}, "version"),
        ("profile", {"version": "\ud800", "digest": "a" * 64}, "version"),
        ("profile", {"version": "1" * 201, "digest": "a" * 64}, "version"),
        ("mappings", {"m": "x"}, "mappings"), ("mappings", {"m\x9b": "b" * 64}, "mappings"),
        ("mappings", {f"m{number}": "b" * 64 for number in range(101)}, "mappings"),
        ("mappings", [], "mappings"), ("employer", "PT X", "employer: Unknown field"), ("rows", None, "rows"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(field: str, value: Any, said: str) -> None:
    found = refused({**SIGNED, field: value})
    assert said in found.findings[0]
    assert (found.reason, found.target.path, found.target.revision) == ("wrong custom field", PATH, 0)
    assert (found.target.sha256, found.target.report_sha256) == ("c" * 64, "d" * 64)


@pytest.mark.parametrize(("field", "value"), [("period", "2031-02"), ("dataflow", "JOBSEEKERS")])
def test_a_field_that_contradicts_the_name(field: str, value: str) -> None:
    assert value in refused({**SIGNED, field: value}).reason


@pytest.mark.parametrize(("field", "value"), [("revision", MAX_NUMBER), ("rows", MAX_NUMBER), ("rows", 0)])
def test_the_largest_and_smallest_numbers_are_read(field: str, value: int) -> None:
    assert isinstance(read({**SIGNED, field: value}), PublishedTarget)


@pytest.mark.parametrize("field", sorted(SIGNED))
def test_a_missing_field_is_named(field: str) -> None:
    custom = {name: value for name, value in SIGNED.items() if name != field}
    assert refused(custom).findings == (f"{field}: Missing data for required field.",)


@pytest.mark.parametrize("custom", [None, [], "text", 3])
def test_no_object_at_all(custom: object) -> None:
    assert refused(custom).reason == "wrong custom field"


@pytest.mark.parametrize("path", ["VACANCIES/2031-13.csv.gz", "../2031-01.csv.gz", "A/B/2031-01.csv.gz", "x.csv.gz"])
def test_paths_are_a_dataflow_and_a_period(path: str) -> None:
    assert "<DATAFLOW>/<TIME_PERIOD>" in refused(path=path).reason


@pytest.mark.parametrize(
    "hashes",
    [
        {"md5": "0"}, {"sha256": "c" * 63}, {"sha256": "C" * 64}, {"sha256": "a\0b"}, {"sha256": "c" * 64 + "\n"},
        {"sha256": "../" * 20 + "evil"}, {"sha512": "../../x", "sha256": "c" * 64},
    ],
)  # fmt: skip
@pytest.mark.parametrize("of", ["hashes", "report_hashes"])
def test_data_and_report_need_one_sha256_and_no_other_hash(of: str, hashes: dict[str, str]) -> None:
    found = refused(**{of: hashes})
    assert "64 hexadecimal digits" in found.reason
    assert (found.target.sha256 if of == "hashes" else found.target.report_sha256) == ""


def test_a_target_without_a_report() -> None:
    found = published_target({PATH: TargetFile(5, HASHES, PATH, {"custom": SIGNED})}, PATH)
    assert isinstance(found, Quarantined)
    assert found.reason == "it has no report beside it"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    JSON | st.dictionaries(st.sampled_from(sorted(SIGNED)), JSON).map(lambda some: {**SIGNED, **some}),
    st.just(PATH) | st.text().map(lambda text: text + ".csv.gz"),
    st.just(HASHES) | st.dictionaries(st.text(), st.text(), min_size=1, max_size=2),
)
def test_whatever_is_signed_is_read_or_refused_in_bounded_visible_text(
    custom: object, path: str, hashes: dict[str, str]
) -> None:
    found = read(custom, path, hashes)
    if isinstance(found, PublishedTarget):
        assert 1 <= found.custom.revision <= MAX_NUMBER
        return
    assert len(found.findings) <= 20
    for text in (found.target.path, found.reason, *found.findings):
        assert shown(text, 400) == text


def test_a_perturbation_is_signed_and_read_back_and_left_out_where_figures_are_true() -> None:
    custom = replace(draft().custom, perturbation=Perturbed(Method.CELL_KEY, 5))
    signed = to_json(custom)
    assert signed["perturbation"] == {"method": "cell_key", "noise": 5}
    found = read(signed)
    assert isinstance(found, PublishedTarget)
    assert found.custom == custom
    assert "perturbation" not in SIGNED


@pytest.mark.parametrize(
    "perturbation",
    [{"method": "suppression", "noise": 5}, {"method": "cell_key"}, {"method": "cell_key", "noise": 0}, "cell_key",
     {"method": "cell_key", "noise": 5, "seed": 1}],
)  # fmt: skip
def test_a_perturbation_that_no_method_has_is_refused(perturbation: object) -> None:
    assert refused({**SIGNED, "perturbation": perturbation}).reason == "wrong custom field"
