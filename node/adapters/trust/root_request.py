"""A root on its way from holder to holder: one small file with the roots before it and the signatures so far."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import Signature, Signer
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root
from tuf.api.serialization import DeserializationError

from node.adapters.trust.identity import fingerprint, read_root
from node.adapters.trust.root_change import check_root, differences, holders_of
from node.errors import KeyStoreError, SignatureRefused

FORMAT = "lmis-node root request 1"
MOST_BYTES = 20_000_000
"""256 roots of the largest size a partner accepts are far below it."""


@dataclass(frozen=True, slots=True)
class Signed:
    """How far a request is signed. `by`: holders who have; `waiting`: those who may still;
    `lacking`: signatures that are still needed, of the root before and of the proposed one (0 where none is).
    """

    by: tuple[str, ...]
    waiting: tuple[str, ...]
    lacking: int

    @property
    def complete(self) -> bool:
        return not self.lacking


@dataclass(frozen=True, slots=True, eq=False)
class RootRequest:
    """`chain`: every root of the feed so far, as its bytes, oldest first; `proposed`: what is to be signed."""

    chain: tuple[bytes, ...]
    proposed: Metadata[Root]

    @property
    def previous(self) -> Root | None:
        return Metadata[Root].from_bytes(self.chain[-1]).signed if self.chain else None

    @property
    def version(self) -> int:
        return self.proposed.signed.version

    def check(self, now: datetime) -> None:
        """Raises: KeyStoreError where a root of the chain does not follow the one before, or the last cannot."""
        try:
            check_chain(self.chain)
            check_root(self.previous, self.proposed.signed, now)
        except SignatureRefused as problem:
            raise KeyStoreError(f"this is no root to sign: {problem}") from problem

    def differences(self) -> tuple[str, ...]:
        """A line each; the last is for a key that has signed no root before, and so remembers none."""
        changes = differences(self.previous, self.proposed.signed)
        if not self.chain:
            return changes
        return (*changes, f"of the feed whose root 1 has the fingerprint {fingerprint(self.chain[0])}")

    def signed_with(self, signer: Signer) -> RootRequest:
        """Raises: KeyStoreError where neither the root before nor this one names the key."""
        if signer.public_key.keyid not in self._signatories():
            raise KeyStoreError(
                f"the key {signer.public_key.keyid[:16]}… is not among the root keys before or after this change"
            )
        signature = signer.sign(self.proposed.signed_bytes)
        return self._with({**self.proposed.signatures, signature.keyid: signature})

    def merged_with(self, other: RootRequest, name: str) -> RootRequest:
        """With another copy's signatures, too; in whatever order copies come, the result is the same.

        `name`: of the copy, for messages.
        Raises: KeyStoreError where it is a copy of another request, or a signature is foreign or wrong.
        """
        if (other.chain, other.proposed.signed_bytes) != (self.chain, self.proposed.signed_bytes):
            raise KeyStoreError(f"{name} is a copy of another request than the one under way here")
        for keyid, signature in other.proposed.signatures.items():
            self._refuse_wrong(keyid, signature, name)
        return self._with({**self.proposed.signatures, **other.proposed.signatures})

    def signed(self) -> Signed:
        """Who has signed, and how many more must."""
        names = self._signatories()
        payload, signatures = self.proposed.signed_bytes, self.proposed.signatures
        roots = [root for root in (self.previous, self.proposed.signed) if root is not None]
        results = [root.get_verification_result(Root.type, payload, signatures) for root in roots]
        good = {keyid for result in results for keyid in result.signed}
        return Signed(
            by=tuple(sorted(names[keyid] for keyid in good)),
            waiting=tuple(sorted(name for keyid, name in names.items() if keyid not in good)),
            lacking=max(max(0, result.threshold - len(result.signed)) for result in results),
        )

    def root_bytes(self) -> bytes:
        """The root as it is published. Raises: KeyStoreError below the threshold."""
        signed = self.signed()
        if not signed.complete:
            raise KeyStoreError(
                f"{signed.lacking} more signatures are needed; signed by {', '.join(signed.by) or 'nobody'}, "
                f"waiting for {', '.join(signed.waiting)}"
            )
        return self.proposed.to_bytes()

    def to_bytes(self) -> bytes:
        document = {
            "format": FORMAT,
            "chain": [root.decode() for root in self.chain],
            "proposed": self.proposed.to_dict(),
        }
        return json.dumps(document, indent=1).encode() + b"\n"

    def _signatories(self) -> dict[str, str]:
        """Key id to holder, of the root before and the proposed one."""
        roots = [root for root in (self.previous, self.proposed.signed) if root is not None]
        return {key.keyid: name for root in roots for name, key in holders_of(root).items()}

    def _refuse_wrong(self, keyid: str, signature: Signature, name: str) -> None:
        names = self._signatories()
        if keyid not in names:
            raise KeyStoreError(f"{name} is signed by a foreign key, {keyid[:16]}…, that no root of this feed names")
        roots = [root for root in (self.previous, self.proposed.signed) if root is not None]
        key = next(root.keys[keyid] for root in roots if keyid in root.roles[Root.type].keyids)
        try:
            key.verify_signature(signature, self.proposed.signed_bytes)
        except UnverifiedSignatureError as problem:
            raise KeyStoreError(
                f"{name}: the signature of {names[keyid]} does not fit what it should sign"
            ) from problem

    def _with(self, signatures: dict[str, Signature]) -> RootRequest:
        # Sorted, so that the same signatures give the same bytes, and the same fingerprint.
        return replace(self, proposed=Metadata(self.proposed.signed, dict(sorted(signatures.items()))))


def check_chain(chain: Sequence[bytes]) -> None:
    """Roots that follow one another from version 1, each signed as it and the one before demand.

    Raises: SignatureRefused.
    """
    before: Root | None = None
    for version, data in enumerate(chain, 1):
        root = read_root(data)
        try:
            if root.signed.version != version:
                raise SignatureRefused(f"root {version} has the version {root.signed.version}")
            if before is not None:
                before.verify_delegate(Root.type, root.signed_bytes, root.signatures)
        except RepositoryError as problem:
            raise SignatureRefused(f"root {version} is not signed as root {version - 1} demands") from problem
        before = root.signed


def read_request(path: Path) -> RootRequest:
    """Raises: KeyStoreError where the file is no request."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise KeyStoreError(f"{path} is larger than any root request")
        return parse_request(path.read_bytes(), str(path))
    except OSError as problem:
        raise KeyStoreError(f"{path} cannot be read: {problem.strerror}") from problem


def parse_request(data: bytes, where: str) -> RootRequest:
    """Raises: KeyStoreError where the bytes are no request."""
    try:
        document: dict[str, Any] = json.loads(data)
        if document["format"] != FORMAT:
            raise KeyStoreError(f"{where} is a request of another format than “{FORMAT}”")
        proposed: Metadata[Root] = Metadata.from_dict(document["proposed"])
        if not isinstance(proposed.signed, Root):
            raise KeyStoreError(f"{where} proposes no root")
        return RootRequest(tuple(str(root).encode() for root in document["chain"]), proposed)
    except (ValueError, KeyError, TypeError, AttributeError, DeserializationError, RepositoryError) as problem:
        raise KeyStoreError(f"{where} is no root request of `lmis-node keys`") from problem


def merged(request: RootRequest, copies: Iterable[tuple[str, RootRequest]]) -> RootRequest:
    """A request with the signatures of its copies. Raises: KeyStoreError."""
    for name, copy in copies:
        request = request.merged_with(copy, name)
    return request
