"""Deciding on partners' feeds, and proving a number, as an operator types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from node.bootstrap import open_services
from node.cli.main import main
from node.config import load_config
from node.model.period import TimePeriod
from node.operations import release_and_merge
from tests.support.nodes import PERIOD
from tests.support.three_nodes import three_nodes

REASON = "telephoned, and they confirmed it"


def run(home: Path, *arguments: str) -> Result:
    result = CliRunner(env={"LMIS_NODE_HOME": None}).invoke(main, ["--home", str(home), *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Malaysia has released twice, the second time forty times as many posts, which Indonesia holds. It has also shown
    Thailand another feed under the same version."""
    folder = tmp_path_factory.mktemp("world")
    with three_nodes(folder) as made:
        release_and_merge(made.nodes["MY"], "VACANCIES", TimePeriod(PERIOD))
        made.turn("ID")
        made.fork("MY", folder / "thief", "TH", (160, 170))
        made.turn("ID")
        made.turn("TH")
    return folder


def test_a_held_release_is_listed_shown_and_not_released_in_a_dry_run(world: Path) -> None:
    home = world / "id"
    (entry,) = json.loads(run(home, "peer", "quarantine", "list", "--json").stdout)
    assert (entry["held"], entry["decided"]) == (True, None)
    shown = run(home, "peer", "quarantine", "show", "1").stdout
    assert "may be released or discarded" in shown
    assert "findings.json" in shown
    assert len(json.loads(run(home, "peer", "quarantine", "show", "1", "--json").stdout)["files"]) == 3
    dry = run(home, "peer", "quarantine", "release", "1", "--author", "Siti", "--reason", REASON, "--dry-run")
    assert "would be released" in dry.stdout
    assert run(home, "peer", "quarantine", "show", "9").exit_code == 78
    assert run(home, "peer", "quarantine", "release", "1", "--author", "Siti", "--reason", "ok").exit_code == 65


def test_a_fork_is_told_held_exported_and_decided(world: Path, tmp_path: Path) -> None:
    """Thailand finds it when it reads what Indonesia saw."""
    home = world / "th"
    (entry,) = json.loads(run(home, "peer", "fork", "list", "--json").stdout)
    assert (entry["peer"], entry["held"], {side["by"] for side in entry["seen"]}) == ("MY", True, {"ID", "TH"})
    assert "merging is held" in run(home, "peer", "fork", "list").stdout
    shown = run(home, "peer", "fork", "show", "1").stdout
    assert "do not say" in shown
    assert "forked" in run(home, "peer", "status").stdout
    pulled = run(home, "peer", "pull", "MY")
    assert pulled.exit_code == 76
    assert "nothing of it is merged until you decide" in pulled.stderr
    assert run(home, "peer", "fork", "export", "1", str(tmp_path / "evidence")).exit_code == 0
    assert (tmp_path / "evidence" / "README.txt").read_text("utf-8").startswith("version ")
    assert run(home, "peer", "fork", "decide", "1", "--author", "S", "--reason", REASON, "--dry-run").exit_code == 0
    assert json.loads(run(home, "peer", "fork", "show", "1", "--json").stdout)["held"]
    decided = run(home, "peer", "fork", "decide", "1", "--author", "Siti", "--reason", REASON)
    assert "decided by Siti; merging goes on" in decided.stdout
    with open_services(load_config(home, {})) as services:
        # Peers are pulled side by side, so that it may have been merged before Indonesia's word was read.
        assert [vintage.key.dataflow for vintage in services.store.vintages("MY")] == ["VACANCIES"]
    assert not json.loads(run(home, "peer", "fork", "show", "1", "--json").stdout)["held"]
    assert run(home, "peer", "fork", "show", "9").exit_code == 78


def test_a_discarded_release_leaves_the_status(world: Path) -> None:
    home = world / "id"
    done = run(home, "peer", "quarantine", "discard", "1", "--author", "Siti", "--reason", REASON)
    assert "discarded by Siti" in done.stdout
    assert "(discarded)" in run(home, "peer", "quarantine", "list").stdout


def test_a_number_is_proved_as_text_as_json_and_to_a_file(world: Path, tmp_path: Path) -> None:
    home, key = world / "id", "M.MY-07.OC2221.JV_OPEN"
    text = run(home, "prove", "VACANCIES", key, PERIOD)
    assert text.exit_code == 0
    assert text.stdout.startswith(f"VACANCIES {key} {PERIOD}: 30\n")
    written = run(home, "prove", "VACANCIES", key, PERIOD, "--json", "--out", str(tmp_path / "proof.json"))
    assert json.loads(written.stdout) == json.loads((tmp_path / "proof.json").read_bytes())
    assert run(home, "prove", "VACANCIES", "M.MY-07", PERIOD).exit_code == 65
    for kept in (home / "peers" / "MY" / "targets" / "VACANCIES").glob("*.csv.gz"):
        kept.write_bytes(b"changed")
    broken = run(home, "prove", "VACANCIES", key, PERIOD)
    assert broken.exit_code == 76
    assert "SHA-256 differs" in broken.stderr
