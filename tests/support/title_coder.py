"""A title coder that knows a few titles, for tests of what is done with its decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from node.coding.titles.decision import NOTHING_SAID, TitleDecision

KNOWN = {
    "software developer": TitleDecision("OC2512", 4, 0.9),
    "nurse": TitleDecision("OC22", 2, 0.8),
    "bricklayer": TitleDecision("OC7112", 4, 0.5),
}


@dataclass
class KnownTitles:
    """Decides on KNOWN titles without regard to case, and remembers how often it was asked and for how many."""

    name: str = "titles"
    version: str = "7"
    digest: str = "d" * 64
    asked: list[int] = field(default_factory=list)

    def decide(self, titles: Sequence[str], threshold: float) -> tuple[TitleDecision, ...]:
        self.asked.append(len(titles))
        found = (KNOWN.get(title.casefold(), NOTHING_SAID) for title in titles)
        return tuple(said if said.confidence >= threshold else NOTHING_SAID for said in found)
