"""Commands for the keeper of a node: backup and restore, old files of the feed, recovery after a restore."""

from __future__ import annotations

from pathlib import Path

import click

from node.adapters.backup import Backup, restore_backup
from node.bootstrap import Services
from node.cli.output import home_of_context, plain_errors, print_json, say, with_services
from node.upkeep import back_up, prune_feed, recover_feed

MIB = 1 << 20
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Machine output.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-keys", is_flag=True, help="Also private keys, encrypted as they are, and peers' tokens.")
@DRY_RUN
@with_services
def backup(services: Services, file: Path, with_keys: bool, dry_run: bool) -> None:
    """Copy this node into one FILE, also while it runs: configuration, database, feed, peers.

    Never in it: microdata and the passphrase. Private keys only with --with-keys.
    """
    made = back_up(services, file, with_keys=with_keys, dry_run=dry_run)
    say(f"{'would hold' if dry_run else f'{file} holds'} {made.files} files, {made.size / MIB:.1f} MiB unpacked")
    for line in _left_out(made):
        say(line)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Make the node in --home from a backup FILE, whole and checked. A node is never overwritten."""
    with plain_errors():
        home = home_of_context()
        made = restore_backup(file, home)
        say(f"{home} is the node of {made.country} as it was at {made.made:%Y-%m-%d %H:%M} UTC")
        for line in _left_out(made):
            say(line)
        say("next: bring back what is named above and the microdata sources, then run `lmis-node peer pull` and "
            "`lmis-node doctor`: they find out whether this node has published since")  # fmt: skip


@click.command()
@DRY_RUN
@AS_JSON
@with_services
def prune(services: Services, dry_run: bool, as_json: bool) -> None:
    """Delete superseded files of this node's feed that no reader can still be fetching, by `[feed]` of node.toml."""
    gone = prune_feed(services, dry_run=dry_run)
    names = [str(path.relative_to(services.feeds)) for path in gone]
    if as_json:
        print_json({"deleted": [*names], "dry_run": dry_run})
        return
    for name in names:
        say(name)
    say(f"{len(names)} files {'would be' if dry_run else 'were'} deleted")


@click.command()
@click.option("--above", type=click.IntRange(min=0, max=1_000_000_000), default=0,
              help="The highest version that a partner's operator read out, where more is not known here.")  # fmt: skip
@DRY_RUN
@AS_JSON
@with_services
def recover(services: Services, above: int, dry_run: bool, as_json: bool) -> None:
    """Go on after this node's feed was put back to an older state, as from a backup.

    Partners refuse a feed whose versions go back. The feed is signed anew above every version that is known to have
    been seen, with the releases that this node still holds of what came later.
    """
    done = recover_feed(services, above, dry_run=dry_run)
    if as_json:
        print_json({"found": done.standing.told(), "snapshot_version": done.snapshot_version,
                    "brought_back": [*sorted(done.lost.data)], "gone": [*done.lost.gone],
                    "dry_run": dry_run})  # fmt: skip
        return
    say(f"found: {done.standing.told() or 'nothing newer known here'}")
    if dry_run:
        say(f"would sign the feed anew, above snapshot {done.snapshot_version}")
    else:
        say(f"the feed goes on with snapshot {done.snapshot_version}; partners follow at their next pull")
    for path in sorted(done.lost.data):
        say(f"{'would be brought back' if dry_run else 'brought back'}: {path}")
    for path in done.lost.gone:
        say(f"to be released again: {path}")
    if dry_run:
        say("go on only if this node was put back from a copy, and every release above is one that you made; otherwise "
            "a key may be stolen: `lmis-node keys revoke` comes first")  # fmt: skip
        return
    say("next: release again what was published after the copy that was put back")


def _left_out(made: Backup) -> list[str]:
    lines = []
    if not made.database:
        lines.append("not in it: the database, which is not node.db in the node's folder: copy it and bring it back "
                     "with its own tools (PostgreSQL: pg_dump and pg_restore)")  # fmt: skip
    if not made.with_keys:
        lines.append("not in it: private keys; keep a copy of keys/*.pem elsewhere, or give --with-keys")
    lines.append("not in it: microdata, and the passphrase")
    return lines
