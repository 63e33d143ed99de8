"""The distance table from `mappings/distance/`: `seats.csv`, `crossings.csv`, and `distance.yaml` with the numbers
and their reasons. `docs/reference/mappings.md` describes them.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import Any

import marshmallow as ma

from node.adapters.strict_csv import parse_strict_csv
from node.adapters.strict_yaml import load_strict_yaml
from node.errors import MappingError
from node.model.codelist import Codelist
from node.model.distance import (
    BorderCost,
    Crossing,
    CrossingKind,
    DistanceProvenance,
    DistanceTable,
    NearOccupations,
    Seat,
)

SEATS, CROSSINGS, NUMBERS = "seats.csv", "crossings.csv", "distance.yaml"
SEAT_COLUMNS = ("area", "seat", "latitude", "longitude", "note")
CROSSING_COLUMNS = ("one", "other", "kind", "way", "note")
_KINDS = {kind.value: kind for kind in CrossingKind}


def _said() -> ma.fields.String:
    return ma.fields.String(required=True, validate=ma.validate.Length(min=1))


def _km() -> ma.fields.Float:
    return ma.fields.Float(required=True, validate=ma.validate.Range(min=0))


class _BorderSchema(ma.Schema):
    km = _km()
    why = _said()


class _NearSchema(ma.Schema):
    level = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(min=1))
    km = _km()
    why = _said()


class _BordersSchema(ma.Schema):
    land = ma.fields.Nested(_BorderSchema, required=True)
    sea = ma.fields.Nested(_BorderSchema, required=True)


class _NumbersSchema(ma.Schema):
    """Every key of `distance.yaml`. marshmallow refuses any other by default."""

    title = _said()
    author = _said()
    date = ma.fields.String(required=True, validate=ma.validate.Regexp(r"\d{4}-\d{2}-\d{2}\Z"))
    licence = _said()
    provenance = _said()
    trust = _said()
    borders = ma.fields.Nested(_BordersSchema, required=True)
    near_occupations = ma.fields.Nested(_NearSchema, required=True)


def load_distances(folder: Path, areas: Codelist) -> DistanceTable:
    """The distance table in `folder`, with a seat for every area of the codelist CL_AREA and for no other.

    Raises: MappingError naming file, row and column where a file is not valid, the areas whose seat is missing, and
    for what a DistanceTable refuses.
    """
    contents = {name: _read(folder / name) for name in (SEATS, CROSSINGS, NUMBERS)}
    texts = {name: _text(name, content) for name, content in contents.items()}
    seats = tuple(_seat(line, values, areas) for line, values in parse_strict_csv(texts[SEATS], SEATS, SEAT_COLUMNS))
    if missing := set(areas.leaves) - {seat.area for seat in seats}:
        raise MappingError(f"{SEATS}: areas of {areas.id} have no seat", places=tuple(sorted(missing)))
    crossings = tuple(
        _crossing(line, values, areas)
        for line, values in parse_strict_csv(texts[CROSSINGS], CROSSINGS, CROSSING_COLUMNS)
    )
    numbers = _numbers(texts[NUMBERS])
    borders = {_KINDS[kind]: BorderCost(**said) for kind, said in numbers.pop("borders").items()}
    near = NearOccupations(**numbers.pop("near_occupations"))
    about = DistanceProvenance(**numbers, digest=hashlib.sha256(b"".join(contents.values())).hexdigest())
    try:
        return DistanceTable(seats, crossings, borders, near, about)
    except MappingError as problem:
        raise MappingError(f"{folder.name}: {problem}") from None


def _numbers(text: str) -> dict[str, Any]:
    document = load_strict_yaml(text, NUMBERS)
    try:
        loaded: dict[str, Any] = _NumbersSchema().load(document)  # type: ignore[arg-type]  # the schema refuses what is no mapping
    except ma.ValidationError as problem:
        places = tuple(f"{key}: {reason}" for key, reason in problem.messages_dict.items())
        raise MappingError(f"{NUMBERS}: wrong keys or values", places=places) from None
    return loaded


def _seat(line: int, values: tuple[str, ...], areas: Codelist) -> Seat:
    area, name, latitude, longitude, _ = values
    _known(SEATS, line, "area", area, areas)
    if not name:
        raise MappingError(f"{SEATS}, row {line}, column seat: empty; name the seat of {area}")
    country = areas.code(area).parent
    if country is None:
        raise MappingError(f"{SEATS}, row {line}, column area: {areas.id} puts {area} into no country")
    north, east = _degrees(line, "latitude", latitude), _degrees(line, "longitude", longitude)
    try:
        return Seat(area, country, name, north, east)
    except MappingError as problem:
        raise MappingError(f"{SEATS}, row {line}: {problem}") from None


def _crossing(line: int, values: tuple[str, ...], areas: Codelist) -> Crossing:
    one, other, kind, way, _ = values
    for column, area in (("one", one), ("other", other)):
        _known(CROSSINGS, line, column, area, areas)
    if kind not in _KINDS:
        raise MappingError(f"{CROSSINGS}, row {line}, column kind: “{kind}”; expected one of {', '.join(_KINDS)}")
    if not way:
        raise MappingError(f"{CROSSINGS}, row {line}, column way: empty; name the crossing")
    return Crossing(one, other, _KINDS[kind], way)


def _known(where: str, line: int, column: str, area: str, areas: Codelist) -> None:
    if area not in areas.leaves:
        raise MappingError(f"{where}, row {line}, column {column}: “{area}” is no area of {areas.id} without parts")


def _degrees(line: int, column: str, text: str) -> float:
    try:
        degrees = float(text)
    except ValueError:
        degrees = math.nan
    if not math.isfinite(degrees):
        raise MappingError(f"{SEATS}, row {line}, column {column}: “{text}” is no number of degrees")
    return degrees


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise MappingError(f"{path} cannot be read: {problem.strerror}") from None


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise MappingError(f"{name} is not UTF-8 at byte {problem.start}; save it as UTF-8") from None
