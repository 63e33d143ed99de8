"""The tree of groups."""

from __future__ import annotations

import numpy as np
import pytest

from node.coding.titles.softmax import learn
from node.coding.titles.tree import Tree
from node.coding.titles.vectors import learn_vocabulary
from node.errors import TitleModelInvalid

UNITS = ("OC2221", "OC2411", "OC2512", "OC2514", "OC8332")


def test_chances_add_up_along_the_tree() -> None:
    tree = Tree(UNITS)
    chances = np.array([[0.1, 0.2, 0.3, 0.15, 0.25]])
    assert tree.groups[0] == ("OC2", "OC8")
    assert tree.groups[2] == ("OC222", "OC241", "OC251", "OC833")
    assert tree.sums(chances, 1)[0].tolist() == pytest.approx([0.75, 0.25])
    assert tree.sums(chances, 3)[0].tolist() == pytest.approx([0.1, 0.2, 0.45, 0.25])


def test_a_code_that_is_split_or_known_no_further_takes_no_side() -> None:
    tree = Tree(UNITS)
    assert tree.share(("OC2512",)).tolist() == [0, 0, 1, 0, 0]
    assert tree.share(("OC25",)).tolist() == [0, 0, 0.5, 0.5, 0]
    assert tree.share(("OC25", "OC8332")).tolist() == [0, 0, 0.25, 0.25, 0.5]
    assert tree.share(("OC9",)).sum() == 0
    assert tree.share(("OC9", "OC8332")).tolist() == [0, 0, 0, 0, 1]


@pytest.mark.parametrize("units", [(), ("OC25",), ("OC2514", "OC2512"), ("OC2512", "OC2512"), ("512512",)])
def test_only_unit_groups_in_order_make_a_tree(units: tuple[str, ...]) -> None:
    with pytest.raises(TitleModelInvalid, match="unit groups in order"):
        Tree(units)


def test_what_units_have_in_common_is_learnt_for_their_group() -> None:
    """A word seen in two units of a minor group speaks for a third that was never seen with it."""
    tree = Tree(("OC2511", "OC2512", "OC2513", "OC8331", "OC8332"))
    words = [("analyst", "code"), ("developer", "code"), ("web", "page"), ("bus", "driver"), ("truck", "driver")]
    vocabulary = learn_vocabulary(words)
    weights = learn(vocabulary.vectors(words), np.eye(5, dtype=np.float32), np.ones(5, np.float32), tree)
    scores = (vocabulary.vectors([("code",)]) @ weights)[0]
    assert scores[2] > max(scores[3], scores[4])
