"""Between the model's values and rows of the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from node.model.period import TimePeriod
from node.model.perturbation import Method, Perturbed
from node.model.profile import AREA, INDICATOR, OCCUPATION, SEX
from node.model.release import Quarantined, TargetCustom, TargetDigest, TargetKey, Vintage
from node.model.structure import CONF_STATUS, MEASURE, OBS_HIGH, OBS_LOW, OBS_STATUS

if TYPE_CHECKING:
    import pyarrow as pa

_KEY = (INDICATOR, SEX, OCCUPATION, AREA)
OBSERVATION_COLUMNS = (*_KEY, MEASURE, OBS_STATUS, CONF_STATUS)
"""The columns of a verified target in the order of the table `observation`, after `vintage_id`; OBS_LOW and OBS_HIGH
follow them there."""

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One release or pull, also a failed one. `what`: `release` or `pull`; `about`: its dataflow or peer;
    `outcome`: `ok`, or the name of the error class; `seconds`: how long it took."""

    what: str
    about: str
    period: str | None
    outcome: str
    message: str
    started: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class QuarantineRecord:
    """A target that was not merged, kept as evidence. `decided`: what an operator made of it, None while nobody has;
    `held`: it breaks no rule and only looks implausible; `id`: as commands name it."""

    sender: str
    path: str
    revision: int
    sha256: str
    report_sha256: str
    reason: str
    findings: tuple[str, ...]
    at: datetime
    decided: str | None
    held: bool = False
    id: int = 0


def vintage_values(vintage: Vintage) -> dict[str, object]:
    """A vintage as the columns of its row."""
    custom, target = vintage.custom, vintage.target
    return {
        "sender": vintage.sender,
        "dataflow": vintage.key.dataflow,
        "period": str(vintage.key.period),
        "revision": custom.revision,
        "published": custom.published,
        "profile_version": custom.profile_version,
        "profile_digest": custom.profile_digest,
        "mapping_digests": [list(pair) for pair in custom.mapping_digests],
        "rows": custom.rows,
        "synthetic": custom.synthetic,
        "perturbation": None if custom.perturbation is None else _perturbation_values(custom.perturbation),
        "path": target.path,
        "length": target.length,
        "sha256": target.sha256,
        "report_sha256": vintage.report_sha256,
        "snapshot_version": vintage.snapshot_version,
        "accepted_at": vintage.accepted_at,
        "flags": list(vintage.flags) or None,
    }


def vintage_of(row: sa.RowMapping) -> Vintage:
    """The vintage that a row holds."""
    return Vintage(
        sender=row["sender"],
        key=TargetKey(row["dataflow"], TimePeriod(row["period"])),
        custom=TargetCustom(
            dataflow=row["dataflow"],
            period=row["period"],
            revision=row["revision"],
            published=row["published"],
            profile_version=row["profile_version"],
            profile_digest=row["profile_digest"],
            mapping_digests=tuple((name, digest) for name, digest in row["mapping_digests"]),
            rows=row["rows"],
            synthetic=row["synthetic"],
            perturbation=_perturbation_of(row["perturbation"]),
        ),
        target=TargetDigest(row["path"], row["length"], row["sha256"]),
        report_sha256=row["report_sha256"],
        snapshot_version=row["snapshot_version"],
        accepted_at=row["accepted_at"],
        flags=tuple(row["flags"] or ()),
    )


def _perturbation_values(perturbation: Perturbed) -> dict[str, Value]:
    return {"method": perturbation.method.value, "noise": perturbation.noise}


def _perturbation_of(values: dict[str, Any] | None) -> Perturbed | None:
    return None if values is None else Perturbed(Method(values["method"]), values["noise"])


def quarantine_values(sender: str, refused: Quarantined, at: datetime) -> dict[str, object]:
    """A refusal as the columns of its row."""
    return {
        "sender": sender,
        "path": refused.target.path,
        "revision": refused.target.revision,
        "sha256": refused.target.sha256,
        "report_sha256": refused.target.report_sha256,
        "reason": refused.reason,
        "findings": list(refused.findings),
        "at": at,
        "decided": None,
        "held": refused.held,
    }


def observation_rows(vintage_id: int, observations: pa.Table, size: int) -> Iterator[list[tuple[Value, ...]]]:
    """The rows of the table `observation`, `size` at a time, so that memory does not grow with a target; in the order
    of the key, so that inserting them is appending."""
    order = _key_order(observations)
    for start in range(0, observations.num_rows, size):
        part = observations.take(order[start : start + size])
        columns = [_values(part.column(name).combine_chunks()) for name in OBSERVATION_COLUMNS]
        columns += [_bounds(part, name) for name in (OBS_LOW, OBS_HIGH)]
        yield list(zip([vintage_id] * part.num_rows, *columns, strict=True))


def quarantine_of(row: sa.RowMapping) -> QuarantineRecord:
    """The record that a row holds."""
    return QuarantineRecord(
        row["sender"],
        row["path"],
        row["revision"],
        row["sha256"],
        row["report_sha256"],
        row["reason"],
        tuple(row["findings"]),
        row["at"],
        row["decided"],
        row["held"],
        row["id"],
    )


def observation_table(rows: Sequence[sa.Row[Any]]) -> pa.Table:
    """Rows of OBSERVATION_COLUMNS as `VerifiedTarget.observations` has them."""
    import pyarrow as pa  # noqa: PLC0415  # a process that only serves does without it

    columns = list(zip(*rows, strict=True)) or [()] * len(OBSERVATION_COLUMNS)
    kinds = [pa.float64() if name == MEASURE else pa.string() for name in OBSERVATION_COLUMNS]
    arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    return pa.table(arrays, names=list(OBSERVATION_COLUMNS))


def _key_order(observations: pa.Table) -> NDArray[np.intp]:
    """The places of the rows, sorted by their key."""
    ranks = []
    for name in _KEY:
        column = observations.column(name).combine_chunks().dictionary_encode()
        rank = np.unique(np.array(column.dictionary.to_pylist(), str), return_inverse=True)[1]
        ranks.append(rank[column.indices.to_numpy(zero_copy_only=False)])
    return np.lexsort(ranks[::-1])


def _bounds(part: pa.Table, name: str) -> list[Value]:
    """A column of bounds; nulls where nobody has reckoned them."""
    if name not in part.column_names:
        return [None] * part.num_rows
    found: list[Value] = part.column(name).to_pylist()
    return found


def _values(column: pa.Array) -> list[Value]:
    """The values of a column. Texts are looked up in the dictionary, so that equal ones are one object."""
    import pyarrow as pa  # noqa: PLC0415  # a process that only serves does without it

    if isinstance(column, pa.DictionaryArray):
        texts = np.array(column.dictionary.to_pylist(), object)
        found: list[Value] = texts[column.indices.to_numpy(zero_copy_only=False)].tolist()
        return found
    values: list[Value] = column.to_pylist()
    return values
