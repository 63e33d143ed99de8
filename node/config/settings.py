"""A node's configuration as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

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
