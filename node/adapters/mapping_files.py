"""Correspondence tables from `mappings/`: each is `<SCHEME>_<EDITION>.csv` with a sidecar `.yaml`.

`docs/reference/mappings.md` describes both files.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import marshmallow as ma

from node.adapters.strict_csv import parse_strict_csv
from node.adapters.strict_yaml import load_strict_yaml
from node.coding.codes import CodeForm, PrefixRule
from node.coding.correspondence import (
    Correspondence,
    CorrespondenceLibrary,
    CorrespondenceTable,
    Kind,
    Provenance,
    Relation,
)
from node.coding.names import NameRules, words
from node.errors import MappingError
from node.model.records import Scheme

COLUMNS = ("source", "target", "relation", "weight", "note")
OPTIONAL = ("title",)
OTHER = ("distance", "names", "tiles")
"""Folders among the mappings without correspondence tables; see `node.adapters.distance_files` and `name_files`."""
_RELATIONS = {relation.value: relation for relation in Relation}
_CODELISTS = {Kind.OCCUPATION: "CL_OCCUPATION", Kind.PLACE: "CL_AREA"}
_SCHEME = re.compile(r"(\S+) (\S+)")
_Text = ma.fields.String


class _PrefixSchema(ma.Schema):
    unit = ma.fields.Integer(required=True, strict=True)
    lengths = ma.fields.List(ma.fields.Integer(strict=True), required=True)


class _NamesSchema(ma.Schema):
    of = ma.fields.List(_Text(validate=ma.validate.Regexp(r"\S+ \S+\Z")), required=True)
    country = ma.fields.List(_Text(), load_default=list)
    before = ma.fields.Dict(keys=_Text(), values=ma.fields.List(_Text()), load_default=dict)
    after = ma.fields.Dict(keys=_Text(), values=ma.fields.List(_Text()), load_default=dict)
    part_of = _Text(load_default=None)
    parts = ma.fields.List(_Text(), load_default=list)


class _SidecarSchema(ma.Schema):
    """Every key of a sidecar. marshmallow refuses any other by default."""

    scheme = _Text(required=True, validate=ma.validate.Length(min=1))
    edition = _Text(required=True, validate=ma.validate.Length(min=1))
    kind = ma.fields.Enum(Kind, by_value=True, required=True)
    target = _Text(required=True, validate=ma.validate.Length(min=1))
    title = _Text(required=True, validate=ma.validate.Length(min=1))
    publisher = _Text(required=True, validate=ma.validate.Length(min=1))
    author = _Text(required=True, validate=ma.validate.Length(min=1))
    date = _Text(required=True, validate=ma.validate.Regexp(r"\d{4}-\d{2}-\d{2}\Z"))
    licence = _Text(required=True, validate=ma.validate.Length(min=1))
    provenance = _Text(required=True, validate=ma.validate.Length(min=1))
    trust = _Text(required=True, validate=ma.validate.Length(min=1))
    separator = _Text(load_default="")
    prefix = ma.fields.Nested(_PrefixSchema, load_default=None)
    false_friends = ma.fields.List(_Text(), load_default=list)
    names = ma.fields.Nested(_NamesSchema, load_default=None)

    @ma.validates_schema
    def _target_of_kind(self, data: dict[str, object], **_: object) -> None:
        kind, target = Kind(data["kind"]), str(data["target"])
        if target == _CODELISTS[kind]:
            return
        if kind is Kind.PLACE:
            raise ma.ValidationError(f"must be {_CODELISTS[kind]} for this kind", "target")
        if not _SCHEME.fullmatch(target):
            raise ma.ValidationError(f"must be {_CODELISTS[kind]}, or a scheme and edition (`ISCO 88`)", "target")


def load_mappings(folder: Path) -> CorrespondenceLibrary:
    """All correspondence tables in `folder` and the folders below it, but OTHER.

    Raises: MappingError naming file, row and column where a table is not valid, where a CSV has no sidecar or a
    sidecar no CSV, where the folder holds no table, and for what a CorrespondenceLibrary refuses.
    """
    tables, sidecars = (
        {path for path in folder.rglob(pattern) if path.relative_to(folder).parts[0] not in OTHER}
        for pattern in ("*.csv", "*.yaml")
    )
    if not tables:
        raise MappingError(f"{folder} holds no correspondence tables (`<SCHEME>_<EDITION>.csv`)")
    for lonely in sorted({path.with_suffix("") for path in tables} ^ {path.with_suffix("") for path in sidecars}):
        raise MappingError(f"{lonely}: a table is two files, {lonely.name}.csv and {lonely.name}.yaml; one is missing")
    return CorrespondenceLibrary(tuple(load_table(path) for path in sorted(tables)))


def load_table(path: Path) -> CorrespondenceTable:
    """The correspondence table in the CSV file `path` and its sidecar.

    Raises: MappingError naming file, row and column.
    """
    sidecar = path.with_suffix(".yaml")
    rows_bytes, sidecar_bytes = _read(path), _read(sidecar)
    rows = tuple(
        _row(path.name, line, values)
        for line, values in parse_strict_csv(_text(path, rows_bytes), path.name, COLUMNS, OPTIONAL)
    )
    document = load_strict_yaml(_text(sidecar, sidecar_bytes), sidecar.name)
    try:
        settings = _SidecarSchema().load(document)  # type: ignore[arg-type]  # the schema refuses what is no mapping
    except ma.ValidationError as problem:
        places = tuple(f"{key}: {reason}" for key, reason in problem.messages_dict.items())
        raise MappingError(f"{sidecar.name}: wrong keys or values", places=places) from None
    scheme = Scheme(settings["scheme"], settings["edition"])
    if path.stem != f"{scheme.name}_{scheme.edition}":
        raise MappingError(
            f"{path.name}: the sidecar speaks of {scheme}; name the files {scheme.name}_{scheme.edition}"
        )
    try:
        return _table(scheme, rows, settings, hashlib.sha256(rows_bytes + sidecar_bytes).hexdigest())
    except MappingError as problem:
        raise MappingError(f"{path.name}: {problem}") from None


def _table(
    scheme: Scheme, rows: tuple[Correspondence, ...], settings: Mapping[str, Any], digest: str
) -> CorrespondenceTable:
    prefix, other = settings["prefix"], _SCHEME.fullmatch(settings["target"])
    said = {key: settings[key] for key in ("title", "target", "publisher", "author", "date", "licence", "trust")}
    return CorrespondenceTable(
        scheme=scheme,
        kind=settings["kind"],
        rows=rows,
        digest=digest,
        provenance=Provenance(origin=settings["provenance"], **said),
        form=CodeForm(settings["separator"]),
        prefix=PrefixRule(prefix["unit"], tuple(prefix["lengths"])) if prefix else None,
        false_friends=frozenset(settings["false_friends"]),
        via=Scheme(other[1], other[2]) if other else None,
        names=_name_rules(settings["names"]) if settings["names"] else None,
    )


def _name_rules(said: Mapping[str, Any]) -> NameRules:
    def with_kinds(given: Mapping[str, list[str]]) -> tuple[tuple[str, str], ...]:
        # The longest first: `kota administrasi` before `kota`.
        pairs = ((words(word), kind) for kind, listed in given.items() for word in listed)
        return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))

    return NameRules(
        of=tuple(Scheme(*other.split()) for other in said["of"]),
        country=frozenset(map(words, said["country"])),
        before=with_kinds(said["before"]),
        after=with_kinds(said["after"]),
        part_of=said["part_of"],
        parts=frozenset(map(words, said["parts"])),
    )


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


def _row(where: str, line: int, values: tuple[str, ...]) -> Correspondence:
    source, target, relation, weight, note, title = values
    for column, value in (("source", source), ("target", target)):
        if not value:
            raise MappingError(f"{where}, row {line}, column {column}: empty")
    if relation not in _RELATIONS:
        raise MappingError(
            f"{where}, row {line}, column relation: “{relation}”; expected one of {', '.join(_RELATIONS)}"
        )
    try:
        share = float(weight) if weight else None
    except ValueError:
        raise MappingError(f"{where}, row {line}, column weight: “{weight}” is no number") from None
    return Correspondence(source, target, _RELATIONS[relation], share, note, title)
