"""Telling partners what this node saw of one another's feeds, and deciding on the forks found that way."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from node.adapters.store.rows import RunRecord
from node.adapters.trust import observed
from node.adapters.trust.files import make_folder, write_whole
from node.adapters.trust.locks import in_turn
from node.bootstrap import Services
from node.errors import ConfigurationError, FeedForked, NodeError, OperatorError
from node.model.release import Peer, PeerState
from node.model.split_view import ForkRecord, SeenSnapshot, Verdict
from node.verify.forks import find_doubts

GO_ON = "go on"
"""The verdict that ends the hold on a forked feed."""


EXPLAINED = "README.txt"

MAX_TOLD = 5
"""Of what others say: a liar could say it of every version."""


@dataclass(frozen=True, slots=True)
class Warnings:
    """What is no proof of a fork, and still an operator's business.

    `doubts`: what others say they saw, contrary to what this node saw, and cannot prove; `ahead`: snapshots of this
    node's own feed, validly signed, that are newer than the feed it has.
    """

    doubts: tuple[SeenSnapshot, ...]
    ahead: tuple[SeenSnapshot, ...]

    @property
    def doubts_told(self) -> tuple[str, ...]:
        return tuple(
            f"{view.witness} says that it saw version {view.version} of {view.sender}'s feed as {view.sha256[:12]}…, "
            "and shows no signature for it; this node saw another. Either is wrong: ask both"
            for view in self.doubts[:MAX_TOLD]
        )

    @property
    def ahead_told(self) -> tuple[str, ...]:
        return tuple(
            f"{view.witness} holds version {view.version} of this node's own feed, signed with this node's key, and "
            "the feed here is older: a backup was put back, or somebody else has the key"
            for view in self.ahead[:MAX_TOLD]
        )


def tell_observed(services: Services) -> bool:
    """Publish `observed.json` where it has something to say; whether it had.

    That is where the content of a peer's feed is not what was told last, a peer is new, or a fork was found whose
    snapshots are not in it. What peers do but observe one another changes no content, so that nodes which watch one
    another come to rest once their figures do.
    Raises: KeyStoreError, StorageFull, Busy, ConfigurationError.
    """
    views = tuple(view for peer in services.directory.list() if (view := _view_of(services, peer)))
    published = services.publication.published_file(observed.PATH)
    if not views or (published is not None and not _news(services, views, published)):
        return False
    return services.publication.publish_file(observed.PATH, observed.compose(views))


def _view_of(services: Services, peer: Peer) -> observed.PeerView | None:
    """What this node saw of a peer; None of its own feed, or before the first pull."""
    if peer.id == services.country:
        return None
    seen = services.views.recent(peer.id, services.country, observed.RECENT)
    # What this node saw of a fork is told also when the sender has gone on far beyond it.
    forked = [view for view in _forked_views(services, peer.id) if view not in seen][: observed.RECENT]
    return observed.PeerView(peer.id, seen[0].content_sha256, (seen[0], *forked, *seen[1:])) if seen else None


def _forked_views(services: Services, sender: str) -> list[SeenSnapshot]:
    """This node's own side of each fork of a sender."""
    sides = [side for record in services.views.forks(sender) for side in (record.fork.one, record.fork.other)]
    return [side for side in dict.fromkeys(sides) if side.witness == services.country]


def _news(services: Services, views: tuple[observed.PeerView, ...], published: bytes) -> bool:
    if observed.contents(published) != {view.peer: view.content_sha256 for view in views}:
        return True
    told = observed.versions(published)
    forked = [side for view in views for side in _forked_views(services, view.peer)[: observed.RECENT]]
    return any((side.sender, side.version, side.sha256) not in told for side in forked)


def note_forks(services: Services, records: Iterable[ForkRecord]) -> None:
    """Show the senders of forks as forked, and keep the evidence as files.

    Peers are pulled side by side, and two may bring the same fork: its files are written once.
    Raises: StorageFull; Busy.
    """
    pinned = {peer.id for peer in services.directory.list()}
    for record in records:
        folder = evidence_folder(services, record)
        with in_turn(services.config.peers / "forks.lock", "keeping the evidence of a fork"):
            if not (folder / EXPLAINED).exists():
                keep_evidence(services, record, folder)
        if record.fork.sender in pinned:
            reason = f"fork {record.id}: {record.fork.told}"
            services.directory.note(record.fork.sender, PeerState.FORKED, services.clock(), reason, FeedForked.remedy)


def warnings(services: Services) -> Warnings:
    """What the peers' statements say that proves no fork and is not as it should be."""
    views = services.views.views()
    feed = services.own_feed()
    newest = feed.snapshot_version if feed else 0
    own = services.country
    ahead = tuple(
        view for view in views if view.sender == own != view.witness and view.verified and view.version > newest
    )
    return Warnings(find_doubts(views, own), ahead)


def fork(services: Services, fork_id: int) -> ForkRecord:
    """Raises: ConfigurationError where there is no such fork."""
    for record in services.views.forks():
        if record.id == fork_id:
            return record
    raise ConfigurationError(f"there is no fork {fork_id}; see `lmis-node peer fork list`")


def decide_fork(services: Services, fork_id: int, author: str, reason: str) -> ForkRecord:
    """Let merging from a forked feed go on, with author and reason, which are kept. The fork stays on record.

    Raises: ConfigurationError where there is no such fork; OperatorError without author or reason.
    """
    record = fork(services, fork_id)
    verdict = written_verdict(services, GO_ON, author, reason)
    services.views.decide(fork_id, verdict)
    message = f"fork {fork_id} ({record.fork.told}): {GO_ON}, by {author}: {reason}"
    services.record_run(RunRecord("decision", record.fork.sender, None, "ok", message, verdict.at, 0.0))
    return fork(services, fork_id)


def written_verdict(services: Services, verdict: str, author: str, reason: str) -> Verdict:
    """A decision that may be kept. Raises: OperatorError where it does not say by whom or why."""
    if not author.strip() or len(reason.strip()) < 10:
        raise OperatorError("a decision is kept with its author and a reason of at least 10 characters; give both")
    return Verdict(verdict, author.strip(), reason.strip(), services.clock())


def evidence_folder(services: Services, record: ForkRecord) -> Path:
    return services.config.peers / "forks" / f"{record.fork.sender}-{record.fork.version}-{record.id}"


def keep_evidence(services: Services, record: ForkRecord, folder: Path) -> tuple[Path, ...]:
    """Write what proves a fork to anybody: both signed snapshots, the roots that vouch for their key, and, where a
    peer told of one, that peer's own signed statement. Returns the files. Raises: StorageFull.
    """
    make_folder(folder)
    files = {EXPLAINED: _explained(record).encode()}
    for side in (record.fork.one, record.fork.other):
        files[f"{side.version}.snapshot.seen-by-{side.witness}.{side.sha256[:12]}.json"] = side.metadata.encode()
        files |= _statement_files(services, side.witness)
    history = services.config.peers / record.fork.sender / "metadata" / "root_history"
    files |= {f"{record.fork.sender}.{root.name}": root.read_bytes() for root in sorted(history.glob("*.root.json"))}
    for name in sorted(files, key=lambda name: (name == EXPLAINED, name)):
        write_whole(folder / name, files[name])  # what explains it comes last, and says that the rest is there
    return tuple(folder / name for name in sorted(files))


def _statement_files(services: Services, witness: str) -> dict[str, bytes]:
    """A witness's `observed.json` and the metadata that sign it, as this node holds them now."""
    if witness == services.country:
        return {}
    base = services.config.peers / witness
    kept = [*(base / "targets").glob(f"*.{observed.PATH}"), *(base / "metadata").glob("*.json")]
    return {f"{witness}.{path.name}": path.read_bytes() for path in kept if path.is_file()}


def _explained(record: ForkRecord) -> str:
    shown = json.dumps([[side.witness, side.sha256, f"{side.at:%Y-%m-%d %H:%M} UTC"] for side in
                        (record.fork.one, record.fork.other)])  # fmt: skip
    return (
        f"{record.fork.told}.\nSeen by, SHA-256 of the file, since: {shown}\n\n"
        "Each of the two snapshot files is signed with the snapshot key that the roots beside them name. A version is\n"
        "signed once, so the two together prove that whoever holds that key showed two different feeds. They do not\n"
        "say who that was: the node itself, a thief of its key, or an operator who put back an old backup and\n"
        "released on top of it. Any client of The Update Framework can check them.\n"
    )


def fork_error(record: ForkRecord) -> NodeError:
    """The alarm, as commands end with it."""
    return FeedForked(f"{record.fork.sender}: {record.fork.told}")
