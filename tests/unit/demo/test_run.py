"""The whole demo, tiny: three nodes, one month, processes and all."""

from __future__ import annotations

import stat

import pytest

from node.bootstrap import open_services
from node.config import load_config
from node.demo.run import DemoResult, run_demo
from node.demo.steps import UNLOCK_FILE
from node.errors import ConfigurationError
from node.model.period import TimePeriod

RECORDS = 300


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return []


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> DemoResult:
    return run_demo(tmp_path_factory.mktemp("demo") / "here", records=RECORDS, periods=1, report=lines.append)


def test_every_node_holds_observations_of_all_three_senders(demo: DemoResult) -> None:
    for country in ("ID", "MY", "TH"):
        with open_services(load_config(demo.home / country.lower(), {})) as services:
            for dataflow, period in (
                ("VACANCIES", "2026-10"),
                ("JOBSEEKERS", "2026-10"),
                ("TRAINING", "2026-10"),
                ("EMPLOYMENT", "2026-Q3"),
            ):
                cube = services.store.cube(dataflow, TimePeriod(period))
                assert {observation.sender for observation in cube.observations.values()} == {"ID", "MY", "TH"}
                totals = {
                    area: cube.observations[key] for key in cube.observations if (area := key[0]).startswith("IMTGT_")
                }
                assert totals.keys() == {"IMTGT_ID", "IMTGT_MY", "IMTGT_TH"}
            assert services.synthetic
            assert "synthetic" in services.name


def test_indonesias_total_counts_the_records_of_its_survey(demo: DemoResult) -> None:
    """Weights add up to what `shares` says Indonesia's sub-regions employ, so nothing was lost on the way."""
    with open_services(load_config(demo.home / "th", {})) as services:
        cube = services.store.cube("EMPLOYMENT", TimePeriod("2026-Q3"))
        observation = cube.observations["IMTGT_ID", "_T", "_T", "EMP"]
    assert observation.value == pytest.approx(29_610_000, rel=0.05)


def test_keys_and_passphrase_are_the_owners_alone_and_no_microdata_leave(demo: DemoResult) -> None:
    for country in ("id", "my", "th"):
        home = demo.home / country
        assert stat.S_IMODE((home / UNLOCK_FILE).stat().st_mode) == 0o600
        assert len((home / UNLOCK_FILE).read_text().strip()) >= 32
        published = {path.suffix for path in (home / "feeds").rglob("*") if path.is_file()}
        assert published <= {".json", ".gz"}


def test_progress_and_result_name_what_was_done(demo: DemoResult, lines: list[str]) -> None:
    assert lines[-1].split("  ")[2] == "30/30"
    assert sum(step.stage == "release" for step in demo.steps) == 12
    assert sum(step.stage == "pull" for step in demo.steps) == 9
    merged = {country: sum(step.merged for step in demo.steps if step.country == country) for country in ("ID", "TH")}
    released = sum(step.rows for step in demo.steps if step.stage == "release")
    assert merged == {"ID": released, "TH": released}
    assert all(step.rows >= RECORDS - 5 for step in demo.steps if step.stage == "generate")


def test_the_same_demo_again_only_renews_and_pulls(demo: DemoResult) -> None:
    again = run_demo(demo.home, records=RECORDS, periods=1, report=lambda line: None)
    assert {step.stage for step in again.steps} == {"keys", "pull"}
    assert sum(step.merged for step in again.steps) == 0


def test_another_demo_in_its_place_is_refused(demo: DemoResult) -> None:
    with pytest.raises(ConfigurationError, match=r"holds another demo .* choose another --home, or remove it"):
        run_demo(demo.home, records=RECORDS + 1, periods=1, report=lambda line: None)
