"""Protection rules: which cells are sensitive by themselves, and how much room each needs.

Source of the rules: Hundepool et al., Statistical Disclosure Control (2012), 4.2.2; of the protection levels
that follow from them: table 4.3 there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from node.errors import ProfileError, TableInvalid
from node.model.cube import BoolArray, Cube, FloatArray
from node.model.profile import (
    INDICATOR,
    RECORD,
    ConfidentialGroup,
    DominanceRule,
    PPercentRule,
    ProtectionRule,
    ThresholdRule,
)
from node.model.structure import CONF_ONE, CONF_ONE_OR_TWO, CONF_SMALL, CONF_TWO


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """What one rule says of a cube: arrays of its shape.

    `width`: how wide a reader's interval for a sensitive cell must stay; `upper`: how far above its value that
    interval must reach. Both are 0 elsewhere.
    """

    confidentiality: str
    sensitive: BoolArray
    width: FloatArray
    upper: FloatArray


def apply_rule(rule: ProtectionRule, cube: Cube) -> Finding:
    """The cells that `rule` makes sensitive, among those with contributors and of its indicators.

    Raises: ProfileError when the rule needs the largest contributions and the profile counts records;
    TableInvalid when the cube lacks them.
    """
    concerned = (cube.contributors > 0) & _of_indicators(rule.indicators, cube)
    if isinstance(rule, ThresholdRule):
        return _threshold(rule, cube, concerned)
    if cube.profile.protection.contributor == RECORD:
        raise ProfileError(
            f"{cube.profile.dataflow}: a dominance or p% rule compares contributors, and here each record is one; "
            "name a KEY field as `contributor`, or use a threshold rule"
        )
    if (concerned & (cube.value > 0) & (cube.largest <= 0)).any():
        raise TableInvalid(f"{cube.profile.dataflow}: cells have a value and no largest contribution")
    if isinstance(rule, DominanceRule):
        return _dominance(rule, cube, concerned)
    return _p_percent(rule, cube, concerned)


def apply_group(group: ConfidentialGroup, cube: Cube) -> Finding:
    """The cells of an always-confidential group and all below it, whatever their size, in which anybody is.

    A reader's interval must reach the group's percentage above the value, one unit at least, and as far below it as
    the table allows: the form of a p% rule's protection levels.
    """
    axis = cube.structure.axis(group.dimension)
    inside = np.array([bool(set(axis.codelist.lineage(code)) & set(group.codes)) for code in axis.codelist.ids])
    shape = [1] * len(cube.structure.axes)
    shape[cube.structure.position[group.dimension]] = -1
    sensitive = (cube.contributors > 0) & inside.reshape(shape)
    upper = np.where(sensitive, np.maximum(np.ceil(cube.value * (group.percent / 100)), 1.0), 0.0)
    return Finding(group.confidentiality, sensitive, upper, upper)


def threshold_of(cube: Cube) -> FloatArray:
    """The smallest count that a threshold rule lets be published, 0 where there is none; broadcasts to the cube."""
    least = np.zeros(cube.structure.shape)
    for rule in cube.profile.protection.rules:
        if isinstance(rule, ThresholdRule):
            np.maximum(least, np.where(_of_indicators(rule.indicators, cube), rule.minimum, 0.0), out=least)
    return least


def hidden_width(cube: Cube) -> FloatArray:
    """How wide a reader's interval must stay for any hidden cell that may be a small count, of the cube's shape: what
    the threshold asks of small counts, for readers are not told which hidden cells are.
    """
    least = threshold_of(cube)
    return np.where(least > 0, np.maximum(least - 2.0, 1.0), 0.0)


def _of_indicators(indicators: tuple[str, ...], cube: Cube) -> BoolArray:
    """Which cells are of the named indicators (all for none named), of a shape that broadcasts to the cube's."""
    ids = cube.structure.axis(INDICATOR).codelist.ids
    named = np.array([not indicators or code in indicators for code in ids], np.bool_)
    shape = [1] * len(cube.structure.axes)
    shape[cube.structure.position[INDICATOR]] = -1
    return named.reshape(shape)


def _threshold(rule: ThresholdRule, cube: Cube, concerned: BoolArray) -> Finding:
    """A value of zero persons is nobody's secret, but a rounded zero with contributors is (`counted` decides).

    The width is what the rule reveals by itself, 1 to the minimum less 1; and 1 at least, so that no cell is exact.
    """
    if rule.counted == "value":
        sensitive = concerned & (cube.value > 0) & (cube.value < rule.minimum)
    else:
        sensitive = concerned & (cube.contributors < rule.minimum)
    return Finding(
        CONF_SMALL, sensitive, np.where(sensitive, max(rule.minimum - 2.0, 1.0), 0.0), np.zeros(cube.value.shape)
    )


def _dominance(rule: DominanceRule, cube: Cube, concerned: BoolArray) -> Finding:
    largest = cube.largest + (cube.second if rule.n == 2 else 0.0)
    sensitive = concerned & (largest * 100 > rule.k * cube.value)
    upper = np.where(sensitive, largest * (100 / rule.k) - cube.value, 0.0)
    return Finding(CONF_ONE if rule.n == 1 else CONF_TWO, sensitive, np.zeros(cube.value.shape), upper)


def _p_percent(rule: PPercentRule, cube: Cube, concerned: BoolArray) -> Finding:
    rest = cube.value - cube.largest - cube.second
    required = cube.largest * (rule.p / 100)
    sensitive = concerned & (rest < required)
    upper = np.where(sensitive, required - rest, 0.0)
    return Finding(CONF_ONE_OR_TWO, sensitive, np.zeros(cube.value.shape), upper)
