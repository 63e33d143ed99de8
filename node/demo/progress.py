"""How a demo shows that it gets on: a bar on a terminal, plain lines elsewhere, and a table at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from node.demo.steps import Step

LINE_EVERY_SECONDS = 5.0
"""Where there is no terminal, one line so often, and one at the end."""


@contextmanager
def progress_bar(total: int, console: Console) -> Iterator[Callable[[Step], None]]:
    """A bar of `total` steps; call what it gives with each step that is done."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("starting", total=total)

        def show(step: Step) -> None:
            bar.update(task, advance=1, description=f"{step.country}  {step.subject:<22}")

        yield show


@contextmanager
def progress_lines(total: int, report: Callable[[str], None]) -> Iterator[Callable[[Step], None]]:
    """The same as text: `ID  VACANCIES 2026-03  42/120  12 s`."""
    started, done, last = monotonic(), 0, 0.0

    def show(step: Step) -> None:
        nonlocal done, last
        done, now = done + 1, monotonic()
        if done == total or now - last >= LINE_EVERY_SECONDS:
            last = now
            report(f"{step.country}  {step.subject}  {done}/{total}  {now - started:.0f} s")

    yield show


def summary(steps: Sequence[Step], seconds: float) -> Table:
    """What each node did: releases, observations published, share of them suppressed, merged, seconds spent."""
    table = Table(title=f"Synthetic demonstration, done in {seconds:.0f} s", title_justify="left")
    columns = ("node", "microdata", "releases", "published", "suppressed", "merged", "work (s)")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left")
    for country in dict.fromkeys(step.country for step in steps):
        own = [step for step in steps if step.country == country]
        released = [step for step in own if step.stage == "release"]
        rows = sum(step.rows for step in released)
        hidden = sum(step.suppressed for step in released) / rows if rows else 0.0
        table.add_row(
            country,
            f"{sum(step.rows for step in own if step.stage == 'generate'):,}",
            str(len(released)),
            f"{rows:,}",
            f"{hidden:.1%}",
            f"{sum(step.merged for step in own):,}",
            f"{sum(step.seconds for step in own):.1f}",
        )
    return table
