"""In-memory twins of `Publication` and `Fetcher`: the same behaviour, without files, keys and signatures."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from node.errors import Busy, PeerUnreachable
from node.model.period import TimePeriod
from node.model.release import (
    FetchedFeed,
    FetchedTarget,
    Peer,
    PublishedTarget,
    ReleaseDraft,
    SignedRelease,
    TargetDigest,
    TargetIdentity,
    TargetKey,
)
from node.ports import Clock


class MemoryPublication:
    """A feed as a dictionary. `files`: path to bytes, as partners would see them."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.targets: dict[TargetKey, PublishedTarget] = {}
        self.snapshot_version = 1
        self._held = 0

    @contextmanager
    def lock(self) -> Iterator[None]:
        if self._held:
            raise Busy("a release of this node is under way already")
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1

    def published(self, dataflow: str, period: TimePeriod) -> tuple[PublishedTarget, bytes] | None:
        target = self.targets.get(TargetKey(dataflow, period))
        return (target, self.files[target.key.path]) if target else None

    def publish(self, draft: ReleaseDraft, structure: bytes) -> SignedRelease:
        data = draft.files[draft.key.path]
        digest = TargetDigest(draft.key.path, len(data), hashlib.sha256(data).hexdigest())
        report = hashlib.sha256(draft.files[draft.key.report_path]).hexdigest()
        target = PublishedTarget(draft.key, draft.custom, digest, report)
        files = {**draft.files, f"structure/{draft.key.dataflow}.json": structure}
        changed = self._put(files) or self.targets.get(draft.key) != target
        self.targets[draft.key] = target
        return SignedRelease(draft.key, draft.custom, digest, self.snapshot_version, changed)

    def _put(self, files: Mapping[str, bytes]) -> bool:
        if all(self.files.get(path) == data for path, data in files.items()):
            return False
        self.files.update(files)
        self.snapshot_version += 1
        return True


class MemoryFetcher:
    """Pulls from `MemoryPublication`s by the peer's url."""

    def __init__(self, feeds: Mapping[str, MemoryPublication], clock: Clock) -> None:
        self._feeds = feeds
        self._clock = clock

    def fetch(self, peer: Peer, known: Collection[TargetIdentity], settled: str = "") -> FetchedFeed:
        feed = self._feeds.get(peer.url)
        if feed is None:
            raise PeerUnreachable(f"{peer.id}: nothing answers at {peer.url}")
        targets = tuple(sorted(feed.targets.values(), key=lambda target: target.target.path))
        return FetchedFeed(
            sender=peer.id,
            snapshot_version=feed.snapshot_version,
            fetched_at=self._clock(),
            targets=targets,
            fetched=tuple(
                FetchedTarget(target, feed.files[target.key.path], feed.files[target.key.report_path])
                for target in targets
                if target.identity not in known
            ),
        )
