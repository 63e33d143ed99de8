from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from node.demo.claim import CLAIM, Claim, claim_folder, write_claim
from node.errors import ConfigurationError

WANTED = Claim(records=300, first="2026-09", last="2026-10", seed=1)
NAMES = ("id", "my", "th")


def test_a_new_folder_is_claimed_and_other_files_in_it_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert claim_folder(tmp_path, WANTED, NAMES) is False
    assert (tmp_path / CLAIM).is_file()
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_the_same_demo_is_found_again_interrupted_or_complete(tmp_path: Path) -> None:
    claim_folder(tmp_path, WANTED, NAMES)
    (tmp_path / "id").mkdir()
    assert claim_folder(tmp_path, WANTED, NAMES) is False
    write_claim(tmp_path, replace(WANTED, complete=True))
    assert claim_folder(tmp_path, WANTED, NAMES) is True


def test_a_node_that_no_demo_made_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "my").mkdir()
    with pytest.raises(ConfigurationError, match=r"my is there and no demo made it; choose another --home"):
        claim_folder(tmp_path, WANTED, NAMES)
    assert not (tmp_path / CLAIM).exists()


def test_another_demo_is_refused_with_both_sizes(tmp_path: Path) -> None:
    claim_folder(tmp_path, WANTED, NAMES)
    with pytest.raises(ConfigurationError, match=r"another demo \(300 records .* asked for: 500"):
        claim_folder(tmp_path, replace(WANTED, records=500), NAMES)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"records": 1, "unknown": 2}'])
def test_a_claim_that_no_demo_wrote_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / CLAIM).write_text(text)
    with pytest.raises(ConfigurationError, match="not what a demo wrote"):
        claim_folder(tmp_path, WANTED, NAMES)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("")
    with pytest.raises(ConfigurationError, match="is a file"):
        claim_folder(tmp_path / "demo", WANTED, NAMES)
