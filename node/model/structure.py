"""Data structure definitions: which dimensions, attributes and measure the observations of a dataflow have."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from node.errors import ProfileError
from node.model.codelist import Codelist

STATUS_NORMAL, STATUS_PROVISIONAL, STATUS_SUPPRESSED, STATUS_MISSING = "A", "P", "Q", "M"
"""The values of OBS_STATUS that this exchange uses. Source: SDMX CL_OBS_STATUS."""

CONF_FREE, CONF_SMALL, CONF_ONE, CONF_TWO, CONF_ONE_OR_TWO, CONF_SECONDARY = "F", "A", "O", "T", "G", "D"
"""The values of CONF_STATUS that this exchange uses: free; small counts; dominance by one, by two, by one or
two units; secondary. Source: SDMX CL_CONF_STATUS."""

CONF_MILITARY, CONF_CONFIDENTIAL = "X", "C"
"""Of groups that are always confidential: military secrecy; confidential for another reason. Source: as above, 1.3."""

MEASURE, OBS_STATUS, CONF_STATUS = "OBS_VALUE", "OBS_STATUS", "CONF_STATUS"
OBS_LOW, OBS_HIGH = "OBS_LOW", "OBS_HIGH"
"""Columns of merged observations beside those of a target: the bounds of suppressed ones, null elsewhere."""
HIDDEN_VALUE = "NaN"
"""OBS_VALUE where there is none. Source: SDMX-CSV 2.0, section 2."""

ACTION_FIRST, ACTION_REVISED = "I", "R"
"""ACTION of a first release (append) and of a revision (replace). Source: SDMX-CSV 2.0, section 2."""

RESIDUAL = "_X"
"""The suffix of a code for what is known no further than its parent; alone: not known at all."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One axis of a cube. Where `additive`, each parent of the codelist is the sum of its children."""

    id: str
    codelist: Codelist
    additive: bool = True


@dataclass(frozen=True, slots=True)
class Attribute:
    """What is said of each observation besides its value."""

    id: str
    codelist: Codelist


@dataclass(frozen=True, slots=True)
class DataStructure:
    """The structure of one dataflow.

    `axes` are the dimensions that vary inside one release; FREQ stands before them and TIME_PERIOD after
    them, both constant in a release.
    """

    id: str
    agency: str
    version: str
    axes: tuple[Dimension, ...]
    attributes: tuple[Attribute, ...]
    position: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        position = {axis.id: place for place, axis in enumerate(self.axes)}
        if len(position) != len(self.axes):
            raise ProfileError(f"{self.id}: a dimension is there twice")
        object.__setattr__(self, "position", position)

    def axis(self, dimension: str) -> Dimension:
        return self.axes[self.position[dimension]]

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(axis.codelist) for axis in self.axes)

    @property
    def dimension_ids(self) -> tuple[str, ...]:
        """All dimensions in the order of a series key, TIME_PERIOD last."""
        return ("FREQ", *(axis.id for axis in self.axes), "TIME_PERIOD")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a target, exactly. Source: SDMX-CSV 2.0, section 2 (no labels, no custom columns)."""
        attributes = (attribute.id for attribute in self.attributes)
        return ("STRUCTURE", "STRUCTURE_ID", "ACTION", *self.dimension_ids, MEASURE, *attributes)

    def with_axis(self, dimension: str, codelist: Codelist) -> DataStructure:
        """The same structure with one axis cut to `codelist`, as a sender's own subtree of REF_AREA is."""
        axes = tuple(replace(axis, codelist=codelist) if axis.id == dimension else axis for axis in self.axes)
        return replace(self, axes=axes)
