"""The words of tables in the reader's language: heads of columns, signals, signs of gaps, and small fixed sets."""

from __future__ import annotations

from node.compare.assignment import ACROSS, WITHIN
from node.compare.overview import (
    MAYBE_SHARED,
    MAYBE_WIDESPREAD,
    NOT_SHARED,
    NOT_WIDESPREAD,
    SHARED,
    WIDESPREAD,
)
from node.compare.trend import Direction
from node.model.comparison import MISSING, NOT_APPLICABLE, NOT_REPORTED, SUPPRESSED, Signal, SignalThresholds
from node.model.release import PeerState
from node.web.language import writing
from node.web.language.catalogues import gettext
from node.web.language.catalogues import lazy_gettext as _l

HEADS = {
    "REF_AREA": _l("Area"),
    "OCCUPATION": _l("Occupation"),
    "TIME_PERIOD": _l("Period"),
    "VACANCIES": _l("Vacancies"),
    "JOBSEEKERS": _l("Job seekers"),
    "VACANCIES_PER_100_JOBSEEKERS": _l("Vacancies per 100 job seekers"),
    "RELATIVE_TO_COUNTRY": _l("Times the country’s own level"),
    "SIGNAL": _l("Tightness signal"),
    "SIGNAL_BEFORE": _l("Signal the month before"),
    "RELATIVE_BEFORE": _l("Times the country’s own level, the month before"),
    "RANK": _l("Rank"),
    "PERIODS_SHORT": _l("Months short, of those released"),
    "PERIODS_RELEASED": _l("Months released, of the last 12"),
    "EMPLOYED": _l("Employed persons"),
    "VACANCY_RATE_PERCENT": _l("Vacancy rate, %%"),
    "JOBSEEKER_RATE_PERCENT": _l("Job seekers, %% of them and the employed"),
    "AREAS_SHORT": _l("Areas that are short"),
    "AREAS_REPORTING": _l("Areas that report"),
    "SPREAD": _l("How far it has spread"),
    "SHARED_BY": _l("Which countries share it"),
    "TRAINING_PLACES": _l("Training places"),
    "ENROLLED": _l("Persons in training"),
    "GRADUATED_IN_12_PERIODS": _l("Completed training in 12 months"),
    "FROM_AREA": _l("From"),
    "FROM_OCCUPATION": _l("Occupation there"),
    "TO_AREA": _l("To"),
    "TO_OCCUPATION": _l("Occupation sought"),
    "POSTS": _l("Posts"),
    "KM": _l("Kilometres, and what counts like them"),
    "BORDER": _l("Border"),
    "SHORT_POSTS": _l("Posts short"),
    "SURPLUS_PERSONS": _l("Job seekers beyond need"),
    "DATAFLOW": _l("Dataflow"),
    "SERIES_KEY": _l("Series"),
    "OBS_VALUE": _l("Published figure"),
    "SENDER": _l("From"),
    "REVISION": _l("Revision"),
    "PUBLISHED": _l("Published"),
    "TARGET": _l("Signed file"),
    "SHA256": _l("SHA-256"),
}
"""Heads of columns by their id. The column of a country's own signal has the country's name."""

TABLES = {
    "areas": _l("All areas"),
    "shortages": _l("Occupations that are short"),
    "changes": _l("What changed since the month before"),
    "occupations": _l("Occupation groups"),
    "matrix": _l("Areas by occupation"),
    "series": _l("Month by month"),
    "beveridge": _l("Quarter by quarter"),
    "flows": _l("Who could fill which posts"),
    "balances": _l("Where posts are short, and where job seekers are beyond need"),
    "training": _l("Training beside shortage"),
    "provenance": _l("Figures and where they come from"),
}

CHARTS = {"ranking": _l("Beside the own country’s level")}
"""What charts of briefings show."""

SIGNAL_MARKS = {Signal.SHORTAGE: "▲", Signal.SURPLUS: "▼", Signal.BALANCED: "=", Signal.UNDETERMINED: "?"}
SIGNAL_WORDS = {
    Signal.SHORTAGE: _l("short"),
    Signal.SURPLUS: _l("surplus"),
    Signal.BALANCED: _l("balanced"),
    Signal.UNDETERMINED: _l("undetermined"),
}
GAP_WORDS = {
    SUPPRESSED: _l("hidden"),
    MISSING: _l("missing"),
    NOT_REPORTED: _l("no data"),
    NOT_APPLICABLE: _l("n/a"),
}
GAP_MEANINGS = {
    SUPPRESSED: _l(
        "kept confidential, because so few persons or employers stand behind it or behind a figure that it would give "
        "away. It is not zero. Where a range stands there, the true figure lies in it for certain."
    ),
    MISSING: _l("the country’s sources do not observe it."),
    NOT_REPORTED: _l("this node has merged no release that holds it."),
    NOT_APPLICABLE: _l(
        "it does not apply: there is nothing to divide by, or registers of several countries would be mixed."
    ),
}
GAP_CLASSES = {SUPPRESSED: "hidden", MISSING: "missing", NOT_REPORTED: "none", NOT_APPLICABLE: "na"}

DATAFLOWS = {
    "VACANCIES": _l("Job vacancies"),
    "JOBSEEKERS": _l("Registered job seekers"),
    "TRAINING": _l("Vocational training"),
    "EMPLOYMENT": _l("Employed persons (labour force survey)"),
}
"""Dataflows by their id. In English as the exchange profiles that come with the program name them."""

DISTANCES = _l("What lies between the 32 areas of the IMT-GT, in kilometres and what counts like them")
"""The title of the distance table that comes with the program."""

WORDS = {
    **DATAFLOWS,
    WIDESPREAD: _l("widespread"),
    MAYBE_WIDESPREAD: _l("may be widespread"),
    NOT_WIDESPREAD: _l("not widespread"),
    SHARED: _l("all countries"),
    MAYBE_SHARED: _l("may be all countries"),
    NOT_SHARED: _l("not all countries"),
    ACROSS: _l("across a border"),
    WITHIN: _l("within the country"),
}
"""Cells of columns of words."""

DIRECTIONS = {
    Direction.RISING: _l("It has risen over the years, seasons aside."),
    Direction.FALLING: _l("It has fallen over the years, seasons aside."),
    Direction.STEADY: _l("It shows no clear trend over the years, seasons aside."),
    Direction.UNDETERMINED: _l("Hidden figures leave open whether it rises or falls."),
    Direction.TOO_SHORT: _l("The series is too short to tell a trend from a season: that takes two years."),
}

STATE_MARKS = {
    PeerState.FRESH: "✓",
    PeerState.STALE: "◷",
    PeerState.UNREACHABLE: "⚠",
    PeerState.REFUSED: "✕",
    PeerState.QUARANTINED: "✕",
    PeerState.FORKED: "✕",
    PeerState.NEVER: "–",
}
STATE_WORDS = {
    PeerState.FRESH: _l("up to date"),
    PeerState.STALE: _l("stale"),
    PeerState.UNREACHABLE: _l("unreachable"),
    PeerState.REFUSED: _l("refused"),
    PeerState.QUARANTINED: _l("quarantined"),
    PeerState.FORKED: _l("forked"),
    PeerState.NEVER: _l("never pulled"),
}
STATE_MEANINGS = {
    PeerState.FRESH: _l("its signed feed is in time, and all of it was merged"),
    PeerState.STALE: _l("its signed timestamp was not renewed in time; what is shown may be old"),
    PeerState.UNREACHABLE: _l("no answer at the last pull; the next one tries again"),
    PeerState.REFUSED: _l("its last feed was not signed as it must be; what was merged before stays"),
    PeerState.QUARANTINED: _l("a release of it broke its profile or looked implausible; the one before stays"),
    PeerState.FORKED: _l("it signed two different feeds under one version; nothing new of it is merged"),
    PeerState.NEVER: _l("nothing of it has come here yet"),
}

MEASURE_NAMES = {
    "relative": HEADS["RELATIVE_TO_COUNTRY"],
    "tightness": HEADS["VACANCIES_PER_100_JOBSEEKERS"],
    "vacancies": HEADS["VACANCIES"],
    "jobseekers": HEADS["JOBSEEKERS"],
}


def signal_meaning(signal: Signal, thresholds: SignalThresholds) -> str:
    """What a signal says."""
    if signal is Signal.SHORTAGE:
        times = writing.number(thresholds.shortage, 2)
        return gettext("for certain at least %(times)s times as tight as its country as a whole", times=times)
    if signal is Signal.SURPLUS:
        times = writing.number(thresholds.surplus, 2)
        return gettext("for certain at most %(times)s times as tight as its country as a whole", times=times)
    if signal is Signal.BALANCED:
        return gettext("for certain between the two")
    return gettext("what is hidden or altered leaves it open")
