"""What `lmis-node keys status` says: roles, who signs them, where keys are, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from node.adapters.trust.ceremony import Proposal
from node.adapters.trust.role_states import RoleState
from node.bootstrap import Services
from node.cli.output import print_table, say
from node.health import SOON, WELL_BEFORE, root_keys_here
from node.model.release import Json

COLUMNS = ("role", "version", "keys", "threshold", "signed by", "valid until", "private keys here", "where")


def key_rows(services: Services) -> list[Json]:
    """A record a role, as the table shows it."""
    return [dict(zip(COLUMNS, _row(role), strict=True)) for role in services.publication.roles()]


def print_status(services: Services, here: Proposal | None) -> None:
    roles = services.publication.roles()
    if roles:
        print_table("Keys", COLUMNS, [_row(role) for role in roles])
        say(f"root fingerprint: {services.publication.fingerprint()}")
    if here is not None:
        say(f"\nroot {here.request.version} waits for signatures ({here.path})")
        say("\n".join(f"  {line}" for line in here.request.differences()))
        say(f"  signed by {', '.join(here.signed.by) or 'nobody'}; not by {', '.join(here.signed.waiting)}")
    say("\nwhat to do next:")
    for line in advice(services, here):
        say(f"- {line}")


def advice(services: Services, here: Proposal | None) -> Iterator[str]:
    """What to do next, in the order of urgency; at least one line."""
    lines = [*_of_proposal(here), *_of_roles(services, here)]
    yield from lines or ["nothing: every role is signed, and valid for long enough"]


def _of_proposal(here: Proposal | None) -> Iterator[str]:
    if here is None:
        return
    if here.signed.complete:
        yield "there are enough signatures: run `lmis-node keys merge` once more with a signed copy"
        return
    yield (
        f"root {here.request.version} needs {here.signed.lacking} more signatures ({', '.join(here.signed.waiting)}): "
        f"bring them {here.path} for `lmis-node keys sign`, then run `lmis-node keys merge` with the signed copies"
    )


def _of_roles(services: Services, here: Proposal | None) -> Iterator[str]:
    roles = services.publication.roles()
    if not roles:
        if here is None:
            yield "no feed yet: each holder runs `lmis-node keys new`, then `lmis-node keys init` proposes the root"
        return
    for role in roles:
        if role.name == "root" and here is not None:
            continue
        before = WELL_BEFORE if role.name == "root" else SOON
        if role.expires - services.clock() < before:
            how = "run `lmis-node keys renew --root`" if role.name == "root" else "run `lmis-node keys renew`"
            yield f"{role.name} {_left(role.expires - services.clock())}: {how}"
        if role.name != "root" and not role.held:
            yield f"the {role.name} key is not here: bring it back, or run `lmis-node keys rotate {role.name}`"
    told = root_keys_here(roles)
    if told:
        yield told


def _left(time: timedelta) -> str:
    return "has expired" if time <= timedelta(0) else f"is valid for {time.days} days more"


def _row(role: RoleState) -> list[str]:
    return [
        role.name,
        str(role.version),
        str(role.keys),
        str(role.threshold),
        ", ".join(role.signed_by),
        f"{role.expires:%Y-%m-%d %H:%M} UTC",
        ", ".join(role.held) or "none",
        ", ".join(role.places) or "-",
    ]


def proposal_json(proposal: Proposal) -> Json:
    """A root that was proposed, as `--json` shows it."""
    return {
        "version": proposal.request.version,
        "file": str(proposal.path),
        "changes": list(proposal.request.differences()),
        "signed_by": list(proposal.signed.by),
        "waiting": list(proposal.signed.waiting),
        "lacking": proposal.signed.lacking,
        "installed": proposal.installed,
        "fingerprint": proposal.fingerprint,
    }
