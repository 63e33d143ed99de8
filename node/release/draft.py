"""The bytes of a release: a protected cube as SDMX-CSV 2.0, the same on every machine."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from node.errors import ReleaseRefused
from node.model.cube import IntArray, ProtectedCube
from node.model.perturbation import Perturbed
from node.model.profile import ExchangeProfile
from node.model.release import PublishedTarget, ReleaseDraft, TargetCustom, TargetKey
from node.model.structure import ACTION_FIRST, ACTION_REVISED, CONF_STATUS, HIDDEN_VALUE, MEASURE, OBS_STATUS
from node.release.report import release_report

COMPRESSION_LEVEL = 4
"""Fixed, because the level decides the bytes. On real structures level 6 is 6 % smaller and takes twice the time,
level 9 is 12 % smaller and takes twenty times."""


def draft_release(
    protected: ProtectedCube, previous: tuple[PublishedTarget, bytes] | None, *, synthetic: bool, now: datetime
) -> ReleaseDraft:
    """The next release of a cube's dataflow and period, or exactly the previous one where nothing changed.

    Nothing changed means: the same observations, profile, mappings and synthetic mark. The draft then has
    the previous release's bytes, revision and publication time, so that publishing it changes nothing. One
    that differs has the next revision. `now` is kept to whole seconds.
    Raises: ReleaseRefused when a value is not a whole number.
    """
    key = TargetKey(protected.profile.dataflow, protected.period)
    custom = TargetCustom(
        dataflow=key.dataflow,
        period=str(key.period),
        revision=1,
        published=now.astimezone(UTC).replace(microsecond=0),
        profile_version=protected.profile.version,
        profile_digest=protected.profile.digest,
        mapping_digests=_mapping_digests(protected),
        rows=int(protected.listed.sum()),
        synthetic=synthetic,
        perturbation=Perturbed.of(protected.profile.protection.perturbation),
    )
    data: bytes | None = None
    if previous is not None:
        custom, data = _after(protected, custom, *previous)
    if data is None:
        data = compress(target_text(protected, _action(custom.revision)))
    return ReleaseDraft(key, custom, {key.path: data, key.report_path: release_report(protected, custom)})


def structure_id(profile: ExchangeProfile) -> str:
    """STRUCTURE_ID of a dataflow: agency, id and version. Source: SDMX-CSV 2.0, section 2."""
    return f"{profile.structure.agency}:{profile.dataflow}({profile.version})"


def target_text(protected: ProtectedCube, action: str) -> bytes:
    """A cube as SDMX-CSV 2.0 text: one row a listed cell, in the order of the codelists, the last axis fastest.

    Codelist order rather than text order: it is the cube's own, so nothing is sorted, parents stand above
    their parts, and the profile (whose digest is signed) fixes it. A period without records is a header alone.
    """
    structure = protected.structure
    cells = np.flatnonzero(protected.listed)
    columns: dict[str, pa.Array] = {
        "STRUCTURE": _constant("dataflow", cells.size),
        "STRUCTURE_ID": _constant(structure_id(protected.profile), cells.size),
        "ACTION": _constant(action, cells.size),
        "FREQ": _constant(protected.period.frequency, cells.size),
        "TIME_PERIOD": _constant(str(protected.period), cells.size),
        MEASURE: _values(protected, cells),
        OBS_STATUS: pa.array(protected.status.ravel()[cells].astype(object), pa.string()),
        CONF_STATUS: pa.array(protected.marks.ravel()[cells].astype(object), pa.string()),
    }
    for axis, along in zip(structure.axes, np.unravel_index(cells, structure.shape), strict=True):
        columns[axis.id] = pa.array(axis.codelist.ids, pa.string()).take(pa.array(along))
    table = pa.table([columns[name] for name in structure.columns], names=list(structure.columns))
    sink = io.BytesIO()
    sink.write(",".join(structure.columns).encode() + b"\n")
    pacsv.write_csv(table, sink, pacsv.WriteOptions(include_header=False, quoting_style="none"))
    return sink.getvalue()


def compress(text: bytes) -> bytes:
    """Gzip whose bytes depend on `text` alone: no time, no file name, a fixed level.

    The compressor is the one inside pyarrow, which the lock file pins, rather than the machine's own zlib,
    whose successors compress differently. Source: RFC 1952, section 2.3.
    """
    return bytes(pa.Codec("gzip", compression_level=COMPRESSION_LEVEL).compress(text, asbytes=True))


def _after(
    protected: ProtectedCube, custom: TargetCustom, before: PublishedTarget, data: bytes
) -> tuple[TargetCustom, bytes | None]:
    """What follows a previous release: the same custom and bytes where nothing changed, else the next revision."""
    same = replace(custom, revision=before.custom.revision, published=before.custom.published) == before.custom
    if same and gzip.decompress(data) == target_text(protected, _action(before.custom.revision)):
        return before.custom, data
    return replace(custom, revision=before.custom.revision + 1), None


def _action(revision: int) -> str:
    return ACTION_FIRST if revision == 1 else ACTION_REVISED


def _mapping_digests(protected: ProtectedCube) -> tuple[tuple[str, str], ...]:
    return tuple(
        sorted({name: digest for source in protected.coverage for name, digest in source.mapping_digests}.items())
    )


def _values(protected: ProtectedCube, cells: IntArray) -> pa.Array:
    value = protected.value.ravel()[cells]
    hidden = np.isnan(value)
    whole = np.where(hidden, 0, value)
    if (whole != np.floor(whole)).any() or not np.isfinite(whole).all():
        what = f"{protected.profile.dataflow} {protected.period}"
        raise ReleaseRefused(f"{what}: the protected cube holds values that are not whole numbers")
    text = pc.cast(pa.array(whole.astype(np.int64)), pa.string())
    return pc.if_else(pa.array(hidden), HIDDEN_VALUE, text)


def _constant(text: str, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.string()), rows)
