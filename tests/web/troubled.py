"""Worlds in which something is not as it should be: made by hand, so that each trouble comes alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from node.adapters.distance_files import load_distances
from node.adapters.name_files import load_names
from node.adapters.profile_files import ProfileFolder
from node.adapters.tile_files import load_tiles
from node.model.codelist import Codelist
from node.model.merged import MergedCube, SeriesKey
from node.model.profile import AREA, OCCUPATION
from node.model.release import PeerState, Vintage
from tests.support.tree import ROOT
from tests.support.web_world import (
    Figure,
    FixedStore,
    WebWorld,
    cube,
    own_feed,
    persons,
    posts,
    published,
    standing,
    vintage,
)

AUGUST, SEPTEMBER, OCTOBER = "2026-08", "2026-09", "2026-10"
COUNTRIES = ("ID", "MY", "TH")
SUPPRESSED, MISSING = "MY-04", "TH-92"
"""Areas of which every group's vacancies are hidden, and missing."""


@cache
def codelists() -> tuple[Codelist, Codelist]:
    """Areas and occupations as shipped."""
    structure = ProfileFolder(ROOT / "exchange_profiles").profile("VACANCIES").structure
    return structure.axis(AREA).codelist, structure.axis(OCCUPATION).codelist


def month(period: str, senders: tuple[str, ...] = COUNTRIES, empty: str = "") -> tuple[MergedCube, MergedCube]:
    """Figures of every area and of groups to the second level that follow from their position.

    `senders`: who has released; `empty`: a country whose releases hold no record.
    """
    vacant: dict[SeriesKey, Figure] = {}
    seeking: dict[SeriesKey, Figure] = {}
    areas, occupations = codelists()
    major = occupations.children("_T")
    groups = ("_T", *major, *(part for group in major for part in occupations.children(group)))
    for place, area in enumerate(code for code in areas.ids if code != "IMTGT"):
        sender = area.removeprefix("IMTGT_")[:2]
        if sender not in senders or sender == empty:
            continue
        for position, group in enumerate(groups):
            weight = 20_000 if group == "_T" else 900 + 130 * (position % 11)
            vacant[posts(area, group)] = weight * (2 + (place * 5 + position * 3) % 11) // 20
            seeking[persons(area, group)] = weight + 17 * place
            if area == SUPPRESSED:
                vacant[posts(area, group)] = "Q"
            if area == MISSING:
                vacant[posts(area, group)] = "M"
    return (
        cube("VACANCIES", period, vacant, _releases("VACANCIES", period, senders, empty)),
        cube("JOBSEEKERS", period, seeking, _releases("JOBSEEKERS", period, senders, empty)),
    )


def world(
    folder: Path,
    months: tuple[tuple[MergedCube, MergedCube], ...] | None = None,
    *,
    name: str = "Indonesia (Ministry of Manpower)",
    states: dict[str, PeerState] | None = None,
    peers: tuple[str, ...] = COUNTRIES,
) -> WebWorld:
    """Indonesia's node. `months`: what it has merged, by default three whole months; `states`: of the peers that are
    not fresh."""
    merged = months if months is not None else (month(AUGUST), month(SEPTEMBER), month(OCTOBER))
    areas, occupations = codelists()
    titles = {"ID": "Indonesia", "MY": "Malaysia", "TH": "Thailand"}
    return WebWorld(
        feeds=folder,
        store=FixedStore(*(made for both in merged for made in both)),
        profiles=ProfileFolder(ROOT / "exchange_profiles"),  # type: ignore[arg-type]  # has the same methods
        name=name,
        standings=tuple(standing(peer, titles[peer], (states or {}).get(peer, PeerState.FRESH)) for peer in peers),
        feed=own_feed(published("VACANCIES", OCTOBER), published("JOBSEEKERS", OCTOBER)),
        names=load_names(ROOT / "mappings/names", (areas, occupations)),
        tiles=load_tiles(ROOT / "mappings/tiles", areas),
        distances=load_distances(ROOT / "mappings/distance", areas),
    )


def _releases(dataflow: str, period: str, senders: tuple[str, ...], empty: str) -> tuple[Vintage, ...]:
    return tuple(vintage(sender, dataflow, period, rows=0 if sender == empty else 10) for sender in senders)
