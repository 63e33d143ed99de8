"""Where a number comes from: from the cell back to its row, target, signatures and root, checked on the way."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tuf.api.metadata import TargetFile

from node.adapters.trust.custom import published_target
from node.adapters.trust.identity import grouped
from node.adapters.trust.proof import SignedWay, signed_way
from node.bootstrap import Services
from node.errors import ConfigurationError, NotPublished, OperatorError, ProofBroken
from node.merge.plan import in_force
from node.model.merged import Observation
from node.model.period import TimePeriod
from node.model.profile import AREA, INDICATOR, OCCUPATION, SEX, ExchangeProfile
from node.model.release import Json, Peer, PublishedTarget, Vintage
from node.model.structure import STATUS_MISSING, STATUS_SUPPRESSED, DataStructure
from node.verify.findings import Refused

if TYPE_CHECKING:
    from node.verify.rows import Found

NO_DIMENSION = "_Z"
"""The code of a dimension that a dataflow does not have, as the store has it."""

MEANING = {
    STATUS_SUPPRESSED: "there is no number: it is suppressed, since it could tell of single employers or persons, or "
    "would give away one that does",
    STATUS_MISSING: "there is no number: no source of the sender observes it",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """The way of one number. `lacking`: what can no longer be shown, in words; empty where the proof is whole."""

    dataflow: str
    key: str
    period: str
    peer: Peer
    vintage: Vintage
    way: SignedWay
    found: Found | None
    data: bytes | None
    report: dict[str, Json] | None
    lacking: tuple[str, ...]

    @property
    def says(self) -> str:
        """The number, or why there is none."""
        if self.found is None:
            return "the target's file is gone, so its row cannot be shown"
        if self.found.empty:
            return "the release has no rows: the sender had no records of the period"
        if self.found.row is None:
            return "0, which is not listed since it is a part of a margin that is 0"
        row = self.found.row
        return MEANING.get(row.status, f"{row.value:.0f}" if row.value is not None else "no number")


def prove(
    services: Services, dataflow: str, key: str, period: TimePeriod, *, sender: str | None, as_of: datetime | None
) -> Proof:
    """Every step is checked from the files on the disk; the database is one of the things that are checked.

    `key`: the codes of the series in the structure's order, as `M.ID-SU.OC25.JV_OPEN`.
    Raises: ProofBroken naming what does not match; NotPublished where nobody has published such a number;
    OperatorError for a key that is none; ConfigurationError where its sender is not pinned here any more.
    """
    profile = services.profiles.profile(dataflow)
    codes = parse_key(profile, key)
    peer, vintage = _vintage(services, profile, codes, period, sender, as_of)
    folder = services.config.peers / peer.id
    way = signed_way(peer, folder, vintage)
    structure = profile.for_sender(peer.authority)
    _check_entry(way, vintage)
    data = _file(folder, vintage.target.path, vintage.target.sha256, way.entry)
    found = _find(data, structure, codes, vintage)
    stored = _stored(services, profile, codes, period, peer, vintage, as_of)
    if found is not None:
        _compare(found, stored, vintage, f"{dataflow} {key} {period}")
    report_bytes = _file(folder, vintage.key.report_path, vintage.report_sha256, way.report)
    report = None if report_bytes is None else _report(report_bytes, vintage)
    return Proof(dataflow, key, str(period), peer, vintage, way, found, data, report, _lacking(way, data, report_bytes))


def parse_key(profile: ExchangeProfile, key: str) -> dict[str, str]:
    """The code of each axis. Raises: OperatorError naming the part that is none."""
    names = profile.structure.dimension_ids[:-1]
    parts = key.split(".")
    form = ".".join(names)
    if len(parts) != len(names):
        raise OperatorError(f"a key of {profile.dataflow} has the form {form}; “{key}” has {len(parts)} parts")
    given = dict(zip(names, parts, strict=True))
    if given.pop("FREQ") != profile.frequency:
        raise OperatorError(f"{profile.dataflow} has the frequency {profile.frequency}; “{key}” begins otherwise")
    for name, code in given.items():
        codelist = profile.structure.axis(name).codelist
        if code not in codelist:
            raise OperatorError(f"“{code}” is not a code of {name} ({codelist.id}); a key has the form {form}")
    return given


def _vintage(
    services: Services,
    profile: ExchangeProfile,
    codes: dict[str, str],
    period: TimePeriod,
    sender: str | None,
    as_of: datetime | None,
) -> tuple[Peer, Vintage]:
    """Who speaks for the area, and what is in force of it (or was, as believed at `as_of`)."""
    areas = profile.structure.axis(AREA).codelist
    speaking = [
        peer
        for peer in services.directory.list()
        if peer.authority in areas.lineage(codes[AREA]) and sender in (None, peer.id)
    ]
    if not speaking:
        who = sender or "no pinned peer"
        raise ConfigurationError(f"{who} speaks for {codes[AREA]}; sums over countries are made by their reader")
    for peer in speaking:
        held = [
            v for v in services.store.vintages(peer.id) if v.key.dataflow == profile.dataflow and v.key.period == period
        ]
        for vintage in in_force(held, as_of):
            return peer, vintage
    when = f" by {as_of:%Y-%m-%d %H:%M} UTC" if as_of else ""
    raise NotPublished(f"nothing of {profile.dataflow} {period} for {codes[AREA]} was merged{when}")


def _check_entry(way: SignedWay, vintage: Vintage) -> None:
    """The store's record of a vintage beside the signed description."""
    if way.entry is None:
        return
    path = vintage.target.path
    files = {path: way.entry} | ({vintage.key.report_path: way.report} if way.report is not None else {})
    kept = PublishedTarget(vintage.key, vintage.custom, vintage.target, vintage.report_sha256)
    if published_target(files, path) != kept:
        raise ProofBroken(f"the database's record of {path} is not what its sender signed")


def _file(folder: Path, path: str, sha256: str, entry: TargetFile | None) -> bytes | None:
    """A kept target, its hash checked; None where it is gone."""
    directory, _, name = path.rpartition("/")
    kept = folder / "targets" / directory / f"{sha256}.{name}"
    if not kept.is_file():
        return None
    data = kept.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ProofBroken(f"{kept} is not what its sender signed: its SHA-256 differs")
    if entry is not None and (entry.hashes.get("sha256"), entry.length) != (sha256, len(data)):
        raise ProofBroken(f"{path}: the database says SHA-256 {sha256[:16]}…, the signed metadata say another")
    return data


def _find(data: bytes | None, structure: DataStructure, codes: dict[str, str], vintage: Vintage) -> Found | None:
    if data is None:
        return None
    from node.verify.rows import find_row  # noqa: PLC0415  # reading targets takes much that pages do without

    try:
        return find_row(data, structure, codes)
    except Refused as refusal:
        version = vintage.custom.profile_version
        raise ProofBroken(
            f"{vintage.target.path}, made with version {version} of its profile, is not a target of the profile here: "
            f"{refusal.reason}"
        ) from None


def _stored(
    services: Services,
    profile: ExchangeProfile,
    codes: dict[str, str],
    period: TimePeriod,
    peer: Peer,
    vintage: Vintage,
    as_of: datetime | None,
) -> Observation | None:
    """What the database has of the number, as pages and comparisons read it."""
    key = (codes[AREA], codes[OCCUPATION], codes.get(SEX, NO_DIMENSION), codes[INDICATOR])
    area, occupation, sex, indicator = ([code] for code in key)
    cube = services.store.cube(
        profile.dataflow, period, as_of=as_of, occupations=occupation, areas=area, indicators=indicator, sexes=sex
    )
    if vintage not in cube.vintages:
        raise ProofBroken(
            f"the database does not read {profile.dataflow} {period} of {peer.id} from {vintage.target.path}"
        )
    return cube.observations.get(key)


def _compare(found: Found, stored: Observation | None, vintage: Vintage, what: str) -> None:
    """Raises: ProofBroken where target and database differ, or where the target says nothing of the number."""
    if found.row is None:
        if stored is not None:
            raise ProofBroken(f"{what}: the database has an observation, {vintage.target.path} has no such row")
        if found.above is None and not found.empty:
            raise ProofBroken(f"{what}: {vintage.target.path} has neither its row nor a margin of 0 above it")
        return
    row = (found.row.value, found.row.status, found.row.confidentiality)
    if stored is None or (stored.value, stored.status, stored.confidentiality) != row:
        raise ProofBroken(f"{what}: the database differs from row {found.row.number} of {vintage.target.path}")


def _report(data: bytes, vintage: Vintage) -> dict[str, Json]:
    document: Json = json.loads(data)
    if not isinstance(document, dict):
        raise ProofBroken(f"{vintage.key.report_path} is not a report")
    profile, mappings = document.get("profile"), document.get("mappings")
    digest = profile.get("digest") if isinstance(profile, dict) else None
    if digest != vintage.custom.profile_digest or mappings != dict(vintage.custom.mapping_digests):
        raise ProofBroken(f"{vintage.key.report_path} names another profile or other mappings than the signed metadata")
    return document


def _lacking(way: SignedWay, data: bytes | None, report: bytes | None) -> tuple[str, ...]:
    lacking: tuple[str, ...] = ()
    if way.entry is None:
        lacking += (
            "the signed metadata that vouched for this vintage are not kept here: its signatures cannot be shown",
        )
    if data is None:
        lacking += ("the target's file is gone: the number is the database's word alone",)
    if report is None:
        lacking += ("the report's file is gone: the audit's result cannot be shown",)
    return lacking


def as_text(proof: Proof) -> tuple[str, ...]:
    """The way, a line a step, from the number to the root."""
    vintage, custom = proof.vintage, proof.vintage.custom
    lines = [f"{proof.dataflow} {proof.key} {proof.period}: {proof.says}"]
    if proof.found is not None and (row := proof.found.row or (proof.found.above or (None, None))[1]) is not None:
        below = "" if proof.found.row else f" (the margin {(proof.found.above or ('', row))[0]})"
        lines.append(f"row {row.number}{below}: {row.text}")
    lines += [
        f"target {vintage.target.path}, revision {custom.revision}, published {custom.published:%Y-%m-%d %H:%M} UTC",
        f"merged {vintage.accepted_at:%Y-%m-%d %H:%M} UTC, snapshot {vintage.snapshot_version}",
        f"sha256 {vintage.target.sha256}, {vintage.target.length:,} bytes",
        f"profile {custom.profile_version}, sha256 {custom.profile_digest}",
        *(f"mapping {name}, sha256 {digest}" for name, digest in custom.mapping_digests),
    ]
    lines += [f"flagged when it was merged: {flag}" for flag in vintage.flags]
    if proof.report is not None:
        audit = proof.report.get("audit")
        passed = isinstance(audit, dict) and audit.get("passed") is True
        lines.append(f"audit {'passed' if passed else 'NOT PASSED'}: {json.dumps(audit, sort_keys=True)}")
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
    found = proof.found
    row = None if found is None else found.row or (found.above[1] if found.above else None)
    return {
        "format": "imtgt-proof/1",
        "dataflow": proof.dataflow,
        "key": proof.key,
        "period": proof.period,
        "says": proof.says,
        "value": row.value if row is not None else None,
        "status": row.status if row is not None else None,
        "row": None if row is None else {"number": row.number, "text": row.text, "margin": _margin(found)},
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


def _margin(found: Found | None) -> str | None:
    return found.above[0] if found is not None and found.row is None and found.above else None
