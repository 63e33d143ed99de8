"""One file that a node can be made from again: configuration, database, feed, and what it remembers of its peers.

Never in it: microdata, whatever holds the passphrase, and, unless asked for, private keys and tokens.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import sqlalchemy as sa

from node.adapters.trust.feed_state import read_state, read_target
from node.adapters.trust.files import PRIVATE_FILE, PRIVATE_FOLDER, make_folder, storage_errors, sync_folder, unfinished
from node.adapters.trust.locks import ExclusiveLock
from node.adapters.trust.peer_token import NAME as TOKEN
from node.config import NodeConfig
from node.errors import Busy, ConfigurationError, NodeError, SignatureRefused
from node.model.foreign import shown

FORMAT = "lmis-node backup 1"
MANIFEST = "manifest.json"
DATABASE = "node.db"
FOLDERS = ("feeds", "peers", "peers.removed", "ceremony")
NOTES = ("node.toml", "release.pending", "rotation.pending")
PATIENCE_SECONDS = 60.0
"""How long a backup waits for a release or a pull that is under way."""

MOST_MANIFEST_BYTES = 100_000_000
_BUFFER = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds. `database`: False where it is not `node.db` in the node's folder, as PostgreSQL, which has
    tools of its own; `size`: in bytes."""

    country: str
    made: datetime
    files: int
    size: int
    database: bool
    with_keys: bool


def make_backup(
    config: NodeConfig, target: Path, release_lock: Callable[[], AbstractContextManager[None]], *, with_keys: bool,
    now: datetime, dry_run: bool = False,
) -> Backup:  # fmt: skip
    """Write a backup of a node to `target`, which may run meanwhile: releases and pulls wait for it.

    Raises: ConfigurationError where `target` exists or lies in the node's folder; Busy, also where a file changes
    while it is copied; StorageFull.
    """
    if target.exists():
        raise ConfigurationError(f"{target} is there already; a backup is never overwritten")
    if target.resolve().is_relative_to(config.home):
        raise ConfigurationError(
            f"{target} lies in the node's own folder, and would be lost with it; name another disk"
        )
    with ExitStack() as stack:
        _enter(stack, release_lock)
        for folder in _peers(config):
            _enter(stack, ExclusiveLock(folder / "pull.lock", f"a pull of {folder.name}").held)
        copied = unfinished(target.with_name(f"{target.name}.db"))
        stack.callback(lambda: copied.unlink(missing_ok=True))
        files = dict(_files(config, with_keys=with_keys))
        database = _sqlite(config)
        if database is not None:
            if not dry_run:
                with storage_errors(target):
                    _copy_database(database, copied)
            files[DATABASE] = database if dry_run else copied
        summary = Backup(config.country, now, len(files), sum(path.stat().st_size for path in files.values()),
                         database is not None, with_keys)  # fmt: skip
        if not dry_run:
            with storage_errors(target):
                _write(target, files, summary)
    return summary


def restore_backup(source: Path, home: Path) -> Backup:
    """Make the folder `home` from a backup: whole and checked, or not at all.

    Raises: ConfigurationError where `home` holds anything, or the file is no whole backup; SignatureRefused where the
    feed in it is not signed as its root demands; StorageFull.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise ConfigurationError(f"{home} is not empty; a node is never overwritten: name another folder")
    beside = home.with_name(f".{home.name}.restoring")
    with storage_errors(home):
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        try:
            summary = _unpack(source, beside)
            _check_database(beside / DATABASE)
            _check_feed(beside / "feeds")
            with suppress(OSError):
                home.rmdir()
            os.replace(beside, home)
            sync_folder(home.parent)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return summary


def _enter(stack: ExitStack, lock: Callable[[], AbstractContextManager[None]]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            stack.enter_context(lock())
        except Busy:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def _peers(config: NodeConfig) -> tuple[Path, ...]:
    return tuple(sorted(path for path in config.peers.iterdir() if path.is_dir())) if config.peers.is_dir() else ()


def _files(config: NodeConfig, *, with_keys: bool) -> Iterator[tuple[str, Path]]:
    """Name in the backup and path of every file but the database, by name."""
    home = config.home
    for name in NOTES:
        if (home / name).is_file():
            yield name, home / name
    for folder in FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            if path.is_file() and not path.is_symlink() and _kept(path, with_keys=with_keys):
                yield path.relative_to(home).as_posix(), path
    for path in sorted(config.keys.glob("*")):
        if path.name == "keys.json" or (with_keys and path.suffix == ".pem" and not path.name.startswith(".")):
            yield path.relative_to(home).as_posix(), path


def _kept(path: Path, *, with_keys: bool) -> bool:
    passing = path.name.endswith((".lock", ".lock.holder", ".unfinished"))
    return not passing and (with_keys or (path.name != TOKEN and path.suffix != ".pem"))


def _sqlite(config: NodeConfig) -> Path | None:
    """The node's own database file. One elsewhere is not taken: restored here, node.toml would still name the other."""
    url = sa.make_url(config.database_url)
    path = config.home / DATABASE
    return path if url.get_backend_name() == "sqlite" and url.database and Path(url.database) == path else None


def _copy_database(source: Path, target: Path) -> None:
    """By SQLite's own backup, which gives one state of a database that is written to meanwhile.

    Source: SQLite, "Using the SQLite Online Backup API".
    """
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_WRONLY, PRIVATE_FILE))
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
    except sqlite3.Error as problem:
        raise ConfigurationError(f"the database cannot be copied: {problem}") from problem


def _write(target: Path, files: dict[str, Path], summary: Backup) -> None:
    beside = unfinished(target)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    try:
        with open(descriptor, "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=3) as archive:
                before = {name: _state(path) for name, path in files.items()}
                document = {
                    "format": FORMAT,
                    "country": summary.country,
                    "made": summary.made.isoformat(),
                    "database": summary.database,
                    "with_keys": summary.with_keys,
                    "files": {
                        name: {"size": path.stat().st_size, "sha256": _digest(path)} for name, path in files.items()
                    },
                }
                _add(archive, MANIFEST, json.dumps(document, indent=1).encode())
                for name, path in files.items():
                    archive.add(path, arcname=name, recursive=False, filter=_anonymous)
                    if _state(path) != before[name]:
                        raise Busy(f"{path} was changed while it was copied; run the backup again")
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(target.parent)


def _state(path: Path) -> tuple[int, int, int]:
    """Changes with every change of the file: what is replaced by a rename has another number."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), PRIVATE_FILE
    archive.addfile(member, io.BytesIO(data))


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _unpack(source: Path, folder: Path) -> Backup:
    try:
        with tarfile.open(source, "r:gz") as archive:
            document = _manifest(archive)
            missing: dict[str, dict[str, Any]] = dict(document["files"])
            _check_room(sum(int(entry["size"]) for entry in missing.values()), folder)
            for member in archive:
                if member.name == MANIFEST:
                    continue
                _take(archive, member, missing.pop(member.name, None), folder)
        if missing:
            raise ConfigurationError(f"{source} is cut off: it lacks {sorted(missing)[0]} and what follows")
        return Backup(str(document["country"]), datetime.fromisoformat(document["made"]), len(document["files"]),
                      sum(int(entry["size"]) for entry in document["files"].values()), bool(document["database"]),
                      bool(document["with_keys"]))  # fmt: skip
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError, KeyError, TypeError,
            AttributeError) as problem:  # fmt: skip
        raise ConfigurationError(f"{source} is no whole backup of a node: {type(problem).__name__}") from problem
    except FileNotFoundError:
        raise ConfigurationError(f"{source} is not there") from None


def _check_room(size: int, folder: Path) -> None:
    """A file can say that it holds more than any disk does, and unpack to that."""
    room = shutil.disk_usage(folder).free
    if size > room:
        raise ConfigurationError(f"the backup unpacks to {size:,} bytes, and {folder.parent} has {room:,} left")


def _manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    first = archive.next()
    if first is None or first.name != MANIFEST or first.size > MOST_MANIFEST_BYTES:
        raise ValueError("no manifest")
    file = archive.extractfile(first)
    document: dict[str, Any] = json.loads(file.read()) if file else {}
    if document.get("format") != FORMAT:
        raise ConfigurationError(f"this is a backup of another format than “{FORMAT}”")
    return document


def _take(archive: tarfile.TarFile, member: tarfile.TarInfo, entry: dict[str, Any] | None, folder: Path) -> None:
    """One file of a backup, which its manifest has to describe: nothing else is written, and nowhere else."""
    name = PurePosixPath(member.name)
    file = archive.extractfile(member) if member.isreg() and not member.issparse() else None
    if entry is None or file is None or member.size != entry["size"] or not _of_a_node(name):
        raise ConfigurationError(f"the backup holds {shown(member.name)}, which its list does not describe so")
    path = folder / name
    private = name.parts[0] == "keys" or path.name == TOKEN
    make_folder(path.parent, mode=PRIVATE_FOLDER if private else 0o755)
    digest = hashlib.sha256()
    with open(path, "xb") as out:
        while block := file.read(_BUFFER):
            digest.update(block)
            out.write(block)
        os.fchmod(out.fileno(), PRIVATE_FILE if private or len(name.parts) == 1 else 0o644)
        os.fsync(out.fileno())
    os.utime(path, (member.mtime, member.mtime))
    if digest.hexdigest() != entry["sha256"]:
        raise ConfigurationError(f"the backup is damaged: {shown(member.name)} is not what was written")


def _of_a_node(name: PurePosixPath) -> bool:
    """Whether a file of this name is one that `make_backup` takes."""
    if ".." in name.parts or name.is_absolute():
        return False
    return name.as_posix() in (*NOTES, DATABASE) if len(name.parts) == 1 else name.parts[0] in (*FOLDERS, "keys")


def _check_database(path: Path) -> None:
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as problem:
        raise ConfigurationError(f"the database in the backup is damaged: {problem}") from problem
    if found != ("ok",):
        raise ConfigurationError("the database in the backup is damaged")


def _check_feed(feeds: Path) -> None:
    """Raises: SignatureRefused where a signature or a file of the feed is not as it should be."""
    if not (feeds / "metadata" / "timestamp.json").exists() or (feeds.parent / "rotation.pending").exists():
        return  # there is none yet, or it is between two states and the next command ends that
    try:
        state = read_state(feeds / "metadata")
        for file in state.files.values() if state else ():
            read_target(feeds / "targets", file)
    except NodeError as problem:
        raise SignatureRefused(f"the feed in the backup is not whole: {problem}") from problem


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
