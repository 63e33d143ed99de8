"""What the title coder says of a title."""

from __future__ import annotations

from dataclasses import dataclass, field

from node.coding.correspondence import OCCUPATION_PREFIX
from node.errors import TitleModelInvalid


@dataclass(frozen=True, slots=True)
class TitleDecision:
    """The deepest group whose confidence reaches the threshold.

    `code`: of CL_OCCUPATION (`OC2512`, `OC25`), None where no group reaches it or the title says nothing;
    `level`: ISCO-08 level of the code, 0 for None; `confidence`: how often such a decision was right on titles
    held out of the training (for None that of the likeliest major group, 0 for a title that says nothing).
    Raises: TitleModelInvalid for a level that is not the code's, or a confidence that is no share.
    """

    code: str | None
    level: int
    confidence: float

    def __post_init__(self) -> None:
        if self.level != (len(self.code) - len(OCCUPATION_PREFIX) if self.code else 0):
            raise TitleModelInvalid(f"a title decision of {self.code} has no level {self.level}")
        if not 0.0 <= self.confidence <= 1.0:
            raise TitleModelInvalid(f"a title decision has a confidence of {self.confidence}; it lies from 0 to 1")


@dataclass(frozen=True, slots=True)
class TitleCandidate:
    """One suggestion for a title. `code`: a unit group of CL_OCCUPATION; `confidence`: that it is right;
    `known`: titles nearest to it that are known to be of this group, out of tables and indexes, never records'.
    """

    code: str
    confidence: float
    known: tuple[str, ...] = field(default=())

    @property
    def reason(self) -> str:
        """Why, in words."""
        if self.known:
            return "like " + ", ".join(f"“{title}”" for title in self.known)
        return "its words are those of this group"


NOTHING_SAID = TitleDecision(None, 0, 0.0)
"""For a title in which no word of a job is left: empty, a number, a place, an emoji."""
