"""Habits of the package that neither the type checker nor the linter knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "node").rglob("*.py"))

READS_ENVIRONMENT = {
    "node/cli": "a command is where a process begins: it hands the environment to node.config, which reads it once",
}


def nodes(file: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def test_nothing_is_printed_past_the_command_line() -> None:
    printing = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in MODULES
        for node in nodes(file)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert not printing, f"print() where click.echo or rich belongs: {printing}"


def test_the_environment_is_read_in_one_place() -> None:
    def reads(node: ast.AST) -> bool:
        named = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os"
        imported = isinstance(node, ast.ImportFrom) and node.module == "os"
        names = {node.attr} if named else {alias.name for alias in node.names} if imported else set()
        return bool(names & {"environ", "environb", "getenv", "putenv"})

    reading = {file.relative_to(ROOT) for file in MODULES if any(map(reads, nodes(file)))}
    elsewhere = [
        str(file) for file in sorted(reading) if not any(file.is_relative_to(allowed) for allowed in READS_ENVIRONMENT)
    ]
    assert reading, "no module reads the environment: this test looks for the wrong thing"
    assert not elsewhere, f"os.environ outside {list(READS_ENVIRONMENT)}: {elsewhere}"


def test_nothing_happens_at_import() -> None:
    """Importing a module calls nothing of its own room's making: no connection, thread, file or application."""
    doing = ("open", "connect", "create_engine", "Flask", "Thread", "BackgroundScheduler", "create_app", "load_config")
    at_import = [
        f"{file.relative_to(ROOT)}:{call.lineno} {name}"
        for file in MODULES
        for statement in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr)
        for call in ast.walk(statement)
        if isinstance(call, ast.Call)
        and (name := call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")) in doing
    ]
    assert not at_import


def test_every_check_that_is_switched_off_says_why() -> None:
    """`# noqa` and `# type: ignore` name their rule and give a reason after it."""
    marks = ("# noqa", "# type: ignore", "# pragma: no cover")
    bare = []
    for file in (*MODULES, ROOT / "run.py"):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            mark = next((mark for mark in marks if mark in line), None)
            if mark is None:
                continue
            said = line.split(mark, 1)[1].strip(" :[]ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,-")
            reason_above = file.read_text(encoding="utf-8").splitlines()[number - 2].lstrip().startswith("#")
            if " " not in said and not reason_above:
                bare.append(f"{file.relative_to(ROOT)}:{number} {line.strip()}")
    assert not bare, f"checks switched off without a reason: {bare}"
