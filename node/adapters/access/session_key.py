"""The key that signs the sessions of the operator's pages: random, in a file of its own, made at its first use."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from node.adapters.trust.files import PRIVATE_FILE, make_folder, storage_errors, sync_folder
from node.errors import KeyStoreError

FILE, LENGTH = "operator-session.key", 32


def session_key(folder: Path) -> bytes:
    """The key in `folder`, made where there is none. Deleting its file ends all sessions.

    Several web workers make it once: the file is there whole, or not at all.
    Raises: KeyStoreError where others may read it, or it is cut short; StorageFull.
    """
    path = folder / FILE
    if not path.exists():
        _make(path)
    try:
        with path.open("rb") as file:
            mode, key = os.fstat(file.fileno()).st_mode & 0o777, file.read()
    except OSError as problem:
        raise KeyStoreError(f"{path} cannot be read: {problem.strerror}") from None
    if mode & 0o077:
        raise KeyStoreError(f"{path} can be read by others (mode {mode:04o}); delete it, and a new one is made")
    if len(key) != LENGTH:
        raise KeyStoreError(f"{path} holds {len(key)} bytes, not {LENGTH}; delete it, and a new one is made")
    return key


def _make(path: Path) -> None:
    make_folder(path.parent, mode=0o700)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with storage_errors(path):
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        try:
            with open(descriptor, "wb") as file:
                file.write(secrets.token_bytes(LENGTH))
                file.flush()
                os.fsync(descriptor)
            # A link, unlike a rename, fails where another worker was first: its key is the one that counts.
            os.link(beside, path)
        except FileExistsError:
            pass
        finally:
            beside.unlink(missing_ok=True)
        sync_folder(path.parent)
