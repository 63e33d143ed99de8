from __future__ import annotations

import pytest

from node.coding.correspondence import CorrespondenceLibrary, Kind
from node.coding.suggest import LOOKED_AT, hint, known_share, lost_zeros, suggest_scheme
from node.errors import MappingError
from node.model.records import Scheme

DOSM, KEMENDAGRI = Scheme("DOSM", "2020"), Scheme("KEMENDAGRI", "2022")


def test_codes_of_another_scheme_are_recognised(library: CorrespondenceLibrary) -> None:
    counts = {"7_1": 90, "12.75": 10}
    assert suggest_scheme(library, Kind.PLACE, KEMENDAGRI, counts) == DOSM
    assert hint(library, Kind.PLACE, KEMENDAGRI, counts) == (
        "; this looks like DOSM 2020, not KEMENDAGRI 2022 (which know 90% and 10% of the records with a code)"
    )


def test_a_scheme_that_knows_most_and_still_clearly_less_is_doubted(library: CorrespondenceLibrary) -> None:
    """Most BPS codes are Kemendagri codes of other districts, so that a wrong scheme shows in a few only."""
    assert suggest_scheme(library, Kind.OCCUPATION, Scheme("MASCO", "2020"), {"2411": 80, "2512": 20}) is None
    both = {"2512": 80, "7111": 17, "0115": 3}
    assert suggest_scheme(library, Kind.OCCUPATION, Scheme("KBJI", "2014"), both) is None


def test_stray_codes_that_no_scheme_knows_make_no_other_scheme(library: CorrespondenceLibrary) -> None:
    assert suggest_scheme(library, Kind.PLACE, KEMENDAGRI, {"12.75": 50, "7_1": 1, "99": 49}) is None


def test_of_very_many_codes_the_most_frequent_tell(library: CorrespondenceLibrary) -> None:
    rare = {f"99.{number:05}": 1 for number in range(3 * LOOKED_AT)}
    assert suggest_scheme(library, Kind.PLACE, KEMENDAGRI, {"7_1": 5 * LOOKED_AT} | rare) == DOSM


def test_a_lost_zero_is_counted_and_never_put_back(library: CorrespondenceLibrary) -> None:
    table = library.table(Kind.OCCUPATION, Scheme("KBJI", "2014"))
    assert lost_zeros(table, {"115": 7, "0115": 5, "999": 3, "": 2, "x115": 1}) == 7
    assert table.find("115") == ()


@pytest.mark.parametrize(
    "counts",
    [{"12.75": 60, "7_1": 40}, {"99.99": 100}, {"": 100}, {}],
    ids=["mostly known", "nobody's", "none", "empty"],
)
def test_no_other_scheme_is_named_where_none_fits_better(
    library: CorrespondenceLibrary, counts: dict[str, int]
) -> None:
    assert suggest_scheme(library, Kind.PLACE, KEMENDAGRI, counts) is None
    assert hint(library, Kind.PLACE, KEMENDAGRI, counts) == ""


def test_records_without_a_code_do_not_count(library: CorrespondenceLibrary) -> None:
    assert known_share(library.table(Kind.PLACE, KEMENDAGRI), {"12": 3, "99": 1, "": 1000}) == 0.75


def test_only_tables_of_the_same_kind_are_suggested(library: CorrespondenceLibrary) -> None:
    assert suggest_scheme(library, Kind.PLACE, KEMENDAGRI, {"2351": 5}) is None
    assert suggest_scheme(library, Kind.OCCUPATION, Scheme("KBJI", "2014"), {"2351": 5}) == Scheme("MASCO", "2020")


def test_an_unknown_declared_scheme_is_an_error(library: CorrespondenceLibrary) -> None:
    with pytest.raises(MappingError, match="BPS 1999"):
        suggest_scheme(library, Kind.PLACE, Scheme("BPS", "1999"), {"12": 1})
