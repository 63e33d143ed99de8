"""Codelists from CSV files: `code,parent,name`, parents before their children."""

from __future__ import annotations

from pathlib import Path

from node.adapters.strict_csv import read_strict_csv
from node.errors import MappingError
from node.model.codelist import Code, Codelist

COLUMNS = ("code", "parent", "name")


def load_codelist(path: Path) -> Codelist:
    """The codelist in `path`, named after the file.

    Raises: MappingError naming file, row and column.
    """
    codes = []
    for line, (code, parent, name) in read_strict_csv(path, COLUMNS):
        for column, value in (("code", code), ("name", name)):
            if not value:
                raise MappingError(f"{path.name}, row {line}, column {column}: empty; every code has a code and a name")
        codes.append(Code(code, name, parent or None))
    try:
        return Codelist(path.stem, tuple(codes))
    except MappingError as problem:
        raise MappingError(f"{path.name}: {problem}") from None
