"""What each kind of chart shows, and what it refuses."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import pairwise, permutations

import pytest

from node.errors import NodeError
from node.web.charts.flows import FlowBar, Flows
from node.web.charts.heads import plan_heads, room_needed, staircase
from node.web.charts.interval_bars import IntervalBars
from node.web.charts.intervals import ARROW_LEFT, ARROW_RIGHT, ARROW_UP, CIRCLE, Extent, Reference
from node.web.charts.metrics import line_height, width_of
from node.web.charts.palette import LOOKS, NAVY, SHORTAGE_PALE, SURPLUS_PALE, TRIANGLE_DOWN, TRIANGLE_UP, FigureState
from node.web.charts.sheet import SMALL, ChartSpec
from node.web.charts.time_series import Moment, Series, TimeSeries
from tests.unit.web.charts.conftest import (
    EXTENTS,
    beveridge,
    flows,
    heat_map,
    interval_bars,
    paired_bars,
    rows_with,
    tile_map,
    time_series,
    words,
)


def grounds(spec: ChartSpec) -> list[tuple[str, tuple[int, ...]]]:
    """Fill and dashes of all boxes."""
    document = json.loads(spec.document)
    return [
        (row["fill"], tuple(layer["mark"].get("strokeDash", ())))
        for layer in document["layer"]
        if layer["mark"]["type"] == "rect"
        for row in document["datasets"][layer["data"]["name"]]
    ]


def shapes(spec: ChartSpec) -> list[str]:
    return [row["shape"] for rows in rows_with(spec, "shape") for row in rows]


@pytest.mark.parametrize("chart", [tile_map(), heat_map(8), heat_map(44)])
@pytest.mark.parametrize("width", [380, 960])
def test_each_state_has_its_ground_border_and_mark(chart: object, width: int) -> None:
    spec = chart.spec(width)  # type: ignore[attr-defined]  # three charts
    drawn = grounds(spec)
    for look in LOOKS.values():
        assert (look.fill, look.dash) in drawn
    assert {TRIANGLE_UP, TRIANGLE_DOWN} <= set(shapes(spec))


def test_a_country_is_outlined_and_not_divided() -> None:
    chart = tile_map()
    two = replace(
        chart,
        tiles=(replace(chart.tiles[0], column=0, row=0), replace(chart.tiles[1], column=1, row=0)),
    )
    outline = [row for rows in rows_with(two.spec(960), "stroke", "x2") for row in rows if row["stroke"] == NAVY]
    assert len(outline) == 6


@pytest.mark.parametrize(("column", "row"), [(1, 1), (-1, 0)])
def test_tiles_need_places_of_their_own(column: int, row: int) -> None:
    chart = tile_map()
    with pytest.raises(NodeError, match="place"):
        replace(chart, tiles=(*chart.tiles, replace(chart.tiles[0], column=column, row=row)))


def test_cells_have_to_fill_the_table() -> None:
    chart = heat_map(3)
    with pytest.raises(NodeError, match="needs a cell for each"):
        replace(chart, cells=chart.cells[1:])
    with pytest.raises(NodeError, match="needs an area"):
        replace(chart, areas=(), cells=())


def test_every_cell_is_a_link_of_its_own() -> None:
    for count in (8, 44):
        links = [row["href"] for rows in rows_with(heat_map(count).spec(960), "href") for row in rows]
        assert len(links) == len(set(links)) == 5 * count


@pytest.mark.parametrize("count", [8, 20, 33])
@pytest.mark.parametrize("column", [9.0, 18.0])
def test_no_leader_of_a_staircase_crosses_a_head_and_no_two_heads_touch(count: int, column: float) -> None:
    labels = [f"Area number {index}" + " of many" * (index % 4) for index in range(count)]
    heads = plan_heads(labels, column, before=90, after=60)
    assert not heads.wrapped
    placed = []
    for index, step in enumerate(staircase(heads)):
        middle, wide = (index + 0.5) * column, max(width_of(line, SMALL) for line in step.lines)
        start, end = (middle - 3 - wide, middle - 3) if step.to_the_left else (middle + 3, middle + 3 + wide)
        placed.append((middle, step.base, step.base + len(step.lines) * line_height(SMALL), start, end))
        assert start >= -90 - 1e-6
        assert end <= count * column + 60 + 1e-6
    for one, other in permutations(placed, 2):
        middle, _, top, start, end = one
        assert not (other[3] < middle < other[4] and other[1] < top), "a leader crosses a head"
        apart = one[2] <= other[1] + 1e-6 or other[2] <= one[1] + 1e-6 or end <= other[3] or other[4] <= start
        assert apart, "two heads touch"


def test_a_staircase_says_how_much_room_it_needs() -> None:
    labels = [f"Area number {index} with a long name" for index in range(20)]
    before, after = room_needed(labels, 12)
    assert before > 0 < after
    assert all(len(lines) == 1 for lines in plan_heads(labels, 12, before=before, after=after).lines)
    assert any(len(lines) > 1 for lines in plan_heads(labels, 12, before=before - 5, after=after).lines)


def test_heads_are_wrapped_where_they_fit_whole() -> None:
    heads = plan_heads(["Clerical support workers", "Managers"], 70)
    assert heads.wrapped
    assert heads.lines == (("Clerical", "support", "workers"), ("Managers",))
    assert room_needed(["Clerical support workers", "Managers"], 70) == (0, 0)
    assert not plan_heads(["Agriculture"], 30).wrapped


def test_known_values_are_points_and_hidden_ones_lines_from_end_to_end() -> None:
    spec = interval_bars(compared=False).spec(960)
    points = [row["x"] for rows in rows_with(spec, "shape", "fill") for row in rows if row["area"] == 95.0]
    assert points == [extent.point for extent in EXTENTS if extent.point is not None]
    spans = [
        (row["x"], row["x2"]) for rows in rows_with(spec, "x2", "stroke") for row in rows if row.get("y") == row["y2"]
    ]
    assert (1.6, 4.0) in spans


def test_an_open_end_is_an_arrow_and_so_is_what_lies_beyond_the_scale() -> None:
    drawn = shapes(interval_bars(compared=True).spec(960))
    assert drawn.count(ARROW_RIGHT) == 2
    assert drawn.count(ARROW_LEFT) == 2
    assert ARROW_RIGHT in shapes(interval_bars(compared=False).spec(960))


def test_nothing_is_drawn_in_place_of_a_missing_figure() -> None:
    rows = (replace(interval_bars(compared=False).rows[0], extent=Extent(), state=FigureState.MISSING, href=""),)
    spec = IntervalBars(words(), rows).spec(960)
    assert not shapes(spec)


def test_months_are_joined_only_where_nothing_lies_between() -> None:
    (rows,) = rows_with(time_series(1, 12).spec(960), "run")
    runs: dict[int, list[int]] = {}
    for row in rows:
        runs.setdefault(row["run"], []).append(row["order"])
    assert list(runs.values()) == [[0, 1], [6, 7]]


def test_a_hidden_month_is_a_dashed_box_and_an_open_one_ends_in_an_arrow() -> None:
    spec = time_series(1, 12).spec(960)
    hidden = LOOKS[FigureState.HIDDEN].dash
    boxes = [
        (row["x"], row["x2"]) for rows in rows_with(spec, "fill", "x2") for row in rows if row["x2"] - row["x"] < 1
    ]
    assert [round((x + x2) / 2) for x, x2 in boxes] == [2, 3, 8, 9]
    assert hidden in {dash for _, dash in grounds(spec)}
    assert shapes(spec).count(ARROW_UP) == 2


def signalled(reference: Reference | None) -> ChartSpec:
    """Four months: balanced, short, of a surplus, and hidden so that it cannot be told."""
    moments = (
        Moment(Extent(1.0), "1.0", FigureState.BALANCED),
        Moment(Extent(1.6), "1.6", FigureState.SHORTAGE),
        Moment(Extent(0.5), "0.5", FigureState.SURPLUS),
        Moment(Extent(None, 0.4, 1.7), "0.4-1.7", FigureState.UNDETERMINED),
    )
    months = ("July", "August", "September", "October")
    return TimeSeries(words(), months, (Series("", moments),), reference=reference).spec(960)


def test_a_month_has_the_mark_of_the_key_at_its_figure_or_at_the_foot_where_it_cannot_be_told() -> None:
    drawn = {
        row["x"]: (row["shape"], row["y"], row["fill"]) for rows in rows_with(signalled(None), "shape") for row in rows
    }
    assert drawn[0][0] == CIRCLE
    for place, state, figure in ((1, FigureState.SHORTAGE, 1.6), (2, FigureState.SURPLUS, 0.5)):
        assert drawn[place] == (LOOKS[state].mark, figure, LOOKS[state].fill)
    shape, y, _ = drawn[3]
    assert (shape, y < 0.2) == (LOOKS[FigureState.UNDETERMINED].mark, True)


def test_what_figures_are_held_against_lies_behind_them() -> None:
    reference = Reference(1.0, "the country’s own level", 2 / 3, "slacker", 1.5, "tighter")
    spec = signalled(reference)
    spans = {row["fill"]: (row["y"], row["y2"]) for rows in rows_with(spec, "x2", "fill") for row in rows}
    assert spans[SURPLUS_PALE] == (0.0, pytest.approx(2 / 3))
    assert spans[SHORTAGE_PALE][0] == 1.5
    assert spans[SHORTAGE_PALE][1] > 1.6
    assert any(row["y"] == row["y2"] == 1.0 and row["stroke"] == NAVY for rows in rows_with(spec, "y2") for row in rows)
    assert SHORTAGE_PALE not in signalled(None).document


def test_two_series_have_two_panels_with_scales_of_their_own() -> None:
    document = json.loads(time_series(2).spec(960).document)
    ranges = {
        tuple(layer["encoding"]["y"]["scale"]["range"])
        for layer in document["layer"]
        if layer["encoding"]["y"]["scale"] is not None
    }
    assert len(ranges) == 2
    (upper, lower) = sorted(ranges)
    assert upper[0] < lower[1]


@pytest.mark.parametrize("width", [380, 960])
def test_months_along_the_foot_do_not_touch_and_the_last_is_written(width: int) -> None:
    spec = time_series(1, 36).spec(width)
    document = json.loads(spec.document)
    months = [
        (layer, document["datasets"][layer["data"]["name"]])
        for layer in document["layer"]
        if layer["mark"]["type"] == "text" and layer["encoding"]["x"]["scale"] is not None
    ]
    ((layer, rows),) = months
    scale = layer["encoding"]["x"]["scale"]
    pitch = (scale["range"][1] - scale["range"][0]) / 36
    assert rows[-1]["x"] == 35
    for one, other in pairwise(rows):
        assert (other["x"] - one["x"]) * pitch > width_of(one["text"], SMALL)


def test_series_need_a_moment_for_each_month() -> None:
    chart = time_series(1, 12)
    with pytest.raises(NodeError, match="11 moments"):
        replace(chart, months=chart.months[1:])


def test_the_first_and_the_last_month_of_a_beveridge_curve_are_named() -> None:
    texts = {row["text"] for rows in rows_with(beveridge().spec(960), "text") for row in rows}
    assert {"January 2026", "June 2026"} <= texts
    assert "February 2026" not in texts


def test_hidden_months_of_a_beveridge_curve_are_where_they_can_lie() -> None:
    spec = beveridge().spec(960)
    (path,) = rows_with(spec, "run")
    assert len({row["run"] for row in path}) == 2
    spans = [row for rows in rows_with(spec, "x2", "y2") for row in rows]
    assert any((row["x"], row["x2"], row["y"], row["y2"]) == (4.5, 4.5, 2.0, 3.0) for row in spans)
    assert any(row["x"] == 4.1 and row["x2"] > 5 and (row["y"], row["y2"]) == (2.0, 3.0) for row in spans)


def test_one_point_of_a_beveridge_curve_is_enough() -> None:
    chart = beveridge()
    assert "January 2026" in replace(chart, points=chart.points[:1]).spec(960).document
    with pytest.raises(NodeError, match="needs a point"):
        replace(chart, points=())


def test_flows_are_bars_from_zero() -> None:
    bars = [row for rows in rows_with(flows().spec(960), "fill", "x2") for row in rows if row["fill"] == NAVY]
    assert [(bar["x"], bar["x2"]) for bar in bars] == [(0, 120.0), (0, 7.0), (0, 0.0)]


@pytest.mark.parametrize("size", [-1.0, math.inf, math.nan])
def test_a_flow_is_a_number_from_zero_up(size: float) -> None:
    with pytest.raises(NodeError, match="finite size"):
        FlowBar("A → B", size, "")


def test_a_chart_of_nothing_is_refused() -> None:
    with pytest.raises(NodeError, match="leave the chart out"):
        Flows(words(), ())
    with pytest.raises(NodeError, match="leave the chart out"):
        IntervalBars(words(), ())
    with pytest.raises(NodeError, match="leave the chart out"):
        replace(tile_map(), tiles=())


def test_all_panels_of_paired_bars_have_one_scale() -> None:
    document = json.loads(paired_bars().spec(960).document)
    scales = [
        layer["encoding"]["x"]["scale"] for layer in document["layer"] if layer["encoding"]["x"]["scale"] is not None
    ]
    assert {tuple(scale["domain"]) for scale in scales} == {(0.0, 125.0)}
    lengths = {round(scale["range"][1] - scale["range"][0], 6) for scale in scales}
    assert len(lengths) == 1
    assert len({scale["range"][0] for scale in scales}) == 3


def test_paired_bars_need_a_figure_for_each_panel() -> None:
    chart = paired_bars()
    with pytest.raises(NodeError, match="3 figures"):
        replace(chart, rows=(replace(chart.rows[0], figures=chart.rows[0].figures[:2]),))
    with pytest.raises(NodeError, match="panels"):
        replace(chart, panels=())
