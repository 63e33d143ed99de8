"""`lmis-node titles`: the model that codes job titles."""

from __future__ import annotations

import click
from rich.console import Console
from rich.progress import Progress

from node.adapters.titles.model_file import TitleModelFile
from node.bootstrap import Services
from node.cli.output import print_json, print_table, say, with_services
from node.coding.titles.model import TitleModel
from node.errors import ConfigurationError
from node.model.period import TimePeriod
from node.model.release import Json
from node.teaching import Material, TriedTitle, gather, train, try_titles


@click.group()
def titles() -> None:
    """The model that codes job titles: what it learns from, and what it says."""


@titles.command("train")
@click.option("--source", "sources", multiple=True, metavar="SOURCE", help="Also learn from its coded records.")
@click.option("--period", "periods", multiple=True, metavar="PERIOD", help="Of each --source, in their order.")
@click.option("--dry-run", is_flag=True, help="Train and measure, keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def train_model(
    services: Services, sources: tuple[str, ...], periods: tuple[str, ...], dry_run: bool, as_json: bool
) -> None:
    """Learn from the shipped tables, the title indexes in node.toml and, if named, coded records.

    A model made on records never leaves the node: it is kept in titles/ of its folder, readable by its owner alone.
    """
    if len(sources) != len(periods):
        raise ConfigurationError("give each --source its --period, in the same order")
    material = gather(services, [(source, TimePeriod(period)) for source, period in zip(sources, periods, strict=True)])
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("learning and measuring", total=1.0)
        model = train(services, material, dry_run=dry_run, progress=lambda part: bar.update(task, completed=part))
    if as_json:
        unknown: dict[str, Json] = dict(material.unknown)
        print_json({**_model_json(model), "kept": not dry_run, "unknown_rows": unknown})
        return
    _print_model(model)
    for origin, rows in material.unknown:
        if rows:
            say(f"  {origin}: {rows:,} rows without a title or with a code that the table does not know were left out")
    say("dry run: nothing was kept" if dry_run else f"kept in {TitleModelFile(services.config.home).path}")


@titles.command("status")
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def status(services: Services, as_json: bool) -> None:
    """The model that is there, and what a new one would learn from."""
    model, material = TitleModelFile(services.config.home).load(), gather(services)
    if as_json:
        current: Json = _model_json(model) if model else None
        print_json({"threshold": services.config.titles.threshold, "model": current, "would_learn": _origins(material)})
        return
    if model is None:
        say("no title model: records without a code stay unmapped; run `lmis-node titles train`")
    else:
        _print_model(model)
    say(f"threshold: {services.config.titles.threshold:.0%} (titles.threshold in node.toml)")
    rows = [[origin, f"{number:,}"] for origin, number in _origins(material).items()]
    print_table("A new model would learn from", ["titles of", "titles"], rows, numeric=1)


@titles.command("try")
@click.argument("texts", nargs=-1, required=True, metavar="TEXT...")
@click.option("--json", "as_json", is_flag=True, help="Machine output.")
@with_services
def try_model(services: Services, texts: tuple[str, ...], as_json: bool) -> None:
    """What the model says of each TEXT: the group it would be coded to, and suggestions with reasons."""
    tried = try_titles(services, texts)
    if as_json:
        print_json([_tried_json(text, said) for text, said in zip(texts, tried, strict=True)])
        return
    for text, said in zip(texts, tried, strict=True):
        decided = said.decision.code or "not coded"
        rows = [[candidate.code, candidate.reason, f"{candidate.confidence:.0%}"] for candidate in said.candidates]
        title = f"{text}: {decided} ({said.decision.confidence:.0%})"
        print_table(title, ["group", "why", "confidence"], rows, numeric=1)


def _print_model(model: TitleModel) -> None:
    rows = [[origin, f"{number:,}"] for origin, number in model.learnt_from]
    print_table(f"Title model {model.name} {model.version}", ["learnt from", "titles"], rows, numeric=1)
    say(f"  digest {model.digest}")
    say(f"  its confidence was measured on {model.tested:,} distinct titles, each held out once")
    if model.from_records:
        say("  made on records of this node: it is never published")


def _model_json(model: TitleModel) -> dict[str, Json]:
    origins: dict[str, Json] = dict(model.learnt_from)
    return {
        "name": model.name,
        "version": model.version,
        "digest": model.digest,
        "from_records": model.from_records,
        "tested": model.tested,
        "learnt_from": origins,
    }


def _tried_json(text: str, said: TriedTitle) -> Json:
    decision = said.decision
    candidates: list[Json] = [
        {"code": one.code, "confidence": round(one.confidence, 4), "reason": one.reason} for one in said.candidates
    ]
    return {
        "title": text,
        "code": decision.code,
        "level": decision.level,
        "confidence": round(decision.confidence, 4),
        "candidates": candidates,
    }


def _origins(material: Material) -> dict[str, Json]:
    origins: dict[str, int] = {}
    for title in material.titles:
        origins[title.origin] = origins.get(title.origin, 0) + 1
    return {origin: origins[origin] for origin in sorted(origins)}
