"""`lmis-node peer token`, as an operator types it: the token comes from a file, and is shown nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from node.adapters.trust.peer_token import read_token
from node.bootstrap import create_node, first_settings
from node.cli.main import main

TOKEN = "lmis_0123456789_made-up"  # of no node


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("node") / "id"
    home.mkdir()
    (home / "phrase").write_text("for tests only", encoding="utf-8")
    create_node(home, first_settings("ID", "IMTGT_ID", "Node of ID", home / "phrase"), {})
    return home


def run(home: Path, *arguments: str, typed: str | None = None) -> Result:
    words = ["--home", str(home), "peer", "token", *arguments]
    return CliRunner(env={"LMIS_NODE_HOME": None}).invoke(main, words, input=typed)


def test_a_token_is_kept_replaced_and_forgotten(home: Path, tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_text(f"{TOKEN}\n", encoding="utf-8")
    kept = run(home, "ID", "--file", str(tmp_path / "token.txt"))
    assert kept.exit_code == 0, kept.output
    assert TOKEN not in kept.output
    assert read_token(home / "peers/ID") == TOKEN
    assert run(home, "ID", "--file", "-", typed="another-token\n").exit_code == 0
    assert read_token(home / "peers/ID") == "another-token"
    assert run(home, "ID", "--remove").exit_code == 0
    assert read_token(home / "peers/ID") is None


@pytest.mark.parametrize("arguments", [("ID",), ("ID", "--file", "-", "--remove")])
def test_one_of_both_is_needed(home: Path, arguments: tuple[str, ...]) -> None:
    result = run(home, *arguments)
    assert result.exit_code == 2
    assert "either --file or --remove" in result.output


def test_what_cannot_be_a_token_is_told_and_not_quoted(home: Path, tmp_path: Path) -> None:
    result = run(home, "ID", "--file", "-", typed="a secret sentence\n")
    assert result.exit_code != 0
    assert "this is no token" in result.output
    assert "sentence" not in result.output
    missing = run(home, "ID", "--file", str(tmp_path / "none"))
    assert "cannot be read" in missing.output
    assert run(home, "XX", "--remove").exit_code != 0
    assert read_token(home / "peers/ID") is None
