"""`lmis-node serve`: the application it serves, and what the process that draws for it is given."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from node.cli import serving
from node.cli.main import main
from node.web.aside import Aside
from tests.support.nodes import PHRASE, make_node

Serve = Callable[[Flask], None]


def serve(home: Path, monkeypatch: pytest.MonkeyPatch, instead: Serve) -> Result:
    """The command, with something else in place of a server that runs until it is stopped."""
    monkeypatch.setattr(serving, "serve_app", lambda app, host, port, report: instead(app))
    secrets = {"LMIS_NODE_HOME": None, "LMIS_NODE_KEYS_PASSPHRASE": PHRASE, "LMIS_DATABASE": "postgresql://me:pw@db/x"}
    return CliRunner(env=secrets).invoke(main, ["--home", str(home), "serve"], catch_exceptions=False)


def test_it_serves_at_the_address_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_node(tmp_path / "id", "ID")
    went: list[str] = []

    def ask(app: Flask) -> None:
        went.append(app.test_client().get("/feeds").headers["Location"])

    assert serve(tmp_path / "id", monkeypatch, ask).exit_code == 0
    settings = tmp_path / "id" / "node.toml"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(f'{before}\n[web]\naddress = "https://example.go.id/exchange"\n', encoding="utf-8")
    assert serve(tmp_path / "id", monkeypatch, ask).exit_code == 0
    assert went == ["/feeds/", "/exchange/feeds/"]
    settings.write_text(f'{before}\n[web]\naddress = "https://example.go.id/areas"\n', encoding="utf-8")
    refused = serve(tmp_path / "id", monkeypatch, ask)
    assert refused.exit_code == 78
    assert "web.address: below /areas the node has pages of its own" in refused.stderr


def test_the_process_that_draws_has_none_of_the_commands_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_node(tmp_path / "id", "ID")
    made: list[Aside] = []
    seen: dict[str, str] = {}

    class Watched(Aside):
        def __init__(self, *given: object) -> None:
            super().__init__(*given)
            made.append(self)

    def ask(app: Flask) -> None:
        seen.update(json.loads(made[0](eval, "__import__('json').dumps(dict(__import__('os').environ)).encode()")))

    monkeypatch.setattr(serving, "Aside", Watched)
    assert serve(tmp_path / "id", monkeypatch, ask).exit_code == 0
    assert "PATH" in seen
    assert not {name for name in seen if name.startswith("LMIS_")}
    assert made[0].pid is None, "it ends with the command"
