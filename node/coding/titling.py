"""Records without a usable code, coded from their job titles: each distinct title is decided once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from node.coding.occupation import NOT_CODED, OccupationDecision, leaf_on_axis
from node.coding.titles.decision import TitleDecision
from node.model.codelist import Codelist


class TitleCoder(Protocol):
    """A title model, as coding needs it."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def digest(self) -> str: ...

    def decide(self, titles: Sequence[str], threshold: float) -> tuple[TitleDecision, ...]:
        """A decision for each title, in their order; no title is held or told."""


@dataclass(frozen=True, slots=True)
class TitleCoding:
    """How titles are coded: the node's current model, None where it has none, and how sure it must be."""

    model: TitleCoder | None = field(repr=False)
    threshold: float

    @property
    def digests(self) -> tuple[tuple[str, str], ...]:
        """The model's name and version with its digest, for the release report; nothing where there is no model."""
        return ((f"{self.model.name} {self.model.version}", self.model.digest),) if self.model is not None else ()

    def decide(self, titles: Iterable[str], axis: Codelist) -> dict[str, OccupationDecision]:
        """What the records of each title are. Without a model, or where it is not sure enough, they are not coded."""
        distinct = sorted(set(titles))
        if self.model is None:
            return dict.fromkeys(distinct, NOT_CODED)
        found = self.model.decide(distinct, self.threshold)
        return {title: _decision(said, axis) for title, said in zip(distinct, found, strict=True)}


NO_TITLES = TitleCoding(None, 1.0)


def _decision(said: TitleDecision, axis: Codelist) -> OccupationDecision:
    if said.code is None:
        return NOT_CODED
    return OccupationDecision((said.code,), ((leaf_on_axis(said.code, axis), 1.0),), said.level)
