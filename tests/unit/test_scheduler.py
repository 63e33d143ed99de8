from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from node.bootstrap import open_services, worker_lock
from node.config import load_config
from node.errors import Busy, ConfigurationError
from node.model.period import TimePeriod
from node.operations import release_and_merge
from node.scheduler import run_once, run_worker
from tests.support.nodes import PERIOD, make_node


@pytest.fixture
def nodes(tmp_path: Path) -> tuple[Path, Path]:
    """Indonesia's node, which has pinned Malaysia's; nothing is released yet."""
    home, other = tmp_path / "id", tmp_path / "my"
    make_node(home, "ID")
    fingerprint = make_node(other, "MY")
    with open_services(load_config(home, {})) as services:
        services.directory.add(str(other / "feeds"), fingerprint)
    return home, other


def release(home: Path) -> None:
    with open_services(load_config(home, {})) as services:
        release_and_merge(services, "VACANCIES", TimePeriod(PERIOD))


def test_a_round_pulls_every_peer_and_records_each(nodes: tuple[Path, Path]) -> None:
    home, other = nodes
    release(other)
    said: list[str] = []
    run_once(home, {}, said.append)
    assert sorted(said[:2]) == ["ID: 0 merged", "MY: 1 merged"]
    with open_services(load_config(home, {})) as services:
        assert [str(period) for period in services.store.periods("VACANCIES")] == [PERIOD]
        assert {(run.what, run.about, run.outcome) for run in services.store.runs()} == {
            ("pull", "ID", "ok"), ("pull", "MY", "ok"),
        }  # fmt: skip


def test_a_peer_that_fails_stops_no_other_and_its_failure_is_told_and_recorded(nodes: tuple[Path, Path]) -> None:
    home, other = nodes
    release(home)
    (other / "feeds" / "metadata" / "timestamp.json").unlink()
    said: list[str] = []
    run_once(home, {}, said.append)
    assert "ID: 0 merged" in said
    assert [line for line in said if line.startswith("MY: MY: ")]
    with open_services(load_config(home, {})) as services:
        assert services.directory.status("MY").state.value in {"unreachable", "refused"}
        (outcome,) = (run.outcome for run in services.store.runs() if (run.what, run.about) == ("pull", "MY"))
        assert outcome in {"PeerUnreachable", "SignatureRefused"}


def test_the_timestamp_is_renewed_when_half_its_life_is_over(nodes: tuple[Path, Path]) -> None:
    home, _ = nodes
    settings = home / "node.toml"
    long = settings.read_text(encoding="utf-8").replace("[keys]", "[lifetimes]\ntimestamp_days = 20\n\n[keys]")
    said: list[str] = []
    run_once(home, {}, said.append)
    assert not any("renewed" in line for line in said), "a fresh timestamp is left alone"
    settings.write_text(long, encoding="utf-8")  # of 20 days, the 7 that are left are less than half
    run_once(home, {}, said.append)
    assert any("renewed until" in line for line in said)
    with open_services(load_config(home, {})) as services:
        feed = services.own_feed()
        assert feed is not None
        assert (feed.timestamp_expires - services.clock()).days >= 19


def test_a_broken_configuration_is_told_and_the_worker_lives_on(nodes: tuple[Path, Path]) -> None:
    home, _ = nodes
    (home / "node.toml").write_text("[node\n", encoding="utf-8")
    said: list[str] = []
    run_once(home, {}, said.append)
    assert "TOML" in said[0]
    with pytest.raises(ConfigurationError):
        run_worker(home, {}, said.append)


def test_a_worker_works_until_it_is_told_to_stop_and_a_second_one_cannot_work_beside_it(
    nodes: tuple[Path, Path],
) -> None:
    home, _ = nodes
    program = "import os, sys; from pathlib import Path; from node.scheduler import run_worker\n"
    program += "run_worker(Path(sys.argv[1]), os.environ, lambda line: print(line, flush=True))"
    with subprocess.Popen([sys.executable, "-c", program, str(home)], stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline().startswith("working")
            # Side by side, so in the order in which they are done.
            assert {worker.stdout.readline(), worker.stdout.readline()} == {"ID: 0 merged\n", "MY: 0 merged\n"}
            with pytest.raises(Busy, match=str(worker.pid)), worker_lock(load_config(home, {})):
                pass
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(timeout=60) == 0
        finally:
            worker.kill()
    with worker_lock(load_config(home, {})):
        pass
