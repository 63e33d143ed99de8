"""Rooms stay small: a module does one thing, a function fits on a screen."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULE_LINES = 400
FUNCTION_LINES = 60
SOURCES = (*sorted((ROOT / "node").rglob("*.py")), ROOT / "run.py")
LISTS = {
    "node/adapters/store/migrations/versions": "a migration is one list of what was made, and is never changed after"
}


def test_no_module_is_crowded() -> None:
    lengths = {file.relative_to(ROOT): len(file.read_text(encoding="utf-8").splitlines()) for file in SOURCES}
    assert lengths
    crowded = [f"{file} has {lines} lines" for file, lines in lengths.items() if lines > MODULE_LINES]
    assert not crowded, f"more than {MODULE_LINES} lines: {crowded}"


def test_every_function_fits_on_a_screen() -> None:
    long = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name} has {lines} lines"
        for file in SOURCES
        if file.parent.relative_to(ROOT).as_posix() not in LISTS
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert not long, f"more than {FUNCTION_LINES} lines: {long}"
