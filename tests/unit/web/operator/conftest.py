"""An operator's pages over two sources, one of them reviewed, with everything kept in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from node.coding.decisions import Matter
from node.coding.review import Suggestion
from node.config import CodedColumn, SourceConfig
from node.model.access import OPERATOR
from node.reviewing import ReviewDesk
from node.web.app import create_app
from node.web.operator.services import OperatorServices
from tests.support.memory_access import MemoryAccessLedger
from tests.support.memory_decisions import MemoryDecisionLedger, MemoryReviewLog
from tests.support.profiles import jobseekers, vacancies
from tests.support.reviewing import AREAS, NOW, entry, review, shipped_library
from tests.support.web_world import FixedProfiles, FixedStore, WebWorld
from tests.unit.web.operator.made import prove_nothing, shipped_names


def source(identifier: str) -> SourceConfig:
    occupation = CodedColumn("KBJI", "2014", "job", None)
    place = CodedColumn("KEMENDAGRI", "2022", "place", None)
    return SourceConfig(identifier, "VACANCIES", "csv", "x.csv", None, None, ",", (), occupation, place, (), ())


@dataclass
class OperatorWorld:
    """The services behind the pages, the application, and a clock that tests turn."""

    world: WebWorld
    now: datetime = NOW
    access: MemoryAccessLedger = field(init=False)
    desk: ReviewDesk = field(init=False)
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        suggestion = Suggestion("OC2512", "Software developers", ("<b>its</b> group 251 is mapped",))
        open_entries = (
            entry("2515", suggestion),
            entry("gigi perawat", matter=Matter.TITLE, label="perawat gigi"),
            entry("9901", matter=Matter.PLACE),
            entry("<script>x", matter=Matter.TITLE, label="<script>x"),
        )
        self.access = MemoryAccessLedger(lambda: self.now)
        self.desk = ReviewDesk(
            shipped_library(),
            AREAS,
            (source("sisnaker"), source("dinas")),
            MemoryDecisionLedger(lambda: self.now),
            MemoryReviewLog(review("sisnaker", "2026-10", *open_entries)),
        )
        self.services = OperatorServices(self.desk, self.access, lambda: self.now, b"k" * 32)
        self.app = create_app(self.world, prove_nothing, self.services)

    def move(self, address: str) -> None:
        """Give the node an address of its own."""
        self.app = create_app(self.world, prove_nothing, self.services, address=address)

    def token(self, holder: str = "Ibu Sari", scope: str = OPERATOR, days: int = 30) -> str:
        return self.access.issue(holder, (scope,), timedelta(days=days)).token


@pytest.fixture
def operators(tmp_path: Path) -> OperatorWorld:
    profiles = FixedProfiles(vacancies(), jobseekers())
    world = WebWorld(feeds=tmp_path / "feeds", store=FixedStore(), profiles=profiles, names=shipped_names())
    return OperatorWorld(world)
