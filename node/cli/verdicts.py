"""Commands on what an operator has to decide about partners' feeds: quarantined releases and forks."""

from __future__ import annotations

from pathlib import Path

import click

from node.bootstrap import Services
from node.cli.output import print_json, print_table, say, with_services
from node.cli.peers import peer, pull_and_say
from node.exchange.forks import decide_fork, keep_evidence
from node.exchange.forks import fork as fork_of
from node.exchange.quarantine import discard, look, release_held
from node.model.release import Json
from node.model.split_view import ForkRecord, Verdict

_author = click.option("--author", required=True, help="Who decides; kept with the decision.")
_reason = click.option("--reason", required=True, help="Why, in a sentence; kept with the decision.")
_dry_run = click.option("--dry-run", is_flag=True, help="Say what would be decided, and decide nothing.")


@click.group()
def quarantine() -> None:
    """Releases that were not merged, whole: those that break the exchange profile, and those held as implausible."""


@quarantine.command("list")
@click.argument("peer_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Machine output: the report to send to the peer's operator.")
@with_services
def list_quarantined(services: Services, peer_id: str | None, as_json: bool) -> None:
    """The releases that were refused or held, newest first, with every finding: what to send to their sender."""
    records = services.store.quarantined(peer_id)
    if as_json:
        print_json(
            [
                {
                    "id": record.id,
                    "peer": record.sender,
                    "release": record.path,
                    "revision": record.revision,
                    "sha256": record.sha256,
                    "at": record.at.isoformat(),
                    "held": record.held,
                    "decided": record.decided,
                    "reason": record.reason,
                    "findings": list(record.findings),
                }
                for record in records
            ]
        )
        return
    for record in records:
        what = f"{record.sender}  {record.path}, revision {record.revision}"
        say(f"{record.id}  {record.at:%Y-%m-%d %H:%M} UTC  {what}{f'  ({record.decided})' if record.decided else ''}")
        say(f"  {record.reason}")
        for finding in record.findings:
            say(f"    {finding}")
    if not records:
        say("nothing is quarantined")


@quarantine.command("show")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def show_quarantined(services: Services, number: int, as_json: bool) -> None:
    """One release NUMBER of the list: why it was not merged, what was decided, and where its bytes are."""
    found = look(services, number)
    record = found.record
    if as_json:
        print_json(
            {
                "id": record.id,
                "peer": record.sender,
                "release": record.path,
                "revision": record.revision,
                "held": record.held,
                "reason": record.reason,
                "findings": list(record.findings),
                "decisions": _verdicts_json(found.verdicts),
                "files": [str(path) for path in found.files],
            }
        )
        return
    say(f"{record.sender}  {record.path}, revision {record.revision}, sha256 {record.sha256 or 'not readable'}")
    say(f"  {record.reason}")
    for finding in record.findings:
        say(f"    {finding}")
    may = "may be released or discarded" if record.held else "may be discarded; its sender has to correct it"
    say(f"  it {may}. In force is what was merged before.")
    _say_verdicts(found.verdicts)
    for path in found.files:
        say(f"  {path}")


@quarantine.command("release")
@click.argument("number", type=int)
@_author
@_reason
@_dry_run
@with_services
def release_quarantined(services: Services, number: int, author: str, reason: str, dry_run: bool) -> None:
    """Merge release NUMBER after all, flagged; only one that is held as implausible. Pulls its sender at once."""
    record = look(services, number).record
    if dry_run:
        may = "would be released" if record.held else "breaks the exchange profile and cannot be released"
        say(f"{record.sender} {record.path}, revision {record.revision}: {may}")
        return
    release_held(services, number, author, reason)
    say(f"{record.sender} {record.path}, revision {record.revision}: released by {author}")
    _pull_now(services, record.sender)


@quarantine.command("discard")
@click.argument("number", type=int)
@_author
@_reason
@_dry_run
@with_services
def discard_quarantined(services: Services, number: int, author: str, reason: str, dry_run: bool) -> None:
    """Look at release NUMBER no more; its bytes are kept, and what was merged before stays in force."""
    record = look(services, number).record
    if not dry_run:
        discard(services, number, author, reason)
    done = "would be discarded" if dry_run else f"discarded by {author}"
    say(f"{record.sender} {record.path}, revision {record.revision}: {done}")


@click.group()
def fork() -> None:
    """Feeds of which one version was signed twice, differently: different partners were shown different things."""


@fork.command("list")
@click.argument("peer_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def list_forks(services: Services, peer_id: str | None, as_json: bool) -> None:
    """The forks that were found, newest first, and whether merging is held."""
    records = services.views.forks(peer_id)
    if as_json:
        print_json([_fork_json(record) for record in records])
        return
    rows = [
        [str(record.id), record.fork.sender, f"{record.found_at:%Y-%m-%d %H:%M} UTC",
         "merging is held" if record.held else f"decided by {record.verdicts[-1].author}", record.fork.told]
        for record in records
    ]  # fmt: skip
    print_table("Forks", ["number", "peer", "found", "", "what"], rows)


@fork.command("show")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="Machine output, the signed snapshots included.")
@with_services
def show_fork(services: Services, number: int, as_json: bool) -> None:
    """Both sides of fork NUMBER: who saw which, since when, and what was decided."""
    record = fork_of(services, number)
    if as_json:
        print_json(_fork_json(record))
        return
    say(f"{record.fork.sender}: {record.fork.told}")
    for side in (record.fork.one, record.fork.other):
        say(f"  seen by {side.witness} since {side.at:%Y-%m-%d %H:%M} UTC: sha256 {side.sha256}")
    say("  Both are signed with its snapshot key: whoever holds that key showed two feeds. The signatures do not say")
    say("  whether that was the node itself, a thief of the key, or an old backup that was put back and released on.")
    _say_verdicts(record.verdicts)
    if record.held:
        say(f"  nothing of it is merged until `lmis-node peer fork decide {number} --author … --reason …`")


@fork.command("export")
@click.argument("number", type=int)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_services
def export_fork(services: Services, number: int, folder: Path) -> None:
    """Write the evidence of fork NUMBER to FOLDER: signed snapshots, roots, statements, for any TUF client."""
    for path in keep_evidence(services, fork_of(services, number), folder):
        say(str(path))


@fork.command("decide")
@click.argument("number", type=int)
@_author
@_reason
@_dry_run
@with_services
def decide(services: Services, number: int, author: str, reason: str, dry_run: bool) -> None:
    """Let merging from the peer of fork NUMBER go on. The fork stays on record. Pulls the peer at once."""
    record = fork_of(services, number)
    if dry_run:
        say(f"merging from {record.fork.sender} would go on; fork {number} stays on record")
        return
    decide_fork(services, number, author, reason)
    say(f"fork {number} of {record.fork.sender}: decided by {author}; merging goes on")
    _pull_now(services, record.fork.sender)


def _pull_now(services: Services, peer_id: str) -> None:
    """What was decided stays so whatever this pull comes to."""
    if peer_id in {entry.id for entry in services.directory.list()}:
        failed = pull_and_say(services, peer_id)
        if failed is not None:
            say("the decision is kept; the next pull tries again")


def _fork_json(record: ForkRecord) -> Json:
    return {
        "id": record.id,
        "peer": record.fork.sender,
        "version": record.fork.version,
        "found": record.found_at.isoformat(),
        "held": record.held,
        "seen": [
            {"by": side.witness, "since": side.at.isoformat(), "sha256": side.sha256, "metadata": side.metadata}
            for side in (record.fork.one, record.fork.other)
        ],
        "decisions": _verdicts_json(record.verdicts),
    }


def _verdicts_json(verdicts: tuple[Verdict, ...]) -> Json:
    return [
        {"verdict": one.verdict, "author": one.author, "reason": one.reason, "at": one.at.isoformat()}
        for one in verdicts
    ]


def _say_verdicts(verdicts: tuple[Verdict, ...]) -> None:
    for one in verdicts:
        say(f"  {one.at:%Y-%m-%d %H:%M} UTC  {one.verdict}, by {one.author}: {one.reason}")


for _group in (quarantine, fork):
    peer.add_command(_group)
