"""Commands on reviewers' decisions: make one, list, retire, take them to a spreadsheet and back."""

from __future__ import annotations

from pathlib import Path

import click

from node.adapters.decision_files import decisions_sheet
from node.adapters.trust.files import PRIVATE_FILE, write_whole
from node.bootstrap import Services
from node.cli.output import print_json, print_table, say, warn, with_services
from node.coding.correspondence import OUT
from node.coding.decisions import NOT_CODABLE, Decision, Matter
from node.coding.proposal import Entered, contradicts
from node.errors import OperatorError, SourceMissing
from node.model.release import Json
from node.reviewing import desk_of, import_sheet, propose_decision, retire_decision, told


@click.command()
@click.argument("source_id", metavar="SOURCE")
@click.argument("written", metavar="WRITTEN")
@click.option("--group", default=None, help="The ISCO-08 group that the code or title is, as OC2512 or OC25.")
@click.option("--area", default=None, help=f"The area that the place lies in, as ID-SU, or {OUT} for outside of all.")
@click.option("--not-codable", is_flag=True, help="It was looked at and is no occupation; no longer called open.")
@click.option("--place", is_flag=True, help="WRITTEN is a place; only needed with --not-codable.")
@click.option("--title", is_flag=True, help="WRITTEN is a job title, not a code.")
@click.option("--this-source-only", is_flag=True, help="For SOURCE alone, not for all that use its scheme.")
@click.option("--author", required=True, help="Who decides.")
@click.option("--reason", required=True, help="Why.")
@click.option("--dry-run", is_flag=True, help="Check it, and decide nothing.")
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def decide(
    services: Services,
    source_id: str,
    written: str,
    group: str | None,
    area: str | None,
    not_codable: bool,
    place: bool,
    title: bool,
    this_source_only: bool,
    author: str,
    reason: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Decide what WRITTEN is, as SOURCE writes it: a code, a place or a job title. Applied at the next release."""
    desk = desk_of(services)
    target, matter = _wish(group, area, not_codable, place, title)
    proposal = propose_decision(
        desk, source_id, matter, written, target, author=author, reason=reason, here_only=this_source_only
    )
    if dry_run:
        against = contradicts(desk.decisions.in_force(), proposal)
        say(f"would decide: {_what(matter, proposal.subject.written)} is {proposal.target}")
        if against:
            warn(f"it would stand against {len(against)} decision(s) of others, and neither would count")
        return
    (entered,) = desk.decisions.enter((proposal,))
    if as_json:
        print_json(_entered_json(entered))
    else:
        _say_entered(entered)


@click.group()
def decisions() -> None:
    """Reviewers' decisions on codes, places and titles that the tables leave open."""


@decisions.command("list")
@click.option("--all", "everything", is_flag=True, help="Retired ones, too.")
@click.option("--conflicts", is_flag=True, help="Only those that contradict one another.")
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def list_decisions(services: Services, everything: bool, conflicts: bool, as_json: bool) -> None:
    """The decisions in force, oldest first, and which of them contradict one another."""
    held = services.decisions.in_force()
    contested = {one.id for ruling in held.conflicts for one in ruling.decisions}
    entries = [one for one in services.decisions.history() if everything or one.in_force]
    if conflicts:
        entries = [one for one in entries if one.id in contested]
    if as_json:
        print_json([_decision_json(one, one.id in contested) for one in entries])
        return
    rows = [
        [one.id, _where(one), one.subject.written, one.target, _standing(one, contested), one.author,
         f"{one.decided:%Y-%m-%d}", one.reason]
        for one in entries
    ]  # fmt: skip
    print_table("Decisions", ["id", "on", "written", "is", "state", "author", "date", "reason"], rows)
    for ruling in held.conflicts:
        warn(f"CONFLICT: {told(ruling.decisions)}")


@decisions.command("retire")
@click.argument("identifier", metavar="ID")
@click.option("--author", required=True, help="Who retires it.")
@click.option("--reason", required=True, help="Why.")
@click.option("--dry-run", is_flag=True, help="Say what would be retired, and retire nothing.")
@with_services
def retire(services: Services, identifier: str, author: str, reason: str, dry_run: bool) -> None:
    """End the decision ID from the next release on. It stays in the history."""
    desk = desk_of(services)
    if dry_run:
        known = any(one.id == identifier for one in desk.decisions.in_force().decisions)
        say(f"would retire decision {identifier}" if known else f"no decision {identifier} is in force")
        return
    ended = retire_decision(desk, identifier, by=author, reason=reason)
    say(f"decision {ended.id} is retired; the next release is coded without it")


@decisions.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_services
def export(services: Services, file: Path) -> None:
    """Write all decisions to FILE as CSV, retired ones too. Titles may be in it: it stays within this node."""
    history = services.decisions.history()
    write_whole(file, decisions_sheet(history).encode(), mode=PRIVATE_FILE)
    say(f"{len(history)} decisions were written to {file}")


@decisions.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check every row, and enter nothing.")
@with_services
def import_decisions(services: Services, file: Path, dry_run: bool) -> None:
    """Enter the decisions of a sheet that an expert filled in: all of them, or none where a row is wrong.

    Rows without a target are left aside. A row of a decision in force with `retired_by` and `retired_reason` retires
    it.
    """
    outcome = import_sheet(desk_of(services), _text_of(file), file.name, dry_run=dry_run)
    if dry_run:
        ends = f", {len(outcome.retired)} would be retired" if outcome.retired else ""
        say(f"{outcome.valid} decisions of {file.name} can be entered{ends}; {outcome.skipped} rows have no target")
    else:
        new = sum(entered.new for entered in outcome.entered)
        known = len(outcome.entered) - new
        done = f"{new} decisions entered, {known} were there already, {len(outcome.retired)} retired"
        say(f"{done}, {outcome.skipped} rows without a target")
    for conflict in outcome.conflicts:
        warn(f"CONFLICT: {conflict}")


def _text_of(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except OSError as problem:
        raise SourceMissing(f"{file} cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError as problem:
        raise OperatorError(f"{file.name} is not UTF-8 at byte {problem.start}; save it as CSV UTF-8") from None


def _wish(group: str | None, area: str | None, not_codable: bool, place: bool, title: bool) -> tuple[str, Matter]:
    given = [one for one in (group, area, NOT_CODABLE if not_codable else None) if one is not None]
    if len(given) != 1:
        raise click.UsageError("say what it is: one of --group, --area or --not-codable")
    if title and (place or area is not None):
        raise click.UsageError("a job title has a --group; --area and --place are for places")
    if place and group is not None:
        raise click.UsageError("a place has an --area, not a --group")
    matter = Matter.TITLE if title else Matter.PLACE if place or area is not None else Matter.OCCUPATION
    return given[0], matter


def _say_entered(entered: Entered) -> None:
    decision = entered.decision
    what = _what(decision.subject.matter, decision.subject.written)
    if not entered.new:
        say(f"{decision.author} decided so before: decision {decision.id}")
    else:
        say(f"decision {decision.id}: {what} is {decision.target}, from the next release on")
    for replaced in entered.replaced:
        say(f"  it replaces decision {replaced.id} of the same author")
    if entered.against:
        warn(f"CONFLICT: {told((*entered.against, decision))}")


def _what(matter: Matter, written: str) -> str:
    return "the title" if matter is Matter.TITLE else f"{matter.value} {written}"


def _where(decision: Decision) -> str:
    scheme = str(decision.subject.scheme) if decision.subject.scheme else decision.subject.matter.value
    return f"{scheme}, {decision.subject.source} only" if decision.subject.source else scheme


def _standing(decision: Decision, contested: set[str]) -> str:
    if not decision.in_force:
        return "retired"
    return "CONFLICT" if decision.id in contested else "in force"


def _entered_json(entered: Entered) -> dict[str, Json]:
    return {
        **_decision_json(entered.decision, bool(entered.against)),
        "new": entered.new,
        "replaced": [one.id for one in entered.replaced],
        "against": [one.id for one in entered.against],
    }


def _decision_json(decision: Decision, conflict: bool) -> dict[str, Json]:
    subject, ending = decision.subject, decision.retirement
    return {
        "id": decision.id,
        "on": subject.matter.value,
        "scheme": str(subject.scheme) if subject.scheme else None,
        "source": subject.source,
        "written": subject.written,
        "target": decision.target,
        "author": decision.author,
        "reason": decision.reason,
        "decided": decision.decided.isoformat(),
        "conflict": conflict,
        "retired": None if ending is None else {"at": ending.at.isoformat(), "by": ending.by, "reason": ending.reason},
    }
