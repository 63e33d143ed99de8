"""How commands speak: plain errors with an exit code, tables for people, JSON for programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from node.bootstrap import Services, open_services
from node.config import HOME_VARIABLE, load_config
from node.errors import ConfigurationError, NodeError
from node.model.release import Json

P = ParamSpec("P")

errors = Console(stderr=True, highlight=False, soft_wrap=True)

PIPED_WIDTH = 160
"""Columns of a table that goes to a file or another program, which has no width of its own."""


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turns a NodeError into its message, its remedy and its exit code; anything else is a defect and shows itself."""
    try:
        yield
    except NodeError as problem:
        errors.print(Text.assemble(("error", "bold red"), ": ", visible(str(problem))))
        errors.print(Text(f"  what to do: {problem.remedy}"))
        if problem.retry:
            errors.print("  trying again later may help")
        sys.exit(problem.exit_code)


def with_services(command: Callable[Concatenate[Services, P], None]) -> Callable[P, None]:
    """Opens the node in --home for a command, and closes it behind it."""

    @wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> None:
        with plain_errors(), open_services(load_config(home_of_context(), os.environ)) as services:
            command(services, *arguments, **options)

    return run


def home_of_context() -> Path:
    """The node's folder, from --home or the environment. Raises: ConfigurationError where neither names one."""
    home: Path | None = click.get_current_context().find_root().params.get("home")
    if home is None:
        raise ConfigurationError(f"no node is named: give --home DIR or set {HOME_VARIABLE}")
    return home


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, numeric: int = 0) -> None:
    """A table on stdout; its first column and the last `numeric` ones are never broken, the latter aligned right."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for position, column in enumerate(columns):
        number = position >= len(columns) - numeric
        table.add_column(column, justify="right" if number else "left", no_wrap=number or position == 0)
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH).print(table)


def print_json(document: Json) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def say(message: str) -> None:
    click.echo(visible(message))


def warn(message: str) -> None:
    """A line on stderr beside what the command prints."""
    errors.print(Text(visible(message)))


def visible(text: str) -> str:
    """Text in which nothing steers a terminal: some of what is printed was written by partners."""
    return "".join(char if char == "\n" or char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
