"""How wide text is in the charts' font, and where its lines break, in Latin and in Thai."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from node.web.charts.fonts import REGULAR, SEMIBOLD, Weight, font_files

SOFT_HYPHEN, ZERO_WIDTH_SPACE = "\u00ad", "\u200b"
THAI_OPENINGS = (
    "การ",
    "ความ",
    "ผู้",
    "ด้าน",
    "และ",
    "หรือ",
    "กลุ่ม",
    "พื้นที่",
    "จังหวัด",
    "อาชีพ",
    "วิชาชีพ",
    "แรงงาน",
    "ตำแหน่ง",
    "ของ",
    "จาก",
)
THAI_BREAK = re.compile(f"(?<=[\u0e01-\u0e5b])(?=[\u0e40-\u0e44]|{'|'.join(THAI_OPENINGS)})")
"""Where a Thai line may break, as Thai has no spaces between words: before a vowel that is written first, where a
syllable begins, and before words that labels and headlines are full of. Zero-width spaces in a text go before."""
CLUSTER = re.compile("[\u0e40-\u0e44]?.[\u0e30-\u0e3a\u0e45\u0e47-\u0e4e\u0300-\u036f]*", re.DOTALL)
"""What must stay on one line: a letter with the vowels before it and the marks above, below and after it."""


@dataclass(frozen=True, slots=True)
class Face:
    """Advance widths of one font file, in thousandths of its size. Source: OpenType 1.9, tables cmap (4) and hmtx."""

    advances: Mapping[int, float]
    unknown: float


def width_of(text: str, size: float, weight: Weight = REGULAR) -> float:
    """Width of one line in pixels; `size` in pixels. Kerning is not reckoned: it only makes lines shorter."""
    face = _face(SEMIBOLD if weight >= SEMIBOLD else REGULAR)
    advances, unknown = face.advances, face.unknown
    return sum(advances.get(ord(letter), unknown) for letter in text) * size / 1_000


def line_height(size: float) -> float:
    """Pixels from line to line; Thai marks above and below need more room than Latin letters."""
    return size * 1.25


@lru_cache(maxsize=4_096)
def wrap(text: str, width: float, size: float, weight: Weight = REGULAR) -> tuple[str, ...]:
    """The lines of a text, none wider than `width` pixels unless a single letter is.

    Lines break at spaces, at soft hyphens (then shown as hyphens), at zero-width spaces and after slashes; where one
    word is wider than a line, where Thai syllables begin, and failing that between letters.
    """
    lines: list[str] = []
    line = ""
    for piece, gap in _pieces(text, width, size, weight):
        if line and width_of(_shown(line + gap + piece, at_end=True), size, weight) > width:
            lines.append(_shown(line, at_end=True))
            line = piece
        else:
            line = line + gap + piece if line else piece
    return (*lines, _shown(line, at_end=False)) if line else tuple(lines) or ("",)


def _pieces(text: str, width: float, size: float, weight: Weight) -> Iterator[tuple[str, str]]:
    """Pieces that stay whole, each with what stands before it where both are on one line."""
    for word in text.split():
        gap = " "
        for part in re.split(f"(?<={SOFT_HYPHEN})|{ZERO_WIDTH_SPACE}|(?<=/)(?=.)", word):
            for piece in _narrowed(part, width, size, weight):
                yield piece, gap
                gap = ""


def _narrowed(part: str, width: float, size: float, weight: Weight) -> list[str]:
    if width_of(part, size, weight) <= width:
        return [part]
    syllables = THAI_BREAK.split(part)
    if len(syllables) > 1:
        return [piece for syllable in syllables for piece in _narrowed(syllable, width, size, weight)]
    return CLUSTER.findall(part)


def _shown(line: str, *, at_end: bool) -> str:
    broken = at_end and line.endswith(SOFT_HYPHEN)
    return line.replace(SOFT_HYPHEN, "") + ("-" if broken else "")


@cache
def _face(weight: Weight) -> Face:
    path = next(file.path for file in font_files() if file.weight == weight)
    data = path.read_bytes()
    count = struct.unpack_from(">H", data, 4)[0]
    tables = {
        tag.decode("ascii"): offset
        for tag, _, offset, _ in (struct.unpack_from(">4sIII", data, 12 + 16 * index) for index in range(count))
    }
    units = struct.unpack_from(">H", data, tables["head"] + 18)[0]
    measured = struct.unpack_from(">H", data, tables["hhea"] + 34)[0]
    widths = [struct.unpack_from(">H", data, tables["hmtx"] + 4 * index)[0] for index in range(measured)]
    advances = {
        code: widths[min(glyph, measured - 1)] * 1_000 / units
        for code, glyph in _glyphs(data, tables["cmap"])
        if glyph != 0
    }
    return Face({**advances, ord(SOFT_HYPHEN): 0.0, ord(ZERO_WIDTH_SPACE): 0.0}, unknown=1_000.0)


def _glyphs(data: bytes, cmap: int) -> Iterator[tuple[int, int]]:
    """Code points and glyphs of the format 4 subtable, which holds all that the family can write."""
    subtables = (struct.unpack_from(">HHI", data, cmap + 4 + 8 * i) for i in range(_u16(data, cmap + 2)))
    start = next(cmap + offset for _, _, offset in subtables if _u16(data, cmap + offset) == 4)
    doubled = _u16(data, start + 6)
    ends, starts = start + 14, start + 16 + doubled
    for at in range(0, doubled, 2):
        first, last = _u16(data, starts + at), _u16(data, ends + at)
        delta, reach = _u16(data, starts + doubled + at), _u16(data, starts + 2 * doubled + at)
        for code in range(first, min(last, 0xFFFE) + 1):
            if reach == 0:
                yield code, (code + delta) & 0xFFFF
                continue
            glyph = _u16(data, starts + 2 * doubled + at + reach + 2 * (code - first))
            yield code, (glyph + delta) & 0xFFFF if glyph else 0


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")
