"""Several lanes of work over a few processes: lanes run side by side, the tasks of one lane one after another.

A lane is a node: two processes never work on the same one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

Result = TypeVar("Result")

LONGEST_SILENCE_SECONDS = 0.2
"""How often the caller gets a turn while tasks run."""


@dataclass(frozen=True, slots=True)
class Task(Generic[Result]):
    """A call that can be sent to another process. `cost`: how long it takes, in any unit, to start long lanes first."""

    call: Callable[[], Result]
    cost: float = 1.0


def run_lanes(
    pool: Executor,
    workers: int,
    lanes: Mapping[str, Sequence[Task[Result]]],
    meanwhile: Callable[[], None],
) -> Iterator[tuple[str, Result]]:
    """Yields each task's lane and result as it ends; `meanwhile` is called at short intervals.

    `workers`: how many tasks `pool` works on at a time.
    Raises: what a task raises; tasks that have not begun by then are not begun.
    """
    waiting = {name: list(tasks) for name, tasks in lanes.items()}
    running: dict[Future[Result], str] = {}
    try:
        while running or any(waiting.values()):
            _start(pool, workers, waiting, running)
            ended, _ = wait(running, timeout=LONGEST_SILENCE_SECONDS, return_when=FIRST_COMPLETED)
            meanwhile()
            for future in ended:
                yield running.pop(future), future.result()
    finally:
        for future in running:
            future.cancel()


def _start(
    pool: Executor, workers: int, waiting: dict[str, list[Task[Result]]], running: dict[Future[Result], str]
) -> None:
    """Hands a task of each idle lane to the pool, the lane with most left to do first, while a process is free."""
    idle = [name for name, tasks in waiting.items() if tasks and name not in running.values()]
    idle.sort(key=lambda name: -sum(task.cost for task in waiting[name]))
    for name in idle:
        if len(running) >= workers:
            return
        running[pool.submit(waiting[name].pop(0).call)] = name
