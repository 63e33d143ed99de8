from __future__ import annotations

import pytest

from node.coding.names import NameRules, key, parts, words
from node.errors import MappingError
from node.model.records import Scheme

RULES = NameRules(
    of=(Scheme("P", "1"),),
    country=frozenset({"indonesia"}),
    before=(("kota administrasi", "kota"), ("kota", "kota"), ("kab", "kabupaten"), ("จังหวัด", "plain"), ("จ", "plain")),
    after=(("city", "kota"),),
    part_of="kota",
    parts=frozenset({"utara"}),
)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("  Kab.  ASAHAN ", "kab asahan"),
        ("Pare-Pare", "pare pare"),
        ("Ｍｅｄａｎ", "medan"),
        ("Ma’rang", "marang"),
        ("😀 Medan!", "medan"),
        ("จ.สงขลา", "จ สงขลา"),
        ("ภูเก็ต", "ภูเก็ต"),
        ("--", ""),
    ],
)
def test_names_are_compared_as_words(written: str, plain: str) -> None:
    assert words(written) == plain


def test_spaces_do_not_tell_names_apart() -> None:
    assert key(words("Lubuk Linggau")) == key(words("Lubuklinggau"))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Hat Yai, Songkhla", ("hat yai", "songkhla")),
        ("Medan - Sumatera Utara", ("medan", "sumatera utara")),
        ("Penang / Pulau Pinang", ("penang", "pulau pinang")),
        ("Medan (Sumatera Utara), Indonesia 20112", ("medan", "sumatera utara")),
        ("Jl. Merdeka 5, Medan 20112", ("jl merdeka 5", "medan")),
        ("Toli-Toli", ("toli toli",)),
        ("อ.หาดใหญ่ จ.สงขลา 90110", ("อ หาดใหญ่", "จ สงขลา")),
        ("Indonesia", ()),
        ("20112", ()),
    ],
)
def test_a_location_is_taken_apart(written: str, found: tuple[str, ...]) -> None:
    assert parts(written, RULES) == found


@pytest.mark.parametrize(
    ("name", "kind", "base"),
    [
        ("kota binjai", "kota", "binjai"),
        ("kota administrasi jakarta utara", "kota", "jakarta utara"),
        ("kotabumi", None, "kotabumi"),
        ("medan city", "kota", "medan"),
        ("จังหวัดสงขลา", "plain", "สงขลา"),
        ("จ สงขลา", "plain", "สงขลา"),
        ("จะนะ", None, "จะนะ"),
        ("kota", None, "kota"),
    ],
)
def test_a_word_says_what_kind_of_place_it_is(name: str, kind: str | None, base: str) -> None:
    assert RULES.split(name) == (kind, base)


def test_rules_that_cannot_be_kept_are_refused() -> None:
    with pytest.raises(MappingError, match="which tables"):
        NameRules(of=())
    with pytest.raises(MappingError, match="part_of"):
        NameRules(of=(Scheme("P", "1"),), parts=frozenset({"utara"}))
