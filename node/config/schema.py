"""What node.toml may say: its settings, their kinds, bounds and defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import marshmallow as ma

from node.config.settings import (
    KEEP_DAYS,
    KEEP_VERSIONS,
    OPERATORS,
    SIGNAL_SHORTAGE,
    SIGNAL_SURPLUS,
    SIGNAL_VERSION,
    SOURCE_KINDS,
    TITLE_FORMS,
)


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


class _PlaceSchema(_Schema):
    scheme = ma.fields.String(load_default=None)
    edition = ma.fields.String(load_default=None)
    column = ma.fields.String(load_default=None)
    constant = ma.fields.String(load_default=None)
    text = ma.fields.String(load_default=None)
    country = ma.fields.String(load_default=None, validate=ma.validate.Regexp(r"[A-Z]{2}\Z"))

    @ma.validates_schema
    def _codes_or_text(self, data: Mapping[str, Any], **_: Any) -> None:
        codes = [data[key] for key in ("scheme", "edition", "column", "constant")]
        if data["text"] is not None:
            if any(code is not None for code in codes):
                raise ma.ValidationError("name either `text`, or `scheme`, `edition` and `column` or `constant`")
            return
        if data["country"] is not None:
            raise ma.ValidationError("`country` goes with `text`")
        if data["scheme"] is None or data["edition"] is None:
            raise ma.ValidationError("name `scheme` and `edition`, or `text`: the column that holds location text")
        if (data["column"] is None) == (data["constant"] is None):
            raise ma.ValidationError("name either `column` or `constant`")


class _TitleSchema(_Schema):
    column = ma.fields.String(required=True)


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
    occupation = ma.fields.Nested(_CodedColumnSchema, load_default=None)
    title = ma.fields.Nested(_TitleSchema, load_default=None)
    place = ma.fields.Nested(_PlaceSchema, required=True)
    duplicates = ma.fields.List(ma.fields.String(), load_default=list)
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
        if data["occupation"] is None and data["title"] is None:
            raise ma.ValidationError("name `occupation`, the column of codes, or `title`, the column of job titles")


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
    pull_seconds = ma.fields.Float(load_default=1800.0, validate=ma.validate.Range(min=0.1))
    engine_memory_mib = _positive(1_024)
    engine_threads = _positive(2)


class _ScheduleSchema(_Schema):
    pull_minutes = _positive(60)


class _FeedSchema(_Schema):
    keep_versions = _positive(KEEP_VERSIONS)
    keep_days = ma.fields.Integer(load_default=KEEP_DAYS, strict=True, validate=ma.validate.Range(min=0))


class _SignalSchema(_Schema):
    version = ma.fields.String(load_default=SIGNAL_VERSION, validate=[ma.validate.Length(1, 40), _printable])
    shortage = ma.fields.Float(load_default=SIGNAL_SHORTAGE, validate=ma.validate.Range(min=1.0, min_inclusive=False))
    surplus = ma.fields.Float(
        load_default=SIGNAL_SURPLUS,
        validate=ma.validate.Range(min=0.0, max=1.0, min_inclusive=False, max_inclusive=False),
    )

    @ma.validates_schema
    def _named(self, data: Mapping[str, Any], **_: Any) -> None:
        agreed = (data["shortage"], data["surplus"]) == (SIGNAL_SHORTAGE, SIGNAL_SURPLUS)
        if agreed != (data["version"] == SIGNAL_VERSION):
            raise ma.ValidationError(
                f"version {SIGNAL_VERSION} is that of the agreed thresholds, {SIGNAL_SHORTAGE} and two thirds; "
                "give others a `version` of their own, and these none"
            )


_PUBLIC_ADDRESS = re.compile(
    r"https?://([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[0-9]{1,5})?(/[a-z0-9_~-][a-z0-9._~-]*)*/?",
    re.ASCII | re.IGNORECASE,
)


def _public_address(text: str) -> None:
    """A scheme, a host, a port and a path: what can stand before the path of any page. What was given is not said
    again, since it may hold a password."""
    try:
        parts = urlsplit(text)
        there = _PUBLIC_ADDRESS.fullmatch(text) is not None and parts.port != 0
    except ValueError:
        there = False
    if not there:
        raise ma.ValidationError(
            "write it as https://lmis.example.go.id or https://example.go.id/lmis: http or https, a host in ASCII, and "
            "a port or a plain path where there is one; no user, password, query or fragment"
        )


class _WebSchema(_Schema):
    address = ma.fields.String(load_default=None, validate=_public_address)


class _TitleIndexSchema(_Schema):
    file = ma.fields.String(required=True, validate=ma.validate.Length(min=1))
    form = ma.fields.String(required=True, validate=ma.validate.OneOf(TITLE_FORMS))
    language = ma.fields.String(required=True, validate=ma.validate.Regexp(r"[a-z]{2}\Z"))


class _TitlesSchema(_Schema):
    threshold = ma.fields.Float(load_default=0.6, validate=ma.validate.Range(min=0.0, max=1.0))
    indexes = ma.fields.List(ma.fields.Nested(_TitleIndexSchema), load_default=list)


class FileSchema(_Schema):
    node = ma.fields.Nested(_NodeSchema, required=True)
    folders = ma.fields.Nested(_FoldersSchema, load_default=lambda: _FoldersSchema().load({}))
    store = ma.fields.Nested(_StoreSchema, load_default=lambda: _StoreSchema().load({}))
    keys = ma.fields.Nested(_KeysSchema, load_default=lambda: _KeysSchema().load({}))
    lifetimes = ma.fields.Nested(_LifetimeSchema, load_default=lambda: _LifetimeSchema().load({}))
    limits = ma.fields.Nested(_LimitSchema, load_default=lambda: _LimitSchema().load({}))
    schedule = ma.fields.Nested(_ScheduleSchema, load_default=lambda: _ScheduleSchema().load({}))
    feed = ma.fields.Nested(_FeedSchema, load_default=lambda: _FeedSchema().load({}))
    titles = ma.fields.Nested(_TitlesSchema, load_default=lambda: _TitlesSchema().load({}))
    signal = ma.fields.Nested(_SignalSchema, load_default=lambda: _SignalSchema().load({}))
    web = ma.fields.Nested(_WebSchema, load_default=lambda: _WebSchema().load({}))
    source = ma.fields.List(ma.fields.Nested(_SourceSchema), load_default=list)


def flatten_messages(messages: Any, path: str = "") -> list[str]:
    """marshmallow's nested messages as lines `source.0.id: what is wrong`."""
    if isinstance(messages, dict):
        inner = (flatten_messages(value, f"{path}.{key}" if path else str(key)) for key, value in messages.items())
        return [line for lines in inner for line in lines]
    return [f"{path}: {' '.join(map(str, messages)) if isinstance(messages, list) else messages}"]
