"""The signed custom field of a data target."""

from typing import Any

import pytest

from node.adapters.trust.custom import published_target, to_json
from node.errors import FeedQuarantined
from tests.support.signed_feeds import draft

PATH = "VACANCIES/2031-01.csv.gz"
HASHES = {"sha256": "c" * 64}


def test_what_is_signed_is_what_is_read() -> None:
    custom = draft().custom
    signed = to_json(custom)
    assert signed == {
        "dataflow": "VACANCIES", "period": "2031-01", "revision": 1, "published": "2031-02-15T00:00:00Z",
        "profile": {"version": "1.0.0", "digest": "a" * 64}, "mappings": {"KBJI:2014": "b" * 64},
        "rows": 1, "synthetic": True,
    }  # fmt: skip
    target = published_target(PATH, 5, HASHES, signed)
    assert (target.custom, target.key) == (custom, draft().key)
    assert (target.target.path, target.target.length, target.target.sha256) == (PATH, 5, "c" * 64)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("revision", 0, "revision"), ("revision", "1", "revision"), ("revision", True, "revision"),
        ("rows", -1, "rows"), ("rows", 1.5, "rows"), ("published", "yesterday", "published"),
        ("published", "2031-02-15T00:00:00", "published"), ("synthetic", "yes", "synthetic"),
        ("synthetic", 1.5, "synthetic"), ("profile", {"version": "1.0.0"}, "digest"),
        ("mappings", {"m": "x"}, "mappings"),
        ("mappings", [], "mappings"), ("employer", "PT X", "employer: Unknown field"), ("period", "2031-02", "2031-02"),
        ("dataflow", "JOBSEEKERS", "JOBSEEKERS"), ("rows", None, "rows"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(field: str, value: Any, said: str) -> None:
    with pytest.raises(FeedQuarantined, match=said) as refusal:
        published_target(PATH, 5, HASHES, {**to_json(draft().custom), field: value})
    assert PATH in str(refusal.value)


@pytest.mark.parametrize("field", sorted(to_json(draft().custom)))
def test_a_missing_field_is_named(field: str) -> None:
    custom = to_json(draft().custom)
    del custom[field]
    with pytest.raises(FeedQuarantined, match=f"{field}: Missing data"):
        published_target(PATH, 5, HASHES, custom)


@pytest.mark.parametrize("custom", [None, [], "text", 3])
def test_no_object_at_all(custom: object) -> None:
    with pytest.raises(FeedQuarantined, match="wrong custom field"):
        published_target(PATH, 5, HASHES, custom)


@pytest.mark.parametrize("path", ["VACANCIES/2031-13.csv.gz", "../2031-01.csv.gz", "A/B/2031-01.csv.gz", "x.csv.gz"])
def test_paths_are_a_dataflow_and_a_period(path: str) -> None:
    with pytest.raises(FeedQuarantined):
        published_target(path, 5, HASHES, to_json(draft().custom))


def test_a_target_needs_a_sha256() -> None:
    with pytest.raises(FeedQuarantined, match="without a SHA-256"):
        published_target(PATH, 5, {"md5": "0"}, to_json(draft().custom))
