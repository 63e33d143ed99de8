"""Perturbation: how figures are altered by a bounded random noise, where a profile does not suppress."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from node.errors import ProfileError

KEY_BITS = 32
"""Bits of a record key. Keys are added as whole numbers, so that sums are equal on every engine and in any order;
32 bits leave room in 64 for the sum of two thousand million records."""

KEY_MODULUS = 2**KEY_BITS

MOST_STAY = 0.99
"""A table that leaves more counts as they are protects nobody."""


class Method(Enum):
    """How a dataflow is protected."""

    SUPPRESSION = "suppression"
    CELL_KEY = "cell_key"
    ROUNDING = "rounding"


@dataclass(frozen=True, slots=True)
class CellKey:
    """The cell key method: every count, margins too, gets noise that its records' keys alone decide.

    `noise` (D): the most that a count is altered; `variance` (V): of the noise, at most; `js`: counts from 1 to
    `js` are never published; `pstay`: the probability that a count stays as it is, None where it is free;
    `minimum`: the audit refuses a release from which a count of 1 to `minimum` - 1 can be computed.
    Source: Fraser & Wooton, A proposed method for confidentialising tabular output to protect against
    differencing, UNECE work session on statistical data confidentiality (2005); the parameters as in Giessing,
    Computational issues in the design of transition probabilities and disclosure risk estimation for additive
    noise, Privacy in Statistical Databases (2016).
    """

    noise: int
    variance: float
    js: int
    pstay: float | None
    minimum: int
    why: str

    def __post_init__(self) -> None:
        if self.noise < 1:
            raise ProfileError(f"cell_key: D is the largest noise, a whole number from 1 up, not {self.noise}")
        if not 0 <= self.js < self.noise:
            raise ProfileError(
                f"cell_key: js = {self.js} and D = {self.noise}; counts up to js are moved to 0 or above js, which "
                "takes a noise of more than js: write a js from 0 to less than D"
            )
        if not 0 < self.variance <= self.noise**2:
            raise ProfileError(
                f"cell_key: V is the variance of a noise of at most D = {self.noise}, so more than 0 and at most "
                f"{self.noise**2}, not {self.variance:g}"
            )
        if self.pstay is not None and not 0 < self.pstay <= MOST_STAY:
            raise ProfileError(f"cell_key: pstay is a probability above 0 and at most {MOST_STAY}, not {self.pstay:g}")
        if self.minimum < 2:
            raise ProfileError(f"cell_key: a minimum of {self.minimum} protects nobody; write 2 or more")
        if self.minimum > self.noise + 1:
            raise ProfileError(
                f"cell_key: minimum = {self.minimum} asks to protect counts up to {self.minimum - 1}, and a noise of "
                f"at most D = {self.noise} cannot make them 0; write a D of at least {self.minimum - 1}"
            )

    @property
    def method(self) -> Method:
        return Method.CELL_KEY


@dataclass(frozen=True, slots=True)
class Rounding:
    """Small counts of leaf cells are rounded to 0 or `base` by key, unbiased; margins are sums of what results.

    Source: random rounding, Hundepool et al., Statistical Disclosure Control (2012), chapter 5; that
    margins are added up anew, as in Langsrud & Heldal, An algorithm for small count rounding of tabular data,
    Privacy in Statistical Databases (2018).
    """

    base: int
    why: str

    def __post_init__(self) -> None:
        if self.base < 2:
            raise ProfileError(f"rounding: a base of {self.base} rounds nothing; write 2 or more")

    @property
    def method(self) -> Method:
        return Method.ROUNDING

    @property
    def noise(self) -> int:
        """The most that a leaf cell is altered; a margin's noise is the sum of its leaf cells'."""
        return self.base - 1

    @property
    def minimum(self) -> int:
        """Counts below it are protected."""
        return self.base


Perturbation = CellKey | Rounding


@dataclass(frozen=True, slots=True)
class Perturbed:
    """What a signed release says of its perturbation. `noise`: the most that a figure (of rounding: a leaf cell's)
    differs from the true count, either way."""

    method: Method
    noise: int

    @classmethod
    def of(cls, perturbation: Perturbation | None) -> Perturbed | None:
        return None if perturbation is None else cls(perturbation.method, perturbation.noise)
