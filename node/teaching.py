"""What a title model is made of and from, one function a use case. What it learns of records stays in the node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from node.adapters.titles.indexes import read_index, shipped_titles
from node.adapters.titles.model_file import TitleModelFile
from node.bootstrap import Services
from node.coding.coder import written_codes
from node.coding.correspondence import ISCO_08, Kind
from node.coding.titles.decision import TitleCandidate, TitleDecision
from node.coding.titles.model import TitleModel
from node.coding.titles.softmax import Progress
from node.coding.titles.training import KnownTitle, train_titles
from node.errors import ConfigurationError, TitleModelInvalid
from node.model.period import TimePeriod
from node.model.records import OCCUPATION_WRITTEN, RECORDS, TITLE_WRITTEN, Scheme


@dataclass(frozen=True, slots=True)
class Material:
    """What a model would learn from. `unknown`: rows of each index that its scheme's table does not know."""

    titles: tuple[KnownTitle, ...] = field(repr=False)
    unknown: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class TriedTitle:
    """What the model says of a title given on the command line."""

    decision: TitleDecision
    candidates: tuple[TitleCandidate, ...]


def gather(services: Services, coded: Sequence[tuple[str, TimePeriod]] = ()) -> Material:
    """The titles of the shipped tables, of the indexes that node.toml names, and of coded records.

    `coded`: sources with the period whose records are learnt from.
    Raises: MappingError for an index that cannot be read; as reading a source does.
    """
    library = services.node.correspondences
    titles, unknown = list(shipped_titles(library)), []
    for index in services.config.titles.indexes:
        read = read_index(index, library)
        titles += read.titles
        unknown.append((read.origin, read.unknown))
    for source_id, period in coded:
        titles += _of_records(services, source_id, period)
    return Material(tuple(titles), tuple(unknown))


def train(
    services: Services, material: Material, *, dry_run: bool = False, progress: Progress = lambda _: None
) -> TitleModel:
    """A model of `material`, kept as the node's own unless `dry_run`. Raises: TitleModelInvalid, StorageFull."""
    groups = {row.target for row in services.node.correspondences.table(Kind.OCCUPATION, ISCO_08).rows}
    model = train_titles(material.titles, groups, progress=progress)
    if not dry_run:
        TitleModelFile(services.config.home).save(model)
    return model


def current_model(services: Services) -> TitleModel:
    """Raises: TitleModelInvalid where there is none, or it is damaged."""
    model = TitleModelFile(services.config.home).load()
    if model is None:
        raise TitleModelInvalid("this node has no title model yet")
    return model


def try_titles(services: Services, titles: Sequence[str]) -> tuple[TriedTitle, ...]:
    """What the node's model says of titles, with reasons. Raises: TitleModelInvalid."""
    model = current_model(services)
    decided = model.decide(titles, services.config.titles.threshold)
    return tuple(TriedTitle(decision, model.candidates(title)) for title, decision in zip(titles, decided, strict=True))


def _of_records(services: Services, source_id: str, period: TimePeriod) -> list[KnownTitle]:
    """Distinct titles with a code of a source that the tables know, and how many records have them."""
    source, node = services.source(source_id), services.node
    if source.title is None or source.occupation.column is None:
        raise ConfigurationError(
            f"source {source_id} cannot be learnt from: it needs a column of occupation codes and one of job titles"
        )
    records = node.engine.read(source, node.profiles.profile(source.dataflow), period)
    written = node.engine.run(written_codes(records))
    table = node.correspondences.table(Kind.OCCUPATION, Scheme(source.occupation.scheme, source.occupation.edition))
    counts: dict[tuple[str, tuple[str, ...]], int] = {}
    columns = (written.column(name).to_pylist() for name in (OCCUPATION_WRITTEN, TITLE_WRITTEN, RECORDS))
    for code, title, number in zip(*columns, strict=True):
        targets = tuple(row.target for row in table.find(code))
        if title and targets:
            counts[title, targets] = counts.get((title, targets), 0) + int(number)
    return [
        KnownTitle(title, targets, f"records of {source_id}", number, record=True)
        for (title, targets), number in counts.items()
    ]
