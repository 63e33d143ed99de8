"""Merging new observations, pull aside: gunzip, full conformance check, plan, bounds of what is suppressed, and one
transaction into SQLite.

Printed as a ratio to its floor, measured in the same run on the same targets: sha256, gunzip, parse with DuckDB,
and a plain executemany of the parsed rows into an SQLite table. Each is a process of its own.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import resource
import shutil
import sqlite3
import statistics
import tempfile
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb
import numpy as np

from node.adapters.profile_files import ProfileFolder
from node.adapters.store.migrate import upgrade_database
from node.adapters.store.store import SqlObservationStore
from node.merge.gaps import with_gaps
from node.merge.plan import plan_merge
from node.model.codelist import NO_PARENT
from node.model.cube import AuditResult, ProtectedCube
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile
from node.model.release import FetchedFeed, FetchedTarget, PublishedTarget, TargetCustom, TargetDigest, TargetKey
from node.release.draft import draft_release
from node.verify.conformance import verify_feed

DATAFLOW, AUTHORITY = "JOBSEEKERS", "IMTGT_ID"
FIRST_PERIOD = "2020-01"
ROUNDS = 3
NOW = datetime(2026, 11, 15, tzinfo=UTC)
COLUMNS = "TIME_PERIOD, OCCUPATION, REF_AREA, INDICATOR, SEX, OBS_VALUE, OBS_STATUS, CONF_STATUS"
PROFILES = Path(__file__).resolve().parents[1] / "exchange_profiles"

Target = tuple[str, bytes, bytes]
"""Period, data, report."""


def main(rows: int) -> None:
    """Print the merge of at least `rows` observations (whole months of one country's job seekers)."""
    profile = ProfileFolder(PROFILES).profile(DATAFLOW)
    folder = Path(tempfile.mkdtemp(prefix="merge-benchmark-"))
    try:
        months, total = _make_targets(profile, folder, rows)
        print(f"merge: {total:,} observations of {DATAFLOW}, {months} months of {AUTHORITY}, best of {ROUNDS} rounds")
        results: dict[str, list[tuple[float, int]]] = {"floor": [], "merge": []}
        for _ in range(ROUNDS):
            results["floor"].append(_in_process(_floor, folder))
            results["merge"].append(_in_process(_merge, folder))
        for name, runs in results.items():
            seconds = [run[0] for run in runs]
            peak = max(run[1] for run in runs) / 1024
            spread = f"median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s"
            print(f"  {name}: {min(seconds):.2f} s ({spread}), peak memory {peak:,.0f} MiB")
        ratio = min(run[0] for run in results["merge"]) / min(run[0] for run in results["floor"])
        print(f"  ratio to the floor: {ratio:.2f} (target: at most 2.0)")
    finally:
        shutil.rmtree(folder)


def _make_targets(profile: ExchangeProfile, folder: Path, rows: int) -> tuple[int, int]:
    """Releases of as many months as `rows` needs, written to `folder`; (months, observations)."""
    months = total = 0
    while total < rows:
        cube = _cube(profile, TimePeriod(FIRST_PERIOD).shifted(months), seed=months)
        draft = draft_release(cube, None, synthetic=True, now=NOW)
        (folder / f"{draft.key.period}.csv.gz").write_bytes(draft.files[draft.key.path])
        (folder / f"{draft.key.period}.report.json").write_bytes(draft.files[draft.key.report_path])
        months, total = months + 1, total + draft.custom.rows
    return months, total


def _cube(profile: ExchangeProfile, period: TimePeriod, seed: int) -> ProtectedCube:
    """Consistent skewed counts; about half of the finest occupations are hidden in all areas."""
    structure = profile.for_sender(AUTHORITY)
    random = np.random.default_rng(seed)
    value = np.floor(random.lognormal(0.5, 1.5, structure.shape))
    for place, axis in enumerate(structure.axes):
        if axis.additive:
            _add_up(np.moveaxis(value, place, 0), axis.codelist.parents)
    deep = structure.axis("OCCUPATION").codelist.depths == structure.axis("OCCUPATION").codelist.depths.max()
    shape = [len(axis.codelist) if axis.id == "OCCUPATION" else 1 for axis in structure.axes]
    hidden = np.broadcast_to(deep.reshape(shape), structure.shape) & (random.random(shape) < 0.5)
    hidden = _alone_removed(hidden, structure.position["OCCUPATION"], structure.axis("OCCUPATION").codelist.parents)
    value[hidden] = np.nan
    primary = int(hidden.sum())
    audit = AuditResult(value.size, primary, primary, 0, "benchmark", certified=primary)
    status, confidentiality = np.where(hidden, "Q", "A"), np.where(hidden, "A", "F")
    return ProtectedCube(profile, structure, period, value, status, confidentiality, audit, (), empty=False)


def _add_up(along: np.ndarray, parents: np.ndarray) -> None:
    along[np.unique(parents[parents != NO_PARENT])] = 0
    for child in range(len(parents) - 1, 0, -1):
        if parents[child] != NO_PARENT:
            along[parents[child]] += along[child]


def _alone_removed(hidden: np.ndarray, place: int, parents: np.ndarray) -> np.ndarray:
    """Hidden cells without those that are the only hidden one among their siblings."""
    along = np.moveaxis(hidden.copy(), place, 0)
    for parent in np.unique(parents[parents != NO_PARENT]):
        family = np.flatnonzero(parents == parent)
        along[family] &= along[family].sum(axis=0) != 1
    return np.moveaxis(along, 0, place)


def _in_process(work: Callable[[Path], None], folder: Path) -> tuple[float, int]:
    """Seconds and peak memory in KiB of `work` in a fresh process, its imports not counted."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(work, folder, theirs))
    process.start()
    theirs.close()
    try:
        seconds, peak = ours.recv()
    finally:
        process.join()
    return seconds, peak


def _measured(work: Callable[[Path], None], folder: Path, answer: Connection) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        (Path(scratch) / "targets").symlink_to(folder)
        begun = time.perf_counter()
        work(Path(scratch))
        seconds = time.perf_counter() - begun
    answer.send((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))


def _targets(scratch: Path) -> list[Target]:
    folder = scratch / "targets"
    periods = sorted(path.name.removesuffix(".csv.gz") for path in folder.glob("*.csv.gz"))
    return [
        (period, (folder / f"{period}.csv.gz").read_bytes(), (folder / f"{period}.report.json").read_bytes())
        for period in periods
    ]


def _floor(scratch: Path) -> None:
    database = sqlite3.connect(scratch / "floor.db")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    engine = duckdb.connect()
    text = scratch / "target.csv"
    database.execute(f"CREATE TABLE observation ({COLUMNS})")
    for _, data, _ in _targets(scratch):
        hashlib.sha256(data).hexdigest()
        text.write_bytes(zlib.decompress(data, 31))
        rows = engine.execute(
            f"SELECT {COLUMNS} FROM read_csv(?, header = true, nullstr = 'NaN')", [str(text)]
        ).fetchall()
        database.executemany("INSERT INTO observation VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    database.commit()
    database.close()


def _merge(scratch: Path) -> None:
    profile = ProfileFolder(PROFILES).profile(DATAFLOW)
    url = f"sqlite:///{scratch / 'node.db'}"
    upgrade_database(url)
    store = SqlObservationStore(url)
    fetched = tuple(_fetched(profile, *target) for target in _targets(scratch))
    feed = FetchedFeed("ID", 1, NOW, tuple(target.published for target in fetched), fetched)
    verified = verify_feed(feed, {DATAFLOW: profile}, AUTHORITY)
    if verified.quarantined:
        raise RuntimeError(str(verified.quarantined[0].findings))
    store.apply(with_gaps(plan_merge(verified, store.vintages("ID"), NOW), AUTHORITY))
    store.close()


def _fetched(profile: ExchangeProfile, period: str, data: bytes, report: bytes) -> FetchedTarget:
    """A target as the client hands it over, its hash checked."""
    said = json.loads(report)
    key = TargetKey(DATAFLOW, TimePeriod(period))
    custom = TargetCustom(DATAFLOW, period, 1, NOW, profile.version, profile.digest, (), said["rows"], synthetic=True)
    digest = TargetDigest(key.path, len(data), hashlib.sha256(data).hexdigest())
    return FetchedTarget(PublishedTarget(key, custom, digest, hashlib.sha256(report).hexdigest()), data, report)


if __name__ == "__main__":
    main(1_000_000)
