"""Readers at once: two workers of the real server on this machine, fifty readers, errors counted, memory looked at."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import repeat
from pathlib import Path
from urllib.parse import urlsplit

WORKERS, READERS, TURNS = 2, 50, 3
PATIENCE_SECONDS = 120.0
"""How long a reader waits for one answer, and a worker may take to start or to end."""
MEMORY_MIB = 300
COMMAND = "from node.cli.main import main; main()"


@dataclass(frozen=True, slots=True)
class Worker:
    """A server that runs. `address`: host and port."""

    process: subprocess.Popen[str]
    address: str

    @property
    def memory(self) -> tuple[float, float]:
        """MiB: the most that the worker itself took so far, and what its drawing process takes now."""
        threads = Path(f"/proc/{self.process.pid}/task").iterdir()
        beside = [int(child) for thread in threads for child in (thread / "children").read_text("ascii").split()]
        return _mebibytes(self.process.pid, "VmHWM"), sum(_mebibytes(child, "VmRSS") for child in beside)


def read_at_once(home: Path, environ: dict[str, str], paths: Sequence[str]) -> None:
    """Print what READERS readers meet who ask two workers of one node for all `paths`, TURNS times each."""
    with ExitStack() as stack:
        workers = [stack.enter_context(_worker(home, environ)) for _ in range(WORKERS)]
        begun = time.perf_counter()
        with ThreadPoolExecutor(READERS) as readers:
            asked = readers.map(_read, range(READERS), repeat([worker.address for worker in workers]), repeat(paths))
            answers = [answer for answers in asked for answer in answers]
        seconds = time.perf_counter() - begun
        wrong = [path for path, _, fine in answers if not fine]
        waited = statistics.quantiles([1e3 * took for _, took, _ in answers], n=20)
        print(
            f"  {READERS} readers, {WORKERS} workers: {len(answers):,} answers in {seconds:.0f} s, {len(wrong)} errors "
            f"(target: none); waited {waited[9]:.0f} ms at the median, {waited[18]:.0f} ms at the 95th percentile"
        )
        for path in sorted(set(wrong)):
            print(f"    wrong: {path}, {wrong.count(path)} times")
        memory = [worker.memory for worker in workers]
        most, beside = (max(numbers) for numbers in zip(*memory, strict=True))
        print(
            f"  memory of a worker: at most {most:.0f} MiB (target: below {MEMORY_MIB}); of the process beside it that "
            f"draws: {beside:.0f} MiB"
        )


@contextmanager
def _worker(home: Path, environ: dict[str, str]) -> Iterator[Worker]:
    """A server on a free port of the loopback, ended afterwards."""
    command = [sys.executable, "-c", COMMAND, "--home", str(home), "serve", "--port", "0"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # where a busy server tells how many wait
        text=True,
        env=os.environ | environ,
    )
    try:
        said = process.stdout.readline() if process.stdout else ""
        found = re.search(r"http://\S+", said)
        if found is None:
            raise RuntimeError(f"the worker did not start: {said}")
        yield Worker(process, urlsplit(found[0]).netloc)
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _read(number: int, addresses: Sequence[str], paths: Sequence[str]) -> list[tuple[str, float, bool]]:
    """One reader's answers: what was asked, the seconds it took, and whether it came whole. Every other reader asks for
    addresses of their own, that no worker has kept."""
    found = []
    for turn in range(TURNS):
        for place in range(len(paths)):
            path = paths[(place + number) % len(paths)]
            asked = f"{path}?reader={number}.{turn}" if number % 2 else path
            begun = time.perf_counter()
            found.append((path, *_answer(addresses[number % len(addresses)], asked, begun)))
    return found


def _answer(address: str, path: str, begun: float) -> tuple[float, bool]:
    connection = HTTPConnection(address, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        fine = answer.status == 200 and len(body) > 0
    except (OSError, HTTPException):
        fine = False
    finally:
        connection.close()
    return time.perf_counter() - begun, fine


def _mebibytes(process: int, field: str) -> float:
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024
