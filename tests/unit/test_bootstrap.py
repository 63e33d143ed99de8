from __future__ import annotations

import os
from pathlib import Path

import pytest

from node.bootstrap import create_node, first_settings, open_services, shipped, upgrade_store
from node.config import PASSPHRASE_VARIABLE, load_config
from node.errors import ConfigurationError, KeyStoreError, ProfileError, StoreOutdated

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


def test_without_a_passphrase_there_are_no_keys(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match=PASSPHRASE_VARIABLE):
        create_node(tmp_path, SETTINGS, {})


def test_an_authority_that_no_profile_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="IMTGT_SG"):
        create_node(tmp_path, first_settings("SG", "IMTGT_SG", "x", None), SECRET)


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


def test_data_that_comes_with_the_program_is_found() -> None:
    assert (shipped("exchange_profiles") / "VACANCIES.yaml").is_file()
    assert (shipped("mappings") / "occupation").is_dir()
    with pytest.raises(ConfigurationError, match="nowhere"):
        shipped("nowhere")
