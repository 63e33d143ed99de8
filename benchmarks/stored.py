"""A store filled with made-up observations, for benchmarks that read: three senders, four dataflows, years of months.

Structures, codes and levels are those of the exchange profiles, so that pages over it work. Counts are skewed and
sparse like those of registers, and add up; about a tenth of what is listed is suppressed, with bounds around it.
"""

from __future__ import annotations

import hashlib
import io
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import sqlalchemy as sa

from node.adapters.profile_files import ProfileFolder
from node.adapters.store import tables
from node.adapters.store.connect import open_engine
from node.adapters.store.database import Database
from node.adapters.store.migrate import upgrade_database
from node.adapters.store.rows import OBSERVATION_COLUMNS, observation_rows, vintage_values
from node.adapters.store.store import ROWS_AT_ONCE
from node.model.codelist import NO_PARENT
from node.model.cube import listed_cells
from node.model.period import TimePeriod
from node.model.profile import AREA, INDICATOR, OCCUPATION, SEX, ExchangeProfile
from node.model.release import TargetCustom, TargetDigest, TargetKey, Vintage
from node.model.structure import (
    CONF_CONFIDENTIAL,
    CONF_FREE,
    OBS_HIGH,
    OBS_LOW,
    STATUS_NORMAL,
    STATUS_SUPPRESSED,
    DataStructure,
)

SENDERS = {"ID": "IMTGT_ID", "MY": "IMTGT_MY", "TH": "IMTGT_TH"}
LAST = TimePeriod("2026-10")
QUARTERLY = "Q"
PROFILES = Path(__file__).resolve().parents[1] / "exchange_profiles"
SUPPRESSED = 0.1
"""Of the listed cells."""
TOTALS = {"VACANCIES": 15_000, "JOBSEEKERS": 80_000, "TRAINING": 6_000, "EMPLOYMENT": 8_000_000}
"""What an indicator comes to in one country, more or less."""
SKEW = 2.4
"""Spread of the logarithm of a leaf cell's mean count: most are 0, some are thousands."""
WIDEST = 20
"""How far a bound lies from a suppressed count, at most, either way."""
NO_DIMENSION = "_Z"
TEXTS = (INDICATOR, SEX, OCCUPATION, AREA)

Show = Callable[[int, int], None]
"""Told how many observations there are by now, and how many there will be."""


def told_on_stderr(done: int, wanted: int) -> None:
    """Progress of `fill_store`, on one line."""
    print(f"\r  {done:,} of {wanted:,} observations", end="\n" if done >= wanted else "", file=sys.stderr, flush=True)


def fill_store(url: str, observations: int, show: Show = told_on_stderr) -> int:
    """Fill an empty store with whole months, going back from October 2026, until it has that many observations.

    Returns how many there are. `url`: as SQLAlchemy has it, SQLite or PostgreSQL. The same number gives the same store.
    """
    upgrade_database(url)
    library = ProfileFolder(PROFILES)
    profiles = [library.profile(dataflow) for dataflow in library.dataflows()]
    moulds = [Mould.of(profile, sender, SENDERS[sender]) for sender in SENDERS for profile in profiles]
    database, done, month = Database(url), 0, LAST
    try:
        while done < observations:
            with database.write() as connection:
                for mould in moulds:
                    period = mould.period(month)
                    if period is not None:
                        done += _insert(connection, *mould.cast(period))
            show(min(done, observations), observations)
            month = month.shifted(-1)
    finally:
        database.close()
    _settle(url)
    return done


@dataclass(frozen=True, slots=True, eq=False)
class Mould:
    """What the vintages of one sender and dataflow have in common.

    `rate`: the mean count of each leaf cell, 0 elsewhere, of the structure's shape; `order`: the cells as a store
    sorts them, in C order.
    """

    profile: ExchangeProfile
    sender: str
    structure: DataStructure
    rate: np.ndarray
    order: np.ndarray

    @classmethod
    def of(cls, profile: ExchangeProfile, sender: str, authority: str) -> Mould:
        structure = profile.for_sender(authority)
        random = np.random.default_rng(_seed(sender, profile.dataflow))
        rate = random.lognormal(0.0, SKEW, structure.shape)
        ranks = {}
        for place, axis in enumerate(structure.axes):
            parents = axis.codelist.parents
            if axis.additive:
                np.moveaxis(rate, place, 0)[np.unique(parents[parents != NO_PARENT])] = 0
            rank = np.argsort(np.argsort(np.array(axis.codelist.ids)))
            ranks[axis.id] = np.broadcast_to(_along(rank, place, structure), structure.shape).ravel()
        rate *= TOTALS[profile.dataflow] * len(profile.indicators) / rate.sum()
        keys = [ranks[name] for name in reversed(TEXTS) if name in ranks]
        return cls(profile, sender, structure, rate, np.lexsort(keys))

    def period(self, month: TimePeriod) -> TimePeriod | None:
        """The period that ends with a month; None where none does."""
        if self.profile.frequency != QUARTERLY:
            return month
        quarter = TimePeriod.quarter_of(month.start)
        return quarter if quarter.end == month.end else None

    def cast(self, period: TimePeriod) -> tuple[Vintage, pa.Table]:
        """A vintage with its observations, as a merge would store them."""
        random = np.random.default_rng(_seed(self.sender, self.profile.dataflow, str(period)))
        season = 1 + 0.2 * np.sin(period.start.month * np.pi / 6)
        value = _added_up(random.poisson(self.rate * season).astype(np.float64), self.structure)
        listed = listed_cells(self.structure, value == 0).ravel()[self.order]
        cells = self.order[listed]
        value = value.ravel()[cells]
        hidden = _suppressed(value, random)
        table = self._texts(cells)
        table["OBS_VALUE"] = pa.array(value, mask=hidden)
        for name, shown, kept in (
            ("OBS_STATUS", STATUS_NORMAL, STATUS_SUPPRESSED), ("CONF_STATUS", CONF_FREE, CONF_CONFIDENTIAL),
        ):  # fmt: skip
            table[name] = pa.DictionaryArray.from_arrays(pa.array(hidden.astype(np.int32)), [shown, kept])
        low = np.maximum(value - random.integers(0, WIDEST, len(value)), 0)
        high = value + random.integers(1, WIDEST, len(value))
        table[OBS_LOW], table[OBS_HIGH] = pa.array(low, mask=~hidden), pa.array(high, mask=~hidden)
        return self._vintage(period, len(cells)), pa.table(table)

    def _texts(self, cells: np.ndarray) -> dict[str, pa.Array]:
        places = dict(zip(self.structure.position, np.unravel_index(cells, self.structure.shape), strict=True))
        return {
            name: pa.DictionaryArray.from_arrays(
                pa.array(places.get(name, np.zeros(len(cells))).astype(np.int32)),
                list(self.structure.axis(name).codelist.ids) if name in places else [NO_DIMENSION],
            )
            for name in TEXTS
        }

    def _vintage(self, period: TimePeriod, rows: int) -> Vintage:
        key = TargetKey(self.profile.dataflow, period)
        published = datetime(period.end.year, period.end.month, self.profile.release_day, 2, tzinfo=UTC)
        digest = hashlib.sha256(f"{self.sender} {key.path}".encode()).hexdigest()
        custom = TargetCustom(
            dataflow=key.dataflow,
            period=str(period),
            revision=1,
            published=published,
            profile_version=self.profile.version,
            profile_digest=self.profile.digest,
            mapping_digests=((f"occupation/{self.sender.lower()}", digest), (f"place/{self.sender.lower()}", digest)),
            rows=rows,
            synthetic=True,
        )
        target = TargetDigest(key.path, 8 * rows, digest)
        return Vintage(self.sender, key, custom, target, digest[::-1], 1, published + timedelta(hours=1))


def _seed(*names: str) -> int:
    return int.from_bytes(hashlib.sha256(" ".join(names).encode()).digest()[:8], "big")


def _along(numbers: np.ndarray, place: int, structure: DataStructure) -> np.ndarray:
    return np.expand_dims(numbers, tuple(other for other in range(len(structure.axes)) if other != place))


def _added_up(value: np.ndarray, structure: DataStructure) -> np.ndarray:
    for place, axis in enumerate(structure.axes):
        if axis.additive:
            along, parents = np.moveaxis(value, place, 0), axis.codelist.parents
            for child in range(len(parents) - 1, 0, -1):
                if parents[child] != NO_PARENT:
                    along[parents[child]] += along[child]
    return value


def _suppressed(value: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A tenth of the cells, the smallest that are not 0 before others."""
    wanted = int(SUPPRESSED * len(value))
    some = np.flatnonzero(value)
    smallest = some[np.argsort(value[some] + random.random(len(some)), kind="stable")[:wanted]]
    hidden = np.zeros(len(value), np.bool_)
    hidden[smallest] = True
    return hidden


def _insert(connection: sa.Connection, vintage: Vintage, table: pa.Table) -> int:
    added = tables.vintage.insert().values(vintage_values(vintage)).returning(tables.vintage.c.id)
    identifier = int(connection.execute(added).scalar_one())
    names = [column.name for column in tables.observation.columns]
    if connection.dialect.name == "sqlite":
        statement = f"INSERT INTO observation ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        for rows in observation_rows(identifier, table, ROWS_AT_ONCE):
            connection.exec_driver_sql(statement, rows)
    else:
        statement = f"COPY observation ({', '.join(names)}) FROM STDIN (FORMAT csv)"
        driver = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(statement) as into:
            into.write(_as_csv(identifier, table))
    return table.num_rows


def _as_csv(identifier: int, table: pa.Table) -> bytes:
    """The rows as PostgreSQL copies them in; an empty field is null."""
    columns = [table.column(name) for name in (*OBSERVATION_COLUMNS, OBS_LOW, OBS_HIGH)]
    plain = [column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in columns]
    every = [pa.array(np.full(table.num_rows, identifier)), *plain]
    sink = io.BytesIO()
    pacsv.write_csv(
        pa.table(every, names=[str(at) for at in range(len(every))]), sink, pacsv.WriteOptions(include_header=False)
    )
    return sink.getvalue()


def _settle(url: str) -> None:
    """What a store of years has behind it: figures for PostgreSQL's planner. SQLite needs nothing."""
    engine = open_engine(url, read_only=False)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def main(url: str, observations: int) -> None:
    """Fill a store and print how long that took."""
    begun = time.perf_counter()
    done = fill_store(url, observations)
    print(f"stored: {done:,} observations in {time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
