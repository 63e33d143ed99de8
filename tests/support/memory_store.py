"""The observation store's twin in memory. One contract test runs on both."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from dataclasses import replace
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from node.adapters.store.rows import QuarantineRecord, RunRecord
from node.merge.plan import in_force
from node.model.merged import MergedCube, Observation, Observations, SeriesKey
from node.model.period import TimePeriod
from node.model.release import MergePlan, TargetIdentity, TargetKey, VerifiedTarget, Vintage
from node.model.split_view import Verdict


class MemoryStore:
    """`node.ports.ObservationStore` in dictionaries."""

    def __init__(self) -> None:
        self._targets: list[VerifiedTarget] = []
        self._refused: dict[tuple[str, TargetIdentity], QuarantineRecord] = {}
        self._runs: list[RunRecord] = []
        self._verdicts: dict[int, list[Verdict]] = {}

    def known_targets(self, sender: str) -> frozenset[TargetIdentity]:
        return frozenset(vintage.identity for vintage in self.vintages(sender)) | self._decided(sender, "discarded")

    def vintages(self, sender: str) -> tuple[Vintage, ...]:
        vintages = [target.vintage for target in self._targets if target.vintage.sender == sender]
        return tuple(sorted(vintages, key=lambda vintage: vintage.accepted_at))

    def apply(self, plan: MergePlan) -> None:
        for target in plan.new:
            if _identity(target.vintage) not in {_identity(held.vintage) for held in self._targets}:
                self._targets.append(target)
        for refused in plan.quarantined:
            what = refused.target
            record = QuarantineRecord(
                plan.sender,
                what.path,
                what.revision,
                what.sha256,
                what.report_sha256,
                refused.reason,
                refused.findings,
                plan.at,
                None,
                refused.held,
                len(self._refused) + 1,
            )
            kept = self._refused.setdefault((plan.sender, what), record)
            if kept.held != refused.held:
                told = replace(kept, reason=refused.reason, findings=refused.findings, held=refused.held)
                self._refused[plan.sender, what] = told

    def released_targets(self, sender: str) -> frozenset[TargetIdentity]:
        return self._decided(sender, "released")

    def decide(self, quarantine_id: int, verdict: Verdict) -> None:
        for key, record in self._refused.items():
            if record.id == quarantine_id:
                self._refused[key] = replace(record, decided=verdict.verdict)
                self._verdicts.setdefault(quarantine_id, []).append(verdict)

    def verdicts(self, quarantine_id: int) -> tuple[Verdict, ...]:
        return tuple(self._verdicts.get(quarantine_id, ()))

    def _decided(self, sender: str, verdict: str) -> frozenset[TargetIdentity]:
        return frozenset(
            target for (who, target), record in self._refused.items() if (who, record.decided) == (sender, verdict)
        )

    def in_force(self, sender: str, key: TargetKey, at_least: float) -> tuple[Vintage, pa.Table] | None:
        held = {
            target.vintage: target
            for target in self._targets
            if (target.vintage.sender, target.vintage.key) == (sender, key)
        }
        for vintage in in_force(held):
            table = held[vintage].observations
            value = table.column("OBS_VALUE")
            return vintage, table.filter(pc.or_kleene(pc.is_null(value), pc.greater_equal(value, at_least)))
        return None

    def cube(
        self,
        dataflow: str,
        period: TimePeriod,
        *,
        as_of: datetime | None = None,
        occupations: Sequence[str] | None = None,
        areas: Sequence[str] | None = None,
        indicators: Sequence[str] | None = None,
        sexes: Sequence[str] | None = None,
    ) -> MergedCube:
        held = {
            target.vintage: target
            for target in self._targets
            if (target.vintage.key.dataflow, target.vintage.key.period) == (dataflow, period)
        }
        valid = in_force(held, as_of)
        asked = {"OCCUPATION": occupations, "REF_AREA": areas, "INDICATOR": indicators, "SEX": sexes}
        observations: dict[SeriesKey, Observation] = {}
        for vintage in valid:
            for row in held[vintage].observations.to_pylist():
                if any(codes is not None and row[name] not in codes for name, codes in asked.items()):
                    continue
                key = (row["REF_AREA"], row["OCCUPATION"], row["SEX"], row["INDICATOR"])
                observations[key] = Observation(
                    row["OBS_VALUE"],
                    row["OBS_STATUS"],
                    row["CONF_STATUS"],
                    vintage.sender,
                    row.get("OBS_LOW"),
                    row.get("OBS_HIGH"),
                )
        return MergedCube(dataflow, period, Observations.of(observations), valid)

    def cubes(
        self,
        dataflow: str,
        periods: Sequence[TimePeriod],
        *,
        as_of: datetime | None = None,
        occupations: Sequence[str] | None = None,
        areas: Sequence[str] | None = None,
        indicators: Sequence[str] | None = None,
        sexes: Sequence[str] | None = None,
    ) -> tuple[MergedCube, ...]:
        return tuple(
            self.cube(
                dataflow,
                period,
                as_of=as_of,
                occupations=occupations,
                areas=areas,
                indicators=indicators,
                sexes=sexes,
            )
            for period in periods
        )

    def at_once(self) -> AbstractContextManager[MemoryStore]:
        held = copy(self)
        held._targets, held._runs = [*self._targets], [*self._runs]
        held._refused, held._verdicts = {**self._refused}, {**self._verdicts}
        return nullcontext(held)

    def newest(self) -> dict[str, tuple[Vintage, ...]]:
        senders = sorted({target.vintage.sender for target in self._targets})
        return {sender: newest_of(self.vintages(sender)) for sender in senders}

    def state(self) -> str:
        verdicts = sum(map(len, self._verdicts.values()))
        held = sorted(record.id for record in self._refused.values() if record.held)
        return f"{len(self._targets)}.{len(self._refused)}.{held}.{verdicts}.{len(self._runs)}"

    def periods(self, dataflow: str) -> tuple[TimePeriod, ...]:
        return tuple(
            sorted({target.vintage.key.period for target in self._targets if target.vintage.key.dataflow == dataflow})
        )

    def quarantined(self, sender: str | None = None) -> tuple[QuarantineRecord, ...]:
        entries = [entry for entry in self._refused.values() if sender in {None, entry.sender}]
        return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))

    def record_run(self, record: RunRecord) -> None:
        self._runs.append(record)

    def runs(self, limit: int = 100) -> tuple[RunRecord, ...]:
        return tuple(self._runs[::-1][:limit])


def _identity(vintage: Vintage) -> tuple[object, ...]:
    return vintage.sender, vintage.identity


def newest_of(vintages: Sequence[Vintage]) -> tuple[Vintage, ...]:
    """Of each dataflow the vintage in force of the newest period."""
    best = {vintage.key.dataflow: vintage for vintage in in_force(vintages)}
    return tuple(best[dataflow] for dataflow in sorted(best))
