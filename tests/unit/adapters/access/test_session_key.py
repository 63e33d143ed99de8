"""The key that signs sessions: made once, read by nobody else."""

import stat

import pytest

from node.adapters.access.session_key import FILE, LENGTH, session_key
from node.errors import KeyStoreError


def test_it_is_made_at_first_use_and_stays(tmp_path):
    folder = tmp_path / "keys"
    made = session_key(folder)
    assert len(made) == LENGTH
    assert session_key(folder) == made
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    assert [file.name for file in folder.iterdir()] == [FILE]
    assert session_key(tmp_path / "other") != made


def test_a_key_that_others_may_read_is_refused(tmp_path):
    session_key(tmp_path)
    (tmp_path / FILE).chmod(0o644)
    with pytest.raises(KeyStoreError, match="can be read by others"):
        session_key(tmp_path)


def test_a_key_that_is_cut_short_is_refused(tmp_path):
    session_key(tmp_path)
    (tmp_path / FILE).write_bytes(b"short")
    with pytest.raises(KeyStoreError, match="holds 5 bytes"):
        session_key(tmp_path)


def test_who_comes_second_takes_the_key_of_the_first(tmp_path, monkeypatch):
    first = session_key(tmp_path)
    exists = type(tmp_path).exists
    monkeypatch.setattr(type(tmp_path), "exists", lambda path: path.name != FILE and exists(path))
    assert session_key(tmp_path) == first
    assert len(list(tmp_path.iterdir())) == 1
