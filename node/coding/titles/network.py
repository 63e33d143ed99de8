"""A network with one hidden layer: what words say together, where the linear weights only add up what each says.

Its outer weights add up along the tree of ISCO-08, as the linear ones do. Source: Srivastava et al. 2014 (dropout);
Kingma and Ba 2015 (Adam); Loshchilov and Hutter 2019 (decay apart from the slope).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from node.coding.titles.softmax import Progress, add_down, add_up, chances
from node.coding.titles.tree import Tree
from node.errors import TitleModelInvalid

HIDDEN = 200
"""Sums that the hidden layer makes; a quarter more or less changed accuracy by less than a point."""
EPOCHS = 18
"""Times that every title is seen; titles held out were coded hardly better after 16 than after 12."""
ROWS_A_STEP, LEAST_ROWS_A_STEP, STEPS_AN_EPOCH = 1_024, 64, 12
"""Titles looked at before each step; fewer where there are so few that an epoch would have less than its steps."""
STEP_SIZE, DECAY = 4e-3, 1e-4
DROPPED, HIDDEN_DROPPED = 0.6, 0.5
"""Share of features, and of hidden sums, left out of each look at a title, so that no one of them is relied on."""
LENGTH = np.float32(10)
"""Of a title's vector inside the network, whose first weights are small."""
SEED = 20_081_208
TERMS_AT_ONCE = 200
"""Terms of a sum that one call of the matrix product adds up."""
_SLOW, _SLOWER, _LEAST = np.float32(0.9), np.float32(0.999), np.float32(1e-8)


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """`inner`: shape (features, hidden), `bias`: (hidden,), `outer`: (hidden, units), `offset`: (units,).

    Raises: TitleModelInvalid where they do not fit one another.
    """

    inner: NDArray[np.float32] = field(repr=False)
    bias: NDArray[np.float32] = field(repr=False)
    outer: NDArray[np.float32] = field(repr=False)
    offset: NDArray[np.float32] = field(repr=False)

    def __post_init__(self) -> None:
        if (self.inner.shape[1:], self.outer.shape) != (self.bias.shape, (*self.bias.shape, *self.offset.shape)):
            raise TitleModelInvalid("the parts of a title model's network do not fit one another; train it again")

    def scores(self, vectors: sparse.csr_matrix) -> NDArray[np.float32]:
        """Shape (titles, features) to (titles, units)."""
        hidden = np.maximum((vectors @ self.inner) * LENGTH + self.bias, 0)
        return np.asarray(hidden @ self.outer + self.offset)


def learn_network(
    vectors: sparse.csr_matrix,
    wanted: NDArray[np.float32],
    importance: NDArray[np.float32],
    tree: Tree,
    progress: Progress = lambda _: None,
) -> Network:
    """A network of titles as `learn` has them. The same input gives the same network: what is drawn has one seed."""
    draw = np.random.Generator(np.random.Philox(SEED))
    rows = vectors.shape[0]
    at_once = min(ROWS_A_STEP, max(LEAST_ROWS_A_STEP, rows // STEPS_AN_EPOCH))
    learner = _Learner(_drawn(draw, vectors.shape[1], sum(map(len, tree.groups))), EPOCHS * -(-rows // at_once))
    weight = importance / importance.mean()
    for epoch in range(EPOCHS):
        order = draw.permutation(rows)
        for first in range(0, rows, at_once):
            some = order[first : first + at_once]
            learner.step(_slopes(learner.values, vectors[some], wanted[some], weight[some], tree, draw))
        progress((epoch + 1) / EPOCHS)
    inner, bias, outer, offset = learner.values
    return Network(inner, bias, add_down(outer, tree), add_down(offset[None, :], tree)[0])


def _drawn(draw: np.random.Generator, features: int, groups: int) -> list[NDArray[np.float32]]:
    """Small weights to begin with: inner, bias, outer, offset."""
    inner = draw.standard_normal((features, HIDDEN), dtype=np.float32) * np.float32(0.07)
    outer = draw.standard_normal((HIDDEN, groups), dtype=np.float32) * np.float32(0.1)
    return [inner, np.zeros(HIDDEN, np.float32), outer, np.zeros(groups, np.float32)]


def _slopes(
    values: list[NDArray[np.float32]],
    vectors: sparse.csr_matrix,
    wanted: NDArray[np.float32],
    weight: NDArray[np.float32],
    tree: Tree,
    draw: np.random.Generator,
) -> list[NDArray[np.float32]]:
    """How the loss of these titles changes with each value, some features and sums left out of it."""
    inner, bias, outer, offset = values
    seen = vectors.copy()
    seen.data *= _kept(draw, seen.data.shape, DROPPED) * LENGTH
    seen.eliminate_zeros()
    before = seen @ inner + bias
    kept = _kept(draw, before.shape, HIDDEN_DROPPED)
    hidden = np.maximum(before, 0) * kept
    excess = chances(add_down(hidden @ outer + offset, tree)) - wanted
    above = add_up(excess * (weight / np.float32(len(weight)))[:, None], tree)
    below = ordered_product(above, outer.T) * kept * (before > 0)
    return [seen.T @ below, below.sum(axis=0), ordered_product(hidden.T, above), above.sum(axis=0)]


def ordered_product(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """The matrix product in an order of sums that does not depend on the number of threads, as OpenBLAS's own does
    where there are more than some hundreds of terms.
    """
    total = np.zeros((one.shape[0], other.shape[1]), np.float32)
    for first in range(0, one.shape[1], TERMS_AT_ONCE):
        terms = slice(first, first + TERMS_AT_ONCE)
        total += one[:, terms] @ other[terms]
    return total


def _kept(draw: np.random.Generator, shape: tuple[int, ...], dropped: float) -> NDArray[np.float32]:
    """0 for what is left out; the others count for it, too."""
    return (draw.random(shape, dtype=np.float32) >= dropped).astype(np.float32) / np.float32(1 - dropped)


class _Learner:
    """Values on their way down, each with the mean of its slopes and of their squares. Worked on in place: the
    arrays are as large as the model.
    """

    def __init__(self, values: list[NDArray[np.float32]], steps: int) -> None:
        self.values = values
        self._means = [np.zeros_like(value) for value in values]
        self._squares = [np.zeros_like(value) for value in values]
        self._steps, self._done = steps, 0

    def step(self, slopes: list[NDArray[np.float32]]) -> None:
        """One step against `slopes`, which are used up. Steps shrink from the half of the way on."""
        self._done += 1
        size = STEP_SIZE * min(1.0, 2 * (1 - self._done / self._steps) + 0.02)
        grown = float(np.sqrt(1 - _SLOWER**self._done) / (1 - _SLOW**self._done))
        for at, slope in enumerate(slopes):
            self._means[at] *= _SLOW
            self._means[at] += (1 - _SLOW) * slope
            np.multiply(slope, slope, out=slope)
            np.multiply(slope, 1 - _SLOWER, out=slope)
            self._squares[at] *= _SLOWER
            self._squares[at] += slope
            np.sqrt(self._squares[at], out=slope)
            np.add(slope, _LEAST, out=slope)
            np.divide(self._means[at], slope, out=slope)
            np.multiply(slope, np.float32(size * grown), out=slope)
            self.values[at] *= np.float32(1 - size * DECAY)
            self.values[at] -= slope
