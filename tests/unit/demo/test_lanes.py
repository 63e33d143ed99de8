from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from node.demo.lanes import Task, run_lanes


class Log:
    """What ran when, from several threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.active: list[str] = []
        self.most = 0
        self.overlaps: list[str] = []
        self.begun: list[tuple[str, int]] = []

    def work(self, lane: str, number: int) -> int:
        with self.lock:
            if lane in self.active:
                self.overlaps.append(lane)
            self.active.append(lane)
            self.most = max(self.most, len(self.active))
            self.begun.append((lane, number))
        time.sleep(0.01)
        with self.lock:
            self.active.remove(lane)
        return number


def test_lanes_run_side_by_side_and_each_in_its_order() -> None:
    log = Log()
    lanes = {name: [Task(partial(log.work, name, number)) for number in range(6)] for name in ("id", "my", "th")}
    turns: list[int] = []
    with ThreadPoolExecutor(2) as pool:
        results = list(run_lanes(pool, 2, lanes, lambda: turns.append(1)))
    assert log.overlaps == []
    assert log.most == 2
    assert turns
    for name in lanes:
        assert [number for lane, number in results if lane == name] == list(range(6))


def test_the_lane_with_most_to_do_begins_first() -> None:
    log = Log()
    lanes = {
        "short": [Task(partial(log.work, "short", 0), cost=1)],
        "long": [Task(partial(log.work, "long", 0), cost=9)],
    }
    with ThreadPoolExecutor(1) as pool:
        list(run_lanes(pool, 1, lanes, lambda: None))
    assert [name for name, _ in log.begun] == ["long", "short"]


def test_a_failure_stops_what_has_not_begun() -> None:
    log = Log()

    def fail() -> int:
        raise ValueError("broken")

    lanes = {"bad": [Task(fail), Task(partial(log.work, "bad", 1))]}
    with ThreadPoolExecutor(1) as pool, pytest.raises(ValueError, match="broken"):
        list(run_lanes(pool, 1, lanes, lambda: None))
    assert log.begun == []
