"""Reading `node.toml` and the environment, once, into frozen values. Nothing else reads the environment."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import marshmallow as ma

from node.config.schema import FileSchema, flatten_messages
from node.config.settings import (
    NAMES,
    NO_CODES,
    CodedColumn,
    Condition,
    FeedConfig,
    FieldSource,
    LifetimeConfig,
    LimitConfig,
    NodeConfig,
    ScheduleConfig,
    SignalConfig,
    SourceConfig,
    TitleConfig,
    TitleIndexConfig,
    WebConfig,
)
from node.errors import ConfigurationError

HOME_VARIABLE = "LMIS_NODE_HOME"
PASSPHRASE_VARIABLE = "LMIS_NODE_KEYS_PASSPHRASE"  # noqa: S105  # the name of a variable, not a secret
PIN_VARIABLE = "LMIS_NODE_HSM_PIN"
KEY_VARIABLE_PREFIX = "LMIS_NODE_KEY_"


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
    sources = tuple(_source(entry, environ, node["country"]) for entry in settings["source"])
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
        titles=_titles(home, settings["titles"]),
        sources=sources,
        key_secrets=_key_secrets(environ),
        feed=FeedConfig(**settings["feed"]),
        signal=SignalConfig(**settings["signal"]),
        web=_web(settings["web"]),
    )


def _source(entry: Mapping[str, Any], environ: Mapping[str, str], country: str) -> SourceConfig:
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
        occupation=CodedColumn(**entry["occupation"]) if entry["occupation"] else CodedColumn(*NO_CODES, None, ""),
        place=_place(entry["place"], country),
        fields=tuple(
            (name, FieldSource(given["column"], given["constant"], tuple(sorted(given["codes"].items()))))
            for name, given in entry["fields_"].items()
        ),
        where=tuple(Condition(**condition) for condition in entry["where"]),
        title=entry["title"]["column"] if entry["title"] else None,
        duplicates=tuple(entry["duplicates"]),
    )


def _place(entry: Mapping[str, Any], country: str) -> CodedColumn:
    """Location text is a column of the scheme of place names; the node's country says which names come first."""
    if entry["text"] is not None:
        return CodedColumn(NAMES, entry["country"] or country, entry["text"], None)
    return CodedColumn(*(entry[key] for key in ("scheme", "edition", "column", "constant")))


def _web(web: Mapping[str, str | None]) -> WebConfig:
    """The address as browsers write it: names of hosts in small letters."""
    if web["address"] is None:
        return WebConfig()
    parts = urlsplit(web["address"])
    return WebConfig(f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}")


def _titles(home: Path, titles: Mapping[str, Any]) -> TitleConfig:
    indexes = (TitleIndexConfig(home / entry["file"], entry["form"], entry["language"]) for entry in titles["indexes"])
    return TitleConfig(titles["threshold"], tuple(indexes))


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


def _key_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """What `envvar:` and `hsm:` keys may ask for, and nothing else of the environment."""
    return {
        name: value for name, value in environ.items() if name == PIN_VARIABLE or name.startswith(KEY_VARIABLE_PREFIX)
    }


def _variable(environ: Mapping[str, str], name: str, what: str) -> str:
    if not environ.get(name):
        raise ConfigurationError(f"{what} takes its address from the environment variable {name}, which is not set")
    return environ[name]
