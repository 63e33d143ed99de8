"""A small sub-region with everything that can stand in a cell: two countries, two areas each, four dataflows.

In October 2026 (VACANT, SEEKING) Indonesia has 25 vacancies for 100 job seekers and Malaysia 50, so that relative
tightness can be reckoned in the head. In September professionals were a surplus in Indonesia; of August nothing was
released.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from node.model.codelist import Code, Codelist
from node.model.distance import (
    BorderCost,
    Crossing,
    CrossingKind,
    DistanceProvenance,
    DistanceTable,
    NearOccupations,
    Seat,
)
from node.model.merged import MergedCube, SeriesKey
from node.model.names import NameEntry, NameProvenance, Names, NameTable
from node.model.profile import INDICATOR, OCCUPATION, ExchangeProfile, Indicator, Timing
from node.model.tiles import TileGrid, TilePlace
from tests.support.profiles import employment, jobseekers, vacancies
from tests.support.web_world import (
    Figure,
    FixedProfiles,
    FixedStore,
    WebWorld,
    cube,
    own_feed,
    persons,
    posts,
    published,
    standing,
)

VACANT: dict[SeriesKey, Figure] = {
    posts("IMTGT_ID", "_T"): 1_000,
    posts("IMTGT_ID", "OC2"): 700,
    posts("IMTGT_ID", "OC22"): 200,
    posts("IMTGT_ID", "OC25"): 400,
    posts("IMTGT_MY", "_T"): 500,
    posts("IMTGT_MY", "OC2"): 90,
    posts("IMTGT_MY", "OC22"): 30,
    posts("IMTGT_MY", "OC25"): 40,
    posts("IMTGT_MY", "OC7"): 100,
    posts("ID-SU", "_T"): "Q",
    posts("ID-SU", "OC2"): 500,
    posts("ID-SU", "OC22"): 150,
    posts("ID-SU", "OC25"): (250, 290),
    posts("ID-JA", "_T"): "M",
    posts("ID-JA", "OC2"): 60,
    posts("ID-JA", "OC22"): 50,
    posts("ID-JA", "OC25"): (3, 12),
    posts("MY-07", "_T"): "P123",
    posts("MY-07", "OC2"): 5,
    posts("MY-07", "OC22"): 0,
    posts("MY-07", "OC25"): 5,
    posts("MY-08", "OC2"): 85,
    posts("MY-08", "OC25"): 35,
}
SEEKING: dict[SeriesKey, Figure] = {
    persons("IMTGT_ID", "_T"): 4_000,
    persons("IMTGT_ID", "OC2"): 1_400,
    persons("IMTGT_ID", "OC22"): 800,
    persons("IMTGT_ID", "OC25"): 700,
    persons("IMTGT_MY", "_T"): 1_000,
    persons("IMTGT_MY", "OC2"): 90,
    persons("IMTGT_MY", "OC22"): 0,
    persons("IMTGT_MY", "OC25"): 400,
    persons("IMTGT_MY", "OC7"): 50,
    persons("ID-SU", "_T"): 300,
    persons("ID-SU", "OC2"): 600,
    persons("ID-SU", "OC22"): 0,
    persons("ID-SU", "OC25"): 400,
    persons("ID-JA", "_T"): 100,
    persons("ID-JA", "OC2"): 800,
    persons("ID-JA", "OC22"): 800,
    persons("ID-JA", "OC25"): 300,
    persons("MY-07", "_T"): 300,
    persons("MY-07", "OC2"): 390,
    persons("MY-07", "OC22"): 0,
    persons("MY-07", "OC25"): 390,
    persons("MY-08", "OC2"): 10,
    persons("MY-08", "OC25"): 10,
}
EARLIER = {**VACANT, posts("IMTGT_ID", "OC2"): 200}
EMPLOYED: dict[SeriesKey, Figure] = {
    ("IMTGT_ID", "_T", "_T", "EMP"): 99_000,
    ("IMTGT_ID", "OC2", "_T", "EMP"): 9_300,
    ("IMTGT_MY", "_T", "_T", "EMP"): 49_500,
    ("IMTGT_MY", "OC2", "_T", "EMP"): (4_000, 5_000),
    ("ID-SU", "OC2", "_T", "EMP"): 4_500,
}
TRAINED: dict[SeriesKey, Figure] = {
    (area, group, "_Z", indicator): figure
    for area, group, figures in (
        ("IMTGT_ID", "OC25", (80, 75, 30)),
        ("IMTGT_ID", "OC22", (40, (20, 25), 5)),
        ("ID-SU", "OC25", (60, 60, 20)),
        ("ID-JA", "OC25", ("Q", "M", 10)),
        ("IMTGT_MY", "OC25", (0, 0, 0)),
    )
    for indicator, figure in zip(("TR_PLACES", "TR_ENROLLED", "TR_GRADUATED"), figures, strict=True)
}

ABOUT = NameProvenance("made up", "the tests", "2026-11-22", "none needed", "nowhere", "no further", "0" * 64)
NAMES = Names(
    ("id", "ms", "th", "en"),
    (
        NameTable("CL_AREA", "id", (NameEntry("ID-SU", "Sumatera Utara", "Sumut"),), ABOUT),
        NameTable("CL_OCCUPATION", "id", (NameEntry("OC2", "Profesional"),), ABOUT),
        NameTable("CL_AREA", "th", (NameEntry("MY-07", "ปีนัง"), NameEntry("ID-SU", "สุมาตราเหนือ")), ABOUT),
        NameTable("CL_OCCUPATION", "th", (NameEntry("OC2", "ผู้ประกอบวิชาชีพด้านต่าง ๆ"),), ABOUT),
    ),
)
TILES = TileGrid(
    (
        TilePlace("IMTGT_ID", 0, 2, ""),
        TilePlace("ID-SU", 0, 0, "SU"),
        TilePlace("ID-JA", 1, 1, "JA"),
        TilePlace("MY-07", 2, 0, "PNG"),
    )
)
DISTANCES = DistanceTable(
    (
        Seat("ID-SU", "IMTGT_ID", "Medan", 3.6, 98.7),
        Seat("ID-JA", "IMTGT_ID", "Jambi", -1.6, 103.6),
        Seat("MY-07", "IMTGT_MY", "George Town", 5.4, 100.3),
        Seat("MY-08", "IMTGT_MY", "Ipoh", 4.6, 101.1),
    ),
    (Crossing("ID-SU", "MY-07", CrossingKind.SEA, "the ferry"),),
    {CrossingKind.LAND: BorderCost(300, "made up"), CrossingKind.SEA: BorderCost(600, "made up")},
    NearOccupations(3, 200, "made up"),
    DistanceProvenance(
        "Made-up distances", "the tests", "2026-11-22", "none needed", "nowhere", "no further", "0" * 64
    ),
)


def training() -> ExchangeProfile:
    """Places and persons by area and occupation of two digits."""
    base = vacancies()
    names = (("TR_PLACES", Timing.STOCK), ("TR_ENROLLED", Timing.STOCK), ("TR_GRADUATED", Timing.FLOW))
    indicators = tuple(
        Indicator(name, name.title(), timing, "opened", "closed" if timing is Timing.STOCK else None, "posts")
        for name, timing in names
    )
    codes = Codelist("CL_INDICATOR_TRAINING", tuple(Code(name, name.title()) for name, _ in names))
    structure = base.structure.with_axis(INDICATOR, codes)
    structure = structure.with_axis(OCCUPATION, structure.axis(OCCUPATION).codelist.to_depth(2))
    structure = replace(structure, id="TRAINING")
    return replace(base, dataflow="TRAINING", name="Training", structure=structure, indicators=indicators)


def all_profiles() -> dict[str, ExchangeProfile]:
    return {one.dataflow: one for one in (vacancies(), jobseekers(), training(), employment())}


def both(month: str, vacant: Mapping[SeriesKey, Figure], seeking: Mapping[SeriesKey, Figure]) -> list[MergedCube]:
    """The two stocks of one month."""
    return [cube("VACANCIES", month, vacant), cube("JOBSEEKERS", month, seeking)]


def small_world(feeds: Path, **changes: object) -> WebWorld:
    """The node of Indonesia in all of this. `changes`: other members."""
    months = [*both("2026-07", EARLIER, SEEKING), *both("2026-09", EARLIER, SEEKING), *both("2026-10", VACANT, SEEKING)]
    others = [
        cube("VACANCIES", "2026-11", VACANT),
        cube("EMPLOYMENT", "2026-Q3", EMPLOYED),
        cube("TRAINING", "2026-10", TRAINED),
    ]
    world = WebWorld(
        feeds=feeds,
        store=FixedStore(*months, *others),
        profiles=FixedProfiles(*all_profiles().values()),
        standings=(standing("ID", "Indonesia"), standing("MY", "Malaysia")),
        feed=own_feed(published("VACANCIES", "2026-09"), published("VACANCIES", "2026-10")),
        names=NAMES,
        tiles=TILES,
        distances=DISTANCES,
    )
    return replace(world, **changes)  # type: ignore[arg-type]  # each change is of its member's type


ADDRESSES = {
    "overview": "/overview",
    "occupation": "/occupations/OC25",
    "area": "/areas/ID-SU?occupation=OC2",
    "matrix": "/matrix?occupation=OC2",
    "trends": "/trends?area=ID-SU&occupation=OC2",
    "complementarity": "/complementarity",
    "training": "/training?occupation=OC25",
    "provenance": "/provenance/ID-SU/OC2",
}
"""One address of each view. The tables of each have rows, but for what changed."""

CHARTS = {
    "overview": ("map",),
    "occupation": ("ranking",),
    "area": ("ranking",),
    "matrix": ("heat",),
    "trends": ("relative", "stocks", "beveridge"),
    "complementarity": ("flows",),
    "training": ("training",),
    "provenance": (),
}
BRIEFINGS = ("/occupations/OC25/briefing.pdf", "/areas/ID-SU/briefing.pdf", "/areas/IMTGT_ID/briefing.pdf")


def beside(address: str, suffix: str, more: str = "") -> str:
    """The address of a view's data or chart: `.csv`, `/ranking.svg`, before the question mark; `more`: of its query."""
    path, _, query = address.partition("?")
    asked = "&".join(filter(None, (query, more)))
    return f"{path}{suffix}" + (f"?{asked}" if asked else "")
