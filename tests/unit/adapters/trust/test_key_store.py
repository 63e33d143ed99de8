"""Private keys at rest."""

import stat
from pathlib import Path

import pytest

from node.adapters.trust.key_store import ONLINE_KEYS, ROOT_KEYS, KeyStore, create_keys
from node.errors import KeyStoreError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_keys(tmp_path / "keys", "a passphrase")
    return tmp_path / "keys"


def test_every_key_signs_and_its_public_part_verifies(folder: Path) -> None:
    store = KeyStore(folder, "a passphrase")
    names = (*ROOT_KEYS, *ONLINE_KEYS)
    for name in names:
        public = store.public_key(name)
        public.verify_signature(store.signer(name).sign(b"data"), b"data")
        assert (public.keytype, public.scheme) == ("ed25519", "ed25519")
    assert len({store.public_key(name).keyid for name in names}) == 6


def test_files_are_private_and_encrypted(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        if path.suffix == ".pem":
            assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert len(list(folder.glob("*.pem"))) == 6


@pytest.mark.parametrize("passphrase", [None, ""])
def test_there_is_no_default_passphrase(passphrase: str | None, folder: Path, tmp_path: Path) -> None:
    for use in (
        lambda: create_keys(tmp_path / "new", passphrase),
        lambda: KeyStore(folder, passphrase).signer("targets"),
    ):
        with pytest.raises(KeyStoreError, match=r"LMIS_NODE_KEYS_PASSPHRASE.*keys\.passphrase_file"):
            use()
    assert not (tmp_path / "new").exists()


def test_a_wrong_passphrase(folder: Path) -> None:
    with pytest.raises(KeyStoreError, match=r"targets\.pem does not open: the passphrase is wrong"):
        KeyStore(folder, "another").signer("targets")


def test_keys_are_never_overwritten(folder: Path) -> None:
    before = (folder / "root-1.pem").read_bytes()
    with pytest.raises(KeyStoreError, match="never overwritten"):
        create_keys(folder, "a passphrase")
    assert (folder / "root-1.pem").read_bytes() == before


def test_half_a_set_left_by_a_kill_is_made_anew(folder: Path) -> None:
    (folder / "keys.json").unlink()
    (folder / "root-2.pem").unlink()
    store = create_keys(folder, "other")
    assert store.signer("root-2").public_key == store.public_key("root-2")


@pytest.mark.parametrize(("mode", "of"), [(0o640, "targets.pem"), (0o604, "targets.pem"), (0o755, "")])
def test_a_key_that_others_can_read_is_refused_with_the_command_to_run(mode: int, of: str, folder: Path) -> None:
    (folder / of).chmod(mode)
    wanted = f"chmod {'600' if of else '700'} {folder / of}"
    with pytest.raises(KeyStoreError, match=wanted):
        KeyStore(folder, "a passphrase").signer("targets")


def test_root_keys_may_be_away(folder: Path) -> None:
    for name in ROOT_KEYS:
        (folder / f"{name}.pem").unlink()
    store = KeyStore(folder, "a passphrase")
    assert not store.holds("root-1")
    assert store.public_key("root-1").keytype == "ed25519"
    assert store.signer("timestamp")
    with pytest.raises(KeyStoreError, match=r"“root-1” is not at .*root-1\.pem"):
        store.signer("root-1")


def test_a_key_under_another_keys_name(folder: Path) -> None:
    (folder / "targets.pem").write_bytes((folder / "snapshot.pem").read_bytes())
    with pytest.raises(KeyStoreError, match=r"targets\.pem is not the key “targets”"):
        KeyStore(folder, "a passphrase").signer("targets")


@pytest.mark.parametrize("content", [b"", b"{}", b'{"keys": 3}', b'{"keys": {"targets": {}}}'])
def test_a_damaged_index(content: bytes, folder: Path) -> None:
    (folder / "keys.json").write_bytes(content)
    with pytest.raises(KeyStoreError, match=r"keys\.json is damaged"):
        KeyStore(folder, "a passphrase").signer("targets")


def test_no_keys_at_all(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match="holds no keys"):
        KeyStore(tmp_path, "a passphrase").public_key("targets")
