"""Which counts of one dataflow are those of another, so that both must be protected together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from node.errors import ProfileError
from node.model.period import TimePeriod

if TYPE_CHECKING:  # the profile holds these values, and they look at profiles
    from node.model.profile import ExchangeProfile

MONTHS_OF_A_QUARTER = 3


class LinkedPeriod(Enum):
    """Which release of the other dataflow counts the same."""

    SAME = "same"
    """The one of the same period; both dataflows have the same frequency."""
    LAST_MONTH = "last_month"
    """For a quarter, the one of its last month: what is counted at the end of one is counted at the end of both."""


@dataclass(frozen=True, slots=True)
class LinkedDataflow:
    """One dataflow that counts the same things again, in other dimensions or levels.

    `indicators`: pairs of an indicator of this dataflow and the one of the other that counts the same. Cells are the
    same count where they have the same codes; a dimension that one of the two does not have is at its total.
    """

    dataflow: str
    indicators: tuple[tuple[str, str], ...]
    period: LinkedPeriod
    why: str

    @property
    def ours_of(self) -> dict[str, str]:
        """This dataflow's indicator for each of the other's that counts the same."""
        return {theirs: ours for ours, theirs in self.indicators}

    def reversed(self, dataflow: str) -> LinkedDataflow:
        """The same link seen from the other side; `dataflow`: whose link this is."""
        return LinkedDataflow(
            dataflow, tuple((theirs, ours) for ours, theirs in self.indicators), self.period, self.why
        )

    def period_of_other(self, period: TimePeriod, frequency: str) -> TimePeriod | None:
        """The other dataflow's period (of its `frequency`) that counts what `period` counts; None where none does."""
        if self.period is LinkedPeriod.SAME or period.frequency == frequency:
            return period if period.frequency == frequency else None
        if frequency == "M":
            return TimePeriod.month_of(period.start).shifted(MONTHS_OF_A_QUARTER - 1)
        quarter = TimePeriod.quarter_of(period.start)
        return quarter if quarter.end == period.end else None


def links_of(
    profile: ExchangeProfile, others: Iterable[ExchangeProfile]
) -> tuple[tuple[ExchangeProfile, LinkedDataflow], ...]:
    """The dataflows that a profile is linked with, whichever of the two says so, each with the link as it sees it."""
    own = {link.dataflow: link for link in profile.linked}
    found = []
    for other in others:
        theirs = next(
            (link.reversed(other.dataflow) for link in other.linked if link.dataflow == profile.dataflow), None
        )
        if other.dataflow != profile.dataflow and (link := own.get(other.dataflow, theirs)) is not None:
            found.append((other, link))
    return tuple(found)


def check_links(profile: ExchangeProfile, others: dict[str, ExchangeProfile]) -> None:
    """Raises: ProfileError naming the link that contradicts the profiles of both its ends."""
    seen: set[str] = set()
    for link in profile.linked:
        name = f"{profile.dataflow}: linked with {link.dataflow}"
        if link.dataflow in seen or link.dataflow == profile.dataflow:
            raise ProfileError(f"{name}: twice, or with itself; write one entry for each other dataflow")
        seen.add(link.dataflow)
        if link.dataflow not in others:
            raise ProfileError(f"{name}, of which there is no profile; there is {', '.join(sorted(others))}")
        _check_link(name, profile, link, others[link.dataflow])


def _check_link(name: str, profile: ExchangeProfile, link: LinkedDataflow, other: ExchangeProfile) -> None:
    for end, named in (
        (profile, [ours for ours, _ in link.indicators]),
        (other, [theirs for _, theirs in link.indicators]),
    ):
        known = {indicator.id for indicator in end.indicators}
        if not named or len(set(named)) != len(named) or not set(named) <= known:
            raise ProfileError(
                f"{name}: its indicators name each indicator of {end.dataflow} at most once and at least one; "
                f"there are {', '.join(sorted(known))}"
            )
        if end.protection.perturbation is not None:
            raise ProfileError(f"{name}: {end.dataflow} is perturbed, so its counts are not the same as another's")
    _check_dimensions(name, profile, other)
    wanted = {LinkedPeriod.SAME: ({"M"}, {"Q"}), LinkedPeriod.LAST_MONTH: ({"M", "Q"},)}[link.period]
    if {profile.frequency, other.frequency} not in wanted:
        raise ProfileError(f"{name}: period {link.period.value} does not fit the frequencies of the two")
    if link.period is LinkedPeriod.LAST_MONTH:
        flows = [entry.id for entry in profile.indicators
                 if entry.id in {ours for ours, _ in link.indicators} and entry.timing.value != "stock"]  # fmt: skip
        if flows:
            raise ProfileError(
                f"{name}: a quarter counts its last month in stocks only, and {', '.join(flows)} is a flow"
            )


def _check_dimensions(name: str, profile: ExchangeProfile, other: ExchangeProfile) -> None:
    ours = {axis.id: axis for axis in profile.structure.axes if axis.additive}
    theirs = {axis.id: axis for axis in other.structure.axes if axis.additive}
    for dimension in ours.keys() & theirs.keys():
        if ours[dimension].codelist.id != theirs[dimension].codelist.id:
            raise ProfileError(
                f"{name}: {dimension} has another codelist there, so its codes say nothing of one another"
            )
    for dimension in ours.keys() ^ theirs.keys():
        codelist = (ours | theirs)[dimension].codelist
        if len(codelist.roots) != 1:
            raise ProfileError(f"{name}: {dimension} is in one of the two only, and has no one code for its total")
