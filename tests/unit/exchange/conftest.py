from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.bootstrap import Services
from node.model.period import TimePeriod
from node.operations import pull_and_note, release, release_and_merge
from tests.support.nodes import PERIOD, write_vacancies
from tests.support.three_nodes import Three, three_nodes


@pytest.fixture(scope="package")
def exchanged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nodes in a folder: Indonesia has merged its own vacancies, and two revisions of Malaysia's."""
    folder = tmp_path_factory.mktemp("exchanged")
    with three_nodes(folder, ("ID", "MY")) as made:
        release_and_merge(made.nodes["ID"], "VACANCIES", TimePeriod(PERIOD))
        for posts in (3, 4):
            write_vacancies(made.homes["MY"], "MY", posts=posts)
            with (made.homes["MY"] / "vacancies.csv").open("a", encoding="utf-8") as file:
                file.write("alone,E0,9111,9,2026-10-05,,3\n")  # one employer: its posts are suppressed
            release(made.nodes["MY"], "VACANCIES", TimePeriod(PERIOD))
            pull(made.nodes["ID"], "MY")
    return folder


@pytest.fixture
def two(exchanged: Path, tmp_path: Path) -> Iterator[Three]:
    with three_nodes(tmp_path / "two", ("ID", "MY"), copied=exchanged) as made:
        yield made


@pytest.fixture
def services(two: Three) -> Services:
    """Indonesia's node."""
    return two.nodes["ID"]


def pull(services: Services, peer: str) -> None:
    for _ in pull_and_note(services, services.directory.get(peer)):
        pass
