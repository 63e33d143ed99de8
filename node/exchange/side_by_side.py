"""Work that waits for others' machines, done side by side, so that who is slow delays nobody else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")

AT_ONCE = 8
"""Threads. Each may hold a part of a feed in memory."""


class _Done(Generic[T]):
    """What a thread tells: one result, or that a task has ended, with what it raised."""

    def __init__(self, name: str, result: T | None, error: BaseException | None, *, last: bool) -> None:
        self.name, self.result, self.error, self.last = name, result, error, last


def side_by_side(
    tasks: Iterable[tuple[str, Callable[[], Iterator[T]]]], at_once: int = AT_ONCE
) -> Iterator[tuple[str, T]]:
    """Each task's results with its name, as soon as they are there; a task's own in their order.

    A single task runs in the caller's thread. What a task raises is raised here; the others, whose threads end with
    the process, are not waited for.
    """
    waiting = list(tasks)
    if len(waiting) == 1:
        ((name, task),) = waiting
        for result in task():
            yield name, result
        return
    results: SimpleQueue[_Done[T]] = SimpleQueue()
    queue: SimpleQueue[tuple[str, Callable[[], Iterator[T]]]] = SimpleQueue()
    for entry in waiting:
        queue.put(entry)
    for _ in range(min(at_once, len(waiting))):
        threading.Thread(target=_work, args=(queue, results), daemon=True).start()
    left = len(waiting)
    while left:
        done = results.get()
        if done.error is not None:
            raise done.error
        if done.last:
            left -= 1
        elif done.result is not None:
            yield done.name, done.result


def _work(queue: SimpleQueue[tuple[str, Callable[[], Iterator[T]]]], results: SimpleQueue[_Done[T]]) -> None:
    while True:
        try:
            name, task = queue.get_nowait()
        except Empty:
            return
        try:
            for result in task():
                results.put(_Done(name, result, None, last=False))
        except BaseException as error:  # told to the caller, whose thread decides
            results.put(_Done(name, None, error, last=True))
        else:
            results.put(_Done(name, None, None, last=True))
