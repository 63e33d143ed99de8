"""What readers must know of figures that were perturbed: whose, how, and by how much."""

from __future__ import annotations

from collections.abc import Iterable

from node.model.interval import Interval, exactly
from node.model.perturbation import Method, Perturbed
from node.model.release import Vintage


def noise_notes(vintages: Iterable[Vintage]) -> tuple[str, ...]:
    """A sentence for each vintage whose figures are not the true counts; none where all are."""
    return tuple(
        _note(f"{vintage.key.dataflow} of {vintage.sender}", vintage.custom.perturbation)
        for vintage in vintages
        if vintage.custom.perturbation is not None
    )


def noise_interval(value: float, perturbation: Perturbed | None, leaves: int = 1) -> Interval:
    """What the true count behind a published one certainly is: the count itself where it was not altered.

    A figure above 0 has somebody behind it. `leaves`: how many cells without parts it is the sum of; of rounding, each
    of them adds its noise.
    """
    if perturbation is None:
        return exactly(value)
    noise = perturbation.noise * (leaves if perturbation.method is Method.ROUNDING else 1)
    return Interval(max(value - noise, float(value > 0)), value + noise)


def _note(what: str, perturbation: Perturbed) -> str:
    if perturbation.method is Method.ROUNDING:
        return (
            f"{what}: single counts up to {perturbation.noise} were rounded at random, and totals are sums of the "
            "rounded counts, so small figures are not exact"
        )
    return (
        f"{what}: every figure carries random noise of at most {perturbation.noise} either way to protect persons, so "
        "small figures and small differences mean little, and parts do not add up exactly"
    )
