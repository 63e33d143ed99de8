"""Conformance of a feed to its exchange profiles and to its sender's authority, before anything is merged.

Takes bytes and decides; the same checks pass this node's own release before it is signed. SDMX libraries
check syntax, so all of this is the exchange's own.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from node.errors import ProfileError, ReleaseRefused
from node.model.foreign import LONG, shown
from node.model.perturbation import CellKey
from node.model.profile import ExchangeProfile
from node.model.release import (
    FetchedFeed,
    FetchedTarget,
    Quarantined,
    ReleaseDraft,
    TargetCustom,
    TargetKey,
    VerifiedFeed,
    VerifiedTarget,
    Vintage,
)
from node.model.structure import DataStructure
from node.verify.columns import RowStates, check_codes, check_constants, check_keys, check_values
from node.verify.custom import check_custom
from node.verify.findings import Refused
from node.verify.margins import check_margins
from node.verify.methods import check_confidential, check_perturbed
from node.verify.observations import STORED_DIMENSIONS, observations
from node.verify.parse import Parsed, parse, unpack, unpacked_limit
from node.verify.report import check_report


def verify_feed(feed: FetchedFeed, profiles: Mapping[str, ExchangeProfile], authority: str) -> VerifiedFeed:
    """Each fetched target checked against its profile: accepted, or refused whole with the reason.

    `profiles`: by dataflow; `authority`: the REF_AREA code whose areas the sender speaks for. One target's
    failure leaves the others alone.
    Raises: ProfileError when a profile has no such authority, which is this node's own fault.
    """
    accepted: list[VerifiedTarget] = []
    quarantined: list[Quarantined] = []
    for target in feed.fetched:
        try:
            accepted.append(_verify(feed, target, profiles, authority))
        except Refused as refusal:
            findings = tuple(shown(finding, LONG) for finding in refusal.findings)
            quarantined.append(Quarantined(target.published.identity, shown(refusal.reason, LONG), findings))
    refused = (*feed.unreadable, *quarantined)
    return VerifiedFeed(feed.sender, feed.snapshot_version, tuple(accepted), refused, feed.waiting)


def verify_draft(draft: ReleaseDraft, profile: ExchangeProfile, authority: str) -> None:
    """The same checks on this node's own bytes, before they are signed.

    Raises: ReleaseRefused with the findings.
    """
    key = draft.key
    try:
        data, report = draft.files[key.path], draft.files[key.report_path]
        check_target(key, draft.custom, data, report, profile=profile, authority=authority)
    except Refused as refusal:
        message = f"{key.path} would break its own exchange profile and was not signed: {refusal.reason}"
        raise ReleaseRefused(message, places=refusal.findings) from None


def _verify(
    feed: FetchedFeed, target: FetchedTarget, profiles: Mapping[str, ExchangeProfile], authority: str
) -> VerifiedTarget:
    published = target.published
    if published.key.dataflow not in profiles:
        raise Refused(f"this node holds no exchange profile for {published.key.dataflow}")
    if feed.synthetic not in (None, published.custom.synthetic):
        said = f"synthetic = {str(published.custom.synthetic).lower()}"
        raise Refused(f"it says {said}, the sender's signed root the opposite")
    profile = profiles[published.key.dataflow]
    observations = check_target(
        published.key, published.custom, target.data, target.report, profile=profile, authority=authority
    )
    vintage = Vintage(
        feed.sender,
        published.key,
        published.custom,
        published.target,
        published.report_sha256,
        feed.snapshot_version,
        feed.fetched_at,
    )
    return VerifiedTarget(vintage, profile, observations)


def check_target(
    key: TargetKey, custom: TargetCustom, data: bytes, report: bytes, *, profile: ExchangeProfile, authority: str
) -> pa.Table:
    """The observations of a data target that keeps every rule, as `VerifiedTarget.observations` has them.

    Raises: Refused with a finding for each broken rule; ProfileError.
    """
    structure = profile.for_sender(authority)
    if strange := set(structure.position) - set(STORED_DIMENSIONS):
        raise ProfileError(f"{profile.dataflow}: observations are not stored by {sorted(strange)}")
    _refuse("the signed metadata do not fit the target", check_custom(key, custom, profile))
    parsed = parse(unpack(data, unpacked_limit(structure)), structure)
    findings = check_constants(parsed, key, custom, profile)
    if parsed.rows != custom.rows:
        findings += (f"{parsed.rows} rows, the signed metadata say {custom.rows}",)
    positions, strange_codes = check_codes(parsed, profile, structure)
    states, broken_values = check_values(parsed, profile)
    _refuse("rows break the exchange profile", findings + strange_codes + broken_values)
    unfit = check_report(report, custom, states.counts)
    if not parsed.rows:
        _refuse("the report does not fit the data", unfit)
        return observations(parsed, np.zeros(0, np.int64), structure)
    cell_of_row, broken_keys = check_keys(positions, parsed.value, parsed.hidden, structure)
    _refuse("the rows are not one for each key that is listed", broken_keys)
    method = profile.protection.perturbation
    broken = check_confidential(parsed.value, positions, profile, structure)
    if method is not None:
        broken += check_perturbed(parsed.value, states.suppressed, positions, structure, method)
    _refuse("rows break the profile's protection", broken)
    # Rounded margins are added up anew; with cell keys each figure has a noise of its own.
    noise = method.noise if isinstance(method, CellKey) else 0
    margins = _check_margins(parsed, states, cell_of_row, structure, noise)
    _refuse("margins or the report do not fit the data", margins + unfit)
    return observations(parsed, cell_of_row, structure)


def _check_margins(
    parsed: Parsed, states: RowStates, cell_of_row: NDArray[np.int64], structure: DataStructure, noise: int
) -> tuple[str, ...]:
    value = np.zeros(structure.shape)
    suppressed, missing = np.zeros(structure.shape, np.bool_), np.zeros(structure.shape, np.bool_)
    value.reshape(-1)[cell_of_row] = parsed.value
    suppressed.reshape(-1)[cell_of_row] = states.suppressed
    missing.reshape(-1)[cell_of_row] = states.missing
    return check_margins(structure, value, suppressed, missing, noise)


def _refuse(reason: str, findings: tuple[str, ...]) -> None:
    if findings:
        raise Refused(reason, findings)
