"""Location text to the area it lies in: by name, and only where there is no doubt."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from node.coding.correspondence import Correspondence, CorrespondenceLibrary, CorrespondenceTable, Kind, Relation
from node.coding.names import LONGEST, NameRules, key, parts, words
from node.errors import MappingError
from node.model.records import Scheme

PLAIN = "plain"
"""Kind of a name that the tables write without a word for its kind: a province or state."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The names of a country's places: those of a table of names, and the titles of the tables that it builds on.

    A name that several places share has one target where all of them lie in one area, and is unknown where they do
    not: nothing is guessed.
    """

    table: CorrespondenceTable
    rules: NameRules
    others: tuple[CorrespondenceTable, ...]
    _by_kind: dict[tuple[str, str], set[str]] = field(init=False, repr=False)
    _by_name: dict[str, set[str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_kind: dict[tuple[str, str], set[str]] = defaultdict(set)
        by_name: dict[str, set[str]] = defaultdict(set)
        for table in (self.table, *self.others):
            for row in table.rows:
                for name in _names(row):
                    kind, base = self.rules.split(name)
                    by_kind[kind or PLAIN, key(base)].add(row.target)
                    for each in {name, base}:
                        by_name[key(each)].add(row.target)
        object.__setattr__(self, "_by_kind", dict(by_kind))
        object.__setattr__(self, "_by_name", dict(by_name))

    @property
    def scheme(self) -> Scheme:
        return self.table.scheme

    @property
    def digests(self) -> tuple[tuple[str, str], ...]:
        """Scheme and digest of every table whose names decide."""
        return tuple(pair for table in (self.table, *self.others) for pair in table.digests)

    def find(self, written: str) -> tuple[Correspondence, ...]:
        """One row with the area that a location lies in; none where it is not known, or not the same for all that it
        may mean.

        Of several places (`Medan, Sumatera Utara`) all that are known must agree, and the last, which holds the
        others, must be known: a small place is many places' name.
        """
        if len(written) > LONGEST:
            return ()
        whole = words(written)
        named = parts(written, self.rules)
        if not named:
            return ()
        targets = self._targets(whole)
        if not targets:
            found = [self._targets(part) for part in named]
            if not found[-1]:
                return ()
            targets = set.intersection(*(one for one in found if one))
        return (Correspondence(whole, min(targets), Relation.NARROWER),) if len(targets) == 1 else ()

    def _targets(self, name: str) -> set[str]:
        """All areas that a name may mean; none where it is not known."""
        if found := self._by_name.get(key(name)) if self.rules.split(name)[0] is None else self._of_kind(name):
            return found
        base, _, part = name.rpartition(" ")
        if part in self.rules.parts and self.rules.part_of is not None:
            return self._by_kind.get((self.rules.part_of, key(base)), set())
        return set()

    def _of_kind(self, name: str) -> set[str]:
        """A name with a word for its kind is a place of that kind, or one that is called so as a whole."""
        kind, base = self.rules.split(name)
        return self._by_kind.get((kind or PLAIN, key(base)), set()) or self._by_kind.get((PLAIN, key(name)), set())


def places_of(library: CorrespondenceLibrary, scheme: Scheme) -> CorrespondenceTable | Gazetteer:
    """How a source's places are found: by code, or by name where the scheme is a table of names.

    Raises: MappingError where there is no such scheme, or none that the table of names builds on.
    """
    table = library.table(Kind.PLACE, scheme)
    if table.names is None:
        return table
    others = tuple(library.table(Kind.PLACE, other) for other in table.names.of)
    if nested := [other.scheme for other in others if other.names is not None]:
        raise MappingError(f"{scheme}: builds on {nested[0]}, which is itself a table of names; name tables of codes")
    return Gazetteer(table, table.names, others)


def _names(row: Correspondence) -> set[str]:
    """What a place is called: its title without what stands in brackets, and its source where that is no code."""
    said = {row.title.partition("(")[0]}
    if not any(char.isdigit() for char in row.source):
        said.add(row.source)
    return {name for name in map(words, said) if name}
