"""Private keys as files and texts: encrypted PKCS #8, opened by a passphrase, readable by their owner alone."""

from __future__ import annotations

import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.exceptions import UnsupportedLibraryError
from securesystemslib.signer import CryptoSigner, Key, Signer, SSlibKey

from node.adapters.trust.files import PRIVATE_FILE, write_whole
from node.config import PASSPHRASE_VARIABLE
from node.errors import KeyStoreError


def make_key(path: Path, secret: bytes) -> Key:
    """A new Ed25519 key in a file, encrypted with `secret`; returns the public part. Raises: StorageFull."""
    private = Ed25519PrivateKey.generate()
    write_whole(path, _encrypted(private, secret), mode=PRIVATE_FILE)
    return SSlibKey.from_crypto(private.public_key())


def unkept_key() -> Key:
    """The public part of a key that nobody will hold: it stands in for one that a dry run does not make."""
    return SSlibKey.from_crypto(Ed25519PrivateKey.generate().public_key())


def open_file(path: Path, secret: bytes) -> Signer:
    """The key in a file. Raises: KeyStoreError: a wrong passphrase, a damaged file, or one that others may read."""
    refuse_open(path, PRIVATE_FILE)
    try:
        return open_text(path.read_bytes(), secret, str(path))
    except OSError as problem:
        raise KeyStoreError(f"{path} cannot be read: {problem.strerror}") from problem


def open_text(pem: bytes, secret: bytes, where: str) -> Signer:
    """The key in an encrypted text. `where`: for messages. Raises: KeyStoreError, also where it is not encrypted."""
    private = _opened(pem, secret, where)
    try:
        # The same call by which the public part was made when the key was, so that both have the same key id.
        return CryptoSigner(private, SSlibKey.from_crypto(private.public_key()))
    except (ValueError, UnsupportedLibraryError) as problem:
        raise KeyStoreError(f"{where} holds a kind of key that cannot sign a feed") from problem


def reencrypted(pem: bytes, old: bytes, new: bytes, where: str) -> bytes:
    """The same key under another passphrase. Raises: KeyStoreError."""
    return _encrypted(_opened(pem, old, where), new)


def refuse_open(path: Path, mode: int) -> None:
    """Raises: KeyStoreError where others may read a private file or folder, or it is not there."""
    try:
        found = stat.S_IMODE(path.stat().st_mode)
    except OSError as problem:
        raise KeyStoreError(f"{path} cannot be read: {problem.strerror}") from problem
    if found & 0o077:
        raise KeyStoreError(f"{path} can be read by others; run `chmod {mode:o} {path}`, and if the machine is "
                            "shared, replace the key")  # fmt: skip


def required(passphrase: str | None) -> bytes:
    """Raises: KeyStoreError where there is no passphrase: there is no default."""
    if not passphrase:
        raise KeyStoreError(
            "the keys' passphrase is not given: set the environment variable "
            f"{PASSPHRASE_VARIABLE}, or name a file in node.toml: keys.passphrase_file"
        )
    return passphrase.encode()


def _opened(pem: bytes, secret: bytes, where: str) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(pem, secret)
    except TypeError as problem:
        raise KeyStoreError(f"{where} is not encrypted; a private key is kept under a passphrase") from problem
    except (ValueError, UnsupportedAlgorithm) as problem:
        # cryptography tells a wrong passphrase and a damaged file apart by nothing that can be relied on.
        raise KeyStoreError(f"{where} does not open: the passphrase is wrong, or the file is damaged") from problem


def _encrypted(private: PrivateKeyTypes, secret: bytes) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(secret))
