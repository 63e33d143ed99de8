"""Commands on this node's own data: sources, coding, releases."""

from __future__ import annotations

import click

from node.bootstrap import Services
from node.cli.output import print_json, print_table, say, with_services
from node.config import SourceConfig
from node.model.period import TimePeriod
from node.model.records import Coverage
from node.model.release import Json
from node.operations import check_coverage, release_and_merge
from node.pipeline import ReleaseOutcome
from node.reviewing import note_release


@click.group()
def source() -> None:
    """The microdata sources of this node."""


@source.command("list")
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def list_sources(services: Services, as_json: bool) -> None:
    """What node.toml declares."""
    rows = [
        [entry.id, entry.dataflow, entry.kind, _occupation_of(entry),
         f"{entry.place.scheme} {entry.place.edition}", ", ".join(entry.areas) or "all"]
        for entry in services.config.sources
    ]  # fmt: skip
    columns = ["source", "dataflow", "kind", "occupation", "place", "areas"]
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table("Sources", columns, rows)


@source.command("check")
@click.argument("source_id", metavar="SOURCE")
@click.argument("period")
@with_services
def check_source(services: Services, source_id: str, period: str) -> None:
    """Read SOURCE for PERIOD, check every record and count; nothing is published."""
    coverage = check_coverage(services, source_id, TimePeriod(period))
    say(f"{source_id}: {coverage.records:,} records of {period} read, none refused")


@click.command()
@click.argument("dataflow")
@click.argument("period")
@click.option("--dry-run", is_flag=True, help="Do everything but sign and publish.")
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def release(services: Services, dataflow: str, period: str, dry_run: bool, as_json: bool) -> None:
    """Release DATAFLOW for PERIOD (2026-10, 2026-Q3): code, aggregate, protect, audit, sign, publish."""
    outcome = release_and_merge(services, dataflow, TimePeriod(period), dry_run=dry_run)
    if not dry_run:
        note_release(services, outcome)
    if as_json:
        print_json(_outcome_json(outcome))
        return
    audit, custom = outcome.audit, outcome.draft.custom
    say(f"{dataflow} {period}: {custom.rows:,} observations, revision {custom.revision}")
    if custom.rows == 0:
        read = sum(coverage.records for coverage in outcome.coverage)
        say(f"  EMPTY: none of {read:,} records of this period lies in the areas; the release is empty, and says so")
    say(f"  suppressed {audit.suppressed:,} of {audit.cells:,} cells ({audit.primary:,} of them primary)")
    say(f"  audit: {audit.exposed} suppressed cells can be computed ({audit.method})")
    for coverage in outcome.coverage:
        _say_coverage(coverage, period)
    if outcome.signed is None:
        say("dry run: nothing was signed or published")
    elif outcome.signed.changed:
        say(f"published in snapshot {outcome.signed.snapshot_version}: {outcome.signed.target.path}")
    else:
        say(f"unchanged: the feed already holds exactly this release ({outcome.signed.target.path})")


def _occupation_of(entry: SourceConfig) -> str:
    named = [] if entry.occupation.absent else [f"{entry.occupation.scheme} {entry.occupation.edition}"]
    return ", ".join([*named, *(["title"] if entry.title else [])])


def _say_coverage(coverage: Coverage, period: str) -> None:
    """How well a source was coded, by what, what was left out, and what looks wrong with it."""
    line = f"{coverage.records:,} records, {coverage.coded_share:.1%} of those in scope coded"
    say(f"  {coverage.source}: {line}, {coverage.out_of_scope:,} out of scope")
    if coverage.by_title:
        say(f"  {coverage.source}: {sum(coverage.by_title[1:]):,} records coded by their job title")
    if coverage.by_decision:
        say(f"  {coverage.source}: {sum(coverage.by_decision):,} records coded as reviewers decided")
    if coverage.duplicates:
        say(f"  {coverage.source}: {coverage.duplicates:,} advertised again, counted once")
    for hint in coverage.hints:
        say(f"  {coverage.source}: NOTE: {hint}")
    if coverage.place_unmapped:
        hint = f"see `lmis-node code {coverage.source} {period}`"
        say(f"  {coverage.source}: LEFT OUT: {coverage.place_unmapped:,} records whose place no table maps; {hint}")


def _outcome_json(outcome: ReleaseOutcome) -> dict[str, Json]:
    custom, signed = outcome.draft.custom, outcome.signed
    return {
        "dataflow": custom.dataflow,
        "period": custom.period,
        "revision": custom.revision,
        "rows": custom.rows,
        "suppressed": outcome.audit.suppressed,
        "primary": outcome.audit.primary,
        "exposed": outcome.audit.exposed,
        "sources": [
            {"source": source.source, "records": source.records, "coded_share": round(source.coded_share, 6),
             "by_title": list(source.by_title), "by_decision": list(source.by_decision),
             "duplicates": source.duplicates, "hints": list(source.hints)}
            for source in outcome.coverage
        ],
        "published": None
        if signed is None
        else {"target": signed.target.path, "sha256": signed.target.sha256, "snapshot": signed.snapshot_version,
              "changed": signed.changed},
    }  # fmt: skip
