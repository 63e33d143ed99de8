"""Reading `node.toml` and the environment, once, into frozen values. Nothing else reads the environment."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import marshmallow as ma

from node.config.schema import FileSchema, flatten_messages
from node.config.settings import (
    CodedColumn,
    Condition,
    FieldSource,
    LifetimeConfig,
    LimitConfig,
    NodeConfig,
    ScheduleConfig,
    SourceConfig,
)
from node.errors import ConfigurationError

HOME_VARIABLE = "LMIS_NODE_HOME"
PASSPHRASE_VARIABLE = "LMIS_NODE_KEYS_PASSPHRASE"  # noqa: S105  # the name of a variable, not a secret


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
        settings = FileSchema().load(tomllib.loads(text))
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
