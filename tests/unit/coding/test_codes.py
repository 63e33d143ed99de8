from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.coding.codes import CodeForm, PrefixRule, shown
from node.errors import MappingError

REMOVED, UNDERSCORE, DASH = CodeForm(""), CodeForm("_"), CodeForm("-")


@pytest.mark.parametrize(
    ("form", "written", "normal"),
    [
        (REMOVED, "2512", "2512"),
        (REMOVED, " 2512 ", "2512"),
        (REMOVED, "2512.03", "251203"),
        (REMOVED, "25-12", "2512"),
        (REMOVED, "2512–03", "251203"),
        (REMOVED, "2512.0", "2512"),
        (REMOVED, "2512.00", "2512"),
        (REMOVED, "２５１２", "2512"),
        (REMOVED, "12.75.01.1001", "1275011001"),
        (REMOVED, "0110", "0110"),
        (REMOVED, "-", ""),
        (REMOVED, " \t", ""),
        (UNDERSCORE, "1_1", "1_1"),
        (UNDERSCORE, "1-1", "1_1"),
        (UNDERSCORE, "1 . 1", "1_1"),
        (UNDERSCORE, "11", "11"),
        (UNDERSCORE, "7.0", "7"),
        (DASH, "id_su", "ID-SU"),
        (DASH, "ID‑SU", "ID-SU"),
        (DASH, "-id su-", "ID-SU"),
    ],
)
def test_a_written_code_has_one_normal_form(form: CodeForm, written: str, normal: str) -> None:
    assert form.normal(written) == normal


@given(st.text(), st.sampled_from([REMOVED, UNDERSCORE, DASH]))
def test_a_normal_form_is_its_own_normal_form(written: str, form: CodeForm) -> None:
    normal = form.normal(written)
    assert form.normal(f"  {normal}\n") == normal


def test_a_lost_leading_zero_is_not_put_back() -> None:
    assert REMOVED.normal("110") != REMOVED.normal("0110")


def test_a_separator_is_one_mark() -> None:
    with pytest.raises(MappingError, match="separator"):
        CodeForm("x")


def test_a_longer_code_has_a_stem_only_at_a_declared_length() -> None:
    rule = PrefixRule(4, (6,))
    assert rule.stem("251203") == "2512"
    assert rule.stem("25120") is None
    assert rule.stem("2512031") is None
    assert rule.stem("2512AB") is None


@pytest.mark.parametrize(("unit", "lengths"), [(4, ()), (4, (4,)), (0, (2,)), (4, (6, 3))])
def test_a_prefix_rule_names_longer_lengths(unit: int, lengths: tuple[int, ...]) -> None:
    with pytest.raises(MappingError, match="prefix rule"):
        PrefixRule(unit, lengths)


@pytest.mark.parametrize("written", ["2512.03", "MY-07", "7_1", " 25-12 ", "2 5 1 2", "OC2512", "12.75.01.1001"])
def test_a_code_is_shown(written: str) -> None:
    assert shown(written) == written


@pytest.mark.parametrize("written", ["Budi", "Budi, programmer, Medan 20111", "tukang\n25", "ครู1", "Jl Melati 12",
     "Budi 1990", "programmer2"])  # fmt: skip
def test_a_text_that_is_no_code_is_not_shown(written: str) -> None:
    assert shown(written) == f"(a text of {len(written)} characters)"


@pytest.mark.parametrize("number", ["3173012345678901", "1-1037-02071-81-4", "900101-01-5678", "6281234567890"])
def test_a_persons_number_in_place_of_a_code_is_not_shown(number: str) -> None:
    assert number not in shown(number)


def test_nothing_is_said_to_be_nothing() -> None:
    assert shown(" ") == "(none)"
