"""Primary suppression: all cells that some rule of the profile makes sensitive, and the room they need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from node.model.cube import BoolArray, Cube, FloatArray, TextArray
from node.model.structure import CONF_FREE
from node.protect.rules import apply_rule


@dataclass(frozen=True, slots=True, eq=False)
class Primary:
    """Sensitive cells; arrays of the cube's shape.

    `confidentiality`: CONF_STATUS, of the first rule in the profile's order that a cell breaks, else F;
    `width`, `upper`: the most that any rule asks for a cell (see rules.Finding).
    """

    confidentiality: TextArray
    width: FloatArray
    upper: FloatArray

    @property
    def sensitive(self) -> BoolArray:
        return np.not_equal(self.confidentiality, CONF_FREE)


def primary_suppression(cube: Cube) -> Primary:
    """Apply every rule of the cube's profile. Raises: as rules.apply_rule."""
    confidentiality = np.full(cube.structure.shape, CONF_FREE, np.dtype("U2"))
    width = np.zeros(cube.structure.shape)
    upper = np.zeros(cube.structure.shape)
    for rule in cube.profile.protection.rules:
        finding = apply_rule(rule, cube)
        confidentiality[finding.sensitive & (confidentiality == CONF_FREE)] = finding.confidentiality
        np.maximum(width, finding.width, out=width)
        np.maximum(upper, finding.upper, out=upper)
    return Primary(confidentiality, width, upper)
