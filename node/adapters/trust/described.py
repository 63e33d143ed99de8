"""What a peer's signed targets metadata say of each of its data targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from tuf.api.metadata import Metadata, TargetFile, Targets

from node.adapters.trust.custom import DATA_SUFFIX, published_target, refusal
from node.adapters.trust.observed import content_digest
from node.model.foreign import shown
from node.model.release import MAX_REPORT_BYTES, PublishedTarget, Quarantined

KEPT = 8
"""Peers whose newest metadata are remembered as read, so that a worker does not read anew what has not changed."""


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """`files`: as signed; `targets`: the data targets by path, each well described or refused; `content_sha256`: as
    `content_digest`.
    """

    files: Mapping[str, TargetFile]
    targets: tuple[PublishedTarget | Quarantined, ...]
    content_sha256: str


@lru_cache(maxsize=KEPT)
def described(metadata: bytes, target_bytes: int) -> Described:
    """`metadata`: verified already; `target_bytes`: the largest data target that this node accepts.

    Depends on nothing else, so that the same bytes need not be read twice.
    """
    targets: Metadata[Targets] = Metadata.from_bytes(metadata)
    files = targets.signed.targets
    read = tuple(_readable(files, path, target_bytes) for path in sorted(files) if path.endswith(DATA_SUFFIX))
    return Described(files, read, content_digest(files))


def _readable(files: Mapping[str, TargetFile], path: str, target_bytes: int) -> PublishedTarget | Quarantined:
    """A data target that can be asked for: well described, and neither it nor its report too large."""
    target = published_target(files, path)
    if isinstance(target, Quarantined):
        return target
    file, report = files[path], files[target.key.report_path]
    for one, most, setting in (
        (file, target_bytes, " (limits.target_bytes)"),
        (report, MAX_REPORT_BYTES, ""),
    ):
        if one.length > most:
            what = "its report" if one is report else "it"
            reason = f"{what} has {shown(f'{one.length:,}')} bytes; this node accepts {most:,}{setting}"
            return refusal(file, report, reason, revision=target.custom.revision)
    return target
