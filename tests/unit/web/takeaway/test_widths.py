"""Widths count what takes a place."""

from __future__ import annotations

import pytest

from node.web.takeaway.widths import display_length, longest, unbreakable


@pytest.mark.parametrize(("text", "places"), [("", 0), ("abc", 3), ("ที่", 1), ("น้ำ", 2), ("e\u0301", 1)])
def test_marks_take_no_place(text: str, places: int) -> None:
    assert display_length(text) == places


def test_the_longest_text() -> None:
    assert longest(["a", "ที่ที่ที่", "bb"]) == 3
    assert longest([]) == 0


@pytest.mark.parametrize(
    ("text", "places"),
    [("Vacancies per 100 job seekers", 9), ("ตำแหน่งงานว่างต่อผู้หางาน", 12), ("งาน", 3), ("W" * 40, 40), (" ", 0)],
)
def test_what_stays_on_one_line(text: str, places: int) -> None:
    assert unbreakable(text) == places
