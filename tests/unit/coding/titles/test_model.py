"""What a model decides, and why."""

from __future__ import annotations

import dataclasses

import pytest

from node.coding.titles.decision import NOTHING_SAID, TitleDecision
from node.coding.titles.model import TitleModel
from node.coding.titles.vectors import Vocabulary
from node.errors import TitleModelInvalid
from tests.support.title_models import SECRET, small_model


@pytest.fixture(scope="module")
def model() -> TitleModel:
    return small_model()


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Sopir Truk (Medan)", "OC8332"),
        ("<b>REGISTERED NURSE</b> 🔥", "OC2221"),
        ("พยาบาลวิชาชีพ โรงพยาบาล", "OC2221"),
        ("Pemrogram aplikasi", "OC2514"),
    ],
)
def test_a_title_near_to_known_ones_gets_their_group(model: TitleModel, title: str, code: str) -> None:
    [decision] = model.decide([title], 0.5)
    assert decision.code == code
    assert decision.level == 4
    assert 0.5 <= decision.confidence < 1


@pytest.mark.parametrize("title", ["", "123", "🔥", "(Jakarta)", "\x00"])
def test_a_title_that_says_nothing_is_not_coded(model: TitleModel, title: str) -> None:
    assert model.decide([title], 0.0) == (NOTHING_SAID,)
    assert model.candidates(title) == ()


def test_the_answer_is_the_deepest_group_that_reaches_the_threshold(model: TitleModel) -> None:
    title = "software programmer"
    _, stated, _ = model.answers([title])
    for threshold in (0.05, 0.3, 0.5, 0.7, 0.9, 0.98, 1.0):
        [decision] = model.decide([title], threshold)
        reached = int((stated[:, 0] >= threshold).sum())
        assert decision.level == reached
        assert (decision.code is None) == (reached == 0)
        if decision.code:
            assert decision.confidence >= threshold
    assert model.decide([title], 1.0)[0].code is None


def test_each_title_of_a_file_is_decided_in_its_place(model: TitleModel) -> None:
    titles = ["sopir truk", "", "akuntan publik", "sopir truk", "x" * 10_000] * 2_000
    decided = model.decide(titles, 0.4)
    assert len(decided) == len(titles)
    assert decided[:5] == decided[-5:] == tuple(model.decide([title], 0.4)[0] for title in titles[:5])
    assert decided[0] is decided[3]
    assert model.decide([], 0.5) == ()


def test_suggestions_come_with_titles_that_are_known(model: TitleModel) -> None:
    best, *others = model.candidates("sopir truk bank", 3)
    assert best.code == "OC8332"
    assert best.known[0] == "sopir truk bank"
    assert best.reason.startswith("like “sopir truk bank”")
    assert len(others) == 2
    assert best.confidence >= others[0].confidence >= others[1].confidence
    assert best.confidence == pytest.approx(model.decide(["sopir truk bank"], 0.0)[0].confidence)


def test_titles_of_records_are_nobodys_reason() -> None:
    model = small_model(record=True)
    assert model.from_records
    assert all(SECRET not in candidate.reason for candidate in model.candidates(SECRET, 6))
    assert SECRET not in repr(model)


def test_parts_that_do_not_fit_are_refused(model: TitleModel) -> None:
    with pytest.raises(TitleModelInvalid, match="do not fit"):
        dataclasses.replace(model, vocabulary=Vocabulary(model.vocabulary.hashes[:-1], model.vocabulary.rarity[:-1]))


@pytest.mark.parametrize(("code", "level", "confidence"), [("OC25", 3, 0.5), (None, 1, 0.5), ("OC2", 1, 1.5)])
def test_a_decision_is_consistent(code: str | None, level: int, confidence: float) -> None:
    with pytest.raises(TitleModelInvalid):
        TitleDecision(code, level, confidence)
