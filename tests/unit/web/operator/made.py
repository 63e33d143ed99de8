"""What the operator's pages ask of the rest of the node: the names that come with the program, and no proofs."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

from node.adapters.name_files import load_names
from node.adapters.profile_files import ProfileFolder
from node.exchange.prove import Proof
from node.model.names import Names
from node.model.period import TimePeriod
from node.model.profile import AREA, OCCUPATION

CHECKOUT = Path(__file__).resolve().parents[4]


@cache
def shipped_names() -> Names:
    """The names of areas and occupations in the four languages."""
    structure = ProfileFolder(CHECKOUT / "exchange_profiles").profile("VACANCIES").structure
    codelists = [structure.axis(axis).codelist for axis in (AREA, OCCUPATION)]
    return load_names(CHECKOUT / "mappings" / "names", codelists)


def prove_nothing(dataflow: str, key: str, period: TimePeriod, as_of: datetime | None) -> Proof:
    raise AssertionError("an operator's page asked for a proof")
