"""Failed logins, counted by the address they come from, so that nobody tries without end."""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime, timedelta

MOST, WITHIN = 10, timedelta(minutes=1)
"""A token has 256 random bits: it is not the limit that keeps guesses out. It tells programs that try to stop, and
keeps no right token out, since behind a proxy all come from one address."""
ADDRESSES = 1_000
"""Addresses that are remembered; the one that failed longest ago is forgotten first."""


class FailedLogins:
    """Counts in memory, of one process. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed: dict[str, deque[datetime]] = {}

    def too_many(self, address: str, now: datetime) -> bool:
        """Whether `address` has failed so often of late that it is told to stop."""
        with self._lock:
            times = self._failed.get(address, deque())
            while times and now - times[0] >= WITHIN:
                times.popleft()
            return len(times) >= MOST

    def note(self, address: str, now: datetime) -> None:
        """One more failure."""
        with self._lock:
            times = self._failed.pop(address, deque(maxlen=MOST))
            times.append(now)
            self._failed[address] = times
            while len(self._failed) > ADDRESSES:
                self._failed.pop(next(iter(self._failed)))
