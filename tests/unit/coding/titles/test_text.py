"""What is left of titles as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.coding.titles.text import MAX_WORDS, clean, title_key, title_words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("<b>Guru</b>&nbsp;TK", "guru tk"),
        ("Data Analyst 🔥🔥 (Jakarta Selatan)", "data analyst"),
        ("URGENT!! Dibutuhkan Segera: SOPIR TRUK", "sopir truk"),
        ("Akuntan\x00\x07\tSenior\u200b", "akuntan senior"),
        ("Sales Executive - Rp 5.000.000 - 7 juta", "sales executive juta"),
        ("Kerani RM2,500", "kerani"),
        ("Operator, machine: drilling (wood)", "operator machine drilling wood"),
        ("Programmer C++ / C#", "programmer c++ c#"),
        ("PT Maju Jaya Tbk: Welder", "maju jaya welder"),
        ("พนักงานขับรถบรรทุก (กรุงเทพ) ด่วน", "พนักงานขับรถบรรทุก"),
        ("น้ำ", "น\u0e49\u0e4d\u0e32"),
        ("ＡＣＣＯＵＮＴＡＮＴ", "accountant"),
        ("Penghantar Surat", "penghantar surat"),
    ],
)
def test_words_that_say_what_the_job_is(written: str, words: str) -> None:
    assert " ".join(title_words(written)) == words


@pytest.mark.parametrize(
    "written", ["", "   ", "123", "🔥", "<br/>", "(Jakarta)", "URGENT HIRING", "\x00\x01", "RM 3,000"]
)
def test_a_title_may_say_nothing(written: str) -> None:
    assert title_words(written) == ()
    assert title_key(written) == ""


def test_ten_thousand_characters_are_cut_to_a_title() -> None:
    assert len(title_words("welder " * 10_000)) == MAX_WORDS
    assert title_words("<" * 10_000) == ()
    assert title_words("x" * 20_000) == ("x" * 10_000,)


def test_order_does_not_make_another_title() -> None:
    assert title_key("Collector, bill and account") == title_key("Bill Account Collector")
    assert title_key("Bill collector") != title_key("Bill account collector")


@given(st.text(max_size=300))
def test_whatever_is_written_is_read(written: str) -> None:
    assert clean(clean(written)) == clean(written) or "&" in written or "<" in written
    assert all(word.strip() == word and word for word in title_words(written))
