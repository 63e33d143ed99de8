"""Work in a process beside the server's: what draws charts and sets briefings takes 250 MiB and, while it draws,
Python's lock, which would hold up every reader of the pages."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Lock, Timer
from typing import BinaryIO, ParamSpec, Protocol

from node.errors import MachineError

P = ParamSpec("P")

LONGEST_SECONDS = 60.0
"""After which the process is ended: a chart takes a tenth of a second, a briefing less than one."""

NEEDED = frozenset(
    {"PATH", "HOME", "TMPDIR", "TMP", "TEMP", "TZ"}
    | {"LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_COLLATE", "LC_MESSAGES", "LC_MONETARY", "LC_NUMERIC", "LC_TIME"}
    | {"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"}
    | {"PYTHONHOME", "PYTHONPATH", "PYTHONPLATLIBDIR", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONPYCACHEPREFIX"}
    | {"PYTHONDONTWRITEBYTECODE", "PYTHONUTF8", "PYTHONIOENCODING", "PYTHONCOERCECLOCALE", "PYTHONWARNINGS"}
    | {"PYTHONHASHSEED", "PYTHONMALLOC", "PYTHONFAULTHANDLER", "PYTHONOPTIMIZE"}
)
"""Variables of the environment that Python starts and finds its packages by. By name, since also what begins like them
may hold anything: the others, with passphrases and addresses of databases among them, are not handed on."""


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
    that ends. Of this process's open files it has the error output alone, and of `environ`, this process's environment,
    the NEEDED variables.
    """

    def __init__(self, environ: Mapping[str, str], longest: float = LONGEST_SECONDS) -> None:
        self._environment = {name: value for name, value in environ.items() if name in NEEDED}
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
            self._process = subprocess.Popen(  # noqa: S603  # ours
                [sys.executable, "-P", "-u", "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                close_fds=True,
                env=self._environment,
            )
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
