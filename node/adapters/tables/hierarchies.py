"""Hierarchies of a table's dimensions: from files, code lengths, structure messages, or a total alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from node.adapters.strict_csv import read_strict_csv
from node.errors import MappingError, TableInvalid
from node.model.codelist import Code, Codelist

USUAL_TOTALS = ("_T", "Total", "TOTAL", "total", "T", "All", "all")
"""Codes that stand for all of a dimension where nobody says which one does."""

_TOTAL = "Total"
"""The code of a total that no table publishes."""


def from_file(dimension: str, path: Path) -> Codelist:
    """The hierarchy in a CSV file with the columns `child,parent` (or `code,parent`, perhaps with `name`).

    The parent of the total, or of each root, is empty, or the total is only ever named as a parent.
    Raises: TableInvalid naming file, row and code: a code with two parents, a cycle, a gap.
    """
    try:
        rows = [(line, child, parent) for line, (child, parent, _) in _rows(path)]
    except MappingError as problem:
        raise TableInvalid(f"the hierarchy of {dimension}: {problem}") from None
    parents: dict[str, str | None] = {}
    for line, child, parent in rows:
        if not child:
            raise TableInvalid(f"{path.name}, row {line}: a row without a code")
        if child in parents:
            raise TableInvalid(f"{path.name}, row {line}: {child} is there twice; a code is a part of one other only")
        parents[child] = parent or None
    tops = [parent for parent in dict.fromkeys(parents.values()) if parent is not None and parent not in parents]
    parents |= dict.fromkeys(tops)
    roots = [code for code, parent in parents.items() if parent is None]
    if len(roots) > 1:
        raise TableInvalid(
            f"{path.name}: the hierarchy of {dimension} has a gap: its codes do not end in one total",
            places=tuple(roots),
        )
    return in_order(dimension, parents, path.name)


def _rows(path: Path) -> Iterable[tuple[int, tuple[str, ...]]]:
    header = path.read_text(encoding="utf-8-sig", errors="replace").partition("\n")[0]
    first = "code" if "code" in header.split(",") else "child"
    return read_strict_csv(path, (first, "parent"), ("name",))


def in_order(dimension: str, parents: Mapping[str, str | None], where: str) -> Codelist:
    """A codelist of codes and their parents, parents first.

    Raises: TableInvalid naming the codes of a cycle, or of a gap: a parent that is no code itself.
    """
    if gaps := sorted({parent for parent in parents.values() if parent is not None and parent not in parents}):
        raise TableInvalid(
            f"{where}: the hierarchy of {dimension} names parents that it does not have", places=tuple(gaps)
        )
    ordered: dict[str, None] = {}
    for code in parents:
        path, above = [code], parents[code]
        while above is not None and above not in ordered:
            if above in path:
                circle = [*path[path.index(above) :], above]
                raise TableInvalid(f"{where}: the hierarchy of {dimension} runs in a circle: {' in '.join(circle)}")
            path.append(above)
            above = parents.get(above)
        ordered |= dict.fromkeys(reversed(path))
    return Codelist(dimension, tuple(Code(code, code, parents.get(code)) for code in ordered))


def from_lengths(dimension: str, lengths: Sequence[int], codes: Iterable[str], total: str | None) -> Codelist:
    """The hierarchy of codes whose shorter ones are the beginnings of longer ones, as in ISCO-08: 2, 25, 251, 2512.

    Raises: TableInvalid naming codes of another length.
    """
    given = list(codes)
    root = total_of(given, total)
    strange = [code for code in given if code != root and len(code) not in lengths]
    if strange:
        allowed = ", ".join(map(str, lengths))
        raise TableInvalid(
            f"{dimension}: codes are neither {allowed} characters long nor the total {root}", places=tuple(strange)
        )
    parents: dict[str, str | None] = {root: None}
    levels = sorted(lengths)
    for code in given:
        if code != root:
            path = [code[:length] for length in levels if length <= len(code)]
            parents |= {below: above for above, below in zip([root, *path[:-1]], path, strict=True)}
    return in_order(dimension, dict(sorted(parents.items(), key=lambda pair: (len(pair[0]), pair[0]))), dimension)


def from_total(dimension: str, codes: Iterable[str], total: str | None) -> Codelist:
    """All codes under one total, which need not be among them."""
    given = list(codes)
    root = total_of(given, total)
    return Codelist(dimension, (Code(root, root), *(Code(code, code, root) for code in given if code != root)))


def total_of(codes: Sequence[str], total: str | None) -> str:
    """The code for all: as given, else a usual one that is there, else one that no table publishes."""
    if total is not None:
        return total
    return next((usual for usual in USUAL_TOTALS if usual in codes), _TOTAL)


@dataclass(frozen=True, slots=True)
class Structure:
    """What a structure message says: the dataflows it is about, the codelists of coded dimensions, all dimensions."""

    dataflows: tuple[str, ...]
    codelists: dict[str, Codelist]
    order: tuple[str, ...]


def from_structure_message(path: Path) -> Structure:
    """An SDMX-JSON 2.0 structure message. Raises: TableInvalid where it is none, or has several data structures."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))["data"]
        (structure,) = data["dataStructures"]
        listed = structure["dataStructureComponents"]["dimensionList"]
        lists = {_reference(codelist): codelist for codelist in data["codelists"]}
        names = [entry["id"] for entry in listed["dimensions"]]
        enumerated = {
            entry["id"]: entry["localRepresentation"]["enumeration"].partition("Codelist=")[2]
            for entry in listed["dimensions"]
            if "enumeration" in entry.get("localRepresentation", {})
        }
        found = {
            name: {code["id"]: code.get("parent") for code in lists[reference]["codes"]}
            for name, reference in enumerated.items()
        }
        dataflows = tuple(entry["id"] for entry in data.get("dataflows", ()))
        time = [listed["timeDimension"]["id"]] if "timeDimension" in listed else []
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise TableInvalid(
            f"{path.name} is not an SDMX-JSON 2.0 structure message of one data structure ({type(problem).__name__})"
        ) from None
    codelists = {name: in_order(name, parents, path.name) for name, parents in found.items()}
    return Structure(dataflows, codelists, (*names, *time))


def _reference(codelist: Mapping[str, str]) -> str:
    return f"{codelist['agencyID']}:{codelist['id']}({codelist['version']})"
