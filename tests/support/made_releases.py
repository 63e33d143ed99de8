"""Protected cubes, releases and feeds made by hand, for tests that need bytes without microdata."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from node.model.cube import AuditResult, ProtectedCube
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile
from node.model.records import Coverage
from node.model.release import (
    FetchedFeed,
    FetchedTarget,
    PublishedTarget,
    ReleaseDraft,
    TargetCustom,
    TargetDigest,
)
from node.model.structure import DataStructure
from node.release.draft import compress, draft_release

NOW = datetime(2026, 11, 15, 9, 30, tzinfo=UTC)
OCTOBER = TimePeriod("2026-10")


def protected_cube(
    profile: ExchangeProfile,
    authority: str = "IMTGT_ID",
    *,
    period: TimePeriod = OCTOBER,
    seed: int = 0,
    hide: float = 0.1,
    unobserved: tuple[str, ...] = (),
    coverage: tuple[Coverage, ...] = (),
) -> ProtectedCube:
    """A consistent random cube with about a share `hide` of its cells suppressed, none of which a sum gives away.

    `unobserved`: leaf areas that no source observes; they are missing, and so are the margins above them.
    """
    structure = profile.for_sender(authority)
    random = np.random.default_rng(seed)
    value = _summed(random.integers(0, 50, structure.shape).astype(np.float64), structure)
    missing = _missing(structure, unobserved)
    hidden = _closed((random.random(structure.shape) < hide) & ~missing, missing, structure)
    status = np.where(missing, "M", np.where(hidden, "Q", "A"))
    confidentiality = np.where(hidden, np.where(random.random(structure.shape) < 0.5, "A", "D"), "F")
    primary = int((confidentiality == "A").sum())
    audit = AuditResult(value.size, int(hidden.sum()), primary, 0, "made by hand", certified=primary)
    value[hidden | missing] = np.nan
    return ProtectedCube(profile, structure, period, value, status, confidentiality, audit, coverage, empty=False)


def empty_cube(profile: ExchangeProfile, authority: str = "IMTGT_ID", period: TimePeriod = OCTOBER) -> ProtectedCube:
    """A period without records."""
    structure = profile.for_sender(authority)
    audit = AuditResult(int(np.prod(structure.shape)), 0, 0, 0, "no records")
    free, normal = np.full(structure.shape, "F"), np.full(structure.shape, "A")
    return ProtectedCube(profile, structure, period, np.zeros(structure.shape), normal, free, audit, (), empty=True)


def draft(
    cube: ProtectedCube, previous: tuple[PublishedTarget, bytes] | None = None, now: datetime = NOW
) -> ReleaseDraft:
    return draft_release(cube, previous, synthetic=True, now=now)


def published(release: ReleaseDraft, custom: TargetCustom | None = None) -> PublishedTarget:
    """A draft as signed metadata would describe it."""
    data = release.files[release.key.path]
    digest = TargetDigest(release.key.path, len(data), hashlib.sha256(data).hexdigest())
    report = hashlib.sha256(release.files[release.key.report_path]).hexdigest()
    return PublishedTarget(release.key, custom or release.custom, digest, report)


def as_previous(release: ReleaseDraft) -> tuple[PublishedTarget, bytes]:
    return published(release), release.files[release.key.path]


def fetched(release: ReleaseDraft) -> FetchedTarget:
    return FetchedTarget(published(release), release.files[release.key.path], release.files[release.key.report_path])


def feed(releases: Iterable[ReleaseDraft], sender: str = "ID", *, version: int = 1) -> FetchedFeed:
    """What a pull of these releases brings, `version` hours after NOW."""
    targets = tuple(fetched(release) for release in releases)
    at = NOW + timedelta(hours=version)
    return FetchedFeed(sender, version, at, tuple(target.published for target in targets), targets)


def with_text(release: ReleaseDraft, text: bytes) -> ReleaseDraft:
    """The draft with other data."""
    return with_file(release, release.key.path, compress(text))


def with_file(release: ReleaseDraft, path: str, data: bytes) -> ReleaseDraft:
    files: Mapping[str, bytes] = {**release.files, path: data}
    return replace(release, files=files)


def _summed(value: np.ndarray, structure: DataStructure) -> np.ndarray:
    for place, axis in enumerate(structure.axes):
        if not axis.additive:
            continue
        along, parents = np.moveaxis(value, place, 0), axis.codelist.parents
        for parent in set(parents.tolist()) - {-1}:
            along[parent] = 0
        for child in range(len(parents) - 1, 0, -1):
            if parents[child] >= 0:
                along[parents[child]] += along[child]
    return value


def _missing(structure: DataStructure, unobserved: tuple[str, ...]) -> np.ndarray:
    areas = structure.axis("REF_AREA").codelist
    gone = {code for area in unobserved for code in areas.lineage(area)}
    mask = np.array([code in gone for code in areas.ids])
    shape = [len(areas) if axis.id == "REF_AREA" else 1 for axis in structure.axes]
    return np.broadcast_to(mask.reshape(shape), structure.shape).copy()


def _closed(hidden: np.ndarray, missing: np.ndarray, structure: DataStructure) -> np.ndarray:
    """More cells hidden, until no parent and its parts have exactly one hidden cell among them."""
    changed = True
    while changed:
        changed = False
        for place, axis in enumerate(structure.axes):
            if not axis.additive:
                continue
            along, lost = np.moveaxis(hidden, place, 0), np.moveaxis(missing, place, 0)
            parents = axis.codelist.parents
            for parent in sorted(set(parents.tolist()) - {-1}):
                family = [parent, *np.flatnonzero(parents == parent).tolist()]
                alone = (along[family].sum(axis=0) == 1) & ~lost[family].any(axis=0)
                if alone.any():
                    along[family] |= alone
                    changed = True
    return hidden
