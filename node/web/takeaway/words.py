"""The words that a workbook needs in the reader's language, and what a figure's sign says in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from node.errors import NodeError
from node.model.comparison import (
    MISSING,
    NOT_APPLICABLE,
    NOT_REPORTED,
    PROVISIONAL,
    SUPPRESSED,
    Measured,
    Signal,
)
from node.model.table import Coded, Kind

SIGNS = (PROVISIONAL, SUPPRESSED, MISSING, NOT_REPORTED, NOT_APPLICABLE)
"""The signs of a figure that have a word; a figure without any is as published."""


@dataclass(frozen=True, slots=True)
class SheetWords:
    """Words of one language.

    `code`, `at_least`, `at_most`, `sign`: what the columns are called that stand beside a name or a figure;
    `partial`: what a sum without some countries is, with `{areas}` where they are named; `signs`, `signals`: a word
    for each of `SIGNS` and for each signal; `name`: an area or occupation in the language; `word`: a text of a small
    fixed set, given the column's id.
    Raises: NodeError where a sign or a signal has no word, or `partial` does not say which areas.
    """

    code: str
    at_least: str
    at_most: str
    sign: str
    partial: str
    signs: Mapping[str, str]
    signals: Mapping[Signal, str]
    name: Callable[[Kind, Coded], str]
    word: Callable[[str, str], str]

    def __post_init__(self) -> None:
        wordless = [sign for sign in SIGNS if not self.signs.get(sign)]
        wordless += [signal.value for signal in Signal if not self.signals.get(signal)]
        if wordless:
            raise NodeError(f"no word is given for {', '.join(wordless)}: an empty cell would say that all is known")
        if "{areas}" not in self.partial:
            raise NodeError("the words for a partial figure must hold {areas}, where the lacking ones are named")

    def sign_of(self, figure: Measured) -> str:
        """What is to be known of a figure besides its number: `hidden; partial, without Malaysia`, or nothing."""
        said = [self.signs[figure.sign]] if figure.sign else []
        if figure.lacking:
            areas = ", ".join(self.name(Kind.AREA, Coded(code, code)) for code in figure.lacking)
            said.append(self.partial.replace("{areas}", areas))
        return "; ".join(said)
