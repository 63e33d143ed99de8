"""The proof of a number: what was found on the way back to the root, and how the command line writes it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from node.adapters.trust.identity import grouped
from node.adapters.trust.proof import SignedWay
from node.model.release import Json, Peer, Vintage
from node.model.structure import STATUS_MISSING, STATUS_SUPPRESSED

if TYPE_CHECKING:
    from node.verify.rows import Found, Row


class Outcome(Enum):
    """What a proof comes to, and how the command line says it where that is no number."""

    NUMBER = "a number"
    SUPPRESSED = (
        "there is no number: it is suppressed, since it could tell of single employers or persons, or "
        "would give away one that does"
    )
    MISSING = "there is no number: no source of the sender observes it"
    NO_NUMBER = "no number"
    UNLISTED_ZERO = "0, which is not listed since it is a part of a margin that is 0"
    EMPTY = "the release has no rows: the sender had no records of the period"
    GONE = "the target's file is gone, so its row cannot be shown"


class Lack(Enum):
    """What of a proof can no longer be shown, and how the command line says it."""

    SIGNATURES = "the signed metadata that vouched for this vintage are not kept here: its signatures cannot be shown"
    TARGET = "the target's file is gone: the number is the database's word alone"
    REPORT = "the report's file is gone: the audit's result cannot be shown"


@dataclass(frozen=True, slots=True)
class Proof:
    """The way of one number. `lacks`: what can no longer be shown; empty where the proof is whole."""

    dataflow: str
    key: str
    period: str
    peer: Peer
    vintage: Vintage
    way: SignedWay
    found: Found | None
    data: bytes | None
    report: dict[str, Json] | None
    lacks: tuple[Lack, ...]

    @property
    def outcome(self) -> Outcome:
        """A number, or why there is none."""
        if self.found is None:
            return Outcome.GONE
        if self.found.empty:
            return Outcome.EMPTY
        if self.found.row is None:
            return Outcome.UNLISTED_ZERO
        if self.found.row.status in WITHOUT_NUMBER:
            return WITHOUT_NUMBER[self.found.row.status]
        return Outcome.NO_NUMBER if self.value is None else Outcome.NUMBER

    @property
    def value(self) -> float | None:
        """The number of its own row; None where it has none, or that has no number."""
        return self.found.row.value if self.found is not None and self.found.row is not None else None

    @property
    def shown(self) -> Row | None:
        """The row that can be shown: the number's own, or that of the margin of 0 which it is a part of."""
        if self.found is None:
            return None
        return self.found.row or (self.found.above[1] if self.found.above else None)

    @property
    def margin(self) -> str | None:
        """The codes of that margin; None where the number has a row of its own."""
        return self.found.above[0] if self.found is not None and self.found.row is None and self.found.above else None

    @property
    def audited(self) -> bool | None:
        """Whether the release passed its audit, as its report says; None where there is no report."""
        if self.report is None:
            return None
        audit = self.report.get("audit")
        return isinstance(audit, dict) and audit.get("passed") is True

    @property
    def says(self) -> str:
        """The number, or why there is none, in words of the command line."""
        if self.outcome is Outcome.NUMBER and self.value is not None:
            return f"{self.value:.0f}"
        return self.outcome.value

    @property
    def lacking(self) -> tuple[str, ...]:
        """`lacks` in words of the command line."""
        return tuple(lack.value for lack in self.lacks)


WITHOUT_NUMBER = {STATUS_SUPPRESSED: Outcome.SUPPRESSED, STATUS_MISSING: Outcome.MISSING}
"""OBS_STATUS of a row without a number to why that is so."""


def as_text(proof: Proof) -> tuple[str, ...]:
    """The way, a line a step, from the number to the root."""
    vintage, custom = proof.vintage, proof.vintage.custom
    lines = [f"{proof.dataflow} {proof.key} {proof.period}: {proof.says}"]
    if proof.shown is not None:
        below = f" (the margin {proof.margin})" if proof.margin else ""
        lines.append(f"row {proof.shown.number}{below}: {proof.shown.text}")
    lines += [
        f"target {vintage.target.path}, revision {custom.revision}, published {custom.published:%Y-%m-%d %H:%M} UTC",
        f"merged {vintage.accepted_at:%Y-%m-%d %H:%M} UTC, snapshot {vintage.snapshot_version}",
        f"sha256 {vintage.target.sha256}, {vintage.target.length:,} bytes",
        f"profile {custom.profile_version}, sha256 {custom.profile_digest}",
        *(f"mapping {name}, sha256 {digest}" for name, digest in custom.mapping_digests),
    ]
    lines += [f"flagged when it was merged: {flag}" for flag in vintage.flags]
    if proof.report is not None:
        audit = json.dumps(proof.report.get("audit"), sort_keys=True)
        lines.append(f"audit {'passed' if proof.audited else 'NOT PASSED'}: {audit}")
    for file in reversed(proof.way.files):
        lines.append(
            f"{file.role} version {file.version}, signed by {len(file.signers)} of at least {file.threshold} {file.by}"
        )
        lines += [f"  key {signer}" for signer in file.signers]
    lines.append(
        f"root of {proof.peer.name} ({proof.peer.id}), pinned by its fingerprint {grouped(proof.peer.fingerprint)}"
    )
    return (*lines, *(f"CANNOT BE SHOWN: {lack}" for lack in proof.lacking))


def as_json(proof: Proof) -> dict[str, Json]:
    """All that somebody else needs to check the number with other software: signed files, target and row."""
    row = proof.shown
    return {
        "format": "imtgt-proof/1",
        "dataflow": proof.dataflow,
        "key": proof.key,
        "period": proof.period,
        "says": proof.says,
        "value": row.value if row is not None else None,
        "status": row.status if row is not None else None,
        "row": None if row is None else {"number": row.number, "text": row.text, "margin": proof.margin},
        "sender": {"id": proof.peer.id, "name": proof.peer.name, "authority": proof.peer.authority},
        "target": {
            "path": proof.vintage.target.path,
            "length": proof.vintage.target.length,
            "sha256": proof.vintage.target.sha256,
            "custom": None if proof.way.entry is None else proof.way.entry.custom,
            "data_base64": None if proof.data is None else base64.b64encode(proof.data).decode(),
            "unpacked_sha256": None if proof.data is None else hashlib.sha256(gzip.decompress(proof.data)).hexdigest(),
        },
        "snapshot_version": proof.vintage.snapshot_version,
        "merged": proof.vintage.accepted_at.isoformat(),
        "flags": list(proof.vintage.flags),
        "report": proof.report,
        "metadata": [
            {"role": file.role, "version": file.version, "sha256": file.sha256, "signers": list(file.signers),
             "threshold": file.threshold, "text": file.text}
            for file in proof.way.files
        ],
        "root_fingerprint": proof.peer.fingerprint,
        "lacking": list(proof.lacking),
    }  # fmt: skip
