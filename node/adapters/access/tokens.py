"""The text of access tokens, `lmis_<id>_<secret>`, and the digest of it that is kept.

The id finds the row and is public; the secret proves the holder. Its digest is plain SHA-256: a secret of 256 random
bits cannot be found from it by trying, which is all that the slow hashes made for passwords would add, and a check
then costs microseconds on every request. The fixed beginning lets scanners of leaked secrets recognise a token.
Source: NIST SP 800-63B, 5.1.2.2 (look-up secrets with at least 112 bits of entropy may be hashed once).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

_TOKEN = re.compile(r"lmis_([0-9a-f]{10})_[A-Za-z0-9_-]{43}", re.ASCII)
NO_DIGEST = hashlib.sha256(b"").hexdigest()
"""What a token that names no row is compared with, so that it takes as long as a wrong one."""


def new_token() -> tuple[str, str]:
    """The id and the whole text of a new token."""
    identifier = secrets.token_hex(5)
    return identifier, f"lmis_{identifier}_{secrets.token_urlsafe(32)}"


def id_of(token: str) -> str | None:
    """The id that a token names; None where the text is no token."""
    match = _TOKEN.fullmatch(token)
    return match[1] if match else None


def digest_of(token: str) -> str:
    """What is kept of a token: SHA-256, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(token: str, digest: str | None) -> bool:
    """Whether `token` is the one whose digest was kept (None: none was), in time that depends on neither."""
    return hmac.compare_digest(digest_of(token), digest or NO_DIGEST) and digest is not None
