"""What a model has learnt, as numbers: linear weights and a network, whose scores are averaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from node.coding.titles.network import Network, learn_network
from node.coding.titles.softmax import Progress, chances, learn
from node.coding.titles.tree import Tree
from node.errors import TitleModelInvalid

_LINEAR_PART = 0.4
"""Of the time that learning takes."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """`linear`: shape (features, units); `network`: of the same features and units.

    The two err on different titles: together they are more often right than either. Averaged scores are chances
    multiplied, so that a group needs the consent of both.
    Raises: TitleModelInvalid where they do not fit one another.
    """

    linear: NDArray[np.float32] = field(repr=False)
    network: Network = field(repr=False)

    def __post_init__(self) -> None:
        if self.linear.shape != self.shape:
            raise TitleModelInvalid("the parts of a title model's weights do not fit one another; train it again")

    @property
    def shape(self) -> tuple[int, int]:
        """Features and units."""
        return len(self.network.inner), len(self.network.offset)

    def chances(self, vectors: sparse.csr_matrix) -> NDArray[np.float32]:
        """Shape (titles, features) to (titles, units), rows adding to 1."""
        return chances((vectors @ self.linear + self.network.scores(vectors)) / np.float32(2))

    @property
    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """All numbers by name."""
        return {"linear": self.linear} | {one.name: getattr(self.network, one.name) for one in fields(Network)}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.float32]]) -> Weights:
        """From what `arrays` gives. Raises: TitleModelInvalid; KeyError for one that is not there."""
        return cls(arrays["linear"], Network(**{one.name: arrays[one.name] for one in fields(Network)}))


WEIGHTS = ("linear", *(one.name for one in fields(Network)))
"""Names of the arrays of `Weights`."""


def learn_weights(
    vectors: sparse.csr_matrix,
    wanted: NDArray[np.float32],
    importance: NDArray[np.float32],
    tree: Tree,
    progress: Progress = lambda _: None,
) -> Weights:
    """Weights in the precision in which they are stored, so that a model says the same before and after.

    `vectors`: shape (titles, features); `wanted`: (titles, units), a row adds to 1; `importance`: (titles,).
    """
    linear = learn(vectors, wanted, importance, tree, lambda part: progress(part * _LINEAR_PART))
    network = learn_network(
        vectors, wanted, importance, tree, lambda part: progress(_LINEAR_PART + part * (1 - _LINEAR_PART))
    )
    exact = Weights(linear, network)
    return Weights.of({name: values.astype(np.float16).astype(np.float32) for name, values in exact.arrays.items()})
