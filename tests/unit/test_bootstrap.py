from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from node.bootstrap import create_node, first_settings, open_services, shipped, upgrade_store
from node.config import PASSPHRASE_VARIABLE, load_config
from node.errors import ConfigurationError, KeyStoreError, ProfileError, StoreOutdated
from node.model.comparison import SignalThresholds

SETTINGS = first_settings("TH", "IMTGT_TH", 'The "northern" node', None)
SECRET = {PASSPHRASE_VARIABLE: "for tests only"}


def test_a_new_node_opens_and_has_pinned_itself(tmp_path: Path) -> None:
    fingerprint = create_node(tmp_path, SETTINGS, SECRET)
    with open_services(load_config(tmp_path, SECRET)) as services:
        assert services.name == 'The "northern" node'
        assert services.own_peer().fingerprint == fingerprint.replace(" ", "")
        assert services.own_feed() is not None
        assert services.profiles.dataflows()


def test_a_node_is_never_made_over_another(tmp_path: Path) -> None:
    create_node(tmp_path, SETTINGS, SECRET)
    for settings in (SETTINGS, SETTINGS.replace("TH", "MY")):
        with pytest.raises(ConfigurationError, match="holds a node already"):
            create_node(tmp_path, settings, SECRET)


def test_making_a_node_goes_on_where_it_was_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("node.bootstrap.upgrade_database", cut_off)
        with pytest.raises(KeyboardInterrupt):
            create_node(tmp_path, SETTINGS, SECRET)
    root = (tmp_path / "feeds" / "metadata" / "1.root.json").read_bytes()
    create_node(tmp_path, SETTINGS, SECRET)
    assert (tmp_path / "feeds" / "metadata" / "1.root.json").read_bytes() == root


def test_what_is_refused_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match=PASSPHRASE_VARIABLE):
        create_node(tmp_path / "a", SETTINGS, {})
    with pytest.raises(ProfileError, match="IMTGT_SG"):
        create_node(tmp_path / "b", first_settings("SG", "IMTGT_SG", "x", None), SECRET)
    with pytest.raises(ConfigurationError, match="country"):
        create_node(tmp_path / "c", first_settings("th", "IMTGT_TH", "x", None), SECRET)
    with pytest.raises(ConfigurationError, match="one line"):
        create_node(tmp_path / "d", first_settings("TH", "IMTGT_TH", "two\nlines", None), SECRET)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("old", "new"), [('country = "TH"', 'country = "MY"'), ("IMTGT_TH", "IMTGT_MY")])
def test_a_node_that_says_it_is_another_is_refused_by_its_own_root(tmp_path: Path, old: str, new: str) -> None:
    create_node(tmp_path, SETTINGS, SECRET)
    path = tmp_path / "node.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    says = "the signed root of its feed says TH and IMTGT_TH"
    with open_services(load_config(tmp_path, SECRET)) as services, pytest.raises(ConfigurationError, match=says):
        services.own_peer()


def test_a_node_made_for_real_data_cannot_call_them_synthetic(tmp_path: Path) -> None:
    create_node(tmp_path, SETTINGS, SECRET)
    path = tmp_path / "node.toml"
    path.write_text(path.read_text(encoding="utf-8") + "synthetic = true\n", encoding="utf-8")
    says = "the signed root of its feed the opposite"
    with open_services(load_config(tmp_path, SECRET)) as services, pytest.raises(ConfigurationError, match=says):
        services.own_peer()


def test_a_node_that_has_not_pinned_its_own_feed_says_so(tmp_path: Path) -> None:
    create_node(tmp_path, SETTINGS, SECRET)
    (tmp_path / "peers" / "TH").rename(tmp_path / "gone")
    says = "not pinned in peers/"
    with open_services(load_config(tmp_path, SECRET)) as services, pytest.raises(ConfigurationError, match=says):
        services.own_peer()


def test_a_node_without_its_database_does_not_start_and_can_be_upgraded(tmp_path: Path) -> None:
    create_node(tmp_path, SETTINGS, SECRET)
    for file in tmp_path.glob("node.db*"):
        os.unlink(file)
    config = load_config(tmp_path, SECRET)
    with pytest.raises(StoreOutdated, match="none"), open_services(config):
        pass
    upgrade_store(config)
    with open_services(config) as services:
        services.check_store()


def test_names_tiles_and_distances_are_those_that_come_with_the_program(tmp_path: Path) -> None:
    create_node(tmp_path, SETTINGS, SECRET)
    with open_services(load_config(tmp_path, SECRET)) as services:
        assert services.names.name("CL_AREA", "ID-SU", "id", "North Sumatra").text == "Sumatera Utara"
        assert services.names is services.names, "read once"
        assert services.tiles.index["ID-SU"].brief == "SU"
        assert {seat.area for seat in services.reading().distances().seats} == {
            area for area in services.tiles.index if not area.startswith("IMTGT")
        }


def test_a_node_s_own_mappings_take_their_names_and_tiles_where_they_have_some(tmp_path: Path) -> None:
    own = Path(shutil.copytree(shipped("mappings"), tmp_path / "mappings"))
    shutil.rmtree(own / "names")
    tiles = own / "tiles" / "tiles.csv"
    tiles.write_text(tiles.read_text(encoding="utf-8").replace("ID-SU,1,6,SU", "ID-SU,1,6,NSU"), encoding="utf-8")
    home = tmp_path / "th"
    create_node(home, SETTINGS, SECRET)
    settings = home / "node.toml"
    added = f'\n[folders]\nmappings = "{own}"\n'
    settings.write_text(settings.read_text(encoding="utf-8") + added, encoding="utf-8")
    with open_services(load_config(home, SECRET)) as services:
        assert services.tiles.index["ID-SU"].brief == "NSU"
        assert services.names.name("CL_AREA", "ID-SU", "id", "North Sumatra").text == "Sumatera Utara"


def test_comparisons_judge_by_the_configured_thresholds_and_read_as_of_a_time(tmp_path: Path) -> None:
    create_node(tmp_path, SETTINGS, SECRET)
    path = tmp_path / "node.toml"
    own = '\n[signal]\nversion = "trial"\nshortage = 2.0\nsurplus = 0.5\n'
    path.write_text(path.read_text(encoding="utf-8") + own, encoding="utf-8")
    at = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
    with open_services(load_config(tmp_path, SECRET)) as services:
        assert services.reading().thresholds == SignalThresholds("trial", 2.0, 0.5)
        assert (services.reading().as_of, services.reading(at).as_of) == (None, at)
        assert services.forks() == ()


def test_data_that_comes_with_the_program_is_found() -> None:
    assert (shipped("exchange_profiles") / "VACANCIES.yaml").is_file()
    assert (shipped("mappings") / "occupation").is_dir()
    with pytest.raises(ConfigurationError, match="nowhere"):
        shipped("nowhere")
