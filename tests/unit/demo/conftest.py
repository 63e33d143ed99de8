"""The shipped correspondence tables, read once for the demo's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.adapters.mapping_files import load_mappings
from node.coding.correspondence import CorrespondenceLibrary

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def library() -> CorrespondenceLibrary:
    return load_mappings(ROOT / "mappings")
