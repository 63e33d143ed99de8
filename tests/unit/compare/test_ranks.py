from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from node.compare.ranks import rank_ranges
from node.model.interval import Interval

figures = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 5)).map(lambda p: Interval(p[0], p[0] + p[1])), max_size=9
)


def test_overlap_is_not_transitive_and_ranks_say_so() -> None:
    intervals = [Interval(3, 3), Interval(2, 2.5), Interval(2.2, 2.8), Interval(1, 1)]
    assert rank_ranges(intervals) == ((1, 1), (2, 3), (2, 3), (4, 4))


def test_equal_known_figures_share_their_ranks() -> None:
    assert rank_ranges([Interval(2, 2), Interval(2, 2), Interval(1, 1)]) == ((1, 2), (1, 2), (3, 3))


def test_a_figure_without_an_end_may_be_first() -> None:
    assert rank_ranges([Interval(5, 5), Interval(0, float("inf"))]) == ((1, 2), (1, 2))


@given(figures)
def test_they_count_what_is_certainly_above_and_below(given_figures: list[Interval]) -> None:
    for one, (best, worst) in zip(given_figures, rank_ranges(given_figures), strict=True):
        assert best == 1 + sum(other.low > one.high for other in given_figures)
        assert worst == len(given_figures) - sum(other.high < one.low for other in given_figures)
