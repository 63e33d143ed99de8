from __future__ import annotations

import pytest

from node.adapters.strict_yaml import load_strict_yaml
from node.errors import MappingError


def test_plain_values_are_read() -> None:
    assert load_strict_yaml('a: 1\nb: ["0", 0.5]\nc: {d: yes, e: null}\n', "f") == {
        "a": 1,
        "b": ["0", 0.5],
        "c": {"d": True, "e": None},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "f.yaml, line 3: .*key “a” is there twice"),
        ("a: {b: 1, b: 1}", "f.yaml, line 1: .*key “b” is there twice"),
        ("- {1: x, 1: y}", "key “1” is there twice"),
        ("a: &x [1]\nb: *x", "f.yaml, line 2: .*aliases"),
        ("a: &a [*a]", "aliases"),
        ("<<: {a: 1}", "not valid YAML"),
        ("a: !!python/object/apply:os.getcwd []", "not valid YAML"),
        ("a: !!binary aGk=\nb: [", "f.yaml, line 2: not valid YAML"),
        ("? [1]\n: 2", "a key must be plain text"),
        ("a: 1\n---\nb: 2", "another document"),
        ("a: 2022-13-45", "not valid YAML"),
        ("a: \x00", "not valid YAML"),
        ("[" * 5000, "not valid YAML"),
    ],
)
def test_what_is_not_plain_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(MappingError, match=message):
        load_strict_yaml(text, "f.yaml")


def test_an_empty_text_is_none() -> None:
    assert load_strict_yaml("# nothing\n", "f.yaml") is None
