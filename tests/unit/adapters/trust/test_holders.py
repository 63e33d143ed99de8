"""Root keys on their holders' own machines."""

import json
import stat
from pathlib import Path

import pytest
from securesystemslib.signer import Key

from node.adapters.trust.holders import (
    change_holder_passphrase,
    new_holder_key,
    open_holder_key,
    read_public_file,
)
from node.adapters.trust.key_files import make_key, unkept_key
from node.errors import KeyStoreError


def test_a_new_key_is_private_and_its_public_file_is_not(tmp_path: Path) -> None:
    made = new_holder_key("MOM-1", tmp_path / "own", "phrase", None, None)
    private, public = tmp_path / "own" / "MOM-1.pem", tmp_path / "own" / "MOM-1.public.json"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert stat.S_IMODE(private.parent.stat().st_mode) == 0o700
    assert b"ENCRYPTED PRIVATE KEY" in private.read_bytes()
    assert b"PRIVATE" not in public.read_bytes()
    assert read_public_file(public) == made
    assert made.fingerprint.replace(" ", "") == made.public.keyid


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    new_holder_key("MOM-1", tmp_path, "phrase", None, None)
    with pytest.raises(KeyStoreError, match="never overwritten"):
        new_holder_key("MOM-1", tmp_path, "phrase", None, None)


@pytest.mark.parametrize("name", ["", "../up", "a b", "-x", "x" * 41])
def test_a_name_that_cannot_be_a_holders(name: str, tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match="no holder's name"):
        new_holder_key(name, tmp_path, "phrase", None, None)
    assert not list(tmp_path.iterdir())


def test_without_a_passphrase_no_key_is_made(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match="passphrase is not given"):
        new_holder_key("MOM-1", tmp_path / "own", "", None, None)
    assert not (tmp_path / "own").exists()


def test_the_passphrase_of_a_holders_key_is_changed(tmp_path: Path) -> None:
    made = new_holder_key("MOM-1", tmp_path, "phrase", None, None)
    key = tmp_path / "MOM-1.pem"
    with pytest.raises(KeyStoreError, match="passphrase is wrong"):
        change_holder_passphrase(key, "another", "new")
    change_holder_passphrase(key, "phrase", "new")
    assert open_holder_key(str(key), "new", None).public_key == made.public
    with pytest.raises(KeyStoreError, match="passphrase is wrong"):
        open_holder_key(str(key), "phrase", None)


def test_a_key_whose_public_file_was_never_written_or_is_lost_gets_it_again(tmp_path: Path) -> None:
    made = new_holder_key("MOM-1", tmp_path, "phrase", None, None)
    (tmp_path / "MOM-1.public.json").unlink()
    private = (tmp_path / "MOM-1.pem").read_bytes()
    with pytest.raises(KeyStoreError, match="passphrase is wrong"):
        new_holder_key("MOM-1", tmp_path, "another", None, None)
    assert new_holder_key("MOM-1", tmp_path, "phrase", None, None) == made
    assert read_public_file(tmp_path / "MOM-1.public.json") == made
    assert (tmp_path / "MOM-1.pem").read_bytes() == private


def test_a_stick_that_keeps_nothing_private_gets_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def on_fat(path: Path, secret: bytes) -> Key:
        key = make_key(path, secret)
        path.chmod(0o755)  # what FAT shows of every file, whatever was asked for
        return key

    monkeypatch.setattr("node.adapters.trust.holders.make_key", on_fat)
    with pytest.raises(KeyStoreError, match="FAT"):
        new_holder_key("MOM-1", tmp_path, "phrase", None, None)
    assert not list(tmp_path.iterdir())


def test_another_key_under_the_fingerprint_that_is_read_out(tmp_path: Path) -> None:
    """Who can change the public file on its way would otherwise hold a root key whose fingerprint compares well."""
    new_holder_key("MOM-1", tmp_path / "own", "phrase", None, None)
    path = tmp_path / "own" / "MOM-1.public.json"
    document = json.loads(path.read_bytes())
    document["public"] = unkept_key().to_dict()
    path.write_text(json.dumps(document))
    with pytest.raises(KeyStoreError, match="altered on the way; ask MOM-1 for it again"):
        read_public_file(path)


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    new_holder_key("MOM-1", tmp_path, "phrase", None, None)
    (tmp_path / "MOM-1.pem").chmod(0o644)
    with pytest.raises(KeyStoreError, match="chmod 600"):
        open_holder_key(str(tmp_path / "MOM-1.pem"), "phrase", None)


@pytest.mark.parametrize("data", [b"", b"{}", b'{"format": "lmis-node root key 1"}', b"[]"])
def test_a_file_that_is_no_public_part(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "MOM-1.public.json"
    path.write_bytes(data)
    with pytest.raises(KeyStoreError, match=r"MOM-1\.public\.json"):
        read_public_file(path)


def test_a_key_on_a_module_without_the_module(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match="hardware module"):
        new_holder_key("MOM-1", tmp_path, None, "1234", "hsm:2?label=none-such")
