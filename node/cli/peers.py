"""Commands on partners' feeds."""

from __future__ import annotations

import click

from node.bootstrap import Services
from node.cli.output import print_json, print_table, say, warn, with_services
from node.errors import FeedQuarantined, NodeError
from node.operations import pull_all


@click.group()
def peer() -> None:
    """Partners whose feeds this node pulls."""


@peer.command("add")
@click.argument("url")
@click.option("--fingerprint", required=True, help="SHA-256 of the partner's first root, as told by telephone.")
@with_services
def add_peer(services: Services, url: str, fingerprint: str) -> None:
    """Pin the feed at URL (https://…/feeds/ or a folder) by the FINGERPRINT of its root."""
    added = services.directory.add(url, fingerprint)
    say(f"{added.id} ({added.name}) is pinned; it speaks for {added.authority}")


@peer.command("list")
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def list_peers(services: Services, as_json: bool) -> None:
    """The pinned partners, this node's own feed first."""
    rows = [
        [entry.id, entry.authority, entry.name, entry.url, entry.fingerprint] for entry in services.directory.list()
    ]
    columns = ["id", "authority", "name", "url", "fingerprint"]
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table("Peers", columns, rows)


@peer.command("status")
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def peer_status(services: Services, as_json: bool) -> None:
    """How each partner's feed stands, since when, why, and what to do."""
    columns = ["id", "state", "since", "why", "what to do"]
    rows = [
        [peer.id, status.state.value, f"{status.since:%Y-%m-%d %H:%M} UTC" if status.since else "", status.reason,
         status.remedy]
        for peer in services.directory.list()
        for status in [services.directory.status(peer.id)]
    ]  # fmt: skip
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table("Peers", columns, rows)


@peer.command("pull")
@click.argument("peer_id", metavar="[ID]", required=False)
@with_services
def pull(services: Services, peer_id: str | None) -> None:
    """Pull, verify and merge one partner's feed, or all of them; one bad partner never stops the others.

    The exit code is that of the first failure; a quarantined release is one.
    """
    failed: NodeError | None = None
    for name, outcome in pull_all(services, peer_id):
        if isinstance(outcome, NodeError):
            failed = failed or outcome
            warn(f"{name}: {outcome}")
            continue
        observations = sum(target.observations.num_rows for target in outcome.new)
        say(f"{name}: {len(outcome.new)} releases merged, {observations:,} observations")
        for refused in outcome.quarantined:
            problem = FeedQuarantined(f"{refused.target.path}: {refused.reason}", places=refused.findings)
            failed = failed or problem
            warn(f"{name}: quarantined {problem}")
    if failed is not None:
        raise failed


@peer.command("quarantine")
@click.argument("peer_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Machine output: the report to send to the peer's operator.")
@with_services
def quarantine(services: Services, peer_id: str | None, as_json: bool) -> None:
    """The releases that were refused, newest first, with every finding: what to send to their sender."""
    records = services.store.quarantined(peer_id)
    if as_json:
        print_json(
            [
                {
                    "peer": record.sender,
                    "release": record.path,
                    "revision": record.revision,
                    "sha256": record.sha256,
                    "at": record.at.isoformat(),
                    "reason": record.reason,
                    "findings": list(record.findings),
                }
                for record in records
            ]
        )
        return
    for record in records:
        say(f"{record.at:%Y-%m-%d %H:%M} UTC  {record.sender}  {record.path}, revision {record.revision}")
        say(f"  {record.reason}")
        for finding in record.findings:
            say(f"    {finding}")
    if not records:
        say("nothing is quarantined")


@peer.command("remove")
@click.argument("peer_id", metavar="ID")
@with_services
def remove_peer(services: Services, peer_id: str) -> None:
    """Stop pulling ID. What was merged stays, and its files are kept aside as evidence."""
    kept = services.directory.remove(peer_id)
    say(f"{peer_id} is no longer pulled; its files are kept in {kept}")
