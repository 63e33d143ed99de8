"""Work in a process beside the server's: what draws charts and sets briefings takes 250 MiB and, while it draws,
Python's lock, which would hold up every reader of the pages."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Timer
from typing import BinaryIO, ParamSpec, Protocol

from node.errors import MachineError

P = ParamSpec("P")

LONGEST_SECONDS = 60.0
"""After which the process is ended: a chart takes a tenth of a second, a briefing less than one."""


class Runner(Protocol):
    """Calls a function of a module with values, all of which can be sent to another process."""

    def __call__(self, work: Callable[P, bytes], *values: P.args, **named: P.kwargs) -> bytes:
        """Raises: what the function raises."""


def here(work: Callable[P, bytes], *values: P.args, **named: P.kwargs) -> bytes:
    """A Runner that takes no other process."""
    return work(*values, **named)


class Aside:
    """A Runner with a process of its own, which works in turn for all threads that ask.

    It starts with the first work, anew after it was killed, and ends when it is closed or this process ends, however
    that ends.
    """

    def __init__(self, longest: float = LONGEST_SECONDS) -> None:
        self._longest = longest
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def __call__(self, work: Callable[P, bytes], *values: P.args, **named: P.kwargs) -> bytes:
        """Raises: what the function raises; MachineError where the process was ended amid the work."""
        with self._lock:
            process = self._started()
            timer = Timer(self._longest, process.kill)
            timer.start()
            try:
                done, answer = _asked(process, pickle.dumps((work, values, named)))
            except (OSError, EOFError, pickle.UnpicklingError):
                self._end()
                raise MachineError("the process that draws charts and briefings was ended amid its work") from None
            finally:
                timer.cancel()
        if done and isinstance(answer, bytes):
            return answer
        raise answer if isinstance(answer, Exception) else MachineError(f"no bytes came, but {type(answer).__name__}")

    def close(self) -> None:
        """End the process, where there is one, once it has done what it does."""
        with self._lock:
            self._end()

    @property
    def pid(self) -> int | None:
        """The process's number while it runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            command = [sys.executable, "-P", "-m", __name__]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  # ours
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not sent yet goes to nobody
                    pipe.close()
        process.wait()


def _asked(process: subprocess.Popen[bytes], question: bytes) -> tuple[bool, object]:
    """Whether the work was done, and what came of it: bytes, or what it raised."""
    if process.stdin is None or process.stdout is None:
        raise EOFError
    process.stdin.write(question)
    process.stdin.flush()
    done, answer = pickle.load(process.stdout)  # noqa: S301  # from a process of our own
    return bool(done), answer


def main() -> None:
    """Work for the process that started this one until it ends or closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; the other says when to end
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not stand between answers
    with suppress(EOFError, BrokenPipeError):
        while True:
            answers.write(_worked(sys.stdin.buffer))
            answers.flush()


def _worked(questions: BinaryIO) -> bytes:
    """The answer to the next question. Raises: EOFError when there is none."""
    work, values, named = pickle.load(questions)  # noqa: S301  # from the process that started this one
    try:
        return pickle.dumps((True, work(*values, **named)))
    except Exception as problem:  # raised again where it was asked for
        return pickle.dumps((False, problem))


if __name__ == "__main__":
    main()
