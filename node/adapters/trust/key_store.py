"""Private keys of this node: Ed25519, encrypted, in `<home>/keys/`, readable by their owner alone.

`keys.json` beside them holds the public parts and says where each private part is, by URI, so that one can be
kept elsewhere: root keys belong offline, and publishing never needs them.
"""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner, Key, Signer, SSlibKey

from node.adapters.trust.files import PRIVATE_FILE, PRIVATE_FOLDER, make_folder, write_whole
from node.config import PASSPHRASE_VARIABLE
from node.errors import KeyStoreError

ROOT_KEYS = ("root-1", "root-2", "root-3")
ROOT_THRESHOLD = 2
ONLINE_KEYS = ("targets", "snapshot", "timestamp")
"""Each signs the role of its name. Source: TUF specification 1.0, 2.1 (top-level roles)."""

INDEX = "keys.json"


def create_keys(folder: Path, passphrase: str | None) -> KeyStore:
    """Three root keys and one for each online role. Half a set that a killed run left is made anew.

    Raises: KeyStoreError without a passphrase or where keys exist; StorageFull.
    """
    secret = _required(passphrase)
    if (folder / INDEX).exists():
        raise KeyStoreError(f"{folder} holds keys already; they are never overwritten")
    make_folder(folder, mode=PRIVATE_FOLDER)
    folder.chmod(PRIVATE_FOLDER)
    entries = {}
    for name in (*ROOT_KEYS, *ONLINE_KEYS):
        private = Ed25519PrivateKey.generate()
        public = SSlibKey.from_crypto(private.public_key())
        encrypted = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(secret))
        write_whole(folder / f"{name}.pem", encrypted, mode=PRIVATE_FILE)
        entries[name] = {"uri": f"file:{name}.pem", "keyid": public.keyid, "public": public.to_dict()}
    # The index comes last: it is what says that the set is complete.
    write_whole(folder / INDEX, json.dumps({"keys": entries}, indent=2).encode() + b"\n", mode=PRIVATE_FILE)
    return KeyStore(folder, passphrase)


class KeyStore:
    """Keys made by `create_keys`. Nothing is read before it is asked for; a loaded key is kept in memory."""

    def __init__(self, folder: Path, passphrase: str | None) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._public: dict[str, tuple[str, Key]] = {}
        self._signers: dict[str, Signer] = {}

    @property
    def complete(self) -> bool:
        """Whether there is a whole set of keys. A run that was killed while making them left none."""
        return (self._folder / INDEX).is_file()

    def public_key(self, name: str) -> Key:
        """Raises: KeyStoreError where there is no such key."""
        return self._entry(name)[1]

    def holds(self, name: str) -> bool:
        """Whether the private part is here; root keys in daily use are not. Raises: KeyStoreError without keys."""
        return self._path(name).is_file()

    def signer(self, name: str) -> Signer:
        """Raises: KeyStoreError: no passphrase or a wrong one, no such key, or a file that others may read."""
        if name not in self._signers:
            self._signers[name] = self._load(name)
        return self._signers[name]

    def _load(self, name: str) -> Signer:
        path, public = self._path(name), self._entry(name)[1]
        secret = _required(self._passphrase)
        if not path.is_file():
            raise KeyStoreError(f"the private key “{name}” is not at {path}; bring it back from where it is kept")
        _refuse_open(self._folder, 0o700)
        _refuse_open(path, 0o600)
        try:
            private = load_pem_private_key(path.read_bytes(), secret)
        except (ValueError, TypeError, UnsupportedAlgorithm) as problem:
            # cryptography tells a wrong passphrase and a damaged file apart by nothing that can be relied on.
            raise KeyStoreError(f"{path} does not open: the passphrase is wrong, or the file is damaged") from problem
        except OSError as problem:
            raise KeyStoreError(f"{path} cannot be read: {problem.strerror}") from problem
        found = SSlibKey.from_crypto(private.public_key(), public.keyid)
        if found != public:
            raise KeyStoreError(f"{path} is not the key “{name}” of {self._folder / INDEX}")
        return CryptoSigner(private, found)

    def _path(self, name: str) -> Path:
        scheme, _, location = self._entry(name)[0].partition(":")
        if scheme != "file" or not location:
            raise KeyStoreError(f"{self._folder / INDEX}: the key “{name}” is not named by a file: URI")
        return self._folder / location

    def _entry(self, name: str) -> tuple[str, Key]:
        if not self._public:
            self._public = _read_index(self._folder / INDEX)
        if name not in self._public:
            raise KeyStoreError(f"{self._folder / INDEX} names no key “{name}”")
        return self._public[name]


def _read_index(path: Path) -> dict[str, tuple[str, Key]]:
    try:
        entries: dict[str, dict[str, Any]] = json.loads(path.read_bytes())["keys"]
        return {name: (entry["uri"], Key.from_dict(entry["keyid"], entry["public"])) for name, entry in entries.items()}
    except FileNotFoundError:
        raise KeyStoreError(f"{path.parent} holds no keys; `lmis-node init` makes them") from None
    except OSError as problem:
        raise KeyStoreError(f"{path} cannot be read: {problem.strerror}") from problem
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise KeyStoreError(f"{path} is damaged; restore it from a backup") from problem


def _refuse_open(path: Path, mode: int) -> None:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyStoreError(f"{path} can be read by others; run `chmod {mode:o} {path}`, and if the machine is "
                            "shared, replace the key")  # fmt: skip


def _required(passphrase: str | None) -> bytes:
    if not passphrase:
        raise KeyStoreError(
            "the keys' passphrase is not given: set the environment variable "
            f"{PASSPHRASE_VARIABLE}, or name a file in node.toml: keys.passphrase_file"
        )
    return passphrase.encode()
