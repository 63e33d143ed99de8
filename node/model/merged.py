"""Merged observations: one by one as proofs ask for them, and in columns as comparisons read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from node.model.cube import FloatArray
from node.model.period import TimePeriod
from node.model.release import Vintage

SeriesKey = tuple[str, str, str, str]
"""REF_AREA, OCCUPATION, SEX, INDICATOR; `_Z` where a dataflow has no such dimension."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A published number or its gap. `value` is None where `status` is Q (suppressed) or M (missing).

    `low`, `high`: what a suppressed number can be at least and most, given all that its release publishes; `high` may
    be infinite. Both None for other observations, and where nobody has reckoned them.
    """

    value: float | None
    status: str
    confidentiality: str
    sender: str
    low: float | None = None
    high: float | None = None


class Observations(Mapping[SeriesKey, Observation]):
    """Observations by their series, of which each has one. Thousands are behind a page, so they are kept in columns,
    all equally long and in one order; a single one is made when it is asked for.

    `areas`, `occupations`, `sexes`, `indicators`: the codes of the series; `value`, `low`, `high`: NaN for None.
    """

    __slots__ = (
        "_places", "areas", "confidentialities", "high", "indicators", "low", "occupations", "senders", "sexes",
        "statuses", "value",
    )  # fmt: skip

    def __init__(
        self,
        keys: tuple[Sequence[str], Sequence[str], Sequence[str], Sequence[str]],
        value: Sequence[float | None],
        marks: tuple[Sequence[str], Sequence[str]],
        senders: Sequence[str],
        bounds: tuple[Sequence[float | None], Sequence[float | None]],
    ) -> None:
        """`keys`: the columns of SeriesKey; `marks`: OBS_STATUS and CONF_STATUS; `bounds`: low and high."""
        self.areas, self.occupations, self.sexes, self.indicators = keys
        self.value, self.low, self.high = map(_floats, (value, *bounds))
        self.statuses, self.confidentialities = marks
        self.senders = senders
        self._places: dict[SeriesKey, int] | None = None

    @classmethod
    def of(cls, observations: Mapping[SeriesKey, Observation]) -> Observations:
        """Those that are there one by one already."""
        areas, occupations, sexes, indicators = zip(*observations, strict=True) if observations else [()] * 4
        held = observations.values()
        return cls(
            (areas, occupations, sexes, indicators),
            [one.value for one in held],
            ([one.status for one in held], [one.confidentiality for one in held]),
            [one.sender for one in held],
            ([one.low for one in held], [one.high for one in held]),
        )

    def __getitem__(self, key: SeriesKey) -> Observation:
        place = self._by_key[key]
        return Observation(
            _none(self.value.item(place)),
            self.statuses[place],
            self.confidentialities[place],
            self.senders[place],
            _none(self.low.item(place)),
            _none(self.high.item(place)),
        )

    def __iter__(self) -> Iterator[SeriesKey]:
        return zip(self.areas, self.occupations, self.sexes, self.indicators, strict=True)

    def __len__(self) -> int:
        return len(self.areas)

    def __repr__(self) -> str:
        return f"<{len(self)} observations>"

    @property
    def _by_key(self) -> dict[SeriesKey, int]:
        if self._places is None:
            self._places = {key: place for place, key in enumerate(self)}
        return self._places


@dataclass(frozen=True, slots=True)
class MergedCube:
    """The observations in force for one dataflow and period, from all senders, and where they came from."""

    dataflow: str
    period: TimePeriod
    observations: Observations
    vintages: tuple[Vintage, ...]


def _floats(numbers: Sequence[float | None]) -> FloatArray:
    return np.array(numbers, np.float64)  # which has NaN for None


def _none(number: float) -> float | None:
    return None if isnan(number) else number
