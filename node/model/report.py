"""What a release report consists of, for the room that writes one and the room that checks one."""

from __future__ import annotations

REPORT_FORMAT = "imtgt-release-report/1"

LEVELS = ("1", "2", "3", "4")
"""The levels of ISCO-08, from major groups to unit groups."""

UNDER_ONE, FROM_NINETY_NINE = "under 1", "99 or more"
"""A share under 1 percent, also none; one of 99 percent or more, also all. Neither none nor all is told apart, since
it would say that a hidden cell is 0."""

SET_ASIDE, NOT_LOOKED_FOR = "set aside", "not looked for"
"""Whether repeats of an advertisement were set aside in any source. How many stays at home: they are counted before
it is known where they lie, and may all be one employer's."""

TOO_FEW, HIDDEN_PART = "too few records", "a hidden part is too large"
"""Why shares are withheld."""

REPORT_FIELDS = {
    "": frozenset(("format", "dataflow", "period", "revision", "synthetic", "rows", "profile", "mappings"))
    | {"coverage", "protection", "audit"},
    "profile": frozenset(("version", "digest")),
    "coverage": frozenset(("percent_coded", "withheld", "duplicates")),
    "protection": frozenset(("contributor", "rules", "cells", "perturbation")),
    "audit": frozenset(("passed", "method", "cells", "suppressed", "exposed", "certified", "required_width"))
    | {"narrow", "undecided"},
}
"""All fields that a report may have, and those of its parts. What else is in one may never have been meant to leave.

How many hidden cells are sensitive themselves is none of them: where all are, or none, that would bound each."""
