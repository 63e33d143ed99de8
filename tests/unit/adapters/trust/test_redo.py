"""A change of several files is ended by whoever comes next, and writes nothing but metadata."""

import json
from pathlib import Path

import pytest

from node.adapters.trust.redo import RedoLog
from node.errors import ConfigurationError


def test_what_was_begun_is_ended(tmp_path: Path) -> None:
    (tmp_path / "feeds" / "metadata").mkdir(parents=True)
    log = RedoLog(tmp_path / "rotation.pending", tmp_path / "feeds")
    (tmp_path / "rotation.pending").write_text(json.dumps([["metadata/2.root.json", "r"]]))
    log.take_up()
    assert not log.waiting
    assert (tmp_path / "feeds" / "metadata" / "2.root.json").read_text() == "r"


@pytest.mark.parametrize("name", ["../keys/keys.json", "/etc/passwd", "metadata/../../node.toml", "targets/x", ""])
def test_a_note_from_elsewhere_writes_nowhere_else(name: str, tmp_path: Path) -> None:
    (tmp_path / "feeds" / "metadata").mkdir(parents=True)
    (tmp_path / "rotation.pending").write_text(json.dumps([["metadata/2.root.json", "r"], [name, "x"]]))
    with pytest.raises(ConfigurationError, match="no metadata of a feed"):
        RedoLog(tmp_path / "rotation.pending", tmp_path / "feeds").take_up()
    assert not list((tmp_path / "feeds" / "metadata").iterdir())
