"""DuckDB's errors as this node's. Their texts quote data, so none of a text is passed on but line numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from node.errors import MachineError, NodeError, SourceUnreadable, StorageFull

_LINE = re.compile(r"CSV Error on Line: (\d+)")
_WIDTH = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
_DISK_FULL = ("no space left", "max_temp_directory_size", "disk quota", "read-only file system")


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Errors of the engine while it reads a source. `what` names the source and its file or table.

    Raises: SourceUnreadable, StorageFull, MachineError.
    """
    try:
        yield
    except (duckdb.Error, UnicodeDecodeError) as problem:
        raise _of_machine(problem) or _of_node(problem) or SourceUnreadable(f"{what} {_reason(str(problem))}") from None


@contextmanager
def working() -> Iterator[None]:
    """Errors of the engine while it works on what it has read.

    Raises: StorageFull, MachineError, NodeError.
    """
    try:
        yield
    except duckdb.Error as problem:
        raise _of_machine(problem) or _refused(problem) from None


def _of_machine(problem: Exception) -> NodeError | None:
    """The error when it is the machine that stands in the way, None when it is the data."""
    text = str(problem).casefold()
    if any(sign in text for sign in _DISK_FULL):
        return StorageFull("the microdata engine could not set data aside: the disk of the node's folder is full")
    if isinstance(problem, duckdb.OutOfMemoryException):
        return MachineError("the microdata engine ran out of memory; raise limits.engine_memory_mib in node.toml")
    return None


def _of_node(problem: Exception) -> NodeError | None:
    """The error when the query itself is wrong, which no source can be blamed for."""
    wrong_query = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
    return _refused(problem) if isinstance(problem, wrong_query) else None


def _refused(problem: Exception) -> NodeError:
    return NodeError(f"the microdata engine refused a query ({type(problem).__name__})")


def _reason(text: str) -> str:
    """What is wrong with a file, in plain words."""
    line = _LINE.search(text)
    where = f" at line {line[1]} of the file" if line else ""
    width = _WIDTH.search(text)
    lowered = text.casefold()
    if "gzip" in lowered:
        reason = "is not a whole gzip file: it was cut short or is not gzip at all; copy it again"
    elif "unicode" in lowered or "utf-8" in lowered or "utf8" in lowered:
        reason = f"is not UTF-8 text{where}; export it again as UTF-8"
    elif width:
        reason = f"has {width[2]} columns{where} where its header has {width[1]}; check the delimiter and the quotes"
    elif "unterminated quote" in lowered:
        reason = f"has a quoted value that does not end{where}"
    elif "maximum line size" in lowered:
        reason = f"has a line that is too long{where}: a quoted value that does not end, or not a CSV file"
    elif line:
        reason = f"is not valid CSV{where}"
    else:
        reason = "cannot be read: it is damaged or not of the kind that node.toml declares"
    return reason
