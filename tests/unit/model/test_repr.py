"""What holds microdata does not show them: a repr ends up in logs, tracebacks and failed tests."""

from __future__ import annotations

from typing import cast

import ibis
import numpy as np
import pyarrow as pa
import pytest

from node.coding.correspondence import CorrespondenceTable
from node.coding.coverage import DecidedSource
from node.coding.occupation import NOT_CODED
from node.coding.place import Scope
from node.coding.titling import NO_TITLES
from node.model.cube import Cube
from node.model.period import TimePeriod
from node.model.records import CodeCount, CodedRecords, Coverage, FieldCount, Scheme, UnitRecords
from tests.support.profiles import vacancies

NUMBER, NAME = 8642097, "PT Rahasia"
PROFILE, OCTOBER = vacancies(), TimePeriod("2026-10")


def cube() -> Cube:
    structure = PROFILE.for_sender("IMTGT_ID")
    value = np.full(structure.shape, float(NUMBER))
    missing = np.ones(structure.shape, np.bool_)
    return Cube(PROFILE, structure, OCTOBER, value, value.astype(np.int64), value.copy(), value.copy(), missing, ())


def table() -> ibis.Table:
    return ibis.memtable(pa.table({"contributor": [NAME], "records": [NUMBER]}))


def coverage() -> Coverage:
    counts = (CodeCount(NAME, NUMBER),)
    strange = (FieldCount("SEX", NUMBER),)
    return Coverage(
        "register", NUMBER, NUMBER, NUMBER, (NUMBER,) * 5, counts, counts, (), (NUMBER,) * 5, NUMBER, strange
    )


def unit_records() -> UnitRecords:
    scheme = Scheme("KBJI", "2014")
    return UnitRecords("register", scheme, scheme, PROFILE, OCTOBER, table(), NUMBER, (FieldCount("SEX", NUMBER),))


def decided() -> DecidedSource:
    table = cast("CorrespondenceTable", None)
    return DecidedSource(
        records=unit_records(),
        counts={(NAME, NAME, NAME): NUMBER},
        occupations={NAME: NOT_CODED},
        places={NAME: Scope.UNMAPPED},
        titles={NAME: NOT_CODED},
        titling=NO_TITLES,
        occupation_table=table,
        place_table=table,
    )


@pytest.mark.parametrize(
    "held",
    [
        cube(),
        unit_records(),
        CodedRecords(PROFILE, OCTOBER, table(), frozenset({"ID-SU"}), (coverage(),)),
        CodeCount(NAME, NUMBER),
        coverage(),
        decided(),
    ],
    ids=lambda held: type(held).__name__,
)
def test_microdata_do_not_show(held: object) -> None:
    for text in (repr(held), str(held)):
        assert text.startswith(type(held).__name__)
        assert NAME not in text
        assert str(NUMBER) not in text
        # numpy would shorten a long array, but still print its first numbers: as floats in their own form.
        assert "array(" not in text
        assert "InMemoryTable" not in text
