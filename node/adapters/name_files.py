"""Names of codes from `mappings/names/`: `<CODELIST>_<language>.csv`, and `names.yaml` with the origin of each file.

`docs/reference/mappings.md` describes them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import marshmallow as ma

from node.adapters.strict_csv import parse_strict_csv
from node.adapters.strict_yaml import load_strict_yaml
from node.errors import MappingError
from node.model.codelist import Codelist
from node.model.names import ENGLISH, NameEntry, NameProvenance, Names, NameTable

SIDECAR = "names.yaml"
COLUMNS = ("code", "name")
OPTIONAL = ("short",)


def _said() -> ma.fields.String:
    return ma.fields.String(required=True, validate=ma.validate.Length(min=1))


class _TableSchema(ma.Schema):
    title = _said()
    licence = _said()
    provenance = _said()
    trust = _said()


class _SidecarSchema(ma.Schema):
    """Every key of `names.yaml`. marshmallow refuses any other by default."""

    author = _said()
    date = ma.fields.String(required=True, validate=ma.validate.Regexp(r"\d{4}-\d{2}-\d{2}\Z"))
    languages = ma.fields.List(
        ma.fields.String(validate=ma.validate.Regexp(r"[a-z]{2}\Z", error="must be a two-letter code, as “id”")),
        required=True,
        validate=ma.validate.Length(min=1),
    )
    tables = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Nested(_TableSchema),
        required=True,
        validate=ma.validate.Length(min=1),
    )


def load_names(folder: Path, codelists: Iterable[Codelist]) -> Names:
    """The names in `folder` of the codes of `codelists`.

    Raises: MappingError naming file and row where a file is not valid, names a code, codelist or language that there
    is not, or gives one name to two codes that are not one within the other; where a table has no entry in
    `names.yaml` or an entry no table; and for what a NameTable or Names refuses.
    """
    sidecar = _sidecar(folder)
    files = {path.stem: path for path in folder.glob("*.csv")}
    if lonely := sorted(files.keys() ^ sidecar["tables"].keys()):
        raise MappingError(f"{SIDECAR} and the CSV files beside it do not name the same tables", places=tuple(lonely))
    known = {codelist.id: codelist for codelist in codelists}
    languages = tuple(sidecar["languages"])
    tables = tuple(_table(files[stem], known, languages, sidecar) for stem in sorted(files))
    try:
        return Names(languages, tables)
    except MappingError as problem:
        raise MappingError(f"{SIDECAR}: {problem}") from None


def _sidecar(folder: Path) -> dict[str, Any]:
    document = load_strict_yaml(_text(folder / SIDECAR, _read(folder / SIDECAR)), SIDECAR)
    try:
        loaded: dict[str, Any] = _SidecarSchema().load(document)  # type: ignore[arg-type]  # the schema refuses what is no mapping
    except ma.ValidationError as problem:
        places = tuple(f"{key}: {reason}" for key, reason in problem.messages_dict.items())
        raise MappingError(f"{SIDECAR}: wrong keys or values", places=places) from None
    return loaded


def _table(
    path: Path, codelists: Mapping[str, Codelist], languages: tuple[str, ...], sidecar: Mapping[str, Any]
) -> NameTable:
    where = path.name
    of, _, language = path.stem.rpartition("_")
    if of not in codelists:
        raise MappingError(f"{where}: “{of}” is no codelist; expected one of {', '.join(sorted(codelists))}")
    if language not in languages:
        raise MappingError(f"{where}: “{language}” is none of the languages in {SIDECAR}: {', '.join(languages)}")
    content = _read(path)
    rows = {}
    for line, values in parse_strict_csv(_text(path, content), where, COLUMNS, OPTIONAL):
        entry = _entry(f"{where}, row {line}", values, codelists[of], language)
        if entry.code in rows:
            raise MappingError(f"{where}, row {line}: {entry.code} is there twice")
        rows[entry.code] = (line, entry)
    _check_told_apart(where, rows, codelists[of])
    about = NameProvenance(
        author=sidecar["author"],
        date=sidecar["date"],
        digest=hashlib.sha256(content).hexdigest(),
        **sidecar["tables"][path.stem],
    )
    return NameTable(of, language, tuple(entry for _, entry in rows.values()), about)


def _entry(where: str, values: tuple[str, ...], codelist: Codelist, language: str) -> NameEntry:
    code, name, short = values
    if code not in codelist:
        raise MappingError(f"{where}, column code: “{code}” is not in {codelist.id}")
    if language == ENGLISH and name != codelist.code(code).name:
        raise MappingError(f"{where}, column name: {codelist.id} calls {code} “{codelist.code(code).name}” in English")
    try:
        return NameEntry(code, name, short)
    except MappingError as problem:
        raise MappingError(f"{where}: {problem}") from None


def _check_told_apart(where: str, rows: Mapping[str, tuple[int, NameEntry]], codelist: Codelist) -> None:
    """Readers tell codes apart by their names: only a group and what lies in it may share one."""
    for column, called in (
        ("name", {code: entry.name for code, (_, entry) in rows.items()}),
        ("short", {code: entry.short for code, (_, entry) in rows.items() if entry.short}),
    ):
        sharing: dict[str, list[str]] = defaultdict(list)
        for code, text in called.items():
            sharing[text.casefold()].append(code)
        for codes in sharing.values():
            innermost = max((codelist.lineage(code) for code in codes), key=len)
            for code in codes:
                if code not in innermost:
                    line = f"{where}, row {rows[code][0]}, column {column}"
                    raise MappingError(f"{line}: {code} is called like {innermost[0]}, which is no part of it")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise MappingError(f"{path} cannot be read: {problem.strerror}") from None


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise MappingError(f"{path.name} is not UTF-8 at byte {problem.start}; save it as UTF-8") from None
