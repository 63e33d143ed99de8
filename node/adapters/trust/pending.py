"""A note of what a release is about to write, so that the next one can clear away what a killed one left."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from node.adapters.trust.files import storage_errors, unfinished, write_whole
from node.errors import ConfigurationError


class PendingRelease:
    """The note, at `path`: a snapshot version and the files that are new with it, relative to `folder`.

    The version stays reserved until a later one is published: its snapshot may have been seen, and a version
    is never signed twice. Only files that were not there before are listed, so clearing them away cannot touch
    what an earlier state refers to.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self._path = path
        self._folder = folder

    def reserved(self) -> int:
        """The snapshot version that an unfinished release may have used; 0 where there is none."""
        return self._read()[0]

    @contextmanager
    def announced(self, version: int, published: int, files: Iterable[Path]) -> Iterator[None]:
        """Around writing `files`, all of them, for snapshot `version` while `published` is the one in force.

        Raises: StorageFull. On any error inside, what was written is cleared away again.
        """
        before, left = self._read()
        if before > published:
            # The old note stands until this is done, so being killed here loses nothing.
            with storage_errors(self._folder):
                _clear(left)
        new = [file for file in files if not file.exists()]
        names = sorted(str(file.relative_to(self._folder)) for file in new)
        write_whole(self._path, json.dumps({"snapshot": version, "files": names}).encode())
        try:
            yield
        except BaseException:
            with suppress(OSError):
                _clear(new)
            raise

    def clear(self, published: int) -> None:
        """Clear away what a release left that was killed while `published` was in force; its version stays reserved.

        Raises: StorageFull.
        """
        version, left = self._read()
        if version > published:
            with storage_errors(self._folder):
                _clear(left)

    def done(self) -> None:
        """The release is published. A note that cannot be removed now is known by its version later."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _read(self) -> tuple[int, tuple[Path, ...]]:
        try:
            note = json.loads(self._path.read_bytes())
            version, files = int(note["snapshot"]), tuple(self._folder / str(name) for name in note["files"])
        except FileNotFoundError:
            return 0, ()
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise ConfigurationError(
                f"{self._path} cannot be read, and it says what was under way: {type(problem).__name__}; restore it "
                "from a backup"
            ) from problem
        # What it names is deleted, so a note that came with somebody's backup may name nothing elsewhere.
        inside = self._folder.resolve()
        if not all(file.resolve().is_relative_to(inside) for file in files):
            raise ConfigurationError(f"{self._path} names files outside {self._folder}; delete it")
        return version, files


def _clear(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
        unfinished(file).unlink(missing_ok=True)
