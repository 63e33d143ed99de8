"""The constants of the indicators."""

from __future__ import annotations

from node.config.settings import SIGNAL_SHORTAGE, SIGNAL_SURPLUS, SIGNAL_VERSION
from node.model.comparison import SignalThresholds

PER = 100.0
"""Job seekers that tightness counts vacancies for: "35 vacancies per 100 job seekers" is read at sight, 0.35 is not."""

THRESHOLDS = SignalThresholds(SIGNAL_VERSION, SIGNAL_SHORTAGE, SIGNAL_SURPLUS)
"""A group half again as tight as its country, or, the same step downwards, two thirds as tight. A node may have others
in its configuration."""
