"""Learning a title model from titles whose groups are known, and measuring it on titles held out in turn."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from node.coding.correspondence import OCCUPATION_PREFIX
from node.coding.titles.calibration import Answers, Curve, answers, learn_curves
from node.coding.titles.model import KnownGroup, TitleModel
from node.coding.titles.softmax import Progress
from node.coding.titles.text import title_words
from node.coding.titles.tree import LEVELS, Tree
from node.coding.titles.vectors import Vocabulary, learn_vocabulary
from node.coding.titles.weights import Weights, learn_weights
from node.errors import TitleModelInvalid

MODEL_VERSION = "2"
"""Of the way titles become vectors and vectors chances. Another version reads no model of this one."""
FOLDS = 3
LEAST_TITLES = 20
"""Distinct titles below which nothing can be held out and measured."""


@dataclass(frozen=True, slots=True)
class KnownTitle:
    """A title with the groups of CL_OCCUPATION it may be of (several where its code is split), and how often.

    `origin`: which table, index or source it comes from; `record`: whether it was written in someone's record, so
    that its text is kept nowhere.
    """

    text: str = field(repr=False)
    codes: tuple[str, ...]
    origin: str
    count: int = 1
    record: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Distinct titles as words, with what is wanted of each. `wanted`: shape (titles, units), rows adding to 1;
    `importance`: shape (titles,). Titles of the same words in another order are one.
    """

    words: tuple[tuple[str, ...], ...] = field(repr=False)
    wanted: NDArray[np.float32] = field(repr=False)
    importance: NDArray[np.float32] = field(repr=False)


def train_titles(
    titles: Iterable[KnownTitle],
    groups: Iterable[str],
    *,
    name: str = "titles",
    progress: Progress = lambda _: None,
) -> TitleModel:
    """A model of `titles`. `groups`: codes of CL_OCCUPATION, whose unit groups are what is decided on.

    The same titles give the same model, whatever their order. Raises: TitleModelInvalid where there are too few.
    """
    tree = Tree(tuple(sorted({code for code in groups if _is_unit(code)})))
    known = sorted(set(titles), key=lambda title: (title.origin, title.text, title.codes, title.record, title.count))
    lesson = make_lesson(known, tree)
    if len(lesson.words) < LEAST_TITLES:
        raise TitleModelInvalid(
            f"there are {len(lesson.words)} distinct titles to learn from and {LEAST_TITLES} are needed; "
            "name title indexes under [titles] in node.toml, or a source of coded records"
        )
    curves = _held_out_curves(lesson, tree, lambda part: progress(part * FOLDS / (FOLDS + 1)))
    vocabulary, weights = fit(lesson, tree, lambda part: progress((FOLDS + part) / (FOLDS + 1)))
    unsigned = TitleModel(
        name=name,
        version=MODEL_VERSION,
        digest="",
        from_records=any(title.record for title in known),
        learnt_from=tuple(sorted(Counter(title.origin for title in known).items())),
        tested=len(lesson.words),
        tree=tree,
        vocabulary=vocabulary,
        weights=weights,
        curves=curves,
        known=_reasons(known),
    )
    return signed(unsigned)


def make_lesson(titles: Sequence[KnownTitle], tree: Tree) -> Lesson:
    """The distinct titles that say something, each with the groups it was given and how much it counts.

    A title that several tables give weighs them equally; one that records give often counts more, by the logarithm,
    lest a few common jobs outweigh all others.
    """
    gathered: dict[tuple[str, ...], list[tuple[tuple[str, ...], KnownTitle]]] = {}
    for title in titles:
        words = title_words(title.text)
        if words:
            gathered.setdefault(tuple(sorted(words)), []).append((words, title))
    words_of, wanted, importance = [], [], []
    for entries in gathered.values():
        shares = [(tree.share(title.codes), 1 + math.log(title.count)) for _, title in entries]
        total = np.sum([share * weight for share, weight in shares], axis=0)
        if total.sum() > 0:
            words_of.append(entries[0][0])
            wanted.append(total / total.sum())
            importance.append(max(weight for _, weight in shares))
    shape = (len(words_of), len(tree.units))
    return Lesson(tuple(words_of), np.array(wanted, np.float32).reshape(shape), np.array(importance, np.float32))


def fold_of(words: Sequence[str]) -> int:
    """Which of FOLDS parts a title is in: by its words alone, so that a title is never on both sides."""
    digest = hashlib.sha256(" ".join(sorted(words)).encode()).digest()
    return digest[0] % FOLDS


def signed(model: TitleModel) -> TitleModel:
    """The model with the digest of all that it holds."""
    fields = {name: getattr(model, name) for name in TitleModel.__dataclass_fields__}
    return TitleModel(**{**fields, "digest": digest_of(model)})


def digest_of(model: TitleModel) -> str:
    """SHA-256 over all that decides what a model says, and what it was learnt from."""
    facts = {
        "name": model.name,
        "version": model.version,
        "from_records": model.from_records,
        "learnt_from": [list(pair) for pair in model.learnt_from],
        "tested": model.tested,
        "units": list(model.tree.units),
        "known": [[known.text, known.unit] for known in model.known],
    }
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode())
    arrays: list[NDArray[np.generic]] = [model.vocabulary.hashes, model.vocabulary.rarity]
    arrays += model.weights.arrays.values()
    arrays += [values for curve in model.curves for values in (curve.chance, curve.right)]
    for values in arrays:
        digest.update(f"{values.dtype.str}{values.shape}".encode())
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


def _held_out_curves(lesson: Lesson, tree: Tree, progress: Progress) -> tuple[Curve, ...]:
    """How sure to be, from answers on each fold by a model of the others."""
    folds = np.array([fold_of(words) for words in lesson.words])
    group = np.zeros((len(LEVELS), len(folds)), np.int64)
    chance = np.zeros((len(LEVELS), len(folds)))
    for fold in range(FOLDS):
        out = np.flatnonzero(folds == fold)
        if not len(out):
            continue
        vocabulary, weights = fit(_part(lesson, np.flatnonzero(folds != fold)), tree)
        given = answers(weights.chances(vocabulary.vectors([lesson.words[at] for at in out])), tree)
        group[:, out], chance[:, out] = given.group, given.chance
        progress((fold + 1) / FOLDS)
    return learn_curves(Answers(group, chance), lesson.wanted, lesson.importance, tree)


def _part(lesson: Lesson, rows: NDArray[np.int64]) -> Lesson:
    return Lesson(tuple(lesson.words[at] for at in rows), lesson.wanted[rows], lesson.importance[rows])


def fit(lesson: Lesson, tree: Tree, progress: Progress = lambda _: None) -> tuple[Vocabulary, Weights]:
    """What a model knows, its confidence not yet measured."""
    vocabulary = learn_vocabulary(lesson.words)
    return vocabulary, learn_weights(vocabulary.vectors(lesson.words), lesson.wanted, lesson.importance, tree, progress)


def _reasons(titles: Sequence[KnownTitle]) -> tuple[KnownGroup, ...]:
    """Titles that may be shown: of tables and indexes, of one unit group."""
    shown = {(title.text, title.codes[0]) for title in titles if not title.record and len(title.codes) == 1}
    return tuple(KnownGroup(text, code) for text, code in sorted(shown) if _is_unit(code))


def _is_unit(code: str) -> bool:
    return code.startswith(OCCUPATION_PREFIX) and len(code) == len(OCCUPATION_PREFIX) + LEVELS[-1]
