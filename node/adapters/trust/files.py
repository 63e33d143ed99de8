"""Files that are there whole or not at all, whatever is killed when."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from node.errors import StorageFull

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
PUBLIC_FILE = 0o644


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Raises: StorageFull for any OSError inside, naming `path`: full disk or quota, read-only, not permitted."""
    try:
        yield
    except OSError as problem:
        raise StorageFull(
            f"{problem.filename or path} cannot be written: {problem.strerror or problem}; what was there is kept"
        ) from problem


def write_whole(path: Path, data: bytes, *, mode: int = PUBLIC_FILE) -> None:
    """Put `data` at `path` by a rename, after file and folder have reached the disk.

    A reader sees the old bytes or the new ones. A kill leaves at most the file that `unfinished(path)` names,
    which the next write of the same path replaces.
    Raises: StorageFull.
    """
    beside = unfinished(path)
    with storage_errors(path):
        try:
            _write_through(beside, data, mode)
            os.replace(beside, path)
        except OSError:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def unfinished(path: Path) -> Path:
    """Where the bytes of `path` are written before they get its name."""
    return path.with_name(f".{path.name}.unfinished")


def make_folder(path: Path, *, mode: int = 0o755) -> None:
    """`path` with its parents, on the disk. Raises: StorageFull."""
    if path.is_dir():
        return
    with storage_errors(path):
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder have reached the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_through(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with open(descriptor, "wb") as file:
        # The mode given to `open` is cut by the umask, and not used at all where a killed run left the file.
        os.fchmod(descriptor, mode)
        file.write(data)
        file.flush()
        os.fsync(descriptor)
