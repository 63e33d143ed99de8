"""A root key on its holder's own machine: made there, used there, known elsewhere by its public file alone.

Nothing here needs a node.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from securesystemslib.signer import Key, Signer
from tuf.api.metadata import Metadata

from node.adapters.trust.files import PRIVATE_FILE, PRIVATE_FOLDER, make_folder, write_whole
from node.adapters.trust.identity import grouped
from node.adapters.trust.key_files import make_key, open_file, reencrypted, refuse_open, required
from node.adapters.trust.key_modules import SCHEME, module_key, module_signer
from node.adapters.trust.root_change import check_holder_name, keyid_fits
from node.adapters.trust.root_request import RootRequest
from node.errors import KeyStoreError

FORMAT = "lmis-node root key 1"
MOST_BYTES = 20_000
PUBLIC_SUFFIX, PRIVATE_SUFFIX, MEMORY_SUFFIX = ".public.json", ".pem", ".signed.json"


@dataclass(frozen=True, slots=True)
class HolderKey:
    """The public part of a root key, and what its holder is called."""

    holder: str
    public: Key

    @property
    def fingerprint(self) -> str:
        """To be read out by telephone."""
        return grouped(self.public.keyid)


def new_holder_key(holder: str, folder: Path, passphrase: str | None, pin: str | None, module: str | None) -> HolderKey:
    """A new key in `folder`, encrypted, beside its public file; or the public file alone of a key on a `module`.

    A key file that lacks its public file, as of a run that was killed, gets it and stays the key it is.
    `module`: an `hsm:` URI. Raises: KeyStoreError where there is one already; StorageFull.
    """
    check_holder_name(holder)
    private, public = folder / f"{holder}{PRIVATE_SUFFIX}", folder / f"{holder}{PUBLIC_SUFFIX}"
    if public.exists() or (module and private.exists()):
        raise KeyStoreError(f"{public if public.exists() else private} is there already; a key is never overwritten")
    if private.exists():
        # A run that was killed left it, or its public file was lost: the private part gives the public one again.
        key: Key = open_file(private, required(passphrase)).public_key
    elif module:
        key = module_key(module, pin)[1]
        make_folder(folder)
    else:
        secret = required(passphrase)
        if not folder.exists():
            make_folder(folder, mode=PRIVATE_FOLDER)
        key = make_key(private, secret)
        _keep_private(private)
    made = HolderKey(holder, key)
    document = {"format": FORMAT, "holder": holder, "keyid": key.keyid, "public": key.to_dict()}
    write_whole(public, json.dumps(document, indent=1).encode() + b"\n")
    return made


def _keep_private(path: Path) -> None:
    """Deletes the key just made where its folder shows it to everyone, as a FAT stick does. Raises: KeyStoreError."""
    try:
        refuse_open(path, PRIVATE_FILE)
    except KeyStoreError as problem:
        path.unlink(missing_ok=True)
        raise KeyStoreError(
            f"{path.parent} cannot keep a file private (a stick with FAT or exFAT cannot): take a folder on another "
            "file system, as ext4"
        ) from problem


def read_public_file(path: Path) -> HolderKey:
    """Raises: KeyStoreError where the file is not the public part of a holder's key."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise KeyStoreError(f"{path} is too large for the public part of a key")
        document: dict[str, Any] = json.loads(path.read_bytes())
        if document["format"] != FORMAT:
            raise KeyStoreError(f"{path} is of another format than “{FORMAT}”")
        holder, key = document["holder"], Key.from_dict(document["keyid"], document["public"])
    except OSError as problem:
        raise KeyStoreError(f"{path} cannot be read: {problem.strerror}") from problem
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise KeyStoreError(f"{path} is not the public part of a root key; `lmis-node keys new` makes one") from problem
    check_holder_name(holder)
    if not keyid_fits(key):
        raise KeyStoreError(
            f"{path} gives its key an id that is not the key's own: it was altered on the way; ask {holder} for it "
            "again, by another way"
        )
    return HolderKey(holder, key)


def open_holder_key(key: str, passphrase: str | None, pin: str | None) -> Signer:
    """The key that a holder signs with. `key`: path of its file, or an `hsm:` URI. Raises: KeyStoreError."""
    if key.startswith(SCHEME):
        uri, public = module_key(key, pin)
        return module_signer(uri, public, pin)
    return open_file(Path(key), required(passphrase))


def change_holder_passphrase(path: Path, old: str, new: str) -> None:
    """Raises: KeyStoreError; StorageFull."""
    open_file(path, required(old))
    write_whole(path, reencrypted(path.read_bytes(), required(old), required(new), str(path)), mode=PRIVATE_FILE)


def recollect(key: str, request: RootRequest) -> str:
    """What this key signed before, held against a request: a warning, or nothing.

    The memory lies beside the key's file. Raises: KeyStoreError where the request belongs to another feed.
    """
    path = _memory(key)
    if path is None or not path.is_file():
        return ""
    try:
        kept = json.loads(path.read_bytes())
        version, digest = int(kept["version"]), str(kept["digest"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise KeyStoreError(f"{path}, which says what this key signed last, cannot be read") from problem
    if version <= len(request.chain):
        if _digest(Metadata.from_bytes(request.chain[version - 1])) != digest:
            raise KeyStoreError(
                f"this key signed another root {version} than the one in this request: it is a request of another "
                "feed, or somebody exchanged a root. Telephone the other holders before anything is signed. Only where "
                f"all of them know that the other root {version} was given up: delete {path}, and sign then"
            )
        return ""
    if version == request.version and _digest(request.proposed) == digest:
        return ""
    return (
        f"this key has already signed another root {version}. Sign this one only if all holders know that the other "
        "was given up: if both were completed, partners would be split"
    )


def remember(key: str, request: RootRequest) -> None:
    """Keep beside the key's file which root it signed last. Raises: StorageFull."""
    path = _memory(key)
    if path is not None:
        kept = {"version": request.version, "digest": _digest(request.proposed)}
        write_whole(path, json.dumps(kept).encode() + b"\n", mode=PRIVATE_FILE)


def _memory(key: str) -> Path | None:
    # By a link the key would have a second memory, and an empty one.
    return None if key.startswith(SCHEME) else Path(key).resolve().with_suffix(MEMORY_SUFFIX)


def _digest(root: Metadata[Any]) -> str:
    return hashlib.sha256(root.signed_bytes).hexdigest()
