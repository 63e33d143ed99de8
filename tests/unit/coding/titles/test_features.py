"""Hashed features: the same on every machine, and of a title by itself."""

from __future__ import annotations

from node.coding.titles.features import Kind, hash_titles
from node.coding.titles.vectors import MOST_FEATURES, learn_vocabulary

TITLES = [("sopir", "truk"), (), ("ครู",), ("truk",), ("truk", "sopir")]


def of(row: int, titles: list[tuple[str, ...]] = TITLES) -> set[int]:
    found = hash_titles(titles)
    return set(found.hashes[found.rows == row].tolist())


def test_a_title_has_the_same_features_beside_any_others() -> None:
    assert of(3) == of(0, [("truk",)])
    assert of(1) == set()
    assert of(3) < of(0)


def test_hashes_do_not_depend_on_the_machine() -> None:
    found = hash_titles([("ab",)])
    assert int(found.hashes[found.kinds == Kind.WORD][0]) == AB
    assert (found.kinds != Kind.PIECE).sum() == 1
    assert len(found.hashes) == 1 + 3 + 2 + 1  # the word, its pieces of two, three and four characters


AB = 12363191545384845453


def test_a_pair_of_words_keeps_its_order() -> None:
    assert of(0) != of(4)
    assert len(of(0) ^ of(4)) == 2


def test_a_vocabulary_has_words_of_one_title_and_pieces_of_two() -> None:
    found = hash_titles(TITLES)
    vocabulary = learn_vocabulary(TITLES)
    thai = set(found.hashes[found.rows == 2].tolist())
    kept = set(vocabulary.hashes.tolist())
    assert len(thai & kept) == 1
    assert of(3) <= kept
    assert len(vocabulary) <= MOST_FEATURES
    vectors = vocabulary.vectors([*TITLES, ("nothing",)])
    assert vectors.shape == (6, len(vocabulary))
    lengths = vectors.multiply(vectors).sum(axis=1).A1.round(5).tolist()
    assert lengths == [1, 0, 1, 1, 1, 0]


def test_two_words_are_a_feature_in_any_order_and_at_any_distance() -> None:
    near, turned, far = (
        hash_titles([title]) for title in (("truck", "driver"), ("driver", "truck"), ("truck", "x", "driver"))
    )
    [pair] = near.hashes[near.kinds == Kind.BOTH].tolist()
    assert turned.hashes[turned.kinds == Kind.BOTH].tolist() == [pair]
    assert pair in far.hashes[far.kinds == Kind.BOTH].tolist()
    assert (far.kinds == Kind.BOTH).sum() == 3
    assert (far.kinds == Kind.NEXT).sum() == 2
