"""`lmis-node access`, as an operator types it."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from node.bootstrap import create_node, first_settings, open_services
from node.cli.main import main
from node.config import load_config
from node.model.access import OPERATOR


def run(home: Path, *arguments: str) -> Result:
    result = CliRunner(env={"LMIS_NODE_HOME": None}).invoke(main, ["--home", str(home), "access", *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("node") / "id"
    home.mkdir()
    (home / "phrase").write_text("for tests only", encoding="utf-8")
    create_node(home, first_settings("ID", "IMTGT_ID", "Node of ID", home / "phrase"), {})
    return home


def test_a_token_is_printed_once_alone_and_logged_nowhere(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    result = run(home, "add", "Ibu Sari", "--scope", OPERATOR, "--days", "10")
    token = result.stdout.strip()
    assert token.startswith("lmis_")
    assert len(result.stdout.splitlines()) == 1
    assert token not in result.stderr
    assert "not shown again" in result.stderr
    assert token not in caplog.text
    assert token not in run(home, "list").output
    with open_services(load_config(home, {})) as services:
        assert services.access.check(token, OPERATOR).holder == "Ibu Sari"


def test_accesses_are_listed_and_revoked(home: Path) -> None:
    made = json.loads(
        run(home, "add", "Bank", "--scope", "feed:VACANCIES", "--scope", "feed:TRAINING", "--json").stdout
    )
    assert made["scopes"] == ["feed:TRAINING", "feed:VACANCIES"]
    assert "would revoke" in run(home, "revoke", made["id"], "--dry-run").stdout
    assert "was revoked" in run(home, "revoke", made["id"]).stdout
    states = {one["holder"]: one["state"] for one in json.loads(run(home, "list", "--json").stdout)}
    assert states["Bank"] == "revoked"
    refused = run(home, "revoke", "0000000000")
    assert refused.exit_code == 65
    assert "lmis-node access list" in refused.stderr


def test_what_cannot_be_granted_is_named_and_a_dry_run_grants_nothing(home: Path) -> None:
    before = run(home, "list", "--json").stdout
    dry = run(home, "add", "x", "--scope", OPERATOR, "--dry-run")
    assert (dry.exit_code, dry.stdout) == (0, "")
    assert run(home, "add", "x", "--scope", "admin").exit_code == 65
    assert run(home, "add", "x", "--scope", OPERATOR, "--days", "9999").exit_code == 2
    assert run(home, "add", "x").exit_code == 2
    assert run(home, "list", "--json").stdout == before
