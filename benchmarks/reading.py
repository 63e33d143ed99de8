"""Reading a large store: what pages ask of it, and the cheap question whether anything is new.

The floor of a read is the driver handing over the same rows, measured in the same run on the same database.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import sqlalchemy as sa

from benchmarks.stored import PROFILES, fill_store
from node.adapters.profile_files import ProfileFolder
from node.adapters.store import tables
from node.adapters.store.database import Database
from node.adapters.store.store import SqlObservationStore
from node.model.period import TimePeriod
from node.model.profile import OCCUPATION

OBSERVATIONS = 10_000_000
ROUNDS = 30
DATAFLOW, INDICATOR, SEX = "JOBSEEKERS", "JS_REGISTERED", "_T"
STATE_TARGET_MS = 1.0


def main(observations: int = OBSERVATIONS, url: str | None = None) -> None:
    """Print what the reads of a store cost. `url`: an empty database to fill; by default an SQLite file."""
    with tempfile.TemporaryDirectory(prefix="reading-benchmark-") as folder:
        where = url or f"sqlite:///{Path(folder) / 'node.db'}"
        begun = time.perf_counter()
        done = fill_store(where, observations)
        seconds = time.perf_counter() - begun
        print(f"reading: {done:,} observations on {sa.make_url(where).get_backend_name()}, filled in {seconds:.0f} s")
        reads(where)


def reads(url: str) -> None:
    """Print the reads of a store that is filled."""
    store, database = SqlObservationStore(url), Database(url)
    periods = store.periods(DATAFLOW)
    codes = ProfileFolder(PROFILES).profile(DATAFLOW).structure.axis(OCCUPATION).codelist
    major, upper = (codes.to_depth(depth).ids for depth in (1, 2))
    try:
        for name, asked, occupations in (
            ("one month, upper occupations", periods[-1:], upper),
            ("twelve months, major groups", periods[-12:], major),
            ("twelve months, all occupations together", periods[-12:], codes.roots),
        ):
            _compare(name, store, database, asked, occupations)
        state, newest = _median(store.state), _median(store.newest)
        print(
            f"  state: {state:.2f} ms (target: at most {STATE_TARGET_MS:.0f}); newest of all senders: {newest:.2f} ms"
        )
    finally:
        store.close()
        database.close()


def _compare(
    name: str,
    store: SqlObservationStore,
    database: Database,
    periods: Sequence[TimePeriod],
    occupations: Sequence[str],
) -> None:
    """One read in all areas, beside its floor."""
    vintage, cell = tables.vintage.c, tables.observation.c
    texts = [str(period) for period in periods]
    with database.read() as connection:
        wanted = sa.select(vintage.id).where(vintage.dataflow == DATAFLOW, vintage.period.in_(texts))
        held = list(connection.execute(wanted).scalars())
        rows = sa.select(tables.observation).where(
            cell.vintage_id.in_(held), cell.occupation.in_(occupations), cell.indicator == INDICATOR, cell.sex == SEX
        )
        count = len(connection.execute(rows).all())
        floor = _median(lambda: connection.execute(rows).all())
    read = _median(lambda: store.cubes(DATAFLOW, periods, occupations=occupations, indicators=[INDICATOR], sexes=[SEX]))
    print(f"  {name}: {count:,} observations in {read:.1f} ms, floor {floor:.1f} ms, ratio {read / floor:.2f}")


def _median(work: Callable[[], object]) -> float:
    """Milliseconds, the first run left out."""
    work()
    seconds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return 1e3 * statistics.median(seconds)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else OBSERVATIONS, sys.argv[2] if len(sys.argv) > 2 else None)
