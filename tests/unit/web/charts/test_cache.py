"""Charts are rendered once, kept by what is in them, and dropped when there are too many."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import pytest

from node.web.charts import render
from node.web.charts.cache import RenderCache
from node.web.charts.heat_map import HeatCell
from node.web.charts.palette import FigureState
from node.web.charts.sheet import ChartSpec
from tests.unit.web.charts.conftest import flows, words


class Counting:
    """Stands in for the renderer: counts, and waits where told to."""

    def __init__(self) -> None:
        self.made = 0
        self.fails = False
        self.gate = threading.Event()
        self.gate.set()

    def svg(self, chart: ChartSpec, ident: str) -> str:
        self.gate.wait(5)
        self.made += 1
        if self.fails:
            raise ValueError("no")
        return f"<svg>{ident} {chart.headline}</svg>"


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    counting = Counting()
    monkeypatch.setattr(render, "svg", counting.svg)
    monkeypatch.setattr(render, "png", lambda chart, scale: f"{chart.headline} {scale}".encode())
    return counting


def test_equal_charts_are_rendered_once(counting: Counting) -> None:
    cache = RenderCache()
    assert cache.svg(flows(), "c", 960) == cache.svg(flows(), "c", 960)
    assert counting.made == 1


def test_what_is_kept_is_what_the_renderer_gives() -> None:
    cache, chart = RenderCache(), flows()
    for _ in range(2):
        assert cache.svg(chart, "c", 960) == render.svg(chart.spec(960), "c")
        assert cache.png(chart, 960, 1) == render.png(chart.spec(960), 1)


def test_another_value_width_or_name_is_another_chart(counting: Counting) -> None:
    cache, chart = RenderCache(), flows()
    grown = replace(chart, rows=(replace(chart.rows[0], size=121.0), *chart.rows[1:]))
    for asked, ident, width in ((chart, "c", 960), (grown, "c", 960), (chart, "d", 960), (chart, "c", 380)):
        cache.svg(asked, ident, width)
    assert counting.made == 4
    assert cache.png(chart, 960, 1) != cache.png(chart, 960, 2)


def test_those_who_ask_at_once_wait_for_one_rendering(counting: Counting) -> None:
    cache = RenderCache()
    counting.gate.clear()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(cache.svg, flows(), "c", 960) for _ in range(8)]
        counting.gate.set()
        assert len({answer.result() for answer in asked}) == 1
    assert counting.made == 1


def test_a_failure_reaches_all_who_wait_and_is_not_kept(counting: Counting) -> None:
    cache = RenderCache()
    counting.fails = True
    counting.gate.clear()
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(cache.svg, flows(), "c", 960) for _ in range(4)]
        counting.gate.set()
        assert all(isinstance(answer.exception(), ValueError) for answer in asked)
    counting.fails = False
    assert "<svg>" in cache.svg(flows(), "c", 960)


def test_the_least_used_is_dropped_when_there_are_too_many_bytes(counting: Counting) -> None:
    def chart(name: str):  # type: ignore[no-untyped-def]  # the type of flows() says nothing here
        return replace(flows(), text=words(name * 20))

    cache = RenderCache(limit=90)
    for name in ("a", "b"):
        cache.svg(chart(name), "c", 960)
    cache.svg(chart("a"), "c", 960)
    cache.svg(chart("d"), "c", 960)
    assert counting.made == 3
    assert 0 < cache.size <= 90
    cache.svg(chart("a"), "c", 960)
    assert counting.made == 3
    cache.svg(chart("b"), "c", 960)
    assert counting.made == 4


def test_what_is_larger_than_the_whole_cache_is_given_and_not_kept(counting: Counting) -> None:
    cache = RenderCache(limit=10)
    assert "<svg>" in cache.svg(flows(), "c", 960)
    assert cache.size == 0


def test_every_value_of_a_cell_is_part_of_what_a_chart_is_kept_by() -> None:
    cell = HeatCell(FigureState.SHORTAGE, "1", "/a", "A")
    other = {"state": FigureState.SURPLUS, "figure": "2", "href": "/b", "title": "B", "letter": "p"}
    assert set(other) == {field.name for field in fields(HeatCell)}
    changed = [replace(cell, **{name: value}) for name, value in other.items()]
    assert len({repr(one) for one in (cell, *changed)}) == 6
