"""Whether a release's figures can have come about from those before it, by what the profile says is plausible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from node.errors import MAX_PLACES
from node.model.profile import PlausibleChange
from node.model.release import Quarantined, TargetIdentity, TargetKey, VerifiedFeed, VerifiedTarget, Vintage
from node.model.structure import MEASURE, DataStructure
from node.verify.findings import naming

Earlier = Callable[[TargetKey, float], tuple[Vintage, pa.Table] | None]
"""The vintage in force of a target's sender, dataflow and period, with its observations of at least a value and those
without one; None where nothing was merged."""

FloatArray = NDArray[np.float64]

LOOK_BACK = 3
"""Periods: where the one before was not merged, be it held, the nearest of these is the measure."""

HELD_REASON = "held: its figures changed more than the exchange profile finds plausible"


class Verdict(Enum):
    """What becomes of a release whose figures changed so."""

    PLAUSIBLE = "plausible"
    FLAGGED = "flagged"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Change:
    """The verdict on a release, and the findings that led to it, in words for people."""

    verdict: Verdict
    findings: tuple[str, ...]


def judge_changes(
    feed: VerifiedFeed, authority: str, earlier: Earlier, *, excused: frozenset[TargetIdentity], hold: bool
) -> VerifiedFeed:
    """A verified feed with what changed too much flagged, or taken out and held for an operator.

    `earlier`: what was merged before; releases of this same feed come before it, oldest periods first. `excused`:
    held before and released by an operator, which are flagged and no more; `hold`: False for this node's own feed,
    whose operator has decided by releasing it.
    """
    latest: dict[TargetKey, tuple[Vintage, pa.Table]] = {}

    def before(key: TargetKey, at_least: float) -> tuple[Vintage, pa.Table] | None:
        return latest.get(key) or earlier(key, at_least)

    accepted: list[VerifiedTarget] = []
    held: list[Quarantined] = []
    for target in sorted(feed.accepted, key=lambda target: (target.vintage.key.period, target.vintage.key.dataflow)):
        change = _judge(target, authority, before)
        identity = target.vintage.identity
        if change.verdict is Verdict.HELD and hold and identity not in excused:
            held.append(Quarantined(identity, HELD_REASON, change.findings, held=True))
            continue
        accepted.append(replace(target, vintage=replace(target.vintage, flags=change.findings)))
        latest[target.vintage.key] = accepted[-1].vintage, target.observations
    return replace(feed, accepted=tuple(accepted), quarantined=(*feed.quarantined, *held))


def _judge(target: VerifiedTarget, authority: str, before: Earlier) -> Change:
    """The gravest verdict of both comparisons, with the findings of each that led to it."""
    key, profile = target.vintage.key, target.profile
    changes: list[Change] = []
    periods = tuple(TargetKey(key.dataflow, key.period.shifted(-by)) for by in range(1, LOOK_BACK + 1))
    for rule, others in (
        (profile.plausibility.between_revisions, (key,)),
        (profile.plausibility.between_periods, periods),
    ):
        found = next((one for other in others if rule and (one := before(other, rule.floor))), None)
        if rule is None or found is None:
            continue
        vintage, table = found
        if vintage.key == key and vintage.custom.revision >= target.vintage.custom.revision:
            continue  # an older revision that comes late: what is in force is not what it followed
        against = f"{vintage.key.period}, revision {vintage.custom.revision}"
        changes.append(check_change(target.observations, table, rule, profile.for_sender(authority), against))
    for verdict in (Verdict.HELD, Verdict.FLAGGED):
        told = [finding for change in changes if change.verdict is verdict for finding in change.findings]
        if told:
            return Change(verdict, tuple(told))
    return Change(Verdict.PLAUSIBLE, ())


def check_change(
    now: pa.Table, before: pa.Table, rule: PlausibleChange, structure: DataStructure, against: str
) -> Change:
    """The figures of a release beside earlier ones of the same sender and structure.

    `now`, `before`: as `VerifiedTarget.observations`; a cell without a row is 0. `against`: what `before` is, in
    words. A figure below the rule's floor counts as the floor, so that small counts may come and go; one that is
    suppressed or missing on either side is not compared.
    """
    new, old = _dense(now, structure), _dense(before, structure)
    ratio = np.maximum(new, rule.floor) / np.maximum(old, rule.floor)
    with np.errstate(invalid="ignore"):
        times = np.maximum(ratio, 1 / ratio)
        held = times > rule.hold_above if rule.hold_above is not None else np.zeros(times.shape, np.bool_)
        flagged = times > rule.flag_above if rule.flag_above is not None else held
    if held.any():
        return Change(Verdict.HELD, _findings(f"more than {rule.hold_above:g} times", against, held, structure))
    if flagged.any():
        return Change(Verdict.FLAGGED, _findings(f"more than {rule.flag_above:g} times", against, flagged, structure))
    return Change(Verdict.PLAUSIBLE, ())


def _dense(table: pa.Table, structure: DataStructure) -> FloatArray:
    """One value a cell, shape of the structure; 0 without a row, NaN where there is no number.

    Codes that the structure does not have (an earlier version of its codelists had them) are left out.
    """
    values = np.zeros(int(np.prod(structure.shape)))
    places = np.zeros(table.num_rows, np.int64)
    known = np.ones(table.num_rows, np.bool_)
    for axis in structure.axes:
        position = _positions(table.column(axis.id), axis.codelist.index)
        known &= position >= 0
        places = places * len(axis.codelist) + np.maximum(position, 0)
    measure = table.column(MEASURE).combine_chunks()
    values[places[known]] = measure.to_numpy(zero_copy_only=False)[known]
    return values.reshape(structure.shape)


def _positions(column: pa.ChunkedArray, index: dict[str, int]) -> NDArray[np.int64]:
    encoded = column.combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([], pa.string())
    if not isinstance(encoded, pa.DictionaryArray):
        encoded = encoded.dictionary_encode()
    known = np.array([index.get(code, -1) for code in encoded.dictionary.to_pylist()], np.int64)
    found: NDArray[np.int64] = known[encoded.indices.to_numpy(zero_copy_only=False)] if len(encoded) else known[:0]
    return found


def _findings(what: str, against: str, cells: NDArray[np.bool_], structure: DataStructure) -> tuple[str, ...]:
    where = np.argwhere(cells)
    named = [
        ".".join(axis.codelist.codes[place].id for axis, place in zip(structure.axes, cell, strict=True))
        for cell in where[:MAX_PLACES].tolist()
    ]
    return naming(f"{what} up or down from {against}", named, len(where))
