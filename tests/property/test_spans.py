"""Arrays of intervals give what `node.compare.bounded`, the documented definition, gives of one interval at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from node.compare import bounded, spans
from node.compare.grid import SIGNS
from node.compare.indicators import PER, THRESHOLDS
from node.compare.spans import SIGNALS, Spans
from node.compare.tables import area_ranks
from node.compare.tightness import Tightness, read_tightness
from node.model.comparison import (
    MISSING,
    NORMAL,
    NOT_APPLICABLE,
    NOT_REPORTED,
    PROVISIONAL,
    SUPPRESSED,
    Measured,
    Signal,
    SignalThresholds,
)
from node.model.interval import Interval, exactly
from node.model.merged import MergedCube, Observation, Observations
from node.model.period import TimePeriod
from node.model.perturbation import Method, Perturbed
from tests.support.profiles import AREAS, OCCUPATIONS, vacancies
from tests.support.web_world import vintage

PROFILE = vacancies()
PERIOD = TimePeriod("2026-10")
COUNTRIES = ("IMTGT_ID", "IMTGT_MY")

ends = st.one_of(st.just(0.0), st.integers(1, 30).map(float), st.floats(0.001, 1e9), st.just(math.inf))
intervals = st.tuples(ends, ends).map(sorted).filter(lambda span: span[0] < math.inf).map(lambda span: Interval(*span))
some = st.lists(st.tuples(*[st.none() | intervals] * 4), min_size=1, max_size=8)


def spans_of(column: Sequence[Interval | None]) -> Spans:
    """The array's form of intervals, None where nothing is known."""
    pairs = [(math.nan, math.nan) if one is None else (one.low, one.high) for one in column]
    low, high = np.array(pairs).T
    return Spans(low, high)


def intervals_of(found: Spans) -> list[Interval | None]:
    pairs = zip(found.low.tolist(), found.high.tolist(), strict=True)
    return [None if math.isnan(low) and math.isnan(high) else Interval(low, high) for low, high in pairs]


def held(
    scalar: Callable[..., Interval | None], array: Callable[..., Spans], rows: Sequence[Sequence[Interval | None]]
) -> None:
    expected = [None if None in row else scalar(*row) for row in rows]
    assert intervals_of(array(*map(spans_of, zip(*rows, strict=True)))) == expected


@given(some)
def test_a_quotient_of_arrays_is_that_of_their_intervals(rows: list[tuple[Interval | None, ...]]) -> None:
    held(bounded.quotient, spans.quotient, [row[:2] for row in rows])


@given(some)
def test_a_product_of_arrays_is_that_of_their_intervals(rows: list[tuple[Interval | None, ...]]) -> None:
    def times(one: Interval, other: Interval) -> Interval:
        ends = (0.0 if 0 in pair else pair[0] * pair[1] for pair in ((one.low, other.low), (one.high, other.high)))
        return Interval(*ends)

    held(times, spans.product, [row[:2] for row in rows])


@given(some)
def test_relative_tightness_of_arrays_is_that_of_their_intervals(rows: list[tuple[Interval | None, ...]]) -> None:
    held(bounded.relative_tightness, spans.relative_tightness, rows)


@given(intervals, intervals, st.lists(st.tuples(intervals, intervals), min_size=1, max_size=5))
def test_a_country_is_broadcast_over_its_cells(
    country_v: Interval, country_u: Interval, cells: list[tuple[Interval, Interval]]
) -> None:
    v, u = (spans_of(column) for column in zip(*cells, strict=True))
    found = spans.relative_tightness(v, u, spans_of([country_v]), spans_of([country_u]))
    expected = [bounded.relative_tightness(*cell, country_v, country_u) for cell in cells]
    assert intervals_of(found) == expected


thresholds = st.tuples(st.floats(0.05, 0.95), st.floats(1.05, 9)).map(
    lambda pair: SignalThresholds("test", shortage=pair[1], surplus=pair[0])
)
told = st.one_of(st.none(), intervals, st.just(exactly(math.inf)))


@given(st.lists(told, min_size=1, max_size=8), thresholds | st.just(THRESHOLDS), st.data())
def test_signals_of_arrays_are_those_of_their_intervals(
    relative: list[Interval | None], limits: SignalThresholds, data: st.DataObject
) -> None:
    """Also of intervals that end at a threshold."""
    edges = st.sampled_from([0.0, limits.surplus, limits.shortage, math.inf])
    edge = st.tuples(edges, edges).map(lambda pair: Interval(min(pair), max(pair)))
    relative = [*relative, *data.draw(st.lists(edge, max_size=3))]
    found = spans.signals(spans_of(relative), limits)
    assert [SIGNALS[place] for place in found.tolist()] == [bounded.signal(one, limits) for one in relative]


counts = st.one_of(st.just(0.0), st.integers(1, 12).map(float))
hidden = (
    st.tuples(counts, counts | st.just(math.inf)).map(sorted).map(lambda span: Observation(None, "Q", "A", "ID", *span))
)
observations = st.one_of(
    counts.map(lambda value: Observation(value, "A", "F", "ID")),
    counts.map(lambda value: Observation(value, "P", "F", "ID")),
    hidden,
    st.just(Observation(None, "Q", "A", "ID")),
    st.just(Observation(None, "M", "F", "ID")),
)
cells = st.tuples(st.sampled_from(AREAS.ids[1:]), st.sampled_from(OCCUPATIONS.ids))


Cells = dict[tuple[str, str], Observation]


def posts_of(found: Cells, noise: int = 0) -> MergedCube:
    return cube_of("VACANCIES", "_Z", "JV_OPEN", found, noise)


def persons_of(found: Cells, noise: int = 0) -> MergedCube:
    return cube_of("JOBSEEKERS", "_T", "JS_REGISTERED", found, noise)


def cube_of(dataflow: str, sex: str, indicator: str, found: Cells, noise: int) -> MergedCube:
    """All of one sender, whose release carries so much noise."""
    keyed = {(*cell, sex, indicator): observation for cell, observation in found.items()}
    made = vintage("ID", dataflow, str(PERIOD))
    perturbed = Perturbed(Method.CELL_KEY, noise) if noise else None
    return MergedCube(
        dataflow, PERIOD, Observations.of(keyed), (replace(made, custom=replace(made.custom, perturbation=perturbed)),)
    )


@settings(deadline=None, max_examples=150)
@given(
    st.dictionaries(cells, observations, max_size=60),
    st.dictionaries(cells, observations, max_size=60),
    st.sampled_from([0, 0, 2]),
    st.sampled_from([0, 0, 5]),
)
def test_tightness_read_at_once_is_what_each_cell_gives_by_itself(
    posts: Cells, persons: Cells, of_posts: int, of_persons: int
) -> None:
    cubes = posts_of(posts, of_posts), persons_of(persons, of_persons)
    now = read_tightness(*cubes, PROFILE, OCCUPATIONS.ids, THRESHOLDS)
    assert set(now.occupations) == set(OCCUPATIONS.ids)
    for area in AREAS.ids:
        for group in OCCUPATIONS.ids:
            place = now.place(area, group)
            v, u, tight, relative, signal = slowly((posts, of_posts), (persons, of_persons), area, group)
            assert now.vacancies.at(*place) == v
            assert now.jobseekers.at(*place) == u
            assert now.tight.at(*place) == tight
            assert now.relative.at(*place) == relative
            assert now.signal_at(*place) is signal
            for one in (v, u, tight, relative):
                assert one.value is None or one.interval is None or one.interval.low <= one.value <= one.interval.high


Noisy = tuple[Cells, int]


def slowly(
    posts: Noisy, persons: Noisy, area: str, group: str
) -> tuple[Measured, Measured, Measured, Measured, Signal | None]:
    """What one cell says, with `bounded` and nothing shared with other cells."""
    if area == "IMTGT":
        parts = [(figure(*posts, country, group), figure(*persons, country, group)) for country in COUNTRIES]
        v, u = (total(column) for column in zip(*parts, strict=True))
        return v, u, pooled(parts), Measured(None, NOT_APPLICABLE), None
    v, u = figure(*posts, area, group), figure(*persons, area, group)
    country = next(code for code in AREAS.lineage(area) if code in COUNTRIES)
    relative = compared(v, u, figure(*posts, country, "_T"), figure(*persons, country, "_T"))
    nothing = relative.sign in (NOT_APPLICABLE, MISSING, NOT_REPORTED)
    return v, u, divided(v, u), relative, None if nothing else bounded.signal(relative.interval)


def figure(found: Cells, noise: int, area: str, group: str) -> Measured:
    """An observation; 0 where the cell is not listed and anything that it is a part of is published as 0."""
    there = found.get((area, group))
    if there is not None:
        if there.value is not None:
            within = Interval(max(there.value - noise, min(there.value, 1)), there.value + noise)
            return Measured(there.value, PROVISIONAL if there.status == "P" else NORMAL, (), within)
        if there.status == "M":
            return Measured(None, MISSING)
        return Measured(
            None, SUPPRESSED, (), Interval(there.low or 0.0, math.inf if there.high is None else there.high)
        )
    above = [
        found[part]
        for part in ((one, other) for one in AREAS.lineage(area) for other in OCCUPATIONS.lineage(group))
        if part in found and found[part].value == 0
    ]
    if not above:
        return Measured(None, NOT_REPORTED)
    provisional = any(zero.status == "P" for zero in above)
    return Measured(0.0, PROVISIONAL if provisional else NORMAL, (), Interval(0, noise))


def total(parts: Sequence[Measured], counted: Sequence[bool] = (True, True)) -> Measured:
    """The sum over those parts that are counted and of which something is known."""
    there = [one.interval is not None and asked for one, asked in zip(parts, counted, strict=True)]
    if not any(there):
        return Measured(None, worst(parts))
    inside = [one for one, known in zip(parts, there, strict=True) if known]
    known = [one.interval for one in inside if one.interval is not None]
    interval = Interval(sum(one.low for one in known), sum(one.high for one in known))
    values = [one.value for one in inside if one.value is not None]
    lacking = tuple(country for country, known in zip(COUNTRIES, there, strict=True) if not known)
    return Measured(sum(values) if len(values) == len(inside) else None, worst(inside), lacking, interval)


def pooled(parts: Sequence[tuple[Measured, Measured]]) -> Measured:
    """Of the same countries above and below the line."""
    both = [v.interval is not None and u.interval is not None for v, u in parts]
    if not any(both):
        return Measured(None, worst([one for pair in parts for one in pair]))
    v, u = (total(column, both) for column in zip(*parts, strict=True))
    return divided(v, u)


def worst(figures: Sequence[Measured]) -> str:
    return max((one.sign for one in figures), key=SIGNS.index)


def divided(v: Measured, u: Measured) -> Measured:
    def per_hundred(one: Interval, other: Interval) -> Interval | None:
        return bounded.quotient(Interval(PER * one.low, PER * one.high), other)

    return made((v, u), v.lacking, per_hundred)


def compared(*figures: Measured) -> Measured:
    return made(figures, (), bounded.relative_tightness)


def made(figures: Sequence[Measured], lacking: tuple[str, ...], of: Callable[..., Interval | None]) -> Measured:
    sign = worst(figures)
    if sign in (MISSING, NOT_REPORTED):
        return Measured(None, sign, lacking)
    interval = of(*(one.interval for one in figures))
    if sign == SUPPRESSED:
        return Measured(None, sign, lacking, interval)
    published = of(*(exactly(one.value) for one in figures if one.value is not None))
    if published is None:
        return Measured(None, NOT_APPLICABLE, lacking)
    return Measured(published.low, sign, lacking, interval)


@settings(deadline=None)
@given(st.dictionaries(cells, observations, max_size=60))
def test_ranks_of_areas_are_those_of_all_pairs(posts: Cells) -> None:
    seekers = {(area, group): Observation(4.0, "A", "F", "ID") for area in AREAS.ids[1:] for group in OCCUPATIONS.ids}
    now = read_tightness(posts_of(posts), persons_of(seekers), PROFILE, ("OC2",), THRESHOLDS)
    known = known_relative(now, "OC2")
    found = area_ranks(now, AREAS, "OC2")
    assert set(found) == set(known)
    for area, (first, last) in found.items():
        others = [other for code, other in known.items() if code != area]
        assert first == 1 + sum(other.low > known[area].high for other in others)
        assert last == len(known) - sum(other.high < known[area].low for other in others)


def known_relative(now: Tightness, group: str) -> dict[str, Interval]:
    found = {area: now.relative.at(*now.place(area, group)).interval for area in AREAS.leaves}
    return {area: interval for area, interval in found.items() if interval is not None}
