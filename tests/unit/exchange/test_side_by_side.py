from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from node.exchange.side_by_side import side_by_side


def told(*results: str, after: threading.Event | None = None) -> Callable[[], Iterator[str]]:
    def task() -> Iterator[str]:
        if after is not None:
            assert after.wait(20)
        yield from results

    return task


def test_one_that_is_slow_delays_no_other() -> None:
    go = threading.Event()
    outcomes = side_by_side([("slow", told("late", after=go)), ("quick", told("one", "two"))])
    assert [next(outcomes), next(outcomes)] == [("quick", "one"), ("quick", "two")]
    go.set()
    assert list(outcomes) == [("slow", "late")]


def test_more_tasks_than_threads_all_come() -> None:
    tasks = [(str(number), told(str(number))) for number in range(20)]
    assert sorted(side_by_side(tasks, at_once=2)) == sorted((str(number), str(number)) for number in range(20))


def test_what_a_task_raises_is_raised() -> None:
    def failing() -> Iterator[str]:
        yield "begun"
        raise KeyboardInterrupt

    outcomes = side_by_side([("a", failing), ("b", told())])
    assert next(outcomes) == ("a", "begun")
    with pytest.raises(KeyboardInterrupt):
        list(outcomes)


def test_a_single_task_runs_in_the_callers_thread() -> None:
    def task() -> Iterator[int]:
        yield threading.get_ident()

    assert list(side_by_side([("only", task)])) == [("only", threading.get_ident())]
