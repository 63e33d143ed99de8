"""The title coder: a frozen model that decides titles and gives reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from node.coding.titles.calibration import Answers, Curve, answers, confidences
from node.coding.titles.decision import NOTHING_SAID, TitleCandidate, TitleDecision
from node.coding.titles.text import title_words
from node.coding.titles.tree import LEVELS, Tree
from node.coding.titles.vectors import Vocabulary
from node.coding.titles.weights import Weights
from node.errors import TitleModelInvalid

NEAREST = 3
"""Known titles that a suggestion names at most."""
TITLES_AT_ONCE = 4_096
"""Titles whose chances are held at a time, about 14 MB."""


@dataclass(frozen=True, slots=True)
class KnownGroup:
    """A title of a table or index (never of a record), shown as a reason, and the `unit` it is known to be of."""

    text: str
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class TitleModel:
    """What was learnt from titles whose groups are known.

    `version` and `digest` go into the release report; `from_records`: whether it learnt from someone's records, so
    that it is never published; `learnt_from`: how many titles each table, index or source gave;
    `curves`: one a level, measured on `tested` titles held out in turn.
    Raises: TitleModelInvalid where the parts do not fit one another.
    """

    name: str
    version: str
    digest: str
    from_records: bool
    learnt_from: tuple[tuple[str, int], ...] = field(repr=False)
    tested: int = field(repr=False)
    tree: Tree = field(repr=False)
    vocabulary: Vocabulary = field(repr=False)
    weights: Weights = field(repr=False)
    curves: tuple[Curve, ...] = field(repr=False)
    known: tuple[KnownGroup, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if self.weights.shape != (len(self.vocabulary), len(self.tree.units)) or len(self.curves) != len(LEVELS):
            raise TitleModelInvalid(f"the parts of title model {self.name} do not fit one another; train it again")

    def decide(self, titles: Sequence[str], threshold: float) -> tuple[TitleDecision, ...]:
        """One decision a title, in order: the deepest group whose confidence is at least `threshold` (0 to 1).

        The same title is decided once however often it is there.
        """
        distinct = list(dict.fromkeys(titles))
        decided: dict[str, TitleDecision] = {}
        for start in range(0, len(distinct), TITLES_AT_ONCE):
            part = distinct[start : start + TITLES_AT_ONCE]
            decided.update(zip(part, self._decide(part, threshold), strict=True))
        return tuple(decided[title] for title in titles)

    def candidates(self, title: str, n: int = NEAREST) -> tuple[TitleCandidate, ...]:
        """The `n` likeliest unit groups, best first, with the nearest known titles; none where nothing is said."""
        words = title_words(title)
        spread, says = self._chances([words])
        if not says[0]:
            return ()
        best = np.argsort(-spread[0], kind="stable")[:n]
        given = answers(spread, self.tree)
        # The curve is for the likeliest group; the others keep their chance relative to it.
        scale = confidences(given, self.curves)[-1, 0] / max(float(spread[0, best[0]]), 1e-9)
        return tuple(
            TitleCandidate(
                self.tree.units[at], min(float(spread[0, at]) * scale, 1.0), self._nearest(words, self.tree.units[at])
            )
            for at in best.tolist()
        )

    def answers(self, titles: Sequence[str]) -> tuple[Answers, NDArray[np.float64], NDArray[np.bool_]]:
        """The likeliest groups of titles, their confidences (levels, titles), and whether a title says anything."""
        spread, says = self._chances([title_words(title) for title in titles])
        given = answers(spread, self.tree)
        return given, confidences(given, self.curves), says

    def _decide(self, titles: Sequence[str], threshold: float) -> Iterator[TitleDecision]:
        given, stated, says = self.answers(titles)
        for at in range(len(titles)):
            if not says[at]:
                yield NOTHING_SAID
                continue
            level = int((stated[:, at] >= threshold).sum())
            if level:
                code = self.tree.groups[level - 1][given.group[level - 1, at]]
                yield TitleDecision(code, level, float(stated[level - 1, at]))
            else:
                yield TitleDecision(None, 0, float(stated[0, at]))

    def _chances(self, titles: Sequence[Sequence[str]]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Shape (titles, units), rows adding to 1; and whether a title has any feature that is known."""
        vectors = self.vocabulary.vectors(titles)
        return self.weights.chances(vectors), np.diff(vectors.indptr) > 0

    def _nearest(self, words: Sequence[str], unit: str) -> tuple[str, ...]:
        """Titles known to be of `unit` that share most with these words."""
        titles = [known.text for known in self.known if known.unit == unit]
        if not titles:
            return ()
        vectors = self.vocabulary.vectors([tuple(words), *(title_words(title) for title in titles)])
        likeness = (vectors[1:] @ vectors[0].T).toarray().ravel()
        order = np.argsort(-likeness, kind="stable")[:NEAREST]
        return tuple(titles[at] for at in order if likeness[at] > 0)
