"""What nodes saw of one another's feeds, and what two of them cannot both have been shown by an honest sender."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from node.errors import NodeError


@dataclass(frozen=True, slots=True)
class SeenSnapshot:
    """One snapshot of the feed of `sender`, as the node `witness` accepted it.

    `sha256`: of the file's bytes; `signed_sha256`: of what is signed in it, without the signatures, so that one
    content signed twice is one; `metadata`: the signed file as text, empty where the witness attached none;
    `content_sha256`: of all its targets but `observed.json`, empty in what others saw; `verified`: this node has
    checked the signature against a root of the sender's that it trusts; `at`: when the witness first saw it (UTC).
    """

    sender: str
    witness: str
    version: int
    root_version: int
    sha256: str
    signed_sha256: str
    content_sha256: str
    metadata: str
    verified: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """What `witness` says, in its signed `observed.json`, it saw of others' feeds. `sha256`: of that file."""

    witness: str
    sha256: str
    views: tuple[SeenSnapshot, ...]


@dataclass(frozen=True, slots=True)
class Fork:
    """Two snapshots of one sender under one version, each validly signed with its key: proof that it, or who holds
    its key, showed different partners different feeds.

    `one`, `other`: in the order of their `signed_sha256`, so that one fork is one value whoever tells of it.
    Raises: NodeError where the two prove nothing.
    """

    one: SeenSnapshot
    other: SeenSnapshot

    def __post_init__(self) -> None:
        same = (self.one.sender, self.one.version) == (self.other.sender, self.other.version)
        if not (
            same and self.one.verified and self.other.verified and self.one.signed_sha256 < self.other.signed_sha256
        ):
            raise NodeError("a fork needs two verified, different snapshots of one sender and version, in order")

    @property
    def sender(self) -> str:
        return self.one.sender

    @property
    def version(self) -> int:
        return self.one.version

    @property
    def key(self) -> tuple[str, int, str, str]:
        """What makes it another fork than one that was found before."""
        return self.sender, self.version, self.one.signed_sha256, self.other.signed_sha256

    @property
    def told(self) -> str:
        """The fork in words that name the nodes."""
        views = " and ".join(f"{view.sha256[:12]}… by {view.witness}" for view in (self.one, self.other))
        return f"version {self.version} of {self.sender}'s snapshot was seen as {views}, both validly signed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an operator decided, and why. Kept for ever; a later one supersedes it. `at`: UTC."""

    verdict: str
    author: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ForkRecord:
    """A fork as it is kept. `verdicts`: oldest first; merges are held while there is none. `found_at`: UTC."""

    id: int
    fork: Fork
    found_at: datetime
    verdicts: tuple[Verdict, ...]

    @property
    def held(self) -> bool:
        return not self.verdicts
