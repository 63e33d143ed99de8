from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.bootstrap import Services, open_services
from node.config import load_config
from node.errors import ConfigurationError, NodeError, SignatureRefused, StorageFull
from node.model.period import TimePeriod
from node.operations import release_and_merge
from tests.support.nodes import PERIOD, make_node, write_vacancies

OCTOBER = TimePeriod(PERIOD)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_node(tmp_path / "id", "ID")
    return tmp_path / "id"


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    with open_services(load_config(home, {})) as opened:
        yield opened


def value(services: Services) -> float | None:
    return services.store.cube("VACANCIES", OCTOBER).observations["IMTGT_ID", "_T", "_Z", "JV_OPEN"].value


def test_a_release_is_merged_from_the_nodes_own_feed(services: Services, home: Path) -> None:
    release_and_merge(services, "VACANCIES", OCTOBER)
    assert value(services) == 240
    write_vacancies(home, "ID", posts=4)
    release_and_merge(services, "VACANCIES", OCTOBER)
    assert value(services) == 320
    assert [run.outcome for run in services.store.runs()] == ["ok"] * 6


def test_a_feed_that_was_put_back_to_an_older_state_signs_nothing_that_contradicts_it(
    services: Services, home: Path, tmp_path: Path
) -> None:
    release_and_merge(services, "VACANCIES", OCTOBER)
    shutil.copytree(home / "feeds", tmp_path / "backup")
    write_vacancies(home, "ID", posts=4)
    release_and_merge(services, "VACANCIES", OCTOBER)
    shutil.rmtree(home / "feeds")
    shutil.copytree(tmp_path / "backup", home / "feeds")
    write_vacancies(home, "ID", posts=5)
    before = (home / "feeds" / "metadata" / "timestamp.json").read_bytes()
    with pytest.raises(SignatureRefused):
        release_and_merge(services, "VACANCIES", OCTOBER)
    assert (home / "feeds" / "metadata" / "timestamp.json").read_bytes() == before
    assert value(services) == 320


def test_a_failure_after_publication_says_that_it_was_published(
    services: Services, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def second_fails(opened: Services) -> None:
        calls.append(opened.country)
        if len(calls) == 2:
            raise StorageFull("the disk is full")

    monkeypatch.setattr("node.operations._pull_own", second_fails)
    with pytest.raises(StorageFull, match=r"VACANCIES 2026-10 was published; merging it .* the disk is full"):
        release_and_merge(services, "VACANCIES", OCTOBER)


def test_a_node_that_says_it_is_another_releases_nothing(services: Services, home: Path) -> None:
    settings = home / "node.toml"
    settings.write_text(settings.read_text("utf-8").replace('"IMTGT_ID"', '"IMTGT_MY"'), "utf-8")
    before = (home / "feeds" / "metadata" / "timestamp.json").read_bytes()
    with open_services(load_config(home, {})) as another, pytest.raises(ConfigurationError, match="IMTGT_ID"):
        release_and_merge(another, "VACANCIES", OCTOBER)
    assert (home / "feeds" / "metadata" / "timestamp.json").read_bytes() == before


def test_a_run_that_cannot_be_recorded_turns_no_success_into_a_failure(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise NodeError("no room")

    monkeypatch.setattr("node.adapters.store.store.SqlObservationStore.record_run", full)
    outcome = release_and_merge(services, "VACANCIES", OCTOBER)
    assert outcome.signed is not None
    assert "was not recorded: no room" in caplog.text
