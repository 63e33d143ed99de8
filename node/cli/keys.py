"""`lmis-node keys`: the keys that sign a feed, on the node and on the machines of those who hold root keys."""

from __future__ import annotations

import os
from pathlib import Path

import click

from node.adapters.trust.ceremony import HolderChange, Proposal
from node.adapters.trust.holders import (
    HolderKey,
    change_holder_passphrase,
    new_holder_key,
    open_holder_key,
    read_public_file,
    recollect,
    remember,
)
from node.adapters.trust.key_store import ONLINE_KEYS
from node.adapters.trust.root_request import read_request
from node.bootstrap import Services, utc_now, write_request
from node.cli.key_status import advice, key_rows, print_status, proposal_json
from node.cli.output import plain_errors, print_json, say, with_services
from node.config import PASSPHRASE_VARIABLE, PIN_VARIABLE
from node.errors import ConfigurationError, KeyStoreError
from node.operations import renew_timestamp
from node.upkeep import ROOT, merge_root, propose_first_root, rotate, rotate_root

PUBLIC_FILES = click.argument("public_files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
PASSPHRASE_FILE = click.option("--passphrase-file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
                               default=None, help=f"File that holds the key's passphrase; by default {PASSPHRASE_VARIABLE}, or a prompt.")  # fmt: skip  # noqa: E501  # one help line
YES = click.option("--yes", is_flag=True, help="Do not ask; for when fingerprints were compared already.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Machine output.")


@click.group()
def keys() -> None:
    """The keys that sign this node's feed."""


@keys.command("new")
@click.argument("holder")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True,
              help="Folder for HOLDER.pem, which stays with its holder, and HOLDER.public.json.")  # fmt: skip
@click.option("--hsm", "module", default=None, help="URI of a key on a hardware module, as `hsm:2?label=TOKEN`.")
@PASSPHRASE_FILE
def keys_new(holder: str, out: Path, module: str | None, passphrase_file: Path | None) -> None:
    """Make a root key on its HOLDER's own machine. Needs no node; HOLDER is public, so name an office."""
    with plain_errors():
        phrase = None if module else _passphrase(passphrase_file, confirm=True)
        made = new_holder_key(holder, out, phrase, os.environ.get(PIN_VARIABLE), module)
        say(f"the key of {made.holder} is in {out}")
        say(f"fingerprint, to be read out by telephone:\n  {made.fingerprint}")
        say(f"next: send {holder}.public.json to the node's operator, and keep everything else for yourself")


@keys.command("init")
@PUBLIC_FILES
@click.option("--threshold", type=click.IntRange(min=1), default=2, show_default=True,
              help="How many of the holders must sign each root.")  # fmt: skip
@YES
@DRY_RUN
@AS_JSON
@with_services
def keys_init(
    services: Services, public_files: tuple[Path, ...], threshold: int, yes: bool, dry_run: bool, as_json: bool
) -> None:
    """Propose the first root, from the PUBLIC_FILES of those who hold its keys."""
    holders = [read_public_file(path) for path in public_files]
    _compare(holders, asked=not (yes or dry_run))
    if threshold == 1 and len(holders) > 1:
        say("with a threshold of 1 each holder alone can replace every key; 2 of 3 is the custom")
    _told(propose_first_root(services, holders, threshold, dry_run=dry_run), as_json=as_json, dry_run=dry_run)


@keys.command("sign")
@click.argument("request", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", required=True, help="The holder's key file, or the URI of a key on a hardware module.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=None,
              help="Where to write the signed copy; beside REQUEST by default.")  # fmt: skip
@PASSPHRASE_FILE
@YES
def keys_sign(request: Path, key: str, out: Path | None, passphrase_file: Path | None, yes: bool) -> None:
    """Add one holder's signature to a root, on the holder's machine. Needs no node.

    Shows first what the root would change, and refuses one that cannot follow the root before it.
    """
    with plain_errors():
        wanted = read_request(request)
        wanted.check(utc_now())
        say("\n".join(wanted.differences()))
        warning = recollect(key, wanted)
        if warning:
            say(f"CAREFUL: {warning}")
        if not (yes and not warning):
            click.confirm("Sign this root?", abort=True)
        phrase = None if key.startswith("hsm:") else _passphrase(passphrase_file)
        signer = open_holder_key(key, phrase, os.environ.get(PIN_VARIABLE))
        signed = wanted.signed_with(signer)
        remember(key, wanted)
        target = out or request.with_name(f"{request.name.removesuffix('.json')}.{signer.public_key.keyid[:8]}.json")
        write_request(target, signed)
        state = signed.signed()
        say(f"signed: {target}; signed by {', '.join(state.by)}")
        more = f"{state.lacking} more signatures are needed" if state.lacking else "there are enough signatures"
        say(f"{more}; bring the file to the node's operator, who runs `lmis-node keys merge`")


@keys.command("merge")
@click.argument("copies", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@DRY_RUN
@AS_JSON
@with_services
def keys_merge(services: Services, copies: tuple[Path, ...], dry_run: bool, as_json: bool) -> None:
    """Take the signatures of signed COPIES of the root under way; with enough of them it is put in force.

    Copies may come one at a time and in any order. Below the threshold nothing is published.
    """
    proposal = merge_root(services, copies, dry_run=dry_run)
    _told(proposal, as_json=as_json, dry_run=dry_run)
    if not proposal.signed.complete:
        raise KeyStoreError(
            f"{proposal.signed.lacking} more signatures are needed; waiting for {', '.join(proposal.signed.waiting)}. "
            + ("Nothing was kept" if dry_run else "Those that came are kept")
        )


@keys.command("status")
@AS_JSON
@with_services
def keys_status(services: Services, as_json: bool) -> None:
    """Which role is signed by whom, until when, where the private keys are, and what to do next."""
    here = services.ceremony.under_way()
    if as_json:
        print_json({
            "roles": key_rows(services),
            "under_way": proposal_json(here) if here else None,
            "next": list(advice(services, here)),
        })  # fmt: skip
        return
    print_status(services, here)


@keys.command("renew")
@click.option("--root", is_flag=True, help="Propose the same root, valid for longer; its holders then sign it.")
@DRY_RUN
@with_services
def keys_renew(services: Services, root: bool, dry_run: bool) -> None:
    """Sign the timestamp (and the snapshot, when due) anew, so that partners do not call this node stale."""
    if root:
        _told(rotate_root(services, HolderChange(), dry_run=dry_run), as_json=False, dry_run=dry_run)
        return
    if dry_run:
        say("would sign the timestamp anew, and what else is due with it")
        return
    until = renew_timestamp(services)
    say(f"the timestamp is valid until {until:%Y-%m-%d %H:%M} UTC")


@keys.command("rotate")
@click.argument("roles", nargs=-1, required=True, type=click.Choice([ROOT, *ONLINE_KEYS]))
@click.option("--replace", multiple=True, metavar="HOLDER=FILE",
              help="Root: HOLDER leaves, and who made FILE (a public file) joins.")  # fmt: skip
@click.option("--add", "joining", multiple=True, type=click.Path(exists=True, path_type=Path),
              help="Root: who made this public file joins.")  # fmt: skip
@click.option("--remove", "leaving", multiple=True, metavar="HOLDER", help="Root: this holder leaves.")
@click.option("--threshold", type=click.IntRange(min=1), default=None, help="Root: how many must sign from now on.")
@click.option("--hsm", "uri", default=None, help="The new key is one on a hardware module, as `hsm:2?label=TOKEN`.")
@YES
@DRY_RUN
@AS_JSON
@with_services
def keys_rotate(
    services: Services, roles: tuple[str, ...], replace: tuple[str, ...], joining: tuple[Path, ...],
    leaving: tuple[str, ...], threshold: int | None, uri: str | None, yes: bool, dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    """Exchange the key of one or more ROLES for a new one; the root's holders sign that, and peers follow.

    `root` is exchanged by itself, with --replace, --add, --remove or --threshold.
    """
    if ROOT not in roles:
        if replace or joining or leaving or threshold:
            raise ConfigurationError("--replace, --add, --remove and --threshold are for `keys rotate root`")
        if uri and len(roles) > 1:
            raise ConfigurationError("one key on a module signs for one role; rotate the others by themselves")
        _told(rotate(services, roles, uri, dry_run=dry_run), as_json=as_json, dry_run=dry_run)
        return
    if set(roles) != {ROOT} or uri:
        raise ConfigurationError("rotate the root by itself, without other roles and without --hsm")
    pairs = [_pair(entry) for entry in replace]
    joins = tuple(read_public_file(path) for path in (*(path for _, path in pairs), *joining))
    change = HolderChange(joins, (*(name for name, _ in pairs), *leaving), threshold)
    if change.nothing:
        raise ConfigurationError("say who joins or leaves; to keep the same holders for longer, `keys renew --root`")
    _compare(joins, asked=not (yes or dry_run))
    _told(rotate_root(services, change, dry_run=dry_run), as_json=as_json, dry_run=dry_run)


@keys.command("revoke")
@click.argument("roles", nargs=-1, type=click.Choice(ONLINE_KEYS))
@DRY_RUN
@AS_JSON
@with_services
def keys_revoke(services: Services, roles: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Replace stolen online keys, those of all three ROLES by default: what lay together was stolen together."""
    chosen = roles or ONLINE_KEYS
    _told(rotate(services, chosen, dry_run=dry_run), as_json=as_json, dry_run=dry_run)
    if not as_json and not dry_run:
        say("then look through `lmis-node runs` and the releases under /feeds/: a thief may have signed some, too. "
            "Release what is wrong again: a new revision takes the place of a false one")  # fmt: skip


@keys.command("cancel")
@with_services
def keys_cancel(services: Services) -> None:
    """Give up the root that waits for signatures; the keys made for it are deleted."""
    say(f"given up; the file is kept as {services.ceremony.cancel()}")


@keys.command("move")
@click.argument("name")
@click.argument("uri")
@with_services
def keys_move(services: Services, name: str, uri: str) -> None:
    """Say that the private part of key NAME is at URI now (file:, envvar:, hsm:), once it has signed from there."""
    services.keys.move(name, uri)
    say(f"the key “{name}” is used from {uri}")


@keys.command("passphrase")
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None,
              help="A holder's key file, which needs no node; by default all key files of this node.")  # fmt: skip
@click.option("--new-passphrase-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None,
              help="File that holds the new passphrase; a prompt by default.")  # fmt: skip
@PASSPHRASE_FILE
def keys_passphrase(key: Path | None, new_passphrase_file: Path | None, passphrase_file: Path | None) -> None:
    """Change the passphrase of a holder's key, or of all key files of this node at once."""
    with plain_errors():
        if key is not None:
            old = _passphrase(passphrase_file)
            change_holder_passphrase(key, old, _new_passphrase(new_passphrase_file))
            say(f"{key} opens with the new passphrase")
            return
    _change_here(new_passphrase_file)


@with_services
def _change_here(services: Services, new_passphrase_file: Path | None) -> None:
    changed = services.keys.change_passphrase(_new_passphrase(new_passphrase_file))
    say(f"changed: {', '.join(changed)}")
    say(f"next: put the new passphrase where the node reads it ({PASSPHRASE_VARIABLE} or keys.passphrase_file), "
        "then run `lmis-node doctor`")  # fmt: skip


def _told(proposal: Proposal, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        print_json(proposal_json(proposal))
        return
    say("\n".join(proposal.request.differences()))
    if dry_run:
        say("nothing was changed (the key ids of keys that would be made are examples)")
    elif proposal.installed:
        say(f"root {proposal.request.version} is in force; partners follow at their next pull")
        if proposal.deleted:
            say(f"deleted from this machine, since no root names them: {', '.join(proposal.deleted)}")
        if proposal.fingerprint:
            say(f"root fingerprint, for partners to compare by telephone:\n  {proposal.fingerprint}")
    else:
        say(f"signed by {', '.join(proposal.signed.by) or 'nobody'}; {proposal.signed.lacking} more signatures needed")
        say(f"next: bring {proposal.path} to {', '.join(proposal.signed.waiting)}, who run `lmis-node keys sign`; "
            "then `lmis-node keys merge` with the signed copies")  # fmt: skip


def _compare(holders: list[HolderKey] | tuple[HolderKey, ...], *, asked: bool) -> None:
    for holder in holders:
        click.echo(f"{holder.holder}\n  {holder.fingerprint}", err=True)
    if asked and holders:
        click.confirm("Has each holder read out this fingerprint by telephone?", abort=True, err=True)


def _pair(text: str) -> tuple[str, Path]:
    name, _, path = text.partition("=")
    if not (name and path):
        raise ConfigurationError(f"--replace {text}: write HOLDER=FILE, who leaves and the public file of who joins")
    return name, Path(path)


def _passphrase(path: Path | None, *, confirm: bool = False) -> str:
    if path is not None:
        return _read(path)
    if given := os.environ.get(PASSPHRASE_VARIABLE):
        return given
    secret: str = click.prompt("Passphrase of the key", hide_input=True, confirmation_prompt=confirm, err=True)
    return secret


def _new_passphrase(path: Path | None) -> str:
    if path is not None:
        return _read(path)
    secret: str = click.prompt("New passphrase", hide_input=True, confirmation_prompt=True, err=True)
    return secret


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigurationError(f"{path} cannot be read as a passphrase: {type(problem).__name__}") from problem
