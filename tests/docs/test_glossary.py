"""No invented synonyms: a noun of the exchange is a term of the glossary before it is a class."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\|([^|\n]+)\|([^|\n]*)\|([^|\n]+)\|$", re.MULTILINE)
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
ROWS = [tuple(cell.strip() for cell in row) for row in ROW.findall(GLOSSARY) if not row[0].startswith("---")]
CLASSES = {name for _, classes, _ in ROWS for name in re.findall(r"`(\w+)`", classes)}

NOUNS = ("node/model", "node/ports.py", "node/coding/correspondence.py", "node/coding/place.py")
"""Where the nouns of the exchange live. What a stage uses inside itself, and adapters, may have plain names."""

STRUCTURAL = {"Kind": "which of two kinds of table a correspondence is: of occupations or of places"}
"""Public classes of those modules that are no noun of the field, each with what it is."""


def classes(place: str) -> set[str]:
    files = sorted((ROOT / place).rglob("*.py")) if (ROOT / place).is_dir() else [ROOT / place]
    return {
        node.name
        for file in files
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }


@pytest.mark.parametrize("place", NOUNS)
def test_every_noun_is_a_term(place: str) -> None:
    there = classes(place)
    assert there
    assert sorted(there - CLASSES - set(STRUCTURAL)) == []


def test_every_class_in_the_glossary_exists() -> None:
    assert sorted(CLASSES - classes("node")) == []


def test_terms_stand_once_and_in_order() -> None:
    """A reader looks a term up by its letters, section by section."""
    terms = [term.casefold() for term, _, _ in ROWS if term != "term"]
    assert len(terms) > 60
    assert [term for term in set(terms) if terms.count(term) > 1] == []
    for section in GLOSSARY.split("\n## ")[1:]:
        inside = [term.strip().casefold() for term, _, _ in ROW.findall(section)][2:]
        assert inside == sorted(inside), section.splitlines()[0]


def test_a_term_says_more_than_its_name() -> None:
    assert [term for term, _, meaning in ROWS if term != "term" and len(meaning.split()) < 4] == []
