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


def test_a_key_in_a_variable(folder: Path) -> None:
    text = (folder / "targets.pem").read_text()
    secrets = {"LMIS_NODE_KEY_TARGETS": text}
    KeyStore(folder, "a passphrase", secrets).move("targets", "envvar:LMIS_NODE_KEY_TARGETS")
    assert not (folder / "targets.pem").exists()
    store = KeyStore(folder, "a passphrase", secrets)
    assert store.holds("targets")
    store.public_key("targets").verify_signature(store.signer("targets").sign(b"data"), b"data")
    away = KeyStore(folder, "a passphrase")
    assert not away.holds("targets")
    with pytest.raises(KeyStoreError, match="LMIS_NODE_KEY_TARGETS, which is not set"):
        away.signer("targets")


def test_a_move_is_believed_only_when_the_key_signs_from_there(folder: Path) -> None:
    wrong = {"LMIS_NODE_KEY_TARGETS": (folder / "snapshot.pem").read_text()}
    with pytest.raises(KeyStoreError, match="is not the key “targets”"):
        KeyStore(folder, "a passphrase", wrong).move("targets", "envvar:LMIS_NODE_KEY_TARGETS")
    assert KeyStore(folder, "a passphrase").signer("targets")


def test_a_key_that_is_not_encrypted_is_refused(folder: Path) -> None:
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
    )

    private = load_pem_private_key((folder / "targets.pem").read_bytes(), b"a passphrase")
    (folder / "targets.pem").write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(KeyStoreError, match="is not encrypted"):
        KeyStore(folder, "a passphrase").signer("targets")


@pytest.mark.parametrize("uri", ["", "file:", "https://x", "envvar:HOME", "envvar:"])
def test_a_uri_that_says_nothing_of_a_key(uri: str, folder: Path) -> None:
    with pytest.raises(KeyStoreError, match=r"does not say where|begins with LMIS_NODE_KEY_"):
        KeyStore(folder, "a passphrase").move("targets", uri)


def test_the_passphrase_is_changed_for_all_keys_at_once(folder: Path) -> None:
    changed = KeyStore(folder, "a passphrase").change_passphrase("another one")
    assert len(changed) == 6
    assert len(list(folder.glob("*.pem"))) == 6
    for name in changed:
        assert KeyStore(folder, "another one").signer(name)
        with pytest.raises(KeyStoreError, match="passphrase is wrong"):
            KeyStore(folder, "a passphrase").signer(name)
    KeyStore(folder, "another one").change_passphrase("a third")
    assert KeyStore(folder, "a third").signer("root-2")


@pytest.mark.parametrize("at", range(1, 40, 3))
def test_a_change_of_the_passphrase_that_is_cut_off_leaves_one_that_opens_all(
    at: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    real, count = os.replace, 0

    def replace(*paths: str) -> None:
        nonlocal count
        count += 1
        if count == at:
            raise KeyboardInterrupt
        real(*paths)

    monkeypatch.setattr(os, "replace", replace)
    try:
        KeyStore(folder, "a passphrase").change_passphrase("another one")
        phrase = "another one"
    except KeyboardInterrupt:
        phrase = "a passphrase"
    monkeypatch.undo()
    for name in (*ROOT_KEYS, *ONLINE_KEYS):
        assert KeyStore(folder, phrase).signer(name)


def test_a_key_that_another_part_keeps_is_not_cleared_away(folder: Path) -> None:
    store = KeyStore(folder, "a passphrase")
    (folder / "records.pem").write_bytes(b"another part's")
    (folder / "targets-9.pem").write_bytes(b"left by a killed run")
    store.clear_leftovers()
    assert (folder / "records.pem").exists()
    assert not (folder / "targets-9.pem").exists()
    assert len(list(folder.glob("*.pem"))) == 7
