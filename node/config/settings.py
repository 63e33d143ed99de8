"""A node's configuration as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SOURCE_KINDS = ("csv", "parquet", "excel", "sql")
NAMES = "NAMES"
"""Scheme of the tables of place names, by which location text is read; the edition is the country."""
NO_CODES = ("ISCO", "08")
"""Scheme and edition of a source without an occupation column: the one that titles are coded to."""
KEEP_VERSIONS, KEEP_DAYS = 10, 14
"""Two lives of a timestamp: a reader who follows an older one is refused as stale before a file is missing."""
SIGNAL_VERSION, SIGNAL_SHORTAGE, SIGNAL_SURPLUS = "1", 1.5, 2.0 / 3.0
"""The thresholds that partners agreed on: half again as tight as the country, and the same step downwards."""
TITLE_FORMS = ("isco-index", "esco", "kbji", "masco", "ssoc")
"""Forms of title indexes, after their publishers: `docs/reference/configuration.md` says which columns each has."""
OPERATORS = ("=", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """A column (or the same `constant` for every record) that holds codes of a scheme and edition."""

    scheme: str
    edition: str
    column: str | None
    constant: str | None

    @property
    def absent(self) -> bool:
        """Whether no record has a code: the source has only job titles."""
        return self.constant == ""


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
    `areas`: sub-regions this source observes, empty for all of the node's; `title`: the column of job titles, by which
    records without a usable code are coded; `duplicates`: the columns that together tell one vacancy from another:
    of records that agree in all of them one counts.
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
    title: str | None = None
    duplicates: tuple[str, ...] = ()


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
    pull_seconds: float = 1800.0


@dataclass(frozen=True, slots=True)
class ScheduleConfig:
    """How often the worker (`lmis-node run`) pulls the peers."""

    pull_minutes: int


@dataclass(frozen=True, slots=True)
class FeedConfig:
    """How long superseded files of this node's feed stay: the newest `keep_versions` snapshots with all they refer
    to, and what was superseded less than `keep_days` days ago."""

    keep_versions: int
    keep_days: int


@dataclass(frozen=True, slots=True)
class SignalConfig:
    """When relative tightness signals a shortage (from `shortage` up) or a surplus (from `surplus` down). `version`
    stands beside every signal; thresholds other than the agreed ones have another."""

    version: str = SIGNAL_VERSION
    shortage: float = SIGNAL_SHORTAGE
    surplus: float = SIGNAL_SURPLUS


@dataclass(frozen=True, slots=True)
class WebConfig:
    """Where readers find the node's pages. `address`: what all addresses that it prints begin with, without a slash at
    its end; None where they begin with the one by which a reader asked."""

    address: str | None = None


@dataclass(frozen=True, slots=True)
class TitleIndexConfig:
    """A title index that the operator holds: `file` (relative to the node's folder) in its publisher's `form`.

    `language`: of its titles, two letters of ISO 639-1.
    """

    file: Path
    form: str
    language: str


@dataclass(frozen=True, slots=True)
class TitleConfig:
    """How job titles are coded. `threshold`: least confidence (0 to 1) at which a title's group is taken."""

    threshold: float
    indexes: tuple[TitleIndexConfig, ...]


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
    titles: TitleConfig
    sources: tuple[SourceConfig, ...]
    key_secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    feed: FeedConfig = FeedConfig(KEEP_VERSIONS, KEEP_DAYS)
    signal: SignalConfig = SignalConfig()
    web: WebConfig = WebConfig()

    @property
    def feeds(self) -> Path:
        return self.home / "feeds"

    @property
    def peers(self) -> Path:
        return self.home / "peers"

    @property
    def keys(self) -> Path:
        return self.home / "keys"
