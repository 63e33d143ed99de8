"""The import contract in setup.cfg holds, and would notice if it did not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lint(checkout: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command as check; check()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-logo", "--no-cache"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_contract_holds() -> None:
    outcome = lint(ROOT)
    assert outcome.returncode == 0, outcome.stdout
    assert "0 broken" in outcome.stdout


@pytest.mark.parametrize(
    ("module", "line", "found"),
    [
        pytest.param("node/aggregate.py", "import node.protect", "node.aggregate -> node.protect", id="sibling stage"),
        pytest.param("node/model/cube.py", "import node.ports", "node.model.cube -> node.ports", id="upwards"),
        pytest.param("node/merge/plan.py", "import socket", "node.merge.plan -> socket", id="input and output"),
        pytest.param("node/newroom.py", "", "node.newroom", id="a room with no place in the order"),
    ],
)
def test_the_contract_notices(tmp_path: Path, module: str, line: str, found: str) -> None:
    shutil.copytree(ROOT / "node", tmp_path / "node", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    outcome = lint(tmp_path)
    assert outcome.returncode == 1
    assert found in outcome.stdout
