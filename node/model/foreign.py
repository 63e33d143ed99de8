"""Text that somebody else wrote, made fit to show: in a message, a page, a log, or a record of the store."""

from __future__ import annotations

import unicodedata

SHORT, LONG = 80, 400
"""Characters of a name, and of an explanation."""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def shown(text: object, limit: int = SHORT) -> str:
    """The text on one line, cut at `limit` characters, without what steers a terminal or turns the writing round.

    Control, format (bidirectional marks among them), surrogate, private and unassigned characters and line
    separators become U+FFFD; line ends and tabs a blank. Source: Unicode Standard, general categories C*, Zl, Zp;
    UTR 36, 2.5, on bidirectional text spoofing.
    """
    written = str(text)
    kept = "".join(map(_visible, written[:limit]))
    return kept if len(written) <= limit else f"{kept[: limit - 1]}…"


def _visible(character: str) -> str:
    if character in "\n\r\t":
        return " "
    category = unicodedata.category(character)
    return REPLACEMENT if category[0] == "C" or category in {"Zl", "Zp"} else character
