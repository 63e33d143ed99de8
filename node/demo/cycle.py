"""One full cycle of three nodes over a few processes: prepare and release, then pin, pull and merge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from pathlib import Path

from node.demo.calendar import DemoCalendar
from node.demo.lanes import Task, run_lanes
from node.demo.registers import DemoSize
from node.demo.steps import Step, connect, prepare, pull, release, renew, tell_to
from node.errors import MachineError

WORKERS = 2
"""Processes. Each needs some 400 MiB, and a laptop that shows the demo has other things to do."""

MONTHLY, QUARTERLY = ("VACANCIES", "JOBSEEKERS", "TRAINING"), "EMPLOYMENT"
RELEASES_A_TASK = 10
"""A process opens a node (0.4 s) once for so many releases; with fewer, processes idle less at a stage's end."""

Lanes = dict[str, list[Task[tuple[Step, ...]]]]
Show = Callable[[Step], None]


def count_steps(nodes: int, calendar: DemoCalendar, *, there: bool) -> int:
    """Steps of a cycle. Of each node: registers, keys, releases, pinning and pulls; or renewal and pulls."""
    return nodes * (nodes + (1 if there else 3 + len(wanted(calendar))))


def wanted(calendar: DemoCalendar) -> tuple[tuple[str, str], ...]:
    """The dataflow and period of each release of a node, oldest first."""
    monthly = [(dataflow, str(month)) for month in calendar.months for dataflow in MONTHLY]
    return (*monthly, *((QUARTERLY, str(quarter)) for quarter in calendar.quarters))


def run_cycle(homes: dict[str, Path], size: DemoSize, show: Show, *, there: bool) -> Iterator[Step]:
    """Yields each node's steps; `show` is given each as soon as it is done.

    `homes`: country to its node's folder. All nodes have released before the first pulls. `there`: they have
    released before; feeds are only renewed and pulled again.
    Raises: what a release or a pull raises; MachineError where a process was killed.
    """
    with _processes() as (processes, told):
        for lanes in (_renewals(homes) if there else _releases(homes, size), _pulls(homes, pin=not there)):
            for _, steps in run_lanes(processes, WORKERS, lanes, partial(_tell, told, show)):
                yield from steps
        _tell(told, show)


def _renewals(homes: dict[str, Path]) -> Lanes:
    return {country: [Task(partial(renew, home, country))] for country, home in homes.items()}


def _releases(homes: dict[str, Path], size: DemoSize) -> Lanes:
    names = wanted(size.calendar)
    chunks = [names[at : at + RELEASES_A_TASK] for at in range(0, len(names), RELEASES_A_TASK)]
    return {
        country: [
            Task(partial(prepare, home, country, size)),
            *(Task(partial(release, home, country, chunk), len(chunk)) for chunk in chunks),
        ]
        for country, home in homes.items()
    }


def _pulls(homes: dict[str, Path], *, pin: bool) -> Lanes:
    lanes: Lanes = {
        country: [Task(partial(pull, home, country, peer)) for peer in homes] for country, home in homes.items()
    }
    if pin:
        for country, home in homes.items():
            others = tuple(path for other, path in homes.items() if other != country)
            lanes[country].insert(0, Task(partial(connect, home, country, others)))
    return lanes


@contextmanager
def _processes() -> Iterator[tuple[ProcessPoolExecutor, SimpleQueue[Step]]]:
    """Fresh processes and the queue on which they tell what they have done. Raises: MachineError when one dies."""
    # Spawned, not forked: a fork copies the locks of threads that DuckDB and Arrow have started.
    context = get_context("spawn")
    told: SimpleQueue[Step] = context.SimpleQueue()
    pool = ProcessPoolExecutor(WORKERS, mp_context=context, initializer=tell_to, initargs=(told,))
    try:
        yield pool, told
    except BrokenProcessPool:
        raise MachineError("a process of the demo was ended from outside (out of memory?); run it again") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        told.close()


def _tell(told: SimpleQueue[Step], show: Show) -> None:
    while not told.empty():
        show(told.get())
