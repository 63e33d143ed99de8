"""The shipped codelists are trees in which every parent is the sum of its children."""

from __future__ import annotations

import pytest

from node.model.codelist import Codelist


def test_every_inner_occupation_ends_with_its_residual(occupations: Codelist) -> None:
    inner = [code for code in occupations.ids if occupations.children(code)]
    assert len(inner) == 1 + 10 + 43 + 130
    for code in inner:
        residual = "_X" if code == "_T" else f"{code}_X"
        assert occupations.children(code)[-1] == residual
        assert not occupations.children(residual)
    assert sum(code.endswith("_X") for code in occupations.ids) == len(inner)


def test_an_occupations_digits_are_its_path(occupations: Codelist) -> None:
    for code in occupations.codes:
        if code.id == "_T":
            assert code.parent is None
        elif len(code.id) == 3 or code.id == "_X":
            assert code.parent == "_T"
        else:
            assert code.parent == (code.id.removesuffix("_X") if code.id.endswith("_X") else code.id[:-1])


def test_a_residual_is_named_after_its_parent(occupations: Codelist) -> None:
    assert occupations.code("_X").name == "Occupation not known"
    for code in occupations.codes:
        if code.id.endswith("_X") and code.parent not in (None, "_T"):
            assert code.name == f"{occupations.code(code.parent).name}, not further specified"


@pytest.mark.parametrize(
    ("depth", "leaves"), [(1, 11), (2, 43 + 10 + 1), (3, 130 + 43 + 10 + 1), (4, 436 + 130 + 43 + 11)]
)
def test_a_cut_occupation_list_still_adds_up(occupations: Codelist, depth: int, leaves: int) -> None:
    cut = occupations.to_depth(depth)
    assert len(cut.leaves) == leaves
    assert set(cut.depths[[cut.index[code] for code in cut.leaves]].tolist()) == set(range(1, depth + 1))
    for code in cut.ids:
        if children := cut.children(code):
            assert children[-1].endswith("_X")


def test_areas_stand_under_their_country(areas: Codelist) -> None:
    assert areas.roots == ("IMTGT",)
    assert areas.children("IMTGT") == ("IMTGT_ID", "IMTGT_MY", "IMTGT_TH")
    assert [len(areas.children(f"IMTGT_{country}")) for country in ("ID", "MY", "TH")] == [10, 8, 14]
    assert len(areas) == 1 + 3 + 32
    for code in areas.leaves:
        assert areas.code(code).parent == f"IMTGT_{code[:2]}"
