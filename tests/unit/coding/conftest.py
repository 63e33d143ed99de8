"""Small correspondence tables made by hand."""

from __future__ import annotations

import pytest

from node.coding.codes import CodeForm, PrefixRule
from node.coding.correspondence import (
    Correspondence,
    CorrespondenceLibrary,
    CorrespondenceTable,
    Kind,
    Provenance,
    Relation,
)
from node.model.records import Scheme

PROVENANCE = Provenance("t", "CL_OCCUPATION", "p", "a", "2026-01-01", "l", "o", "t")


def _table(name: str, edition: str, kind: Kind, *rows: tuple[str, str, str], **options: object) -> CorrespondenceTable:
    correspondences = tuple(
        Correspondence(source, target, Relation(relation), note="n") for source, target, relation in rows
    )
    return CorrespondenceTable(
        scheme=Scheme(name, edition),
        kind=kind,
        rows=correspondences,
        digest=f"{name}-{edition}",
        provenance=PROVENANCE,
        **options,  # type: ignore[arg-type]  # named by each test
    )


@pytest.fixture(scope="session")
def kbji() -> CorrespondenceTable:
    return _table(
        "KBJI",
        "2014",
        Kind.OCCUPATION,
        ("0", "OC0", "broader"),
        ("0115", "OC1112", "split"),
        ("0115", "OC5412", "split"),
        ("25", "OC25", "exact"),
        ("2512", "OC2512", "exact"),
        ("2519", "OC2511", "split"),
        ("2519", "OC2521", "split"),
        ("7111", "OC7111", "exact"),
        prefix=PrefixRule(4, (6,)),
    )


@pytest.fixture(scope="session")
def library(kbji: CorrespondenceTable) -> CorrespondenceLibrary:
    masco = _table("MASCO", "2020", Kind.OCCUPATION, ("2351", "OC2354", "exact"), ("2411", "OC2411", "exact"))
    kemendagri = _table(
        "KEMENDAGRI",
        "2022",
        Kind.PLACE,
        ("12", "ID-SU", "exact"),
        ("12.75", "ID-SU", "narrower"),
        ("15", "ID-JA", "exact"),
        ("32.16", "OUT", "narrower"),
        ("07", "MY-07", "narrower"),
    )
    dosm = _table(
        "DOSM", "2020", Kind.PLACE, ("7_1", "MY-07", "narrower"), ("1_1", "OUT", "narrower"), form=CodeForm("_")
    )
    return CorrespondenceLibrary((kbji, masco, kemendagri, dosm))
