"""Microdata on their way to a cube. They stay in the microdata engine: what is held here are expressions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile

if TYPE_CHECKING:
    import ibis.expr.types as ir

OCCUPATION_WRITTEN, PLACE_WRITTEN, TITLE_WRITTEN, CONTRIBUTOR, RECORDS = (
    "occupation_written",
    "place_written",
    "title_written",
    "contributor",
    "records",
)


KEY_SUM = "__key"
"""Suffix of an indicator's column with the sum of its records' keys; there where the profile perturbs."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A classification and its edition, as `mappings/` names them: `KBJI` `2014`, `KEMENDAGRI` `2022`."""

    name: str
    edition: str

    def __str__(self) -> str:
        return f"{self.name} {self.edition}"


@dataclass(frozen=True, slots=True)
class UnitRecords:
    """The records of one source that count in one period, grouped no coarser than coding and protection need.

    `table` columns: OCCUPATION_WRITTEN and PLACE_WRITTEN (text, as the source writes them, null where empty),
    one per CODE field of the profile (coded), CONTRIBUTOR (text; absent where each record is one), RECORDS
    (count of records), and per indicator `<ID>` (sum of its measure) and `<ID>__n` (records that count in it).
    TITLE_WRITTEN is there where the source has job titles: null but for records that their code does not settle.
    `duplicates`: records set aside as repeats of another by the source's declared key, none of them in `table`; None
    where it declares no key;
    `unrecognised`: per CODE field, records with a value that neither source nor profile declares.
    """

    source: str
    occupation_scheme: Scheme
    place_scheme: Scheme
    profile: ExchangeProfile
    period: TimePeriod
    table: ir.Table = field(repr=False)
    duplicates: int | None = field(default=None, repr=False)
    unrecognised: tuple[FieldCount, ...] = field(default=(), repr=False)

    @property
    def titled(self) -> bool:
        return TITLE_WRITTEN in self.table.columns


@dataclass(frozen=True, slots=True)
class FieldCount:
    """How many records hold something in a field that is none of its codes. What it is may be a person's words."""

    name: str
    records: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodeCount:
    """How many records a source wrote a code (or none: empty text) for. What it wrote may be a person's words."""

    written: str = field(repr=False)
    records: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well one source was coded: counts of records of the period.

    `by_level`: in-scope records coded to exactly that ISCO-08 level (0: not coded at all, up to 4);
    `unmapped`: codes of in-scope records that no table maps, most frequent first; `by_title`: in-scope records that
    their code does not settle and that have a job title, by the level it was coded to (0: not coded), empty where the
    source declares no titles; `by_decision`: the same for records whose code or title a reviewer has decided on, empty
    where there are none (they stand in `by_title`, too, where it was the title); `duplicates`, `unrecognised`: as in
    UnitRecords, beside `records`; `hints`: sentences on what looks wrong and what to do.
    """

    source: str
    records: int = field(repr=False)
    out_of_scope: int = field(repr=False)
    place_unmapped: int = field(repr=False)
    by_level: tuple[int, ...] = field(repr=False)
    unmapped: tuple[CodeCount, ...] = field(repr=False)
    unmapped_places: tuple[CodeCount, ...] = field(repr=False)
    mapping_digests: tuple[tuple[str, str], ...]
    by_title: tuple[int, ...] = field(default=(), repr=False)
    duplicates: int | None = field(default=None, repr=False)
    unrecognised: tuple[FieldCount, ...] = field(default=(), repr=False)
    hints: tuple[str, ...] = ()
    by_decision: tuple[int, ...] = field(default=(), repr=False)

    @property
    def in_scope(self) -> int:
        return sum(self.by_level)

    @property
    def coded_share(self) -> float:
        """Share of in-scope records coded to some ISCO-08 group; 1 where there are none."""
        return 1.0 - self.by_level[0] / self.in_scope if self.in_scope else 1.0


@dataclass(frozen=True, slots=True)
class CodedRecords:
    """In-scope records of one period from all sources, coded.

    `table` columns: REF_AREA (a leaf of the sender's areas), OCCUPATION (a leaf or residual code), the other
    axes but INDICATOR, CONTRIBUTOR (unless each record is one), and per indicator `<ID>` and `<ID>__n`.
    `observed_areas`: the areas that at least one source covers; the others are missing, not zero.
    """

    profile: ExchangeProfile
    period: TimePeriod
    table: ir.Table = field(repr=False)
    observed_areas: frozenset[str]
    coverage: tuple[Coverage, ...]

    @property
    def mapping_digests(self) -> dict[str, str]:
        return {name: digest for source in self.coverage for name, digest in source.mapping_digests}
