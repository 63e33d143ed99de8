"""Widths and line breaks of Latin and Thai text."""

from __future__ import annotations

import json
import re

import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st

from node.web.charts.fonts import FAMILY, SEMIBOLD, font_directory, font_files, font_licence
from node.web.charts.metrics import width_of, wrap

THAI = "ตำแหน่งงานผู้ประกอบวิชาชีพขาดแคลนในปีนัง สงขลา และสุมาตราเหนือ"
DEPENDENT = re.compile("^[\u0e30-\u0e3a\u0e45\u0e47-\u0e4e]")


@pytest.mark.parametrize("text", ["HHHHHHHHHH", "The quick brown fox", "ผู้ประกอบวิชาชีพ"])
def test_widths_are_those_that_the_renderer_finds(text: str) -> None:
    vl_convert.register_font_directory(str(font_directory()))
    mark = {"type": "text", "font": FAMILY, "fontSize": 100, "align": "left", "x": 0}
    spec = {
        "data": {"values": [{"t": text}]},
        "width": 10,
        "padding": 0,
        "mark": mark,
        "encoding": {"text": {"field": "t"}},
    }
    svg = vl_convert.vegalite_to_svg(json.dumps({**spec, "config": {"view": {"stroke": None}}}))
    found = re.search(r'viewBox="0 0 ([\d.]+)', svg)
    assert found is not None
    assert width_of(text, 100) == pytest.approx(float(found[1]), rel=0.01)


def test_widths_grow_with_letters_size_and_weight() -> None:
    assert width_of("i", 1_000) < width_of("o", 1_000) < width_of("W", 1_000)
    assert width_of("HH", 10) == pytest.approx(2 * width_of("H", 10))
    assert width_of("H", 20) == pytest.approx(2 * width_of("H", 10))
    assert width_of("Hello", 10, SEMIBOLD) > width_of("Hello", 10)


def test_marks_above_and_below_take_no_room() -> None:
    assert width_of("\u0e01\u0e38\u0e49", 10) == width_of("\u0e01", 10)


@given(text=st.text(st.sampled_from("abc déWM/กขคเแำีุ่ -"), max_size=60), width=st.floats(20, 200))
def test_no_line_is_wider_than_asked_and_no_letter_is_lost(text: str, width: float) -> None:
    lines = wrap(text, width, 10)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
    assert all(width_of(line, 10) <= width or len(line) <= 4 for line in lines)


def test_lines_break_at_spaces_first() -> None:
    assert wrap("Health and Social Care", 80, 13) == ("Health and", "Social Care")


def test_thai_breaks_where_syllables_begin_and_never_before_a_mark() -> None:
    for width in range(40, 200, 7):
        lines = wrap(THAI, width, 13)
        assert not [line for line in lines if DEPENDENT.match(line)]
        assert not [line for line in lines if line[-1] in "เแโใไ"]


def test_zero_width_spaces_say_where_thai_may_break() -> None:
    assert wrap("สุมาตรา\u200bเหนือ", width_of("สุมาตรา", 13) + 1, 13) == ("สุมาตรา", "เหนือ")
    assert wrap("สุมาตรา\u200bเหนือ", 500, 13) == ("สุมาตราเหนือ",)


def test_soft_hyphens_show_only_where_a_line_breaks() -> None:
    assert wrap("Profes\u00adsionals", 500, 13) == ("Professionals",)
    assert wrap("Profes\u00adsionals", 50, 13) == ("Profes-", "sionals")


def test_no_text_is_one_empty_line() -> None:
    assert wrap("", 50, 13) == ("",)


def test_the_font_files_are_there_with_their_licence() -> None:
    files = font_files()
    assert [file.weight for file in files] == [400, 600, 700]
    assert all(file.path.read_bytes()[:4] == b"\x00\x01\x00\x00" for file in files)
    assert "SIL OPEN FONT LICENSE" in font_licence().read_text(encoding="utf-8").upper()
