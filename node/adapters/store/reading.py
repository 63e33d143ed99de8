"""Merged observations out of SQL: the vintages in force, and the observations of all of them in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any

import sqlalchemy as sa

from node.adapters.store import tables
from node.adapters.store.rows import vintage_of
from node.merge.plan import in_force
from node.model.merged import MergedCube, Observations
from node.model.period import TimePeriod
from node.model.release import Vintage

_VINTAGES = sa.select(tables.vintage).where(
    tables.vintage.c.dataflow == sa.bindparam("dataflow"),
    tables.vintage.c.period.in_(sa.bindparam("periods", expanding=True)),
)
_COLUMNS = (
    "vintage_id", "ref_area", "occupation", "sex", "indicator",
    "obs_value", "obs_status", "conf_status", "obs_low", "obs_high",
)  # fmt: skip
Row = Sequence[Any]
"""Of those columns, in that order."""


@dataclass(frozen=True, slots=True)
class Filters:
    """The codes of which observations are read; None for all. Each field is a column of the table `observation`."""

    occupation: Sequence[str] | None = None
    ref_area: Sequence[str] | None = None
    indicator: Sequence[str] | None = None
    sex: Sequence[str] | None = None

    @property
    def given(self) -> dict[str, list[str]]:
        """The columns that are filtered, each with its codes."""
        asked = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: list(codes) for name, codes in asked if codes is not None}


def read_cubes(
    connection: sa.Connection, dataflow: str, periods: Sequence[TimePeriod], as_of: datetime | None, filters: Filters
) -> tuple[MergedCube, ...]:
    """One cube for each period, as `node.ports.ObservationStore.cubes` says, in two statements."""
    wanted = {"dataflow": dataflow, "periods": sorted({str(period) for period in periods})}
    identifiers = {vintage_of(row): int(row["id"]) for row in connection.execute(_VINTAGES, wanted).mappings()}
    valid = in_force(identifiers, as_of)
    rows: dict[int, list[Row]] = {identifiers[vintage]: [] for vintage in valid}
    if rows:
        asked = filters.given
        for row in connection.execute(_observations(tuple(asked)), {"vintages": list(rows), **asked}).all():
            rows[row[0]].append(row)
    found = []
    for period in periods:
        own = tuple(one for one in valid if one.key.period == period)
        found.append(MergedCube(dataflow, period, _merged({one.sender: rows[identifiers[one]] for one in own}), own))
    return tuple(found)


def _merged(rows: Mapping[str, Sequence[Row]]) -> Observations:
    """The rows of one period. `rows`: by their sender, of which one vintage is in force."""
    columns = list(zip(*chain.from_iterable(rows.values()), strict=True)) or [()] * len(_COLUMNS)
    _, area, occupation, sex, indicator, value, status, confidentiality, low, high = columns
    senders = [sender for sender, own in rows.items() for _ in own]
    return Observations((area, occupation, sex, indicator), value, (status, confidentiality), senders, (low, high))


@lru_cache
def _observations(filtered: tuple[str, ...]) -> sa.Select[*tuple[Any, ...]]:
    """The observations of the `vintages` and of the codes given for the columns `filtered`, which are of the primary
    key, and so of the index."""
    column = tables.observation.c
    within = [column[name].in_(sa.bindparam(name, expanding=True)) for name in filtered]
    chosen = sa.select(*(column[name] for name in _COLUMNS))
    return chosen.where(column.vintage_id.in_(sa.bindparam("vintages", expanding=True)), *within)


def read_newest(connection: sa.Connection) -> dict[str, tuple[Vintage, ...]]:
    """As `node.ports.ObservationStore.newest` says."""
    best: dict[tuple[str, str], Vintage] = {}
    for vintage in in_force(map(vintage_of, connection.execute(_NEWEST).mappings())):
        place = vintage.sender, vintage.key.dataflow
        held = best.get(place)
        if held is None or vintage.key.period > held.key.period:
            best[place] = vintage
    found: dict[str, tuple[Vintage, ...]] = {}
    for sender, _ in sorted(best):
        found.setdefault(sender, tuple(best[place] for place in sorted(best) if place[0] == sender))
    return found


def read_state(connection: sa.Connection) -> str:
    """As `node.ports.ObservationStore.state` says. Rows of these tables are never deleted, so that each one's number
    says whether there are new ones, whatever the order in which transactions end; runs are many, and come in order.
    """
    return ".".join(str(number or 0) for number in connection.execute(_STATE).one())


def _newest() -> sa.Select[*tuple[Any, ...]]:
    """The vintages of each sender's and dataflow's last month and last quarter: only among the like does the text of a
    period order it."""
    column = tables.vintage.c
    last = sa.select(column.sender, column.dataflow, sa.func.max(column.period)).group_by(
        column.sender, column.dataflow, column.period.contains("Q")
    )
    return sa.select(tables.vintage).where(sa.tuple_(column.sender, column.dataflow, column.period).in_(last))


def _state() -> sa.Select[*tuple[Any, ...]]:
    counted = [sa.select(sa.func.count()).select_from(table).scalar_subquery()
               for table in (tables.vintage, tables.quarantine, tables.verdict, tables.fork)]  # fmt: skip
    held = sa.select(sa.func.sum(tables.quarantine.c.id)).where(tables.quarantine.c.held).scalar_subquery()
    last = sa.select(sa.func.max(tables.run.c.id)).scalar_subquery()
    return sa.select(*counted, held, last)


_NEWEST, _STATE = _newest(), _state()
"""Asked by every page, and so composed once."""
