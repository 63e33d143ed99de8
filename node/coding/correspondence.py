"""Correspondence tables: what each code of a national scheme is in the exchange's own codelists."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from node.coding.codes import CodeForm, PrefixRule
from node.coding.names import NameRules
from node.errors import MappingError
from node.model.records import Scheme

OUT = "OUT"
"""Target of a known place that lies outside the areas of the exchange."""
OCCUPATION_PREFIX = "OC"
"""Before an ISCO-08 code in CL_OCCUPATION. Source: SDMX CL_OCCUPATION."""
ISCO_08 = Scheme("ISCO", "08")


class Kind(Enum):
    """What a scheme classifies."""

    OCCUPATION = "occupation"
    PLACE = "place"


class Relation(Enum):
    """How a source code stands to its target. Source: XKOS, 9.3 (correspondences between concepts)."""

    EXACT = "exact"
    NARROWER = "narrower"
    """The source is a part of the target."""
    BROADER = "broader"
    """The source holds the target and something more, which the row's note names."""
    SPLIT = "split"
    """The source is spread over several targets, one row each."""


@dataclass(frozen=True, slots=True)
class Correspondence:
    """One row. `weight`: the share of the source that goes to this target, where known (0 to 1)."""

    source: str
    target: str
    relation: Relation
    weight: float | None = None
    note: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a table's facts come from and how far to trust them. `target`: the classification it maps to."""

    title: str
    target: str
    publisher: str
    author: str
    date: str
    licence: str
    origin: str
    trust: str


@dataclass(frozen=True, slots=True)
class CorrespondenceTable:
    """All of one scheme and edition. `digest`: SHA-256 of the files it was read from.

    `false_friends`: codes that the target classification also has, with another meaning.
    `via`: the scheme whose codes the targets are, None where they are the exchange's own.
    `through`: scheme and digest of the tables by which such targets were carried on to the exchange's own.
    `names`: for a table of place names, how location text is read by it.
    Raises: MappingError for rows that contradict each other or break a rule of their relation.
    """

    scheme: Scheme
    kind: Kind
    rows: tuple[Correspondence, ...]
    digest: str
    provenance: Provenance
    form: CodeForm = field(default_factory=CodeForm)
    prefix: PrefixRule | None = None
    false_friends: frozenset[str] = frozenset()
    via: Scheme | None = None
    through: tuple[tuple[str, str], ...] = ()
    names: NameRules | None = None
    index: dict[str, tuple[Correspondence, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.via is not None and self.kind is Kind.PLACE:
            raise MappingError(f"{self.scheme}: places are mapped to areas of the exchange, not to {self.via}")
        if self.names is not None and self.kind is not Kind.PLACE:
            raise MappingError(f"{self.scheme}: only a table of places has rules for `names`")
        index: dict[str, list[Correspondence]] = {}
        for row in self.rows:
            key = self.form.normal(row.source)
            if not key or not row.target:
                raise MappingError(f"{self.scheme}: a row has no source or no target (“{row.source}”, “{row.target}”)")
            index.setdefault(key, []).append(row)
        if not index:
            raise MappingError(f"{self.scheme}: the table has no rows")
        object.__setattr__(self, "index", {key: tuple(rows) for key, rows in index.items()})
        for rows in self.index.values():
            self._check(rows)
        self._check_false_friends()

    @property
    def digests(self) -> tuple[tuple[str, str], ...]:
        """Scheme and digest of every table that decides what this one's codes are."""
        return ((str(self.scheme), self.digest), *self.through)

    def find(self, written: str) -> tuple[Correspondence, ...]:
        """The rows of a code as a source wrote it; none where the scheme does not have it."""
        code = self.form.normal(written)
        if code in self.index:
            return self.index[code]
        stem = self.prefix.stem(code) if self.prefix else None
        return self.index.get(stem, ()) if stem else ()

    def _check(self, rows: tuple[Correspondence, ...]) -> None:
        first = rows[0].source
        if others := {row.source for row in rows} - {first}:
            raise MappingError(f"{self.scheme}: “{first}” and “{others.pop()}” are the same code written in two ways")
        if len({row.target for row in rows}) < len(rows):
            raise MappingError(f"{self.scheme}: code {first} names a target twice")
        if (len(rows) > 1) != (rows[0].relation is Relation.SPLIT) or len({row.relation for row in rows}) > 1:
            raise MappingError(
                f"{self.scheme}: code {first} has {len(rows)} rows; "
                "where a code has several rows each is `split`, and one row alone never is"
            )
        if rows[0].relation is Relation.BROADER and not rows[0].note:
            raise MappingError(f"{self.scheme}: code {first} is broader than its target; its note must say what else")
        if self.kind is Kind.PLACE and len(rows) > 1:
            raise MappingError(f"{self.scheme}: place {first} cannot be split; map the smaller places it consists of")
        final = self.kind is Kind.OCCUPATION and self.via is None
        if final and any(not row.target.startswith(OCCUPATION_PREFIX) for row in rows):
            raise MappingError(f"{self.scheme}: code {first} has a target that is no occupation code (`OC2512`)")
        self._check_weights(first, tuple(row.weight for row in rows))

    def _check_weights(self, source: str, weights: tuple[float | None, ...]) -> None:
        given = [weight for weight in weights if weight is not None]
        if not given:
            return
        if len(given) < len(weights) or len(weights) == 1:
            raise MappingError(f"{self.scheme}: code {source}: give all rows of a split a weight, or none")
        if not all(0 < weight < 1 for weight in given) or not math.isclose(sum(given), 1.0, abs_tol=1e-9):
            raise MappingError(f"{self.scheme}: code {source}: weights are {given}; they must be positive and add to 1")

    def _check_false_friends(self) -> None:
        for code in sorted(self.false_friends):
            rows = self.index.get(self.form.normal(code), ())
            if not rows:
                raise MappingError(f"{self.scheme}: false friend {code} has no row")
            same = code if self.via is not None else f"{OCCUPATION_PREFIX}{code}"
            if any(row.target == same for row in rows):
                raise MappingError(f"{self.scheme}: {code} is a false friend and must not be mapped to the same code")


@dataclass(frozen=True, slots=True)
class CorrespondenceLibrary:
    """The tables a node holds. `tables` are as written; `table` and `of_kind` give them with the exchange's own
    targets, those that map to another scheme carried on through its table.

    Raises: MappingError where two tables are for the same kind, scheme and edition, where a table maps to a
    scheme or a code that there is not (ISCO-08 groups are known where the table of ISCO 08 is there), and where
    tables map to one another in a circle.
    """

    tables: tuple[CorrespondenceTable, ...]
    index: dict[tuple[Kind, Scheme], CorrespondenceTable] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        written: dict[tuple[Kind, Scheme], CorrespondenceTable] = {}
        for table in self.tables:
            if (table.kind, table.scheme) in written:
                raise MappingError(f"there are two {table.kind.value} tables for {table.scheme}")
            written[table.kind, table.scheme] = table
        index = {key: _carried_on(table, written, ()) for key, table in written.items()}
        object.__setattr__(self, "index", index)
        self._check_targets()

    def table(self, kind: Kind, scheme: Scheme) -> CorrespondenceTable:
        """Raises: MappingError naming the schemes and editions that there are."""
        if (kind, scheme) not in self.index:
            known = ", ".join(str(table.scheme) for table in self.of_kind(kind)) or "none"
            raise MappingError(f"unknown {kind.value} scheme “{scheme}”; known: {known}")
        return self.index[kind, scheme]

    def of_kind(self, kind: Kind) -> tuple[CorrespondenceTable, ...]:
        """All tables of a kind, by scheme and edition."""
        tables = (table for table in self.index.values() if table.kind is kind)
        return tuple(sorted(tables, key=lambda table: str(table.scheme)))

    def _check_targets(self) -> None:
        isco = self.index.get((Kind.OCCUPATION, ISCO_08))
        if isco is None:
            return
        groups = {row.target for row in isco.rows}
        for table in self.of_kind(Kind.OCCUPATION):
            if lost := sorted({f"{row.source} to {row.target}" for row in table.rows if row.target not in groups}):
                raise MappingError(f"{table.scheme}: codes go to what is no group of {ISCO_08}", places=tuple(lost))


def _carried_on(
    table: CorrespondenceTable, written: Mapping[tuple[Kind, Scheme], CorrespondenceTable], path: tuple[Scheme, ...]
) -> CorrespondenceTable:
    """The table with the exchange's own targets. `path`: the schemes that led here."""
    if table.via is None:
        return table
    path = (*path, table.scheme)
    if table.via in path:
        circle = " to ".join(str(scheme) for scheme in (*path, table.via))
        raise MappingError(f"correspondence tables map in a circle: {circle}; one of them must map to ISCO-08")
    onward = written.get((table.kind, table.via))
    if onward is None:
        raise MappingError(f"{table.scheme}: maps to {table.via}, for which there is no table")
    return compose(table, _carried_on(onward, written, path))


def compose(table: CorrespondenceTable, onward: CorrespondenceTable) -> CorrespondenceTable:
    """`table`, whose targets are codes of `onward`, with the targets that `onward` gives these.

    False friends are those of the scheme in between, so that none is left.
    Raises: MappingError naming a code whose target `onward` does not have.
    """
    rows = tuple(row for rows in table.index.values() for row in _composed(table, rows, onward))
    return replace(table, rows=rows, via=None, through=onward.digests, false_friends=frozenset())


def _composed(
    table: CorrespondenceTable, rows: tuple[Correspondence, ...], onward: CorrespondenceTable
) -> tuple[Correspondence, ...]:
    """The rows of one code. Weights multiply along a way and add up where ways meet; one unknown leaves all unknown."""
    first = rows[0]
    weights: dict[str, float | None] = {}
    steps: list[Correspondence] = []
    for row in rows:
        found = onward.index.get(onward.form.normal(row.target), ())
        if not found:
            raise MappingError(f"{table.scheme}: code {row.source} goes to {row.target}, which {onward.scheme} lacks")
        for step in found:
            ways = [way.weight if way.relation is Relation.SPLIT else 1.0 for way in (row, step)]
            share = None if ways[0] is None or ways[1] is None else ways[0] * ways[1]
            before = weights.get(step.target, 0.0)
            weights[step.target] = None if before is None or share is None else before + share
        steps += found
    notes = "; ".join(dict.fromkeys(row.note for row in (*rows, *steps) if row.note))
    if len(weights) == 1:
        relation = _combined({row.relation for row in (*rows, *steps)})
        return (Correspondence(first.source, steps[0].target, relation, None, notes, first.title),)
    known = all(weight is not None for weight in weights.values())
    return tuple(
        Correspondence(first.source, target, Relation.SPLIT, weight if known else None, notes, first.title)
        for target, weight in weights.items()
    )


def _combined(relations: set[Relation]) -> Relation:
    """How a source stands to its one target after two steps; what is spread and meets again is a part of it."""
    if Relation.BROADER in relations:
        return Relation.BROADER
    return Relation.EXACT if relations == {Relation.EXACT} else Relation.NARROWER
