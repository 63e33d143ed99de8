"""How figures, gaps, months and times are written for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Flask

from node.compare.indicators import THRESHOLDS
from node.model.comparison import MISSING, NOT_APPLICABLE, NOT_REPORTED, SUPPRESSED, ComparisonRow, Measured, Signal
from node.model.period import TimePeriod
from node.model.release import PeerState, PublishedTarget

# The pages' language is fixed, the machine's locale is not.
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

SYNTHETIC_NOTE = "Synthetic: generated for demonstration. These figures describe no real person, employer or place."


@dataclass(frozen=True, slots=True)
class Measure:
    """One of the figures that the matrix can show. `attribute`: of ComparisonRow; `marked`: carries signals."""

    id: str
    attribute: str
    name: str
    short: str
    decimals: int
    marked: bool

    def of(self, row: ComparisonRow) -> Measured:
        figure: Measured = getattr(row, self.attribute)
        return figure


MEASURES = (
    Measure("tightness", "tightness", "Vacancies per 100 registered job seekers", "Tightness", 1, marked=True),
    Measure(
        "relative", "relative", "Tightness as a multiple of the country’s own", "Relative tightness", 2, marked=True
    ),
    Measure("vacancies", "vacancies", "Vacant posts at the end of the month", "Vacancies", 0, marked=False),
    Measure(
        "jobseekers", "jobseekers", "Registered job seekers at the end of the month", "Job seekers", 0, marked=False
    ),
)

SHORT_TITLES = {
    "_T": "All occu\u00adpations",
    "OC1": "Managers",
    "OC2": "Profes\u00adsionals",
    "OC3": "Technicians and associates",
    "OC4": "Clerical support",
    "OC5": "Service and sales",
    "OC6": "Skilled farm, forest, fishery",
    "OC7": "Craft and trades",
    "OC8": "Machine operators",
    "OC9": "Elemen\u00adtary",
    "OC0": "Armed forces",
}
"""Heads of narrow columns, with soft hyphens; the full titles stand on the pages they lead to."""

GAPS = {
    SUPPRESSED: ("hidden", "kept confidential, because so few persons or employers stand behind it. It is not zero."),
    MISSING: ("missing", "the country’s sources do not observe it."),
    NOT_REPORTED: ("no data", "this node has merged no release that holds it."),
    NOT_APPLICABLE: (
        "n/a",
        "it does not apply: there are no job seekers to divide by, or registers of several countries are mixed.",
    ),
}
"""The words shown in place of a figure, and what they mean."""

SIGNALS = {
    Signal.SHORTAGE: ("▲", "tighter", f"at least {THRESHOLDS.shortage:.1f} times as tight as its country as a whole"),
    Signal.SURPLUS: ("▼", "slacker", "at most two thirds as tight as its country as a whole"),
    Signal.BALANCED: ("", "near its country’s own", "between the two"),
    Signal.UNDETERMINED: ("", "not determined", "a figure it needs is hidden, missing or not there"),
}
"""Mark, word and meaning of each signal."""

STATES = {
    PeerState.FRESH: ("✓", "up to date", ""),
    PeerState.STALE: ("◷", "stale", "its signed timestamp was not renewed in time"),
    PeerState.UNREACHABLE: ("⚠", "unreachable", "no answer at the last pull; the next one tries again"),
    PeerState.REFUSED: ("✕", "refused", "its last feed was not signed as it must be; what was merged before stays"),
    PeerState.QUARANTINED: ("✕", "quarantined", "a release broke its profile; the version before it stays in force"),
    PeerState.FORKED: ("✕", "forked", "it signed two different feeds under one version; nothing new of it is merged"),
    PeerState.NEVER: ("–", "never pulled", ""),
}


def number(value: float, decimals: int = 0) -> str:
    """A figure with separators for thousands: 12,345 or 26.9."""
    return f"{value:,.{decimals}f}"


def month(period: TimePeriod) -> str:
    """`October 2026`, or `3rd quarter of 2026`."""
    if period.frequency == "M":
        return f"{MONTHS[period.start.month - 1]} {period.start.year}"
    return f"{('1st', '2nd', '3rd', '4th')[period.start.month // 3]} quarter of {period.start.year}"


def moment(at: datetime | None) -> str:
    """`22 November 2026, 05:12 UTC`, or `never`."""
    if at is None:
        return "never"
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M} UTC"


def size(length: int) -> str:
    """`812 bytes`, `34 kB`, `1.2 MB`; a kB is 1,000 bytes."""
    if length < 1_000:
        return f"{length} bytes"
    return f"{length / 1_000:.0f} kB" if length < 1_000_000 else f"{length / 1_000_000:.1f} MB"


def stored_path(release: PublishedTarget) -> str:
    """Where a target lies under `/feeds/targets/`. Source: TUF specification 1.0.33, 6.2 (consistent snapshots)."""
    folder, _, name = release.target.path.rpartition("/")
    return f"{folder}/{release.target.sha256}.{name}" if folder else f"{release.target.sha256}.{name}"


def join(words: list[str] | tuple[str, ...]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def add_wording(app: Flask) -> None:
    """Filters and tables of words for the templates."""
    for write in (number, month, moment, join, size, stored_path):
        app.add_template_filter(write)
    app.jinja_env.globals.update(
        SYNTHETIC=SYNTHETIC_NOTE,
        GAPS=GAPS,
        SHORT_TITLES=SHORT_TITLES,
        SIGNALS=SIGNALS,
        STATES=STATES,
        THRESHOLDS=THRESHOLDS,
        Signal=Signal,
    )
