"""The releases that a file's figures come from, as its readers see them."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from node.errors import NodeError
from node.model.release import Vintage


@dataclass(frozen=True, slots=True)
class Source:
    """One release. `sender`, `dataflow`, `period`, `published`: in the reader's language; `path`: of its target;
    `sha256`: of the target's bytes, 64 hexadecimal digits."""

    sender: str
    dataflow: str
    period: str
    revision: int
    published: str
    path: str
    sha256: str

    @property
    def cells(self) -> tuple[str | int, ...]:
        """The parts in order, as `SourceHeadings.cells` names them."""
        return astuple(self)


@dataclass(frozen=True, slots=True)
class SourceHeadings:
    """What the parts of a `Source` are called in the reader's language.

    Raises: NodeError where one is empty.
    """

    sender: str
    dataflow: str
    period: str
    revision: str
    published: str
    path: str
    sha256: str

    def __post_init__(self) -> None:
        if not all(self.cells):
            raise NodeError("a heading of the list of sources is empty: give all seven in the reader's language")

    @property
    def cells(self) -> tuple[str, ...]:
        """The headings in order."""
        return astuple(self)


def source_of(vintage: Vintage, *, sender: str, dataflow: str, period: str, published: str) -> Source:
    """A release as a line of the list of sources, its words given in the reader's language."""
    target = vintage.target
    return Source(sender, dataflow, period, vintage.custom.revision, published, target.path, target.sha256)
