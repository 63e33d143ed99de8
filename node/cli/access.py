"""`lmis-node access`: who may enter the operator's pages and restricted feeds."""

from __future__ import annotations

from datetime import timedelta

import click

from node.bootstrap import Services
from node.cli.output import print_json, print_table, say, warn, with_services
from node.model.access import Access
from node.model.release import Json

LONGEST_DAYS = 731
"""Two years: a token that nobody has to ask for again outlives its holder's post."""


@click.group()
def access() -> None:
    """Access tokens for the operator's pages and for restricted feeds."""


@access.command("add")
@click.argument("holder")
@click.option("--scope", "scopes", multiple=True, required=True,
              help="`operator`, `feed:DATAFLOW` or `feed:*`; may be given several times.")  # fmt: skip
@click.option("--days", type=click.IntRange(1, LONGEST_DAYS), default=90, show_default=True, help="Valid for so long.")
@click.option("--dry-run", is_flag=True, help="Say what would be granted, and grant nothing.")
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def add_access(
    services: Services, holder: str, scopes: tuple[str, ...], days: int, dry_run: bool, as_json: bool
) -> None:
    """Grant HOLDER an access. Its token is printed once, alone on stdout; the node keeps only a digest of it."""
    now = services.clock()
    if dry_run:
        planned = Access("-", holder, scopes, now, now + timedelta(days=days))
        warn(f"would grant {planned.holder} {', '.join(planned.scopes)} until {planned.expires:%Y-%m-%d %H:%M} UTC")
        return
    issued = services.access.issue(holder, scopes, timedelta(days=days))
    if as_json:
        print_json({**_json(issued.access, services), "token": issued.token})
        return
    granted = issued.access
    say(issued.token)
    warn(
        f"access {granted.id} of {granted.holder}: {', '.join(granted.scopes)}, until {granted.expires:%Y-%m-%d %H:%M} "
        "UTC; hand the token over in a safe way: it is not shown again"
    )


@access.command("list")
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def list_accesses(services: Services, as_json: bool) -> None:
    """All accesses that were ever granted, oldest first. Last use is exact to the hour."""
    entries = services.access.list()
    if as_json:
        print_json([_json(entry, services) for entry in entries])
        return
    rows = [
        [entry.id, entry.holder, ", ".join(entry.scopes), _state(entry, services), f"{entry.created:%Y-%m-%d}",
         f"{entry.expires:%Y-%m-%d %H:%M}", f"{entry.last_used:%Y-%m-%d %H:%M}" if entry.last_used else "never"]
        for entry in entries
    ]  # fmt: skip
    print_table("Accesses", ["id", "holder", "scopes", "state", "made", "until (UTC)", "last used (UTC)"], rows)


@access.command("revoke")
@click.argument("identifier", metavar="ID")
@click.option("--dry-run", is_flag=True, help="Say what would be revoked, and revoke nothing.")
@with_services
def revoke_access(services: Services, identifier: str, dry_run: bool) -> None:
    """End the access ID at once, also that of whoever is signed in with it."""
    found = services.access.find(identifier) if dry_run else services.access.revoke(identifier)
    if found is None:
        say(f"there is no access {identifier}")
    elif dry_run:
        say(f"would revoke access {found.id} of {found.holder}, which is {_state(found, services)}")
    else:
        say(f"access {found.id} of {found.holder} was revoked on {found.revoked:%Y-%m-%d %H:%M} UTC")


def _state(entry: Access, services: Services) -> str:
    if entry.revoked is not None:
        return "revoked"
    return "in force" if entry.in_force(services.clock()) else "expired"


def _json(entry: Access, services: Services) -> dict[str, Json]:
    times = {name: getattr(entry, name) for name in ("created", "expires", "revoked", "last_used")}
    return {
        "id": entry.id,
        "holder": entry.holder,
        "scopes": list(entry.scopes),
        "state": _state(entry, services),
        **{name: time.isoformat() if time else None for name, time in times.items()},
    }
