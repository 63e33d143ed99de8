"""Mismatch between vacancies and job seekers over groups, with bounds that hold when groups are hidden.

V and U are known, and so is each group's v and u within an interval; the bounds are over all ways in which the groups
can lie in their intervals and add up to V and U. Each is exact or, where its problem is not convex, lies outside.
Source: Sahin, Song, Topa, Violante, Mismatch Unemployment, American Economic Review 104 (2014), equation 13;
Jackman, Roper, Structural Unemployment, Oxford Bulletin of Economics and Statistics 49 (1987), section II.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import scipy  # its parts are loaded when they are first named: 30 MiB that other views do without

from node.errors import NodeError
from node.model.cube import FloatArray
from node.model.interval import Interval

NEAR = 1e-9
"""Of the sums' share: bounds of the concave problem that are this close have met."""
TOLERANCE = 1e-7
"""How far a solver's answer may be from the truth; bounds are moved out by as much."""
CUTS = 60
"""Rounds of cutting planes at most. Each leaves a valid bound; sixty leave one that is close."""
STEEPEST = 1e6
"""Ratio of the shares at which a tangent is taken where one of them is zero, and the slope infinite."""


def mismatch(
    vacancies: Sequence[Interval], jobseekers: Sequence[Interval], total_v: float, total_u: float, exponent: float = 0.5
) -> Interval:
    """M = 1 - sum of (v/V)^a (u/U)^(1-a): the share of hires lost to job seekers being where vacancies are not.

    `exponent`: a, the elasticity of hires to vacancies, between 0 and 1. 0 where shares are equal, 1 where none meet.
    Raises: NodeError where the groups cannot add up to the totals, a total is not positive, or a is out of range.
    """
    if not 0 < exponent < 1:
        raise NodeError(f"the exponent of mismatch lies between 0 and 1, not at {exponent}")
    shares = _shares(vacancies, jobseekers, total_v, total_u)
    if shares.exact:
        met = float(np.sum(_hires(shares.low[0], shares.low[1], exponent)))
        return Interval(max(0.0, 1.0 - met), max(0.0, 1.0 - met))
    most, least = _most_hires(shares, exponent), _least_hires(shares, exponent)
    return _outward(1.0 - most, 1.0 - least)


def jackman_roper(
    vacancies: Sequence[Interval], jobseekers: Sequence[Interval], total_v: float, total_u: float
) -> Interval:
    """Half the sum of |u/U - v/V|: the share of job seekers who would have to move for the shares to be equal.

    Raises: NodeError where the groups cannot add up to the totals, or a total is not positive.
    """
    shares = _shares(vacancies, jobseekers, total_v, total_u)
    if shares.exact:
        apart = float(np.abs(shares.low[1] - shares.low[0]).sum() / 2)
        return Interval(apart, apart)
    return _outward(_least_apart(shares), _most_apart(shares))


@dataclass(frozen=True, slots=True, eq=False)
class _Shares:
    """Shares of the groups: arrays of shape (2, groups), vacancies first. The true shares in a row add up to 1."""

    low: FloatArray
    high: FloatArray

    @property
    def count(self) -> int:
        return int(self.low.shape[1])

    @property
    def exact(self) -> bool:
        return bool((self.low == self.high).all())

    @property
    def sums(self) -> FloatArray:
        """The two equations over v and u in turn, shape (2, 2 groups)."""
        return np.kron(np.eye(2), np.ones(self.count)).astype(np.float64)


def _shares(vacancies: Sequence[Interval], jobseekers: Sequence[Interval], total_v: float, total_u: float) -> _Shares:
    if not (total_v > 0 and total_u > 0):
        raise NodeError("mismatch needs vacancies and job seekers: a total is not above zero")
    if len(vacancies) != len(jobseekers):
        raise NodeError("mismatch needs as many figures of vacancies as of job seekers")
    rows = ((vacancies, total_v), (jobseekers, total_u))
    low = np.array([[figure.low / total for figure in figures] for figures, total in rows])
    # A group is no larger than what the least of the others leave: an interval without an end gets one.
    left = 1.0 - (low.sum(axis=1, keepdims=True) - low)
    high = np.minimum([[figure.high / total for figure in figures] for figures, total in rows], np.maximum(left, low))
    if (low.sum(axis=1) > 1 + NEAR).any() or (high.sum(axis=1) < 1 - NEAR).any():
        raise NodeError("the groups' intervals cannot add up to the total")
    return _Shares(low, high)


def _hires(v: FloatArray, u: FloatArray, exponent: float) -> FloatArray:
    return np.power(v, exponent) * np.power(u, 1 - exponent)


def _outward(low: float, high: float) -> Interval:
    return Interval(max(0.0, low - TOLERANCE), min(1.0, max(0.0, high + TOLERANCE)))


def _most_hires(shares: _Shares, exponent: float) -> float:
    """A bound from above on the concave sum, by cutting planes: tangents lie above it (Kelley 1960).

    A tangent depends on the ratio r = v/u alone: a r^(a-1) v + (1-a) r^a u.
    """
    count = shares.count
    cost = np.concatenate([np.zeros(2 * count), -np.ones(count)])
    equal = np.hstack([shares.sums, np.zeros((2, count))])
    box = [*zip(shares.low.ravel(), shares.high.ravel(), strict=True), *[(0.0, 1.0)] * count]
    middle = (shares.low + shares.high) / 2
    cuts = [_tangents(middle[0], middle[1], exponent)]
    best = np.inf
    for _ in range(CUTS):
        above = np.vstack(cuts)
        found = scipy.optimize.linprog(cost, above, np.zeros(len(above)), equal, np.ones(2), box, method="highs")
        if not found.success or found.x is None or found.fun is None:
            break
        best = min(best, -float(found.fun))
        v, u = np.maximum(found.x[:count], 0), np.maximum(found.x[count : 2 * count], 0)
        if best - float(np.sum(_hires(v, u, exponent))) <= NEAR:
            break
        cuts.append(_tangents(v, u, exponent))
    return min(best, 1.0)


def _tangents(v: FloatArray, u: FloatArray, exponent: float) -> FloatArray:
    """Rows of `(hires of a group) - tangent <= 0` over v, u and the groups' hires, one for each group."""
    ratio = np.clip(np.divide(v, u, out=np.full_like(v, STEEPEST), where=u > 0), 1 / STEEPEST, STEEPEST)
    by_v, by_u = exponent * ratio ** (exponent - 1), (1 - exponent) * ratio**exponent
    return np.hstack([-np.diag(by_v), -np.diag(by_u), np.eye(len(v))])


def _least_hires(shares: _Shares, exponent: float) -> float:
    """A bound from below on the concave sum: on a rectangle a concave function lies above the weighted mean of its
    corners, so that choosing weights of corners is a linear programme that can only go lower (Rikun 1997)."""
    count = shares.count
    corners = [(v, u) for v, u in product((shares.low[0], shares.high[0]), (shares.low[1], shares.high[1]))]
    cost = np.concatenate([_hires(v, u, exponent) for v, u in corners])
    one = np.hstack([np.eye(count)] * 4)
    sums = np.array([np.concatenate([corner[row] for corner in corners]) for row in (0, 1)])
    right = np.concatenate([np.ones(count), np.ones(2)])
    found = scipy.optimize.linprog(cost, A_eq=np.vstack([one, sums]), b_eq=right, bounds=(0, 1), method="highs")
    return float(found.fun) if found.success and found.fun is not None else 0.0


def _least_apart(shares: _Shares) -> float:
    """The least half sum of distances, a linear programme with one distance for each group."""
    count = shares.count
    cost = np.concatenate([np.zeros(2 * count), np.full(count, 0.5)])
    identity = np.eye(count)
    above = np.vstack([np.hstack([-identity, identity, -identity]), np.hstack([identity, -identity, -identity])])
    equal = np.hstack([shares.sums, np.zeros((2, count))])
    box = [*zip(shares.low.ravel(), shares.high.ravel(), strict=True), *[(0.0, 1.0)] * count]
    found = scipy.optimize.linprog(cost, above, np.zeros(2 * count), equal, np.ones(2), box, method="highs")
    return float(found.fun) if found.success and found.fun is not None else 0.0


def _most_apart(shares: _Shares) -> float:
    """The most: over sets S of groups, what u can have in S at most less what v has there at least.

    Half the sum of distances is the excess of u over v in the groups where u is the larger, and no set has a larger
    excess. What S has at most is the less of its own bounds and of what the others leave.
    """
    (v_low, u_low), (v_high, u_high) = shares.low, shares.high
    count = shares.count
    cost = np.concatenate([np.zeros(count), [-1.0, -1.0]])
    one, other = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    rows = np.array(
        [
            np.concatenate([-u_high, one]),  # the excess of u: no more than S can hold,
            np.concatenate([-u_low, one]),  # nor than the others leave
            np.concatenate([v_low, other]),  # less the v that S must hold,
            np.concatenate([v_high, other]),  # or that the others cannot
        ]
    )
    bound = np.array([0.0, 1.0 - u_low.sum(), 0.0, v_high.sum() - 1.0])
    least, most = np.concatenate([np.zeros(count), [-np.inf, -np.inf]]), np.concatenate([np.ones(count), [1.0, 0.0]])
    limits, excess = scipy.optimize.Bounds(least, most), scipy.optimize.LinearConstraint(rows, -np.inf, bound)
    whole = np.concatenate([np.ones(count), [0, 0]])
    found = scipy.optimize.milp(cost, integrality=whole, bounds=limits, constraints=excess)
    dual = found.mip_dual_bound
    return float(min(1.0, -dual)) if dual is not None and np.isfinite(dual) else 1.0
