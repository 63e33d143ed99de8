"""Which period a comparison is of, when the reader names one and when not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from node.errors import NotPublished
from node.model.period import TimePeriod


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods a reader may choose, newest first, and the one chosen."""

    chosen: TimePeriod
    offered: tuple[TimePeriod, ...]


def choose_period(*merged: Collection[TimePeriod], wanted: TimePeriod | None) -> Periods | None:
    """The period wanted, or the newest that all dataflows have, or else the newest of any; None where none has one.

    `merged`: the periods of each dataflow that is compared.
    Raises: NotPublished where no dataflow has the period wanted.
    """
    offered = tuple(sorted({period for periods in merged for period in periods}, reverse=True))
    if wanted is not None and wanted not in offered:
        if not offered:
            raise NotPublished.to_reader("nothing of %(period)s has been merged here", period=wanted)
        raise NotPublished.to_reader(
            "nothing of %(period)s has been merged here; there is %(first)s to %(last)s",
            period=wanted,
            first=offered[-1],
            last=offered[0],
        )
    if not offered:
        return None
    common = [period for period in offered if all(period in periods for periods in merged)]
    return Periods(wanted or (common or offered)[0], offered)
