"""The keys of this node, in `<home>/keys/`.

`keys.json` holds the public parts and says where each private part is, by URI, so that one can be kept elsewhere:
root keys belong offline, and publishing never needs them. Which key signs for a role is what the feed's root says,
never what a key is called here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from securesystemslib.signer import Key, Signer

from node.adapters.trust.files import PRIVATE_FILE, PRIVATE_FOLDER, make_folder, write_whole
from node.adapters.trust.key_files import make_key, open_file, open_text, reencrypted, refuse_open, required
from node.adapters.trust.key_modules import PROBE, module_signer
from node.config import KEY_VARIABLE_PREFIX, PIN_VARIABLE
from node.errors import KeyStoreError

ROOT_KEYS = ("root-1", "root-2", "root-3")
ROOT_THRESHOLD = 2
ONLINE_KEYS = ("targets", "snapshot", "timestamp")
"""Each signs the role of its name. Source: TUF specification 1.0, 2.1 (top-level roles)."""

INDEX = "keys.json"
SCHEMES = ("file", "envvar", "hsm")


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key this node knows. `uri`: where its private part is."""

    name: str
    uri: str
    public: Key

    @property
    def signs_feed(self) -> bool:
        """Whether it was made for a role of the feed; a node may keep other keys beside those."""
        return _for_feed(self.name)


def create_keys(folder: Path, passphrase: str | None, names: Iterable[str] = (*ROOT_KEYS, *ONLINE_KEYS)) -> KeyStore:
    """New keys of these names. Half a set that a killed run left is made anew.

    Raises: KeyStoreError without a passphrase or where keys exist; StorageFull.
    """
    secret = required(passphrase)
    if (folder / INDEX).exists():
        raise KeyStoreError(f"{folder} holds keys already; they are never overwritten")
    make_folder(folder, mode=PRIVATE_FOLDER)
    folder.chmod(PRIVATE_FOLDER)
    made = [StoredKey(name, f"file:{name}.pem", make_key(folder / f"{name}.pem", secret)) for name in names]
    # The index comes last: it is what says that the set is complete.
    _write_index(folder / INDEX, made)
    return KeyStore(folder, passphrase)


class KeyStore:
    """Keys made by `create_keys`, and those that joined them. Nothing is read before it is asked for.

    `secrets`: the environment variables that keys are allowed to name, and the PIN of a hardware module.
    A loaded key is kept in memory.
    """

    def __init__(self, folder: Path, passphrase: str | None, secrets: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._secrets = secrets or {}
        self._known: dict[str, StoredKey] = {}
        self._signers: dict[str, Signer] = {}

    @property
    def complete(self) -> bool:
        """Whether there is a whole set of keys. A run that was killed while making them left none."""
        return (self._folder / INDEX).is_file()

    def all(self) -> tuple[StoredKey, ...]:
        """Every key known here, by name. Raises: KeyStoreError without keys."""
        return tuple(self._index().values())

    def public_key(self, name: str) -> Key:
        """Raises: KeyStoreError where there is no such key."""
        return self._entry(name).public

    def holds(self, name: str) -> bool:
        """Whether the private part can be used from here; root keys in daily use cannot. Raises: KeyStoreError."""
        entry = self._entry(name)
        scheme, _, location = entry.uri.partition(":")
        if scheme == "file":
            return self._file(location).is_file()
        return scheme == "hsm" or bool(location and self._secrets.get(location))

    def named(self, keyids: Collection[str]) -> tuple[StoredKey, ...]:
        """The keys of these key ids that are known here. Raises: KeyStoreError without keys."""
        return tuple(entry for entry in self.all() if entry.public.keyid in keyids)

    def signer(self, name: str) -> Signer:
        """Raises: KeyStoreError: no passphrase or a wrong one, no such key, or a file that others may read."""
        if name not in self._signers:
            self._signers[name] = self._load(self._entry(name))
        return self._signers[name]

    def make(self, role: str) -> StoredKey:
        """A new key file, named after a role and not like any before it. Raises: KeyStoreError, StorageFull."""
        secret = required(self._passphrase)
        number = 2
        while f"{role}-{number}" in self._index() or (self._folder / f"{role}-{number}.pem").exists():
            number += 1
        name = f"{role}-{number}"
        made = StoredKey(name, f"file:{name}.pem", make_key(self._folder / f"{name}.pem", secret))
        self.add(made)
        return made

    def add(self, *entries: StoredKey) -> None:
        """Know these keys, too; one of the same name is replaced. Raises: KeyStoreError, StorageFull."""
        for entry in entries:
            _scheme(entry.uri)
        self._known = {}  # another process may have added one meanwhile
        self._replace({**self._index(), **{entry.name: entry for entry in entries}})

    def forget(self, names: Collection[str]) -> None:
        """Know these keys no longer, and delete the files of their private parts. Raises: StorageFull."""
        self._known = {}
        gone = [entry for entry in self.all() if entry.name in names]
        if not gone:
            return
        self._replace({name: entry for name, entry in self._index().items() if name not in names})
        for entry in gone:
            scheme, _, location = entry.uri.partition(":")
            # A file elsewhere was put there by a person, and may serve another purpose.
            if scheme == "file" and "/" not in location:
                self._file(location).unlink(missing_ok=True)

    def move(self, name: str, uri: str) -> None:
        """Say that a key's private part is elsewhere now; it has to sign from there before this is believed.

        The file in the key folder that held it is deleted. Raises: KeyStoreError, StorageFull.
        """
        self._known = {}
        before = self._entry(name)
        moved = StoredKey(name, uri, before.public)
        _scheme(uri)
        self._load(moved).sign(PROBE)
        self._replace({**self._index(), name: moved})
        scheme, _, location = before.uri.partition(":")
        if scheme == "file" and "/" not in location and uri != before.uri:
            self._file(location).unlink(missing_ok=True)

    def change_passphrase(self, new: str) -> tuple[str, ...]:
        """All key files of this folder under another passphrase: all at once or none. Returns their names.

        New files are written beside the old ones; the index, in one rename, says which ones count.
        Raises: KeyStoreError where one does not open with the passphrase in use; StorageFull.
        """
        old, fresh = required(self._passphrase), required(new)
        self._known = {}
        changed: dict[str, StoredKey] = {}
        for entry in self.all():
            scheme, _, location = entry.uri.partition(":")
            if scheme != "file" or "/" in location or not self._file(location).is_file():
                continue
            self._load(entry)
            path = self._file(location)
            beside = f"{entry.name}.b.pem" if location == f"{entry.name}.pem" else f"{entry.name}.pem"
            write_whole(self._folder / beside, reencrypted(path.read_bytes(), old, fresh, str(path)), mode=PRIVATE_FILE)
            changed[entry.name] = StoredKey(entry.name, f"file:{beside}", entry.public)
        left = [self._entry(name).uri.partition(":")[2] for name in changed]
        self._replace({**self._index(), **changed})
        for location in left:
            self._file(location).unlink(missing_ok=True)
        self._passphrase = new
        return tuple(sorted(changed))

    def clear_leftovers(self) -> None:
        """Delete key files that the index does not name: what a run that was killed left behind."""
        named = {self._file(entry.uri.partition(":")[2]) for entry in self.all() if entry.uri.startswith("file:")}
        with suppress(OSError):
            for path in set(self._folder.glob("*.pem")) - named:
                if _for_feed(path.stem):
                    path.unlink(missing_ok=True)

    def _load(self, entry: StoredKey) -> Signer:
        scheme, _, location = entry.uri.partition(":")
        if scheme == "hsm":
            return module_signer(entry.uri, entry.public, self._secrets.get(PIN_VARIABLE))
        secret = required(self._passphrase)
        if scheme == "envvar":
            where = f"the environment variable {location}"
            text = self._secrets.get(location)
            if not text:
                raise KeyStoreError(f"the private key “{entry.name}” is in {where}, which is not set")
            found = open_text(text.encode(), secret, where)
        else:
            where, found = str(self._file(location)), self._open_file(entry.name, self._file(location), secret)
        if found.public_key != entry.public:
            raise KeyStoreError(f"{where} is not the key “{entry.name}” of {self._folder / INDEX}")
        return found

    def _open_file(self, name: str, path: Path, secret: bytes) -> Signer:
        if not path.is_file():
            raise KeyStoreError(f"the private key “{name}” is not at {path}; bring it back from where it is kept")
        refuse_open(path.parent, PRIVATE_FOLDER)
        return open_file(path, secret)

    def _file(self, location: str) -> Path:
        return self._folder / location

    def _entry(self, name: str) -> StoredKey:
        if name not in self._index():
            raise KeyStoreError(f"{self._folder / INDEX} names no key “{name}”")
        return self._index()[name]

    def _index(self) -> dict[str, StoredKey]:
        if not self._known:
            self._known = _read_index(self._folder / INDEX)
        return self._known

    def _replace(self, entries: Mapping[str, StoredKey]) -> None:
        _write_index(self._folder / INDEX, entries.values())
        self._known = dict(entries)
        self._signers.clear()


def _for_feed(name: str) -> bool:
    return name.partition("-")[0].partition(".")[0] in {"root", *ONLINE_KEYS}


def _scheme(uri: str) -> None:
    scheme, _, location = uri.partition(":")
    if scheme not in SCHEMES or not (location or scheme == "hsm"):
        known = ", ".join(f"{name}:" for name in SCHEMES)
        raise KeyStoreError(f"“{uri}” does not say where a private key is; the forms known are {known}")
    if scheme == "envvar" and not location.startswith(KEY_VARIABLE_PREFIX):
        raise KeyStoreError(f"a variable that holds a private key begins with {KEY_VARIABLE_PREFIX}, unlike {location}")


def _write_index(path: Path, entries: Iterable[StoredKey]) -> None:
    keys = {
        entry.name: {"uri": entry.uri, "keyid": entry.public.keyid, "public": entry.public.to_dict()}
        for entry in entries
    }
    write_whole(path, json.dumps({"keys": keys}, indent=2).encode() + b"\n", mode=PRIVATE_FILE)


def _read_index(path: Path) -> dict[str, StoredKey]:
    try:
        entries: dict[str, dict[str, Any]] = json.loads(path.read_bytes())["keys"]
        found = {
            name: StoredKey(name, entry["uri"], Key.from_dict(entry["keyid"], entry["public"]))
            for name, entry in entries.items()
        }
    except FileNotFoundError:
        raise KeyStoreError(f"{path.parent} holds no keys; `lmis-node init` makes them") from None
    except OSError as problem:
        raise KeyStoreError(f"{path} cannot be read: {problem.strerror}") from problem
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise KeyStoreError(f"{path} is damaged; restore it from a backup") from problem
    for entry in found.values():
        _scheme(entry.uri)
    return found
