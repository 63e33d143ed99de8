"""Commands on partners' feeds."""

from __future__ import annotations

from collections.abc import Iterator

import click

from node.bootstrap import Services
from node.cli.output import print_json, print_table, say, warn, with_services
from node.errors import ConfigurationError, FeedQuarantined, NodeError
from node.exchange.forks import fork_error, warnings
from node.merge.plan import in_force
from node.operations import pull_all, tell_what_was_seen

TOKEN_CHARACTERS = 10_000
"""Read of a token's file at most: more is something else."""


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
    """How each partner's feed stands, since when, why, and what to do; and what partners say that cannot be proved."""
    columns = ["id", "state", "since", "why", "what to do"]
    rows = [
        [peer.id, status.state.value, f"{status.since:%Y-%m-%d %H:%M} UTC" if status.since else "", status.reason,
         status.remedy]
        for peer in services.directory.list()
        for status in [services.directory.status(peer.id)]
    ]  # fmt: skip
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    print_table("Peers", columns, rows)
    for line in _notes(services):
        warn(line)


def _notes(services: Services) -> Iterator[str]:
    """What is no alarm and should be known: flagged releases in force, and statements that prove nothing."""
    for entry in services.directory.list():
        for vintage in in_force(services.store.vintages(entry.id)):
            for flag in vintage.flags:
                yield f"{entry.id}: {vintage.key.path}, revision {vintage.custom.revision}, is flagged: {flag}"
    found = warnings(services)
    yield from (*found.doubts_told, *found.ahead_told)


@peer.command("pull")
@click.argument("peer_id", metavar="[ID]", required=False)
@with_services
def pull(services: Services, peer_id: str | None) -> None:
    """Pull, verify and merge one partner's feed, or all of them; one bad partner never stops the others.

    The exit code is that of the first failure; a quarantined release is one, and a fork that was found. What was seen
    of the partners' feeds is published afterwards, where it is news.
    """
    failed = pull_and_say(services, peer_id)
    if told := tell_what_was_seen(services):
        say(told)
    if failed is not None:
        raise failed


def pull_and_say(services: Services, peer_id: str | None) -> NodeError | None:
    """Pull and print what came of it. Returns the first failure."""
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
        for target in outcome.new:
            for flag in target.vintage.flags:
                warn(f"{name}: merged and flagged: {target.vintage.key.path}: {flag}")
        for record in outcome.forks:
            failed = failed or fork_error(record)
            warn(f"ALARM: {record.fork.sender} is forked: {record.fork.told}")
    return failed


@peer.command("token")
@click.argument("peer_id", metavar="ID")
@click.option("--file", "file", type=click.Path(allow_dash=True), help="Where the token stands; - reads it in.")
@click.option("--remove", is_flag=True, help="Forget the token.")
@with_services
def token(services: Services, peer_id: str, file: str | None, remove: bool) -> None:
    """Keep the token that opens ID's restricted dataflows to this node, or forget it."""
    if (file is None) is not remove:
        raise click.UsageError("give either --file or --remove")
    if file is None:
        services.directory.forget_token(peer_id)
        say(f"{peer_id}: its token is forgotten")
        return
    services.directory.keep_token(peer_id, _read_token(file))
    say(f"{peer_id}: its token is kept; the next pull sends it")


def _read_token(file: str) -> str:
    try:
        with click.open_file(file, encoding="utf-8") as opened:
            text: str = opened.read(TOKEN_CHARACTERS)
            return text.strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigurationError(f"{file} cannot be read as text: {type(problem).__name__}") from None


@peer.command("remove")
@click.argument("peer_id", metavar="ID")
@with_services
def remove_peer(services: Services, peer_id: str) -> None:
    """Stop pulling ID. What was merged stays, and its files are kept aside as evidence."""
    kept = services.directory.remove(peer_id)
    say(f"{peer_id} is no longer pulled; its files are kept in {kept}")
