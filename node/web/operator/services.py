"""What the operator's pages need from the node. `node.bootstrap` builds an object of this shape."""

from __future__ import annotations

from dataclasses import dataclass, field

from node.ports import AccessLedger, Clock
from node.reviewing import ReviewDesk


@dataclass(frozen=True, slots=True)
class OperatorServices:
    """The desk to review with, who may do so, and the key that signs their sessions."""

    desk: ReviewDesk
    access: AccessLedger
    clock: Clock
    session_key: bytes = field(repr=False)
