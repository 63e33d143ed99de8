"""`lmis-node`: the commands of an operator. Each parses, calls one use case and prints its outcome."""

from __future__ import annotations

from pathlib import Path

import click

from node.cli.late import LateCommands
from node.config import HOME_VARIABLE

COMMANDS = {
    "access": "node.cli.access",
    "audit": "node.cli.audit",
    "backup": "node.cli.upkeep",
    "code": "node.cli.review",
    "compare": "node.cli.compare",
    "db": "node.cli.admin",
    "decide": "node.cli.deciding",
    "decisions": "node.cli.deciding",
    "demo": "node.cli.demo",
    "doctor": "node.cli.admin",
    "init": "node.cli.admin",
    "keys": "node.cli.keys",
    "peer": "node.cli.verdicts",
    "prove": "node.cli.prove",
    "prune": "node.cli.upkeep",
    "recover": "node.cli.upkeep",
    "release": "node.cli.release",
    "restore": "node.cli.upkeep",
    "run": "node.cli.admin",
    "runs": "node.cli.admin",
    "serve": "node.cli.serving",
    "source": "node.cli.release",
    "titles": "node.cli.titles",
}
"""Each command, and the module that has it under that name."""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, commands=LateCommands(COMMANDS)
)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar=HOME_VARIABLE,
    help=f"The node's folder. Also from the environment variable {HOME_VARIABLE}.",
)
@click.version_option(package_name="imtgt-lmis-node", prog_name="lmis-node")
def main(home: Path | None) -> None:
    """A labour market exchange node of the Indonesia-Malaysia-Thailand Growth Triangle."""
    del home  # commands read it from the context
