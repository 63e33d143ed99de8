"""What never belongs in the tree: package hosts, paths of one machine, private keys, copies of microdata."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from tests.support.tree import ROOT, SHARED, text_of, tree_files

FORBIDDEN = {
    "a package host (locks and commands must work with any index)": re.compile(
        r"\b(?:pypi\.org|pythonhosted\.org|registry\.npmjs|npmmirror|conda\.anaconda|crates\.io|proxy\.golang)"
    ),
    "an absolute path of one machine": re.compile(r"(?<![\w.-])/(?:work|root|home/[a-z]+|opt|Users)/[\w.]"),
    "a private key": re.compile(r"BEGIN (?:[A-Z]+ )*PRIVATE KEY-*\s+[A-Za-z0-9+/=]{20}"),
    "a merge conflict": re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE),
}
NAMES_THEM = {Path("tests/architecture/test_tree.py")}
LARGEST_FILE = 1_000_000
"""Bytes. The largest correspondence table is a quarter of it; what is larger is data, and data have no place here."""


def test_the_tree_is_searched_at_all() -> None:
    files = tree_files()
    assert Path("README.md") in files
    assert Path("node/pipeline.py") in files
    assert not any(part in {".venv", ".git", "__pycache__"} for file in files for part in file.parts)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    found = [
        f"{file}:{text.count(chr(10), 0, hit.start()) + 1} {hit.group()}"
        for file in tree_files()
        if file not in NAMES_THEM
        for text in (text_of(file),)
        for hit in FORBIDDEN[what].finditer(text)
    ]
    assert not found, f"{what}: {found[:10]}"


def test_no_file_is_data() -> None:
    large = [f"{file} ({size} bytes)" for file in tree_files() if (size := (ROOT / file).stat().st_size) > LARGEST_FILE]
    assert not large


@pytest.mark.shared
def test_no_shared_file_was_copied() -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared tables and real rows do not lie beside this checkout")
    shared = {hashlib.sha256(file.read_bytes()).digest(): file.name for file in SHARED.rglob("*") if file.is_file()}
    copied = [
        f"{file} is {shared[digest]}"
        for file in tree_files()
        if (digest := hashlib.sha256((ROOT / file).read_bytes()).digest()) in shared
    ]
    assert not copied
