"""What is left for a reviewer: how far a source is coded, and what is open, by how much it matters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from node.coding.codes import shown
from node.coding.correspondence import Kind
from node.coding.coverage import LEVELS, DecidedSource, Written
from node.coding.decisions import Matter, Ruling, SourceRulings, normal_form
from node.coding.gazetteer import Gazetteer
from node.coding.place import Scope
from node.coding.titles.text import title_key, title_words
from node.model.period import TimePeriod
from node.model.records import (
    OCCUPATION_WRITTEN,
    PLACE_WRITTEN,
    RECORDS,
    TITLE_WRITTEN,
    Coverage,
    Scheme,
    UnitRecords,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

WEIGHT = "weight"
"""Column: sum of the dataflow's measure (posts, persons, a survey's weights)."""

FEWEST_RECORDS = 3
"""Records that must have a title or a place name before it is shown or kept for review. What fewer wrote may be one
person's or one employer's own words, and matters little."""

LONGEST_HEADING = 80
"""Characters of a label that a table or a page shows; an advertisement pasted into the title would hide all else."""

MOST_OPEN = 500
"""Entries of a review: what comes after has no weight that would be worth a decision."""


class State(Enum):
    """How a reviewer's work on something unmapped stands."""

    OPEN = "open"
    CONFLICT = "conflict"
    SETTLED = "not codable"


@dataclass(frozen=True, slots=True)
class Amount:
    """How much something is: `records` that were written so, and their `weight` in the dataflow's first measure."""

    records: int = 0
    weight: float = 0.0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.records + other.records, self.weight + other.weight)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A target that something unmapped may have, with every reason for it, strongest first.

    `target`: a group of CL_OCCUPATION, an area or OUT; `name`: what that is.
    """

    target: str
    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """One code, place or title that is not mapped.

    `written`: the form in which it is decided on; `label`: as people read it (a title's words in their order).
    """

    matter: Matter
    scheme: Scheme | None
    written: str = field(repr=False)
    label: str = field(repr=False)
    amount: Amount
    state: State
    suggestions: tuple[Suggestion, ...] = field(repr=False)

    @property
    def heading(self) -> str:
        """The label, cut to what a line holds."""
        return self.label if len(self.label) <= LONGEST_HEADING else f"{self.label[: LONGEST_HEADING - 1]}…"


@dataclass(frozen=True, slots=True)
class Review:
    """How one source's period was coded when it was read. Sums only: no record can be told from it.

    `levels`: in scope, coded to exactly that ISCO-08 level (0: not coded); `by_title`: those of them that their title
    decides, empty where the source has no titles; `duplicates`, `hints`: as in Coverage; `indicator`: whose measure
    weighs; `untold`: what is open and too rare, or no code, so that it is only counted; `taken`: UTC.
    """

    source: str
    dataflow: str
    period: TimePeriod
    indicator: str
    schemes: Mapping[str, Scheme]
    total: Amount
    out_of_scope: Amount
    place_unmapped: Amount
    levels: tuple[Amount, ...]
    by_title: tuple[Amount, ...]
    duplicates: int | None
    entries: tuple[OpenEntry, ...] = field(repr=False)
    untold: Mapping[str, Amount]
    hints: tuple[str, ...]
    taken: datetime
    taken_by: str

    @property
    def in_scope(self) -> Amount:
        return _sum(self.levels)

    @property
    def coded_share(self) -> float:
        """Share of the in-scope weight that is coded to some group (of the records, where nothing has a weight)."""
        whole = self.in_scope
        if whole.weight > 0:
            return 1.0 - self.levels[0].weight / whole.weight
        return 1.0 - self.levels[0].records / whole.records if whole.records else 1.0


@dataclass(frozen=True, slots=True)
class UnitsRead:
    """What was read: the dataflow and period, the indicator that weighs, and the schemes of codes and places."""

    dataflow: str
    period: TimePeriod
    indicator: str
    schemes: Mapping[str, Scheme]


Suggest = Callable[[OpenEntry, Sequence[str]], tuple[Suggestion, ...]]
"""Suggestions for an entry, given the titles that its records have most often."""


def weighed_codes(records: UnitRecords) -> ir.Table:
    """As `node.coding.coder.written_codes`, with the WEIGHT of each combination besides."""
    table = records.table
    names = [name for name in (OCCUPATION_WRITTEN, PLACE_WRITTEN, TITLE_WRITTEN) if name in table.columns]
    table = table.mutate(**{name: table[name].cast("string").fill_null("") for name in names})
    measure = table[records.profile.indicators[0].id]
    return table.group_by(names).aggregate(
        **{RECORDS: table[RECORDS].sum(), WEIGHT: measure.sum().cast("float64").fill_null(0.0)}
    )


def review(
    decided: DecidedSource,
    written: pa.Table,
    rulings: SourceRulings,
    suggest: Suggest,
    hints: tuple[str, ...],
    *,
    taken: datetime,
    taken_by: str,
) -> Review:
    """The review of a source whose codes are decided. `written`: what `weighed_codes` gives."""
    amounts = _amounts(written)
    levels, scopes = [Amount()] * LEVELS, dict.fromkeys(Scope, Amount())
    by_title, total = [Amount()] * LEVELS, Amount()
    for (code, place, title), amount in amounts.items():
        total += amount
        area = decided.places[place]
        if isinstance(area, Scope):
            scopes[area] += amount
            continue
        level = decided.decision(code, title).level
        levels[level] += amount
        if decided.by_title(code, title):
            by_title[level] += amount
    entries, untold = _open_entries(decided, amounts, rulings, suggest)
    records = decided.records
    return Review(
        source=records.source,
        dataflow=records.profile.dataflow,
        period=records.period,
        indicator=records.profile.indicators[0].id,
        schemes={Matter.OCCUPATION.value: records.occupation_scheme, Matter.PLACE.value: records.place_scheme},
        total=total,
        out_of_scope=scopes[Scope.OUT],
        place_unmapped=scopes[Scope.UNMAPPED],
        levels=tuple(levels),
        by_title=tuple(by_title) if records.titled else (),
        duplicates=records.duplicates,
        entries=entries,
        untold=untold,
        hints=hints,
        taken=taken,
        taken_by=taken_by,
    )


def review_of_coverage(
    coverage: Coverage, of: UnitsRead, suggest: Suggest, rulings: SourceRulings, *, taken: datetime, taken_by: str
) -> Review:
    """What a release leaves behind: records alone, without weights and titles, which coverage does not hold."""
    entries: list[OpenEntry] = []
    untold: defaultdict[str, Amount] = defaultdict(Amount)
    for matter, codes in ((Matter.OCCUPATION, coverage.unmapped), (Matter.PLACE, coverage.unmapped_places)):
        table = rulings.tables[Kind(matter.value)]
        for code in codes:
            form, amount = normal_form(table, code.written), Amount(code.records)
            if not form or shown(form) != form or len(entries) >= MOST_OPEN:
                untold[matter.value] += amount
                continue
            state = _state(rulings.code(matter, form))
            entry = OpenEntry(matter, of.schemes[matter.value], form, form, amount, state, ())
            entries.append(replace(entry, suggestions=suggest(entry, ()) if state is not State.SETTLED else ()))
    return Review(
        source=coverage.source,
        dataflow=of.dataflow,
        period=of.period,
        indicator=of.indicator,
        schemes=of.schemes,
        total=Amount(coverage.records),
        out_of_scope=Amount(coverage.out_of_scope),
        place_unmapped=Amount(coverage.place_unmapped),
        levels=tuple(map(Amount, coverage.by_level)),
        by_title=tuple(map(Amount, coverage.by_title)),
        duplicates=coverage.duplicates,
        entries=tuple(entries),
        untold=dict(untold),
        hints=coverage.hints,
        taken=taken,
        taken_by=taken_by,
    )


def same_counts(one: Review, other: Review) -> bool:
    """Whether two reviews of a period count the same records, so that what one knows more still holds."""
    amounts = [
        (review.total, review.out_of_scope, review.place_unmapped, *review.levels, *review.by_title)
        for review in (one, other)
    ]
    return [amount.records for amount in amounts[0]] == [amount.records for amount in amounts[1]]


@dataclass(slots=True)
class _Tally:
    """What was found of one unmapped thing so far: how much, how it reads, and the titles beside it."""

    amount: Amount = field(default_factory=Amount)
    labels: Counter[str] = field(default_factory=Counter)
    titles: Counter[str] = field(default_factory=Counter)


def _open_entries(
    decided: DecidedSource, amounts: Mapping[Written, Amount], rulings: SourceRulings, suggest: Suggest
) -> tuple[tuple[OpenEntry, ...], dict[str, Amount]]:
    """What is unmapped, heaviest first, and what of it is only counted."""
    tallies: defaultdict[tuple[Matter, str], _Tally] = defaultdict(_Tally)
    untold: defaultdict[str, Amount] = defaultdict(Amount)
    for whole, amount in amounts.items():
        for matter, written in _unmapped(decided, whole):
            if (form := _reviewed_form(decided, matter, written)) is None:
                untold[matter.value] += amount
                continue
            tally = tallies[matter, form]
            tally.amount += amount
            tally.labels[" ".join(title_words(written)) if matter is Matter.TITLE else form] += amount.records
            if whole[2]:
                tally.titles[whole[2]] += amount.records
    schemes = {Matter.OCCUPATION: decided.records.occupation_scheme, Matter.PLACE: decided.records.place_scheme}
    entries: list[OpenEntry] = []
    order = sorted(tallies.items(), key=lambda one: (-one[1].amount.weight, -one[1].amount.records, one[0][1]))
    for (matter, form), tally in order:
        words = matter is Matter.TITLE or shown(form) != form
        if len(entries) >= MOST_OPEN or (words and tally.amount.records < FEWEST_RECORDS):
            untold[matter.value] += tally.amount
            continue
        state = _state(rulings.title(form) if matter is Matter.TITLE else rulings.code(matter, form))
        label = tally.labels.most_common(1)[0][0]
        entry = OpenEntry(matter, schemes.get(matter), form, label, tally.amount, state, ())
        titles = [title for title, number in tally.titles.most_common(3) if number >= FEWEST_RECORDS]
        suggestions = suggest(entry, titles) if state is not State.SETTLED else ()
        entries.append(replace(entry, suggestions=suggestions))
    return tuple(entries), dict(untold)


def _unmapped(decided: DecidedSource, whole: Written) -> Iterable[tuple[Matter, str]]:
    """What of a record's code, place and title is not mapped, and would have had to be."""
    code, place, title = whole
    area = decided.places[place]
    if area is Scope.UNMAPPED:
        yield Matter.PLACE, place
    if isinstance(area, Scope) or decided.decision(code, title).codes:
        return
    yield (Matter.TITLE, title) if title else (Matter.OCCUPATION, code)
    if title and code:
        yield Matter.OCCUPATION, code


def _reviewed_form(decided: DecidedSource, matter: Matter, written: str) -> str | None:
    """The form in which something is decided on; None where there is nothing, or a text in place of a code."""
    if matter is Matter.TITLE:
        return title_key(written) or None
    table = decided.occupation_table if matter is Matter.OCCUPATION else decided.place_table
    base = table.table if isinstance(table, Gazetteer) else table
    form = normal_form(base, written)
    if not form or (matter is Matter.OCCUPATION and shown(form) != form):
        return None
    return form


def _state(ruling: Ruling | None) -> State:
    if ruling is None:
        return State.OPEN
    return State.CONFLICT if ruling.conflict else State.SETTLED


def _amounts(written: pa.Table) -> dict[Written, Amount]:
    columns = [written.column(name).to_pylist() for name in (OCCUPATION_WRITTEN, PLACE_WRITTEN)]
    titled = TITLE_WRITTEN in written.column_names
    columns.append(written.column(TITLE_WRITTEN).to_pylist() if titled else [""] * written.num_rows)
    numbers = zip(written.column(RECORDS).to_pylist(), written.column(WEIGHT).to_pylist(), strict=True)
    amounts = (Amount(int(records), float(weight)) for records, weight in numbers)
    return dict(zip(zip(*columns, strict=True), amounts, strict=True))


def _sum(amounts: Iterable[Amount]) -> Amount:
    total = Amount()
    for amount in amounts:
        total += amount
    return total
