"""The profile's policy for codes that are spread over several groups, from its file to the cube."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from node.adapters.profile_files import ProfileFolder, load_profile
from node.aggregate import build_cube, cells
from node.coding.coder import code_records, written_codes
from node.coding.correspondence import (
    Correspondence,
    CorrespondenceLibrary,
    CorrespondenceTable,
    Kind,
    Provenance,
    Relation,
)
from node.errors import ProfileError
from node.model.cube import Cube
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile, SplitPolicy
from node.model.records import Scheme, UnitRecords
from tests.support.profiles import OCCUPATIONS, employment, jobseekers, vacancies

SHIPPED = Path(__file__).resolve().parents[3] / "exchange_profiles"
OCC, PLACE = Scheme("OCC", "1"), Scheme("PLACE", "1")


@pytest.fixture
def engine() -> Iterator[ibis.BaseBackend]:
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


def library(through: bool = False) -> CorrespondenceLibrary:
    """`S` is 0.7 of OC2512 and 0.3 of OC7111; through another table where asked."""
    said = Provenance("t", "x", "p", "a", "2026-01-01", "l", "o", "t")
    split = (
        Correspondence("S", "OC2512", Relation.SPLIT, 0.7),
        Correspondence("S", "OC7111", Relation.SPLIT, 0.3),
        Correspondence("25", "OC25", Relation.EXACT),
    )
    places = CorrespondenceTable(PLACE, Kind.PLACE, (Correspondence("12", "ID-SU", Relation.EXACT),), "p", said)
    if not through:
        return CorrespondenceLibrary((CorrespondenceTable(OCC, Kind.OCCUPATION, split, "o", said), places))
    middle = Scheme("MIDDLE", "1")
    first = tuple(Correspondence(code, code, Relation.EXACT) for code in ("S", "25"))
    return CorrespondenceLibrary(
        (
            CorrespondenceTable(OCC, Kind.OCCUPATION, first, "o", said, via=middle),
            CorrespondenceTable(middle, Kind.OCCUPATION, split, "m", said),
            places,
        )
    )


def survey(splits: SplitPolicy) -> ExchangeProfile:
    structure = employment().structure.with_axis("OCCUPATION", OCCUPATIONS)
    return replace(employment(), structure=structure, splits=splits)


def coded_cube(engine: ibis.BaseBackend, splits: SplitPolicy, *, through: bool = False) -> Cube:
    """Ten persons of weight 100 in `S`, five of weight 20 in `25`, all women of one area."""
    profile = survey(splits)
    table = pa.table(
        {
            "occupation_written": ["S", "25"],
            "place_written": ["12", "12"],
            "SEX": ["F", "F"],
            "records": [10, 5],
            "EMP": [1000.0, 100.0],
            "EMP__n": [10, 5],
        }
    )
    records = UnitRecords("survey", OCC, PLACE, profile, TimePeriod("2026-Q3"), ibis.memtable(table))
    structure = profile.for_sender("IMTGT_ID")
    written = engine.to_pyarrow(written_codes(records))
    coded = code_records((records,), (written,), library(through), structure, None)
    return build_cube(engine.to_pyarrow(cells(coded, structure, lambda query: query)), coded, structure)


def at(cube: Cube, occupation: str) -> tuple[float, int]:
    """Value and contributors of an occupation over all areas and sexes."""
    codes = {"REF_AREA": "IMTGT_ID", "OCCUPATION": occupation, "SEX": "_T", "INDICATOR": "EMP"}
    place = tuple(axis.codelist.index[codes[axis.id]] for axis in cube.structure.axes)
    return float(cube.value[place]), int(cube.contributors[place])


def test_by_default_a_spread_code_goes_to_what_is_true_of_all(engine: ibis.BaseBackend) -> None:
    cube = coded_cube(engine, SplitPolicy.COMMON_ANCESTOR)
    assert (at(cube, "OC25"), at(cube, "_X"), at(cube, "_T")) == ((100, 5), (1000, 10), (1100, 15))
    assert cube.coverage[0].by_level == (10, 0, 5, 0, 0)


def test_the_largest_takes_all(engine: ibis.BaseBackend) -> None:
    cube = coded_cube(engine, SplitPolicy.LARGEST)
    assert (at(cube, "OC25"), at(cube, "OC71"), at(cube, "_T")) == ((1100, 15), (0, 0), (1100, 15))
    assert cube.coverage[0].by_level == (0, 0, 5, 0, 10)


@pytest.mark.parametrize("through", [False, True])
def test_proportional_divides_by_weight_and_counts_nobody_twice(engine: ibis.BaseBackend, through: bool) -> None:
    """Seven parts of ten persons are at least seven persons, and the margins count each person once."""
    cube = coded_cube(engine, SplitPolicy.PROPORTIONAL, through=through)
    assert (at(cube, "OC25"), at(cube, "OC71")) == ((800, 12), (300, 3))
    assert (at(cube, "OC2"), at(cube, "OC7"), at(cube, "_T")) == ((800, 12), (300, 3), (1100, 15))
    assert cube.coverage[0].by_level == (0, 0, 5, 0, 10)
    assert cube.coverage[0].unmapped == ()


def test_what_is_coded_to_two_digits_stays_there(engine: ibis.BaseBackend) -> None:
    for splits in SplitPolicy:
        coverage = coded_cube(engine, splits).coverage[0]
        assert coverage.by_level[2] == 5
        assert coverage.records == 15


def test_the_release_names_every_table_on_the_way(engine: ibis.BaseBackend) -> None:
    coverage = coded_cube(engine, SplitPolicy.COMMON_ANCESTOR, through=True).coverage[0]
    assert coverage.mapping_digests == (("OCC 1", "o"), ("MIDDLE 1", "m"), ("PLACE 1", "p"))


@pytest.mark.parametrize("profile", [vacancies(), jobseekers()], ids=lambda profile: profile.dataflow)
def test_counts_are_never_divided(profile: ExchangeProfile) -> None:
    with pytest.raises(ProfileError, match=f"{profile.dataflow}: `proportional` divides records"):
        replace(profile, splits=SplitPolicy.PROPORTIONAL)
    assert replace(profile, splits=SplitPolicy.LARGEST).splits is SplitPolicy.LARGEST


def test_the_shipped_profiles_guess_nothing() -> None:
    profiles = ProfileFolder(SHIPPED)
    policies = {dataflow: profiles.profile(dataflow).splits for dataflow in profiles.dataflows()}
    assert set(policies.values()) == {SplitPolicy.COMMON_ANCESTOR}


@pytest.mark.parametrize(
    ("dataflow", "policy", "says"),
    [
        ("EMPLOYMENT", "proportional", None),
        ("VACANCIES", "largest", None),
        ("VACANCIES", "proportional", "only weighted estimates allow"),
        ("TRAINING", "proportional", "only weighted estimates allow"),
        ("VACANCIES", "smallest", "splits"),
    ],
)
def test_a_profile_declares_its_policy(tmp_path: Path, dataflow: str, policy: str, says: str | None) -> None:
    path = Path(shutil.copytree(SHIPPED, tmp_path / "profiles")) / f"{dataflow}.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("policy: common_ancestor", f"policy: {policy}"), encoding="utf-8")
    if says is None:
        assert load_profile(path).splits.value == policy
        return
    with pytest.raises(ProfileError, match=says):
        load_profile(path)


def test_a_policy_says_why(tmp_path: Path) -> None:
    path = Path(shutil.copytree(SHIPPED, tmp_path / "profiles")) / "VACANCIES.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("  why: Where a code is spread")
    path.write_text(text[:start] + text[text.index("\ncalendar") :], encoding="utf-8")
    with pytest.raises(ProfileError, match="splits"):
        load_profile(path)
