"""What a PDF says to a reader that keeps to ISO 32000-1, 14.9.4: an `ActualText` stands in place of what it covers.

pypdf alone reads what the glyphs stand for one by one, which takes Thai letters with marks apart.
"""

from __future__ import annotations

import io
import re

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream, DictionaryObject

BFCHAR = re.compile(r"<([0-9A-F]{4})> <([0-9A-F]+)>")


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def squeezed(text: str) -> str:
    """Without spaces and breaks, which are where a page happens to have them."""
    return re.sub(r"\s+", "", text)


def pages(pdf: bytes) -> list[str]:
    """The text of each page, without spaces and breaks."""
    document = reader(pdf)
    return [squeezed(_page(document, page)) for page in document.pages]


def whole(pdf: bytes) -> str:
    return "".join(pages(pdf))


def _page(document: PdfReader, page: PageObject) -> str:
    maps = {name: _letters(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
    said: list[str] = []
    covered: list[bool] = []
    letters: dict[bytes, str] = {}
    for operands, operator in ContentStream(page.get_contents(), document).operations:
        if operator == b"BDC":
            properties = operands[1]
            actual = isinstance(properties, DictionaryObject) and properties.get("/ActualText")
            if actual and not any(covered):
                said.append(str(actual))
            covered.append(bool(actual))
        elif operator == b"BMC":
            covered.append(False)
        elif operator == b"EMC":
            covered.pop()
        elif operator == b"Tf":
            letters = maps[operands[0]]
        elif operator in (b"Tj", b"TJ") and not any(covered):
            shown = operands[0] if operator == b"TJ" else operands
            said += [_decoded(part, letters) for part in shown if isinstance(part, str | bytes)]
    return "".join(said)


def _letters(font: DictionaryObject) -> dict[bytes, str]:
    cmap = font["/ToUnicode"].get_object().get_data().decode("latin-1")
    assert "beginbfrange" not in cmap, "this reader knows single characters only"
    section = "".join(re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL))
    return {bytes.fromhex(code): bytes.fromhex(text).decode("utf-16-be") for code, text in BFCHAR.findall(section)}


def _decoded(shown: str | bytes, letters: dict[bytes, str]) -> str:
    data = getattr(shown, "original_bytes", shown)
    assert isinstance(data, bytes)
    return "".join(letters.get(data[place : place + 2], "\ufffd") for place in range(0, len(data), 2))
