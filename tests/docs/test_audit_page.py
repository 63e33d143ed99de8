"""The worked example on the page about auditing is run, and prints what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from node.cli.main import main
from tests.docs.rendered import ROOT

PAGE = (ROOT / "docs/how-to/audit-a-table.md").read_text(encoding="utf-8")
FILES = re.findall(r"```csv (\S+)\n(.*?)```", PAGE, re.DOTALL)
RUNS = re.findall(r"```console\n\$ lmis-node (.*?)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("command", "shown"), RUNS, ids=[command.split(" --")[0] for command, _ in RUNS])
def test_an_example_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, shown: str
) -> None:
    for name, text in FILES:
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, shlex.split(command))
    printed = [line.rstrip() for line in result.stdout.splitlines()]
    assert [line for line in shown.splitlines() if line.rstrip() not in printed] == []
    assert result.exit_code == 1


def test_the_page_has_examples() -> None:
    assert len(FILES) == 2
    assert len(RUNS) == 2


def test_every_option_of_the_command_is_on_the_page() -> None:
    options = {name for parameter in main.commands["audit"].params for name in parameter.opts if name.startswith("--")}
    assert {name for name in options if name not in PAGE} == set()
