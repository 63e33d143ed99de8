"""Titles as sparse vectors: hashed words, pairs of words and pieces of words. No text is kept in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

PIECES = (2, 3, 4, 5)
"""Lengths of the pieces of words, in characters; a word has a blank at both ends."""
_BASE = np.uint64(0x9E3779B97F4A7C15)
_WORD_SALT, _PAIR_SALT, _FAR_PAIR_SALT = 101, 202, 303


class Kind(IntEnum):
    """What a feature is."""

    WORD = 0
    NEXT = 1
    """A word and the one after it."""
    BOTH = 2
    """Two words in any order, whatever stands between them: “engineer, software” and “software engineer”."""
    PIECE = 3


@dataclass(frozen=True, slots=True)
class Hashed:
    """Features of titles in the order of the titles. `rows`: which title; `hashes`: which feature (64 bits)."""

    rows: NDArray[np.int64]
    hashes: NDArray[np.uint64]
    kinds: NDArray[np.int8]
    """Which `Kind` each is."""


def hash_titles(titles: Sequence[Sequence[str]]) -> Hashed:
    """The features of titles given as words.

    The hash is a polynomial over code points, mixed: the same on every machine, and computed for all titles at once.
    """
    words = [word for title in titles for word in title]
    owner = np.repeat(np.arange(len(titles)), [len(title) for title in titles])
    if not words:
        nothing = np.zeros(0, np.int64)
        return Hashed(nothing, nothing.astype(np.uint64), nothing.astype(np.int8))
    text = "".join(f" {word} " for word in words)
    points = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
    lengths = np.array([len(word) + 2 for word in words])
    piece_of = np.repeat(np.arange(len(words)), lengths)
    whole = _word_hashes(points, lengths)
    found = [(Kind.WORD, owner, _mixed(whole, _WORD_SALT))]
    for apart in range(1, max(map(len, titles))):
        first = np.flatnonzero(owner[apart:] == owner[:-apart])
        one, other = whole[first], whole[first + apart]
        if apart == 1:
            found.append((Kind.NEXT, owner[first], _mixed(_pair(one, other), _PAIR_SALT)))
        either = _pair(np.minimum(one, other), np.maximum(one, other))
        found.append((Kind.BOTH, owner[first], _mixed(either, _FAR_PAIR_SALT)))
    for size in PIECES:
        if len(points) < size:
            continue
        inside = np.flatnonzero(piece_of[size - 1 :] == piece_of[: len(points) - size + 1])
        rolled = np.zeros(len(inside), np.uint64)
        for step in range(size):
            rolled = rolled * _BASE + points[inside + step]
        found.append((Kind.PIECE, owner[piece_of[inside]], _mixed(rolled, size)))
    kinds = np.repeat([kind for kind, _, _ in found], [len(rows) for _, rows, _ in found]).astype(np.int8)
    return Hashed(np.concatenate([rows for _, rows, _ in found]), np.concatenate([new for *_, new in found]), kinds)


def _word_hashes(points: NDArray[np.uint64], lengths: NDArray[np.int64]) -> NDArray[np.uint64]:
    """One hash a word, with its blanks."""
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    hashes = np.zeros(len(lengths), np.uint64)
    for step in range(int(lengths.max())):
        on = lengths > step
        hashes[on] = hashes[on] * _BASE + points[starts[on] + step]
    return hashes


def _pair(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return _mixed(first, 7) * _BASE + second


def _mixed(values: NDArray[np.uint64], salt: int) -> NDArray[np.uint64]:
    """Source: the finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    values = values + np.uint64(salt * int(_BASE) % 2**64)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
