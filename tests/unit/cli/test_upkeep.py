"""Backup, restore, prune and recover, as an operator types them, with a partner that pulls."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from node.cli.main import main
from node.scheduler import run_once
from tests.support.nodes import PERIOD, make_node, write_vacancies


def run(home: Path, *arguments: str) -> Result:
    result = CliRunner(env={"LMIS_NODE_HOME": None}).invoke(main, ["--home", str(home), *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def nodes(tmp_path: Path) -> tuple[Path, Path]:
    """Indonesia and Malaysia, each with a release, each other's peers."""
    homes = (tmp_path / "id", tmp_path / "my")
    fingerprints = [make_node(home, country) for home, country in zip(homes, ("ID", "MY"), strict=True)]
    for home in homes:
        assert run(home, "release", "VACANCIES", PERIOD).exit_code == 0
    for home, other, fingerprint in ((homes[0], homes[1], fingerprints[1]), (homes[1], homes[0], fingerprints[0])):
        assert run(home, "peer", "add", str(other / "feeds"), "--fingerprint", fingerprint).exit_code == 0
    return homes


def test_a_node_put_back_whole_learns_from_its_partner_and_goes_on(nodes: tuple[Path, Path], tmp_path: Path) -> None:
    home, partner = nodes
    copy = tmp_path / "node.backup"
    made = run(home, "backup", str(copy), "--with-keys")
    assert made.exit_code == 0, made.output
    assert "not in it: microdata" in made.stdout
    # Three revisions that the copy does not have; the partner has merged them, and says so in its own feed.
    for posts in (5, 7, 8):
        write_vacancies(home, "ID", posts=posts)
        assert run(home, "release", "VACANCIES", PERIOD).exit_code == 0
    run_once(partner, {}, lambda _: None)

    sources = {name: (home / name).read_bytes() for name in ("phrase", "vacancies.csv", "jobseekers.csv")}
    shutil.rmtree(home)
    restored = run(home, "restore", str(copy))
    assert restored.exit_code == 0, restored.output
    assert "lmis-node doctor" in restored.stdout
    for name, data in sources.items():
        (home / name).write_bytes(data)

    assert run(home, "peer", "pull").exit_code == 0
    examined = json.loads(run(home, "doctor", "--json").stdout)
    (history,) = (finding for finding in examined if finding["what"] == "history")
    assert not history["well"]
    assert "MY saw snapshot" in history["says"]
    assert "lmis-node recover" in history["says"]
    assert run(partner, "peer", "pull", "ID").exit_code != 0

    planned = run(home, "recover", "--dry-run")
    assert "would sign the feed anew" in planned.stdout
    done = run(home, "recover")
    assert done.exit_code == 0, done.output
    write_vacancies(home, "ID", posts=9)
    assert run(home, "release", "VACANCIES", PERIOD).exit_code == 0
    assert run(partner, "peer", "pull", "ID").exit_code == 0
    assert run(home, "doctor").exit_code == 0


def test_recover_has_nothing_to_do_on_a_feed_that_is_well(nodes: tuple[Path, Path]) -> None:
    result = run(nodes[0], "recover")
    assert result.exit_code == 78
    assert "--above" in result.stderr


def test_prune_and_the_worker_delete_by_the_rule_of_the_configuration(nodes: tuple[Path, Path]) -> None:
    home, _ = nodes
    for posts in (5, 7, 8):
        write_vacancies(home, "ID", posts=posts)
        assert run(home, "release", "VACANCIES", PERIOD).exit_code == 0
    assert json.loads(run(home, "prune", "--json").stdout)["deleted"] == []
    with (home / "node.toml").open("a", encoding="utf-8") as file:
        file.write("\n[feed]\nkeep_versions = 2\nkeep_days = 0\n")
    planned = json.loads(run(home, "prune", "--dry-run", "--json").stdout)
    assert "metadata/1.snapshot.json" in planned["deleted"]
    assert (home / "feeds" / "metadata" / "1.snapshot.json").exists()
    told: list[str] = []
    run_once(home, {}, told.append)
    assert any("superseded files of the feed were deleted" in line for line in told)
    assert not (home / "feeds" / "metadata" / "1.snapshot.json").exists()
    assert (home / "feeds" / "metadata" / "1.root.json").exists()
    assert "prune" in run(home, "runs").stdout


def test_a_node_is_not_restored_over_another(nodes: tuple[Path, Path], tmp_path: Path) -> None:
    copy = tmp_path / "node.backup"
    assert "would hold" in run(nodes[0], "backup", str(copy), "--dry-run").stdout
    assert not copy.exists()
    assert run(nodes[0], "backup", str(copy)).exit_code == 0
    result = run(nodes[1], "restore", str(copy))
    assert result.exit_code == 78
    assert "never overwritten" in result.stderr
