"""The generated registers: repeatable, in their declared schemes, and as unequal as labour markets are."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import permutations
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from node.adapters.profile_files import ProfileFolder
from node.coding.correspondence import OUT, CorrespondenceLibrary, Kind
from node.demo.calendar import demo_calendar
from node.demo.codebook import Codebook, codebook
from node.demo.labour_market import (
    BLANK_CODE,
    FOREIGN_CODE,
    MONTHS_BEFORE,
    jobseekers,
    market,
    survey,
    training,
    unit_shares,
    vacancies,
)
from node.demo.registers import SEED, DemoSize, rows_of, write_registers
from node.demo.shares import COMMON_UNITS, EMPLOYED, EMPLOYMENT_MIX, OUTSIDE
from node.demo.sources import REGENCIES_BPS, REGENCIES_KEMENDAGRI, SOURCES
from node.demo.stories import STORIES, Story
from node.model.period import TimePeriod

ROWS = 30_000
CALENDAR = demo_calendar(12)
COUNTRIES = ("ID", "MY", "TH")
PROFILES = Path(__file__).resolve().parents[3] / "exchange_profiles"


def codes_of(library: CorrespondenceLibrary, country: str, source: str) -> Codebook:
    (entry,) = (entry for entry in SOURCES[country] if entry.id == source)
    occupations = library.table(Kind.OCCUPATION, entry.occupation)
    places = library.table(Kind.PLACE, entry.place)
    return codebook(country, occupations, places, only=entry.only, without=entry.without)


def id_vacancies(library: CorrespondenceLibrary) -> pa.Table:
    codes = codes_of(library, "ID", "sisnaker")
    return vacancies(market("ID", "sisnaker", 1, codes, CALENDAR.since(MONTHS_BEFORE["VACANCIES"])), ROWS)


def targets(library: CorrespondenceLibrary, country: str, source: str, column: str, written: list[str]) -> list[str]:
    """What a register's codes are in the exchange's codelists; `?` where its scheme does not know them."""
    (entry,) = (entry for entry in SOURCES[country] if entry.id == source)
    kind, scheme = (Kind.OCCUPATION, entry.occupation) if column == "occupation" else (Kind.PLACE, entry.place)
    table = library.table(kind, scheme)
    found = {code: table.find(code) for code in set(written)}
    return [found[code][0].target if found[code] else "?" for code in written]


@pytest.mark.parametrize("country", COUNTRIES)
def test_same_seed_same_bytes_and_another_seed_others(
    country: str, library: CorrespondenceLibrary, tmp_path: Path
) -> None:
    def digests(folder: str, seed: int) -> dict[str, str]:
        write_registers(country, tmp_path / folder, library, DemoSize(2_000, demo_calendar(2), seed))
        files = sorted((tmp_path / folder).iterdir())
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    first = digests("first", 7)
    assert first == digests("again", 7)
    other = digests("other", 8)
    assert first.keys() == other.keys()
    assert all(first[name] != other[name] for name in first)


@pytest.mark.parametrize("country", COUNTRIES)
def test_shares_of_a_nodes_registers_add_to_one(country: str) -> None:
    assert sum(source.share for source in SOURCES[country]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("country", "source"), [(country, source.id) for country in COUNTRIES for source in SOURCES[country]]
)
def test_all_but_the_deliberate_slips_are_codes_of_the_declared_scheme(
    country: str, source: str, library: CorrespondenceLibrary
) -> None:
    codes = codes_of(library, country, source)
    (entry,) = (entry for entry in SOURCES[country] if entry.id == source)
    generate = {"VACANCIES": vacancies, "JOBSEEKERS": jobseekers, "TRAINING": training, "EMPLOYMENT": survey}
    rows = generate[entry.dataflow](market(country, source, 1, codes, CALENDAR.quarters), 6_000)
    written = rows["occupation"].drop_null().to_pylist()
    unknown = targets(library, country, source, "occupation", written).count("?")
    assert 1.0 - len(written) / rows.num_rows == pytest.approx(BLANK_CODE, abs=0.01)
    assert unknown / rows.num_rows == pytest.approx(FOREIGN_CODE, abs=0.008)
    assert "?" not in targets(library, country, source, "place", rows["place"].drop_null().to_pylist())
    assert any(len(code) == 2 for code in written)
    assert any(len(code) == 3 for code in written)


def test_regencies_have_their_own_register_and_the_national_one_leaves_them_out(
    library: CorrespondenceLibrary,
) -> None:
    national = set(id_vacancies(library)["place"].to_pylist())
    assert len(national) > 400
    assert not national & REGENCIES_KEMENDAGRI
    codes = codes_of(library, "ID", "dinas")
    own = vacancies(market("ID", "dinas", 1, codes, CALENDAR.months), 3_000)["place"].to_pylist()
    assert set(own) == REGENCIES_BPS
    areas = Counter(targets(library, "ID", "dinas", "place", own))
    assert set(areas) == {"ID-SU", "ID-SB", OUT}
    assert areas[OUT] / len(own) == pytest.approx(0.5, abs=0.05)


def test_both_lists_of_regencies_name_the_same_eight(library: CorrespondenceLibrary) -> None:
    def titles(source: str, codes: frozenset[str]) -> list[str]:
        (entry,) = (entry for entry in SOURCES["ID"] if entry.id == source)
        table = library.table(Kind.PLACE, entry.place)
        return sorted(row.title for code in codes for row in table.find(code))

    assert titles("dinas", REGENCIES_BPS) == titles("sisnaker", REGENCIES_KEMENDAGRI)
    assert "Kota Binjai" in titles("dinas", REGENCIES_BPS)


def test_areas_follow_their_real_size_with_some_outside(library: CorrespondenceLibrary) -> None:
    rows = id_vacancies(library)
    areas = Counter(targets(library, "ID", "sisnaker", "place", rows["place"].to_pylist()))
    assert areas[OUT] / ROWS == pytest.approx(OUTSIDE["ID"], abs=0.02)
    assert areas["ID-SU"] > areas["ID-LA"] > areas["ID-BE"] > areas["ID-BB"] / 2 > 0
    assert set(areas) == {*EMPLOYED["ID"], OUT}


def test_a_few_occupations_and_employers_make_most_vacancies(library: CorrespondenceLibrary) -> None:
    rows = id_vacancies(library)
    for column, top in (("occupation", 0.02), ("employer", 0.1)):
        counts = np.sort(np.array(list(Counter(rows[column].drop_null().to_pylist()).values())))[::-1]
        share = counts[: int(len(counts) * top)].sum() / counts.sum()
        assert 0.15 < share < 0.75, column
    posts = np.sort(rows["posts"].to_numpy())
    assert posts[0] == 1
    assert np.median(posts) == 1
    assert posts[-1] > 50


def test_occupations_are_as_unequal_as_zipf_and_complete(library: CorrespondenceLibrary) -> None:
    units = codes_of(library, "TH", "vacancies").occupations.groups
    shares = unit_shares(EMPLOYMENT_MIX["TH"], units)
    majors = np.array([int(unit[0]) for unit in units])
    assert shares.min() > 0
    for major, percent in enumerate(EMPLOYMENT_MIX["TH"]):
        assert shares[majors == major].sum() == pytest.approx(percent / sum(EMPLOYMENT_MIX["TH"]))
        assert units[int(np.argmax(np.where(majors == major, shares, 0.0)))] == COMMON_UNITS[major][0]
    assert shares.max() > 50 * np.median(shares)


def test_every_unit_and_area_that_shares_and_stories_name_exists(library: CorrespondenceLibrary) -> None:
    units = codes_of(library, "TH", "vacancies").occupations.groups
    assert all(unit in units for common in COMMON_UNITS for unit in common)
    areas = {area for employed in EMPLOYED.values() for area in employed}
    assert len(areas) == 32
    for story in STORIES:
        assert set(story.areas) <= areas
        assert all(any(unit.startswith(group) for unit in units) for group in story.groups)


def test_dates_are_in_order_and_open_vacancies_have_no_end(library: CorrespondenceLibrary) -> None:
    rows = id_vacancies(library)
    opened, closed = rows["opened"], rows["closed"]
    assert 0 < closed.null_count < ROWS / 3
    assert pc.all(pc.less(opened, closed)).as_py()
    assert pc.max(closed).as_py() < CALENDAR.months[-1].end
    assert pc.min(opened).as_py() >= CALENDAR.since(MONTHS_BEFORE["VACANCIES"])[0].start
    months = Counter(day.strftime("%Y-%m") for day in opened.to_pylist())
    assert months["2026-08"] > 1.15 * months["2026-03"], "Eid slows hiring"
    assert len(set(rows["record"].to_pylist())) == ROWS


def test_an_employer_stays_in_its_district(library: CorrespondenceLibrary) -> None:
    rows = id_vacancies(library)
    pairs = set(zip(rows["employer"].to_pylist(), rows["place"].to_pylist(), strict=True))
    assert len(pairs) == len(set(rows["employer"].to_pylist()))


def test_job_seekers_leave_when_placed_or_lapsed(library: CorrespondenceLibrary) -> None:
    codes = codes_of(library, "MY", "pencari-kerja")
    rows = jobseekers(market("MY", "pencari-kerja", 1, codes, CALENDAR.since(9)), ROWS)
    assert pc.all(pc.equal(rows["placed"], rows["left"])).as_py()
    assert 0.4 < 1 - rows["placed"].null_count / ROWS < 0.8
    sexes = Counter(rows["SEX"].to_pylist())
    assert sexes.keys() == {"F", "M"}
    assert 0.3 < sexes["F"] / ROWS < 0.6


def test_courses_enrol_no_more_than_their_places_and_graduate_no_more_than_they_enrolled(
    library: CorrespondenceLibrary,
) -> None:
    rows = training(market("TH", "training", 1, codes_of(library, "TH", "training"), CALENDAR.since(6)), 5_000)
    assert pc.all(pc.less_equal(rows["enrolled"], rows["places"])).as_py()
    assert pc.all(pc.less_equal(rows["graduated"], rows["enrolled"])).as_py()
    unfinished = pc.greater_equal(rows["ends"], pa.scalar(CALENDAR.months[-1].end))
    assert pc.sum(rows.filter(unfinished)["graduated"]).as_py() == 0


def test_weights_of_a_quarter_add_up_to_the_employed(library: CorrespondenceLibrary) -> None:
    codes = codes_of(library, "TH", "labour-force-survey")
    rows = survey(market("TH", "labour-force-survey", 1, codes, CALENDAR.quarters[:1]), ROWS)
    rows = rows.filter(pc.is_valid(rows["place"]))
    area = targets(library, "TH", "labour-force-survey", "place", rows["place"].to_pylist())
    weight = pa.table({"area": area, "weight": rows["weight"]}).group_by("area").aggregate([("weight", "sum")])
    sums = {row["area"]: row["weight_sum"] for row in weight.to_pylist()}
    for name, thousands in EMPLOYED["TH"].items():
        assert sums[name] == pytest.approx(1000 * thousands, rel=0.02)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_stories_can_be_found_in_the_records(story: Story, library: CorrespondenceLibrary) -> None:
    """In a story's areas, vacancies per job seeker of its occupations stand out against the rest of the country."""
    country = story.areas[0][:2]
    demand, supply = (
        next(source.id for source in SOURCES[country] if source.dataflow == flow)
        for flow in ("VACANCIES", "JOBSEEKERS")
    )
    rows = {
        demand: vacancies(market(country, demand, 1, codes_of(library, country, demand), CALENDAR.months), ROWS),
        supply: jobseekers(market(country, supply, 1, codes_of(library, country, supply), CALENDAR.months), ROWS),
    }

    def found(source: str) -> tuple[int, int]:
        chosen = rows[source]
        chosen = chosen.filter(pc.and_(pc.is_valid(chosen["occupation"]), pc.is_valid(chosen["place"])))
        areas = targets(library, country, source, "place", chosen["place"].to_pylist())
        groups = targets(library, country, source, "occupation", chosen["occupation"].to_pylist())
        prefixes = tuple(f"OC{group}" for group in story.groups)
        hits = [area in story.areas for area, group in zip(areas, groups, strict=True) if group.startswith(prefixes)]
        return sum(hits), len(hits) - sum(hits)

    (short, elsewhere), (seeking, seeking_elsewhere) = found(demand), found(supply)
    odds = (short + 1) * (seeking_elsewhere + 1) / ((seeking + 1) * (elsewhere + 1))
    assert odds > 2 if story.vacancies > 1 else odds < 0.5


@pytest.mark.parametrize(("country", "source"), [
    ("ID", "survei"), ("MY", "tenaga-buruh"), ("TH", "labour-force-survey"),
])  # fmt: skip
def test_in_the_smallest_demo_no_partner_finds_a_quarter_of_the_survey_implausible(
    library: CorrespondenceLibrary, country: str, source: str
) -> None:
    """By area, major group and sex, from quarter to quarter; what is held ends the demo."""
    (entry,) = (entry for entry in SOURCES[country] if entry.id == source)
    made = survey(
        market(country, source, SEED, codes_of(library, country, source), CALENDAR.quarters),
        rows_of(entry, DemoSize(1, CALENDAR)),
    )
    rows = made.filter(pc.and_(pc.is_valid(made["place"]), pc.is_valid(made["occupation"])))
    table = pa.table(
        {
            "area": targets(library, country, source, "place", rows["place"].to_pylist()),
            "major": pc.utf8_slice_codeunits(rows["occupation"], 0, 1),
            "sex": rows["SEX"],
            "quarter": [str(TimePeriod.quarter_of(day)) for day in rows["reference"].to_pylist()],
            "weight": rows["weight"],
        }
    )
    cells: dict[tuple[str, str, str], dict[str, float]] = {}
    for row in table.group_by(["area", "major", "sex", "quarter"]).aggregate([("weight", "sum")]).to_pylist():
        if row["area"] != OUT:
            cells.setdefault((row["area"], row["major"], row["sex"]), {})[row["quarter"]] = row["weight_sum"]
    rule = ProfileFolder(PROFILES).profile("EMPLOYMENT").plausibility.between_periods
    assert rule is not None
    assert rule.hold_above is not None
    moves = [
        max(cell.get(str(one), 0.0), rule.floor) / max(cell.get(str(other), 0.0), rule.floor)
        for cell in cells.values()
        for one, other in permutations(CALENDAR.quarters, 2)
    ]
    assert len(moves) > 100
    assert max(moves) < rule.hold_above
