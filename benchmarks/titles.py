"""The title coder against the truth and against the nearest string, on titles it did not learn from; and its cost.

The reference tables beside the checkout are loaded as an operator loads title indexes. One distinct title in five is
held out at random. A title is its words without order, noise words left out: all rows of all indexes and shipped tables
that have the same words are held out together, so that none is learnt under another index's name. What stays on both
sides are titles that differ in a word ("drilling (wood)", "drilling (metal)"), as they do between any two lists.
Beside it, the easier draw of one title in five of each index by itself, where another index may still have taught it.
"""

from __future__ import annotations

import csv
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from node.adapters.mapping_files import load_mappings
from node.adapters.titles.indexes import read_index, shipped_titles
from node.adapters.titles.model_file import TitleModelFile
from node.coding.correspondence import ISCO_08, CorrespondenceLibrary, Kind
from node.coding.titles.calibration import answers, is_right, known_to
from node.coding.titles.model import TitleModel
from node.coding.titles.text import title_key, title_words
from node.coding.titles.training import KnownTitle, fit, make_lesson, train_titles
from node.coding.titles.tree import Tree
from node.config import TitleIndexConfig

ROOT = Path(__file__).resolve().parents[1]
REFERENCE, REAL = ROOT / ".." / "shared" / "reference", ROOT / ".." / "shared" / "real"
INDEXES = (
    TitleIndexConfig(REFERENCE / "isco08_index_titles_en.csv", "isco-index", "en"),
    TitleIndexConfig(REFERENCE / "kbji2014.csv", "kbji", "id"),
    TitleIndexConfig(REFERENCE / "masco2020_ms.csv", "masco", "ms"),
    TitleIndexConfig(REFERENCE / "ssoc2024.csv", "ssoc", "en"),
)
TARGETS = {"isco-index": (0.93, 0.86), "kbji": (0.92, 0.84), "masco": (0.86, 0.72)}
HELD_OUT, SEED, MOST_CONFIDENT = 5, 20261122, 0.7
NEAREST = 40
"""Titles that share most words with one held out, of which the nearest string is sought."""


@dataclass(frozen=True, slots=True)
class Split:
    """What is learnt and what is held out; a held-out title is there once for each index that has it."""

    learnt: tuple[KnownTitle, ...]
    held_out: tuple[KnownTitle, ...]


def main() -> None:
    """Print accuracy by source beside the baseline, the reliability of the stated confidence, time and memory."""
    if not REFERENCE.is_dir():
        print("titles: not measured, the reference tables do not lie beside this checkout")
        return
    library = load_mappings(ROOT / "mappings")
    split = split_titles(all_titles(library))
    begun = time.perf_counter()
    model = train_titles(split.learnt, units(library))
    seconds = time.perf_counter() - begun
    print(f"titles: {model.tested:,} distinct titles learnt in {seconds:.0f} s, "
          f"{len(split.held_out):,} held out (seed {SEED})")  # fmt: skip
    _accuracy(model, split)
    _reliability(model, split.held_out)
    _cost(model)
    _by_source(split_by_source(all_titles(library)), units(library))


def units(library: CorrespondenceLibrary) -> set[str]:
    return {row.target for row in library.table(Kind.OCCUPATION, ISCO_08).rows}


def all_titles(library: CorrespondenceLibrary) -> list[KnownTitle]:
    """What a node learns with the reference tables as its loaded indexes."""
    return [*shipped_titles(library), *(title for index in INDEXES for title in read_index(index, library).titles)]


def split_titles(titles: Sequence[KnownTitle]) -> Split:
    """One distinct title in HELD_OUT on the one side, whatever table or index it is in, the others on the other."""
    keys = {title: title_key(title.text) for title in titles}
    distinct = sorted(set(keys.values()) - {""})
    held = set(random.Random(SEED).sample(distinct, len(distinct) // HELD_OUT))  # noqa: S311  # a draw that repeats
    loaded = tuple(f"{index.form} " for index in INDEXES)
    out = {title for title in titles if keys[title] in held and title.origin.startswith(loaded)}
    return Split(
        tuple(title for title in titles if keys[title] not in held),
        tuple(sorted(out, key=lambda title: (title.origin, title.text, title.codes))),
    )


def split_by_source(titles: Sequence[KnownTitle]) -> Split:
    """One distinct title in HELD_OUT of each index by itself; where another index or table has it, it is learnt."""
    keys = {title: title_key(title.text) for title in titles}
    held: set[tuple[str, str]] = set()
    for form in (index.form for index in INDEXES):
        origin = next(title.origin for title in titles if title.origin.startswith(f"{form} "))
        distinct = sorted({key for title, key in keys.items() if title.origin == origin and key})
        held |= {(origin, key) for key in random.Random(SEED).sample(distinct, len(distinct) // HELD_OUT)}  # noqa: S311  # a draw that repeats
    out = {title for title, key in keys.items() if (title.origin, key) in held}
    return Split(
        tuple(title for title in titles if title not in out),
        tuple(sorted(out, key=lambda title: (title.origin, title.text, title.codes))),
    )


def _by_source(split: Split, groups: set[str]) -> None:
    """Accuracy of the easier draw, by the chance alone: the curves change no order but where they are level."""
    tree = Tree(tuple(sorted(code for code in groups if len(code) == len("OC0000"))))
    vocabulary, weights = fit(make_lesson(split.learnt, tree), tree)
    print(f"  the same, one title in {HELD_OUT} of each index drawn by itself, others may have taught it")
    for form in (index.form for index in INDEXES):
        titles = [title for title in split.held_out if title.origin.startswith(f"{form} ")]
        given = answers(weights.chances(vocabulary.vectors([title_words(title.text) for title in titles])), tree)
        shares = _shares(tree, titles, given.group, given.chance, given.chance)
        print(f"    {form} ({len(titles):,} titles): coder {shares}")


def _accuracy(model: TitleModel, split: Split) -> None:
    print(f"  right among the {MOST_CONFIDENT:.0%} most confident (of all), at 1 / 2 / 3 / 4 digits")
    strings = _Strings(model, split.learnt)
    for form in (index.form for index in INDEXES):
        titles = [title for title in split.held_out if title.origin.startswith(f"{form} ")]
        given, stated, _ = model.answers([title.text for title in titles])
        coder = _shares(model.tree, titles, given.group, stated, given.chance)
        nearest, likeness = strings.nearest(titles)
        baseline = _shares(model.tree, titles, nearest, likeness, likeness)
        target = "target {:.2f} / {:.2f}".format(*TARGETS[form]) if form in TARGETS else "no target"
        print(f"    {form} ({len(titles):,} titles; {target})")
        print(f"      coder          {coder}\n      nearest string {baseline}")


def _shares(
    tree: Tree,
    titles: Sequence[KnownTitle],
    groups: NDArray[np.int64],
    sure: NDArray[np.float64],
    chance: NDArray[np.float64],
) -> str:
    """Shares right per level. A title known less deeply than a level is left out at that level.

    `sure`: the stated confidence, (levels, titles); `chance`: which of two titles with the same goes first.
    """
    truth = np.stack([tree.share(title.codes) for title in titles])
    told = []
    for level in (1, 2, 3, 4):
        known = known_to(truth, level, tree)
        right = is_right(groups[level - 1], truth, level, tree)[known]
        order = np.lexsort((-chance[level - 1][known], -sure[level - 1][known]))
        surest = order[: int(MOST_CONFIDENT * len(right))]
        told.append(f".{round(100 * right[surest].mean()):02d} (.{round(100 * right.mean()):02d})")
    return " / ".join(told)


class _Strings:
    """The baseline: the group of the learnt title that is nearest by the token set ratio, as sure as that is high."""

    def __init__(self, model: TitleModel, titles: Sequence[KnownTitle]) -> None:
        self._tree = model.tree
        self._titles = [title for title in titles if title_words(title.text)]
        self._words = [frozenset(title_words(title.text)) for title in self._titles]
        self._with: dict[str, list[int]] = {}
        for at, words in enumerate(self._words):
            for word in words:
                self._with.setdefault(word, []).append(at)

    def nearest(self, titles: Sequence[KnownTitle]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Per level the group, and the ratio: shapes (levels, titles)."""
        groups, ratios = np.zeros((4, len(titles)), np.int64), np.zeros((4, len(titles)))
        for column, title in enumerate(titles):
            words = frozenset(title_words(title.text))
            shared = Counter(at for word in words for at in self._with.get(word, ()))
            near = sorted(shared, key=lambda at: (-shared[at], len(self._words[at]), at))[:NEAREST]
            scored = [(token_set_ratio(words, self._words[at]), -at) for at in near]
            if not scored:
                continue
            ratio, at = max(scored)
            share = self._tree.share(self._titles[-at].codes)[None, :]
            for level in (1, 2, 3, 4):
                groups[level - 1, column] = self._tree.sums(share, level)[0].argmax()
            ratios[:, column] = ratio
        return groups, ratios


def token_set_ratio(one: frozenset[str], other: frozenset[str]) -> float:
    """0 to 1: how alike the shared words are to the shared words with the rest of either, or those to one another."""
    shared = " ".join(sorted(one & other))
    first = f"{shared} {' '.join(sorted(one - other))}".strip()
    second = f"{shared} {' '.join(sorted(other - one))}".strip()
    pairs = [(first, second), *([(shared, first), (shared, second)] if shared else [])]
    return max(SequenceMatcher(None, *pair, autojunk=False).ratio() for pair in pairs)


def _reliability(model: TitleModel, titles: Sequence[KnownTitle]) -> None:
    given, stated, _ = model.answers([title.text for title in titles])
    truth = np.stack([model.tree.share(title.codes) for title in titles])
    print("  stated confidence by tenths: titles, mean stated, share right, difference in points")
    for level in (1, 4):
        known = known_to(truth, level, model.tree)
        right = is_right(given.group[level - 1], truth, level, model.tree)[known]
        sure = stated[level - 1][known]
        for tenth in range(10):
            inside = np.minimum((sure * 10).astype(int), 9) == tenth
            if inside.any():
                said, was = sure[inside].mean(), right[inside].mean()
                print(f"    {level} digit{'s' if level > 1 else ' '} {tenth / 10:.1f}-{(tenth + 1) / 10:.1f}: "
                      f"{inside.sum():5,} {said:.3f} {was:.3f} {100 * (was - said):+.1f}")  # fmt: skip


def _cost(model: TitleModel) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = TitleModelFile(Path(folder))
        file.save(model)
        size = file.path.stat().st_size
        begun = time.perf_counter()
        loaded = file.load()
        seconds = time.perf_counter() - begun
    print(f"  the model: {size / 1e6:.1f} MB on the disk, loaded and its digest verified in {seconds:.2f} s")
    postings = REAL / "vacancies_id_jobstreet2024.csv"
    if loaded is not None and postings.exists():
        titles = real_titles(postings)
        begun = time.perf_counter()
        decided = loaded.decide(titles, 0.6)
        took = time.perf_counter() - begun
        levels = Counter(decision.level for decision in decided)
        print(f"  {len(titles):,} advertisements ({len(set(titles)):,} distinct titles) coded in {took:.1f} s, "
              f"with loading {took + seconds:.1f} s; share by level 0 to 4 at a threshold of 60 %: "
              + " ".join(f"{levels[level] / len(titles):.2f}" for level in range(5)))  # fmt: skip
    print(f"  most memory of the whole run: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def real_titles(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row["title"] for row in csv.DictReader(file)]


if __name__ == "__main__":
    main()
