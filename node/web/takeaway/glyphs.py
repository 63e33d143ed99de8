"""Which characters the typeface of briefings has, and what is written for those it has not."""

from __future__ import annotations

import struct
import unicodedata
from pathlib import Path

from node.errors import NodeError

UNSEEN = "\u200b\u200c\u200d\u2060\u00ad"
"""Characters without a shape, which decide where lines break and letters join."""
LIKE = {"\u2010": "-", "\u2011": "-", "\u2212": "\u2013"}
"""What stands for a character that the typeface lacks and another looks like."""


def characters(font: Path) -> frozenset[str]:
    """The characters of a TrueType font.

    Source: OpenType 1.9.1, cmap, format 4 (segment mapping to delta values).
    Raises: NodeError where the font has no such table.
    """
    data = font.read_bytes()
    tables = {tag: offset for tag, _, offset, _ in struct.iter_unpack(">4sLLL", data[12 : 12 + 16 * _short(data, 4)])}
    cmap = tables.get(b"cmap", 0)
    for place in range(_short(data, cmap + 2) if cmap else 0):
        (offset,) = struct.unpack_from(">L", data, cmap + 8 + 8 * place)
        if _short(data, cmap + offset) == 4:
            return frozenset(map(chr, _segments(data, cmap + offset)))
    raise NodeError(f"{font.name} does not say which characters it has: install fontpkg-sarabun again")


def displayable(text: str, known: frozenset[str]) -> str:
    """The text in characters of the typeface, composed (NFC): one that it lacks as its number, `[U+1F600]`, so that
    none is lost. A break of any kind is a space."""
    return "".join(_shown(character, known) for character in unicodedata.normalize("NFC", text))


def _shown(character: str, known: frozenset[str]) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return character if character == "\u00a0" else " "
    if character in known or character in UNSEEN:
        return character
    return LIKE.get(character) or f"[U+{ord(character):04X}]"


def _segments(data: bytes, start: int) -> set[int]:
    count = _short(data, start + 6) // 2
    ends = struct.unpack_from(f">{count}H", data, start + 14)
    # The ends and two bytes of padding come before the starts.
    starts = struct.unpack_from(f">{count}H", data, start + 16 + 2 * count)
    found = {code for first, last in zip(starts, ends, strict=True) for code in range(first, last + 1)}
    return found - {0xFFFF}


def _short(data: bytes, place: int) -> int:
    value: int = struct.unpack_from(">H", data, place)[0]
    return value
