"""What looks wrong with what a source wrote, and what to do: another scheme's codes, a zero that a spreadsheet lost."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import nlargest

from node.coding.correspondence import CorrespondenceLibrary, CorrespondenceTable, Kind
from node.coding.gazetteer import Gazetteer, places_of
from node.coding.names import words
from node.model.records import Scheme

MOST = 0.5
"""Share of records that another scheme must know at least to be named."""
CLEARLY = 0.02
"""Share of records by which it must know more. It must also leave at most half as many unknown: stray codes, which no
scheme knows, do not make a source another scheme's."""

LOOKED_AT = 2_000
"""Written codes, the most frequent first, that other schemes are asked for: enough to tell, and quick where a column
holds a hundred thousand addresses."""

Places = CorrespondenceTable | Gazetteer


def known_share(table: Places, counts: Mapping[str, int]) -> float:
    """Share of records whose written code `table` has; records without any code do not count. 0 where none has one.

    `counts`: records by written code.
    """
    written = {code: records for code, records in counts.items() if _says_something(table, code)}
    total = sum(written.values())
    return sum(records for code, records in written.items() if table.find(code)) / total if total else 0.0


def suggest_scheme(
    library: CorrespondenceLibrary, kind: Kind, declared: Scheme, counts: Mapping[str, int]
) -> Scheme | None:
    """The scheme that knows clearly more of the records than the declared one, else None; of several that know as
    much, one of the declared name.

    `counts`: records by written code.
    Raises: MappingError where the declared scheme is not known.
    """
    counts = _heaviest(counts)
    known = known_share(_finder(library, kind, declared), counts)
    if known > 1 - CLEARLY:
        return None
    others = [table.scheme for table in library.of_kind(kind) if table.scheme != declared]
    shares = {scheme: known_share(_finder(library, kind, scheme), counts) for scheme in others}
    best = max(shares, key=lambda scheme: (shares[scheme], scheme.name == declared.name), default=None)
    if best is None or shares[best] <= MOST or shares[best] - known < CLEARLY:
        return None
    return best if 1 - shares[best] <= (1 - known) / 2 else None


def hint(library: CorrespondenceLibrary, kind: Kind, declared: Scheme, counts: Mapping[str, int]) -> str:
    """A clause for a message, empty where no other scheme fits better."""
    other = suggest_scheme(library, kind, declared, counts)
    if other is None:
        return ""
    counts = _heaviest(counts)
    knows = (known_share(_finder(library, kind, scheme), counts) for scheme in (other, declared))
    more, less = (f"{share:.0%}" for share in knows)
    return f"; this looks like {other}, not {declared} (which know {more} and {less} of the records with a code)"


def lost_zeros(table: Places, counts: Mapping[str, int]) -> int:
    """Records whose code the table lacks, and has with a zero in front. What it should be, only the source knows."""
    return sum(
        records
        for code, records in counts.items()
        if code.strip().isdigit() and not table.find(code) and table.find(f"0{code.strip()}")
    )


def _heaviest(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(nlargest(LOOKED_AT, counts.items(), key=lambda entry: entry[1]))


def _finder(library: CorrespondenceLibrary, kind: Kind, scheme: Scheme) -> Places:
    return places_of(library, scheme) if kind is Kind.PLACE else library.table(kind, scheme)


def _says_something(table: Places, code: str) -> bool:
    return bool(words(code) if isinstance(table, Gazetteer) else table.form.normal(code))
