"""A node that perturbs, from register to a partner's comparison; and what its secret must survive."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from node import operations
from node.adapters.trust.key_store import KeyStore
from node.adapters.trust.peers import PeerDirectory
from node.adapters.trust.record_secret import RECORDS_KEY
from node.bootstrap import Services, open_services, shipped
from node.compare.noise import noise_notes
from node.config import load_config
from node.errors import ConfigurationError, KeyStoreError, NodeError
from node.model.period import TimePeriod
from node.model.perturbation import Method, Perturbed
from tests.support.nodes import PERIOD, PHRASE, make_node

CELL_KEY = """  method: cell_key
  cell_key:
    D: 5
    V: 3
    js: 2
    minimum: 5
    why: Noise of at most five hides who is in small groups.

"""
WHOLE = ("IMTGT_ID", "_T", "_T", "JS_REGISTERED")


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(shipped("exchange_profiles"), tmp_path / "profiles"))
    path = folder / "JOBSEEKERS.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("{name: record, kind: key, required: false}", "{name: record, kind: key, required: true}")
    start, end = text.index("  rules:\n"), text.index("plausibility:")
    path.write_text(text[:start] + CELL_KEY + text[end:], encoding="utf-8")
    return folder


@pytest.fixture
def homes(tmp_path: Path, profiles: Path) -> dict[str, Path]:
    """Two nodes of one exchange; Malaysia has pinned Indonesia."""
    homes = {country: tmp_path / country.lower() for country in ("ID", "MY")}
    prints = {country: make_node(home, country) for country, home in homes.items()}
    for home in homes.values():
        settings = home / "node.toml"
        added = f'[folders]\nprofiles = "{profiles}"\n\n[keys]'
        settings.write_text(settings.read_text(encoding="utf-8").replace("[keys]", added, 1), encoding="utf-8")
    PeerDirectory(homes["MY"]).add(str(homes["ID"] / "feeds"), prints["ID"])
    return homes


def release(services: Services, *, dry_run: bool = False) -> operations.ReleaseOutcome:
    return operations.release(services, "JOBSEEKERS", TimePeriod(PERIOD), dry_run=dry_run)


def test_a_partner_pulls_verifies_merges_and_is_told_of_the_noise(homes: dict[str, Path]) -> None:
    with open_services(load_config(homes["ID"], {})) as services:
        first = release(services)
        assert first.audit.suppressed == 0
        again = release(services)
        assert again.signed is not None
        assert not again.signed.changed
    with open_services(load_config(homes["MY"], {})) as services:
        plans = [plan for _, plan in operations.pull_all(services, "ID")]
        assert [target.vintage.custom.perturbation for plan in plans for target in plan.new] == [
            Perturbed(Method.CELL_KEY, 5)
        ]
        merged = services.store.cube("JOBSEEKERS", TimePeriod(PERIOD))
        value = merged.observations[WHOLE].value
        assert value is not None
        assert abs(value - 160) <= 5
        (note,) = noise_notes(merged.vintages)
        assert "random noise of at most 5" in note


def test_one_more_person_changes_the_noise_of_the_cells_it_is_in_and_of_no_other(homes: dict[str, Path]) -> None:
    with open_services(load_config(homes["ID"], {})) as services:
        before = rows(release(services))
    with (homes["ID"] / "jobseekers.csv").open("a", encoding="utf-8") as register:
        register.write("new,2221,12.71,F,2026-09-15,,\n")
    with open_services(load_config(homes["ID"], {})) as services:
        after = rows(release(services))
    joined = ("ID-SU", "OC2", "OC22", "OC222", "OC2221", "_T", "IMTGT_ID")
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert changed
    assert all(area in joined and occupation in joined for area, occupation, _ in changed)


def rows(outcome: operations.ReleaseOutcome) -> dict[tuple[str, str, str], str]:
    import gzip

    text = gzip.decompress(outcome.draft.files[outcome.draft.key.path]).decode()
    cells = (line.split(",") for line in text.splitlines()[1:])
    return {(row[4], row[5], row[6]): row[9] for row in cells if row[7] == "JS_REGISTERED"}


def test_a_dry_run_publishes_nothing_and_gives_the_figures_that_the_release_will_have(homes: dict[str, Path]) -> None:
    with open_services(load_config(homes["ID"], {})) as services:
        tried = release(services, dry_run=True)
        assert tried.signed is None
        assert not services.publication.own_feed().targets  # type: ignore[union-attr]  # made by make_node
        assert rows(release(services)) == rows(tried)


def test_a_node_that_lost_its_secret_refuses_to_draw_new_noise(homes: dict[str, Path]) -> None:
    with open_services(load_config(homes["ID"], {})) as services:
        release(services)
    KeyStore(homes["ID"] / "keys", PHRASE).forget([RECORDS_KEY])
    with open_services(load_config(homes["ID"], {})) as services:
        with pytest.raises(KeyStoreError, match="bring it back from a backup"):
            release(services)
        assert len(services.publication.own_feed().targets) == 1  # type: ignore[union-attr]  # made by make_node


def test_a_source_without_record_keys_is_refused_before_anything_is_read(homes: dict[str, Path]) -> None:
    settings = homes["ID"] / "node.toml"
    head, tail = settings.read_text(encoding="utf-8").split('id = "jobseekers"')
    settings.write_text(head + 'id = "jobseekers"' + tail.replace('record = { column = "id" }\n', ""), encoding="utf-8")
    with open_services(load_config(homes["ID"], {})) as services:
        with pytest.raises(ConfigurationError, match="JOBSEEKERS needs the field record"):
            release(services)
        assert not services.publication.own_feed().targets  # type: ignore[union-attr]  # made by make_node


def test_no_message_holds_the_secret(homes: dict[str, Path], caplog: pytest.LogCaptureFixture) -> None:
    """A register with a broken date, met while record keys are computed."""
    with (homes["ID"] / "jobseekers.csv").open("a", encoding="utf-8") as register:
        register.write("bad,2221,12.71,F,tomorrow,,\n")
    with open_services(load_config(homes["ID"], {})) as services:
        with pytest.raises(NodeError) as problem:
            release(services)
        blocks = services.engine._engine._secret()
    for secret in (blocks.inner, blocks.outer):
        assert secret not in str(problem.value)
        assert secret not in repr(problem.value.__cause__)
        assert secret not in caplog.text


def test_a_partner_whose_profile_suppresses_quarantines_it(homes: dict[str, Path]) -> None:
    with open_services(load_config(homes["ID"], {})) as services:
        release(services)
    settings = homes["MY"] / "node.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text("\n".join(line for line in text.splitlines() if "rofiles" not in line), encoding="utf-8")
    with open_services(load_config(homes["MY"], {})) as services:
        (plan,) = [plan for _, plan in operations.pull_all(services, "ID")]
        (refused,) = plan.quarantined
        assert any("the profile that this node holds says suppression" in finding for finding in refused.findings)
        assert not plan.new
