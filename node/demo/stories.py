"""What the generated markets have to tell: shortages here, surpluses there, for policy staff to find.

Each story multiplies the number of vacancies and of job seekers of some ISCO-08 groups in some areas, so that
what the comparison says of the demo can be checked against this table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
MONTHS_OF_YEAR = 12
HIGH_SEASON = (1.9, 1.8, 1.3, 0.9, 0.6, 0.6, 0.7, 0.7, 0.6, 1.2, 1.9, 2.0)
"""Beach tourism of the Andaman coast by calendar month, January first."""


@dataclass(frozen=True, slots=True)
class Story:
    """One imbalance. `groups` are prefixes of ISCO-08 unit groups; factors multiply the usual numbers."""

    name: str
    areas: tuple[str, ...]
    groups: tuple[str, ...]
    vacancies: float = 1.0
    jobseekers: float = 1.0
    season: tuple[float, ...] = (1.0,) * MONTHS_OF_YEAR


NURSES, WELDERS, ICT = ("2221", "3221", "222", "322"), ("7212", "7213", "7214"), ("25", "35")
HOTELS, PLANTATIONS = ("512", "513", "9112", "5151", "4224"), ("6112", "9211")

STORIES = (
    Story("nurses are short in Penang, Selangor and the Riau Islands", ("MY-07", "MY-10", "ID-KR"), NURSES, 3.4, 0.35),
    Story("nurses seek work in North and West Sumatra and Aceh", ("ID-SU", "ID-SB", "ID-AC"), NURSES, 0.55, 3.2),
    Story("welders are short in the Riau Islands' yards and Songkhla's", ("ID-KR", "TH-90"), WELDERS, 4.5, 0.4),
    Story("welders seek work in Lampung and Perak", ("ID-LA", "MY-08"), WELDERS, 0.5, 3.6),
    Story("ICT staff are short in Selangor and Penang", ("MY-10", "MY-07"), ICT, 2.6, 0.6),
    Story("ICT graduates seek work in West Sumatra and Songkhla", ("ID-SB", "TH-90"), ICT, 0.6, 3.0),
    Story("hotels of Phuket and Krabi hire for the high season", ("TH-83", "TH-81"), HOTELS, 2.8, 0.6, HIGH_SEASON),
    Story("hotel staff seek work in Aceh, Pattani and Narathiwat", ("ID-AC", "TH-94", "TH-96"), HOTELS, 0.6, 2.2),
    Story("plantation hands are short in Perak and Negeri Sembilan", ("MY-08", "MY-05"), PLANTATIONS, 3.0, 0.5),
    Story("plantation hands seek work in Lampung and Bengkulu", ("ID-LA", "ID-BE"), PLANTATIONS, 0.7, 2.4),
)


def tilt(kind: str, calendar: Sequence[int], areas: Sequence[str], units: Sequence[str]) -> FloatArray:
    """The stories' factors. `kind`: `vacancies` or `jobseekers`; `calendar`: months 1 to 12, one per month.

    Returns shape (months, areas, units).
    """
    factors = np.ones((len(calendar), len(areas), len(units)))
    for story in STORIES:
        hit_areas = np.array([area in story.areas for area in areas])
        hit_units = np.array([unit.startswith(story.groups) for unit in units])
        level = story.vacancies if kind == "vacancies" else story.jobseekers
        season = np.ones(len(calendar))
        if kind == "vacancies":
            season = np.array([story.season[month - 1] for month in calendar])
        block = (level * season)[:, None, None] * np.ones((1, hit_areas.sum(), hit_units.sum()))
        factors[np.ix_(np.arange(len(calendar)), hit_areas, hit_units)] *= block
    return factors
