"""The tile map's places from `mappings/tiles/tiles.csv`. `docs/reference/mappings.md` describes the file."""

from __future__ import annotations

from pathlib import Path

from node.adapters.strict_csv import read_strict_csv
from node.errors import MappingError
from node.model.codelist import Codelist
from node.model.tiles import TileGrid, TilePlace

FILE = "tiles.csv"
COLUMNS = ("area", "column", "row", "brief")


def load_tiles(folder: Path, areas: Codelist) -> TileGrid:
    """The tile map of `areas`.

    Raises: MappingError naming file and row for what is no such table, an area that the codelist lacks, a place that
    is no whole number, and what a TileGrid refuses.
    """
    places = []
    for line, (area, column, row, brief) in read_strict_csv(folder / FILE, COLUMNS):
        if area not in areas:
            raise MappingError(f"{FILE}, row {line}, column area: {areas.id} has no “{area}”")
        if not all(text.isascii() and text.isdigit() for text in (column, row)):
            raise MappingError(f"{FILE}, row {line}: column and row are whole numbers from 0")
        try:
            places.append(TilePlace(area, int(column), int(row), brief))
        except MappingError as problem:
            raise MappingError(f"{FILE}, row {line}: {problem}") from None
    return TileGrid(tuple(places))
