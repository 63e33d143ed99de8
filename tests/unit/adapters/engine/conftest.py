"""A node's folder, an engine in it, and sources written there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from node.adapters.engine import DuckDBEngine
from node.config import CodedColumn, Condition, FieldSource, LimitConfig, SourceConfig

HEADER = "id,employer,kbji,place,opened,closed,posts"
ROWS = (
    "V1,E1,2512,12.71,2026-09-30,,3",
    "V2,E1,2512,12.71,2026-10-01,2026-10-31,4",
    "V3,E2,2512,12.71,2026-10-31,2026-11-01,5",
    "V4,E2,0110,12.75,2026-11-01,,6",
    "V5,E1,2512,12.71,2026-10-15,2027-01-01,0",
)

SourceMaker = Callable[..., SourceConfig]


def column(name: str, **codes: str) -> FieldSource:
    return FieldSource(name, None, tuple(sorted(codes.items())))


@pytest.fixture
def limits() -> LimitConfig:
    return LimitConfig(1, 1.0, engine_memory_mib=512, engine_threads=2)


@pytest.fixture
def engine(tmp_path: Path, limits: LimitConfig) -> Iterator[DuckDBEngine]:
    with DuckDBEngine(tmp_path, limits) as opened:
        yield opened


@pytest.fixture
def vacancy_source() -> SourceMaker:
    def make(
        location: str = "vacancies.csv", *, kind: str = "csv", where: tuple[Condition, ...] = (), **changes: object
    ) -> SourceConfig:
        fields = {
            "record": column("id"),
            "employer": column("employer"),
            "opened": column("opened"),
            "closed": column("closed"),
            "posts": column("posts"),
        }
        fields.update(changes.pop("fields", {}))  # type: ignore[call-overload]  # a test names the fields it changes
        settings: dict[str, object] = {
            "id": "register",
            "dataflow": "VACANCIES",
            "kind": kind,
            "location": location,
            "table": None,
            "sheet": None,
            "delimiter": ",",
            "areas": (),
            "occupation": CodedColumn("KBJI", "2014", "kbji", None),
            "place": CodedColumn("KEMENDAGRI", "2022", "place", None),
            "fields": tuple((name, field) for name, field in fields.items() if field is not None),
            "where": where,
        }
        return SourceConfig(**(settings | changes))  # type: ignore[arg-type]  # the names above are its own

    return make


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., None]:
    def write(*rows: str, header: str = HEADER, name: str = "vacancies.csv") -> None:
        (tmp_path / name).write_text("\n".join((header, *(rows or ROWS))) + "\n", encoding="utf-8")

    return write
