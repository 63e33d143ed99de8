"""A briefing as a PDF of two to four pages: archival (PDF/A-2a) and accessible (PDF/UA-1).

Sources: ISO 19005-2, ISO 14289-1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from node.errors import NodeError
from node.model.release import Json
from node.web.takeaway.document import Briefing, Chart, TextTable
from node.web.takeaway.glyphs import characters, displayable
from node.web.takeaway.widths import display_length, longest, unbreakable

if TYPE_CHECKING:
    from typst import Compiler, Fonts

MIN_PAGES, MAX_PAGES = 2, 4
KEPT = 11
"""Typst keeps what it has laid out until so many documents have followed: empty ones, to give the memory back."""
SOURCE_COLUMNS = 5
"""Parts of a source that stand in its first line; its file and SHA-256 stand under them."""
SIDES = 5
"""Characters that a column is wider than its text, for the space on both sides of it."""
MAX_COLUMN = 40
"""Characters that a column of a table is made room for; longer texts wrap."""


def briefing(document: Briefing, *shorter: Briefing) -> bytes:
    """The PDF of a briefing, the same bytes for the same briefing; of the first of `shorter` that fits, where it takes
    more than four pages. Safe to call from several threads at once: one thread sets them all, in turn, in about 0.1 s
    each.

    A character that the typeface lacks is written as its number, such as [U+1F600].
    Raises: NodeError where the briefing is shorter than two pages, none fits in four, or it cannot be set.
    """
    return _setter().submit(_set, (document, *shorter)).result()


def _set(documents: Sequence[Briefing]) -> bytes:
    for document in documents:
        with _compiled(document) as compiler:
            pages = int(compiler.eval("query(<pages>).first().value"))
            if pages > MAX_PAGES and document is not documents[-1]:
                continue
            if not MIN_PAGES <= pages <= MAX_PAGES:
                raise NodeError(
                    f"the briefing “{document.title}” takes {pages} pages, and must take {MIN_PAGES} to {MAX_PAGES}: "
                    f"{'cut' if pages > MAX_PAGES else 'add'} rows or sections"
                )
            pdf = compiler.compile(
                _template(), format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=document.generated
            )
            if not isinstance(pdf, bytes):
                raise NodeError(f"the briefing “{document.title}” came as several files")
            return pdf
    raise NodeError("there is no briefing to set; give one")


@contextmanager
def _compiled(document: Briefing) -> Iterator[Compiler]:
    """Typst with the document in it; what it has laid out is forgotten afterwards."""
    import typst  # noqa: PLC0415 (a process that makes no briefing does not load it)

    fonts, folder, known = _typeface()
    inputs = {
        "document": json.dumps(_displayable(_plain(document), known), ensure_ascii=False),
        "charts": json.dumps([list(section.chart.png) for section in document.sections if section.chart]),
    }
    compiler = typst.Compiler(_template(), folder, fonts, ignore_system_fonts=True, sys_inputs=inputs)
    try:
        yield compiler
    except RuntimeError as error:
        raise NodeError(f"the briefing “{document.title}” cannot be set: {error}") from error
    finally:
        for _ in range(KEPT):
            compiler.compile(b"", format="pdf", sys_inputs=None)


@cache
def _setter() -> ThreadPoolExecutor:
    # Each thread that sets keeps tens of megabytes of its own, which one does once.
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="briefing")


@cache
def _typeface() -> tuple[Fonts, Path, frozenset[str]]:
    """Sarabun, which has Latin and Thai: its fonts, their folder, and the characters it has."""
    import fontpkg_sarabun  # noqa: PLC0415 (as typst)
    import typst  # noqa: PLC0415 (as above)

    folder = Path(fontpkg_sarabun.ROOT) / "files"
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    return fonts, folder, characters(folder / "Sarabun-Regular.ttf")


@cache
def _template() -> bytes:
    return Path(__file__).with_name("briefing.typ").read_bytes()


def _plain(document: Briefing) -> Json:
    """What the template reads, charts' files aside."""
    headings = document.labels.headings.cells
    sources = [[str(cell) for cell in source.cells] for source in document.sources]
    return {
        "language": document.language,
        "title": document.title,
        "subtitle": document.subtitle,
        "leads": list(document.leads),
        "figures": [{"label": one.label, "figure": one.figure, "note": one.note} for one in document.figures],
        "sections": [
            {
                "heading": section.heading,
                "paragraphs": list(section.paragraphs),
                "chart": _chart(section.chart) if section.chart else None,
                "table": _table(section.table) if section.table else None,
            }
            for section in document.sections
        ],
        "sources": [list(source) for source in sources],
        "headings": list(headings),
        "source-widths": _widths(headings[:SOURCE_COLUMNS], sources),
        "sources-heading": document.labels.sources,
        "verification": [{"label": one.label, "code": one.code, "how": one.how} for one in document.verification],
        "verification-heading": document.labels.verification,
        "page": document.labels.page,
        "author": document.author,
        "footer": document.footer,
        "synthetic": document.synthetic,
    }


def _displayable(plain: Json, known: frozenset[str]) -> Json:
    match plain:
        case str():
            return displayable(plain, known)
        case list():
            return [_displayable(part, known) for part in plain]
        case dict():
            return {name: _displayable(part, known) for name, part in plain.items()}
        case _:
            return plain


def _chart(chart: Chart) -> Json:
    return {
        "width": chart.width,
        "height": chart.height,
        "alternative": chart.alternative,
        "caption": chart.caption,
    }


def _table(table: TextTable) -> Json:
    return {
        "headings": list(table.headings),
        "numeric": list(table.numeric),
        "rows": [list(row) for row in table.rows],
        "caption": table.caption,
        "widths": _widths(table.headings, table.rows),
    }


def _widths(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Json]:
    """For each column a share of the page's width: of its longest text, and of its heading in three lines."""
    return [
        min(max(longest(row[place] for row in rows), unbreakable(heading), display_length(heading) // 3), MAX_COLUMN)
        + SIDES
        for place, heading in enumerate(headings)
    ]
