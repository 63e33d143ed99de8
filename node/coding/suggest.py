"""Which other scheme a source's codes look like, when its declared one does not know them."""

from __future__ import annotations

from collections.abc import Mapping

from node.coding.correspondence import CorrespondenceLibrary, CorrespondenceTable, Kind
from node.model.records import Scheme

MOST = 0.5
"""Share of records above which codes count as mostly known or mostly unknown."""


def known_share(table: CorrespondenceTable, counts: Mapping[str, int]) -> float:
    """Share of records whose written code `table` has; records without any code do not count. 0 where none has one.

    `counts`: records by written code.
    """
    written = {code: records for code, records in counts.items() if table.form.normal(code)}
    total = sum(written.values())
    return sum(records for code, records in written.items() if table.find(code)) / total if total else 0.0


def suggest_scheme(
    library: CorrespondenceLibrary, kind: Kind, declared: Scheme, counts: Mapping[str, int]
) -> Scheme | None:
    """The scheme that knows most of the codes where the declared one knows less than half of them, else None.

    `counts`: records by written code.
    Raises: MappingError where the declared scheme is not known.
    """
    if known_share(library.table(kind, declared), counts) >= MOST:
        return None
    others = [table for table in library.of_kind(kind) if table.scheme != declared]
    shares = {table.scheme: known_share(table, counts) for table in others}
    best = max(shares, key=lambda scheme: shares[scheme], default=None)
    return best if best is not None and shares[best] > MOST else None


def hint(library: CorrespondenceLibrary, kind: Kind, declared: Scheme, counts: Mapping[str, int]) -> str:
    """A clause for a message, empty where no other scheme fits better."""
    other = suggest_scheme(library, kind, declared, counts)
    return f"; this looks like {other}, not {declared}" if other else ""
