"""Which figures come from a feed that does not stand as it should."""

from __future__ import annotations

from collections.abc import Iterable

from node.model.codelist import Codelist
from node.model.release import PeerState
from node.model.standing import PeerStanding


def troubled(standings: Iterable[PeerStanding]) -> dict[str, PeerStanding]:
    """Authority (a country's REF_AREA code) to how its feed stands, of all that are not fresh."""
    return {standing.peer.authority: standing for standing in standings if standing.state is not PeerState.FRESH}


def states_of_areas(standings: Iterable[PeerStanding], areas: Codelist) -> dict[str, str]:
    """REF_AREA code to the state of the feed it comes from, as a word, of all areas whose feed is not fresh."""
    states = {authority: standing.state.value for authority, standing in troubled(standings).items()}
    return {area: states[above] for area in areas.ids for above in areas.lineage(area) if above in states}
