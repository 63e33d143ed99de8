"""The worker: pulls every peer and keeps this node's timestamp fresh, on a schedule, in one process.

Never started inside a web worker. Every run opens the node anew, so that a corrected setting is taken up, and
leaves a record in the store whatever comes of it.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger

from node.bootstrap import Services, open_services, utc_now, worker_lock
from node.config import NodeConfig, load_config
from node.errors import Busy, NodeError
from node.operations import pull_all, renew_timestamp

Report = Callable[[str], None]

WAIT_SECONDS = 5.0
"""How often a second worker looks whether the first has gone."""


def run_worker(home: Path, environ: Mapping[str, str], report: Report) -> None:
    """Works until SIGTERM or Ctrl-C. A second worker of the same node waits for the first to end.

    Missed runs are made up for once, not as often as they were missed.
    Raises: ConfigurationError and what else keeps a node from starting.
    """
    config = load_config(home, environ)
    with open_services(config):
        pass  # a node that cannot start is told at once, not at the first run
    with _alone(config, report):
        scheduler = BlockingScheduler(timezone="UTC")
        interval = IntervalTrigger(minutes=config.schedule.pull_minutes)
        scheduler.add_job(
            lambda: run_once(home, environ, report),
            interval,
            id="pull and renew",
            next_run_time=utc_now(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        signal.signal(signal.SIGTERM, lambda *_: scheduler.shutdown(wait=False))
        report(f"working: every peer is pulled each {config.schedule.pull_minutes} minutes (stop with Ctrl-C)")
        try:
            scheduler.start()
        except KeyboardInterrupt:
            scheduler.shutdown(wait=False)


def run_once(home: Path, environ: Mapping[str, str], report: Report) -> None:
    """One round: renew the timestamp where it is due, then pull every peer. Nothing that fails stops the rest."""
    try:
        with open_services(load_config(home, environ)) as services:
            for line in _renewed(services):
                report(line)
            for peer, outcome in pull_all(services):
                report(f"{peer}: {outcome}" if isinstance(outcome, NodeError) else f"{peer}: {len(outcome.new)} merged")
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


@contextmanager
def _alone(config: NodeConfig, report: Report) -> Iterator[None]:
    told = False
    while True:
        try:
            with worker_lock(config):
                yield
                return
        except Busy as problem:
            if not told:
                report(f"waiting: {problem}")
                told = True
            time.sleep(WAIT_SECONDS)
