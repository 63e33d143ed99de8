"""One small chart of each kind, with every state, in English and with Thai labels; and each with all signs."""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass, replace
from functools import cache
from itertools import cycle
from typing import Any
from xml.etree import ElementTree

import pytest

from node.web.charts import render
from node.web.charts.beveridge import Beveridge, BeveridgePoint
from node.web.charts.flows import FlowBar, Flows
from node.web.charts.heat_map import HeatArea, HeatCell, HeatMap
from node.web.charts.interval_bars import IntervalBar, IntervalBars
from node.web.charts.intervals import Extent, Reference
from node.web.charts.notes import Note
from node.web.charts.paired_bars import PairedBars, PairedFigure, PairedRow
from node.web.charts.palette import FigureState
from node.web.charts.sheet import Chart, ChartSpec, ChartText
from node.web.charts.tile_map import Country, Tile, TileMap
from node.web.charts.time_series import Moment, Series, TimeSeries

KEY = tuple((state, f"key: {state.value}") for state in FigureState)
AREAS = (
    ("Indonesia", "Kepulauan Bangka Belitung"), ("Indonesia", "Sumatera Utara"), ("Malaysia", "Negeri Sembilan"),
    ("Thailand", "นครศรีธรรมราช"), ("Thailand", "พัทลุง"),
)  # fmt: skip
TITLES = (
    "Food Processing, Woodworking, Garment and Other Craft and Related Trades Workers",
    "Health Professionals",
    "ผู้ประกอบวิชาชีพด้านเทคโนโลยีสารสนเทศและการสื่อสาร",
    "Labourers in Mining, Construction, Manufacturing and Transport",
)


def words(headline: str = "Short in the north, slack in the south") -> ChartText:
    return ChartText(headline, "Vacancies for 100 job seekers, October 2026", "Two areas are short, one is slack.")


def tile_map() -> TileMap:
    states = cycle(FigureState)
    tiles = tuple(
        Tile(index, index % 2, name, name[:2], str(index), next(states), country, f"/areas/{index}?p=2026-10", name)
        for index, (country, name) in enumerate(AREAS)
    )
    countries = tuple(
        Country(name, f"country {name}", 0, 2 + row)
        for row, name in enumerate(sorted({country for country, _ in AREAS}))
    )
    return TileMap(words(), tiles, countries, KEY)


def heat_map(occupations: int) -> HeatMap:
    titles = tuple(f"{TITLES[index % len(TITLES)]} {index}" for index in range(occupations))
    states = cycle(FigureState)
    cells = tuple(
        tuple(
            HeatCell(next(states), "1.5", f"/cells/{area}/{occupation}", f"{name}: {title}")
            for occupation, title in enumerate(titles)
        )
        for area, (_, name) in enumerate(AREAS)
    )
    return HeatMap(words(), tuple(HeatArea(*area) for area in AREAS), titles, cells, KEY)


EXTENTS = (
    Extent(3.2), Extent(None, 1.6, 4.0), Extent(None, 0.8, math.inf), Extent(None, 0.0, 0.4), Extent(), Extent(500.0),
    Extent(0.9, 0.8, 1.0), Extent(0.0),
)  # fmt: skip


def interval_bars(*, compared: bool) -> IntervalBars:
    states = cycle(FigureState)
    rows = tuple(
        IntervalBar(f"{title} {index}", extent, f"figure {index}", next(states), f"/rows/{index}", title)
        for index, (title, extent) in enumerate(zip(cycle(TITLES), EXTENTS, strict=False))
    )
    reference = Reference(1.0, "the country’s own level", 2 / 3, "slacker", 1.5, "tighter")
    return IntervalBars(words(), rows, KEY, reference if compared else None)


def time_series(count: int = 2, months: int = 36) -> TimeSeries:
    kinds = (
        (Extent(30.0), FigureState.BALANCED), (Extent(31.5), FigureState.BALANCED),
        (Extent(None, 20.0, 35.0), FigureState.HIDDEN), (Extent(None, 20.0, math.inf), FigureState.HIDDEN),
        (Extent(), FigureState.MISSING), (Extent(), FigureState.NOT_REPORTED),
    )  # fmt: skip
    moments = tuple(
        Moment(extent, "30", state, f"/months/{index}", f"month {index}")
        for index, (extent, state) in zip(range(months), cycle(kinds), strict=False)
    )
    labels = tuple(f"ธ.ค. {2567 + index // 12}" for index in range(months))
    return TimeSeries(words(), labels, tuple(Series(f"series {at}", moments) for at in range(count)), KEY)


def beveridge() -> Beveridge:
    points = (
        BeveridgePoint("January 2026", Extent(4.0), Extent(3.0), "/m/1", "January"),
        BeveridgePoint("February 2026", Extent(4.4), Extent(2.5), "/m/2", "February"),
        BeveridgePoint("March 2026", Extent(4.5), Extent(None, 2.0, 3.0)),
        BeveridgePoint("April 2026", Extent(None, 4.1, math.inf), Extent(None, 2.0, 3.0)),
        BeveridgePoint("May 2026", Extent(), Extent(2.0)),
        BeveridgePoint("June 2026", Extent(5.0), Extent(1.5), "/m/6", "June"),
    )
    return Beveridge(words(), points, "job seekers in 100", "vacancies in 100 posts", KEY)


def flows() -> Flows:
    pairs = (
        ("North Sumatra → Penang", 120.0),
        ("Kepulauan Bangka Belitung → Nakhon Si Thammarat", 7.0),
        ("A → B", 0.0),
    )
    return Flows(words(), tuple(FlowBar(pair, size, f"{size:.0f} posts", "/flows", pair) for pair, size in pairs))


def paired_bars() -> PairedBars:
    figures = (
        PairedFigure(Extent(120.0), "120", FigureState.BALANCED),
        PairedFigure(Extent(None, 10.0, math.inf), "10 or more", FigureState.HIDDEN),
        PairedFigure(Extent(), "missing", FigureState.MISSING),
    )
    rows = tuple(PairedRow(title, figures, f"/training/{index}", title) for index, title in enumerate(TITLES))
    return PairedBars(words(), ("Posts short", "Training places", "Graduates"), rows, KEY)


def tile_map_of_many() -> TileMap:
    """So many columns that a phone has room for three letters each."""
    chart = tile_map()
    return replace(chart, tiles=(*chart.tiles, replace(chart.tiles[0], column=8, row=1, figure="1.25")))


NOTES = (
    Note(
        "Malaysia: its feed is quarantined: a release of it looked implausible; the one before stays.", "✕", "Malaysia"
    ),
    Note(
        "มาเลเซีย (8 รัฐ): สถานะฟีดข้อมูลคือ กักไว้ตรวจสอบ กล่าวคือ ฉบับเผยแพร่หนึ่งไม่ตรงตามข้อกำหนด จึงยังใช้ฉบับก่อนหน้า", "◷", "มาเลเซีย"
    ),
    Note("partial, without Malaysia.", "◐"),
    Note("provisional: the country expects to revise it.", "p"),
)
ON_LABELS = ("✕", "◷", "", "⚠", "–", "◷✕")
OVER_POINTS = ("p", "◐", "", "p◐")


def signed(chart: Chart) -> Chart:
    """The same chart with notes, and signs wherever it can have some."""
    labels, points = cycle(ON_LABELS), cycle(OVER_POINTS)
    over = (Moment, BeveridgePoint)

    def mark(value: Any) -> Any:
        if isinstance(value, ChartText):
            return replace(value, notes=NOTES)
        if isinstance(value, tuple):
            return tuple(mark(part) for part in value)
        if not is_dataclass(value) or isinstance(value, type):
            return value
        changed = {field.name: mark(getattr(value, field.name)) for field in fields(value)}
        if "signs" in changed:
            changed["signs"] = next(points if isinstance(value, over) else labels)
        if "letter" in changed:
            changed["letter"] = "p"
        return replace(value, **changed)

    return mark(chart)  # type: ignore[no-any-return]  # of the kind it was


CHARTS: dict[str, Chart] = {
    "tile map": tile_map(),
    "tile map of many": tile_map_of_many(),
    "heat map": heat_map(10),
    "heat map of many": heat_map(44),
    "interval bars": interval_bars(compared=False),
    "compared interval bars": interval_bars(compared=True),
    "time series": time_series(),
    "short time series": time_series(1, 12),
    "beveridge": beveridge(),
    "flows": flows(),
    "paired bars": paired_bars(),
}
SIGNED = {f"{name}, signed": signed(chart) for name, chart in CHARTS.items()}
CHARTS |= SIGNED


@cache
def svg_of(chart: Chart, width: int) -> ElementTree.Element:
    """The chart as it stands in a page, rendered once for all tests that only look at it."""
    return ElementTree.fromstring(render.svg(chart.spec(width), "c"))  # noqa: S314  # just written


@pytest.fixture(params=CHARTS)
def chart(request: pytest.FixtureRequest) -> Chart:
    return CHARTS[request.param]


@pytest.fixture(params=[380, 960])
def width(request: pytest.FixtureRequest) -> int:
    width: int = request.param
    return width


def rows_with(spec: ChartSpec, *fields: str) -> list[list[dict[str, Any]]]:
    """The rows of each layer that has all these fields, layer by layer."""
    document = json.loads(spec.document)
    found = []
    for layer in document["layer"]:
        rows = document["datasets"][layer["data"]["name"]]
        if all(field in rows[0] for field in fields):
            found.append(rows)
    return found
