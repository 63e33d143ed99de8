"""Hashed features weighed by how rare they are, one sparse row a title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from node.coding.titles.features import Kind, hash_titles

SHARES = (((Kind.WORD, Kind.NEXT), 0.2), ((Kind.BOTH,), 0.1), ((Kind.PIECE,), 0.7))
"""Parts of a title's squared length that its features of these kinds have."""
LEAST_TITLES = 2
"""Titles that a pair or piece of words must be in: what only one has says nothing of any other."""
MOST_FEATURES = 100_000
"""Weights of as many features take 255 MB while they are used, half of it on the disk."""


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Features that are known. `hashes`: shape (features,), ascending; `rarity`: shape (features,), their weight:
    the logarithm of titles by titles with the feature, and 1. Source: Sparck Jones 1972.
    """

    hashes: NDArray[np.uint64] = field(repr=False)
    rarity: NDArray[np.float32] = field(repr=False)

    def __len__(self) -> int:
        return len(self.hashes)

    def vectors(self, titles: Sequence[Sequence[str]]) -> sparse.csr_matrix:
        """Shape (titles, features); a row has length 1, or 0 where no feature of the title is known."""
        found = hash_titles(titles)
        at = np.minimum(np.searchsorted(self.hashes, found.hashes), max(len(self.hashes) - 1, 0))
        known = self.hashes[at] == found.hashes if len(self.hashes) else np.zeros(len(at), np.bool_)
        rows, columns, kinds = found.rows[known], at[known], found.kinds[known]
        shape = (len(titles), len(self.hashes))
        blocks = []
        for some, share in SHARES:
            chosen = np.isin(kinds, some)
            block = _unit_rows(_block(rows[chosen], columns[chosen], self.rarity, shape))
            blocks.append(block * np.float32(np.sqrt(share)))
        return _unit_rows((blocks[0] + blocks[1] + blocks[2]).tocsr())


def learn_vocabulary(titles: Sequence[Sequence[str]]) -> Vocabulary:
    """Words of `titles`, and pairs and pieces of words that at least two titles have.

    Beyond MOST_FEATURES those that fewest titles have are left out.
    """
    found = hash_titles(titles)
    order = np.lexsort((found.rows, found.hashes))
    sorted_hashes, sorted_rows = found.hashes[order], found.rows[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (sorted_hashes[1:] != sorted_hashes[:-1]) | (sorted_rows[1:] != sorted_rows[:-1])
    hashes, first, counts = np.unique(sorted_hashes[new], return_index=True, return_counts=True)
    kept = np.flatnonzero((found.kinds[order][new][first] == Kind.WORD) | (counts >= LEAST_TITLES))
    if len(kept) > MOST_FEATURES:
        commonest = np.argsort(-counts[kept], kind="stable")[:MOST_FEATURES]
        kept = np.sort(kept[commonest])
    rarity = np.log((1 + len(titles)) / (1 + counts[kept])) + 1
    return Vocabulary(hashes[kept], rarity.astype(np.float32))


def _block(
    rows: NDArray[np.int64], columns: NDArray[np.int64], rarity: NDArray[np.float32], shape: tuple[int, int]
) -> sparse.csr_matrix:
    counts = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    counts.sum_duplicates()
    counts.data = (1 + np.log(counts.data)) * rarity[counts.indices]
    return counts


def _unit_rows(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return sparse.csr_matrix(sparse.diags_array(scale.astype(np.float32)) @ matrix, dtype=np.float32)
