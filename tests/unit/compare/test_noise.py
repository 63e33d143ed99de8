from __future__ import annotations

from dataclasses import replace

from node.compare.noise import noise_interval, noise_notes
from node.model.interval import Interval
from node.model.perturbation import Method, Perturbed
from tests.support.web_world import cube

(PLAIN,) = cube("JOBSEEKERS", "2026-10", {("IMTGT_ID", "_T", "_T", "JS_REGISTERED"): 100}).vintages


def test_true_figures_need_no_note_and_perturbed_ones_say_whose_and_how_wide() -> None:
    keyed, rounded = (
        replace(PLAIN, custom=replace(PLAIN.custom, perturbation=Perturbed(method, 4)))
        for method in (Method.CELL_KEY, Method.ROUNDING)
    )
    assert noise_notes((PLAIN,)) == ()
    first, second = noise_notes((PLAIN, keyed, rounded))
    assert f"JOBSEEKERS of {PLAIN.sender}: every figure carries random noise of at most 4 either way" in first
    assert "rounded at random, and totals are sums" in second


def test_the_interval_of_a_figure_reaches_its_noise_either_way_and_nobody_is_never_somebody() -> None:
    noise = Perturbed(Method.CELL_KEY, 5)
    assert noise_interval(20, noise) == Interval(15, 25)
    assert noise_interval(3, noise) == Interval(1, 8)
    assert noise_interval(0, noise) == Interval(0, 5)
    assert noise_interval(3, None) == Interval(3, 3)


def test_a_sum_of_rounded_counts_has_the_noise_of_each_and_one_of_keyed_counts_has_its_own() -> None:
    assert noise_interval(30, Perturbed(Method.ROUNDING, 4), 5) == Interval(10, 50)
    assert noise_interval(10, Perturbed(Method.ROUNDING, 4), 5) == Interval(1, 30)
    assert noise_interval(30, Perturbed(Method.CELL_KEY, 4), 5) == Interval(26, 34)
    assert noise_interval(30, None, 5) == Interval(30, 30)
