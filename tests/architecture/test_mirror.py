"""Tests mirror the package: who opens a module knows in which folder its tests are."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = {
    "health.py": ("tests/unit/cli/test_commands.py", "`lmis-node doctor` is its only caller, and is run whole"),
    "model/comparison.py": ("tests/unit/compare", "the values that comparisons are made of"),
    "model/table.py": ("tests/unit/compare/test_listing.py", "the form that comparisons take, written whole"),
    "model/release.py": ("tests/unit/release", "the values that drafts are made of"),
    "upkeep.py": ("tests/unit/cli/test_upkeep.py", "each use case is one command, and is run whole"),
    "operations.py": ("tests/unit/cli/test_commands.py", "each use case is one command, and is run whole"),
    "pipeline.py": ("tests/federation/conftest.py", "its two lines of stages run from node to node"),
    "adapters/store/migrations/env.py": ("tests/unit/adapters/store", "Alembic loads it by its path"),
    "adapters/store/migrations/versions/v0001_first_tables.py": ("tests/unit/adapters/store", "Alembic loads it"),
    "adapters/store/migrations/versions/v0002_decisions.py": ("tests/unit/adapters/store", "Alembic loads it"),
    "adapters/store/migrations/versions/v0003_exchange.py": ("tests/unit/adapters/store", "Alembic loads it"),
    "adapters/store/migrations/versions/v0004_perturbation.py": ("tests/unit/adapters/store", "Alembic loads it"),
    "adapters/store/migrations/versions/v0005_bounds.py": ("tests/unit/adapters/store", "Alembic loads it"),
    "adapters/store/migrations/versions/v0006_key.py": ("tests/unit/adapters/store", "Alembic loads it"),
}
"""Modules that no test of their own room reaches, each with where they are tested and why there."""


def modules() -> list[Path]:
    """Modules that do something, relative to the package's folder; mere declarations have nothing to test."""
    files = sorted((ROOT / "node").rglob("*.py"))
    return [file.relative_to(ROOT / "node") for file in files if _does_something(file)]


def _does_something(file: Path) -> bool:
    """Whether the module has a function with a body: not a stub of a port, nor only values."""
    functions = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, FUNCTIONS)]
    return any(not _is_stub(function) for function in functions)


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _is_stub(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return all(isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) for line in function.body)


@cache
def imports(file: Path) -> frozenset[Path]:
    """Modules of the package that a file imports, relative to the package's folder."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    paths = [Path(*name.split(".")[1:]) for name in names if name.split(".")[0] == "node"]
    return frozenset(
        module
        for path in paths
        if path.parts
        for module in (path.with_suffix(".py"), path / "__init__.py")
        if (ROOT / "node" / module).is_file()
    )


@cache
def twins(test: Path) -> frozenset[Path]:
    """Files of tests/support that a test imports."""
    lines = (node for node in ast.walk(ast.parse(test.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom))
    names = [line.module for line in lines if line.module and line.module.startswith("tests.support.")]
    return frozenset(ROOT.joinpath(*name.split(".")).with_suffix(".py") for name in names)


@cache
def reached(room: Path) -> frozenset[Path]:
    """Modules of a room that its tests import, themselves or through others of the same room."""
    found: set[Path] = set()
    tests = sorted((ROOT / "tests/unit" / room).glob("*.py"))
    queue = [module for test in tests for file in (test, *twins(test)) for module in imports(file)]
    while queue:
        module = queue.pop()
        if module.parent == room and module not in found:
            found.add(module)
            queue += imports(ROOT / "node" / module)
    return frozenset(found)


def test_there_are_modules_to_look_at() -> None:
    assert len(modules()) > 50


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.as_posix())
def test_a_module_is_reached_by_the_tests_of_its_room(module: Path) -> None:
    if module.as_posix() in ELSEWHERE:
        place, _ = ELSEWHERE[module.as_posix()]
        assert (ROOT / place).exists(), f"node/{module} is not tested at {place}"
        return
    own = ROOT / "tests/unit" / module.parent / f"test_{module.stem}.py"
    assert own.exists() or module in reached(module.parent), f"no test in tests/unit/{module.parent} reaches it"
