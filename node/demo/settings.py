"""The text of a demo node's `node.toml`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL

from node.demo.sources import DemoSource

REGISTERS = "synthetic_registers"
"""Folder, below the node's, that holds its generated microdata."""


def node_toml(home: Path, country: str, name: str, passphrase_file: str, sources: tuple[DemoSource, ...]) -> str:
    """All settings of a demo node, as an operator would write them by hand."""
    head = [
        "# A demonstration node: its microdata are generated, and every page and report says so.",
        "[node]",
        f"country = {_text(country)}",
        f"authority = {_text(f'IMTGT_{country}')}",
        f"name = {_text(name)}",
        "synthetic = true",
        "",
        "[keys]",
        f"passphrase_file = {_text(passphrase_file)}",
        "",
        "[limits]",
        "engine_threads = 1  # the demo works on two nodes at a time, each in a process of its own",
    ]
    return "\n".join(head) + "\n" + "".join(_source(home, source) for source in sources)


def _source(home: Path, source: DemoSource) -> str:
    columns = dict(source.columns)
    lines = [
        "",
        "[[source]]",
        f"id = {_text(source.id)}",
        f"dataflow = {_text(source.dataflow)}",
        f"kind = {_text(source.kind)}",
        f"location = {_text(_location(home, source))}",
    ]
    if source.table:
        lines.append(f"table = {_text(source.table)}")
    if source.areas:
        lines.append(f"areas = [{', '.join(map(_text, source.areas))}]")
    for name, scheme in (("occupation", source.occupation), ("place", source.place)):
        lines.append(
            f"{name} = {{ scheme = {_text(scheme.name)}, edition = {_text(scheme.edition)}, "
            f"column = {_text(columns.pop(name))} }}"
        )
    lines.append("[source.fields]")
    lines += [f"{name} = {{ column = {_text(column)}{_codes(name, source)} }}" for name, column in columns.items()]
    return "\n".join(lines) + "\n"


def _codes(field: str, source: DemoSource) -> str:
    if field != "SEX":
        return ""
    pairs = ", ".join(f"{_text(written)} = {_text(code)}" for code, written in source.sexes)
    return f", codes = {{ {pairs} }}"


def _location(home: Path, source: DemoSource) -> str:
    if source.kind != "sql":
        return f"{REGISTERS}/{source.file}"
    return URL.create("sqlite", database=str(home.resolve() / REGISTERS / source.file)).render_as_string()


def _text(value: str) -> str:
    """A TOML basic string. Source: TOML 1.0, String."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    shown = "".join(char if char >= " " and char != "\x7f" else f"\\u{ord(char):04X}" for char in escaped)
    return f'"{shown}"'
