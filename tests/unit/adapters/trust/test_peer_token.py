from __future__ import annotations

import stat
from pathlib import Path

import pytest

from node.adapters.trust.peer_token import read_token, remove_token, write_token
from node.errors import ConfigurationError


def test_a_token_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    write_token(tmp_path, "lmis_0123_abc")
    assert read_token(tmp_path) == "lmis_0123_abc"
    assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600


def test_a_removed_token_is_gone(tmp_path: Path) -> None:
    write_token(tmp_path, "lmis_0123_abc")
    remove_token(tmp_path)
    remove_token(tmp_path)
    assert read_token(tmp_path) is None


@pytest.mark.parametrize("text", ["", "two words", "line\nline", "“quoted”", "x" * 1001])
def test_what_is_no_token_is_refused_and_not_quoted(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        write_token(tmp_path, text)
    assert not text or text not in str(refused.value)
    assert read_token(tmp_path) is None


def test_a_damaged_token_is_told(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match="give the token again"):
        read_token(tmp_path)
