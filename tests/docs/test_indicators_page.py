"""The page about indicators is run, and every number in its text is one that its examples give or take."""

from __future__ import annotations

import doctest
import inspect
import re

import pytest

from node.adapters.codelist_files import load_codelist
from node.adapters.distance_files import load_distances
from node.compare import balances, bounded, complementarity, indicators, mismatch, ranks, trend
from tests.support.tree import ROOT

PAGE = (ROOT / "docs/explanation/indicators.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
SECTIONS = dict(part.split("\n", 1) for part in PAGE.split("\n## ")[1:])
WORKED = [title for title in SECTIONS if title != "Sources"]
NUMBER = re.compile(r"(?<![\w.-])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:(?=st|nd|rd|th)|(?!\w))")
PLAIN = {"0", "1", "2", "3", "08", "2006"}
"""Numbers of formulas, fractions, names and years, which no example has to give."""


@pytest.fixture(scope="module")
def examples() -> dict[str, object]:
    """What the examples find at hand: the shipped distance table and codelist."""
    codelists = ROOT / "exchange_profiles/codelists"
    return {
        "distances": load_distances(ROOT / "mappings/distance", load_codelist(codelists / "CL_AREA.csv")),
        "occupations": load_codelist(codelists / "CL_OCCUPATION.csv"),
    }


def test_the_examples_give_what_the_page_says(examples: dict[str, object]) -> None:
    text = "\n".join(BLOCK.findall(PAGE))
    test = doctest.DocTestParser().get_doctest(text, examples, "docs/explanation/indicators.md", None, 0)
    said: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(test, out=said.append)
    assert len(test.examples) > 40
    assert not said, "".join(said)


@pytest.mark.parametrize("section", WORKED)
def test_every_indicator_has_an_example(section: str) -> None:
    assert any(">>>" in block for block in BLOCK.findall(SECTIONS[section]))


@pytest.mark.parametrize("section", WORKED)
def test_numbers_in_the_text_are_those_of_the_examples(section: str) -> None:
    code = " ".join(BLOCK.findall(SECTIONS[section]))
    there = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", code)]
    text = BLOCK.sub("", SECTIONS[section])
    adrift = [
        number
        for number in NUMBER.findall(re.sub(r"\]\([^)]*\)", "]", text))
        if number not in PLAIN and not any(_is(number, one) for one in there)
    ]
    assert adrift == []


def _is(written: str, number: float) -> bool:
    plain = written.replace(",", "")
    return round(number, len(plain.partition(".")[2])) == float(plain)


def test_every_public_function_of_the_indicators_is_on_the_page() -> None:
    """What is reckoned is explained; helpers of these are named here."""
    helpers = {"quotient", "unemployment_proxy", "complementary", "short_posts", "surplus_persons"}
    helpers |= {"most_beyond", "change_km", "near_group"}
    modules = (bounded, balances, complementarity, mismatch, ranks, trend)
    public = {
        name
        for module in modules
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
    }
    assert {name for name in public - helpers if f".{name}(" not in PAGE} == set()


def test_the_warnings_stand_first() -> None:
    assert WORKED[0] == "Two warnings"
    first = " ".join(SECTIONS[WORKED[0]].split())
    assert "do not prove a shortage" in first
    assert "Levels do not compare across registers" in first
    assert indicators.THRESHOLDS.shortage == 1.5
