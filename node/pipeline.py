"""OPEN FIRST. The way of the data, one line a stage, one type per state.

    home node:  UnitRecords -> CodedRecords -> Cube -> ProtectedCube -> ReleaseDraft -> SignedRelease
    any node:   FetchedFeed -> VerifiedFeed -> MergePlan (stored)
    any reader: MergedCube -> Grid -> Tightness -> Table (`node.comparing`)

A stage takes the type before it, so publishing an unprotected cube or merging an unverified feed does not
type-check. Nothing here reads or writes: `node.ports` says what does, `node.bootstrap` which adapter that is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from node.aggregate import build_cube, cells
from node.coding.coder import code_records, settled_codes, written_codes
from node.coding.titling import NO_TITLES
from node.config import SourceConfig
from node.errors import ConfigurationError, FeedForked, ReleaseRefused
from node.feasible.linked import PublishedTable
from node.merge.gaps import with_gaps
from node.merge.plan import plan_merge
from node.model.cube import AuditResult, Cube, ProtectedCube
from node.model.linked import links_of
from node.model.period import TimePeriod
from node.model.profile import INDICATOR, ExchangeProfile
from node.model.records import CodedRecords, Coverage
from node.model.release import MergePlan, Peer, ReleaseDraft, SignedRelease, TargetIdentity
from node.ports import Node
from node.protect.linked import LinkedCube, linked_cube, protect_together
from node.protect.linked_state import LinkedState
from node.protect.perturbation.perturb import perturb
from node.protect.protect import protect
from node.protect.vintages import Earlier
from node.release.draft import draft_release
from node.release.structure_message import structure_message
from node.verify.changes import judge_changes
from node.verify.conformance import verify_draft, verify_feed
from node.verify.forks import find_forks
from node.verify.published import published_table


@dataclass(frozen=True, slots=True)
class ReleaseOutcome:
    """What a release did: `signed` is None after a dry run."""

    draft: ReleaseDraft
    audit: AuditResult
    coverage: tuple[Coverage, ...]
    signed: SignedRelease | None


def release_dataflow(node: Node, dataflow: str, period: TimePeriod, *, dry_run: bool = False) -> ReleaseOutcome:
    """From the sources' microdata to a signed release; every stage may refuse, and then nothing is published."""
    profile = node.profiles.profile(dataflow)
    profile.check_period(period, node.clock().date())
    sources = _sources_of(node, dataflow)
    with node.publication.lock():
        coded = code_sources(node, sources, profile, period)
        protected = protect_cube(node, _cube(node, coded))
        previous = node.publication.published(dataflow, period)
        draft = draft_release(protected, previous, synthetic=node.synthetic, now=node.clock())
        verify_draft(draft, profile, node.authority)
        signed = None if dry_run else node.publication.publish(draft, structure_message(profile))
    return ReleaseOutcome(draft, protected.audit, coded.coverage, signed)


def code_sources(
    node: Node, sources: tuple[SourceConfig, ...], profile: ExchangeProfile, period: TimePeriod
) -> CodedRecords:
    """From the sources' microdata to coded records: intake and coding."""
    decisions = node.decisions()
    records = tuple(
        node.engine.read(
            source, profile, period, settled_codes(node.correspondences, source, profile.splits, decisions)
        )
        for source in sources
    )
    written = tuple(node.engine.run(written_codes(source)) for source in records)
    titles = node.titles() if any(source.title for source in sources) else NO_TITLES
    structure = profile.for_sender(node.authority)
    return code_records(records, written, node.correspondences, structure, _observed(sources), titles, decisions)


def protect_cube(node: Node, cube: Cube) -> ProtectedCube:
    """Protect a cube as its profile says, beside all that counts some of the same things."""
    if cube.profile.protection.perturbation is not None:
        return perturb(cube)
    others, published = linked_tables(node, cube.profile, cube.period)
    earlier = earlier_releases(node, cube)

    def alone(one: Cube, linked: LinkedState) -> ProtectedCube:
        return protect(one, linked=linked, earlier=earlier if one is cube else Earlier())

    return protect_together([LinkedCube.of(cube), *others], published, alone)[0]


def earlier_releases(node: Node, cube: Cube) -> Earlier:
    """What readers hold of a cube's dataflow already: the vintage of its period now in force, and the period before.

    Raises: ReleaseRefused where that vintage does not fit the profile any more, and so cannot be compared with.
    """
    same = {code: code for code in cube.structure.axis(INDICATOR).codelist.ids}

    def held(period: TimePeriod) -> PublishedTable | None:
        found = node.publication.published(cube.profile.dataflow, period)
        name = f"{cube.profile.dataflow} {period}"
        return None if found is None else published_table(found[1], cube.profile, cube.structure, name, same)

    try:
        last = held(cube.period.shifted(-1))
    except ReleaseRefused:
        last = None  # of another structure: nothing to keep to
    return Earlier(held(cube.period), last)


def linked_tables(
    node: Node, profile: ExchangeProfile, period: TimePeriod
) -> tuple[list[LinkedCube], list[PublishedTable]]:
    """What counts some of the same things for the same time: cubes that are yet to be released, and published tables.

    A dataflow that is still to come is coded too, so that the first of the two leaves room for the second.
    """
    cubes: list[LinkedCube] = []
    tables: list[PublishedTable] = []
    for other, link in links_of(profile, map(node.profiles.profile, node.profiles.dataflows())):
        at = link.period_of_other(period, other.frequency)
        if at is None:
            continue
        found = node.publication.published(other.dataflow, at)
        sources = tuple(source for source in node.sources if source.dataflow == other.dataflow)
        if found is not None:
            structure = other.for_sender(node.authority)
            tables.append(published_table(found[1], other, structure, f"{other.dataflow} {at}", link.ours_of))
        elif sources:
            cubes.append(linked_cube(_cube(node, code_sources(node, sources, other, at)), link.ours_of))
    return cubes, tables


def pull_peer(node: Node, peer: Peer, seen: frozenset[TargetIdentity] = frozenset()) -> MergePlan:
    """From a peer's feed to observations in the store; what was merged before stays when anything is refused.

    Where the plan says that more is waiting, a next call brings it; `seen`: what the calls before refused.
    """
    feed = node.fetcher.fetch(peer, node.store.known_targets(peer.id) | seen, node.views.settled(peer.id))
    forks = node.views.record(feed.seen, feed.told, partial(find_forks, own=node.country), node.clock())
    _refuse_forked(node, peer)
    profiles = {dataflow: node.profiles.profile(dataflow) for dataflow in node.profiles.dataflows()}
    verified = verify_feed(feed, profiles, peer.authority)
    judged = judge_changes(
        verified,
        peer.authority,
        partial(node.store.in_force, peer.id),
        excused=node.store.released_targets(peer.id),
        hold=peer.id != node.country,
    )
    plan = plan_merge(judged, node.store.vintages(peer.id), now=node.clock())
    plan = replace(with_gaps(plan, peer.authority), forks=forks, withheld=feed.withheld)
    node.store.apply(plan)
    return plan


def _cube(node: Node, coded: CodedRecords) -> Cube:
    structure = coded.profile.for_sender(node.authority)
    return build_cube(node.engine.run(cells(coded, structure, node.engine.keep)), coded, structure)


def _refuse_forked(node: Node, peer: Peer) -> None:
    """Raises: FeedForked while an operator has not decided on a fork of the peer's feed."""
    held = [record.fork for record in node.views.forks(peer.id) if record.held]
    if held:
        raise FeedForked(f"{peer.id}: nothing of it is merged until you decide: {held[0].told}")


def _sources_of(node: Node, dataflow: str) -> tuple[SourceConfig, ...]:
    sources = tuple(source for source in node.sources if source.dataflow == dataflow)
    if not sources:
        raise ConfigurationError(f"node.toml declares no source for {dataflow}; add one to it")
    return sources


def _observed(sources: tuple[SourceConfig, ...]) -> frozenset[str] | None:
    """The areas that the sources observe; None where one of them observes all of the node's."""
    if any(not source.areas for source in sources):
        return None
    return frozenset(area for source in sources for area in source.areas)
