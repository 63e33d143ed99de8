"""The parts of the reference that are rendered from the code they describe.

`python -m tests.docs.rendered` writes them anew; `test_reference.py` fails while a page differs from its code.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from node.cli.main import main as lmis_node
from node.errors import NodeError, all_errors

ROOT = Path(__file__).resolve().parents[2]
MARK = "<!-- What follows is rendered from the code: python -m tests.docs.rendered -->\n"


def errors_table() -> str:
    """One row an error class, parents before children."""
    lines = ["| error | what is wrong | who acts | retry | exit code | HTTP status | what to do |", "|" + "---|" * 7]
    for error in all_errors():
        cells = (
            f"`{error.__name__}`",
            _first_paragraph(error),
            error.fault.value,
            "yes" if error.retry else "no",
            str(error.exit_code),
            str(error.http_status),
            error.remedy,
        )
        lines.append("| " + " | ".join(map(_cell, cells)) + " |")
    return "\n".join(lines) + "\n"


def commands_reference() -> str:
    """A section a command, with its arguments and options as `--help` shows them."""
    return "\n".join(_section(path, command) for path, command in commands())


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and group with the words that name it, in the order of `--help`."""
    yield from _walk(("lmis-node",), lmis_node)


def _walk(path: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in sorted(command.commands.items()):
            yield from _walk((*path, name), inner)


def _section(path: tuple[str, ...], command: click.Command) -> str:
    context = click.Context(command, info_name=" ".join(path))
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    lines = [f"## {' '.join(path)}", "", inspect.cleandoc(command.help or "").replace("\n\n", "\n").strip(), ""]
    lines += ["```text", usage, "```", ""]
    records = [
        record
        for parameter in command.params
        if isinstance(parameter, click.Option) and (record := parameter.get_help_record(context)) is not None
    ]
    if records:
        lines += ["| option | |", "|---|---|"]
        lines += [f"| `{_cell(names)}` | {_cell(' '.join(text.split()))} |" for names, text in records]
        lines.append("")
    return "\n".join(lines)


def _first_paragraph(error: type[NodeError]) -> str:
    return " ".join(inspect.cleandoc(error.__doc__ or "").split("\n\n")[0].split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


PAGES = {"docs/reference/errors.md": errors_table, "docs/reference/commands.md": commands_reference}


def main() -> None:
    for page, render in PAGES.items():
        file = ROOT / page
        prose = file.read_text(encoding="utf-8").split(MARK)[0]
        file.write_text(prose + MARK + "\n" + render(), encoding="utf-8")


if __name__ == "__main__":
    main()
