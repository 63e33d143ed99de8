"""The node's configuration: `node.toml` and the environment, read once into frozen values.

Nothing else in the package reads the environment. `docs/reference/configuration.md` lists every setting.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import marshmallow as ma

from node.errors import ConfigurationError

HOME_VARIABLE = "LMIS_NODE_HOME"
PASSPHRASE_VARIABLE = "LMIS_NODE_KEYS_PASSPHRASE"  # noqa: S105  # the name of a variable, not a secret
SOURCE_KINDS = ("csv", "parquet", "excel", "sql")
OPERATORS = ("=", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """A column (or the same `constant` for every record) that holds codes of a scheme and edition."""

    scheme: str
    edition: str
    column: str | None
    constant: str | None


@dataclass(frozen=True, slots=True)
class FieldSource:
    """Where a record's field comes from: a column or a constant. `codes` translates a CODE field's values."""

    column: str | None
    constant: str | None
    codes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A source's row counts only where `column` `operator` `value` holds (as numbers where both are)."""

    column: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """One microdata source. `location` is a path (relative to the node's folder) or a database URL.

    `location_variable`: name of the environment variable that holds the location, for URLs with a password;
    `areas`: sub-regions this source observes, empty for all of the node's.
    """

    id: str
    dataflow: str
    kind: str
    location: str = field(repr=False)
    table: str | None
    sheet: str | None
    delimiter: str
    areas: tuple[str, ...]
    occupation: CodedColumn
    place: CodedColumn
    fields: tuple[tuple[str, FieldSource], ...]
    where: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class LifetimeConfig:
    """Days for which each role's metadata are valid once signed."""

    root_days: int
    targets_days: int
    snapshot_days: int
    timestamp_days: int


@dataclass(frozen=True, slots=True)
class LimitConfig:
    """What this node accepts from a peer and spends on its own work."""

    target_bytes: int
    timeout_seconds: float
    engine_memory_mib: int
    engine_threads: int


@dataclass(frozen=True, slots=True)
class ScheduleConfig:
    """How often the worker (`lmis-node run`) pulls the peers."""

    pull_minutes: int


@dataclass(frozen=True, slots=True)
class NodeConfig:
    """One node. `authority` is the REF_AREA code whose areas this node speaks for (`IMTGT_ID`).

    What may hold a secret is kept out of the representation, so that no traceback shows it.
    """

    home: Path
    country: str
    authority: str
    name: str
    synthetic: bool
    database_url: str = field(repr=False)
    profiles: Path | None
    mappings: Path | None
    passphrase: str | None = field(repr=False)
    lifetimes: LifetimeConfig
    limits: LimitConfig
    schedule: ScheduleConfig
    sources: tuple[SourceConfig, ...]

    @property
    def feeds(self) -> Path:
        return self.home / "feeds"

    @property
    def peers(self) -> Path:
        return self.home / "peers"

    @property
    def keys(self) -> Path:
        return self.home / "keys"


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


class _FileSchema(_Schema):
    node = ma.fields.Nested(_NodeSchema, required=True)
    folders = ma.fields.Nested(_FoldersSchema, load_default=lambda: _FoldersSchema().load({}))
    store = ma.fields.Nested(_StoreSchema, load_default=lambda: _StoreSchema().load({}))
    keys = ma.fields.Nested(_KeysSchema, load_default=lambda: _KeysSchema().load({}))
    lifetimes = ma.fields.Nested(_LifetimeSchema, load_default=lambda: _LifetimeSchema().load({}))
    limits = ma.fields.Nested(_LimitSchema, load_default=lambda: _LimitSchema().load({}))
    schedule = ma.fields.Nested(_ScheduleSchema, load_default=lambda: _ScheduleSchema().load({}))
    source = ma.fields.List(ma.fields.Nested(_SourceSchema), load_default=list)


def load_config(home: Path, environ: Mapping[str, str]) -> NodeConfig:
    """The configuration of the node in `home`.

    Raises: ConfigurationError when there is no node, a setting is unknown, missing or wrong, or a variable
    that it names is not set.
    """
    path = home / "node.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError(
            f"{home} holds no node: there is no node.toml; run `lmis-node init` or name --home"
        ) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigurationError(f"{path} cannot be read: {problem}") from problem
    return parse_config(home, text, environ)


def parse_config(home: Path, text: str, environ: Mapping[str, str]) -> NodeConfig:
    """The configuration that `text` would be as node.toml of `home`. Raises: as `load_config`."""
    home = home.resolve()  # what is served and locked must not depend on where a command was given
    path = home / "node.toml"
    try:
        settings = _FileSchema().load(tomllib.loads(text))
    except tomllib.TOMLDecodeError as problem:
        raise ConfigurationError(f"{path} is not valid TOML: {problem}") from problem
    except ma.ValidationError as problem:
        raise ConfigurationError(f"{path}: wrong settings", places=tuple(flatten_messages(problem.messages))) from None
    return _build(home, settings, environ)


def _build(home: Path, settings: Mapping[str, Any], environ: Mapping[str, str]) -> NodeConfig:
    folders, node = settings["folders"], settings["node"]
    sources = tuple(_source(entry, environ) for entry in settings["source"])
    repeated = {source.id for source in sources if sum(other.id == source.id for other in sources) > 1}
    if repeated:
        raise ConfigurationError(f"node.toml: two sources have the same id: {sorted(repeated)}")
    return NodeConfig(
        home=home,
        country=node["country"],
        authority=node["authority"],
        name=node["name"],
        synthetic=node["synthetic"],
        database_url=_database_url(home, settings["store"], environ),
        profiles=home / folders["profiles"] if folders["profiles"] else None,
        mappings=home / folders["mappings"] if folders["mappings"] else None,
        passphrase=_passphrase(home, settings["keys"], environ),
        lifetimes=LifetimeConfig(**settings["lifetimes"]),
        limits=LimitConfig(**settings["limits"]),
        schedule=ScheduleConfig(**settings["schedule"]),
        sources=sources,
    )


def _source(entry: Mapping[str, Any], environ: Mapping[str, str]) -> SourceConfig:
    location = entry["location"] or _variable(environ, entry["location_variable"], f"source {entry['id']}")
    return SourceConfig(
        id=entry["id"],
        dataflow=entry["dataflow"],
        kind=entry["kind"],
        location=location,
        table=entry["table"],
        sheet=entry["sheet"],
        delimiter=entry["delimiter"],
        areas=tuple(entry["areas"]),
        occupation=CodedColumn(**entry["occupation"]),
        place=CodedColumn(**entry["place"]),
        fields=tuple(
            (name, FieldSource(given["column"], given["constant"], tuple(sorted(given["codes"].items()))))
            for name, given in entry["fields_"].items()
        ),
        where=tuple(Condition(**condition) for condition in entry["where"]),
    )


def _database_url(home: Path, store: Mapping[str, str | None], environ: Mapping[str, str]) -> str:
    if store["database_url_variable"]:
        return _variable(environ, store["database_url_variable"], "the store")
    return store["database_url"] or f"sqlite:///{home / 'node.db'}"


def _passphrase(home: Path, keys: Mapping[str, str | None], environ: Mapping[str, str]) -> str | None:
    """The passphrase of this node's online keys; None where neither the variable nor a file gives one."""
    if PASSPHRASE_VARIABLE in environ:
        return environ[PASSPHRASE_VARIABLE]
    if not keys["passphrase_file"]:
        return None
    path = home / keys["passphrase_file"]
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise ConfigurationError(f"keys.passphrase_file: {path} cannot be read: {problem.strerror}") from problem


def _variable(environ: Mapping[str, str], name: str, what: str) -> str:
    if not environ.get(name):
        raise ConfigurationError(f"{what} takes its address from the environment variable {name}, which is not set")
    return environ[name]


def flatten_messages(messages: Any, path: str = "") -> list[str]:
    """marshmallow's nested messages as lines `source.0.id: what is wrong`."""
    if isinstance(messages, dict):
        inner = (flatten_messages(value, f"{path}.{key}" if path else str(key)) for key, value in messages.items())
        return [line for lines in inner for line in lines]
    return [f"{path}: {' '.join(map(str, messages)) if isinstance(messages, list) else messages}"]
