"""Commands are loaded when they are named; each is where the table says."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from node.cli import (
    access,
    admin,
    audit,
    compare,
    deciding,
    demo,
    keys,
    prove,
    release,
    review,
    serving,
    titles,
    upkeep,
    verdicts,
)
from node.cli.late import LateCommands
from node.cli.main import COMMANDS
from node.errors import NodeError

MODULES = (
    access,
    admin,
    audit,
    compare,
    deciding,
    demo,
    keys,
    prove,
    release,
    review,
    serving,
    titles,
    upkeep,
    verdicts,
)


def test_every_module_has_commands() -> None:
    assert set(COMMANDS.values()) == {module.__name__ for module in MODULES}


def test_every_command_is_where_the_table_says() -> None:
    commands = LateCommands(COMMANDS)
    assert {name: command.name for name, command in commands.items()} == {name: name for name in COMMANDS}
    assert len(commands) == len(COMMANDS)


def test_a_module_without_the_command_is_named() -> None:
    with pytest.raises(NodeError, match=r"node\.cli\.admin has no command os"):
        LateCommands({"os": "node.cli.admin"})["os"]


def test_commands_can_be_added_and_taken_away() -> None:
    commands = LateCommands({"db": "node.cli.admin"})
    commands["more"] = click.Command("more")
    assert sorted(commands) == ["db", "more"]
    assert commands["more"].name == "more"
    del commands["more"]
    assert sorted(commands) == ["db"]


def test_naming_one_command_loads_no_other() -> None:
    code = (
        "import sys; from node.cli.main import main; main.commands['access'];"
        "print(*sorted(name for name in sys.modules if name.startswith('node.cli.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["node.cli.access", "node.cli.late", "node.cli.main", "node.cli.output"]
