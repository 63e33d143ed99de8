"""The token that opens a peer's restricted dataflows to this node: `peers/<ID>/token`, readable by its owner alone."""

from __future__ import annotations

import re
from pathlib import Path

from node.adapters.trust.files import PRIVATE_FILE, storage_errors, write_whole
from node.errors import ConfigurationError

NAME = "token"
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,1000}", re.ASCII)
"""Source: RFC 6750, 2.1 (b64token)."""


def write_token(folder: Path, token: str) -> None:
    """Keep a peer's token. Raises: ConfigurationError where the text is none, without quoting it; StorageFull."""
    if not _TOKEN.fullmatch(token):
        raise ConfigurationError("this is no token: give it as its one line, without blanks or quotation marks")
    write_whole(folder / NAME, token.encode(), mode=PRIVATE_FILE)


def remove_token(folder: Path) -> None:
    """Forget a peer's token. Raises: StorageFull."""
    with storage_errors(folder):
        (folder / NAME).unlink(missing_ok=True)


def read_token(folder: Path) -> str | None:
    """A peer's token; None where none was given. Raises: ConfigurationError where it cannot be read."""
    path = folder / NAME
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as problem:
        message = f"{path} cannot be read; give the token again with `lmis-node peer token`"
        raise ConfigurationError(message) from problem
