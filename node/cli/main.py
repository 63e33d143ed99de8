"""`lmis-node`: the commands of an operator. Each parses, calls one use case and prints its outcome."""

from __future__ import annotations

from pathlib import Path

import click

from node.cli.access import access
from node.cli.admin import db, doctor, init, run, runs, serve
from node.cli.audit import audit
from node.cli.compare import compare
from node.cli.deciding import decide, decisions
from node.cli.demo import demo
from node.cli.keys import keys
from node.cli.peers import peer
from node.cli.prove import prove
from node.cli.release import release, source
from node.cli.review import code
from node.cli.titles import titles
from node.cli.upkeep import backup, prune, recover, restore
from node.cli.verdicts import fork, quarantine
from node.config import HOME_VARIABLE


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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


for command in (
    demo,
    init,
    source,
    code,
    decide,
    decisions,
    titles,
    release,
    audit,
    keys,
    peer,
    prove,
    compare,
    serve,
    run,
    runs,
    db,
    backup,
    restore,
    prune,
    recover,
    doctor,
    access,
):
    main.add_command(command)
for command in (quarantine, fork):
    peer.add_command(command)
