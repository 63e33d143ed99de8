"""Commands that set a node up and keep it well."""

from __future__ import annotations

import os
from pathlib import Path

import click

from node.bootstrap import Services, create_node, first_settings, upgrade_store
from node.cli.output import home_of_context, plain_errors, print_json, print_table, say, with_services
from node.config import PASSPHRASE_VARIABLE, load_config
from node.health import Finding, examine
from node.scheduler import run_worker


@click.command()
@click.option("--country", required=True, help="ISO 3166-1 code of the country, as ID.")
@click.option("--name", required=True, help="What partners call this node, as “Ministry of Manpower, Indonesia”.")
@click.option("--authority", default=None, help="REF_AREA code it speaks for; IMTGT_<country> by default.")
@click.option("--passphrase-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None,
              help=f"File that holds the keys' passphrase; by default {PASSPHRASE_VARIABLE}, or a prompt.")  # fmt: skip
@click.option("--root-elsewhere", is_flag=True,
              help="Make no root keys here: their holders make them, and `lmis-node keys init` begins.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be made, and make nothing.")
def init(
    country: str, name: str, authority: str | None, passphrase_file: Path | None, root_elsewhere: bool, dry_run: bool
) -> None:
    """Make a new node in --home: configuration, keys, database, an empty signed feed."""
    with plain_errors():
        home = home_of_context()
        text = first_settings(country, authority or f"IMTGT_{country}", name, passphrase_file)
        if dry_run:
            say(f"would make in {home}: keys/, node.db, feeds/ and node.toml:\n\n{text}")
            return
        fingerprint = create_node(home, text, os.environ, _ask_passphrase, root_elsewhere=root_elsewhere)
        say(f"the node of {country} is in {home}")
        if root_elsewhere:
            say("next: each holder of a root key runs `lmis-node keys new`; then `lmis-node keys init` with their "
                "public files proposes the root that begins the feed")  # fmt: skip
            return
        say(f"root fingerprint, for partners to compare by telephone:\n  {fingerprint}")
        say("next: declare your sources in node.toml and run `lmis-node doctor`")
        say("the root keys lie on this machine, which is for trials only: `lmis-node keys status` says how to hand "
            "them to their holders before real figures leave")  # fmt: skip


def _ask_passphrase() -> str:
    secret: str = click.prompt("Passphrase for this node's keys", hide_input=True, confirmation_prompt=True)
    return secret


@click.command()
def run() -> None:
    """Work on the schedule of node.toml until stopped: renew the timestamp, pull and merge every peer."""
    with plain_errors():
        run_worker(home_of_context(), os.environ, say)


@click.command()
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def runs(services: Services, limit: int, as_json: bool) -> None:
    """What releases, pulls and renewals came to, also those that failed."""
    columns = ["started", "what", "about", "period", "outcome", "seconds", "message"]
    rows = [
        [f"{run.started:%Y-%m-%d %H:%M:%S}", run.what, run.about, run.period or "", run.outcome,
         f"{run.seconds:.1f}", run.message]
        for run in services.store.runs(limit)
    ]  # fmt: skip
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table("Runs", columns, rows)


@click.group()
def db() -> None:
    """The node's database."""


@db.command("upgrade")
def upgrade() -> None:
    """Bring the database to the version of this program. Take a backup first."""
    with plain_errors():
        upgrade_store(load_config(home_of_context(), os.environ))
        say("the database is at the version of this program")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
def doctor(as_json: bool) -> None:
    """Examine configuration, keys, database, feed, sources and peers; exit code 0 only when all is well."""
    with plain_errors():
        findings = examine(home_of_context(), os.environ)
    if as_json:
        print_json([{"what": finding.what, "well": finding.well, "says": finding.says} for finding in findings])
    else:
        print_table("Doctor", ["", "what", "finding"], [_row(finding) for finding in findings])
    raise SystemExit(0 if all(finding.well for finding in findings) else 1)


def _row(finding: Finding) -> list[str]:
    return ["ok" if finding.well else "AMISS", finding.what, finding.says]
