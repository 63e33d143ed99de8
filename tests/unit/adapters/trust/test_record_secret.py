from __future__ import annotations

import stat
from pathlib import Path

import pytest

from node.adapters.trust.key_store import KeyStore, create_keys
from node.adapters.trust.record_secret import RECORDS_KEY, record_secret
from node.errors import KeyStoreError

PASSPHRASE = "correct horse"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_keys(tmp_path / "keys", PASSPHRASE)
    return tmp_path / "keys"


def secret(folder: Path, passphrase: str = PASSPHRASE, *, used: bool = False) -> bytes:
    return record_secret(KeyStore(folder, passphrase), folder, passphrase, lambda: used)


def test_it_is_made_once_and_stays_the_same(folder: Path) -> None:
    first = secret(folder)
    assert len(first) == 64
    assert secret(folder, used=True) == first
    path = folder / f"{RECORDS_KEY}.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"ENCRYPTED" in path.read_bytes()


def test_it_survives_another_passphrase_and_the_clearing_of_leftovers(folder: Path) -> None:
    first = secret(folder)
    keys = KeyStore(folder, PASSPHRASE)
    keys.change_passphrase("battery staple")
    keys.clear_leftovers()
    assert secret(folder, "battery staple", used=True) == first


def test_a_lost_one_is_not_replaced_once_a_release_rests_on_it(folder: Path) -> None:
    first = secret(folder)
    KeyStore(folder, PASSPHRASE).forget([RECORDS_KEY])
    with pytest.raises(KeyStoreError, match="bring it back from a backup"):
        secret(folder, used=True)
    assert secret(folder) != first


def test_two_nodes_have_different_ones(folder: Path, tmp_path: Path) -> None:
    create_keys(tmp_path / "other", PASSPHRASE)
    assert secret(tmp_path / "other") != secret(folder)


def test_a_wrong_passphrase_is_told_without_the_secret(folder: Path) -> None:
    first = secret(folder)
    with pytest.raises(KeyStoreError) as problem:
        secret(folder, "wrong")
    assert first.hex() not in str(problem.value)


def test_the_key_is_of_no_role_of_the_feed_so_that_no_rotation_tidies_it_away(folder: Path) -> None:
    secret(folder)
    entries = {entry.name: entry.signs_feed for entry in KeyStore(folder, PASSPHRASE).all()}
    assert not entries[RECORDS_KEY]
    assert entries["targets"]
