"""Where a number comes from: from the cell back to its row, target, signatures and root, checked on the way."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tuf.api.metadata import TargetFile

from node.adapters.trust.custom import published_target
from node.adapters.trust.proof import SignedWay, signed_way
from node.bootstrap import Services
from node.errors import ConfigurationError, NotPublished, OperatorError, ProofBroken
from node.exchange.proof import Lack, Proof
from node.merge.plan import in_force
from node.model.merged import Observation
from node.model.period import TimePeriod
from node.model.profile import AREA, INDICATOR, OCCUPATION, SEX, ExchangeProfile
from node.model.release import Json, Peer, PublishedTarget, Vintage
from node.model.structure import DataStructure
from node.verify.findings import Refused

if TYPE_CHECKING:
    from node.verify.rows import Found

NO_DIMENSION = "_Z"
"""The code of a dimension that a dataflow does not have, as the store has it."""


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
        raise OperatorError.to_reader(
            "a key of %(dataflow)s has the form %(form)s; “%(key)s” has %(parts)s parts",
            dataflow=profile.dataflow,
            form=form,
            key=key,
            parts=len(parts),
        )
    given = dict(zip(names, parts, strict=True))
    if given.pop("FREQ") != profile.frequency:
        raise OperatorError.to_reader(
            "%(dataflow)s has the frequency %(frequency)s; “%(key)s” begins otherwise",
            dataflow=profile.dataflow,
            frequency=profile.frequency,
            key=key,
        )
    for name, code in given.items():
        codelist = profile.structure.axis(name).codelist
        if code not in codelist:
            raise OperatorError.to_reader(
                "“%(code)s” is not a code of %(dimension)s (%(codelist)s); a key has the form %(form)s",
                code=code,
                dimension=name,
                codelist=codelist.id,
                form=form,
            )
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
        who = f"{sender} does not speak" if sender else "no pinned peer speaks"
        raise ConfigurationError(f"{who} for {codes[AREA]}; sums over countries are made by their reader")
    for peer in speaking:
        held = [
            v for v in services.store.vintages(peer.id) if v.key.dataflow == profile.dataflow and v.key.period == period
        ]
        for vintage in in_force(held, as_of):
            return peer, vintage
    what: dict[str, object] = {"dataflow": profile.dataflow, "period": period, "area": codes[AREA]}
    if as_of is None:
        raise NotPublished.to_reader("nothing of %(dataflow)s %(period)s for %(area)s was merged", **what)
    what["time"] = as_of.strftime("%Y-%m-%d %H:%M")
    raise NotPublished.to_reader("nothing of %(dataflow)s %(period)s for %(area)s was merged by %(time)s UTC", **what)


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


def _lacking(way: SignedWay, data: bytes | None, report: bytes | None) -> tuple[Lack, ...]:
    kept = {Lack.SIGNATURES: way.entry, Lack.TARGET: data, Lack.REPORT: report}
    return tuple(lack for lack, part in kept.items() if part is None)
