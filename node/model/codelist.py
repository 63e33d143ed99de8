"""Codelists: the codes of a dimension, with their tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from node.errors import MappingError

NO_PARENT = -1


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `parent` is the code it is a part of, None for a root."""

    id: str
    name: str
    parent: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Codelist:
    """Codes in order, parents before their children.

    Where a parent has children, they partition it: the parent's value is the sum of theirs. A part that is
    known no further than its parent has a code of its own (`OC25_X`), so that the sum always holds.

    `index`: each code's position; `parts`: of each code that has any, those just below it, in order.
    `parents`: shape (codes,), position of each code's parent, NO_PARENT for a root.
    `depths`: shape (codes,), steps from the root.
    Raises: MappingError for a duplicate code, an unknown parent, or a parent that comes after its child
    (which a cycle always has).
    """

    id: str
    codes: tuple[Code, ...]
    version: str = "1.0"
    index: dict[str, int] = field(init=False, repr=False)
    parts: dict[str, tuple[str, ...]] = field(init=False, repr=False)
    parents: NDArray[np.int32] = field(init=False, repr=False)
    depths: NDArray[np.int32] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        index: dict[str, int] = {}
        parts: dict[str, list[str]] = {}
        parents = np.full(len(self.codes), NO_PARENT, np.int32)
        depths = np.zeros(len(self.codes), np.int32)
        for position, code in enumerate(self.codes):
            if code.id in index:
                raise MappingError(f"codelist {self.id}: code {code.id} is there twice")
            if code.parent is not None:
                if code.parent not in index:
                    raise MappingError(
                        f"codelist {self.id}: {code.id} names the parent {code.parent}, which does not come before it"
                    )
                parents[position] = index[code.parent]
                depths[position] = depths[index[code.parent]] + 1
                parts.setdefault(code.parent, []).append(code.id)
            index[code.id] = position
        if not index:
            raise MappingError(f"codelist {self.id} has no codes")
        parents.setflags(write=False)
        depths.setflags(write=False)
        children = {parent: tuple(codes) for parent, codes in parts.items()}
        for name, value in (("index", index), ("parts", children), ("parents", parents), ("depths", depths)):
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.codes)

    def __contains__(self, code: object) -> bool:
        return code in self.index

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self.index)

    @property
    def roots(self) -> tuple[str, ...]:
        return tuple(code.id for code in self.codes if code.parent is None)

    @property
    def leaves(self) -> tuple[str, ...]:
        return tuple(code.id for code in self.codes if code.id not in self.parts)

    def code(self, code: str) -> Code:
        return self.codes[self.index[code]]

    def children(self, code: str) -> tuple[str, ...]:
        return self.parts.get(code, ())

    def lineage(self, code: str) -> tuple[str, ...]:
        """The code and all it is a part of, the root last."""
        path = [code]
        while (parent := self.code(path[-1]).parent) is not None:
            path.append(parent)
        return tuple(path)

    def common_ancestor(self, codes: Iterable[str]) -> str | None:
        """The deepest code that holds all of `codes`; None where trees differ or `codes` is empty."""
        lineages = [self.lineage(code)[::-1] for code in codes]
        shared = None
        for level in zip(*lineages, strict=False):
            if len(set(level)) > 1:
                break
            shared = level[0]
        return shared

    def subtree(self, root: str) -> Codelist:
        """The codelist of `root` (made a root) and all below it."""
        kept = {root}
        codes = [Code(root, self.code(root).name)]
        for code in self.codes:
            if code.parent in kept:
                kept.add(code.id)
                codes.append(code)
        return Codelist(self.id, tuple(codes), self.version)

    def to_depth(self, depth: int) -> Codelist:
        """The codes at most `depth` steps below their root, and residuals nowhere but at their own level."""
        return Codelist(
            self.id,
            tuple(code for code, at in zip(self.codes, self.depths.tolist(), strict=True) if at <= depth),
            self.version,
        )
