"""Ranks of figures that are known within intervals: ranges, since overlap is not transitive.

Of (3,3), (2,2.5), (2.2,2.8) the last two overlap, so that each may be second or third. Groups of ties would have to
say which of two overlapping neighbours a figure is tied with, and any answer would claim more than is known.
Source: Mogstad, Romano, Shaikh, Wilhelm, Inference for Ranks, Review of Economic Studies 91 (2024), section 3, here
with intervals that hold for certain in place of confidence sets.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from node.model.interval import Interval


def rank_ranges(figures: Sequence[Interval]) -> tuple[tuple[int, int], ...]:
    """For each figure the highest and lowest rank it can have; rank 1 is the largest.

    The first is 1 + how many are certainly above it, the last is n - how many are certainly below.
    """
    low = np.array([figure.low for figure in figures])
    high = np.array([figure.high for figure in figures])
    above = len(low) - np.searchsorted(np.sort(low), high, side="right")
    below = np.searchsorted(np.sort(high), low, side="left")
    return tuple((int(1 + a), int(len(low) - b)) for a, b in zip(above, below, strict=True))
