"""Text that a partner wrote, as it is shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.model.foreign import shown


@pytest.mark.parametrize(
    "text", ["Kementerian Ketenagakerjaan", "กระทรวงแรงงาน", "Kementerian Sumber Manusia — Malaysia", ""]
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[2Jgone", "�[2Jgone"), ("a\x9bb", "a�b"), ("abc\u202egpj", "abc�gpj"), ("a\u2066b", "a�b"),
        ("a\0b", "a�b"), ("one\r\ntwo\tthree", "one  two three"), ("a\u2028b", "a�b"), ("\ud800", "�"),
    ],
)  # fmt: skip
def test_what_steers_a_terminal_or_turns_the_writing_round_is_replaced(text: str, seen: str) -> None:
    assert shown(text) == seen


def test_a_long_text_is_cut_and_says_so() -> None:
    assert shown("x" * 80) == "x" * 80
    assert shown("x" * 81) == "x" * 79 + "…"
    assert shown(10**100, 10) == "100000000…"


@given(st.text(st.characters()), st.integers(1, 100))
def test_it_is_bounded_one_line_encodable_and_shown_twice_the_same(text: str, limit: int) -> None:
    once = shown(text, limit)
    assert len(once) <= limit
    assert not any(unicodedata.category(character)[0] == "C" for character in once)
    assert once.splitlines() in ([], [once])
    assert once.encode().decode() == shown(once, limit)
