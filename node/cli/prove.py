"""`lmis-node prove`: where a number comes from."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from node.adapters.trust.files import write_whole
from node.bootstrap import Services
from node.cli.output import print_json, say, with_services
from node.errors import ProofIncomplete
from node.exchange.proof import as_json, as_text
from node.exchange.prove import prove as prove_number
from node.model.period import TimePeriod


@click.command()
@click.argument("dataflow")
@click.argument("key")
@click.argument("period")
@click.option("--sender", default=None, help="Whose number, as ID; by default who speaks for the area.")
@click.option("--as-of", type=click.DateTime(("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")), default=None,
              help="As believed at that time (UTC); by default now.")  # fmt: skip
@click.option("--json", "as_json_", is_flag=True, help="Machine output, with all that others need to check it.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Write that output to a file."
)
@with_services
def prove(
    services: Services,
    dataflow: str,
    key: str,
    period: str,
    sender: str | None,
    as_of: datetime | None,
    as_json_: bool,
    out: Path | None,
) -> None:
    """The way of a number back to its row, target, hash, signatures and root, checked from the files on the disk.

    KEY is the series key in the structure's order, as M.ID-SU.OC25.JV_OPEN. What does not match ends the command with
    an error; so does a proof that is no longer whole, after saying what can still be shown.
    """
    moment = as_of.replace(tzinfo=UTC) if as_of else None
    proof = prove_number(services, dataflow, key, TimePeriod(period), sender=sender, as_of=moment)
    if out is not None:
        write_whole(out, json.dumps(as_json(proof), ensure_ascii=False, indent=1).encode() + b"\n")
    if as_json_:
        print_json(as_json(proof))
    else:
        for line in as_text(proof):
            say(line)
    if proof.lacking:
        raise ProofIncomplete(f"{dataflow} {key} {period}: {'; '.join(proof.lacking)}")
