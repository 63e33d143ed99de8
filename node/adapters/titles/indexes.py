"""Title indexes in the form their publishers give them, and the titles that come with the program."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from node.coding.correspondence import ISCO_08, OCCUPATION_PREFIX, CorrespondenceLibrary, Kind
from node.coding.titles.training import KnownTitle
from node.config import TitleIndexConfig
from node.errors import MappingError
from node.model.records import Scheme

OWN_TITLES = Path(__file__).with_name("own_titles.csv")
"""Titles of the exchange's own: Thai ones, for which no index can be had, and trades that indexes are too old for."""


@dataclass(frozen=True, slots=True)
class _Form:
    """Columns of titles and of the code, in any of the names they are published under; `scheme` of the codes."""

    titles: tuple[str, ...]
    code: tuple[str, ...]
    scheme: Scheme
    unit: Callable[[str], str] = str


_FORMS: Mapping[str, _Form] = {
    "isco-index": _Form(("title_en", "Title", "TITLE_EN"), ("isco08", "ISCO 08", "ISCO 08 Code"), ISCO_08),
    "esco": _Form(("preferredLabel", "altLabels"), ("iscoGroup",), ISCO_08),
    "kbji": _Form(("title_id", "Nama Jabatan"), ("code", "Kode"), Scheme("KBJI", "2014")),
    "masco": _Form(
        ("title_ms", "Tajuk"), ("code", "Kod"), Scheme("MASCO", "2020"), lambda code: code.partition("-")[0]
    ),
    "ssoc": _Form(("title_en", "SSOC 2024 Title"), ("code", "SSOC 2024"), Scheme("SSOC", "2024")),
}


@dataclass(frozen=True, slots=True)
class IndexRead:
    """What an index gave. `unknown`: rows whose code its scheme's table does not have, or that have no title."""

    origin: str
    titles: tuple[KnownTitle, ...]
    unknown: int


def shipped_titles(library: CorrespondenceLibrary) -> Iterator[KnownTitle]:
    """The titles that the correspondence tables carry, and the exchange's own."""
    for table in library.of_kind(Kind.OCCUPATION):
        for rows in table.index.values():
            if rows[0].title:
                yield KnownTitle(rows[0].title, tuple(row.target for row in rows), f"table {table.scheme}")
    yield from own_titles()


def own_titles() -> Iterator[KnownTitle]:
    """The exchange's own titles. Raises: MappingError naming the row."""
    for line, row in _rows(OWN_TITLES):
        if not (row.get("code") and row.get("title")):
            raise MappingError(f"{OWN_TITLES.name}, row {line}: a code and a title are expected")
        yield KnownTitle(row["title"], (f"{OCCUPATION_PREFIX}{row['code']}",), "titles of the exchange")


def read_index(index: TitleIndexConfig, library: CorrespondenceLibrary) -> IndexRead:
    """The titles of an index, coded to ISCO-08 by its scheme's table.

    Raises: MappingError where the file is not there, is no CSV in UTF-8, lacks a column of its form, or has no code
    that the table knows.
    """
    form, origin = _FORMS[index.form], f"{index.form} {index.file.name}"
    table = library.table(Kind.OCCUPATION, form.scheme)
    found: list[KnownTitle] = []
    unknown = 0
    for _, row in _rows(index.file, form):
        code = form.unit(next((row[name] for name in form.code if row.get(name)), "").strip())
        if form.scheme == ISCO_08:
            code = code.removeprefix(OCCUPATION_PREFIX)
        targets = tuple(line.target for line in table.find(code))
        written = [part.strip() for name in form.titles for part in (row.get(name) or "").splitlines() if part.strip()]
        if not targets or not written:
            unknown += 1
        found += [KnownTitle(text, targets, origin) for text in written if targets]
    if not found:
        raise MappingError(
            f"{index.file}: no row has a title and a code that {form.scheme} knows; is it “{index.form}”?"
        )
    return IndexRead(origin, tuple(found), unknown)


def _rows(path: Path, form: _Form | None = None) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        raise MappingError(f"title index {path} cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError as problem:
        raise MappingError(f"title index {path} is not UTF-8 at byte {problem.start}; save it as UTF-8") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    columns = reader.fieldnames or ()
    for names in () if form is None else (form.titles, form.code):
        if not set(names) & set(columns):
            raise MappingError(
                f"title index {path} has no column {' or '.join(names)}; its columns: {', '.join(columns)}"
            )
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as problem:
        raise MappingError(f"title index {path}, row {reader.line_num}: not valid CSV: {problem}") from None
