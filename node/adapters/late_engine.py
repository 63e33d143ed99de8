"""The microdata engine, loaded when it is first asked: Ibis and DuckDB take 60 MiB and half a second."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from node.config import LimitConfig, SourceConfig
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile
from node.model.records import UnitRecords
from node.ports import SettledCodes, none_settled

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from node.adapters.engine import DuckDBEngine


class LateEngine:
    """A `ports.MicrodataEngine`: DuckDBEngine, for processes that may never read a record."""

    def __init__(self, home: Path, limits: LimitConfig, record_secret: Callable[[], bytes] | None = None) -> None:
        self._made_of = home, limits, record_secret

    def read(
        self, source: SourceConfig, profile: ExchangeProfile, period: TimePeriod, settled: SettledCodes = none_settled
    ) -> UnitRecords:
        """As DuckDBEngine.read."""
        return self._engine.read(source, profile, period, settled)

    def run(self, query: ir.Table) -> pa.Table:
        """As DuckDBEngine.run."""
        return self._engine.run(query)

    def keep(self, query: ir.Table) -> ir.Table:
        """As DuckDBEngine.keep."""
        return self._engine.keep(query)

    def close(self) -> None:
        """Let go of all that is held, where anything was asked for."""
        if "_engine" in self.__dict__:
            self._engine.close()

    @cached_property
    def _engine(self) -> DuckDBEngine:
        from node.adapters.engine import DuckDBEngine  # noqa: PLC0415  # a process that only serves does without it

        return DuckDBEngine(*self._made_of)
