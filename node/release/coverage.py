"""How well the records behind a release were coded, in shares that give no hidden cell away.

Counts stay at home. How many records were written with one code, or came from one source, is a table of its own that
no rule protects: where one employer stands behind an unmapped code, that count is the employer's.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

import numpy as np

from node.model.cube import ProtectedCube
from node.model.profile import AREA, OCCUPATION, ProtectionRule, ThresholdRule
from node.model.release import Json
from node.model.report import (
    FROM_NINETY_NINE,
    HIDDEN_PART,
    LEVELS,
    NOT_LOOKED_FOR,
    SET_ASIDE,
    TOO_FEW,
    UNDER_ONE,
)
from node.model.structure import RESIDUAL, STATUS_MISSING, STATUS_SUPPRESSED

SMALLEST_STEP = 10
LARGEST_HIDDEN_SHARE = 0.05
"""Of all records, those of one level whose cells are hidden. A step of one percent then leaves at least a fifth of
their number open, twice what a p% rule with p = 10 asks for."""


def coverage_report(protected: ProtectedCube) -> Json:
    """How well the release was coded, and whether repeats of an advertisement were set aside."""
    looked_for = any(source.duplicates is not None for source in protected.coverage)
    return {**_shares(protected), "duplicates": SET_ASIDE if looked_for else NOT_LOOKED_FOR}


def _shares(protected: ProtectedCube) -> dict[str, Json]:
    """Over all sources together: the percentage of in-scope records coded to each ISCO-08 level or finer, cut to
    whole percent, or why it is withheld.

    The share of one level is the sum of that level's residual cells, which readers know in full where all of them
    are visible. Where some are hidden it must stay vague: one percent of all records has to cover as many as the
    largest threshold asks for, and the records of the level have to be a small part of all.
    """
    by_level = np.zeros(len(LEVELS) + 1, np.int64)
    for source in protected.coverage:
        by_level += np.array(source.by_level, np.int64)
    records = int(by_level.sum())
    perturbation = protected.profile.protection.perturbation
    # Where figures have noise, a share must not tell their residual cells more closely than they do.
    window = 0 if perturbation is None else 2 * perturbation.noise + 1
    if records < 100 * max(smallest_step(protected.profile.protection.rules), window):
        return {"percent_coded": None, "withheld": TOO_FEW}
    if any(by_level[level] > LARGEST_HIDDEN_SHARE * records for level in _hidden_levels(protected)):
        return {"percent_coded": None, "withheld": HIDDEN_PART}
    at_least = list(accumulate(by_level[::-1].tolist()))[-2::-1]
    percent: dict[str, Json] = {level: _percent(count, records) for level, count in zip(LEVELS, at_least, strict=True)}
    return {"percent_coded": percent, "withheld": None}


def smallest_step(rules: Iterable[ProtectionRule]) -> int:
    """How many records one percent must cover: the largest threshold of the profile, and never under SMALLEST_STEP."""
    return max(SMALLEST_STEP, *(rule.minimum for rule in rules if isinstance(rule, ThresholdRule)), 0)


def _hidden_levels(protected: ProtectedCube) -> list[int]:
    """ISCO-08 levels (0: not coded at all) with a residual cell that readers cannot see in the sender's total, nor,
    where the total is missing, in the areas that are observed."""
    places = protected.structure.position
    if OCCUPATION not in places:
        return []
    axis = protected.structure.axis(OCCUPATION).codelist
    status = np.moveaxis(protected.status, (places[AREA], places[OCCUPATION]), (0, 1))
    suppressed = status == STATUS_SUPPRESSED
    gone = suppressed[0] | ((status[0] == STATUS_MISSING) & suppressed.any(axis=0))
    hidden = gone.reshape(len(axis), -1).any(axis=1)
    levels = {
        int(depth) - 1
        for code, depth, is_hidden in zip(axis.ids, axis.depths, hidden, strict=True)
        if is_hidden and code.endswith(RESIDUAL)
    }
    return sorted(levels)


def _percent(count: int, records: int) -> Json:
    whole = 100 * count // records
    if whole < 1:
        return UNDER_ONE
    return whole if whole < 99 else FROM_NINETY_NINE
