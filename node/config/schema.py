"""What node.toml may say: its settings, their kinds, bounds and defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from node.config.settings import OPERATORS, SOURCE_KINDS


class _Schema(ma.Schema):
    class Meta:
        unknown = ma.RAISE


class _CodedColumnSchema(_Schema):
    scheme = ma.fields.String(required=True)
    edition = ma.fields.String(required=True)
    column = ma.fields.String(load_default=None)
    constant = ma.fields.String(load_default=None)

    @ma.validates_schema
    def _one_of_both(self, data: Mapping[str, Any], **_: Any) -> None:
        if (data["column"] is None) == (data["constant"] is None):
            raise ma.ValidationError("name either `column` or `constant`")


class _FieldSchema(_Schema):
    column = ma.fields.String(load_default=None)
    constant = ma.fields.String(load_default=None)
    codes = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), load_default=dict)

    @ma.validates_schema
    def _one_of_both(self, data: Mapping[str, Any], **_: Any) -> None:
        if (data["column"] is None) == (data["constant"] is None):
            raise ma.ValidationError("name either `column` or `constant`")


class _ConditionSchema(_Schema):
    column = ma.fields.String(required=True)
    operator = ma.fields.String(required=True, validate=ma.validate.OneOf(OPERATORS))
    value = ma.fields.String(required=True)


class _SourceSchema(_Schema):
    id = ma.fields.String(required=True, validate=ma.validate.Regexp(r"[a-z0-9][a-z0-9_-]{0,63}\Z"))
    dataflow = ma.fields.String(required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(SOURCE_KINDS))
    location = ma.fields.String(load_default=None)
    location_variable = ma.fields.String(load_default=None)
    table = ma.fields.String(load_default=None)
    sheet = ma.fields.String(load_default=None)
    delimiter = ma.fields.String(load_default=",", validate=ma.validate.Length(equal=1))
    areas = ma.fields.List(ma.fields.String(), load_default=list)
    occupation = ma.fields.Nested(_CodedColumnSchema, required=True)
    place = ma.fields.Nested(_CodedColumnSchema, required=True)
    fields_ = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.Nested(_FieldSchema), data_key="fields", load_default=dict
    )
    where = ma.fields.List(ma.fields.Nested(_ConditionSchema), load_default=list)

    @ma.validates_schema
    def _consistent(self, data: Mapping[str, Any], **_: Any) -> None:
        if (data["location"] is None) == (data["location_variable"] is None):
            raise ma.ValidationError("name either `location` or `location_variable`")
        if data["kind"] == "sql" and data["table"] is None:
            raise ma.ValidationError("an SQL source names its `table` or view")


def _printable(text: str) -> None:
    if not text.isprintable():
        raise ma.ValidationError("write one line, without control characters")


class _NodeSchema(_Schema):
    country = ma.fields.String(required=True, validate=ma.validate.Regexp(r"[A-Z]{2}\Z"))
    authority = ma.fields.String(required=True)
    name = ma.fields.String(required=True, validate=[ma.validate.Length(1, 200), _printable])
    synthetic = ma.fields.Boolean(load_default=False)


class _FoldersSchema(_Schema):
    profiles = ma.fields.String(load_default=None)
    mappings = ma.fields.String(load_default=None)


class _StoreSchema(_Schema):
    database_url = ma.fields.String(load_default=None)
    database_url_variable = ma.fields.String(load_default=None)


class _KeysSchema(_Schema):
    passphrase_file = ma.fields.String(load_default=None)


def _positive(default: int) -> ma.fields.Integer:
    return ma.fields.Integer(load_default=default, strict=True, validate=ma.validate.Range(min=1))


class _LifetimeSchema(_Schema):
    root_days = _positive(365)
    targets_days = _positive(180)
    snapshot_days = _positive(30)
    timestamp_days = _positive(7)


class _LimitSchema(_Schema):
    target_bytes = _positive(200_000_000)
    timeout_seconds = ma.fields.Float(load_default=30.0, validate=ma.validate.Range(min=0.1))
    engine_memory_mib = _positive(1_024)
    engine_threads = _positive(2)


class _ScheduleSchema(_Schema):
    pull_minutes = _positive(60)


class FileSchema(_Schema):
    node = ma.fields.Nested(_NodeSchema, required=True)
    folders = ma.fields.Nested(_FoldersSchema, load_default=lambda: _FoldersSchema().load({}))
    store = ma.fields.Nested(_StoreSchema, load_default=lambda: _StoreSchema().load({}))
    keys = ma.fields.Nested(_KeysSchema, load_default=lambda: _KeysSchema().load({}))
    lifetimes = ma.fields.Nested(_LifetimeSchema, load_default=lambda: _LifetimeSchema().load({}))
    limits = ma.fields.Nested(_LimitSchema, load_default=lambda: _LimitSchema().load({}))
    schedule = ma.fields.Nested(_ScheduleSchema, load_default=lambda: _ScheduleSchema().load({}))
    source = ma.fields.List(ma.fields.Nested(_SourceSchema), load_default=list)


def flatten_messages(messages: Any, path: str = "") -> list[str]:
    """marshmallow's nested messages as lines `source.0.id: what is wrong`."""
    if isinstance(messages, dict):
        inner = (flatten_messages(value, f"{path}.{key}" if path else str(key)) for key, value in messages.items())
        return [line for lines in inner for line in lines]
    return [f"{path}: {' '.join(map(str, messages)) if isinstance(messages, list) else messages}"]
