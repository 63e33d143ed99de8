"""Which files of this node's feed nobody needs any more: superseded, and for longer than a slow reader takes.

Source: TUF specification 1.0, 6.2, leaves to the repository how long it keeps consistent snapshots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Snapshot, Targets

from node.adapters.trust.feed_state import target_file
from node.config import FeedConfig

_VERSIONED = re.compile(r"([1-9][0-9]*)\.(snapshot|targets)\.json")
_HASHED = re.compile(r"[0-9a-f]{64}\..+")


def superseded(metadata: Path, targets: Path, version: int, keep: FeedConfig, now: datetime) -> tuple[Path, ...]:
    """The files to delete, snapshots first; never a root, the timestamp, or anything whose name is not a feed's.

    `version`: of the snapshot in force. A file goes when no snapshot that stays refers to it and it is itself older
    than `keep.keep_days`, so that what a run under way has just written stays, too.
    """
    horizon = now - timedelta(days=keep.keep_days)
    staying = set(_staying(metadata, version, keep, horizon))
    needed = {metadata / f"{number}.snapshot.json" for number in staying}
    for number in staying:
        needed |= set(_referred(metadata, targets, number))
    snapshots = [path for path in metadata.glob("*.snapshot.json") if _VERSIONED.fullmatch(path.name)]
    lists = [path for path in metadata.glob("*.targets.json") if _VERSIONED.fullmatch(path.name)]
    data = [path for path in targets.rglob("*") if path.is_file() and _HASHED.fullmatch(path.name)]
    return tuple(
        path
        for path in (*sorted(snapshots), *sorted(lists), *sorted(data))
        if path not in needed and _old(path, horizon)
    )


def _staying(metadata: Path, version: int, keep: FeedConfig, horizon: datetime) -> Iterator[int]:
    """Versions of the snapshots that stay: the newest ones, and those that were in force after the horizon.

    One is superseded when the next was written, which is the time of that file.
    """
    there = sorted(int(path.name.split(".")[0]) for path in metadata.glob("*.snapshot.json")
                   if _VERSIONED.fullmatch(path.name))  # fmt: skip
    published = [number for number in there if number <= version]
    yield from published[-keep.keep_versions :]
    for number, following in pairwise(published):
        if not _old(metadata / f"{following}.snapshot.json", horizon):
            yield number


def _referred(metadata: Path, targets: Path, version: int) -> Iterator[Path]:
    try:
        snapshot: Metadata[Snapshot] = Metadata.from_bytes((metadata / f"{version}.snapshot.json").read_bytes())
        path = metadata / f"{snapshot.signed.meta['targets.json'].version}.targets.json"
        yield path
        listed: Metadata[Targets] = Metadata.from_bytes(path.read_bytes())
    except (OSError, RepositoryError, ValueError, KeyError):
        return  # an older state that is damaged keeps nothing; the one in force was checked before this
    for file in listed.signed.targets.values():
        yield target_file(targets, file)


def _old(path: Path, horizon: datetime) -> bool:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) <= horizon
