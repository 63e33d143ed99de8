"""Merged observations out of SQL: the vintages in force, and the observations of all of them in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa

from node.adapters.store import tables
from node.adapters.store.rows import vintage_of
from node.merge.plan import in_force
from node.model.comparison import MergedCube, Observation, SeriesKey
from node.model.period import TimePeriod
from node.model.release import Vintage

Content = tuple[float | None, str, str, float | None, float | None]
"""OBS_VALUE, OBS_STATUS, CONF_STATUS, and the least and the most of a suppressed one."""


@dataclass(frozen=True, slots=True)
class Filters:
    """The codes of which observations are read; None for all. Each field is a column of the table `observation`."""

    occupation: Sequence[str] | None = None
    ref_area: Sequence[str] | None = None
    indicator: Sequence[str] | None = None
    sex: Sequence[str] | None = None


class _Made(dict[Content, Observation]):
    """A sender's observations by their content. Most cells are small counts, so equal ones are made once and shared."""

    def __init__(self, sender: str) -> None:
        super().__init__()
        self._sender = sender

    def __missing__(self, content: Content) -> Observation:
        value, status, confidentiality, low, high = content
        made = self[content] = Observation(value, status, confidentiality, self._sender, low, high)
        return made


def read_cubes(
    connection: sa.Connection, dataflow: str, periods: Sequence[TimePeriod], as_of: datetime | None, filters: Filters
) -> tuple[MergedCube, ...]:
    """One cube for each period, as `node.ports.ObservationStore.cubes` says, in two statements."""
    column = tables.vintage.c
    wanted = sorted({str(period) for period in periods})
    query = sa.select(tables.vintage).where(column.dataflow == dataflow, column.period.in_(wanted))
    identifiers = {vintage_of(row): int(row["id"]) for row in connection.execute(query).mappings()}
    valid = in_force(identifiers, as_of)
    cells: dict[TimePeriod, dict[SeriesKey, Observation]] = {period: {} for period in periods}
    made = {vintage.sender: _Made(vintage.sender) for vintage in valid}
    places = {identifiers[vintage]: (cells[vintage.key.period], made[vintage.sender]) for vintage in valid}
    if places:
        # Plain loops over plain tuples: this runs for each row of each page.
        for row in connection.execute(_observations(list(places), filters)).all():
            kept, contents = places[row[0]]
            kept[row[1:5]] = contents[row[5:]]
    return tuple(
        MergedCube(dataflow, period, cells[period], tuple(one for one in valid if one.key.period == period))
        for period in periods
    )


def _observations(
    vintages: list[int], filters: Filters
) -> sa.Select[int, str, str, str, str, float | None, str, str, float | None, float | None]:
    """Vintage, key and content of observations. All filters are columns of the primary key, which is the index."""
    column = tables.observation.c
    query = sa.select(
        column.vintage_id,
        column.ref_area,
        column.occupation,
        column.sex,
        column.indicator,
        column.obs_value,
        column.obs_status,
        column.conf_status,
        column.obs_low,
        column.obs_high,
    ).where(column.vintage_id.in_(vintages))
    for field in fields(Filters):
        codes: Sequence[str] | None = getattr(filters, field.name)
        if codes is not None:
            query = query.where(column[field.name].in_(list(codes)))
    return query


def read_newest(connection: sa.Connection, sender: str) -> tuple[Vintage, ...]:
    """As `node.ports.ObservationStore.newest` says. Months and quarters are sought apart, since only among the like
    the text of a period orders it.
    """
    column = tables.vintage.c
    last = (
        sa.select(column.dataflow, sa.func.max(column.period))
        .where(column.sender == sender)
        .group_by(column.dataflow, column.period.contains("Q"))
    )
    query = sa.select(tables.vintage).where(
        column.sender == sender, sa.tuple_(column.dataflow, column.period).in_(last)
    )
    best: dict[str, Vintage] = {}
    for vintage in in_force(map(vintage_of, connection.execute(query).mappings())):
        held = best.get(vintage.key.dataflow)
        if held is None or vintage.key.period > held.key.period:
            best[vintage.key.dataflow] = vintage
    return tuple(best[dataflow] for dataflow in sorted(best))


def read_state(connection: sa.Connection) -> str:
    """As `node.ports.ObservationStore.state` says. Rows of these tables are never deleted, so that each one's number
    says whether there are new ones, whatever the order in which transactions end; runs are many, and come in order.
    """
    counted = [sa.select(sa.func.count()).select_from(table).scalar_subquery()
               for table in (tables.vintage, tables.quarantine, tables.verdict, tables.fork)]  # fmt: skip
    held = sa.select(sa.func.sum(tables.quarantine.c.id)).where(tables.quarantine.c.held).scalar_subquery()
    last = sa.select(sa.func.max(tables.run.c.id)).scalar_subquery()
    row = connection.execute(sa.select(*counted, held, last)).one()
    return ".".join(str(number or 0) for number in row)
