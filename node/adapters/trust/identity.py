"""Who a feed's root says it is, and the fingerprint by which two operators compare roots."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass
from typing import Any

import marshmallow as ma
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root

from node.config import flatten_messages
from node.errors import SignatureRefused
from node.model.foreign import LONG, shown

FIELD = "x-lmis-node"
"""Field of the signed root. Clients that do not know it ignore it (TUF specification 1.0, 4.1), and it is
covered by the root's signatures all the same, so whoever pins the root pins the country."""

GROUP = 4
"""Hexadecimal digits in a group of a fingerprint as it is read out by telephone."""


@dataclass(frozen=True, slots=True)
class NodeIdentity:
    """As in `node.toml`: the country, the REF_AREA code it speaks for, its name, whether its data are generated."""

    country: str
    authority: str
    name: str
    synthetic: bool

    def as_field(self) -> dict[str, str | bool]:
        return asdict(self)


class _IdentitySchema(ma.Schema):
    country = ma.fields.String(required=True, validate=ma.validate.Regexp(r"[A-Z]{2}\Z"))
    authority = ma.fields.String(required=True, validate=ma.validate.Regexp(r"[A-Z][A-Z0-9_-]{0,63}\Z"))
    name = ma.fields.String(required=True, validate=ma.validate.Regexp(r"[^\x00-\x1f\x7f]{1,200}\Z"))
    synthetic = ma.fields.Boolean(required=True, truthy={True}, falsy={False})


def read_root(root_bytes: bytes) -> Metadata[Root]:
    """A root that is signed by its own keys as its own threshold demands. Raises: SignatureRefused."""
    try:
        root: Metadata[Root] = Metadata.from_bytes(root_bytes)
        if not isinstance(root.signed, Root):
            raise SignatureRefused("what should be a root is metadata of another role")
        root.signed.verify_delegate(Root.type, root.signed_bytes, root.signatures)
    except (RepositoryError, ValueError) as problem:
        raise SignatureRefused(f"this is not a validly signed root: {shown(problem, LONG)}") from problem
    return root


def identity_of(root: Root) -> NodeIdentity:
    """Raises: SignatureRefused where the root does not say, in our form, whose feed it begins."""
    field: Any = root.unrecognized_fields.get(FIELD)
    if field is None:
        raise SignatureRefused(f"the root lacks the field {FIELD}: this is not the feed of a labour market node")
    try:
        return NodeIdentity(**_IdentitySchema().load(field, unknown=ma.EXCLUDE))
    except ma.ValidationError as problem:
        places = tuple(shown(message) for message in flatten_messages(problem.messages))
        raise SignatureRefused(f"the root's {FIELD} is wrong", places=places) from None


def fingerprint(root_bytes: bytes) -> str:
    """SHA-256 of a root's bytes, in groups of four digits."""
    return grouped(hashlib.sha256(root_bytes).hexdigest())


def grouped(digits: str) -> str:
    return " ".join(digits[start : start + GROUP] for start in range(0, len(digits), GROUP))


def plain_fingerprint(written: str) -> str:
    """What an operator typed, without blanks and colons, in lower case.

    Raises: SignatureRefused when it is not 64 hexadecimal digits.
    """
    plain = re.sub(r"[\s:]", "", written).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", plain):
        raise SignatureRefused(
            "a fingerprint has 64 hexadecimal digits, "
            f"and this has {len(plain)} characters; ask the peer's operator to read it out again"
        )
    return plain
