"""Primary suppression: all cells that some rule of the profile makes sensitive, and the room they need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from node.errors import NodeError
from node.model.cube import BoolArray, Cube, FloatArray, TextArray
from node.model.structure import CONF_FREE
from node.protect.rules import apply_group, apply_rule


@dataclass(frozen=True, slots=True, eq=False)
class Primary:
    """Sensitive cells; arrays of the cube's shape.

    `confidentiality`: CONF_STATUS, of an always-confidential group that the cell is in, whose status must not tell
    its size, or else of the first rule in the profile's order that the cell breaks, else F;
    `width`, `upper`: the most that any rule asks for a cell (see rules.Finding).
    """

    confidentiality: TextArray
    width: FloatArray
    upper: FloatArray

    @property
    def sensitive(self) -> BoolArray:
        return np.not_equal(self.confidentiality, CONF_FREE)


def primary_suppression(cube: Cube) -> Primary:
    """Apply every rule of the cube's profile. Raises: as rules.apply_rule; NodeError where the profile perturbs, since
    no rule would hide anything then.
    """
    protection = cube.profile.protection
    if protection.perturbation is not None:
        raise NodeError(f"{cube.profile.dataflow}: its profile perturbs, and was about to be published by suppression")
    findings = [apply_group(group, cube) for group in protection.confidential]
    findings += [apply_rule(rule, cube) for rule in protection.rules]
    confidentiality = np.full(cube.structure.shape, CONF_FREE, np.dtype("U2"))
    width = np.zeros(cube.structure.shape)
    upper = np.zeros(cube.structure.shape)
    for finding in findings:
        confidentiality[finding.sensitive & (confidentiality == CONF_FREE)] = finding.confidentiality
        np.maximum(width, finding.width, out=width)
        np.maximum(upper, finding.upper, out=upper)
    return Primary(confidentiality, width, upper)
