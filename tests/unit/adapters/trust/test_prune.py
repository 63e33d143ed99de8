"""Which files of a feed stay, and which go."""

import os
from contextlib import suppress
from pathlib import Path

import pytest

from node.config import FeedConfig
from tests.support.signed_feeds import STRUCTURE, Sender, draft, new_receiver, new_sender


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    """Seven releases, two days apart by the clock and by the files' times; 2031-01 is revised at each."""
    made = new_sender(tmp_path / "id")
    known: set[Path] = set()
    _date(made, known)
    for number in range(1, 8):
        made.clock.move(days=2)
        made.publication.publish(draft("2031-01", revision=number, text=str(number)), STRUCTURE)
        if number == 1:
            made.publication.publish(draft("2030-12"), STRUCTURE)
        _date(made, known)
    return made


def _date(sender: Sender, known: set[Path]) -> None:
    """Files that are new get the clock's time."""
    for path in sender.feeds.rglob("*.*"):
        if path not in known:
            os.utime(path, (sender.clock.now.timestamp(),) * 2)
            known.add(path)


def left(sender: Sender, suffix: str) -> list[int]:
    return sorted(int(path.name.split(".")[0]) for path in sender.metadata.glob(f"*.{suffix}.json"))


def data(sender: Sender) -> int:
    return len(list((sender.feeds / "targets" / "VACANCIES").glob("*.csv.gz")))


def test_the_last_versions_stay_with_all_they_refer_to(sender: Sender, tmp_path: Path) -> None:
    assert left(sender, "snapshot") == list(range(1, 10))
    gone = sender.publication.prune(FeedConfig(keep_versions=3, keep_days=0))
    assert left(sender, "snapshot") == [7, 8, 9]
    assert left(sender, "targets") == [7, 8, 9]
    assert left(sender, "root") == [1]
    assert data(sender) == 4, "three revisions of one month, and the month that never changed"
    assert len(gone) == 6 + 6 + 4 + 4
    assert [str(target.key.period) for target in new_receiver(tmp_path / "my", sender).pull().targets] == [
        "2030-12",
        "2031-01",
    ]


def test_what_was_in_force_lately_stays_besides(sender: Sender) -> None:
    sender.publication.prune(FeedConfig(keep_versions=1, keep_days=5))
    # Superseded two and four days ago stay; six days ago and earlier go.
    assert left(sender, "snapshot") == [7, 8, 9] or left(sender, "snapshot") == [6, 7, 8, 9]


def test_a_dry_run_deletes_nothing_and_a_second_run_finds_nothing(sender: Sender) -> None:
    keep = FeedConfig(keep_versions=2, keep_days=0)
    planned = sender.publication.prune(keep, dry_run=True)
    assert left(sender, "snapshot") == list(range(1, 10))
    assert sender.publication.prune(keep) == planned
    assert sender.publication.prune(keep) == ()


def test_a_run_cut_off_anywhere_is_ended_by_the_next(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = FeedConfig(keep_versions=2, keep_days=0)
    real = Path.unlink
    for cut in range(1, 8):
        count = 0

        def unlink(path: Path, *, missing_ok: bool = False, cut: int = cut) -> None:
            nonlocal count
            if path.name.endswith((".json", ".csv.gz")) and ".holder" not in path.name:
                count += 1
                if count == cut:
                    raise KeyboardInterrupt
            real(path, missing_ok=missing_ok)

        monkeypatch.setattr(Path, "unlink", unlink)
        with suppress(KeyboardInterrupt):
            sender.publication.prune(keep)
        monkeypatch.undo()
        assert sender.reopened().own_feed() is not None
    sender.publication.prune(keep)
    assert left(sender, "snapshot") == [8, 9]
    assert data(sender) == 3


def test_what_is_not_of_a_feed_is_left_alone(sender: Sender) -> None:
    strange = [sender.metadata / "notes.txt", sender.metadata / "x.snapshot.json", sender.feeds / "targets" / "readme"]
    for path in strange:
        path.write_text("kept")
    sender.clock.move(days=400)
    sender.publication.prune(FeedConfig(keep_versions=1, keep_days=0))
    assert all(path.exists() for path in strange)


def test_a_release_goes_on_after_pruning(sender: Sender) -> None:
    sender.publication.prune(FeedConfig(keep_versions=1, keep_days=0))
    before = data(sender)
    assert sender.publication.publish(draft("2031-02"), STRUCTURE).snapshot_version == 10
    assert data(sender) == before + 1
