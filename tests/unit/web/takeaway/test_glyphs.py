"""Which characters the typeface has is read from the font itself."""

from __future__ import annotations

from pathlib import Path

import fontpkg_sarabun
import pytest

from node.errors import NodeError
from node.web.takeaway.glyphs import LIKE, characters, displayable

FONTS = Path(fontpkg_sarabun.ROOT) / "files"
USED = ("Regular", "Medium", "SemiBold", "Bold")


def font(weight: str) -> Path:
    return FONTS / f"Sarabun-{weight}.ttf"


def test_latin_thai_and_the_signs_of_a_briefing_are_there() -> None:
    known = characters(font("Regular"))
    assert set("AZaz09é–—…’“”·×∞≥≤▲▼กฮำ์๙฿") <= known
    assert not set("✓⚠😀م\uffff") & known


def test_every_weight_used_has_the_same_characters() -> None:
    assert len({characters(font(weight)) for weight in USED}) == 1


def test_what_stands_for_others_is_there() -> None:
    assert set(LIKE.values()) <= characters(font("Regular"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [("ab", "ab"), ("a\u00a0b", "a\u00a0b"), ("a\r\nb", "a  b"), ("a\u200bb", "a\u200bb"), ("c", "[U+0063]"), ("", "")],
)
def test_a_character_that_is_not_there_is_written_as_its_number(text: str, shown: str) -> None:
    assert displayable(text, frozenset("ab")) == shown


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    damaged = tmp_path / "none.ttf"
    damaged.write_bytes(b"\0" * 64)
    with pytest.raises(NodeError, match=r"none.ttf does not say which characters it has"):
        characters(damaged)
