"""Writes all registers of one demo country."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from node.coding.correspondence import CorrespondenceLibrary, Kind
from node.demo.calendar import DemoCalendar
from node.demo.codebook import codebook
from node.demo.labour_market import MONTHS_BEFORE, jobseekers, market, survey, training, vacancies
from node.demo.sources import SOURCES, DemoSource, as_kept, write_source

SEED = 20_261_001
LEAST_ROWS = 12
LEAST_INTERVIEWS = 20_000
"""Of a survey, whatever the size of the registers: fewer, and an area's major group is a few persons in one quarter and
none in the next, which partners hold as implausible."""


@dataclass(frozen=True, slots=True)
class DemoSize:
    """What is generated: `records` of microdata a country, over the calendar's months, from `seed`."""

    records: int
    calendar: DemoCalendar
    seed: int = SEED


GENERATORS = {"VACANCIES": vacancies, "JOBSEEKERS": jobseekers, "TRAINING": training, "EMPLOYMENT": survey}


def write_registers(country: str, folder: Path, library: CorrespondenceLibrary, size: DemoSize) -> int:
    """Generates a country's registers into `folder`; the same arguments give the same bytes.

    Returns how many rows were written.
    """
    return sum(_write(country, source, folder, library, size) for source in SOURCES[country])


def rows_of(source: DemoSource, size: DemoSize) -> int:
    """How many rows a register has."""
    least = LEAST_INTERVIEWS if source.dataflow == "EMPLOYMENT" else LEAST_ROWS
    return max(least, round(size.records * source.share))


def _write(country: str, source: DemoSource, folder: Path, library: CorrespondenceLibrary, size: DemoSize) -> int:
    codes = codebook(
        country,
        library.table(Kind.OCCUPATION, source.occupation),
        library.table(Kind.PLACE, source.place),
        only=source.only,
        without=source.without,
    )
    quarterly = source.dataflow == "EMPLOYMENT"
    months = size.calendar.quarters if quarterly else size.calendar.since(MONTHS_BEFORE[source.dataflow])
    rows = rows_of(source, size)
    generated = GENERATORS[source.dataflow](market(country, source.id, size.seed, codes, months), rows)
    write_source(as_kept(generated, source), source, folder)
    return rows
