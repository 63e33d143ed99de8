"""What is late is hung up, what is in time never is, and one thread does it for all."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from node.adapters.trust.watchdog import Watchdog


class Line:
    """What is hung up."""

    def __init__(self) -> None:
        self.times = 0
        self.hung_up = threading.Event()

    def hang_up(self) -> None:
        self.times += 1
        self.hung_up.set()


@contextmanager
def watchdog(line: Line, seconds: float, until: float = math.inf) -> Iterator[Watchdog]:
    made = Watchdog(seconds, until, line.hang_up)
    yield made
    made.close()


def test_a_wait_that_ends_in_time_is_left_alone() -> None:
    line = Line()
    with watchdog(line, 0.5) as made:
        for _ in range(100):
            assert made.watch().end() is False
        time.sleep(0.8)
    assert line.times == 0


def test_a_late_one_is_hung_up_in_time_and_again_while_it_goes_on() -> None:
    """A connection may come about only after the first time."""
    line = Line()
    with watchdog(line, 0.2) as made:
        began = time.monotonic()
        watch = made.watch()
        assert line.hung_up.wait(5)
        assert 0.2 <= time.monotonic() - began < 2
        line.hung_up.clear()
        assert line.hung_up.wait(5)
        assert watch.end() is True
        times = line.times
        time.sleep(0.8)
        assert line.times == times


def test_a_wait_after_others_has_its_own_time_in_full() -> None:
    line = Line()
    with watchdog(line, 0.6) as made:
        made.watch().end()
        time.sleep(0.5)
        began = time.monotonic()
        made.watch()
        assert line.hung_up.wait(5)
        assert 0.55 <= time.monotonic() - began < 2


def test_the_end_of_all_comes_before_the_time_of_one() -> None:
    line = Line()
    with watchdog(line, 60.0, time.monotonic() + 0.4) as made:
        made.watch().end()
        made.watch()
        assert line.hung_up.wait(5)


def test_one_thread_for_any_number_of_waits_and_none_after_the_end() -> None:
    before = set(threading.enumerate())
    with watchdog(Line(), 60.0) as made:
        assert set(threading.enumerate()) <= before
        for _ in range(50):
            made.watch().end()
        (thread,) = set(threading.enumerate()) - before
    thread.join(5)
    assert not thread.is_alive()
