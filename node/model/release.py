"""Releases on their way from a protected cube to a partner's store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from node.errors import NodeError
from node.model.period import TimePeriod
from node.model.perturbation import Perturbed
from node.model.profile import ExchangeProfile
from node.model.split_view import ForkRecord, SeenSnapshot, Statement

if TYPE_CHECKING:
    import pyarrow as pa

MAX_REPORT_BYTES = 5_000_000
"""A report is counts and settings; a larger one is neither fetched nor read."""

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class TargetKey:
    """Which dataflow and period a data target holds, and the path that follows from it."""

    dataflow: str
    period: TimePeriod

    @property
    def path(self) -> str:
        return f"{self.dataflow}/{self.period}.csv.gz"

    @property
    def report_path(self) -> str:
        return f"{self.dataflow}/{self.period}.report.json"


@dataclass(frozen=True, slots=True)
class TargetCustom:
    """The signed `custom` field of a data target: what a reader must know before opening it."""

    dataflow: str
    period: str
    revision: int
    published: datetime
    profile_version: str
    profile_digest: str
    mapping_digests: tuple[tuple[str, str], ...]
    rows: int
    synthetic: bool
    perturbation: Perturbed | None = None
    """How figures were altered; None where they are true."""


@dataclass(frozen=True, slots=True)
class ReleaseDraft:
    """The bytes of a release, ready to be signed. `files`: target path to bytes; the data target is `key.path`."""

    key: TargetKey
    custom: TargetCustom
    files: Mapping[str, bytes]

    def __post_init__(self) -> None:
        if self.key.path not in self.files or self.key.report_path not in self.files:
            raise NodeError("a release draft lacks its data or its report")


@dataclass(frozen=True, slots=True)
class TargetDigest:
    """A target as signed metadata describe it."""

    path: str
    length: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TargetIdentity:
    """What makes a published data target another one than before: its revision, or a byte of it or of its report.

    Two revisions can have the same data, where only a digest in the signed description or the report changed.
    """

    path: str
    revision: int
    sha256: str
    report_sha256: str


@dataclass(frozen=True, slots=True)
class SignedRelease:
    """A release that partners can now fetch. `changed` is False where its bytes were published before."""

    key: TargetKey
    custom: TargetCustom
    target: TargetDigest
    snapshot_version: int
    changed: bool


@dataclass(frozen=True, slots=True)
class PublishedTarget:
    """One data target of a feed, and the report beside it, as its signed metadata describe them."""

    key: TargetKey
    custom: TargetCustom
    target: TargetDigest
    report_sha256: str

    @property
    def identity(self) -> TargetIdentity:
        return TargetIdentity(self.target.path, self.custom.revision, self.target.sha256, self.report_sha256)


@dataclass(frozen=True, slots=True)
class FetchedTarget:
    """A data target whose signatures, hash and length have been checked, and nothing else."""

    published: PublishedTarget
    data: bytes
    report: bytes


@dataclass(frozen=True, slots=True)
class FetchedFeed:
    """What one pull brought: every data target the feed now has, and the bytes of those not yet settled.

    `unreadable`: targets whose signed description is not as the exchange has agreed, which are not fetched;
    `waiting`: how many unsettled ones a next part of the pull would bring, so that no part outgrows the memory;
    `synthetic`: what the sender's signed root says of its data, None where nobody asked; `seen`: the snapshot, as
    partners are told of it; `told`: what the sender says it saw, None where that was settled before or there is none;
    `withheld`: targets that the sender gives only to those with a token that this node has not.
    """

    sender: str
    snapshot_version: int
    fetched_at: datetime
    targets: tuple[PublishedTarget, ...]
    fetched: tuple[FetchedTarget, ...]
    unreadable: tuple[Quarantined, ...] = ()
    waiting: int = 0
    synthetic: bool | None = None
    seen: SeenSnapshot | None = None
    told: Statement | None = None
    withheld: tuple[TargetIdentity, ...] = ()


@dataclass(frozen=True, slots=True)
class Vintage:
    """One accepted version of one period of one sender: what a stored observation is traced back to."""

    sender: str
    key: TargetKey
    custom: TargetCustom
    target: TargetDigest
    report_sha256: str
    snapshot_version: int
    accepted_at: datetime
    flags: tuple[str, ...] = ()
    """What about it looked implausible when it was accepted, in words for people."""

    @property
    def identity(self) -> TargetIdentity:
        return TargetIdentity(self.target.path, self.custom.revision, self.target.sha256, self.report_sha256)


@dataclass(frozen=True, slots=True, eq=False)
class VerifiedTarget:
    """A target that keeps its exchange profile and its sender's authority.

    `observations`: one row an observation, columns REF_AREA, OCCUPATION, SEX, INDICATOR (dictionary-encoded
    text; `_Z` where the dataflow has no such dimension), OBS_VALUE (float64, null where hidden), OBS_STATUS,
    CONF_STATUS; once reckoned (`node.merge.gaps`) also OBS_LOW and OBS_HIGH, null where not suppressed.
    """

    vintage: Vintage
    profile: ExchangeProfile
    observations: pa.Table


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A target that was refused, whole. `findings` name rows and columns and say what was expected.

    `held`: it breaks no rule, only looks implausible, so that an operator may release it by hand.
    Of a target whose signed description cannot be read, `target` has the revision 0 and, where even the hashes
    cannot, no digests.
    """

    target: TargetIdentity
    reason: str
    findings: tuple[str, ...]
    held: bool = False


@dataclass(frozen=True, slots=True)
class VerifiedFeed:
    """The outcome of checking a fetched feed: what may be merged, and what may not, with the reason.

    `waiting`: as of the fetched feed.
    """

    sender: str
    snapshot_version: int
    accepted: tuple[VerifiedTarget, ...]
    quarantined: tuple[Quarantined, ...]
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge will write: vintages this store does not have, and refusals to keep as evidence.

    `waiting`, `withheld`: as of the fetched feed; `forks`: of this or any other feed, found out by what this one told.
    """

    sender: str
    snapshot_version: int
    new: tuple[VerifiedTarget, ...]
    quarantined: tuple[Quarantined, ...]
    at: datetime
    waiting: int = 0
    forks: tuple[ForkRecord, ...] = ()
    withheld: tuple[TargetIdentity, ...] = ()


@dataclass(frozen=True, slots=True)
class Peer:
    """A partner whose feed this node pulls; itself too, for its own feed is merged the same way.

    `authority`: the REF_AREA code whose areas it speaks for; `fingerprint`: SHA-256 of the pinned root;
    `url`: where its feed is, `https://.../feeds/`, or a folder.
    """

    id: str
    authority: str
    name: str
    url: str
    fingerprint: str


class PeerState(Enum):
    """How a peer's feed stands."""

    FRESH = "fresh"
    STALE = "stale"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    FORKED = "forked"
    NEVER = "never pulled"
