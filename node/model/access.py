"""Who may enter what is not public: an access, and the scopes it may have."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from node.errors import OperatorError

OPERATOR = "operator"
"""Scope: the operator's pages."""
FEED = "feed:"
"""Before a dataflow: the scope of its restricted feed. `feed:*` is that of every dataflow's."""
ALL_FEEDS = "feed:*"

LONGEST_HOLDER = 200
_SCOPE = re.compile(r"operator|feed:(?:\*|[A-Z][A-Z0-9_]*)", re.ASCII)


def feed_scope(dataflow: str) -> str:
    """The scope that reading a dataflow's restricted feed takes."""
    return f"{FEED}{dataflow}"


@dataclass(frozen=True, slots=True)
class Access:
    """What was granted to one holder, without the token that proves it.

    `id`: public, names the access in lists and in the token; `scopes`: sorted, each `operator`, `feed:<DATAFLOW>`
    or `feed:*`; times are UTC; `revoked` is None while it is not; `last_used` is exact to the hour only.
    Raises: OperatorError for a scope that there is not, an empty holder, or an end that is not after the beginning.
    """

    id: str
    holder: str
    scopes: tuple[str, ...]
    created: datetime
    expires: datetime
    revoked: datetime | None = None
    last_used: datetime | None = None

    def __post_init__(self) -> None:
        if not self.holder.strip() or len(self.holder) > LONGEST_HOLDER or not self.holder.isprintable():
            raise OperatorError(f"an access needs a holder: a name of 1 to {LONGEST_HOLDER} characters in one line")
        if not self.scopes:
            raise OperatorError(f"an access needs a scope: {OPERATOR}, feed:DATAFLOW or {ALL_FEEDS}")
        for scope in self.scopes:
            if not _SCOPE.fullmatch(scope):
                raise OperatorError(f"there is no scope “{scope}”; there are {OPERATOR}, feed:DATAFLOW and {ALL_FEEDS}")
        if self.expires <= self.created:
            raise OperatorError("an access must expire after it was made")
        object.__setattr__(self, "scopes", tuple(sorted(set(self.scopes))))

    def in_force(self, now: datetime) -> bool:
        """Whether it is neither expired nor revoked."""
        return self.revoked is None and now < self.expires

    def allows(self, scope: str, now: datetime) -> bool:
        """Whether its holder may enter what takes `scope`. The operator's scope holds no feed, nor the reverse."""
        granted = scope in self.scopes or (scope.startswith(FEED) and ALL_FEEDS in self.scopes)
        return granted and self.in_force(now)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new access with its token: the only time that the token is known to the node."""

    token: str = field(repr=False)
    access: Access
