"""Learning: the same from the same, each title once, and nothing of records kept as text."""

from __future__ import annotations

import numpy as np
import pytest

from node.coding.titles.training import FOLDS, KnownTitle, fold_of, make_lesson, train_titles
from node.coding.titles.tree import Tree
from node.errors import TitleModelInvalid
from tests.support.title_models import GROUPS, SECRET, known_titles, small_model

TREE = Tree(tuple(sorted(group for group in GROUPS if len(group) == 6)))


def test_the_same_titles_make_the_same_model_in_any_order() -> None:
    titles = known_titles()
    one, other = train_titles(titles, GROUPS), train_titles(titles[::-1] + titles[:5], GROUPS[::-1])
    assert one.digest == other.digest
    assert len(one.digest) == 64


def test_another_title_makes_another_model() -> None:
    assert small_model().digest != small_model(record=True).digest


def test_a_title_is_learnt_once_whatever_the_order_of_its_words() -> None:
    titles = [
        KnownTitle("driver, truck", ("OC8332",), "a"),
        KnownTitle("Truck Driver", ("OC8332",), "b"),
        KnownTitle("truck driver", ("OC9112",), "c"),
        KnownTitle("123", ("OC2512",), "a"),
        KnownTitle("cook", ("OC5120",), "a"),
    ]
    lesson = make_lesson(titles, TREE)
    assert len(lesson.words) == 1
    assert lesson.wanted[0, TREE.units.index("OC8332")] == pytest.approx(2 / 3)


def test_frequent_titles_of_records_count_more_but_not_as_often_as_they_are() -> None:
    titles = [KnownTitle("truck driver", ("OC8332",), "r", 1_000, record=True), KnownTitle("nurse", ("OC2221",), "t")]
    importance = dict(zip(*_words_and_importance(titles), strict=True))
    assert importance["nurse"] == 1
    assert 1 < importance["truck driver"] < 10


def _words_and_importance(titles: list[KnownTitle]) -> tuple[list[str], list[float]]:
    lesson = make_lesson(titles, TREE)
    return [" ".join(words) for words in lesson.words], lesson.importance.tolist()


def test_folds_hold_a_title_by_its_words() -> None:
    assert fold_of(("truck", "driver")) == fold_of(("driver", "truck"))
    folds = np.bincount([fold_of((f"title{number}",)) for number in range(1_000)], minlength=FOLDS)
    assert len(folds) == FOLDS
    assert folds.min() > 1_000 / FOLDS / 2


def test_too_few_titles_are_refused() -> None:
    with pytest.raises(TitleModelInvalid, match="1 distinct titles"):
        train_titles([KnownTitle("cook", ("OC2512",), "a")] * 30, GROUPS)


def test_progress_is_told_to_the_end() -> None:
    told: list[float] = []
    train_titles(known_titles(), GROUPS, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


def test_a_model_says_what_it_learnt_from() -> None:
    model = small_model(record=True)
    assert dict(model.learnt_from) == {"index made for tests": 180, "records of vacancies": 1}
    assert not any(SECRET in known.text for known in model.known)
    assert len(model.known) == 180
