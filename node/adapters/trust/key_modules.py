"""Private keys that never leave a hardware module or smart card (PKCS #11), by securesystemslib.

The module's library is named by the variable PYKCS11LIB, which securesystemslib reads itself. Needs the extra `[hsm]`.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlparse

from securesystemslib.exceptions import UnsupportedLibraryError
from securesystemslib.signer import HSMSigner, Key, Signature, Signer, SSlibKey

from node.config import PIN_VARIABLE
from node.errors import KeyStoreError

SCHEME = "hsm:"
PROBE = b"a proof that this key signs from here"


def module_key(uri: str, pin: str | None) -> tuple[str, Key]:
    """The URI in full and the public part of an ECDSA key (P-256 or P-384) on a module.

    `uri`: `hsm:`, `hsm:<key id>` or `hsm:<key id>?label=<token>`. Raises: KeyStoreError.
    """
    parts = urlparse(uri)
    try:
        keyid = int(parts.path) if parts.path else None
        return HSMSigner.import_(keyid, dict(parse_qsl(parts.query)).get("label"), lambda _: _required(pin))
    except Exception as problem:
        raise _told(uri, problem) from problem


def module_signer(uri: str, public: Key, pin: str | None) -> Signer:
    """Signs on the module; it has to sign once before this returns, so that a wrong PIN is known at once.

    Raises: KeyStoreError, here and when it signs.
    """
    secret = _required(pin)
    try:
        signer = HSMSigner.from_priv_key_uri(uri, public, lambda _: secret)
        public.verify_signature(signer.sign(PROBE), PROBE)
    except Exception as problem:
        raise _told(uri, problem) from problem
    return _ModuleSigner(uri, signer)


class _ModuleSigner(Signer):
    """A module's signer whose errors are this node's: a token that was pulled out is the operator's to put back."""

    def __init__(self, uri: str, inner: HSMSigner) -> None:
        self._uri = uri
        self._inner = inner

    @property
    def public_key(self) -> SSlibKey:
        return self._inner.public_key

    @classmethod
    def from_priv_key_uri(cls, priv_key_uri: str, public_key: Key, secrets_handler: object = None) -> Signer:
        raise NotImplementedError  # `module_signer` makes them

    def sign(self, payload: bytes) -> Signature:
        try:
            return self._inner.sign(payload)
        except Exception as problem:
            raise _told(self._uri, problem) from problem


def _required(pin: str | None) -> str:
    if not pin:
        raise KeyStoreError(f"the PIN of the hardware module is not given: set the environment variable {PIN_VARIABLE}")
    return pin


def _told(uri: str, problem: Exception) -> KeyStoreError:
    """Drivers raise what they like, so any error of theirs is told as the module's; its text holds no PIN."""
    if isinstance(problem, KeyStoreError):
        return problem
    if isinstance(problem, UnsupportedLibraryError):
        return KeyStoreError("this node was installed without the part for hardware modules; install it with `[hsm]`")
    said = str(problem) or type(problem).__name__
    return KeyStoreError(f"the hardware module does not give the key {uri}: {said}")
