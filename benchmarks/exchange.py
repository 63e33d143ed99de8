"""Signed exchange over the loopback: fetching and verifying a large target, a pull that finds nothing new, and
what a re-release of one month among many touches.

The floor of a fetch is a plain download of the same bytes with their SHA-256. The server is a process of its own.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

import requests

from node.adapters.trust.fetcher import TufFetcher
from node.adapters.trust.identity import NodeIdentity
from node.adapters.trust.key_store import create_keys
from node.adapters.trust.peers import PeerDirectory
from node.adapters.trust.publication import TufPublication
from node.config import LifetimeConfig, LimitConfig
from node.model.period import TimePeriod
from node.model.release import Peer, ReleaseDraft, TargetCustom, TargetIdentity, TargetKey

LARGE_BYTES = 50_000_000
MONTHS = 120
ROUNDS = 5
IDLE_PULLS = 30
FETCH_TARGET, IDLE_TARGET = 1.3, 0.015
LIFETIMES = LifetimeConfig(root_days=365, targets_days=180, snapshot_days=30, timestamp_days=7)
LIMITS = LimitConfig(target_bytes=200_000_000, timeout_seconds=30.0, engine_memory_mib=64, engine_threads=1)


def main() -> None:
    """Print the three."""
    folder = Path(tempfile.mkdtemp(prefix="exchange-benchmark-"))
    try:
        print(f"exchange: a target of {LARGE_BYTES:,} bytes over the loopback, best of {ROUNDS} rounds")
        _large(folder / "large")
        print(f"exchange: {MONTHS} months of one dataflow")
        _many(folder / "many")
    finally:
        shutil.rmtree(folder)


def _large(folder: Path) -> None:
    publication, fingerprint = _publication(folder)
    publication.publish(_draft("2026-01", os.urandom(LARGE_BYTES)), b"{}")
    address = next((folder / "feeds/targets/VACANCIES").glob("*.csv.gz")).relative_to(folder / "feeds")
    with _served(folder / "feeds") as url:
        plain, pulled = [], []
        for number in range(ROUNDS):
            plain.append(_seconds(partial(_download, f"{url}/{address}", folder / "plain")))
            fetcher, peer = _receiver(folder / f"receiver{number}", url, fingerprint)
            pulled.append(_seconds(partial(fetcher.fetch, peer, ())))
    print(f"  floor, plain download with SHA-256: {min(plain):.3f} s (worst {max(plain):.3f} s)")
    print(f"  fetched and verified: {min(pulled):.3f} s (worst {max(pulled):.3f} s)")
    print(f"  ratio to the floor: {min(pulled) / min(plain):.2f} (target: at most {FETCH_TARGET})")


def _many(folder: Path) -> None:
    publication, fingerprint = _publication(folder)
    for number in range(MONTHS):
        publication.publish(_draft(str(TimePeriod("2016-01").shifted(number)), b"first"), b"{}")
    with _served(folder / "feeds") as url:
        fetcher, peer = _receiver(folder / "receiver", url, fingerprint)
        known = _settled(fetcher, peer, frozenset())
        used = []
        for _ in range(IDLE_PULLS):
            before = time.process_time()
            fetcher.fetch(peer, known)
            used.append(time.process_time() - before)
        print(
            f"  a pull that finds nothing new: {min(used) * 1000:.1f} ms of CPU, median "
            f"{statistics.median(used) * 1000:.1f} ms (target: at most {IDLE_TARGET * 1000:.0f} ms)"
        )
        before_files = _files(folder / "feeds/targets")
        seconds = _seconds(partial(publication.publish, _draft("2020-05", b"second", revision=2), b"{}"))
        added = _files(folder / "feeds/targets") - before_files
        fetched = fetcher.fetch(peer, known).fetched
        print(
            f"  one month released again: {seconds * 1000:.0f} ms, {len(added)} files written beside "
            f"{len(before_files)} that stay, {len(fetched)} of {MONTHS} months fetched by the partner"
        )


def _publication(home: Path) -> tuple[TufPublication, str]:
    keys = create_keys(home / "keys", "for a benchmark")
    identity = NodeIdentity("ID", "IMTGT_ID", "Benchmark", synthetic=True)
    publication = TufPublication(home, identity, keys, LIFETIMES, _now)
    return publication, publication.initialise()


def _draft(period: str, data: bytes, revision: int = 1) -> ReleaseDraft:
    key = TargetKey("VACANCIES", TimePeriod(period))
    custom = TargetCustom(
        dataflow=key.dataflow,
        period=period,
        revision=revision,
        published=_now(),
        profile_version="1.0.0",
        profile_digest="a" * 64,
        mapping_digests=(("KBJI:2014", "b" * 64),),
        rows=1,
        synthetic=True,
    )
    return ReleaseDraft(key, custom, {key.path: data + period.encode(), key.report_path: b'{"report": 1}'})


def _receiver(home: Path, url: str, fingerprint: str) -> tuple[TufFetcher, Peer]:
    peer = PeerDirectory(home).add(url, fingerprint)
    return TufFetcher(home, LIMITS, _now), peer


def _settled(fetcher: TufFetcher, peer: Peer, known: frozenset[TargetIdentity]) -> frozenset[TargetIdentity]:
    return known | {entry.published.identity for entry in fetcher.fetch(peer, known).fetched}


def _download(url: str, to: Path) -> None:
    digest = hashlib.sha256()
    with requests.get(url, stream=True, timeout=30) as answer, to.open("wb") as file:
        for chunk in answer.iter_content(1 << 20):
            digest.update(chunk)
            file.write(chunk)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that the library gives it
        """Nothing: the requests are not what is shown."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(folder, there), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(folder: Path, pipe: Connection) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    pipe.send(server.server_port)
    server.serve_forever()
