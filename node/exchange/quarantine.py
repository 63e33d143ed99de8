"""Targets that were not merged: keeping their bytes, looking at them, releasing or discarding them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from node.adapters.store.rows import QuarantineRecord, RunRecord
from node.adapters.store.store import DISCARDED, RELEASED
from node.adapters.trust.files import PRIVATE_FILE, PRIVATE_FOLDER, make_folder, write_whole
from node.bootstrap import Services
from node.errors import ConfigurationError, OperatorError
from node.exchange.forks import written_verdict
from node.model.release import Json, Peer, Quarantined
from node.model.split_view import Verdict

REPORT = "findings.json"


@dataclass(frozen=True, slots=True)
class QuarantinedFile:
    """A quarantined target with what was decided on it, and where its bytes are; none where it was never fetched."""

    record: QuarantineRecord
    verdicts: tuple[Verdict, ...]
    files: tuple[Path, ...]


def keep_quarantined(services: Services, peer: Peer, refused: Iterable[Quarantined]) -> None:
    """Copy what was refused, whole, with the findings, to `peers/<ID>/quarantine/`, readable by the node alone.

    What a partner sent by mistake may be what should never have left: it is shown to nobody but the operator.
    Raises: StorageFull.
    """
    for entry in refused:
        folder = _folder(services, peer.id, entry.target.path, entry.target.revision, entry.target.sha256)
        if (folder / REPORT).exists():
            continue
        make_folder(folder.parent, mode=PRIVATE_FOLDER)
        make_folder(folder, mode=PRIVATE_FOLDER)
        for path, digest in (
            (entry.target.path, entry.target.sha256),
            (entry.target.path.removesuffix(".csv.gz") + ".report.json", entry.target.report_sha256),
        ):
            fetched = _fetched(services, peer.id, path, digest)
            if fetched is not None:
                write_whole(folder / path.rpartition("/")[2], fetched.read_bytes(), mode=PRIVATE_FILE)
        told: Json = {
            "peer": peer.id,
            "release": entry.target.path,
            "revision": entry.target.revision,
            "sha256": entry.target.sha256,
            "held": entry.held,
            "reason": entry.reason,
            "findings": list(entry.findings),
        }
        report = json.dumps(told, indent=2, ensure_ascii=False).encode() + b"\n"
        write_whole(folder / REPORT, report, mode=PRIVATE_FILE)


def look(services: Services, quarantine_id: int) -> QuarantinedFile:
    """Raises: ConfigurationError where there is no such entry."""
    for record in services.store.quarantined():
        if record.id == quarantine_id:
            folder = _folder(services, record.sender, record.path, record.revision, record.sha256)
            files = tuple(sorted(folder.iterdir())) if folder.is_dir() else ()
            return QuarantinedFile(record, services.store.verdicts(quarantine_id), files)
    raise ConfigurationError(f"nothing is quarantined under {quarantine_id}; see `lmis-node peer quarantine list`")


def release_held(services: Services, quarantine_id: int, author: str, reason: str) -> QuarantineRecord:
    """Let a held target be merged at the next pull of its sender, flagged.

    Only what breaks no rule and merely looks implausible can be released: a wrong signature is refused before it
    gets here, and duplicate keys, columns that nobody declared, rows outside the sender's authority or margins that
    do not add up would make figures that no one could rely on, whoever signs for them.
    Raises: OperatorError for such a target, or without author or reason; ConfigurationError where there is none.
    """
    record = look(services, quarantine_id).record
    if not record.held:
        raise OperatorError(
            f"{record.path} of {record.sender} breaks the exchange profile ({record.reason}) and cannot be released by "
            "hand; its sender has to correct it. `discard` takes it off the list"
        )
    return _decide(services, record, written_verdict(services, RELEASED, author, reason))


def discard(services: Services, quarantine_id: int, author: str, reason: str) -> QuarantineRecord:
    """Look at a quarantined target no more: what was merged before stays in force until its sender releases another.

    Its bytes are kept. Raises: OperatorError without author or reason; ConfigurationError where there is none.
    """
    record = look(services, quarantine_id).record
    return _decide(services, record, written_verdict(services, DISCARDED, author, reason))


def _decide(services: Services, record: QuarantineRecord, verdict: Verdict) -> QuarantineRecord:
    services.store.decide(record.id, verdict)
    what = f"{record.path}, revision {record.revision}: {verdict.verdict} by {verdict.author}: {verdict.reason}"
    services.record_run(RunRecord("decision", record.sender, None, "ok", what, verdict.at, 0.0))
    return look(services, record.id).record


def _folder(services: Services, peer: str, path: str, revision: int, sha256: str) -> Path:
    """Named by what this node has checked of it; a path that is not of the agreed form is not used as one."""
    name = path.removesuffix(".csv.gz").replace("/", "-")
    plain = name if name.replace("-", "").replace("_", "").isalnum() and len(name) < 100 else "unnamed"
    return services.config.peers / peer / "quarantine" / f"{plain}-revision-{revision}-{sha256[:12]}"


def _fetched(services: Services, peer: str, path: str, digest: str) -> Path | None:
    """The file that a pull kept of a target; None where it was refused before it was asked for."""
    folder, _, name = path.rpartition("/")
    base = services.config.peers / peer / "targets"
    found = base / folder / f"{digest}.{name}"
    inside = found.resolve().is_relative_to(base.resolve())
    return found if digest and inside and found.is_file() else None
