"""A note of an unfinished release reserves its version, and clears away nothing but the feed's own files."""

import json
from pathlib import Path

import pytest

from node.adapters.trust.pending import PendingRelease
from node.errors import ConfigurationError


def test_what_a_killed_release_left_is_cleared_and_its_version_stays_reserved(tmp_path: Path) -> None:
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    (feeds / "new").write_text("half")
    note = PendingRelease(tmp_path / "release.pending", feeds)
    (tmp_path / "release.pending").write_text(json.dumps({"snapshot": 7, "files": ["new"]}))
    note.clear(6)
    assert not (feeds / "new").exists()
    assert note.reserved() == 7


@pytest.mark.parametrize("name", ["../keys/targets.pem", "/etc/hostname"])
def test_a_note_from_elsewhere_deletes_nothing_elsewhere(name: str, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "feeds").mkdir()
    (tmp_path / "keys" / "targets.pem").write_text("a key")
    (tmp_path / "release.pending").write_text(json.dumps({"snapshot": 7, "files": [name]}))
    with pytest.raises(ConfigurationError, match="names files outside"):
        PendingRelease(tmp_path / "release.pending", tmp_path / "feeds").clear(6)
    assert (tmp_path / "keys" / "targets.pem").exists()


def test_a_damaged_note_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "release.pending").write_text("{")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        PendingRelease(tmp_path / "release.pending", tmp_path).reserved()
