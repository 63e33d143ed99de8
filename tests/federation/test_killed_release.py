"""A release killed at every single step on the disk: partners see the state before or the state after, whole."""

import errno
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from node.errors import StorageFull
from tests.support.signed_feeds import STRUCTURE, Receiver, Sender, draft

STEPS = ("replace", "fsync", "unlink", "rename", "mkdir")
KILLED = 77


@contextmanager
def interrupted(at: int, what: Callable[[], None]) -> Iterator[None]:
    """Wraps every change to the disk so that `what` happens instead of the one numbered `at`."""
    count = 0
    with pytest.MonkeyPatch.context() as patch:
        for name in STEPS:
            real = getattr(os, name)

            def step(*args: object, real: Callable[..., object] = real, **kwargs: object) -> object:
                nonlocal count
                count += 1
                if count == at:
                    what()
                return real(*args, **kwargs)

            patch.setattr(os, name, step)
        yield


def killed_at(sender: Sender, step: int, release: Callable[[], object]) -> bool:
    """Run a release in a process of its own that is killed at a step. False where it came to its end first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads: the child only writes files
        child = os.fork()
    if child == 0:
        code = 1
        try:
            with interrupted(step, lambda: os._exit(KILLED)):
                release()
            code = 0
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, KILLED}
    return code == KILLED


def snapshots(sender: Sender) -> list[int]:
    return sorted(int(path.name.split(".")[0]) for path in sender.metadata.glob("*.snapshot.json"))


def test_partners_see_a_whole_state_after_every_kill(sender: Sender, receiver: Receiver) -> None:
    def release() -> None:
        sender.reopened().publish(draft("2031-02"), STRUCTURE)

    before = receiver.pull()
    seen: list[int] = []
    step = 0
    while killed_at(sender, step := step + 1, release):
        assert step < 100
        feed = receiver.pull()
        seen.append(len(feed.targets))
        assert feed.snapshot_version >= before.snapshot_version
        assert feed.targets[0] == before.targets[0]
        if len(feed.targets) == 2:
            break
    assert step > 15
    assert seen == [1] * (step - 1) + [2]


def test_the_next_release_clears_away_what_a_killed_one_left(sender: Sender, receiver: Receiver) -> None:
    for step in range(1, 12):
        killed_at(sender, step, lambda: sender.reopened().publish(draft("2031-02", text="never seen"), STRUCTURE))
    assert len(receiver.pull().targets) == 1
    signed = sender.reopened().publish(draft("2031-03"), STRUCTURE)
    names = {str(path.relative_to(sender.feeds)) for path in sender.feeds.rglob("*") if path.is_file()}
    assert not [name for name in names if "2031-02" in name or "unfinished" in name]
    assert snapshots(sender) == [1, 2, signed.snapshot_version]
    assert [str(target.key.period) for target in receiver.pull().targets] == ["2031-01", "2031-03"]


def test_a_version_that_may_have_been_seen_is_not_signed_twice(sender: Sender) -> None:
    step = 0
    while max(snapshots(sender)) == 2:
        step += 1
        assert killed_at(sender, step, lambda: sender.reopened().publish(draft("2031-02"), STRUCTURE))
    left = max(snapshots(sender))
    signed = sender.reopened().publish(draft("2031-02"), STRUCTURE)
    assert signed.snapshot_version == left + 1
    assert snapshots(sender) == [1, 2, left + 1]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_full_disk_at_every_step_leaves_the_old_state(number: int, sender: Sender, receiver: Receiver) -> None:
    failures, refused = [], 0

    def fail() -> None:
        failures.append(number)
        raise OSError(number, os.strerror(number))

    for step in range(1, 100):
        failures.clear()
        before = receiver.pull().targets
        release = draft("2031-02", revision=step, text=str(step))
        try:
            with interrupted(step, fail):
                sender.publication.publish(release, STRUCTURE)
        except StorageFull:
            refused += 1
            after = receiver.pull().targets
            # Only the wait for the disk after the timestamp's rename can fail with the new state in place.
            assert after == before or after[-1].custom == release.custom
        else:
            assert receiver.pull().targets[-1].custom == release.custom
        if not failures:
            break
    assert not failures
    assert refused > 10
