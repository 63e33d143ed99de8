"""The ledger of access tokens' twin in memory. One contract test runs on both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from node.adapters.access.tokens import digest_of, new_token, same
from node.errors import OperatorError
from node.model.access import Access, IssuedToken
from node.ports import Clock


class MemoryAccessLedger:
    """`node.ports.AccessLedger` in a dictionary."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[str, tuple[str, Access]] = {}

    def issue(self, holder: str, scopes: Sequence[str], lifetime: timedelta) -> IssuedToken:
        identifier, token = new_token()
        now = self._clock()
        access = Access(identifier, holder, tuple(scopes), now, now + lifetime)
        self._held[identifier] = (digest_of(token), access)
        return IssuedToken(token, access)

    def check(self, token: str, scope: str) -> Access | None:
        now = self._clock()
        for identifier, (digest, access) in self._held.items():
            if same(token, digest):
                if not access.allows(scope, now):
                    return None
                if access.last_used is None or now - access.last_used >= timedelta(hours=1):
                    self._held[identifier] = (digest, replace(access, last_used=now))
                return access
        return None

    def find(self, identifier: str) -> Access | None:
        return self._held[identifier][1] if identifier in self._held else None

    def revoke(self, identifier: str) -> Access:
        if identifier not in self._held:
            raise OperatorError(f"there is no access “{identifier}”")
        digest, access = self._held[identifier]
        self._held[identifier] = (digest, replace(access, revoked=access.revoked or self._clock()))
        return self._held[identifier][1]

    def list(self) -> tuple[Access, ...]:
        return tuple(sorted((access for _, access in self._held.values()), key=lambda one: (one.created, one.id)))
