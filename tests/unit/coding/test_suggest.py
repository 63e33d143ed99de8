from __future__ import annotations

import pytest

from node.coding.correspondence import CorrespondenceLibrary, Kind
from node.coding.suggest import hint, known_share, suggest_scheme
from node.errors import MappingError
from node.model.records import Scheme

DOSM, KEMENDAGRI = Scheme("DOSM", "2020"), Scheme("KEMENDAGRI", "2022")


def test_codes_of_another_scheme_are_recognised(library: CorrespondenceLibrary) -> None:
    counts = {"7_1": 90, "12.75": 10}
    assert suggest_scheme(library, Kind.PLACE, KEMENDAGRI, counts) == DOSM
    assert hint(library, Kind.PLACE, KEMENDAGRI, counts) == "; this looks like DOSM 2020, not KEMENDAGRI 2022"


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
