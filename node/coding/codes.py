"""Codes as people write them, brought to the one form in which they are looked up."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from node.errors import MappingError

_SEPARATORS = re.compile(r"[\s._/\u00b7\u2010-\u2015\u2212-]+")
_WHOLE_NUMBER_AS_FLOAT = re.compile(r"([0-9]+)\.0+\Z")
"""What a spreadsheet makes of a whole number: `2512.0`."""
_CODE_LIKE = re.compile(r"(?=.*\d)[0-9A-Z._/ -]{1,16}", re.IGNORECASE | re.ASCII)
"""What a message may show: where a source writes titles or addresses in place of codes, they are people's words."""
_WORD_APART = re.compile(r"[A-Z] | [A-Z]", re.IGNORECASE | re.ASCII)
_MOST_DIGITS, _MOST_LETTERS = 10, 4
"""Of a code. The longest is a village's, of 10 digits; a person's number has 12 (Malaysia), 13 (Thailand) or 16
(Indonesia), and stands in the column of codes where the wrong one was named."""


@dataclass(frozen=True, slots=True)
class CodeForm:
    """How a scheme's codes are compared: upper case, and each run of dots, dashes, underscores, slashes and
    spaces as `separator` (empty: removed).

    A scheme keeps its separator where it tells codes apart: DOSM `1_1` is a district, `11` a state. A leading
    zero that a spreadsheet has lost is not put back: `11` may be `011` or `0011` or itself, and only the
    source knows.
    """

    separator: str = ""

    def __post_init__(self) -> None:
        if self.separator and not (len(self.separator) == 1 and _SEPARATORS.fullmatch(self.separator)):
            raise MappingError(f"a separator is nothing or one of `.`, `-`, `_`, `/`, not “{self.separator}”")

    def normal(self, written: str) -> str:
        """The form in which `written` is looked up; empty where it holds no code."""
        text = unicodedata.normalize("NFKC", written).strip().upper()
        if number := _WHOLE_NUMBER_AS_FLOAT.match(text):
            text = number[1]
        parts = [part for part in _SEPARATORS.split(text) if part]
        # Marks that stood apart may combine once what was between them is gone.
        return unicodedata.normalize("NFKC", self.separator.join(parts)).upper()


@dataclass(frozen=True, slots=True)
class PrefixRule:
    """A code of one of these `lengths` takes the mapping of its first `unit` characters.

    KBJI's jobs (`2512.03`) belong to their unit group (`2512`). A code of any other length is not repaired.
    """

    unit: int
    lengths: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.unit < 1 or not self.lengths or min(self.lengths) <= self.unit:
            raise MappingError(
                f"a prefix rule names a unit length and longer lengths, not {self.unit} and {list(self.lengths)}"
            )

    def stem(self, code: str) -> str | None:
        """The unit that `code` belongs to, None where the rule does not speak of it."""
        return code[: self.unit] if len(code) in self.lengths and code.isascii() and code.isdigit() else None


def shown(written: str) -> str:
    """A written code as a message may show it; of a text that is no code only its length."""
    if not written.strip():
        return "(none)"
    return written if _is_like_a_code(written) else f"(a text of {len(written)} characters)"


def _is_like_a_code(written: str) -> bool:
    if not _CODE_LIKE.fullmatch(written) or _WORD_APART.search(written.strip()):
        return False
    digits, letters = (sum(map(is_one, written)) for is_one in (str.isdigit, str.isalpha))
    return digits <= _MOST_DIGITS and letters <= _MOST_LETTERS
