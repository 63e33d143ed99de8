"""One process at a time, by locks that the operating system gives back when a process ends or is killed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import filelock

from node.adapters.trust.files import make_folder, storage_errors
from node.errors import Busy

WAIT_SECONDS = 30.0
"""Far longer than any work done `in_turn`: only a process that hangs in the middle of it is waited for in vain."""


@contextmanager
def in_turn(path: Path, what: str) -> Iterator[None]:
    """Short work on files, one thread or process after another; `path`: the lock file. It cannot be nested.

    Raises: Busy where the turn does not come; StorageFull when the file cannot be made.
    """
    lock = filelock.FileLock(path, timeout=WAIT_SECONDS)
    with storage_errors(path):
        try:
            lock.acquire(poll_interval=0.005)
        except filelock.Timeout:
            raise Busy(f"{what} is under way already") from None
    try:
        yield
    finally:
        lock.release()


class ExclusiveLock:
    """A lock file, tried once and not waited for. The thread that holds it may take it again.

    `what` names the work for messages. The holder's process number stands beside it in `<path>.holder`, for
    messages only: the lock itself is the operating system's (flock).
    """

    def __init__(self, path: Path, what: str) -> None:
        self._path = path
        self._what = what
        self._holder = path.with_name(path.name + ".holder")
        self._lock = filelock.FileLock(path, timeout=0)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Raises: Busy while another process or thread holds it; StorageFull when the file cannot be made."""
        make_folder(self._path.parent)
        with storage_errors(self._path):
            try:
                self._lock.acquire()
            except filelock.Timeout:
                raise Busy(f"{self._what} is under way already{self._who()}") from None
        try:
            if self._lock.lock_counter == 1:
                self._name_holder()
            yield
        finally:
            if self._lock.lock_counter == 1:
                with suppress(OSError):
                    self._holder.unlink(missing_ok=True)
            self._lock.release()

    def _name_holder(self) -> None:
        # Without a name the message is poorer and nothing else, so a full disk must not stop the work here.
        with suppress(OSError):
            since = datetime.now(UTC).isoformat(timespec="seconds")
            self._holder.write_text(json.dumps({"pid": os.getpid(), "since": since}), encoding="utf-8")

    def _who(self) -> str:
        try:
            holder = json.loads(self._holder.read_text(encoding="utf-8"))
            return f": process {int(holder['pid'])} began at {holder['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            return ""
