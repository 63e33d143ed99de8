"""The secret behind record keys: as old as a node's first perturbed release, and never changed.

It is kept as one more key of the key store, so that it is encrypted at rest, follows a change of the passphrase and
may live elsewhere like any other. The secret itself is that key's signature of a fixed text, which Ed25519 always
makes the same; the key signs nothing else, so nobody who lacks it can compute or has ever seen it.
Source: RFC 8032, 5.1.6 (deterministic signatures).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from node.adapters.trust.key_files import make_key, required
from node.adapters.trust.key_store import KeyStore, StoredKey
from node.errors import KeyStoreError

RECORDS_KEY = "records"
"""The key's name in the key store."""

_TEXT = b"imtgt-lmis-node: the secret behind record keys, 1"
_DETERMINISTIC = "ed25519"


def record_secret(keys: KeyStore, folder: Path, passphrase: str | None, used: Callable[[], bool]) -> bytes:
    """The secret of this node; its key is made the first time. `used`: whether a release already rests on one.

    A second secret would draw new noise for the same records, and two draws say more than one.
    Raises: KeyStoreError where the key is lost, does not open, or is of a kind that signs differently each time;
    StorageFull.
    """
    if RECORDS_KEY not in {entry.name for entry in keys.all()}:
        if used():
            raise KeyStoreError(
                f"{folder} lacks the key “{RECORDS_KEY}”, with which this node has perturbed what its feed publishes; "
                "bring it back from a backup: another one would draw new noise for the same records"
            )
        path = folder / f"{RECORDS_KEY}.pem"
        keys.add(StoredKey(RECORDS_KEY, f"file:{path.name}", make_key(path, required(passphrase))))
    if keys.public_key(RECORDS_KEY).scheme != _DETERMINISTIC:
        raise KeyStoreError(f"the key “{RECORDS_KEY}” has to be of the kind {_DETERMINISTIC}")
    return bytes.fromhex(keys.signer(RECORDS_KEY).sign(_TEXT).signature)
