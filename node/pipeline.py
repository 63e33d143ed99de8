"""OPEN FIRST. The way of the data, one line a stage, one type per state.

    home node:  UnitRecords -> CodedRecords -> Cube -> ProtectedCube -> ReleaseDraft -> SignedRelease
    any node:   FetchedFeed -> VerifiedFeed -> MergePlan (stored) ... MergedCube -> ComparisonTable

A stage takes the type before it, so publishing an unprotected cube or merging an unverified feed does not
type-check. Nothing here reads or writes: `node.ports` says what does, `node.bootstrap` which adapter that is.
"""

from __future__ import annotations

from dataclasses import dataclass

from node.aggregate import build_cube, cells
from node.coding.coder import code_records, written_codes
from node.coding.correspondence import CorrespondenceLibrary
from node.compare.figures import figure_table, figures_needed
from node.compare.tables import compare_cubes, compare_matrix, matrix_occupations, occupations_needed
from node.config import SourceConfig
from node.errors import ConfigurationError
from node.merge.plan import plan_merge
from node.model.comparison import ComparisonMatrix, ComparisonTable, FigureTable
from node.model.cube import AuditResult
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile
from node.model.records import Coverage
from node.model.release import MergePlan, Peer, ReleaseDraft, SignedRelease, TargetIdentity
from node.ports import Clock, Fetcher, MicrodataEngine, ObservationStore, ProfileLibrary, Publication
from node.protect.protect import protect
from node.release.draft import draft_release
from node.release.structure_message import structure_message
from node.verify.conformance import verify_draft, verify_feed

VACANCIES, JOBSEEKERS = "VACANCIES", "JOBSEEKERS"
"""The dataflows that tightness is made of."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node's identity and the adapters it works through."""

    country: str
    authority: str
    synthetic: bool
    sources: tuple[SourceConfig, ...]
    profiles: ProfileLibrary
    correspondences: CorrespondenceLibrary
    engine: MicrodataEngine
    publication: Publication
    fetcher: Fetcher
    store: ObservationStore
    clock: Clock


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
    structure = profile.for_sender(node.authority)
    sources = _sources_of(node, dataflow)
    with node.publication.lock():
        records = tuple(node.engine.read(source, profile, period) for source in sources)
        written = tuple(node.engine.run(written_codes(source)) for source in records)
        coded = code_records(records, written, node.correspondences, structure, _observed(sources))
        cube = build_cube(node.engine.run(cells(coded, structure, node.engine.keep)), coded, structure)
        protected = protect(cube, certified=not node.synthetic)
        previous = node.publication.published(dataflow, period)
        draft = draft_release(protected, previous, synthetic=node.synthetic, now=node.clock())
        verify_draft(draft, profile, node.authority)
        signed = None if dry_run else node.publication.publish(draft, structure_message(profile))
    return ReleaseOutcome(draft, protected.audit, coded.coverage, signed)


def pull_peer(node: Node, peer: Peer, seen: frozenset[TargetIdentity] = frozenset()) -> MergePlan:
    """From a peer's feed to observations in the store; what was merged before stays when anything is refused.

    Where the plan says that more is waiting, a next call brings it; `seen`: what the calls before refused.
    """
    feed = node.fetcher.fetch(peer, node.store.known_targets(peer.id) | seen)
    profiles = {dataflow: node.profiles.profile(dataflow) for dataflow in node.profiles.dataflows()}
    verified = verify_feed(feed, profiles, peer.authority)
    plan = plan_merge(verified, node.store.vintages(peer.id), now=node.clock())
    node.store.apply(plan)
    return plan


def compare(
    store: ObservationStore, profiles: ProfileLibrary, period: TimePeriod, *, occupation: str, by: str, area: str | None
) -> ComparisonTable:
    """Vacancies beside job seekers for one period: the areas for an occupation, or an area's occupation groups."""
    profile = profiles.profile(VACANCIES)
    needed = occupations_needed(profile, occupation, by)
    vacancies = store.cube(VACANCIES, period, occupations=needed)
    jobseekers = store.cube(JOBSEEKERS, period, occupations=needed)
    return compare_cubes(vacancies, jobseekers, profile, occupation=occupation, by=by, area=area)


def compare_all(store: ObservationStore, profiles: ProfileLibrary, period: TimePeriod) -> ComparisonMatrix:
    """Vacancies beside job seekers for one period: all areas by the major groups."""
    profile = profiles.profile(VACANCIES)
    needed = matrix_occupations(profile)
    vacancies = store.cube(VACANCIES, period, occupations=needed)
    jobseekers = store.cube(JOBSEEKERS, period, occupations=needed)
    return compare_matrix(vacancies, jobseekers, profile)


def figures(
    store: ObservationStore, profile: ExchangeProfile, period: TimePeriod, *, occupation: str, by: str, area: str | None
) -> FigureTable:
    """One dataflow's own figures for one period, side by side."""
    cube = store.cube(profile.dataflow, period, occupations=figures_needed(profile, occupation, by))
    return figure_table(cube, profile, occupation=occupation, by=by, area=area)


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
