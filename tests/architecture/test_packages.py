"""An installed node has all its rooms and data: setup.cfg names every package and every data file."""

from __future__ import annotations

import ast
import configparser
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.support.tree import ROOT, tree_files


@pytest.fixture(scope="module")
def setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def data_package(name: str) -> bool:
    return name in {"node.exchange_profiles", "node.mappings"}


def test_every_package_is_named(setup: configparser.ConfigParser) -> None:
    named = {name for name in setup["options"]["packages"].split() if not data_package(name)}
    there = {".".join(file.parent.parts) for file in tree_files() if file.parts[0] == "node" and file.suffix == ".py"}
    assert there == named


def test_every_package_has_an_init(setup: configparser.ConfigParser) -> None:
    named = [name for name in setup["options"]["packages"].split() if not data_package(name)]
    assert [name for name in named if not ROOT.joinpath(*name.split("."), "__init__.py").is_file()] == []


@pytest.mark.parametrize(
    ("folder", "package"),
    [("exchange_profiles", "node.exchange_profiles"), ("mappings", "node.mappings"), ("node/web", "node.web")],
)
def test_every_data_file_is_named(setup: configparser.ConfigParser, folder: str, package: str) -> None:
    patterns = [pattern.strip() for pattern in setup["options.package_data"][package].split(",")]
    named = {path for pattern in patterns for path in (ROOT / folder).glob(pattern)}
    there = {ROOT / file for file in tree_files() if file.is_relative_to(folder) and file.suffix != ".py"}
    assert there, f"{folder} holds no data: this test looks in the wrong place"
    assert {path.relative_to(ROOT) for path in there - named} == set()


def test_folders_of_data_are_packages_of_the_node(setup: configparser.ConfigParser) -> None:
    places = dict(line.split(" = ") for line in setup["options"]["package_dir"].strip().splitlines())
    assert places["node.exchange_profiles"] == "exchange_profiles"
    assert places["node.mappings"] == "mappings"
    assert Path(ROOT / "LICENSE").read_text(encoding="utf-8").strip().startswith("Apache License")


IMPORT_NAMES = {
    "ibis-framework": "ibis",
    "python-calamine": "python_calamine",
    "pyyaml": "yaml",
    "vl-convert-python": "vl_convert",
}
"""Parts whose import name is not their distribution's."""


def test_every_part_is_used_and_every_part_used_is_named(setup: configparser.ConfigParser) -> None:
    """A part earns its place by being imported; one that is imported is never there by luck."""
    parts = [Requirement(line).name for line in setup["options"]["install_requires"].split()]
    named = {IMPORT_NAMES.get(part, part.replace("-", "_")) for part in parts}
    files = [ROOT / file for file in tree_files() if file.parts[0] == "node" and file.suffix == ".py"]
    imported = {module.split(".")[0] for file in files for module in imports(file)} - {"node", *sys.stdlib_module_names}
    assert named - imported == set(), "in setup.cfg and imported nowhere"
    assert imported - named - AT_HAND == set(), "imported and not in setup.cfg"


AT_HAND = {
    "werkzeug": "Flask's own foundation: its requests, responses and errors are werkzeug's",
    "markupsafe": "Jinja's own foundation: what templates escape, and what they do not, is markupsafe's",
}.keys()
"""Parts that a named part guarantees as its own interface."""


def imports(file: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append(node.module)
    return found


def test_every_part_has_its_licence_on_the_architecture_page(setup: configparser.ConfigParser) -> None:
    page = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
    parts = [Requirement(line).name for line in setup["options"]["install_requires"].split()]
    assert [part for part in parts if f"\n| {part} | " not in page] == []
