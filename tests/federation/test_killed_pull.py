"""A pull killed at every single step: nothing lost, nothing torn, nothing merged twice, and the next goes on."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from node.adapters.trust import observed
from node.bootstrap import open_services
from node.config import load_config
from node.model.period import TimePeriod
from node.model.release import PeerState
from node.operations import pull_all, pull_and_note, release_and_merge, tell_what_was_seen
from tests.support.nodes import PERIOD
from tests.support.three_nodes import Three, three_nodes

Kill = Callable[[Path, int], int | None]

CHANGES = ("replace", "fsync", "unlink", "rename", "mkdir", "symlink", "remove")
EVENTS = ("begin", "before_cursor_execute", "commit")
"""What a step is: a change to the disk, or a statement, begin or commit of the database."""

PROGRAM = """
import os, sys
from pathlib import Path

import sqlalchemy as sa

count, at = 0, 0

def step():
    global count
    count += 1
    if count == at:
        os._exit(77)

for name in CHANGES:
    def changed(*arguments, real=getattr(os, name), **options):
        step()
        return real(*arguments, **options)
    setattr(os, name, changed)

for name in EVENTS:
    sa.event.listen(sa.Engine, name, lambda *_: step())

from node.bootstrap import open_services
from node.config import load_config
from node.operations import pull_and_note, tell_what_was_seen

for line in sys.stdin:
    home, number = line.rsplit(" ", 1)
    at = int(number)
    child = os.fork()
    if child == 0:
        with open_services(load_config(Path(home), {})) as services:
            count = 0
            for _ in pull_and_note(services, services.directory.get("MY")):
                pass
            tell_what_was_seen(services)
            done = count
        print("ended", done, flush=True)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code:
        print("killed" if code == 77 else "failed", 0, flush=True)
"""
"""For each line with a node's folder and a number, a pull in a process of its own that is killed at the step of that
number: each change to the disk, and each statement, begin and commit of the database."""


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Malaysia has released two dataflows; Indonesia has pinned it and pulled nothing."""
    folder = tmp_path_factory.mktemp("ready")
    with three_nodes(folder, ("ID", "MY")) as made:
        for dataflow in ("VACANCIES", "JOBSEEKERS"):
            release_and_merge(made.nodes["MY"], dataflow, TimePeriod(PERIOD))
    return folder


@pytest.fixture(scope="module")
def killer() -> Iterator[Kill]:
    """Steps that a pull took that came to its end; None where it was killed."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", f"CHANGES, EVENTS = {CHANGES!r}, {EVENTS!r}\n{PROGRAM}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def killed_at(home: Path, step: int) -> int | None:
            print(home, step, file=process.stdin, flush=True)
            outcome, number = process.stdout.readline().split()
            assert outcome != "failed"
            return int(number) if outcome == "ended" else None

        yield killed_at
        process.stdin.close()


def observations(home: Path) -> tuple[int, int, int]:
    """Vintages and observations, and vintages without all of theirs."""
    with sqlite3.connect(home / "node.db") as connection:
        vintages = connection.execute("SELECT count(*) FROM vintage").fetchone()[0]
        rows = connection.execute("SELECT count(*) FROM observation").fetchone()[0]
        torn = connection.execute(
            'SELECT count(*) FROM vintage v WHERE "rows" != '
            "(SELECT count(*) FROM observation o WHERE o.vintage_id = v.id)"
        ).fetchone()[0]
    connection.close()
    return vintages, rows, torn


@pytest.fixture(scope="module")
def whole(ready: Path, tmp_path_factory: pytest.TempPathFactory, killer: Kill) -> tuple[int, tuple[int, int, int]]:
    """Steps of a pull that nobody kills, and what is merged then."""
    home = copied(ready, tmp_path_factory.mktemp("whole") / "nodes").homes["ID"]
    steps = killer(home, 0)
    assert steps is not None
    return steps, observations(home)


def states_left(home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[Path]]:
    """Steps of one pull, and a copy of the node's folder for each different state that a kill before a step leaves."""
    steps = 0
    states: dict[str, Path] = {}

    def step(*_: object) -> None:
        nonlocal steps
        steps += 1
        with monkeypatch.context() as quiet:
            for name, real in changes.items():
                quiet.setattr(os, name, real)
            digest = state_of(home)
            if digest not in states:
                states[digest] = folder / f"killed-before-{steps}"
                shutil.copytree(home, states[digest], symlinks=True)

    def watched(real: Callable[..., object]) -> Callable[..., object]:
        def changed(*arguments: object, **options: object) -> object:
            step()
            return real(*arguments, **options)

        return changed

    changes = {name: getattr(os, name) for name in CHANGES}
    with open_services(load_config(home, {})) as services, monkeypatch.context() as patched:
        for name, real in changes.items():
            patched.setattr(os, name, watched(real))
        for event in EVENTS:
            sa.event.listen(sa.Engine, event, step)
        try:
            for _ in pull_and_note(services, services.directory.get("MY")):
                pass
            tell_what_was_seen(services)
        finally:
            for event in EVENTS:
                sa.event.remove(sa.Engine, event, step)
    return steps, list(states.values())


def state_of(home: Path) -> str:
    """The bytes of every file; who holds a lock, and an index that SQLite makes anew, are left aside."""
    digest = hashlib.sha256()
    for path in sorted(home.rglob("*")):
        if path.is_file() and path.suffix != ".holder" and not path.name.endswith("-shm"):
            digest.update(f"{path}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def test_the_next_pull_completes_every_state_that_a_kill_can_leave(
    ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: tuple[int, tuple[int, int, int]]
) -> None:
    home = copied(ready, tmp_path / "seen").homes["ID"]
    steps, states = states_left(home, tmp_path / "left", monkeypatch)
    assert abs(steps - whole[0]) <= 5, "the same steps at which a process is killed in the other tests"
    assert len(states) > 20
    for left in states:
        vintages, rows, torn = observations(left)
        assert torn == 0, left.name
        assert (vintages, rows) in {(0, 0), whole[1][:2]}, left.name
        with open_services(load_config(left, {})) as services:
            for _ in pull_and_note(services, services.directory.get("MY")):
                pass
            tell_what_was_seen(services)
            assert services.directory.status("MY").state is PeerState.FRESH, left.name
            assert services.views.forks() == ()
            assert len(services.views.recent("MY", "ID", 10)) == 1
            told = services.publication.published_file("observed.json")
            assert told is not None
            assert [peer for peer, _, _ in observed.versions(told)] == ["MY"], left.name
        assert observations(left) == whole[1], left.name


def test_a_pull_killed_again_and_again_goes_on_at_the_next(
    ready: Path, tmp_path: Path, killer: Kill, whole: tuple[int, tuple[int, int, int]]
) -> None:
    steps, merged = whole
    assert steps > 60
    assert merged[0] == 2
    assert merged[2] == 0
    home = copied(ready, tmp_path / "again").homes["ID"]
    # Each time a few steps later than the last one got, so that states are met that more than one kill has left.
    kills = 0
    for step in (*range(1, 41, 6), *range(41, steps, 12)):
        kills += killer(home, step) is None
        vintages, rows, torn = observations(home)
        assert torn == 0
        assert (vintages, rows) in {(0, 0), merged[:2]}, "both releases are merged in one transaction, or none"
    assert kills > 8
    assert killer(home, 0) is not None
    assert observations(home) == merged


@pytest.mark.parametrize("step", [20, 50])
def test_one_kill_leaves_a_state_that_the_next_pull_completes(
    ready: Path, tmp_path: Path, step: int, killer: Kill, whole: tuple[int, tuple[int, int, int]]
) -> None:
    made = copied(ready, tmp_path / "once")
    assert killer(made.homes["ID"], step) is None
    with open_services(load_config(made.homes["ID"], {})) as services:
        dict(pull_all(services))
        tell_what_was_seen(services)
        assert services.directory.status("MY").state is PeerState.FRESH
        assert services.views.forks() == ()
        assert len(services.views.recent("MY", "ID", 10)) == 1
    assert observations(made.homes["ID"]) == whole[1]
    assert not list(made.homes["ID"].rglob(".*.unfinished"))


def copied(ready: Path, folder: Path) -> Three:
    with three_nodes(folder, ("ID", "MY"), copied=ready) as made:
        return made
