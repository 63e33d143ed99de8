"""A source's field mapping against its profile: which columns are read, and what each of them holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from math import inf

from node.config import FieldSource, SourceConfig
from node.errors import ConfigurationError, SourceUnreadable
from node.model.profile import RECORD, ExchangeProfile, FieldKind, RecordField

RECORD_KEY = "record"
"""The KEY field that tells records apart; a profile that declares it has it checked for repeats."""

SHOWN_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """The fields a source maps, in the profile's order, and the role some of them play.

    `contributor`: the field of the contributor, None where each record is one; `record_key`: whether records
    have keys to check for repeats.
    """

    fields: tuple[tuple[RecordField, FieldSource], ...]
    contributor: str | None
    record_key: bool

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(field.name for field, _ in self.fields if field.kind is FieldKind.CODE)

    def has(self, name: str | None) -> bool:
        return any(field.name == name for field, _ in self.fields)


def map_fields(source: SourceConfig, profile: ExchangeProfile) -> FieldMapping:
    """The mapping of `source`, checked.

    Raises: ConfigurationError when it names a field the profile does not declare, or lacks a required one.
    """
    declared = {field.name: field for field in profile.fields}
    mapped = dict(source.fields)
    if unknown := sorted(set(mapped) - set(declared)):
        raise ConfigurationError(
            f"source {source.id}: {profile.dataflow} has no field {', '.join(unknown)}; "
            f"its fields are {', '.join(declared)}"
        )
    if absent := [name for name, field in declared.items() if field.required and name not in mapped]:
        raise ConfigurationError(
            f"source {source.id}: {profile.dataflow} needs the field {', '.join(absent)}; "
            "name its column, or a constant, in node.toml"
        )
    contributor = profile.protection.contributor
    if contributor != RECORD and contributor not in mapped:
        raise ConfigurationError(
            f"source {source.id}: {profile.dataflow} protects each {contributor}; name its column in node.toml"
        )
    for name, field in mapped.items():
        if field.constant is not None:
            _check_constant(source, declared[name], field.constant)
    used = {RECORD_KEY, contributor}
    fields = tuple(
        (field, mapped[name])
        for name, field in declared.items()
        if name in mapped and (field.kind is not FieldKind.KEY or name in used)
    )
    record_key = any(field.name == RECORD_KEY and field.kind is FieldKind.KEY for field, _ in fields)
    return FieldMapping(fields, None if contributor == RECORD else contributor, record_key)


def _check_constant(source: SourceConfig, field: RecordField, constant: str) -> None:
    """A constant stands in every record, so what is wrong with it is wrong with the configuration."""
    if not _fits(field.kind, constant):
        wanted = {FieldKind.DATE: "date such as 2026-10-31", FieldKind.COUNT: "whole number"}.get(field.kind, "weight")
        raise ConfigurationError(
            f"source {source.id}: the constant “{constant}” of field {field.name} is not a {wanted}"
        )


def _fits(kind: FieldKind, constant: str) -> bool:
    try:
        if kind is FieldKind.DATE:
            return date.fromisoformat(constant).isoformat() == constant
        if kind is FieldKind.WEIGHT:
            return 0 <= float(constant) < inf
    except ValueError:
        return False
    return kind is not FieldKind.COUNT or (constant.isascii() and constant.isdigit())


def columns_read(source: SourceConfig, mapping: FieldMapping) -> tuple[str, ...]:
    """The columns that the release needs, each once; no other column of the source is read."""
    named: list[str | None] = [source.occupation.column, source.place.column, source.title, *source.duplicates]
    named += [mapped.column for _, mapped in mapping.fields]
    named += [condition.column for condition in source.where]
    return tuple(dict.fromkeys(column for column in named if column is not None))


def require_columns(wanted: Iterable[str], there: tuple[str, ...], what: str) -> None:
    """Raises: SourceUnreadable naming the columns that are missing, their nearest match and those that are there.

    Where none of the wanted columns is there, what should be names is as likely a person's record, and nothing
    of it is repeated.
    """
    wanted = tuple(wanted)
    missing = [column for column in wanted if column not in there]
    if not missing:
        return
    if len(missing) == len(wanted):
        raise SourceUnreadable(f"{what} has none of the columns “{'”, “'.join(missing)}”. {_others(there)}")
    shown = ", ".join(there[:SHOWN_COLUMNS]) + (" ..." if len(there) > SHOWN_COLUMNS else "")
    near = get_close_matches(missing[0].casefold(), [column.casefold() for column in there], n=1)
    match = next((column for column in there if near and column.casefold() == near[0]), None)
    hint = f"; did you mean “{match}”?" if match is not None else "."
    raise SourceUnreadable(f"{what} has no column “{'”, “'.join(missing)}”{hint} It has: {shown}")


def _others(there: tuple[str, ...]) -> str:
    """What may be wrong where no wanted column is there."""
    if len(there) == 1:
        return "It has one column, which is not shown here; is the delimiter right, and is there a header line?"
    return (
        f"It has {len(there)} others, not shown here since they may be a record; is the header line missing, "
        "or are other names set in node.toml?"
    )
