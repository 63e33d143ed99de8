"""Cells and cubes: margins, distinct contributors, the two largest, rounding of weights, missing areas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.aggregate import build_cube, cells
from node.errors import NodeError
from node.model.cube import Cube
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile
from node.model.records import CodedRecords, Coverage
from tests.support.profiles import employment, jobseekers, vacancies

Row = Mapping[str, str | int | float]
AREA_LEAVES, OCCUPATION_LEAVES = ("ID-SU", "ID-JA"), ("OC22", "OC25", "OC2_X", "OC71", "OC72", "OC7_X", "_X")
COVERAGE = (Coverage("register", 1, 0, 0, (0, 0, 1, 0, 0), (), (), ()),)


@pytest.fixture(scope="module")
def engine() -> ibis.BaseBackend:
    return ibis.duckdb.connect(threads=1)


def cube_of(
    engine: ibis.BaseBackend, profile: ExchangeProfile, rows: Sequence[Row], observed: Sequence[str] = AREA_LEAVES
) -> Cube:
    """The cube of coded rows for a sender that speaks for the Indonesian areas."""
    structure = profile.for_sender("IMTGT_ID")
    names = [axis.id for axis in structure.axes if axis.id != "INDICATOR"]
    if profile.protection.contributor != "record":
        names.append("contributor")
    kinds = dict.fromkeys(names, pa.string())
    for indicator in profile.indicators:
        kinds[indicator.id] = pa.float64() if indicator.measure == "weight" else pa.int64()
        kinds[f"{indicator.id}__n"] = pa.int64()
    table = ibis.memtable(pa.Table.from_pylist([dict(row) for row in rows], schema=pa.schema(list(kinds.items()))))
    number = iter(range(100))

    def keep(query: ir.Table) -> ir.Table:
        name = f"kept_{next(number)}"
        engine.con.execute(f"DROP TABLE IF EXISTS {name}")
        return engine.create_table(name, query, temp=True)

    coded = CodedRecords(profile, TimePeriod("2026-10"), table, frozenset(observed), COVERAGE)
    return build_cube(engine.to_pyarrow(cells(coded, structure, keep)), coded, structure)


def vacancy(area: str, occupation: str, employer: str, opened: int, new: int = 0) -> Row:
    return {"REF_AREA": area, "OCCUPATION": occupation, "contributor": employer, "JV_OPEN": opened,
            "JV_OPEN__n": int(opened > 0), "JV_NEW": new, "JV_NEW__n": int(new > 0)}  # fmt: skip


def at(cube: Cube, *codes: str) -> tuple[int, ...]:
    return tuple(axis.codelist.index[code] for axis, code in zip(cube.structure.axes, codes, strict=True))


def figures(cube: Cube, *codes: str) -> tuple[float, int, float, float]:
    place = at(cube, *codes)
    return (float(cube.value[place]), int(cube.contributors[place]), float(cube.largest[place]),
            float(cube.second[place]))  # fmt: skip


def test_an_employer_in_two_cells_is_one_contributor_of_their_sum(engine: ibis.BaseBackend) -> None:
    cube = cube_of(
        engine,
        vacancies(),
        [
            vacancy("ID-SU", "OC22", "E1", 3),
            vacancy("ID-SU", "OC25", "E1", 4),
            vacancy("ID-JA", "OC25", "E1", 10),
            vacancy("ID-SU", "OC25", "E2", 5, new=5),
            vacancy("ID-SU", "OC71", "E3", 6),
        ],
    )
    assert figures(cube, "ID-SU", "OC25", "JV_OPEN") == (9, 2, 5, 4)
    assert figures(cube, "ID-SU", "OC2", "JV_OPEN") == (12, 2, 7, 5)
    assert figures(cube, "IMTGT_ID", "OC25", "JV_OPEN") == (19, 2, 14, 5)
    assert figures(cube, "IMTGT_ID", "OC2", "JV_OPEN") == (22, 2, 17, 5)
    assert figures(cube, "IMTGT_ID", "_T", "JV_OPEN") == (28, 3, 17, 6)
    assert figures(cube, "IMTGT_ID", "_T", "JV_NEW") == (5, 1, 5, 0)
    assert figures(cube, "ID-JA", "OC7", "JV_OPEN") == (0, 0, 0, 0)


def test_two_equal_largest_are_largest_and_second(engine: ibis.BaseBackend) -> None:
    cube = cube_of(engine, vacancies(), [vacancy("ID-SU", "OC22", name, 5) for name in ("E1", "E2", "E3")])
    assert figures(cube, "ID-SU", "OC22", "JV_OPEN") == (15, 3, 5, 5)


def test_a_contributor_without_posts_is_none(engine: ibis.BaseBackend) -> None:
    cube = cube_of(engine, vacancies(), [vacancy("ID-SU", "OC22", "E1", 0, new=2), vacancy("ID-SU", "OC22", "E2", 1)])
    assert figures(cube, "ID-SU", "OC22", "JV_OPEN") == (1, 1, 1, 0)
    assert figures(cube, "ID-SU", "OC22", "JV_NEW") == (2, 1, 2, 0)


def test_rows_of_several_sources_for_one_employer_are_added(engine: ibis.BaseBackend) -> None:
    cube = cube_of(engine, vacancies(), [vacancy("ID-SU", "OC22", "E1", 2), vacancy("ID-SU", "OC22", "E1", 3)])
    assert figures(cube, "ID-SU", "OC22", "JV_OPEN") == (5, 1, 5, 0)


contributions = st.lists(
    st.tuples(
        st.sampled_from(AREA_LEAVES), st.sampled_from(OCCUPATION_LEAVES), st.sampled_from("ABCD"),
        st.integers(0, 4), st.integers(0, 4),
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(drawn=contributions)
def test_every_margin_equals_what_is_counted_by_hand(
    engine: ibis.BaseBackend, drawn: list[tuple[str, str, str, int, int]]
) -> None:
    cube = cube_of(engine, vacancies(), [vacancy(*row) for row in drawn])
    areas, occupations, indicators = (axis.codelist for axis in cube.structure.axes)
    for area, occupation, (place, indicator) in product(areas.ids, occupations.ids, enumerate(indicators.ids)):
        by_employer: dict[str, int] = {}
        for row in drawn:
            if area in areas.lineage(row[0]) and occupation in occupations.lineage(row[1]):
                by_employer[row[2]] = by_employer.get(row[2], 0) + row[3 + place]
        ranked = sorted((posts for posts in by_employer.values() if posts > 0), reverse=True)
        expected = (sum(ranked), len(ranked), *[*ranked, 0, 0][:2])
        assert figures(cube, area, occupation, indicator) == expected, (area, occupation, indicator)


def test_persons_are_added_up_along_every_axis(engine: ibis.BaseBackend) -> None:
    def person(area: str, occupation: str, sex: str, persons: int) -> Row:
        return {"REF_AREA": area, "OCCUPATION": occupation, "SEX": sex, "JS_REGISTERED": persons,
                "JS_REGISTERED__n": persons, "JS_NEW": 0, "JS_NEW__n": 0}  # fmt: skip

    cube = cube_of(
        engine,
        jobseekers(),
        [person("ID-SU", "OC22", "F", 3), person("ID-SU", "OC22", "M", 4), person("ID-JA", "_X", "_U", 2)],
    )
    assert figures(cube, "ID-SU", "OC2", "_T", "JS_REGISTERED") == (7, 7, 0, 0)
    assert figures(cube, "IMTGT_ID", "_T", "_T", "JS_REGISTERED") == (9, 9, 0, 0)
    assert figures(cube, "IMTGT_ID", "_T", "_U", "JS_REGISTERED") == (2, 2, 0, 0)
    assert cube.coverage == COVERAGE


@settings(max_examples=25, deadline=None)
@given(
    drawn=st.lists(
        st.tuples(
            st.sampled_from(AREA_LEAVES),
            st.sampled_from(("OC2", "OC7", "_X")),
            st.sampled_from(("F", "M")),
            st.floats(0, 1000),
            st.integers(1, 9),
        ),
        max_size=30,
    )
)
def test_weighted_cells_are_whole_and_margins_stay_sums(
    engine: ibis.BaseBackend, drawn: list[tuple[str, str, str, float, int]]
) -> None:
    names = ("REF_AREA", "OCCUPATION", "SEX", "EMP", "EMP__n")
    cube = cube_of(engine, employment(), [dict(zip(names, row, strict=True)) for row in drawn])
    true = {}
    for area, occupation, sex, weight, _ in drawn:
        true[area, occupation, sex] = true.get((area, occupation, sex), 0.0) + weight
    assert (cube.value == np.floor(cube.value)).all()
    assert (cube.value >= 0).all()
    total = cube.value[at(cube, "IMTGT_ID", "_T", "_T", "EMP")]
    assert abs(total - sum(true.values())) <= 0.5 + 1e-6
    for area, occupation, sex in product(AREA_LEAVES, ("OC2", "OC7", "_X"), ("F", "M", "_U")):
        cell = cube.value[at(cube, area, occupation, sex, "EMP")]
        assert abs(cell - true.get((area, occupation, sex), 0.0)) < 1 + 1e-6
        assert cell == 0 or (area, occupation, sex) in true
    for axis, place in ((axis, place) for place, axis in enumerate(cube.structure.axes) if axis.additive):
        for code in axis.codelist.ids:
            if children := axis.codelist.children(code):
                summed = sum(np.take(cube.value, axis.codelist.index[child], place) for child in children)
                assert (np.take(cube.value, axis.codelist.index[code], place) == summed).all()


def test_areas_that_nobody_observes_are_missing_with_all_above_them(engine: ibis.BaseBackend) -> None:
    cube = cube_of(engine, vacancies(), [vacancy("ID-SU", "OC22", "E1", 3)], observed=["ID-SU"])
    areas = cube.structure.axis("REF_AREA").codelist
    assert {area: bool(cube.missing[areas.index[area]].all()) for area in areas.ids} == {
        "IMTGT_ID": True, "ID-SU": False, "ID-JA": True,
    }  # fmt: skip
    assert not cube.missing[areas.index["ID-SU"]].any()
    assert not cube_of(engine, vacancies(), []).missing.any()


def test_an_unknown_observed_area_is_refused(engine: ibis.BaseBackend) -> None:
    with pytest.raises(NodeError, match="ID-XX"):
        cube_of(engine, vacancies(), [], observed=["ID-XX"])


def test_no_records_make_an_empty_cube(engine: ibis.BaseBackend) -> None:
    for profile in (vacancies(), jobseekers(), employment()):
        cube = cube_of(engine, profile, [])
        assert cube.empty
        assert not cube.value.any()


def test_a_code_that_is_no_leaf_is_refused(engine: ibis.BaseBackend) -> None:
    for occupation in ("OC2", "OC9999"):
        with pytest.raises(NodeError, match="no leaves of CL_OCCUPATION on OCCUPATION"):
            cube_of(engine, vacancies(), [vacancy("ID-SU", "OC22", "E1", 3), vacancy("ID-SU", occupation, "E1", 3)])


KeepType = Callable[[ir.Table], ir.Table]


def test_an_expression_alone_gives_the_same_as_one_whose_parts_are_kept(engine: ibis.BaseBackend) -> None:
    """What runs elsewhere (PySpark) may not keep anything: then the expression is one whole."""
    profile = vacancies()
    structure = profile.for_sender("IMTGT_ID")
    rows = [vacancy("ID-SU", "OC22", "E1", 3, 1), vacancy("ID-JA", "OC25", "E1", 4), vacancy("ID-JA", "OC25", "E2", 4)]
    table = ibis.memtable(pa.Table.from_pylist([dict(row) for row in rows]))
    coded = CodedRecords(profile, TimePeriod("2026-10"), table, frozenset(AREA_LEAVES), COVERAGE)
    alone = build_cube(engine.to_pyarrow(cells(coded, structure, lambda query: query)), coded, structure)
    kept = cube_of(engine, profile, rows)
    for name in ("value", "contributors", "largest", "second"):
        assert (getattr(alone, name) == getattr(kept, name)).all()


def test_a_profile_of_another_depth_has_its_own_leaves(engine: ibis.BaseBackend) -> None:
    profile = vacancies()
    shallow = profile.structure.axis("OCCUPATION").codelist.to_depth(1)
    profile = replace(profile, structure=profile.structure.with_axis("OCCUPATION", shallow))
    cube = cube_of(engine, profile, [vacancy("ID-SU", "OC2", "E1", 3), vacancy("ID-SU", "OC7", "E1", 4)])
    assert figures(cube, "ID-SU", "_T", "JV_OPEN") == (7, 1, 7, 0)
