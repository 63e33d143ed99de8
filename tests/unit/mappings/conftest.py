"""The shipped tables and codelists, and the reference tables beside the checkout where they are there."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from node.adapters.codelist_files import load_codelist
from node.adapters.mapping_files import load_mappings
from node.coding.correspondence import CorrespondenceLibrary
from node.model.codelist import Codelist

CHECKOUT = Path(__file__).resolve().parents[3]
REFERENCE = CHECKOUT / ".." / "shared" / "reference"
Reference = Callable[[str], list[dict[str, str]]]


@pytest.fixture(scope="session")
def library() -> CorrespondenceLibrary:
    return load_mappings(CHECKOUT / "mappings")


@pytest.fixture(scope="session")
def occupations() -> Codelist:
    return load_codelist(CHECKOUT / "exchange_profiles" / "codelists" / "CL_OCCUPATION.csv")


@pytest.fixture(scope="session")
def areas() -> Codelist:
    return load_codelist(CHECKOUT / "exchange_profiles" / "codelists" / "CL_AREA.csv")


@pytest.fixture(scope="session")
def reference() -> Reference:
    """Rows of a reference table; skips where the tables are not beside the checkout."""

    def rows(name: str) -> list[dict[str, str]]:
        path = REFERENCE / name
        if not path.exists():
            pytest.skip(f"the reference table {name} is not beside the checkout")
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return rows
