"""Commands on this node's own data: sources, coding, releases."""

from __future__ import annotations

import click

from node.bootstrap import Services
from node.cli.output import print_json, print_table, say, with_services
from node.model.period import TimePeriod
from node.model.records import Coverage
from node.model.release import Json
from node.operations import check_coverage, release_and_merge
from node.pipeline import ReleaseOutcome


@click.group()
def source() -> None:
    """The microdata sources of this node."""


@source.command("list")
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def list_sources(services: Services, as_json: bool) -> None:
    """What node.toml declares."""
    rows = [
        [entry.id, entry.dataflow, entry.kind, f"{entry.occupation.scheme} {entry.occupation.edition}",
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
@click.argument("source_id", metavar="SOURCE")
@click.argument("period")
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def code(services: Services, source_id: str, period: str, as_json: bool) -> None:
    """How well SOURCE is coded to ISCO-08 and the IMT-GT areas in PERIOD, and what is not mapped."""
    coverage = check_coverage(services, source_id, TimePeriod(period))
    if as_json:
        print_json(_coverage_json(coverage))
        return
    levels = ["not coded", "major group (1 digit)", "sub-major (2)", "minor (3)", "unit group (4)"]
    rows = [[name, f"{count:,}"] for name, count in zip(levels, coverage.by_level, strict=True)]
    rows += [
        ["out of scope (outside the IMT-GT areas)", f"{coverage.out_of_scope:,}"],
        ["place not mapped", f"{coverage.place_unmapped:,}"],
        ["all records", f"{coverage.records:,}"],
    ]
    print_table(f"Coding of {source_id}, {period}: {coverage.coded_share:.1%} coded", ["", "records"], rows, numeric=1)
    for title, unmapped in (("occupation", coverage.unmapped), ("place", coverage.unmapped_places)):
        if unmapped:
            shown = [[entry.written or "(empty)", f"{entry.records:,}"] for entry in unmapped[:20]]
            print_table(f"Unmapped {title} codes, most frequent first", ["code", "records"], shown, numeric=1)


@click.command()
@click.argument("dataflow")
@click.argument("period")
@click.option("--dry-run", is_flag=True, help="Do everything but sign and publish.")
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def release(services: Services, dataflow: str, period: str, dry_run: bool, as_json: bool) -> None:
    """Release DATAFLOW for PERIOD (2026-10, 2026-Q3): code, aggregate, protect, audit, sign, publish."""
    outcome = release_and_merge(services, dataflow, TimePeriod(period), dry_run=dry_run)
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
        line = f"{coverage.records:,} records, {coverage.coded_share:.1%} of those in scope coded"
        say(f"  {coverage.source}: {line}, {coverage.out_of_scope:,} out of scope")
        if coverage.place_unmapped:
            hint = f"see `lmis-node code {coverage.source} {period}`"
            say(f"  {coverage.source}: LEFT OUT: {coverage.place_unmapped:,} records whose place no table maps; {hint}")
    if outcome.signed is None:
        say("dry run: nothing was signed or published")
    elif outcome.signed.changed:
        say(f"published in snapshot {outcome.signed.snapshot_version}: {outcome.signed.target.path}")
    else:
        say(f"unchanged: the feed already holds exactly this release ({outcome.signed.target.path})")


def _coverage_json(coverage: Coverage) -> dict[str, Json]:
    return {
        "source": coverage.source,
        "records": coverage.records,
        "out_of_scope": coverage.out_of_scope,
        "place_unmapped": coverage.place_unmapped,
        "by_level": list(coverage.by_level),
        "coded_share": round(coverage.coded_share, 6),
        "unmapped": [{"code": entry.written, "records": entry.records} for entry in coverage.unmapped],
        "unmapped_places": [{"code": entry.written, "records": entry.records} for entry in coverage.unmapped_places],
    }


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
            {"source": source.source, "records": source.records, "coded_share": round(source.coded_share, 6)}
            for source in outcome.coverage
        ],
        "published": None
        if signed is None
        else {"target": signed.target.path, "sha256": signed.target.sha256, "snapshot": signed.snapshot_version,
              "changed": signed.changed},
    }  # fmt: skip
