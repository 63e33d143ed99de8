"""The worker: pulls every peer and keeps this node's timestamp fresh, on a schedule, in one process.

Never started inside a web worker. Every run opens the node anew, so that a corrected setting is taken up, and
leaves a record in the store whatever comes of it.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger

from node.adapters.store.lease import DatabaseLease
from node.bootstrap import Services, open_services, utc_now, worker_lock
from node.config import NodeConfig, load_config
from node.errors import Busy, NodeError
from node.operations import pull_all, renew_timestamp, tell_what_was_seen
from node.upkeep import prune_feed

Report = Callable[[str], None]

WAIT_SECONDS = 5.0
"""How often a second worker looks whether the first has gone."""


def run_worker(home: Path, environ: Mapping[str, str], report: Report) -> None:
    """Works until SIGTERM or Ctrl-C. A second worker of the same node, also on another machine with the same
    database, waits for the first to end; one that loses its lease waits, too.

    Missed runs are made up for once, not as often as they were missed.
    Raises: ConfigurationError and what else keeps a node from starting.
    """
    config = load_config(home, environ)
    with open_services(config):
        pass  # a node that cannot start is told at once, not at the first run
    stopped = threading.Event()
    while not stopped.is_set():
        with _alone(config, report) as lease:
            _work(home, environ, report, config.schedule.pull_minutes, lease, stopped)


def _work(
    home: Path, environ: Mapping[str, str], report: Report, minutes: int, lease: DatabaseLease, stopped: threading.Event
) -> None:
    """Rounds until the worker is told to stop (`stopped` is set then) or has lost its lease."""
    scheduler = BlockingScheduler(timezone="UTC")
    scheduler.add_job(
        lambda: run_once(home, environ, report),
        IntervalTrigger(minutes=minutes),
        id="pull and renew",
        next_run_time=utc_now(),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )

    def watch() -> None:
        try:
            lease.check()
        except Busy as problem:
            report(f"stopped: {problem}")
            scheduler.shutdown(wait=False)

    scheduler.add_job(watch, IntervalTrigger(seconds=WAIT_SECONDS), id="watch the lease", coalesce=True)

    def stop(*_: object) -> None:
        stopped.set()
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    report(f"working: every peer is pulled each {minutes} minutes (stop with Ctrl-C)")
    try:
        scheduler.start()
    except KeyboardInterrupt:
        stop()


def run_once(home: Path, environ: Mapping[str, str], report: Report) -> None:
    """One round: renew the timestamp where it is due, pull every peer, then tell what was seen of them. Nothing that
    fails stops the rest."""
    try:
        with open_services(load_config(home, environ)) as services:
            for line in (*_finished(services), *_renewed(services), *_pruned(services)):
                report(line)
            for peer, outcome in pull_all(services):
                report(f"{peer}: {outcome}" if isinstance(outcome, NodeError) else f"{peer}: {len(outcome.new)} merged")
            if told := tell_what_was_seen(services):
                report(told)
    except NodeError as problem:
        report(f"{problem} — {problem.remedy}")


def _renewed(services: Services) -> Iterator[str]:
    """A timestamp is renewed when half its life is over, so that a failure leaves days to mend it."""
    feed = services.own_feed()
    life = timedelta(days=services.config.lifetimes.timestamp_days)
    if feed is None or feed.timestamp_expires - services.clock() > life / 2:
        return
    try:
        yield f"the timestamp is renewed until {renew_timestamp(services):%Y-%m-%d %H:%M} UTC"
    except NodeError as problem:
        yield f"the timestamp could not be renewed: {problem} — {problem.remedy}"


def _finished(services: Services) -> Iterator[str]:
    try:
        services.publication.finish()
    except NodeError as problem:
        yield f"a change of keys could not be ended: {problem} — {problem.remedy}"


def _pruned(services: Services) -> Iterator[str]:
    try:
        gone = prune_feed(services) if services.own_feed() is not None else ()
        if gone:
            yield f"{len(gone)} superseded files of the feed were deleted"
    except NodeError as problem:
        yield f"superseded files of the feed could not be deleted: {problem} — {problem.remedy}"


@contextmanager
def _alone(config: NodeConfig, report: Report) -> Iterator[DatabaseLease]:
    told = False
    while True:
        try:
            with worker_lock(config) as lease:
                yield lease
                return
        except Busy as problem:
            if not told:
                report(f"waiting: {problem}")
                told = True
            time.sleep(WAIT_SECONDS)
