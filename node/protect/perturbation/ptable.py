"""Perturbation tables: with which probability a count becomes which other, as random as mean and variance allow.

For each true count the probabilities maximise entropy subject to: they sum to 1; the noise is 0 on average; its
variance is at most V; each is at least LEAST; below a noise of 0 they rise towards it; counts from 1 to js are no
targets; and where pstay is given, noise 0 has just that probability.
Source: Giessing, Computational issues in the design of transition probabilities and disclosure risk estimation for
additive noise, Privacy in Statistical Databases (2016); Enderle, Giessing & Tent, Designing confidentiality on the
fly methodology: three aspects, Privacy in Statistical Databases (2018). Figures agree with R's ptable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy  # its parts are loaded when they are first named: 30 MiB that profiles without noise do without

from node.errors import ProfileError
from node.model.cube import FloatArray, IntArray
from node.model.perturbation import CellKey

LEAST = 1e-8
"""The least probability of a target, so that no noise within D is ever ruled out."""

_TOLERANCE = 1e-12
_ITERATIONS = 200
_TO_BOUNDARY = 0.99
_ENOUGH = 1e-8
"""Where rounding errors stop the solver short of `_TOLERANCE`: still far closer than any use can tell."""

_MARGIN = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class PerturbationTable:
    """One row a true count from 0 up; the last serves all larger ones.

    `targets`: per row what may be published, rising; `upper`: per row the running sums of the probabilities, the
    last of them 1.
    """

    targets: tuple[IntArray, ...]
    upper: tuple[FloatArray, ...]

    @property
    def last(self) -> int:
        return len(self.targets) - 1

    def probabilities(self, count: int) -> FloatArray:
        """Of each of the row's targets."""
        return np.diff(self.upper[count], prepend=0.0)

    def publish(self, count: IntArray, key: FloatArray) -> IntArray:
        """What is published of true counts with cell keys from 0 to under 1; all arrays of one shape.

        The row of the count; in it the first target whose upper bound exceeds the key. 0 stays 0.
        """
        published = np.zeros(count.shape, np.int64)
        row = np.minimum(count, self.last)
        for number in range(1, self.last + 1):
            cells = row == number
            chosen = np.searchsorted(self.upper[number], key[cells], side="right")
            published[cells] = count[cells] + self.targets[number][chosen] - number
        return published


def perturbation_table(method: CellKey) -> PerturbationTable:
    """The table of a profile's parameters.

    Raises: ProfileError naming the first count for which no probabilities fit them.
    """
    targets = [np.zeros(1, np.int64)]
    upper = [np.ones(1)]
    for count in range(1, method.noise + method.js + 2):
        allowed = np.arange(max(0, count - method.noise), count + method.noise + 1)
        allowed = allowed[(allowed == 0) | (allowed > method.js)]
        bounds = np.cumsum(_probabilities(count, allowed - count, method))
        bounds[-1] = 1.0
        targets.append(allowed)
        upper.append(bounds)
    return PerturbationTable(tuple(targets), tuple(upper))


@dataclass(frozen=True, slots=True, eq=False)
class _Constraints:
    """Of probabilities p: `equal` p = `to`, and `below` p <= `most`."""

    equal: FloatArray
    to: FloatArray
    below: FloatArray
    most: FloatArray


def _probabilities(count: int, noise: IntArray, method: CellKey) -> FloatArray:
    pstay = method.pstay if 0 in noise else None
    _check(count, noise, method, pstay)
    given = _constraints(noise, method.variance, pstay)
    # Where rising follows by itself, its conditions would only blur the answer.
    free = _maximum_entropy(replace(given, below=given.below[: len(noise) + 1], most=given.most[: len(noise) + 1]))
    if (given.below @ free <= given.most + _TOLERANCE).all():
        return free
    return _maximum_entropy(given)


def _constraints(noise: IntArray, variance: float, pstay: float | None) -> _Constraints:
    size = len(noise)
    equal, to = [np.ones(size), noise.astype(np.float64)], [1.0, 0.0]
    if pstay is not None:
        equal.append((noise == 0).astype(np.float64))
        to.append(pstay)
    below, most = [noise.astype(np.float64) ** 2, *-np.eye(size)], [variance, *[-LEAST] * size]
    rising = np.flatnonzero(noise[1:] <= 0)
    for place in rising.tolist():
        step = np.zeros(size)
        step[place], step[place + 1] = 1.0, -1.0
        below.append(step)
        most.append(0.0)
    return _Constraints(np.array(equal), np.array(to), np.array(below), np.array(most))


def _check(count: int, noise: IntArray, method: CellKey, pstay: float | None) -> None:
    """Whether any probabilities fit, and if not, which parameter stands in the way."""
    least = _least_variance(noise, pstay)
    parameters = f"cell_key: D = {method.noise}, V = {method.variance:g}, js = {method.js}"
    if least is None and pstay is not None and _least_variance(noise, None) is not None:
        raise ProfileError(f"{parameters}, pstay = {pstay:g}: for a count of {count} no noise of mean 0 stays so often")
    if least is None:
        raise ProfileError(
            f"{parameters}: for a count of {count} no noise has mean 0; write a larger D, or a smaller js"
        )
    if least >= method.variance * (1 - _MARGIN):
        raise ProfileError(
            f"{parameters}: a count of {count} needs a variance of more than {least:.4g}, since counts from 1 to js "
            "are never published; write a larger V, or a smaller js"
        )


def _least_variance(noise: IntArray, pstay: float | None) -> float | None:
    """The least variance that noise of mean 0 can have; None where there is no such noise."""
    given = _constraints(noise, np.inf, pstay)
    found = scipy.optimize.linprog(given.below[0], given.below[1:], given.most[1:], given.equal, given.to, (0, 1))
    return None if found.fun is None or found.status != 0 else float(found.fun)


def _maximum_entropy(given: _Constraints) -> FloatArray:
    """The p of least sum p log p under the constraints, by Newton's method on its primal and dual conditions.

    Source: Boyd & Vandenberghe, Convex Optimization (2004), 11.7 (primal-dual interior point), with slacks.
    """
    size, below = given.equal.shape[1], given.below
    p = np.full(size, 1.0 / size)
    slack = np.maximum(given.most - below @ p, 0.1)
    price, shadow = np.ones(len(slack)), np.zeros(len(given.to))
    for _ in range(_ITERATIONS):
        centre = 0.1 * float(slack @ price) / len(slack)
        dual = np.log(p) + 1 + given.equal.T @ shadow + below.T @ price
        primal, off = given.equal @ p - given.to, below @ p + slack - given.most
        left = max(np.abs(dual).max(), np.abs(primal).max(), np.abs(off).max(), centre)
        if left < _TOLERANCE:
            return p
        weight = price / slack
        corner = np.diag(1 / p) + (below.T * weight) @ below
        system = np.block([[corner, given.equal.T], [given.equal, np.zeros((len(shadow),) * 2)]])
        right = dual + below.T @ (weight * off + (centre / slack - price))
        try:
            step = np.linalg.solve(system, -np.concatenate([right, primal]))
        except np.linalg.LinAlgError:
            break
        move_p, move_shadow = step[:size], step[size:]
        move_slack = -off - below @ move_p
        move_price = centre / slack - price - weight * move_slack
        length = min(_reach(p, move_p), _reach(slack, move_slack), _reach(price, move_price))
        p, slack = p + length * move_p, slack + length * move_slack
        price, shadow = price + length * move_price, shadow + length * move_shadow
    if left < _ENOUGH:
        return p
    raise ProfileError("cell_key: the solver found no probabilities for these parameters; change V or pstay a little")


def _reach(values: FloatArray, step: FloatArray) -> float:
    """How far along `step` positive values may go and stay positive; at most 1."""
    falling = step < 0
    return min(1.0, _TO_BOUNDARY * float(np.min(-values[falling] / step[falling], initial=np.inf)))
