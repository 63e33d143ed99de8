"""A feed larger than memory comes in parts, oldest periods first."""

from pathlib import Path

from node.adapters.trust.fetcher import PART
from tests.support.signed_feeds import Sender, new_receiver


def test_a_part_holds_no_more_than_agreed_and_the_next_brings_the_rest(sender: Sender, tmp_path: Path) -> None:
    for period in ("2030-12", "2031-03", "2031-02"):
        sender.release(period, dataflow="JOBSEEKERS")
    whole = new_receiver(tmp_path / "my", sender).pull()
    assert (len(whole.fetched), whole.waiting) == (4, 0)
    target_bytes = sum(len(target.data) + len(target.report) for target in whole.fetched) // PART - 1
    receiver = new_receiver(tmp_path / "th", sender, target_bytes=target_bytes)
    known, brought, left = frozenset(), [], []
    for _ in range(4):
        feed = receiver.fetcher.fetch(receiver.peer, known)
        assert len(feed.targets) == 4
        sizes = [len(target.data) + len(target.report) for target in feed.fetched]
        assert len(sizes) == 1 or sum(sizes) <= PART * target_bytes
        known |= {target.published.identity for target in feed.fetched}
        brought += [str(target.published.key.period) for target in feed.fetched]
        left.append(feed.waiting)
        if not feed.waiting:
            break
    assert brought == ["2030-12", "2031-01", "2031-02", "2031-03"]
    assert left == [1, 0]
