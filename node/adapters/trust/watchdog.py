"""One thread that ends what takes too long, for any number of waits after one another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

AGAIN_SECONDS = 0.5


class Watch:
    """One wait that is watched."""

    def __init__(self, lock: threading.Condition, until: float) -> None:
        self._lock = lock
        self._ended = False
        self.until = until
        self.late = False

    def end(self) -> bool:
        """Watch it no more; whether it was ended for being late."""
        with self._lock:
            self._ended = True
        return self.late

    @property
    def ended(self) -> bool:
        return self._ended


class Watchdog:
    """`hang_up` is called, in a thread of its own, where a wait outlasts `seconds`, or `until` (monotonic clock).

    The thread starts with the first wait and sleeps through all that end in time: it looks at least every `seconds`,
    and no wait can be due before that, so that beginning one need not wake it.
    """

    def __init__(self, seconds: float, until: float, hang_up: Callable[[], None]) -> None:
        self._seconds = seconds
        self._until = until
        self._hang_up = hang_up
        self._lock = threading.Condition()
        self._watch: Watch | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def watch(self) -> Watch:
        """Begin a wait; one at a time."""
        watch = Watch(self._lock, min(time.monotonic() + self._seconds, self._until))
        with self._lock:
            self._watch = watch
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True, name="slow retrieval")
                self._thread.start()
        return watch

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._lock.notify()

    def _work(self) -> None:
        with self._lock:
            while not self._closed:
                now, watch = time.monotonic(), self._watch
                due = self._until if now < self._until < now + self._seconds else now + self._seconds
                if watch is not None and not watch.ended:
                    due = watch.until
                    if due <= now:
                        watch.late = True
                        self._hang_up()
                        due = now + AGAIN_SECONDS  # a connection that came about only now is hung up too
                self._lock.wait(due - now)
