"""Real advertisements coded from their titles, by a model that learnt from the reference tables.

`judged_titles.csv`: 100 distinct titles of Indonesian advertisements of 2024, drawn at random, each judged by eye: the
ISCO-08 groups that would be right, to the depth that the title tells (several where it leaves them open, none where it
says nothing of the job). A title is named by the first 16 digits of its SHA-256, since the text is not ours to copy.
"""

from __future__ import annotations

import csv
import hashlib
import time
from pathlib import Path

import pytest

from benchmarks.titles import REAL, REFERENCE, all_titles, real_titles, units
from node.adapters.mapping_files import load_mappings
from node.adapters.titles.model_file import TitleModelFile
from node.coding.titles.decision import TitleDecision
from node.coding.titles.model import TitleModel
from node.coding.titles.training import train_titles
from tests.support.tree import ROOT

pytestmark = pytest.mark.shared
POSTINGS = REAL / "vacancies_id_jobstreet2024.csv"
THRESHOLD = 0.6
MEASURED = {1: 0.90, 2: 0.85, 4: 0.80}
"""Floors of the share that agrees with the judgement, at 1, 2 and 4 digits, of titles coded at least so far."""
LEAST_CODED = 80
"""Of the 100 titles, coded to at least a major group."""
MOST_SECONDS = 30.0
QUICKER = {"node.coding.titles.training.FOLDS": 2, "node.coding.titles.network.EPOCHS": 8}
"""Learning in half the time, and a little less well: what holds for this model holds for a better one."""


@pytest.fixture(scope="module")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> TitleModelFile:
    if not REFERENCE.is_dir() or not POSTINGS.exists():
        pytest.skip("the shared tables and real rows do not lie beside this checkout")
    library = load_mappings(ROOT / "mappings")
    file = TitleModelFile(tmp_path_factory.mktemp("node"))
    with pytest.MonkeyPatch.context() as patch:
        for name, number in QUICKER.items():
            patch.setattr(name, number)
        file.save(train_titles(all_titles(library), units(library)))
    return file


@pytest.fixture(scope="module")
def model(model_file: TitleModelFile) -> TitleModel:
    loaded = model_file.load()
    assert loaded is not None
    return loaded


def judged() -> dict[str, tuple[str, ...]]:
    with Path(__file__).with_name("judged_titles.csv").open(encoding="utf-8", newline="") as file:
        return {row["title_sha256"]: tuple(row["groups"].split()) for row in csv.DictReader(file)}


def agrees(code: str, groups: tuple[str, ...], digits: int) -> bool:
    """Whether a decision, cut to `digits`, is one of the groups judged right, as far as both go."""
    said = code.removeprefix("OC")[:digits]
    return any(said.startswith(group[:digits]) or group.startswith(said) for group in groups)


def test_titles_judged_by_eye_are_coded_as_well_as_was_measured(model: TitleModel) -> None:
    groups = judged()
    hashed = {hashlib.sha256(title.encode()).hexdigest()[:16]: title for title in real_titles(POSTINGS)}
    assert len(groups) == 100
    assert set(groups) <= set(hashed)
    decided = dict(zip(groups, model.decide([hashed[name] for name in groups], THRESHOLD), strict=True))
    coded = {name: said for name, said in decided.items() if said.code is not None}
    assert len(coded) >= LEAST_CODED
    for digits, floor in MEASURED.items():
        share, number = agreement(coded, groups, digits)
        assert share >= floor, f"{share:.2f} of {number} agree at {digits} digits; {floor} was measured"


def agreement(coded: dict[str, TitleDecision], groups: dict[str, tuple[str, ...]], digits: int) -> tuple[float, int]:
    deep = {name: said for name, said in coded.items() if said.level >= digits}
    right = sum(agrees(said.code or "", groups[name], digits) for name, said in deep.items())
    return right / len(deep), len(deep)


def test_all_advertisements_are_coded_in_time(model_file: TitleModelFile) -> None:
    begun = time.monotonic()
    titles = real_titles(POSTINGS)
    model = model_file.load()
    assert model is not None
    decided = model.decide(titles, THRESHOLD)
    assert time.monotonic() - begun < MOST_SECONDS
    assert len(decided) == len(titles) == 32_976
    said = dict(zip(titles, decided, strict=True))
    assert all(said[title] == decision for title, decision in zip(titles, decided, strict=True))
    assert sum(decision.code is not None for decision in decided) > len(titles) / 2
